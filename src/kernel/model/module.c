/* Module references. The module never goes away here, so taking one always works; the steps stay visible. */

struct module {
	int refs;
};

static struct module this_module;
static struct module *THIS_MODULE = &this_module;

/* Leaves out: that it fails once unloading has begun. */
bool try_module_get(struct module *module)
{
	if (module) {
		__atomic() {
			module->refs++;
		}
	}
	return true;
}

void __module_get(struct module *module)
{
	try_module_get(module);
}

void module_put(struct module *module)
{
	if (module) {
		__atomic() {
			module->refs--;
		}
	}
}
