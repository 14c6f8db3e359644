// Instructions as numbers: those that touch nothing but registers are run from here, without a look at their objects.
import type { FunctionCode, Instruction, Width } from "./ir.js";

/** Numbers of an instruction: what it is, the register that it writes, and two operands. */
export const QUICK = 4;

/** What an instruction is. `Otherwise` needs more than registers; the `Any` kinds look at the instruction's object for operator and width; from `BinaryAny` on there are two operands. */
export const enum Quick {
  Otherwise, Move, Jump, Branch, Call, Return, Not, FrameAddress, ClearFrame, Convert32, ConvertAny, Invert, Negate,
  BinaryAny, Equal32, Unequal32, Equal64, Unequal64, Plus32, Minus32, Plus64, Minus64, Less32, LessUnsigned32, AtLeast32, AtLeastUnsigned32, And32,
}

/** For Quick.Return: there is no value. */
export const NOTHING = -0x40000000;

/** Marks of an instruction that was executed: it was passed; a branch has gone to its target, or the other way. */
export const PASSED = 1;
export const TAKEN = 2;
export const UNTAKEN = 4;

/** The numbers of a function's instructions, one after the other. */
export function quickCode({ code }: FunctionCode): Int32Array {
  const quick = new Int32Array(QUICK * (code.length + 1));
  code.forEach((instruction, index) => {
    const [what, to, a, b] = numbersOf(instruction);
    const at = QUICK * index;
    quick[at] = what;
    quick[at + 1] = to;
    quick[at + 2] = a;
    quick[at + 3] = b;
  });
  return quick;
}

type Numbers = readonly [what: number, to: number, a: number, b: number];

function numbersOf(instruction: Instruction): Numbers {
  switch (instruction.op) {
    case "move": return [Quick.Move, instruction.to, instruction.a, 0];
    case "jump": return [Quick.Jump, instruction.target, 0, 0];
    case "branch": return [Quick.Branch, instruction.target, instruction.a, instruction.otherwise];
    case "call": return [Quick.Call, instruction.callee, 0, 0];
    case "return": return [Quick.Return, 0, instruction.a ?? NOTHING, 0];
    case "not": return [Quick.Not, instruction.to, instruction.a, 0];
    case "frame-address": return [Quick.FrameAddress, instruction.to, instruction.slot, 0];
    case "clear-frame": return [Quick.ClearFrame, 0, instruction.slot, instruction.count];
    case "convert": return [isInt(instruction.width) ? Quick.Convert32 : Quick.ConvertAny, instruction.to, instruction.a, 0];
    case "invert": return [Quick.Invert, instruction.to, instruction.a, 0];
    case "negate": return [Quick.Negate, instruction.to, instruction.a, 0];
    case "binary": return [binaryKind(instruction), instruction.to, instruction.a, instruction.b];
    default: return [Quick.Otherwise, 0, 0, 0];
  }
}

const isInt = (width: Width): boolean => width.bits === 32 && !width.unsigned && width.field !== true;

function binaryKind({ operator, width }: Instruction & { readonly op: "binary" }): number {
  if (width.field === true) return Quick.BinaryAny;
  if (width.bits === 64) {
    switch (operator) {
      case "==": return Quick.Equal64;
      case "!=": return Quick.Unequal64;
      case "+": return Quick.Plus64;
      case "-": return Quick.Minus64;
      default: return Quick.BinaryAny;
    }
  }
  if (width.bits !== 32) return Quick.BinaryAny;
  switch (operator) {
    case "==": return Quick.Equal32;
    case "!=": return Quick.Unequal32;
    case "<": return width.unsigned ? Quick.LessUnsigned32 : Quick.Less32;
    case ">=": return width.unsigned ? Quick.AtLeastUnsigned32 : Quick.AtLeast32;
    case "+": return width.unsigned ? Quick.BinaryAny : Quick.Plus32;
    case "-": return width.unsigned ? Quick.BinaryAny : Quick.Minus32;
    case "&": return width.unsigned ? Quick.BinaryAny : Quick.And32;
    default: return Quick.BinaryAny;
  }
}
