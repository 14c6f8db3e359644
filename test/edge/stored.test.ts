// Code that the build has made of the kernel model and the scenarios: programs that are linked from it are those that are compiled from the texts alone.
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { CUnit } from "../../src/core/c/ast.js";
import type { CReader } from "../../src/core/c/reader.js";
import type { Image } from "../../src/core/patch/types.js";
import { isStoredUnit } from "../../src/core/simulate/compile/stored.js";
import type { Compiled } from "../../src/core/simulate/compile/program.js";
import { Readings } from "../../src/core/simulate/drafts.js";
import { exploreAll } from "../../src/core/simulate/explore-program.js";
import type { Source } from "../../src/core/simulate/ir.js";
import { prepare, type Prepared } from "../../src/core/simulate/prepare.js";
import { listScenarios } from "../../src/core/simulate/simulate.js";
import type { RunRequest } from "../../src/core/simulate/types.js";
import { withReadings } from "../../src/worker/readings.js";
import { corpusNote, hasCorpus } from "../core/corpus.js";
import { kernel, startReader } from "../core/kernel/kernel.js";
import { readCorpusSeries } from "../core/kernel/series.js";
import { imageOf } from "../core/simulate/check.js";

const file = await readFile(join(resolve(__dirname, "../../dist"), "kernel/readings.txt"), "utf8");
const bounds = { maxStates: 20_000, maxSteps: 100_000, maxPreemptions: null };
const quiet = { progress: (): void => undefined, cancelled: (): boolean => false };
let reader: CReader;
beforeAll(async () => {
  reader = await startReader();
});

/** All of a program that can be seen, as text. */
function seen({ program, assumptions }: Compiled): string {
  const { functions, sources, ...rest } = program;
  const place = ({ path, origin, function: inFunction, from, to, line, column, endLine, endColumn, text }: Source): unknown => [path, origin, inFunction, from, to, line, column, endLine, endColumn, text];
  const ordered = (_key: string, value: unknown): unknown => (typeof value === "object" && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value);
  return JSON.stringify({ ...rest, assumptions, sources: sources.map(place), functions: functions.map((fn) => ({ ...fn, live: fn.live.map((words) => [...words]) })) }, ordered, 1);
}

/** What has been read, with what the build has kept and without; and the functions whose bodies were asked for: who compiles a function needs it, and who links it does not. */
interface Compared { readonly known: Readings; readonly plain: Readings; readonly bodies: Set<string> }

function compared(): Compared {
  const bodies = new Set<string>();
  const under = withReadings(reader, file);
  const readText = (path: string, text: string): CUnit => {
    const unit = under.readText(path, text);
    for (const fn of unit.functions) {
      const property = Object.getOwnPropertyDescriptor(fn, "body");
      if (property?.get) Object.defineProperty(fn, "body", { get: () => (bodies.add(fn.name), property.get?.call(fn) as unknown) });
    }
    return unit;
  };
  return { known: new Readings({ ...under, readText }), plain: new Readings(reader), bodies };
}

/** Prepares a request with what the build has kept, and without, and explores both where that is asked for; gives the first, and says whose code had to be compiled all the same. */
function both({ known, plain, bodies }: Compared, images: readonly Image[], request: RunRequest, explored = true): { readonly linked: Prepared; readonly compiled: ReadonlySet<string> } {
  bodies.clear();
  const linked = prepare(known, kernel, images, request);
  const compiled = prepare(plain, kernel, images, request);
  expect(linked.kind).toBe(compiled.kind);
  if (linked.kind === "program" && compiled.kind === "program") {
    expect(seen(linked.compiled)).toBe(seen(compiled.compiled));
    expect(seen(linked.compileShared())).toBe(seen(compiled.compileShared()));
    if (explored) {
      const [ours, theirs] = [linked, compiled].map((one) => exploreAll(one, bounds, quiet).exploration);
      expect([ours?.states, ours?.transitions, ours?.findings, ours?.missing]).toEqual([theirs?.states, theirs?.transitions, theirs?.findings, theirs?.missing]);
    }
  }
  return { linked, compiled: new Set(bodies) };
}

const CALLER = "/* scenario: caller */\nstruct thing { struct kref kref; struct list_head node; };\nint free_count;\nstatic void release(struct kref *kref) { kfree(container_of(kref, struct thing, kref)); }\n" +
  "void cpu0(void) { struct thing *t = kzalloc(sizeof(*t), GFP_KERNEL); if (!t) return; kref_init(&t->kref); INIT_LIST_HEAD(&t->node); kref_put(&t->kref, release); }\n";
