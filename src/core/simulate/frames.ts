// Call stacks as small numbers: a frame is its caller, the call in it, and the function that runs.
import type { AllocationHint, FunctionCode, Program } from "./ir.js";

interface Frame {
  readonly caller: number;
  readonly callPc: number;
  readonly function: number;
  readonly base: number;
  readonly depth: number;
  readonly hint: AllocationHint | null;
}

/** Where objects are allocated: what they are called, and what they are. */
export interface Site { readonly type: number; readonly name: string }

/** More than any program has. */
const MOST_FUNCTIONS = 65536;

/** Frame 0 is "nothing runs". The same stack always has the same number. */
export class Frames {
  private readonly frames: Frame[] = [{ caller: 0, callPc: 0, function: -1, base: 0, depth: 0, hint: null }];
  /** For each frame, where its calls lead: by the call's place, and what it calls. */
  private readonly below: Map<number, number>[] = [];
  private readonly siteNumbers = new Map<string, number>();
  readonly sites: Site[] = [{ type: -1, name: "" }];

  constructor(private readonly program: Program) {}

  enter(caller: number, callPc: number, callee: number, hint: AllocationHint | null): number {
    const calls = (this.below[caller] ??= new Map<number, number>());
    const key = callPc * MOST_FUNCTIONS + callee;
    const known = calls.get(key);
    if (known !== undefined) return known;
    const above = this.frames[caller];
    const base = caller === 0 || !above ? 0 : above.base + this.sizeOf(above);
    this.frames.push({ caller, callPc, function: callee, base, depth: (above?.depth ?? 0) + 1, hint });
    calls.set(key, this.frames.length - 1);
    return this.frames.length - 1;
  }

  caller(frame: number): number { return this.frames[frame]?.caller ?? 0; }
  callPc(frame: number): number { return this.frames[frame]?.callPc ?? 0; }
  function(frame: number): number { return this.frames[frame]?.function ?? -1; }
  base(frame: number): number { return this.frames[frame]?.base ?? 0; }
  depth(frame: number): number { return this.frames[frame]?.depth ?? 0; }

  /** The functions that have run at least once, by their code's number. */
  entered(): Set<number> {
    return new Set(this.frames.slice(1).map((frame) => frame.function));
  }

  /** Words of this frame alone. */
  size(frame: number): number {
    const found = this.frames[frame];
    return found ? this.sizeOf(found) : 0;
  }

  /** The frame at a depth of the stack that `frame` ends; 0 when there is none. */
  atDepth(frame: number, depth: number): number {
    let at = frame;
    while (at !== 0 && this.depth(at) > depth) at = this.caller(at);
    return this.depth(at) === depth ? at : 0;
  }

  /** The innermost frame whose call says what is allocated below it; 0 when there is none. */
  hintFrame(frame: number): number {
    let at = frame;
    while (at !== 0 && (this.frames[at]?.hint ?? null) === null) at = this.caller(at);
    return at;
  }

  /** The site of an allocation: the innermost call on the stack that says what is allocated, else the allocation itself. */
  site(frame: number, pc: number, hint: AllocationHint | null): number {
    let found = hint;
    let at = frame;
    let place = `${this.function(frame)} ${pc}`;
    while (found === null && at !== 0) {
      found = this.frames[at]?.hint ?? null;
      if (found !== null) place = `${this.function(this.caller(at))} ${this.callPc(at)}`;
      at = this.caller(at);
    }
    let number = this.siteNumbers.get(place);
    if (number === undefined) {
      number = this.sites.length;
      this.sites.push({ type: found?.type ?? -1, name: found?.name ?? "" });
      this.siteNumbers.set(place, number);
    }
    return number;
  }

  private sizeOf(frame: Frame): number {
    const code: FunctionCode | undefined = this.program.functions[frame.function];
    return code ? code.registers + code.frameWords : 0;
  }
}
