// Macros that declare a variable of a known type: `DEFINE_MUTEX(lock)`, `LIST_HEAD(queue)`.
import type { TypeRef } from "./ast.js";

const STRUCTS: ReadonlyMap<string, string> = new Map([
  // include/linux/mutex.h, spinlock.h, rwsem.h, seqlock.h
  ["DEFINE_MUTEX", "mutex"], ["DECLARE_RWSEM", "rw_semaphore"], ["DEFINE_SEMAPHORE", "semaphore"], ["DEFINE_STATIC_PERCPU_RWSEM", "percpu_rw_semaphore"],
  // include/linux/list.h, types.h, llist.h
  ["LIST_HEAD", "list_head"], ["HLIST_HEAD", "hlist_head"], ["LLIST_HEAD", "llist_head"],
  // include/linux/idr.h, xarray.h
  ["DEFINE_IDA", "ida"], ["DEFINE_IDR", "idr"], ["DEFINE_XARRAY", "xarray"], ["DEFINE_XARRAY_ALLOC", "xarray"], ["DEFINE_XARRAY_ALLOC1", "xarray"], ["DEFINE_XARRAY_FLAGS", "xarray"],
  // include/linux/notifier.h
  ["BLOCKING_NOTIFIER_HEAD", "blocking_notifier_head"], ["ATOMIC_NOTIFIER_HEAD", "atomic_notifier_head"], ["RAW_NOTIFIER_HEAD", "raw_notifier_head"],
  // include/linux/completion.h, wait.h, workqueue.h, timer.h, srcu.h
  ["DECLARE_COMPLETION", "completion"], ["DECLARE_COMPLETION_ONSTACK", "completion"], ["DECLARE_WAIT_QUEUE_HEAD", "wait_queue_head"],
  ["DECLARE_WAIT_QUEUE_HEAD_ONSTACK", "wait_queue_head"], ["DEFINE_WAIT", "wait_queue_entry"], ["DECLARE_WAITQUEUE", "wait_queue_entry"], ["DEFINE_WAIT_FUNC", "wait_queue_entry"],
  ["DECLARE_WORK", "work_struct"], ["DECLARE_DELAYED_WORK", "delayed_work"], ["DEFINE_TIMER", "timer_list"], ["DEFINE_STATIC_SRCU", "srcu_struct"], ["DEFINE_SRCU", "srcu_struct"],
  ["DEFINE_RATELIMIT_STATE", "ratelimit_state"],
]);

const NAMES: ReadonlyMap<string, string> = new Map([
  ["DEFINE_SPINLOCK", "spinlock_t"], ["DEFINE_RAW_SPINLOCK", "raw_spinlock_t"], ["DEFINE_RWLOCK", "rwlock_t"], ["DEFINE_SEQLOCK", "seqlock_t"],
]);

/** The type of what the macro declares, or null when the macro is not one of them. */
export function declaredByMacro(macro: string): TypeRef | null {
  const struct = STRUCTS.get(macro);
  if (struct !== undefined) return { tag: "struct", name: struct, pointers: 0, arrays: [] };
  const name = NAMES.get(macro);
  return name === undefined ? null : { tag: "name", name, pointers: 0, arrays: [] };
}
