// Data races: two CPUs that can both make their next access to one word now, plainly, and one of them writes.
import type { PlainAccess } from "./execution.js";
import type { Frames } from "./frames.js";
import type { Program, Source } from "./ir.js";
import type { Race } from "./types.js";

/** Two accesses at the same time; the first in the program's order comes first. */
export interface RawRace { readonly first: PlainAccess; readonly second: PlainAccess }

/** More are not looked at: they would be the same few lines again. */
const MOST_RACES = 64;

/** Collects the races of an exploration. The reductions keep them: a word that is accessed without a common lock stays visible. */
export class RaceCollector {
  private readonly found = new Map<string, RawRace>();
  /** Pairs of classes that were compared. */
  private seen = new Uint8Array(64 * 64);
  private classes = 64;

  constructor(private readonly program: Program) {}

  /** Whether this pair of classes of accesses was not seen before. */
  isNew(a: number, b: number): boolean {
    if (a >= this.classes || b >= this.classes) this.grow(Math.max(a, b));
    const at = a < b ? a * this.classes + b : b * this.classes + a;
    if (this.seen[at] === 1) return false;
    this.seen[at] = 1;
    return true;
  }

  /** Compares what two CPUs, neither of which is blocked, do next. */
  compare(a: readonly PlainAccess[], b: readonly PlainAccess[]): void {
    for (const one of a) {
      for (const other of b) {
        if (one.address !== other.address || (!one.write && !other.write) || this.found.size >= MOST_RACES) continue;
        if (one.locks.some((lock) => other.locks.some((held) => held.address === lock.address))) continue;
        // The model is not under review: a race inside it is its own.
        if (this.origin(one) !== "patch" && this.origin(other) !== "patch") continue;
        const [first, second] = one.source <= other.source ? [one, other] : [other, one];
        const key = `${first.source} ${second.source}`;
        if (!this.found.has(key)) this.found.set(key, { first, second });
      }
    }
  }

  result(): RawRace[] {
    return [...this.found.values()];
  }

  /** Starts anew with room for more classes: comparing two lists once more does no harm. */
  private grow(atLeast: number): void {
    while (this.classes <= atLeast) this.classes *= 2;
    this.seen = new Uint8Array(this.classes * this.classes);
  }

  private origin(access: PlainAccess): Source["origin"] | undefined {
    return this.program.sources[access.source]?.origin;
  }
}

/** Races in words. An object of the heap is called by its struct. */
export function describeRaces(raws: readonly RawRace[], program: Program, frames: Frames): Race[] {
  const side = (access: PlainAccess): Race["accesses"][number] => {
    const source = program.sources[access.source];
    return { function: source?.function ?? "", path: source?.path ?? "", line: source?.line ?? 0, text: source?.text ?? "", write: access.write, call: callOf(access, program, frames) };
  };
  return raws.map(({ first, second }) => {
    const { object, type } = kindOf(first.site, program, frames);
    return { object, field: program.types[type]?.paths[first.slot] ?? "", accesses: [side(first), side(second)] };
  });
}

function kindOf(site: number, program: Program, frames: Frames): { readonly object: string; readonly type: number } {
  const known = site < 0 ? program.objects[-site - 1] : undefined;
  if (known) return { object: known.name, type: known.type };
  const type = frames.sites[site]?.type ?? -1;
  return { object: program.types[type]?.name.replace(/^(struct|union) /, "") ?? "object", type };
}

/** One line: "data race on vfio.x: f() writes, g() reads, without a common lock". */
export function raceMessage(race: Race): string {
  const name = race.field === "" ? race.object : `${race.object}.${race.field}`;
  const who = race.accesses.map((access) => `${access.function}() ${access.write ? "writes" : "reads"}`).join(", ");
  return `data race on ${name}: ${who}, without a common lock`;
}

/** The function of the patch or scenario that an access in the model happens under; "" when it is in one itself. */
function callOf(access: PlainAccess, program: Program, frames: Frames): string {
  if (program.sources[access.source]?.origin !== "model") return "";
  for (let at = access.frame; frames.caller(at) !== 0; at = frames.caller(at)) {
    const source = program.sources[program.functions[frames.function(frames.caller(at))]?.code[frames.callPc(at)]?.source ?? -1];
    if (source && source.origin !== "model") return source.function;
  }
  return "";
}
