/*
 * struct kobject: a counted thing with a type that knows how to free it.
 * Leaves out, everywhere: names and their memory, sysfs files, uevents, ksets, and the delayed release of CONFIG_DEBUG_KOBJECT_RELEASE.
 */

struct kobject;

struct kobj_type {
	void (*release)(struct kobject *kobj);
};

struct kobject {
	const char *name;
	struct kobject *parent;
	const struct kobj_type *ktype;
	struct kref kref;
	int state_initialized;
	int state_in_sysfs;
};

/* Memory of another use must be cleared first. Leaves out: that a type is needed. */
void kobject_init(struct kobject *kobj, const struct kobj_type *ktype)
{
	if (kobj->state_initialized)
		__report("warn", "kobject_init() of a kobject that is initialized already");
	kref_init(&kobj->kref);
	kobj->ktype = ktype;
	kobj->state_in_sysfs = 0;
	kobj->state_initialized = 1;
}

/* One more reference, for a caller that has one. */
struct kobject *kobject_get(struct kobject *kobj)
{
	if (kobj) {
		if (!kobj->state_initialized)
			__report("warn", "kobject_get() of a kobject that is not initialized");
		kref_get(&kobj->kref);
	}
	return kobj;
}

/* For a pointer that is found somewhere: NULL when it is dying. */
struct kobject *kobject_get_unless_zero(struct kobject *kobj)
{
	if (!kobj)
		return NULL;
	if (!kref_get_unless_zero(&kobj->kref))
		return NULL;
	return kobj;
}

/* Becomes visible, and holds its parent while it is. Can fail; the reference of kobject_init() is the caller's to put, also then. */
int kobject_add(struct kobject *kobj, struct kobject *parent, const char *format, ...)
{
	if (!kobj)
		return -EINVAL;
	if (!kobj->state_initialized) {
		__report("warn", "kobject_add() of a kobject that is not initialized");
		return -EINVAL;
	}
	if (should_fail())
		return -ENOMEM;
	if (parent)
		kobj->parent = kobject_get(parent);
	kobj->state_in_sysfs = 1;
	return 0;
}

int kobject_init_and_add(struct kobject *kobj, const struct kobj_type *ktype, struct kobject *parent, const char *format, ...)
{
	kobject_init(kobj, ktype);
	return kobject_add(kobj, parent, format);
}

/* Out of sight, and lets its parent go. The memory stays until the last put. */
void kobject_del(struct kobject *kobj)
{
	struct kobject *parent;

	if (!kobj)
		return;
	parent = kobj->parent;
	kobj->state_in_sysfs = 0;
	kobj->parent = NULL;
	kobject_put(parent);
}

/*
 * The count is 0. What is still visible is taken down; the type frees the memory; only then is the parent let go,
 * from a local copy. A kobject that was not visible leaves its parent to its type.
 */
static void kobject_release(struct kref *kref)
{
	struct kobject *kobj = container_of(kref, struct kobject, kref);
	const struct kobj_type *ktype = kobj->ktype;
	struct kobject *parent = NULL;

	if (kobj->state_in_sysfs) {
		parent = kobj->parent;
		kobj->state_in_sysfs = 0;
	}
	if (ktype && ktype->release)
		ktype->release(kobj);
	kobject_put(parent);
}

/* Leaves out: the delayed release of CONFIG_DEBUG_KOBJECT_RELEASE. */
void kobject_put(struct kobject *kobj)
{
	if (kobj) {
		if (!kobj->state_initialized)
			__report("warn", "kobject_put() of a kobject that is not initialized");
		kref_put(&kobj->kref, kobject_release);
	}
}

/* For a kobject that is memory of its own. */
static void dynamic_kobject_release(struct kobject *kobj)
{
	kfree(kobj);
}

static const struct kobj_type dynamic_kobj_ktype = { .release = dynamic_kobject_release };

/* Visible under `parent` at once; NULL when that failed. */
struct kobject *kobject_create_and_add(const char *name, struct kobject *parent)
{
	struct kobject *kobj = kzalloc(sizeof(*kobj), GFP_KERNEL);

	if (!kobj)
		return NULL;
	kobject_init(kobj, &dynamic_kobj_ktype);
	if (kobject_add(kobj, parent, name)) {
		kobject_put(kobj);
		return NULL;
	}
	return kobj;
}
