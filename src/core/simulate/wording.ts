// The one plain line of each finding; the kernel's own words where it has some.
import type { RawFinding } from "./execution.js";
import { OBJECT_SPAN, type Source, type Width } from "./ir.js";
import { FRAME_BASE } from "./memory.js";
import type { Names } from "./names.js";
import { isOwn } from "./own-heap.js";

export interface Surroundings {
  /** The function that did it: the patch's innermost on the stack, or the model's. */
  readonly function: string;
  readonly cpu: string;
  /** The function that had freed the memory. */
  readonly freedIn: string;
}

export function message(raw: RawFinding, names: Names, around: Surroundings): string {
  const by = around.function === "" ? around.cpu : `${around.function}()`;
  const verb = raw.message === "write" ? "writes" : raw.message === "call" ? "calls" : "reads";
  switch (raw.code) {
    case "report": return raw.message;
    case "freed": return `use-after-free: ${by} ${verb} ${names.address(raw.address)}${around.freedIn === "" ? "" : `, freed in ${around.freedIn}()`}`;
    case "returned": return `use-after-return: ${by} uses a variable of a function that has returned`;
    case "null": return raw.address === 0 ? `NULL pointer dereference in ${by}` : `NULL pointer dereference in ${by}, at word ${raw.address}`;
    case "error": return `${by} dereferences an error pointer, ERR_PTR(${raw.address}) or a member behind it`;
    case "poison": return `${by} follows a list pointer that list_del() has poisoned`;
    case "wild": return `${by} dereferences a value that is no pointer`;
    case "bounds": return `out-of-bounds: ${by} ${verb} ${outside(raw.address, names)}`;
    case "read-only": return `${by} writes to ${names.objectName(Math.floor(raw.address / OBJECT_SPAN))}, which is a literal and read-only`;
    case "call": return raw.address === 0 ? `${by} calls a NULL function pointer` : `${by} calls a value that is no function`;
    case "double-free": return `double-free: ${by} frees ${names.objectName(Math.floor(raw.address / 65536))} again${around.freedIn === "" ? "" : `, freed in ${around.freedIn}()`}`;
    case "bad-free": return `${by} frees memory that was not allocated: ${names.target(raw.address)}`;
    case "self-deadlock": return `self-deadlock: ${around.cpu} waits in ${by} for ${names.lock(raw.address)}, which it holds`;
    case "deadlock": return "deadlock: nobody can go on";
    case "held": if (raw.message.startsWith("rcu")) return `${around.cpu} returns from inside an RCU read-side critical section`; if (raw.message === "atomic") return `${around.cpu} returns with ${names.lock(raw.address).replaceAll("_", " ")}`; return `${around.cpu} returns with ${names.lock(raw.address)} held`;
    case "not-held": return `${by} unlocks ${names.lock(raw.address)}, which ${around.cpu} does not hold`;
    case "sleeps": if (raw.message === "hardirq") return `sleeping function called from invalid context: ${by} may sleep in an interrupt handler`; if (raw.message === "atomic") return `sleeping function called from invalid context: ${by} may sleep while ${around.cpu} is not to be preempted or interrupted`; if (raw.message.startsWith("rcu")) return `${by} may sleep inside an RCU read-side critical section`; return `${by} may sleep while ${around.cpu} holds the spinlock ${names.lock(raw.address)}`;
    case "leak": return `memory leak: ${names.objectName(raw.address)} is never freed`;
    case "divide": return raw.message === "overflow" ? `divide error: ${by} divides the smallest number by -1` : `${by} divides by zero`;
  }
}

/** "f() in x.c, line 3", as in the reasons that the compiler gives. */
export const placeText = (source: Source | undefined): string => `${source?.function ?? ""}() in ${source?.path ?? ""}, line ${String(source?.line ?? 0)}`;

/** In the words of CONFIG_UBSAN_SHIFT (lib/ubsan.c of the kernel). */
export function tooFarShifted(distance: number, width: Width): string {
  const type = `'${width.unsigned ? "unsigned " : ""}${width.bits === 64 ? "long" : "int"}'`;
  return distance < 0 ? `UBSAN: shift-out-of-bounds: shift exponent ${String(distance)} is negative` : `UBSAN: shift-out-of-bounds: shift exponent ${String(distance)} is too large for ${String(width.bits)}-bit type ${type}`;
}

/** Where an access goes that misses its object; a place far behind an object is one before the next. */
function outside(address: number, names: Names): string {
  const object = Math.floor(address / OBJECT_SPAN);
  if (object >= FRAME_BASE) return "outside of the variables of a function";
  return isOwn(address) || address % OBJECT_SPAN < OBJECT_SPAN / 2 ? `beyond the end of ${names.objectName(object)}` : `before the start of ${names.objectName(object + 1)}`;
}
