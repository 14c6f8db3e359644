// What one row of the table of lifetime calls says, and the short forms that rows are written in.

/** A kind of right or life that code can hold. */
export type ResourceKind =
  | "memory" | "count" | "kref" | "kobject" | "device" | "created-device" | "cdev" | "id" | "id-table" | "list" | "tree" | "queue" | "lock" | "notifier" | "module"
  | "reference" | "work" | "timer" | "wait" | "file" | "registration" | "irq" | "rcu"
  /** An address that the CPU or a device may use: `ioremap`, `dma_map_single`. */
  | "mapping"
  /** Something that is on: a clock, a regulator, an interrupt, a network queue. */
  | "enable"
  /** A use of a device that is awake meanwhile: `pm_runtime_get_sync`. It keeps no memory alive. */
  | "power"
  /** A range or a channel that nobody else has meanwhile: `request_region`. */
  | "claim"
  /** A kernel thread of the object's own: `kthread_run`. */
  | "thread"
  /** A request that is with the USB host controller and comes back by a callback: `usb_submit_urb`. */
  | "urb"
  /** Any other object that lies inside ours and has to be set up and torn down. */
  | "object";

/**
 * What the call does: takes or gives back a resource; starts a count or an embedded object; makes the object reachable for others,
 * or ends that; takes or drops one more reference.
 */
export type Effect = "acquire" | "release" | "initialize" | "publish" | "unpublish" | "get" | "put";

/** How the call says that it did nothing: NULL, ERR_PTR (include/linux/err.h), false or zero, any number but zero; null when it cannot fail. */
export type Failure = "null" | "error-pointer" | "false" | "status" | null;

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
  /** True when the call returns the object that it was given: `dev = get_device(dev)`. */
  readonly returnsArgument: boolean;
  /** True when the driver core undoes the call by itself when the device is unbound. */
  readonly managed: boolean;
  readonly fails: Failure;
  /** True when the call has its effect even when it says that it failed: `device_register` leaves a reference to be put. */
  readonly keepsOnFailure: boolean;
  /** The header that declares it, below include/. */
  readonly header: string;
}

export type RowOptions = Partial<Pick<ApiRow, "inside" | "holder" | "callback" | "tellsLast" | "returnsArgument" | "managed" | "fails" | "keepsOnFailure">>;
/** Calls with a space between them, the argument that names the object, and what they do to it. */
export type Line = readonly [calls: string, target: number | "result", effect: Effect, options?: RowOptions];

export const managed: RowOptions = { managed: true };
export const returnsError: RowOptions = { fails: "error-pointer" };
export const managedError: RowOptions = { managed: true, fails: "error-pointer" };
export const falseFails: RowOptions = { fails: "false" };
export const statusFails: RowOptions = { fails: "status" };
export const nullFails: RowOptions = { fails: "null" };
export const returnsArgument: RowOptions = { fails: "null", returnsArgument: true };
export const keepsOnFailure: RowOptions = { keepsOnFailure: true };

/** The rows of one header that are about one kind of resource. */
export function rows(header: string, kind: ResourceKind, lines: readonly Line[]): ApiRow[] {
  return lines.flatMap(([calls, target, effect, options]) =>
    calls.split(" ").map((call): ApiRow => ({
      call, kind, effect, target, inside: false, holder: -1, callback: -1, tellsLast: false, returnsArgument: false, managed: false, fails: usualFailure(target, effect), keepsOnFailure: false, header, ...options,
    })),
  );
}

/** What gives back never fails, nor does one more reference of an object that is there; what returns an object returns NULL instead; the rest returns zero when all went well. */
function usualFailure(target: number | "result", effect: Effect): Failure {
  if (effect === "release" || effect === "put" || effect === "unpublish" || (effect === "get" && target !== "result")) return null;
  return target === "result" ? "null" : "status";
}
