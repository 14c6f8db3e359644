// Which registers may still be read, for every instruction: dead ones are cleared at each stop, so that equal states meet.
import { registersOf, type Instruction } from "./ir.js";

/** One bit set for each instruction: the registers that are live before it. `registers` is their number. */
export function liveRegisters(code: readonly Instruction[], registers: number): Uint32Array[] {
  const width = Math.max(1, (registers + 31) >> 5);
  const live = code.map(() => new Uint32Array(width));
  const uses = code.map(registersOf);
  const successors = code.map(successorsOf);
  const next = new Uint32Array(width);
  let changed = true;
  while (changed) {
    changed = false;
    for (let index = code.length - 1; index >= 0; index--) {
      const before = live[index];
      const use = uses[index];
      if (!before || !use) continue;
      next.fill(0);
      for (const successor of successors[index] ?? []) {
        const after = live[successor];
        if (after) for (let word = 0; word < width; word++) next[word] = (next[word] ?? 0) | (after[word] ?? 0);
      }
      if (use.writes >= 0) next[use.writes >> 5] = (next[use.writes >> 5] ?? 0) & ~(1 << (use.writes & 31));
      for (const register of use.reads) next[register >> 5] = (next[register >> 5] ?? 0) | (1 << (register & 31));
      for (let word = 0; word < width; word++) {
        if (next[word] !== before[word]) {
          before.set(next);
          changed = true;
          break;
        }
      }
    }
  }
  return live;
}

export const isLive = (set: Uint32Array | undefined, register: number): boolean =>
  set !== undefined && ((set[register >> 5] ?? 0) & (1 << (register & 31))) !== 0;

function successorsOf(instruction: Instruction, index: number): readonly number[] {
  switch (instruction.op) {
    case "jump": return [instruction.target];
    case "branch": return [instruction.target, instruction.otherwise];
    case "return": case "missing": case "halt": return [];
    default: return [index + 1];
  }
}
