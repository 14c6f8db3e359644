// The kernel's lifetime API: which call does what to which resource of which argument. Extending it is one line.

/** A kind of right or life that code can hold. */
export type ResourceKind =
  | "memory" | "count" | "kref" | "kobject" | "device" | "created-device" | "cdev" | "id" | "list" | "tree" | "lock" | "notifier" | "module"
  | "reference" | "work" | "timer" | "wait" | "file" | "registration" | "irq" | "rcu";

/**
 * What the call does: takes or gives back a resource; starts a count or an embedded object; makes the object reachable for others,
 * or ends that; takes or drops one more reference.
 */
export type Effect = "acquire" | "release" | "initialize" | "publish" | "unpublish" | "get" | "put";

export interface ApiRow {
  readonly call: string;
  readonly kind: ResourceKind;
  readonly effect: Effect;
  /** Which argument names the object, from zero; "result" when the call returns it. */
  readonly target: number | "result";
  /** The argument names the object somewhere inside: `MKDEV(major, foo->minor)`. */
  readonly inside: boolean;
  /** Which argument says where the resource lives (the list, the IDA), from zero; -1 when none does. */
  readonly holder: number;
  /** Which argument is the function that runs when the last reference goes; -1 when there is none. */
  readonly callback: number;
  /** True when the call tells whether it dropped the last reference. */
  readonly tellsLast: boolean;
  /** True when the driver core undoes the call by itself when the device is unbound. */
  readonly managed: boolean;
  /** The header that declares it, below include/. */
  readonly header: string;
}

type Options = Partial<Pick<ApiRow, "inside" | "holder" | "callback" | "tellsLast" | "managed">>;
type Line = readonly [calls: string, target: number | "result", effect: Effect, options?: Options];

function rows(header: string, kind: ResourceKind, lines: readonly Line[]): ApiRow[] {
  return lines.flatMap(([calls, target, effect, options]) =>
    calls.split(" ").map((call) => ({ call, kind, effect, target, inside: false, holder: -1, callback: -1, tellsLast: false, managed: false, header, ...options })),
  );
}

