// Spin judges the same program: verdicts, counts of states, and the length of the shortest trace. Needs `spin` and `cc`.
import { describe, expect, it } from "vitest";
import { Readings } from "../../../src/core/simulate/drafts.js";
import { SymmetryBroken } from "../../../src/core/simulate/execution.js";
import { explore } from "../../../src/core/simulate/explore.js";
import type { Program } from "../../../src/core/simulate/ir.js";
import { prepare } from "../../../src/core/simulate/prepare.js";
import { exportPromela } from "../../../src/core/simulate/promela/export.js";
import { promelaModel, SPIN_END_STATES, SPIN_START_STATES } from "../../../src/core/simulate/promela/model.js";
import { measureRoom } from "../../../src/core/simulate/promela/room.js";
import { runSpin, spinVersion } from "../../../src/worker/spin.js";
import { kernel } from "../kernel/kernel.js";
import { readBundledPage } from "../kernel/series.js";
import { BOUNDS, compiled, exploration, mini, prepared, quiet, reader } from "./check.js";
import { randomKernelScenario } from "./random-kernel.js";
import { randomScenario } from "./random.js";
import { traceLengths } from "./trace-lengths.js";

const version = await spinVersion();
const note = version === null ? " [skipped: no spin or no cc is installed]" : "";

/** LIFELINE_SPIN asks for more programs than every run of the tests gives to Spin. */
const PROGRAMS = Number(process.env["LIFELINE_SPIN"] ?? 8);
/** Theirs are longer to compile. */
const KERNEL_PROGRAMS = Math.ceil(PROGRAMS * 0.4);
const FIRST = Number(process.env["LIFELINE_SPIN_FROM"] ?? 1);
/** Programs between two lines about how far it is, where it takes long. */
const TELLS_EVERY = 25;

describe("an exported model", () => {
  const TEXT = "/* scenario: views */\nstruct a { int x; };\nstruct b { long l; };\nstruct a a;\nvoid *data;\nvoid set(void *to) { data = to; }\nvoid cpu0(void)\n{\n\tSEEN *s = data;\n\tset(s);\n}\nvoid setup(void) { set(&a); }\n";

  it("is refused where memory is seen as another struct than it is", () => {
    const model = exportPromela(prepared(TEXT.replace("SEEN", "struct b"), mini), "views", BOUNDS.maxSteps);
    expect("reason" in model && model.reason).toMatch(/line 9: memory that is made as something else is seen as struct b/);
  });

  it("says what it does not check where not all states were looked at", () => {
    const { program } = prepared(TEXT.replace("SEEN", "struct a"), mini).compiled;
    const room = measureRoom(program, BOUNDS.maxSteps);
    const text = (isWhole: boolean): string => {
      const model = promelaModel(program, "views", { ...room, isWhole });
      return "text" in model ? model.text : "";
    };
    expect(room.isWhole).toBe(true);
    expect(text(true)).not.toContain("NOT CHECKED HERE");
    expect(text(false)).toContain("NOT CHECKED HERE: memory that is seen as another type");
  });
});

