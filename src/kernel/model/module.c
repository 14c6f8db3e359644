/*
 * Module references. Nothing here waits for the count, so the module never goes away; taking and giving back stay visible steps.
 * Leaves out, everywhere: that `going` and the count are looked at in one step, and the warning for more puts than gets, for which the count would have to be read.
 */

struct module {
	int refs;
	int going;
};

static struct module this_module;
static struct module *THIS_MODULE = &this_module;

/* Fails once the module is going, which only a scenario can say. */
bool try_module_get(struct module *module)
{
	if (module) {
		if (module->going)
			return false;
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
