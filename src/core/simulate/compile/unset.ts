// Local variables that are read before anything has set them: KMSAN's finding (mm/kmsan), told where a run really reads one.
import { type Instruction, type Operand, registersOf } from "../ir.js";
import { isLive, liveRegisters } from "../liveness.js";

/** A variable in a register has no value from here on. */
export interface Unset { readonly op: "unset"; readonly to: number; readonly name: string; readonly source: number }

/** Whatever a variable in a register holds, it counts as set from here on, if `isSet` says so; that is asked only where it matters. */
export interface Settled { readonly op: "settled"; readonly to: number; readonly isSet: () => boolean; readonly source: number }

/** Stands for no value: no address, and no number that programs compute. */
const NO_VALUE = -(2 ** 31) + 0xdead;

/**
 * The code with checks where a variable that may have no value is read: it is told, and the variable is zero from there on. Only variables that some way through the function reads
 * unset are checked at all, and only where such a way leads.
 */
export function withChecks(drafts: readonly (Instruction | Unset | Settled)[], registers: number, name: string, constant: (value: number) => Operand): { readonly code: readonly Instruction[]; readonly registers: number } {
  if (!drafts.some((draft) => draft.op === "unset" || draft.op === "settled")) return { code: drafts.filter(isInstruction), registers };
  const plain = drafts.map((draft): Instruction => {
    if (draft.op === "unset") return { op: "move", to: draft.to, a: constant(0), source: draft.source };
    return draft.op === "settled" ? { op: "assume", a: constant(1), source: draft.source } : draft;
  });
  const live = liveRegisters(plain, registers);
  const unset = new Set(drafts.flatMap((draft, at) => (draft.op === "unset" && isLive(live[at + 1], draft.to) ? [at] : [])));
  const checks = new Map<number, Map<number, string>>();
  for (const at of unset) {
    const draft = drafts[at];
    if (draft?.op === "unset") for (const place of readsBehind(plain, drafts, at, draft.to)) checks.set(place, (checks.get(place) ?? new Map<number, string>()).set(draft.to, draft.name));
  }

  const code: Instruction[] = [];
  const newPlaces: number[] = [];
  drafts.forEach((draft, at) => {
    newPlaces.push(code.length);
    const { source } = draft;
    for (const [register, variable] of checks.get(at) ?? []) {
      const from = code.length;
      const tells = draft.op !== "settled";
      code.push({ op: "binary", to: registers, operator: "==", a: register, b: constant(NO_VALUE), width: { bits: 64, unsigned: false }, source });
      code.push({ op: "branch", a: registers, target: -(from + 2) - 1, otherwise: -(from + (tells ? 4 : 3)) - 1, source });
      if (tells) code.push({ op: "report", kind: "warn", message: `KMSAN: uninit-value: ${name}() reads ${variable}, which nothing has set`, source });
      code.push({ op: "move", to: register, a: constant(0), source });
    }
    if (isInstruction(draft)) code.push(draft);
    else if (unset.has(at)) code.push({ op: "move", to: draft.to, a: constant(NO_VALUE), source });
  });
  newPlaces.push(code.length);
  // The targets of checks are final, and marked by being negative.
  const moved = (target: number): number => (target < 0 ? -target - 1 : newPlaces[target] ?? target);
  return {
    code: code.map((one): Instruction => (one.op === "jump" ? { ...one, target: moved(one.target) } : one.op === "branch" ? { ...one, target: moved(one.target), otherwise: moved(one.otherwise) } : one)),
    registers: registers + (checks.size > 0 ? 1 : 0),
  };
}

const isInstruction = (draft: Instruction | Unset | Settled): draft is Instruction => draft.op !== "unset" && draft.op !== "settled";

/** Where a register is read, or settled, that nothing has written since `from`. */
function readsBehind(code: readonly Instruction[], drafts: readonly (Instruction | Unset | Settled)[], from: number, register: number): number[] {
  const found: number[] = [];
  const seen = new Set<number>();
  const open = [from + 1];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const instruction = code[at];
    const draft = drafts[at];
    if (seen.has(at) || !instruction || !draft) continue;
    seen.add(at);
    const { reads, writes } = registersOf(instruction);
    const isSettled = draft.op === "settled" && draft.to === register && draft.isSet();
    if (reads.includes(register) || isSettled) found.push(at);
    // Whoever is told goes on with a value.
    if (writes === register || reads.includes(register) || isSettled) continue;
    switch (instruction.op) {
      case "jump": open.push(instruction.target); break;
      case "branch": open.push(instruction.target, instruction.otherwise); break;
      case "return": case "missing": case "halt": break;
      default: open.push(at + 1);
    }
  }
  return found;
}