const ALL: readonly ApiRow[] = [
  ...rows("linux/slab.h", "memory", [
    ["kmalloc kzalloc kcalloc kmalloc_array kmalloc_node kzalloc_node kcalloc_node kmemdup kmemdup_nul krealloc kvmalloc kvzalloc kvcalloc kvmalloc_array", "result", "acquire"],
    ["kmalloc_obj kzalloc_obj kmalloc_objs kzalloc_objs kmalloc_flex kzalloc_flex kvzalloc_obj kvmalloc_obj", "result", "acquire"],
    ["kmem_cache_alloc kmem_cache_zalloc kmem_cache_alloc_node kmem_cache_alloc_lru vmalloc vzalloc mempool_alloc alloc_percpu", "result", "acquire"],
    ["kfree kvfree kfree_sensitive kzfree vfree kvfree_sensitive free_percpu kfree_const", 0, "release"],
    ["kmem_cache_free mempool_free", 1, "release"],
  ]),
  ...rows("linux/rcupdate.h", "memory", [["kfree_rcu kvfree_rcu kfree_rcu_mightsleep", 0, "release"]]),
  ...rows("linux/rcupdate.h", "rcu", [["call_rcu call_rcu_hurry call_srcu", 0, "put", { callback: 1 }]]),
  ...rows("linux/device/devres.h", "memory", [
    ["devm_kmalloc devm_kzalloc devm_kcalloc devm_kmalloc_array devm_kmemdup drmm_kzalloc drmm_kmalloc", "result", "acquire", { managed: true }],
    ["devm_kfree", 1, "release"],
  ]),
  ...rows("linux/etherdevice.h", "memory", [["alloc_etherdev alloc_netdev alloc_etherdev_mqs alloc_netdev_mqs", "result", "acquire"], ["free_netdev", 0, "release"]]),

  ...rows("linux/refcount.h", "count", [
    ["refcount_set", 0, "initialize"],
    ["refcount_inc refcount_inc_not_zero refcount_add refcount_add_not_zero refcount_inc_not_zero_acquire refcount_inc_acquire", 0, "get"],
    ["refcount_dec_and_test refcount_sub_and_test refcount_dec_if_one refcount_dec_and_mutex_lock refcount_dec_and_lock refcount_dec_and_lock_irqsave refcount_dec_and_rtnl_lock", 0, "put", { tellsLast: true }],
    ["refcount_dec refcount_dec_not_one", 0, "put"],
  ]),
  ...rows("linux/atomic.h", "count", [
    ["atomic_inc_not_zero atomic_inc_unless_negative atomic_long_inc_not_zero", 0, "get"],
    ["atomic_dec_and_test atomic_dec_and_lock atomic_dec_and_mutex_lock atomic_long_dec_and_test atomic_sub_and_test", 0, "put", { tellsLast: true }],
  ]),
  ...rows("linux/percpu-refcount.h", "count", [
    ["percpu_ref_init", 0, "initialize", { callback: 1 }],
    ["percpu_ref_get percpu_ref_tryget percpu_ref_tryget_live percpu_ref_get_many", 0, "get"],
    ["percpu_ref_put percpu_ref_put_many percpu_ref_kill percpu_ref_kill_and_confirm", 0, "put"],
    ["percpu_ref_exit", 0, "release"],
  ]),
  ...rows("linux/kref.h", "kref", [
    ["kref_init kref_set", 0, "initialize"],
    ["kref_get kref_get_unless_zero", 0, "get"],
    ["kref_put kref_put_mutex kref_put_lock", 0, "put", { callback: 1 }],
    ["kref_sub", 0, "put", { callback: 2 }],
  ]),
  ...rows("linux/kobject.h", "kobject", [
    ["kobject_init", 0, "initialize"],
    ["kobject_init_and_add", 0, "initialize"],
    ["kobject_init_and_add", 0, "publish"],
    ["kobject_create_and_add kobject_create kset_create_and_add", "result", "acquire"],
    ["kobject_add kset_register", 0, "publish"],
    ["kobject_del kset_unregister", 0, "unpublish"],
    ["kobject_get kobject_get_unless_zero kset_get", 0, "get"],
    ["kobject_put kset_put", 0, "put"],
  ]),
  ...rows("linux/device.h", "device", [
    ["device_initialize", 0, "initialize"],
    ["device_register", 0, "initialize"],
    ["device_register device_add", 0, "publish"],
    ["device_del", 0, "unpublish"],
    ["device_unregister", 0, "unpublish"],
    ["device_unregister", 0, "put"],
    ["get_device", 0, "get"],
    ["put_device", 0, "put"],
  ]),
  ...rows("linux/device.h", "created-device", [
    ["device_create device_create_with_groups", 3, "publish", { holder: 0 }],
    ["device_destroy", 1, "unpublish", { inside: true, holder: 0 }],
  ]),
  ...rows("linux/platform_device.h", "device", [
    ["platform_device_alloc", "result", "acquire"],
    ["platform_device_add platform_device_register", 0, "publish"],
    ["platform_device_del", 0, "unpublish"],
    ["platform_device_unregister", 0, "unpublish"],
    ["platform_device_put", 0, "put"],
  ]),
  ...rows("linux/cdev.h", "cdev", [
    ["cdev_init", 0, "initialize"],
    ["cdev_alloc", "result", "acquire"],
    ["cdev_add cdev_device_add", 0, "publish"],
    ["cdev_del cdev_device_del", 0, "unpublish"],
  ]),
  ...rows("linux/cdev.h", "device", [["cdev_device_add", 1, "publish"], ["cdev_device_del", 1, "unpublish"]]),
  ...rows("linux/miscdevice.h", "registration", [["misc_register", 0, "publish"], ["misc_deregister", 0, "unpublish"]]),
  ...rows("linux/netdevice.h", "registration", [["register_netdev register_netdevice", 0, "publish"], ["unregister_netdev unregister_netdevice", 0, "unpublish"]]),
  ...rows("linux/netdevice.h", "reference", [["dev_hold netdev_hold", 0, "get"], ["dev_put netdev_put", 0, "put"]]),
  ...rows("net/sock.h", "reference", [["sock_hold", 0, "get"], ["sock_put", 0, "put"]]),

  ...rows("linux/idr.h", "id", [
    ["idr_alloc idr_alloc_cyclic", 1, "acquire", { holder: 0 }],
    ["idr_alloc_u32", 1, "acquire", { holder: 0 }],
    ["idr_alloc idr_alloc_cyclic idr_alloc_u32", 1, "publish", { holder: 0 }],
    ["idr_replace", 1, "publish", { holder: 0 }],
    ["idr_remove", 1, "release", { inside: true, holder: 0 }],
    ["idr_remove", 1, "unpublish", { inside: true, holder: 0 }],
    ["ida_alloc ida_alloc_max ida_alloc_min ida_alloc_range ida_simple_get", "result", "acquire", { holder: 0 }],
    ["ida_free ida_simple_remove", 1, "release", { inside: true, holder: 0 }],
  ]),
  ...rows("linux/xarray.h", "id", [
    ["xa_alloc xa_alloc_irq xa_alloc_bh", 2, "acquire", { holder: 0 }],
    ["xa_alloc xa_alloc_irq xa_alloc_bh", 2, "publish", { holder: 0 }],
    ["xa_alloc_cyclic xa_alloc_cyclic_irq", 2, "acquire", { holder: 0 }],
    ["xa_alloc_cyclic xa_alloc_cyclic_irq", 2, "publish", { holder: 0 }],
    ["xa_store xa_insert xa_store_irq xa_insert_irq", 2, "publish", { holder: 0 }],
    ["xa_cmpxchg", 3, "publish", { holder: 0 }],
    ["xa_erase xa_erase_irq __xa_erase xa_erase_bh", 1, "unpublish", { inside: true, holder: 0 }],
  ]),
  ...rows("linux/list.h", "list", [
    ["list_add list_add_tail list_add_rcu list_add_tail_rcu", 0, "publish", { holder: 1 }],
    ["list_move list_move_tail list_replace_init", 0, "publish", { holder: 1 }],
    ["list_del list_del_init list_del_rcu list_del_init_careful", 0, "unpublish"],
    ["hlist_add_head hlist_add_head_rcu hlist_add_tail_rcu hlist_bl_add_head hlist_nulls_add_head_rcu", 0, "publish", { holder: 1 }],
    ["hlist_del hlist_del_init hlist_del_rcu hlist_del_init_rcu hlist_bl_del", 0, "unpublish"],
    ["llist_add", 0, "publish", { holder: 1 }],
  ]),
  ...rows("linux/hashtable.h", "list", [["hash_add hash_add_rcu", 1, "publish", { holder: 0 }], ["hash_del hash_del_rcu", 0, "unpublish"]]),
  ...rows("linux/rhashtable.h", "list", [
    ["rhashtable_insert_fast rhashtable_lookup_insert_fast", 1, "publish", { holder: 0 }],
    ["rhashtable_remove_fast", 1, "unpublish", { holder: 0 }],
  ]),
  ...rows("linux/klist.h", "list", [["klist_add_tail klist_add_head", 0, "publish", { holder: 1 }], ["klist_del klist_remove", 0, "unpublish"]]),
  ...rows("linux/rbtree.h", "tree", [
    ["rb_insert_color rb_insert_color_cached", 0, "publish", { holder: 1 }], ["rb_link_node", 0, "publish"], ["rb_add rb_add_cached", 0, "publish", { holder: 1 }],
    ["rb_erase rb_erase_cached", 0, "unpublish", { holder: 1 }],
  ]),

  ...rows("linux/mutex.h", "lock", [["mutex_init", 0, "initialize"], ["mutex_destroy", 0, "release"]]),
  ...rows("linux/spinlock.h", "lock", [["spin_lock_init raw_spin_lock_init rwlock_init", 0, "initialize"]]),
  ...rows("linux/rwsem.h", "lock", [["init_rwsem", 0, "initialize"]]),
  ...rows("linux/srcu.h", "lock", [["init_srcu_struct", 0, "initialize"], ["cleanup_srcu_struct", 0, "release"]]),

  ...rows("linux/notifier.h", "notifier", [
    ["blocking_notifier_chain_register atomic_notifier_chain_register raw_notifier_chain_register srcu_notifier_chain_register", 1, "acquire", { holder: 0 }],
    ["blocking_notifier_chain_unregister atomic_notifier_chain_unregister raw_notifier_chain_unregister srcu_notifier_chain_unregister", 1, "release", { holder: 0 }],
    ["register_netdevice_notifier register_reboot_notifier register_memory_notifier register_inetaddr_notifier register_pm_notifier register_die_notifier register_oom_notifier", 0, "acquire"],
    ["unregister_netdevice_notifier unregister_reboot_notifier unregister_memory_notifier unregister_inetaddr_notifier unregister_pm_notifier unregister_die_notifier unregister_oom_notifier", 0, "release"],
    ["bus_register_notifier", 1, "acquire", { holder: 0 }], ["bus_unregister_notifier", 1, "release", { holder: 0 }],
  ]),
  ...rows("linux/iommu.h", "notifier", [["iommu_group_register_notifier", 1, "acquire", { holder: 0 }], ["iommu_group_unregister_notifier", 1, "release", { holder: 0 }]]),
  ...rows("linux/iommu.h", "reference", [["iommu_group_get", "result", "get"], ["iommu_group_ref_get", 0, "get"], ["iommu_group_put", 0, "put"]]),

  ...rows("linux/workqueue.h", "work", [
    ["INIT_WORK INIT_DELAYED_WORK INIT_WORK_ONSTACK INIT_RCU_WORK", 0, "initialize", { callback: 1 }],
    ["schedule_work schedule_delayed_work", 0, "publish"],
    ["queue_work queue_delayed_work mod_delayed_work queue_rcu_work", 1, "publish", { holder: 0 }],
    ["queue_work_on queue_delayed_work_on", 2, "publish", { holder: 1 }],
    ["cancel_work_sync cancel_work cancel_delayed_work cancel_delayed_work_sync disable_work_sync disable_delayed_work_sync", 0, "unpublish"],
  ]),
  ...rows("linux/timer.h", "timer", [
    ["timer_setup setup_timer hrtimer_init hrtimer_setup", 0, "initialize", { callback: 1 }],
    ["mod_timer add_timer hrtimer_start", 0, "publish"],
    ["del_timer del_timer_sync timer_delete timer_delete_sync timer_shutdown timer_shutdown_sync hrtimer_cancel", 0, "unpublish"],
  ]),
  ...rows("linux/interrupt.h", "irq", [
    ["tasklet_init tasklet_setup", 0, "initialize", { callback: 1 }], ["tasklet_kill", 0, "unpublish"],
    ["request_irq", 4, "publish"], ["request_threaded_irq", 5, "publish"], ["free_irq", 1, "unpublish"],
    ["devm_request_irq", 5, "publish", { managed: true }],
  ]),
  ...rows("linux/completion.h", "wait", [["init_completion reinit_completion", 0, "initialize"]]),
  ...rows("linux/wait.h", "wait", [["init_waitqueue_head", 0, "initialize"]]),

  ...rows("linux/module.h", "module", [["__module_get try_module_get", 0, "get"], ["module_put", 0, "put"]]),
  ...rows("linux/file.h", "file", [["fget fget_raw fget_task", "result", "get"], ["get_file", 0, "get"], ["fput", 0, "put"]]),
  ...rows("linux/fs.h", "reference", [["igrab ihold", 0, "get"], ["iput", 0, "put"]]),
  ...rows("linux/dcache.h", "reference", [["dget", 0, "get"], ["dput", 0, "put"]]),
  ...rows("linux/sched/task.h", "reference", [["get_task_struct", 0, "get"], ["put_task_struct", 0, "put"]]),
  ...rows("linux/sched/mm.h", "reference", [["mmgrab mmget mmget_not_zero", 0, "get"], ["mmdrop mmput", 0, "put"]]),
  ...rows("linux/pid.h", "reference", [["get_pid", 0, "get"], ["put_pid", 0, "put"]]),
  ...rows("linux/cred.h", "reference", [["get_cred", 0, "get"], ["put_cred", 0, "put"]]),
  ...rows("linux/of.h", "reference", [["of_node_get", 0, "get"], ["of_node_put", 0, "put"]]),
  ...rows("linux/property.h", "reference", [["fwnode_handle_get", 0, "get"], ["fwnode_handle_put", 0, "put"]]),
  ...rows("linux/pci.h", "reference", [["pci_dev_get", 0, "get"], ["pci_dev_put", 0, "put"]]),
  ...rows("linux/eventfd.h", "reference", [["eventfd_ctx_fdget eventfd_ctx_fileget", "result", "get"], ["eventfd_ctx_put", 0, "put"]]),
  ...rows("linux/debugfs.h", "registration", [["debugfs_create_file", 3, "publish"], ["debugfs_remove debugfs_remove_recursive", 0, "unpublish"]]),
  ...rows("linux/sysfs.h", "registration", [["sysfs_create_group", 0, "publish"], ["sysfs_remove_group", 0, "unpublish"]]),
  ...rows("linux/proc_fs.h", "registration", [["proc_create_data", 4, "publish"], ["proc_remove", 0, "unpublish"]]),
];

