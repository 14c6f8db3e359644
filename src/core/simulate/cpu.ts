// The registers of the CPU that runs: its frame, its place in the code, and the words of all frames below each other; and what needs nothing else to run.
import { binary, convert, invert, negate } from "./arithmetic.js";
import { Frames } from "./frames.js";
import { addressOf, OBJECT_SPAN, type FunctionCode, type Instruction, type Operand, type Program } from "./ir.js";
import { FRAME_BASE, type Words } from "./memory.js";
import { NOTHING, PASSED, Quick, QUICK, quickCode, TAKEN, UNTAKEN } from "./quick.js";

export const MOST_FRAMES = 128;
/** No word of a frame that is there. */
export const OUTSIDE = -2;
const NO_CODE = new Int32Array(QUICK);
const NO_WORDS: Words = new Float64Array(0);
const NO_MARKS = new Uint8Array(1);

export class Cpu {
  frame = 0;
  pc = 0;
  /** The words of all frames; those behind `top` mean nothing. */
  registers: Words = new Float64Array(256);
  protected code: FunctionCode | null = null;
  protected base = 0;
  /** For each function that has run, which of its branches were taken and what else was passed: all that coverage asks (PASSED, TAKEN, UNTAKEN). */
  readonly marks: (Uint8Array | undefined)[] = [];
  protected mark: Uint8Array = NO_MARKS;
  private numbers: Int32Array = NO_CODE;
  private constants: Words = NO_WORDS;
  private readonly numbersOf: (Int32Array | undefined)[] = [];
  private readonly constantsOf: (Words | undefined)[] = [];

  constructor(readonly program: Program, readonly frames: Frames = new Frames(program)) {}

  current(): Instruction | undefined {
    return this.code?.code[this.pc];
  }

  functionName(): string {
    return this.code?.name ?? "";
  }

  value(operand: Operand): number {
    return (operand >= 0 ? this.registers[this.base + operand] : this.constants[~operand]) ?? 0;
  }

  /** Words of all frames. */
  get top(): number {
    return this.base + (this.code === null ? 0 : this.code.registers + this.code.frameWords);
  }

  /**
   * Runs instructions that touch nothing but registers, at most so many, up to one that needs more. Gives their number. A call that nests too deep, a return from the outermost
   * function and an operation without a result are left to the caller.
   */
  advance(most: number): number {
    let { numbers, constants, base, pc, registers, mark } = this;
    let count = 0;
    for (; count < most; count++) {
      const at = QUICK * pc;
      const to = base + (numbers[at + 1] ?? 0);
      const left = numbers[at + 2] ?? 0;
      const right = numbers[at + 3] ?? 0;
      const what: Quick = numbers[at] ?? Quick.Otherwise;
      const a = (left >= 0 ? registers[base + left] : constants[~left]) ?? 0;
      const b = what < Quick.BinaryAny ? 0 : (right >= 0 ? registers[base + right] : constants[~right]) ?? 0;
      switch (what) {
        case Quick.Move: registers[to] = a; break;
        case Quick.Jump: pc = to - base; continue;
        case Quick.Branch: mark[pc] = (mark[pc] ?? 0) | (a !== 0 ? TAKEN : UNTAKEN); pc = a !== 0 ? to - base : right; continue;
        case Quick.Not: registers[to] = a === 0 ? 1 : 0; break;
        case Quick.Convert32: registers[to] = a | 0; break;
        case Quick.Equal32: registers[to] = (a | 0) === (b | 0) ? 1 : 0; break;
        case Quick.Unequal32: registers[to] = (a | 0) === (b | 0) ? 0 : 1; break;
        case Quick.Equal64: registers[to] = a === b ? 1 : 0; break;
        case Quick.Unequal64: registers[to] = a === b ? 0 : 1; break;
        case Quick.Plus32: registers[to] = ((a | 0) + (b | 0)) | 0; break;
        case Quick.Minus32: registers[to] = ((a | 0) - (b | 0)) | 0; break;
        case Quick.Less32: registers[to] = (a | 0) < (b | 0) ? 1 : 0; break;
        case Quick.LessUnsigned32: registers[to] = a >>> 0 < b >>> 0 ? 1 : 0; break;
        case Quick.AtLeast32: registers[to] = (a | 0) >= (b | 0) ? 1 : 0; break;
        case Quick.AtLeastUnsigned32: registers[to] = a >>> 0 >= b >>> 0 ? 1 : 0; break;
        case Quick.And32: registers[to] = (a | 0) & (b | 0); break;
        case Quick.Plus64: case Quick.Minus64: {
          const sum = what === Quick.Plus64 ? a + b : a - b;
          if (Number.isSafeInteger(sum)) {
            registers[to] = sum + 0;
            break;
          }
          this.pc = pc;
          if (!this.compute(to)) return count;
          break;
        }
        case Quick.BinaryAny: case Quick.ConvertAny: case Quick.Invert: case Quick.Negate:
          this.pc = pc;
          if (!this.compute(to)) return count;
          break;
        case Quick.FrameAddress: registers[to] = addressOf(FRAME_BASE + this.frames.depth(this.frame), left); break;
        case Quick.ClearFrame: registers.fill(0, this.frameWord(left), this.frameWord(left + right)); break;
        case Quick.Call:
          this.pc = pc;
          if (!this.enter(to - base)) return count;
          ({ numbers, constants, base, pc, registers, mark } = this);
          continue;
        case Quick.Return:
          this.pc = pc;
          if (this.frames.caller(this.frame) === 0) return count;
          this.comeBack(left === NOTHING ? 0 : a);
          ({ numbers, constants, base, pc, registers, mark } = this);
          continue;
        default:
          this.pc = pc;
          return count;
      }
      pc++;
    }
    this.pc = pc;
    return count;
  }

