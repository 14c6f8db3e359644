// Initializers of static data that are macros of the kernel: REFCOUNT_INIT(1), LIST_HEAD_INIT(x) and their like.
import type { Arg, Expr } from "../../c/ast.js";
import type { Unit } from "./link.js";

/** What an initializer has to know of the program: the value of a constant expression, null when it is none. */
interface Constants { constant(expr: Expr, from: Unit): number | null }

/** The words that an initializer puts in place, by slot; all others are zero. */
type Initializer = (program: Constants, arg: Arg | undefined, unit: Unit) => readonly (readonly [number, number])[];

const counted: Initializer = (program, arg, unit) => [[0, arg && arg.kind !== "type" ? program.constant(arg, unit) ?? 0 : 0]];

/** An empty list points at itself. */
const linked: Initializer = (program, arg, unit) => {
  const self = arg && arg.kind !== "type" ? program.constant({ kind: "unary", op: "&", postfix: false, operand: arg, span: arg.span }, unit) ?? 0 : 0;
  return [[0, self], [1, self]];
};

const zero: Initializer = () => [];

/** By the macro's name (the headers of the kernel that declare the types). */
export const INITIALIZERS: ReadonlyMap<string, Initializer> = new Map<string, Initializer>([
  ...["REFCOUNT_INIT", "ATOMIC_INIT", "ATOMIC_LONG_INIT", "ATOMIC64_INIT", "KREF_INIT"].map((name): [string, Initializer] => [name, counted]),
  ["LIST_HEAD_INIT", linked],
  ...["__MUTEX_INITIALIZER", "__SPIN_LOCK_UNLOCKED", "__SPIN_LOCK_INITIALIZER", "__RW_LOCK_UNLOCKED", "__RWSEM_INITIALIZER", "__WAIT_QUEUE_HEAD_INITIALIZER", "COMPLETION_INITIALIZER", "HLIST_HEAD_INIT",
    "IDA_INIT", "IDR_INIT", "XARRAY_INIT", "BLOCKING_NOTIFIER_INIT", "ATOMIC_NOTIFIER_INIT", "RAW_NOTIFIER_INIT"].map((name): [string, Initializer] => [name, zero]),
]);
