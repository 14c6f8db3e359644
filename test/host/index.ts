// Entry point of the host tests: VS Code calls run(), which runs every bundled test file beside this one with mocha.
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { format } from "node:util";
import Mocha from "mocha";
import { skipReason } from "./skip.js";

/** What the outer runner reads: counts, and why a test was skipped. */
interface Counts {
  passed: number;
  failed: number;
  skipped: { name: string; reason: string }[];
}

/** Begins each line of the report, so that it can be told from what else the extension host prints. */
const reportMark = "[test] ";

/** Tests wait for VS Code, not for us: a first diff editor takes a second, a panel two. */
const testLimit = 30_000;

export async function run(): Promise<void> {
  Mocha.reporters.Base.consoleLog = (...args: unknown[]) => console.log(format(...args).replace(/^/gm, reportMark));
  const mocha = new Mocha({ ui: "bdd", color: false, timeout: testLimit, reporter: "spec" });
  const only = process.env["LIFELINE_TEST_GREP"];
  if (only) mocha.grep(only);
  const files = readdirSync(__dirname, { recursive: true, encoding: "utf8" });
  for (const file of files.filter((name) => name.endsWith(".test.js")).sort()) mocha.addFile(join(__dirname, file));
  const counts: Counts = { passed: 0, failed: 0, skipped: [] };
  await new Promise<void>((resolve) => {
    const runner = mocha.run(() => resolve());
    runner.on("pass", () => counts.passed++);
    runner.on("fail", () => counts.failed++);
    runner.on("pending", (test) => counts.skipped.push({ name: test.fullTitle(), reason: skipReason(test) ?? "no reason given" }));
  });
  const report = process.env["LIFELINE_RESULTS"];
  if (report) writeFileSync(report, JSON.stringify(counts));
  if (counts.failed > 0) throw new Error(`${counts.failed} of the host tests failed`);
}