  /** Enters a function with the arguments of the call that is the current instruction; false when there is no such function, or calls nest too deep. */
  protected enter(callee: number): boolean {
    const call = this.current();
    const next = this.program.functions[callee];
    if (!call || !("args" in call) || !next || this.frames.depth(this.frame) > MOST_FRAMES) return false;
    const from = this.top;
    const size = next.registers + next.frameWords;
    this.room(from + size);
    const { registers } = this;
    for (let at = 0; at < size; at++) {
      const argument = at < next.parameters ? call.args[at] : undefined;
      registers[from + at] = argument === undefined ? 0 : this.value(argument);
    }
    this.go(this.frames.enter(this.frame, this.pc, callee, call.hint));
    this.pc = 0;
    return true;
  }

  /** Goes on behind the call that has led here. */
  protected comeBack(result: number): void {
    const callPc = this.frames.callPc(this.frame);
    this.go(this.frames.caller(this.frame));
    const call = this.code?.code[callPc];
    if (call && "args" in call && call.to !== null) this.set(call.to, result);
    this.mark[callPc] = PASSED;
    this.pc = callPc + 1;
  }

  protected go(frame: number): void {
    this.frame = frame;
    this.base = this.frames.base(frame);
    const number = this.frames.function(frame);
    const code = this.program.functions[number] ?? null;
    this.code = code;
    this.numbers = code === null ? NO_CODE : (this.numbersOf[number] ??= quickCode(code));
    this.mark = code === null ? NO_MARKS : (this.marks[number] ??= new Uint8Array(code.code.length + 1));
    this.constants = code === null ? NO_WORDS : (this.constantsOf[number] ??= Float64Array.from(code.constants));
  }

  protected room(size: number): void {
    if (size <= this.registers.length) return;
    const larger = new Float64Array(size * 2);
    larger.set(this.registers);
    this.registers = larger;
  }

  protected set(register: number, value: number): void {
    this.registers[this.base + register] = value;
  }

  protected frameWord(slot: number): number {
    return this.base + (this.code?.registers ?? 0) + slot;
  }

  /** The index in `registers` of a word of this CPU's frames; -1 when the frame is gone, OUTSIDE when it has no such word. */
  protected ownWord(address: number): number {
    const object = Math.floor(address / OBJECT_SPAN);
    const slot = address - object * OBJECT_SPAN;
    const frame = this.frames.atDepth(this.frame, object - FRAME_BASE);
    const code = this.program.functions[this.frames.function(frame)];
    if (frame === 0 || !code) return -1;
    if (slot >= code.frameWords) return OUTSIDE;
    return this.frames.base(frame) + code.registers + slot;
  }

  /** Computes the current instruction from its object; false when it has no result. */
  private compute(to: number): boolean {
    const instruction = this.current();
    let result: number | null;
    switch (instruction?.op) {
      case "binary": result = binary(instruction.operator, this.value(instruction.a), this.value(instruction.b), instruction.width); break;
      case "convert": result = convert(this.value(instruction.a), instruction.width); break;
      case "invert": result = invert(this.value(instruction.a), instruction.width); break;
      case "negate": result = negate(this.value(instruction.a), instruction.width); break;
      default: return false;
    }
    if (result === null) return false;
    this.registers[to] = result;
    return true;
  }
}
