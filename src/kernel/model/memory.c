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
