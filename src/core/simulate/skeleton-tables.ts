// What a scenario's skeleton knows of the kernel's types and of the names of pairs.

/** How a member is made ready, by the name of its type (the headers of the kernel). What is not here is ready when it is zero. */
export const READY: ReadonlyMap<string, (member: string) => string> = new Map([
  ["refcount_t", (member: string) => `refcount_set(&${member}, 1);`], ["kref", (member: string) => `kref_init(&${member});`], ["atomic_t", (member: string) => `atomic_set(&${member}, 0);`],
  ["mutex", (member: string) => `mutex_init(&${member});`], ["spinlock_t", (member: string) => `spin_lock_init(&${member});`], ["rw_semaphore", (member: string) => `init_rwsem(&${member});`],
  ["list_head", (member: string) => `INIT_LIST_HEAD(&${member});`], ["completion", (member: string) => `init_completion(&${member});`], ["wait_queue_head_t", (member: string) => `init_waitqueue_head(&${member});`],
  ["idr", (member: string) => `idr_init(&${member});`], ["ida", (member: string) => `ida_init(&${member});`], ["xarray", (member: string) => `xa_init(&${member});`],
  ["blocking_notifier_head", (member: string) => `BLOCKING_INIT_NOTIFIER_HEAD(&${member});`], ["device", (member: string) => `device_initialize(&${member});\n\t${member}.release = (void *)nothing;`],
  ["kobject", (member: string) => `kobject_init(&${member}, NULL);`], ["cdev", (member: string) => `cdev_init(&${member}, NULL);`], ["work_struct", (member: string) => `INIT_WORK(&${member}, (void *)nothing);`],
  ["delayed_work", (member: string) => `INIT_DELAYED_WORK(&${member}, (void *)nothing);`], ["timer_list", (member: string) => `timer_setup(&${member}, (void *)nothing, 0);`],
  ["srcu_struct", (member: string) => `init_srcu_struct(&${member});`], ["semaphore", (member: string) => `sema_init(&${member}, 1);`], ["inode", (member: string) => `init_special_inode(&${member}, 0, MKDEV(1, 0));`],
]);

/** Structs that a function of the model makes whole. */
export const MADE: ReadonlyMap<string, string> = new Map([["iommu_group", "iommu_group_alloc()"], ["workqueue_struct", "alloc_workqueue(\"name\", 0, 0)"], ["cdev", "cdev_alloc()"]]);

/** Types of plain numbers; another name without `struct` stands for something that nobody shows. */
export const SCALAR = /^(?:unsigned |signed )?(?:char|short|int|long|long long|long int)$|^(?:unsigned|bool|_Bool|size_t|ssize_t|loff_t|dev_t|gfp_t|u?int\d*_t|uint|ulong|__?[usbl]e?\d+|[us]\d+|[lb]e\d+|__(?:le|be)\d+|resource_size_t|dma_addr_t|phys_addr_t|irqreturn_t|umode_t|fmode_t|pid_t)$/;

/** Bytes of an object of which nobody knows what it is. */
export const UNKNOWN_BYTES = 1024;

/** Characters of a text that a function writes to. */
export const TEXT = 32;

/** Names of numbers that say how many or how much. */
export const COUNT = /(^|_)(count|cnt|size|num|nr|pages|npages|numpages|entries|nents|num_\w+|nr_\w+|num\w*|n\w*vecs?)$/;

/** Elements of what a function indexes. */
export const ELEMENTS = 16;

/** The type that the argument of a call has, by how the call's name begins; for members that no visible line declares. */
export const USED_AS: readonly (readonly [RegExp, string])[] = [
  [/^refcount_/, "refcount_t"], [/^kref_/, "kref"], [/^atomic_(dec_and_test|dec_and_lock|sub_and_test|inc_not_zero|add_unless)$/, "atomic_t"], [/^mutex_/, "mutex"], [/^spin_/, "spinlock_t"], [/^(down|up)_(read|write)/, "rw_semaphore"],
  [/^list_(add|del|empty|move|splice)/, "list_head"], [/^(complete|wait_for_completion)/, "completion"], [/^wake_up/, "wait_queue_head_t"], [/^idr_/, "idr"], [/^ida_/, "ida"], [/^xa_/, "xarray"],
];

/** Halves of a pair, in a function's name: what takes, what gives back. */
export const PAIRS: readonly (readonly [RegExp, RegExp])[] = [
  [/(^|_)(find|lookup|search)(_|$)/, /(^|_)(put|release)(_|$)/],
  [/(^|_)(try_?get|get)(_|$)/, /(^|_)put(_|$)/], [/(^|_)(enter|begin|hold|ref)(_|$)/, /(^|_)(exit|leave|end|drop|unref)(_|$)/], [/(^|_)open(_|$)/, /(^|_)(release|close)(_|$)/], [/(^|_)(create|alloc|new)(_|$)/, /(^|_)(destroy|free|delete|put)(_|$)/],
  [/(^|_)(register|add|attach|bind|probe|init|start|connect)(_|$)/, /(^|_)(unregister|del|detach|unbind|remove|exit|stop|disconnect)(_|$)/],
];

/** A function's name without the half of the pair that it is, so that foo_get_thing and foo_put_thing meet. */
export function stem(name: string, half: RegExp): string {
  return name.replace(half, "_").replace(/^_+|_+$/g, "").replace(/_+/g, "_");
}
