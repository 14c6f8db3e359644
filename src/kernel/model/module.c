/*
 * Module references. Nothing here waits for the count, so the module never goes away; taking and giving back stay visible steps.
 * Leaves out, everywhere: that `going` and the count are looked at in one step, and that module_put() itself warns of more puts than gets: nobody reads the count
 * before finish() asks for it.
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

/* For finish(): what was got and never put, and what was put without a get. Not in the kernel. */
void report_module_references(void)
{
	if (this_module.refs < 0)
		__report("refcount", "module_put() without a reference: the count of the module is below zero");
	if (this_module.refs > 0)
		__report("leak", "a reference to the module is never put: it cannot be unloaded");
}
