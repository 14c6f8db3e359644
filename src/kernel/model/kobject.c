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

void kobject_init(struct kobject *kobj, const struct kobj_type *ktype)
{
	kref_init(&kobj->kref);
	kobj->ktype = ktype;
	kobj->state_in_sysfs = 0;
	kobj->state_initialized = 1;
}

struct kobject *kobject_get(struct kobject *kobj)
{
	if (kobj) {
		if (!kobj->state_initialized)
			__report("warn", "kobject_get() of a kobject that is not initialized");
		kref_get(&kobj->kref);
	}
	return kobj;
}

struct kobject *kobject_get_unless_zero(struct kobject *kobj)
{
	if (!kobj)
		return NULL;
	if (!kref_get_unless_zero(&kobj->kref))
		return NULL;
	return kobj;
}

/* Becomes visible, and holds its parent while it is. Leaves out: everything that can go wrong. */
int kobject_add(struct kobject *kobj, struct kobject *parent, const char *format, ...)
{
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

void kobject_del(struct kobject *kobj)
{
	struct kobject *parent = kobj->parent;

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

void kobject_put(struct kobject *kobj)
{
	if (kobj) {
		if (!kobj->state_initialized)
			__report("warn", "kobject_put() of a kobject that is not initialized");
		kref_put(&kobj->kref, kobject_release);
	}
}
