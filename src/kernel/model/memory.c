/* Memory: allocate and free. Every object is zeroed; reading what kmalloc() left undefined is not found. */

/* Leaves out: sizes that are too large, memory pressure, and which flags besides the two that never sleep. */
void *kzalloc(size_t size, gfp_t flags)
{
	if (flags != GFP_ATOMIC && flags != GFP_NOWAIT)
		__might_sleep();
	if (should_fail())
		return NULL;
	return __alloc(size);
}

void *kmalloc(size_t size, gfp_t flags)
{
	return kzalloc(size, flags);
}

/* Leaves out: the multiplication that may overflow. */
void *kcalloc(size_t count, size_t size, gfp_t flags)
{
	return kzalloc(count * size, flags);
}

void *kmalloc_array(size_t count, size_t size, gfp_t flags)
{
	return kzalloc(count * size, flags);
}

void *kvzalloc(size_t size, gfp_t flags)
{
	return kzalloc(size, flags);
}

void *vzalloc(size_t size)
{
	return kzalloc(size, GFP_KERNEL);
}

/* Leaves out: nothing; NULL is allowed, an error pointer is not. */
void kfree(const void *ptr)
{
	if (ptr)
		__free(ptr);
}

void kvfree(const void *ptr)
{
	kfree(ptr);
}

void vfree(const void *ptr)
{
	kfree(ptr);
}

void kfree_sensitive(const void *ptr)
{
	kfree(ptr);
}

void *kvmalloc(size_t size, gfp_t flags)
{
	return kzalloc(size, flags);
}

void *kvcalloc(size_t count, size_t size, gfp_t flags)
{
	return kzalloc(count * size, flags);
}

void *kzalloc_node(size_t size, gfp_t flags, int node)
{
	return kzalloc(size, flags);
}

void *vmalloc(size_t size)
{
	return kzalloc(size, GFP_KERNEL);
}

/* Copies. Leaves out: what is in them. */
void *kmemdup(const void *from, size_t size, gfp_t flags)
{
	return kzalloc(size, flags);
}

char *kstrdup(const char *from, gfp_t flags)
{
	return from ? kzalloc(8, flags) : NULL;
}

char *kstrndup(const char *from, size_t most, gfp_t flags)
{
	return kstrdup(from, flags);
}

char *kasprintf(gfp_t flags, const char *format, ...)
{
	return kzalloc(8, flags);
}

void kfree_const(const void *ptr)
{
	kfree(ptr);
}

/* Caches of objects of one size. Leaves out: that the memory is used again for the same kind at once (SLAB_TYPESAFE_BY_RCU). */
struct kmem_cache {
	size_t size;
};

struct kmem_cache *kmem_cache_create(const char *name, size_t size, unsigned int align, unsigned int flags, void (*ctor)(void *object))
{
	struct kmem_cache *cache = kzalloc(sizeof(*cache), GFP_KERNEL);

	if (cache)
		cache->size = size;
	return cache;
}

void *kmem_cache_zalloc(struct kmem_cache *cache, gfp_t flags)
{
	return kzalloc(cache->size, flags);
}

void *kmem_cache_alloc(struct kmem_cache *cache, gfp_t flags)
{
	return kzalloc(cache->size, flags);
}

void kmem_cache_free(struct kmem_cache *cache, void *object)
{
	kfree(object);
}

void kmem_cache_destroy(struct kmem_cache *cache)
{
	kfree(cache);
}