describe.skipIf(version === null)(`Spin${note}`, () => {
  it.each([[PROGRAMS, "locks and memory", (seed: number) => compiled(randomScenario(seed))], [KERNEL_PROGRAMS, "all that the kernel model has", kernelProgram]] as const)("finds the same on %i random programs over %s, in as many states as the unreduced machine, with a shortest trace as long", { timeout: 30_000 * PROGRAMS }, async (programs, _what, programOf) => {
    const wrong: string[] = [];
    let violations = 0;
    let traces = 0;
    let done = 0;
    const compare = async (seed: number): Promise<void> => {
      const program = programOf(seed);
      const ours = exploration(program, "every", false);
      if (!ours.complete) return;
      const model = promelaModel(program, `random program ${String(seed)}`, measureRoom(program, 5_000));
      if ("reason" in model) throw new Error(model.reason);
      const theirs = await runSpin(model.text, { search: "full", optimize: 0 });
      const kinds = [...new Set(ours.findings.map((finding) => finding.kind))].sort().join();
      const said = `${[...theirs.kinds].sort().join()} in ${String(theirs.states - SPIN_START_STATES - SPIN_END_STATES)}`;
      if (said !== `${kinds} in ${String(ours.states)}` || !theirs.complete) wrong.push(`seed ${String(seed)}: ${said}, ours ${kinds} in ${String(ours.states)} (${theirs.problem ?? ""})`);
      if (kinds !== "") {
        violations++;
        const lengths = traceLengths(program, 5_000);
        const { steps } = await runSpin(model.text, { search: "breadth", optimize: 0 });
        // What setup() finds has no moves.
        if (lengths.some((length) => length > 0)) traces++;
        if (steps === null || !lengths.includes(steps)) wrong.push(`seed ${String(seed)}: ${String(steps)} steps, ours ${lengths.join(" or ")}`);
      }
      if (++done % TELLS_EVERY === 0) console.log(`${String(done)} of ${String(programs)} programs, ${String(violations)} with a finding, ${String(traces)} traces compared`);
    };
    // Most of the time is the C compiler's.
    let next = FIRST;
    const work = async (): Promise<void> => {
      for (let seed = next++; seed < FIRST + programs; seed = next++) await compare(seed);
    };
    await Promise.all(Array.from({ length: Math.min(2, programs) }, work));
    expect(wrong).toEqual([]);
    expect(violations).toBeGreaterThan(0);
    expect(traces).toBeGreaterThan(0);
  });

  it.each([
    ["open-last-put", "no-parent-ref"], ["open-last-put", "double-lock"], ["put-notifier", null],
  ])("finds the same of the bundled patch: %s, what-if %s", { timeout: 180_000 }, async (scenario, whatIf) => {
    const patch = (await readBundledPage())(2, 5);
    if (patch === null) throw new Error("the sample lacks its patch");
    const { images, index } = patch.code;
    const known = images.paths(index, "after").flatMap((path) => images.image(index, path, "after") ?? []);
    const ready = prepare(new Readings(reader), kernel, known, { patchKey: patch.key, side: "after", scenario, whatIf, users: 1, bounds: BOUNDS });
    if (ready.kind !== "program") throw new Error(ready.reason);
    const { program } = ready.compiled;
    const ours = explore(program, "every", false, BOUNDS, quiet);
    const model = exportPromela(ready, scenario, BOUNDS.maxSteps);
    if ("reason" in model) throw new Error(model.reason);
    const theirs = await runSpin(model.text, { search: "full", optimize: 0 });
    expect([theirs.problem, [...theirs.kinds].sort(), theirs.states]).toEqual([null, [...new Set(ours.findings.map((finding) => finding.kind))].sort(), ours.states + SPIN_START_STATES + SPIN_END_STATES]);
    const { steps } = await runSpin(model.text, { search: "breadth", optimize: 0 });
    const lengths = traceLengths(program, BOUNDS.maxSteps);
    expect(lengths.length === 0 ? [null] : lengths).toContain(steps);
  });

  it("finds the end and a move in equally many steps, and either is a shortest trace", { timeout: 60_000 }, async () => {
    // A deadlock after eight moves, and memory that the ninth finds freed: Spin's step to the end is the ninth.
    const program = compiled(randomScenario(70));
    const lengths = traceLengths(program, 5_000);
    expect(lengths).toEqual([8, 9]);
    const model = promelaModel(program, "random program 70", measureRoom(program, 5_000));
    if ("reason" in model) throw new Error(model.reason);
    expect(lengths).toContain((await runSpin(model.text, { search: "breadth", optimize: 0 })).steps);
  });

  it("knows counts that need all of 32 bits, and choices before a wait", { timeout: 60_000 }, async () => {
    for (const text of ["/* scenario: wide */\nunsigned int all; int x;\nvoid cpu0(void) { all = 4294967295u; }\nvoid cpu1(void) { if (all == 4294967295u) { all = 1; x = 1; } if (x) __report(\"warn\", \"seen\"); }", "/* scenario: chosen */\nint done; int x;\nvoid cpu0(void) { if (__choose(3)) __wait(done); }\nvoid cpu1(void) { x = 1; if (__choose(2)) done = 1; }"]) {
      const program = compiled(text);
      const ours = exploration(program, "every", false);
      const model = promelaModel(program, "a program", measureRoom(program, 5_000));
      if ("reason" in model) throw new Error(model.reason);
      const theirs = await runSpin(model.text, { search: "full", optimize: 0 });
      expect([theirs.problem, theirs.kinds, theirs.states]).toEqual([null, ours.findings.map((finding) => finding.kind), ours.states + SPIN_START_STATES + SPIN_END_STATES]);
      expect(ours.findings.length).toBe(1);
      expect(traceLengths(program, 5_000)).toContain((await runSpin(model.text, { search: "breadth", optimize: 0 })).steps);
    }
  });

  it("stops when nobody wants its answer, and says why there is none", { timeout: 60_000 }, async () => {
    const model = promelaModel(compiled(randomScenario(1)), "random program", { heap: 128, registers: 64, ways: 1 });
    if ("reason" in model) throw new Error(model.reason);
    expect((await runSpin(model.text, { search: "full", cancelled: () => true })).problem).toBe("cancelled");
    expect((await runSpin("this is no model", { search: "full" })).problem).toMatch(/error/i);
  });

  it("gets more room where the model's is too small", { timeout: 60_000 }, async () => {
    const program = compiled(randomScenario(9));
    const model = promelaModel(program, "random program", { heap: 8, registers: 4, ways: 1 });
    if ("reason" in model) throw new Error(model.reason);
    const found = await runSpin(model.text, { search: "full", optimize: 0 });
    expect([found.problem, found.kinds, found.states]).toEqual([null, ["double-free"], exploration(program, "every", false).states + SPIN_START_STATES + SPIN_END_STATES]);
  });
});

/** A program over the kernel model; with frames that others can see, where one lends its stack. */
function kernelProgram(seed: number): Program {
  const program = prepared(randomKernelScenario(seed), kernel);
  try {
    exploration(program.compiled.program, "every", false);
    return program.compiled.program;
  } catch (error) {
    if (!(error instanceof SymmetryBroken)) throw error;
    return program.compileShared().program;
  }
}
