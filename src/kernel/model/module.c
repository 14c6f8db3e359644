/*
 * Module references. Taking one and giving it back stay visible steps, but nothing here unloads a module, so the count is not kept.
 */

struct module {
	int going;
};

static struct module this_module;
static struct module *THIS_MODULE = &this_module;

/* Fails once the module is going, which only a scenario can say. Leaves out: the count. */
bool try_module_get(struct module *module)
{
	int going = 0;

	if (module) {
		__atomic() {
			going = module->going;
		}
	}
	return !going;
}

void __module_get(struct module *module)
{
	try_module_get(module);
}

/* Leaves out: the count, and whoever waits for it. */
void module_put(struct module *module)
{
	if (module) {
		__atomic() {
		}
	}
}