/** Rows by the name of the call, in the order of the table. */
export const API: ReadonlyMap<string, readonly ApiRow[]> = group(ALL);

/** Every row, for the tests and for the page that lists what is known. */
export const API_ROWS: readonly ApiRow[] = ALL;

/** Calls that take and give back a lock, by the argument that names it; for "under group_lock". */
export const LOCK_CALLS: ReadonlyMap<string, { readonly takes: boolean; readonly argument: number }> = new Map([
  ...["mutex_lock", "mutex_lock_nested", "mutex_lock_interruptible", "mutex_lock_killable", "mutex_trylock", "spin_lock", "spin_lock_irq", "spin_lock_irqsave", "spin_lock_bh",
    "raw_spin_lock", "raw_spin_lock_irqsave", "down_read", "down_write", "down", "read_lock", "write_lock", "write_lock_irq", "write_lock_bh", "rtnl_lock"]
    .map((call): [string, { takes: boolean; argument: number }] => [call, { takes: true, argument: 0 }]),
  ...["refcount_dec_and_mutex_lock", "refcount_dec_and_lock", "refcount_dec_and_lock_irqsave", "atomic_dec_and_lock", "atomic_dec_and_mutex_lock"]
    .map((call): [string, { takes: boolean; argument: number }] => [call, { takes: true, argument: 1 }]),
  ...["kref_put_mutex", "kref_put_lock"].map((call): [string, { takes: boolean; argument: number }] => [call, { takes: true, argument: 2 }]),
  ...["mutex_unlock", "spin_unlock", "spin_unlock_irq", "spin_unlock_irqrestore", "spin_unlock_bh", "raw_spin_unlock", "raw_spin_unlock_irqrestore", "up_read", "up_write", "up",
    "read_unlock", "write_unlock", "write_unlock_irq", "write_unlock_bh", "rtnl_unlock"]
    .map((call): [string, { takes: boolean; argument: number }] => [call, { takes: false, argument: 0 }]),
]);

function group(all: readonly ApiRow[]): Map<string, ApiRow[]> {
  const byCall = new Map<string, ApiRow[]>();
  for (const row of all) byCall.set(row.call, [...(byCall.get(row.call) ?? []), row]);
  return byCall;
}
