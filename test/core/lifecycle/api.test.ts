// The table of lifetime calls: sound rows, and the calls that reviewers of kernel patches meet every day.
import { describe, expect, it } from "vitest";
import { API, API_ROWS, LOCK_CALLS } from "../../../src/core/lifecycle/api.js";

describe("the table", () => {
  it("has no row twice", () => {
    const keys = API_ROWS.map((row) => `${row.call} ${row.kind} ${row.effect} ${row.target}`);
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
  });

  it("names a header for every row", () => {
    for (const row of API_ROWS) expect(row.header, row.call).toMatch(/^[a-z][\w-]*\/[\w/-]+\.h$/);
  });

  it("has both halves of every kind that is taken and given back", () => {
    const both: readonly (readonly [string, string])[] = [["acquire", "release"], ["publish", "unpublish"], ["get", "put"]];
    for (const kind of new Set(API_ROWS.map((row) => row.kind))) {
      const effects = new Set<string>(API_ROWS.filter((row) => row.kind === kind).map((row) => row.effect));
      for (const [first, second] of both) if (effects.has(first) && kind !== "kobject" && kind !== "device" && kind !== "cdev") expect(effects.has(second) || (first === "acquire" && (effects.has("unpublish") || effects.has("put"))), `${kind} ${first}`).toBe(true);
    }
  });

  it.each([
    "kzalloc", "kfree", "kfree_rcu", "kmem_cache_alloc", "devm_kzalloc", "refcount_set", "refcount_inc_not_zero", "refcount_dec_and_test", "refcount_dec_and_mutex_lock",
    "kref_init", "kref_get", "kref_put", "kobject_init_and_add", "kobject_put", "device_initialize", "device_add", "device_del", "get_device", "put_device", "device_register",
    "device_unregister", "device_create", "device_destroy", "cdev_init", "cdev_add", "cdev_del", "cdev_device_add", "cdev_device_del", "idr_alloc", "idr_remove", "ida_alloc",
    "ida_free", "xa_alloc", "xa_erase", "list_add", "list_del", "list_add_tail_rcu", "hlist_del_rcu", "mutex_init", "mutex_destroy", "spin_lock_init", "init_rwsem",
    "blocking_notifier_chain_register", "INIT_WORK", "schedule_work", "cancel_work_sync", "timer_setup", "mod_timer", "del_timer_sync", "init_completion", "try_module_get",
    "module_put", "iommu_group_get", "iommu_group_put", "iommu_group_register_notifier", "fget", "fput", "get_task_struct",
    "add_disk", "del_gendisk", "put_disk", "posix_clock_unregister", "framebuffer_release", "input_register_handle", "tty_kref_get", "drm_dev_get", "dma_buf_attach", "usb_submit_urb",
    "usb_kill_urb", "kthread_run", "kthread_stop", "irq_domain_remove", "i2c_unregister_device", "debugfs_create_dir", "kasprintf", "skb_clone", "scsi_autopm_put_device",
  ])("knows %s", (call) => {
    expect(API.has(call) || LOCK_CALLS.has(call)).toBe(true);
  });
});