const request = (scenario: string): RunRequest => ({ patchKey: "", side: "after", scenario: { name: "scenarios/caller.c", text: scenario }, whatIf: null, users: null, bounds });

describe.skipIf(!hasCorpus)(`code that is kept of the model${corpusNote}`, () => {
  it.each([1, 2, 3])("makes the programs that the texts make, of every scenario on both sides of v%i", async (version) => {
    const series = await readCorpusSeries();
    const texts = compared();
    let programs = 0;
    for (const n of [1, 2, 3, 4, 5]) {
      const found = series(version, n);
      for (const side of ["before", "after"] as const) {
        const images = found?.code.images.paths(found.code.index, side).flatMap((path) => found.code.images.image(found.code.index, path, side) ?? []) ?? [];
        for (const { name, whatIfs } of listScenarios(kernel)) {
          // What-ifs edit the code under review, or the model: one of each scenario is enough.
          for (const whatIf of n === 5 && whatIfs[0] ? [null, whatIfs[0].name] : [null]) {
            const { linked, compiled } = both(texts, images, { patchKey: "", side, scenario: name, whatIf, users: null, bounds }, n === 5 && whatIf === null);
            if (linked.kind !== "program") continue;
            programs++;
            if (whatIf === null) expect([...compiled].filter((one) => kernel.model.some((text) => text.text.includes(`${one}(`) && kernel.scenarios.every((scenario) => !scenario.text.includes(`${one}(`)) && kernel.fills.every((fill) => !fill.text.includes(`${one}(`))))).toEqual([]);
          }
        }
      }
    }
    expect(programs).toBeGreaterThan(20);
  }, 600_000);
});

describe("code that is kept of the model", () => {
  it("is there for nearly every function", () => {
    const readings = new Readings(withReadings(reader, file));
    const all = kernel.model.flatMap(({ name, text }) => {
      const unit = readings.text(name, text);
      return unit.functions.filter((fn) => fn.body !== null).map((fn) => isStoredUnit(unit) && unit.stored(fn.span.from).length > 0);
    });
    // What reaches into structs that only the code under review knows (struct pci_dev and its like) depends on that code.
    expect(all.filter((isKept) => isKept).length / all.length).toBeGreaterThan(0.9);
  });

  it("is linked without a look at the text", () => {
    const { linked, compiled } = both(compared(), [], request(CALLER));
    expect(linked.kind).toBe("program");
    expect([...compiled]).toEqual([]);
  });

  it.each([
    ["a struct gets another layout", "struct list_head { long pad; struct list_head *next, *prev; };\n", "INIT_LIST_HEAD"],
    ["a struct in a struct grows", "struct kref { long pad; refcount_t refcount; };\n", "kref_init"],
    ["a typedef means something else", "typedef struct { long pad; long refs; } refcount_t;\n", "refcount_set"],
    ["a function of the model is the patch's", "void kfree(const void *ptr)\n{\n\tif (ptr)\n\t\tkref_read(0);\n}\n", null],
    ["a function that the model calls has other types", "bool refcount_dec_and_test(unsigned char *r)\n{\n\treturn *r == 1;\n}\n", "kref_put"],
    ["a macro hides a function", "#define kref_init(k) ((k)->refcount.refs = 5)\n", null],
    ["a define is another number", "#define GFP_KERNEL 77\n", null],
    ["an enum has the name of a constant", "enum { REFCOUNT_SATURATED = 3 };\n", null],
    ["a global is one of the model", "int jiffies = 3;\n", null],
  ])("is compiled anew where %s", (_what, code, function_) => {
    const { linked, compiled } = both(compared(), [imageOf(code)], request(CALLER));
    expect(linked.kind).toBe("program");
    if (function_ !== null) expect([...compiled]).toContain(function_);
  });

  it("is compiled anew where a what-if edits a function of the model", () => {
    const edited: RunRequest = { ...request(CALLER), whatIf: { name: "twice", title: "", edits: [[{ action: "repeat", function: "kref_init", find: "refcount_set(&kref->refcount, 1);" }]] } };
    expect(both(compared(), [], edited).linked.kind).toBe("program");
  });
});
