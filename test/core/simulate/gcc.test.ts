// The C front end against gcc: random programs end with the same memory and output, run by the machine and natively.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Program } from "../../../src/core/simulate/ir.js";
import { Machine } from "../../../src/core/simulate/machine.js";
import { compiled } from "./check.js";
import { randomProgram, type RandomProgram } from "./programs.js";

const COUNT = 500;
const hasGcc = spawnSync("gcc", ["--version"]).status === 0;
const note = hasGcc ? "" : " [skipped: there is no gcc]";

describe.skipIf(!hasGcc)(`${String(COUNT)} random programs${note}`, () => {
  it("end as gcc's do", () => {
    const programs = Array.from({ length: COUNT }, (_, index) => randomProgram(index + 1));
    const native = runNatively(programs);
    const differing: string[] = [];
    for (const [index, program] of programs.entries()) {
      const ours = runHere(program);
      const theirs = native[index] ?? [];
      const names = program.globals.flatMap((global) => global.words);
      const first = names.findIndex((_, at) => ours[at] !== theirs[at]);
      if (first >= 0 || ours.length !== theirs.length) differing.push(`seed ${String(index + 1)}: ${names[first] ?? "length"} is ${String(ours[first])}, gcc has ${String(theirs[first])}`);
    }
    expect(differing).toEqual([]);
  }, 300_000);
});

/** All programs in one, compiled once: each word of each program, as a signed number of 64 bits. */
function runNatively(programs: readonly RandomProgram[]): string[][] {
  const folder = mkdtempSync(join(tmpdir(), "lifeline-gcc-"));
  try {
    const main = programs.map((program) => `\t${program.entry}();\n${program.globals.flatMap((global) => global.words).map((word) => `\tprintf("%ld ", (long)${word});`).join("\n")}\n\tputs("");`).join("\n");
    writeFileSync(join(folder, "all.c"), `#include <stdio.h>\n${programs.map((program) => program.text).join("\n")}\nint main(void)\n{\n${main}\n\treturn 0;\n}\n`);
    execFileSync("gcc", ["-O0", "-w", "-fwrapv", "-fno-strict-aliasing", "-fsigned-char", "-o", join(folder, "all"), join(folder, "all.c")]);
    return execFileSync(join(folder, "all"), { encoding: "utf8", maxBuffer: 100_000_000 }).trimEnd().split("\n").map((line) => line.trim().split(" "));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function runHere(program: RandomProgram): string[] {
  const scenario = `/* scenario: program */\n${program.text.replace(`void ${program.entry}(void)`, "void cpu0(void)")}\nvoid keep(void) { ${program.globals.map((global) => `(void)&${global.name};`).join(" ")} }\nvoid finish(void) { keep(); }\n`;
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
