// The C front end against gcc: random programs end with the same memory and output, run by the machine and natively.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Program } from "../../../src/core/simulate/ir.js";
import { Machine } from "../../../src/core/simulate/machine.js";
import { compiled } from "./check.js";
import { type DriverProgram, driverProgram, KERNEL_WORDS } from "./driver-programs.js";
import { randomProgram, type RandomProgram } from "./programs.js";

const COUNT = 500;
const hasGcc = spawnSync("gcc", ["--version"]).status === 0;
const note = hasGcc ? "" : " [skipped: there is no gcc]";

describe.skipIf(!hasGcc)(`${String(COUNT)} random programs${note}`, () => {
  it("end as gcc's do", () => {
    const programs = Array.from({ length: COUNT }, (_, index) => randomProgram(index + 1));
    expect(differences(programs, programs.map(runHere), "")).toEqual([]);
  }, 300_000);

  it("of what drivers are made of, too, or are stopped where a value does not fit", () => {
    const programs = Array.from({ length: COUNT }, (_, index) => driverProgram(index + 1));
    const ours = programs.map(runHere);
    const isStopped = (words: readonly string[] | undefined): boolean => words?.length === 1 && words[0]?.includes("does not fit in 53") === true;
    expect(differences(programs.filter((_, index) => !isStopped(ours[index])), ours.filter((words) => !isStopped(words)), KERNEL_WORDS)).toEqual([]);
    expect(ours.filter(isStopped).length).toBeLessThan(COUNT / 10);
  }, 300_000);
});

/** Where the words of programs differ from those that gcc's have. */
function differences(programs: readonly RandomProgram[], ours: readonly (readonly string[])[], prelude: string): string[] {
  const native = runNatively(programs, prelude);
  return programs.flatMap((program, index) => {
    const [own, theirs] = [ours[index] ?? [], native[index] ?? []];
    const names = program.globals.flatMap((global) => global.words);
    const first = names.findIndex((_, at) => own[at] !== theirs[at]);
    return first >= 0 || own.length !== theirs.length ? [`${program.entry}: ${names[first] ?? "length"} is ${String(own[first])}, gcc has ${String(theirs[first])}`] : [];
  });
}

/** All programs in one, compiled once: each word of each program, as a signed number of 64 bits. */
function runNatively(programs: readonly RandomProgram[], prelude: string): string[][] {
  const folder = mkdtempSync(join(tmpdir(), "lifeline-gcc-"));
  try {
    const main = programs.map((program) => `\t${program.entry}();\n${program.globals.flatMap((global) => global.words).map((word) => `\tprintf("%ld ", (long)${word});`).join("\n")}\n\tputs("");`).join("\n");
    writeFileSync(join(folder, "all.c"), `#include <stdio.h>\n${prelude}${programs.map((program) => program.text).join("\n")}\nint main(void)\n{\n${main}\n\treturn 0;\n}\n`);
    execFileSync("gcc", ["-O0", "-w", "-fwrapv", "-fno-strict-aliasing", "-fsigned-char", "-o", join(folder, "all"), join(folder, "all.c")]);
    return execFileSync(join(folder, "all"), { encoding: "utf8", maxBuffer: 100_000_000 }).trimEnd().split("\n").map((line) => line.trim().split(" "));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function runHere(program: RandomProgram | DriverProgram): string[] {
  const scenario = `/* scenario: program */\n${"ours" in program ? program.ours : ""}${program.text.replace(`void ${program.entry}(void)`, "void cpu0(void)")}\nvoid keep(void) { ${program.globals.map((global) => `(void)&${global.name};`).join(" ")} }\nvoid finish(void) { keep(); }\n`;
  return memoryAfter(compiled(scenario), program);
}

/** Runs the only CPU to its end and reads the globals. */
function memoryAfter(code: Program, program: RandomProgram): string[] {
  const machine = new Machine(code, 1_000_000, null, false);
  let words = machine.initialWords;
  for (const entry of [...code.setup, ...code.cpus.map((cpu) => cpu.entry)]) {
    const run = machine.run(words, machine.start(entry), { cpuClass: 0, number: -1, concurrent: false }, "end", []);
    if (run.status !== "stop" || run.findings.length > 0) return [`${run.status} ${run.reason} ${run.findings.map((finding) => finding.code).join(" ")}`];
    words = run.shared;
  }
  return program.globals.flatMap((global) => {
    const index = code.objects.findIndex((object) => object.name === global.name);
    const base = code.objects.slice(0, index).reduce((sum, object) => sum + object.slots, 0);
    return global.words.map((_, slot) => String(index < 0 ? "missing" : words[base + slot]));
  });
}
