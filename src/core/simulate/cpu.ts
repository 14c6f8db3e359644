// The registers of the CPU that runs: its frame, its place in the code, and the words of all frames below each other.
import { Frames } from "./frames.js";
import { OBJECT_SPAN, type FunctionCode, type Instruction, type Operand, type Program } from "./ir.js";
import { FRAME_BASE } from "./memory.js";

export class Cpu {
  frame = 0;
  pc = 0;
  registers: number[] = [];
  protected code: FunctionCode | null = null;
  protected base = 0;

  constructor(readonly program: Program, readonly frames: Frames = new Frames(program)) {}

  current(): Instruction | undefined {
    return this.code?.code[this.pc];
  }

  functionName(): string {
    return this.code?.name ?? "";
  }

  value(operand: Operand): number {
    return (operand >= 0 ? this.registers[this.base + operand] : this.code?.constants[~operand]) ?? 0;
  }

  protected go(frame: number): void {
    this.frame = frame;
    this.base = this.frames.base(frame);
    this.code = this.program.functions[this.frames.function(frame)] ?? null;
  }

  protected set(register: number, value: number): void {
    this.registers[this.base + register] = value;
  }

  protected frameWord(slot: number): number {
    return this.base + (this.code?.registers ?? 0) + slot;
  }

  /** The index in `registers` of a word of this CPU's frames; -1 when the frame is gone. */
  protected ownWord(address: number): number {
    const object = Math.floor(address / OBJECT_SPAN);
    const slot = address - object * OBJECT_SPAN;
    const frame = this.frames.atDepth(this.frame, object - FRAME_BASE);
    const code = this.program.functions[this.frames.function(frame)];
    if (frame === 0 || !code || slot >= code.frameWords) return -1;
    return this.frames.base(frame) + code.registers + slot;
  }
}
