// Calls that take and give back locks, and contexts that end as locks do (interrupts off, RCU readers).
import type { Failure } from "./api-row.js";

export interface LockCall {
  readonly takes: boolean;
  /** Which argument names the lock, from zero; -1 when there is only one of its kind: `rtnl_lock()`. */
  readonly argument: number;
  /** What must give it back: a call of the same family. */
  readonly family: string;
  /** Shared locks and contexts do not keep others of their kind out. */
  readonly shared: boolean;
  readonly fails: Failure;
}

type Pair = readonly [family: string, takes: string, gives: string, options?: { readonly argument?: number; readonly shared?: boolean; readonly fails?: Failure }];

const PAIRS: readonly Pair[] = [
  // linux/mutex.h, linux/semaphore.h, linux/rtmutex.h, linux/ww_mutex.h
  ["mutex", "mutex_lock mutex_lock_nested mutex_lock_io mutex_lock_nest_lock", "mutex_unlock"],
  ["mutex", "mutex_lock_interruptible mutex_lock_killable mutex_lock_interruptible_nested mutex_lock_killable_nested", "", { fails: "status" }],
  ["mutex", "mutex_trylock", "", { fails: "false" }],
  ["semaphore", "down", "up"], ["semaphore", "down_interruptible down_killable down_timeout down_trylock", "", { fails: "status" }],
  ["rt-mutex", "rt_mutex_lock", "rt_mutex_unlock"],
  ["ww-mutex", "ww_mutex_lock ww_mutex_lock_interruptible", "ww_mutex_unlock", { fails: "status" }],
  // linux/spinlock.h
  ["spin", "spin_lock spin_lock_nested spin_lock_irq spin_lock_irqsave spin_lock_irqsave_nested spin_lock_bh", "spin_unlock spin_unlock_irq spin_unlock_irqrestore spin_unlock_bh"],
  ["spin", "spin_trylock spin_trylock_irq spin_trylock_irqsave spin_trylock_bh", "", { fails: "false" }],
  ["raw-spin", "raw_spin_lock raw_spin_lock_nested raw_spin_lock_irq raw_spin_lock_irqsave raw_spin_lock_bh", "raw_spin_unlock raw_spin_unlock_irq raw_spin_unlock_irqrestore raw_spin_unlock_bh"],
  ["raw-spin", "raw_spin_trylock raw_spin_trylock_irqsave", "", { fails: "false" }],
  ["bit-spin", "hlist_bl_lock", "hlist_bl_unlock"],
  // linux/rwlock.h, linux/rwsem.h, linux/percpu-rwsem.h, linux/seqlock.h
  ["read", "read_lock read_lock_irq read_lock_irqsave read_lock_bh", "read_unlock read_unlock_irq read_unlock_irqrestore read_unlock_bh", { shared: true }],
  ["write", "write_lock write_lock_irq write_lock_irqsave write_lock_bh", "write_unlock write_unlock_irq write_unlock_irqrestore write_unlock_bh"],
  ["rwsem-read", "down_read down_read_nested", "up_read", { shared: true }],
  ["rwsem-read", "down_read_trylock", "", { shared: true, fails: "false" }],
  ["rwsem-read", "down_read_interruptible down_read_killable", "", { shared: true, fails: "status" }],
  ["rwsem-write", "down_write down_write_nested", "up_write"],
  ["rwsem-write", "down_write_trylock", "", { fails: "false" }], ["rwsem-write", "down_write_killable", "", { fails: "status" }],
  ["percpu-read", "percpu_down_read", "percpu_up_read", { shared: true }], ["percpu-write", "percpu_down_write", "percpu_up_write"],
  ["seqlock", "write_seqlock write_seqlock_irq write_seqlock_irqsave write_seqlock_bh", "write_sequnlock write_sequnlock_irq write_sequnlock_irqrestore write_sequnlock_bh"],
  ["seqlock-reader", "read_seqlock_excl read_seqlock_excl_irqsave", "read_sequnlock_excl read_sequnlock_excl_irqrestore"],
  ["seqcount", "write_seqcount_begin raw_write_seqcount_begin", "write_seqcount_end raw_write_seqcount_end"],
  // linux/rcupdate.h, linux/srcu.h
  ["rcu", "rcu_read_lock", "rcu_read_unlock", { argument: -1, shared: true }], ["rcu-bh", "rcu_read_lock_bh", "rcu_read_unlock_bh", { argument: -1, shared: true }],
  ["rcu-sched", "rcu_read_lock_sched", "rcu_read_unlock_sched", { argument: -1, shared: true }],
  ["srcu", "srcu_read_lock srcu_read_lock_nmisafe", "srcu_read_unlock srcu_read_unlock_nmisafe", { shared: true }], ["dax", "dax_read_lock", "dax_read_unlock", { argument: -1, shared: true }],
  // linux/irqflags.h, linux/preempt.h, linux/bottom_half.h, linux/smp.h, linux/cpu.h, linux/uaccess.h
  ["irq-flags", "local_irq_save", "local_irq_restore", { argument: -1, shared: true }], ["irq-off", "local_irq_disable", "local_irq_enable", { argument: -1, shared: true }],
  ["preempt", "preempt_disable", "preempt_enable preempt_enable_no_resched", { argument: -1, shared: true }], ["cpu", "get_cpu", "put_cpu", { argument: -1, shared: true }],
  ["bh", "local_bh_disable", "local_bh_enable", { argument: -1, shared: true }], ["cpus", "cpus_read_lock", "cpus_read_unlock", { argument: -1, shared: true }],
  ["pagefault", "pagefault_disable", "pagefault_enable", { argument: -1, shared: true }],
  // linux/sched/mm.h: what the scope allows an allocation to do
  ["nofs", "memalloc_nofs_save", "memalloc_nofs_restore", { argument: -1, shared: true }], ["noio", "memalloc_noio_save", "memalloc_noio_restore", { argument: -1, shared: true }],
  // linux/rtnetlink.h, linux/netdevice.h, net/devlink.h, net/cfg80211.h
  ["rtnl", "rtnl_lock", "rtnl_unlock", { argument: -1 }], ["rtnl", "rtnl_trylock", "", { argument: -1, fails: "false" }], ["rtnl", "rtnl_lock_killable", "", { argument: -1, fails: "status" }],
  ["netif-tx", "netif_tx_lock netif_tx_lock_bh __netif_tx_lock", "netif_tx_unlock netif_tx_unlock_bh __netif_tx_unlock"], ["netif-addr", "netif_addr_lock netif_addr_lock_bh", "netif_addr_unlock netif_addr_unlock_bh"],
  ["devlink", "devl_lock", "devl_unlock"], ["wiphy", "wiphy_lock", "wiphy_unlock"],
  ["sock", "lock_sock lock_sock_nested", "release_sock"], ["sock-bh", "bh_lock_sock bh_lock_sock_nested", "bh_unlock_sock"],
  // linux/fs.h, linux/pagemap.h, linux/buffer_head.h, linux/pipe_fs_i.h, linux/mmap_lock.h, linux/jbd2.h, linux/fsnotify_backend.h
  ["inode", "inode_lock inode_lock_nested", "inode_unlock"], ["inode", "inode_trylock", "", { fails: "false" }], ["inode-shared", "inode_lock_shared", "inode_unlock_shared", { shared: true }],
  ["invalidate", "filemap_invalidate_lock", "filemap_invalidate_unlock"], ["page", "lock_page", "unlock_page"], ["page", "trylock_page", "", { fails: "false" }],
  ["folio", "folio_lock", "folio_unlock"], ["folio", "folio_trylock", "", { fails: "false" }], ["buffer", "lock_buffer", "unlock_buffer"], ["buffer", "trylock_buffer", "", { fails: "false" }],
  ["pipe", "pipe_lock", "pipe_unlock"], ["mmap-read", "mmap_read_lock", "mmap_read_unlock", { shared: true }], ["mmap-read", "mmap_read_trylock", "", { shared: true, fails: "false" }],
  ["mmap-write", "mmap_write_lock", "mmap_write_unlock"], ["mmap-write", "mmap_write_lock_killable", "", { fails: "status" }],
  ["journal", "jbd2_journal_lock_updates", "jbd2_journal_unlock_updates"], ["fsnotify", "fsnotify_group_lock", "fsnotify_group_unlock"], ["rename", "lock_rename", "unlock_rename"],
  // linux/xarray.h
  ["xarray", "xa_lock xa_lock_irq xa_lock_irqsave xa_lock_bh", "xa_unlock xa_unlock_irq xa_unlock_irqrestore xa_unlock_bh"], ["xarray-state", "xas_lock xas_lock_irq xas_lock_irqsave", "xas_unlock xas_unlock_irq xas_unlock_irqrestore"],
  // linux/device.h, linux/usb.h, linux/i2c.h, linux/pci.h, linux/tty.h, linux/serial_core.h, linux/sched/task.h, linux/console.h, linux/fb.h, linux/phy.h
  ["device", "device_lock", "device_unlock"], ["device", "device_trylock", "", { fails: "false" }], ["usb", "usb_lock_device", "usb_unlock_device"], ["i2c", "i2c_lock_bus", "i2c_unlock_bus"],
  ["pci-rescan", "pci_lock_rescan_remove", "pci_unlock_rescan_remove", { argument: -1 }], ["pci-config", "pci_cfg_access_lock", "pci_cfg_access_unlock"],
  ["tty", "tty_lock", "tty_unlock"], ["uart", "uart_port_lock uart_port_lock_irqsave", "uart_port_unlock uart_port_unlock_irqrestore"], ["task", "task_lock", "task_unlock"],
  ["console", "console_lock", "console_unlock", { argument: -1 }], ["console", "console_trylock", "", { argument: -1, fails: "false" }], ["fb-info", "lock_fb_info", "unlock_fb_info"],
  ["mdio-bus", "phy_lock_mdio_bus", "phy_unlock_mdio_bus"], ["irq-chip", "irq_gc_lock", "irq_gc_unlock"], ["rtc", "rtc_lock", "rtc_unlock"], ["adis", "adis_dev_lock", "adis_dev_unlock"],
  ["gpio-irq", "gpiochip_lock_as_irq", "gpiochip_unlock_as_irq", { fails: "status" }], ["mfd", "mc13xxx_lock", "mc13xxx_unlock"], ["mfd-core", "si476x_core_lock", "si476x_core_unlock"],
  // drm/drm_modeset_lock.h, linux/dma-resv.h, media/v4l2-ctrls.h, media/videobuf-core.h
  ["modeset", "drm_modeset_lock", "drm_modeset_unlock", { fails: "status" }], ["modeset-all", "drm_modeset_lock_all", "drm_modeset_unlock_all"],
  ["reservation", "dma_resv_lock dma_resv_lock_interruptible", "dma_resv_unlock", { fails: "status" }], ["reservation", "dma_resv_trylock", "", { fails: "false" }],
  ["v4l2-ctrl", "v4l2_ctrl_lock", "v4l2_ctrl_unlock"], ["videobuf", "videobuf_queue_lock", "videobuf_queue_unlock"],
  // acpi/acpiosxf.h, acpi/acpi_bus.h
  ["acpi", "acpi_os_acquire_lock", "acpi_os_release_lock"], ["acpi-mutex", "acpi_os_acquire_mutex", "acpi_os_release_mutex", { fails: "status" }], ["acpi-hotplug", "acpi_lock_hp_context", "acpi_unlock_hp_context", { argument: -1 }],
  // A reference and a lock in one: the lock is held when the call says that the last reference went (linux/refcount.h, linux/spinlock.h, linux/kref.h).
  ["mutex", "refcount_dec_and_mutex_lock atomic_dec_and_mutex_lock", "", { argument: 1, fails: "false" }],
  ["spin", "refcount_dec_and_lock refcount_dec_and_lock_irqsave atomic_dec_and_lock atomic_dec_and_lock_irqsave", "", { argument: 1, fails: "false" }],
  ["rtnl", "refcount_dec_and_rtnl_lock", "", { argument: -1, fails: "false" }],
  ["mutex", "kref_put_mutex", "", { argument: 2, fails: "false" }], ["spin", "kref_put_lock", "", { argument: 2, fails: "false" }],
];

/** Calls that take and give back a lock, by their name. */
export const LOCK_CALLS: ReadonlyMap<string, LockCall> = new Map(PAIRS.flatMap(([family, takes, gives, options]) => {
  const call = (names: string, isTaken: boolean): [string, LockCall][] => names.split(" ").filter((name) => name !== "").map((name) => [name,
    { takes: isTaken, argument: options?.argument ?? 0, family, shared: options?.shared ?? false, fails: isTaken ? (options?.fails ?? null) : null }]);
  return [...call(takes, true), ...call(gives, false)];
}));
