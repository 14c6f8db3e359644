// A vitest reporter that leaves the counts of a run, with the reasons of what was skipped, in the file LIFELINE_RESULTS.
import { writeFileSync } from "node:fs";

export default class CountsReporter {
  /** @param {readonly import("vitest/node").TestModule[]} modules */
  onTestRunEnd(modules, unhandledErrors) {
    // An error outside a test, a file that could not be read among them, fails the run and so counts as a failure.
    const counts = { passed: 0, failed: unhandledErrors.length, skipped: [] };
    for (const module of modules) {
      counts.failed += module.errors().length;
      for (const suite of module.children.allSuites()) counts.failed += suite.errors().length;
      for (const test of module.children.allTests()) {
        const result = test.result();
        if (result.state === "passed") counts.passed++;
        else if (result.state === "failed") counts.failed++;
        else counts.skipped.push({ name: test.fullName, reason: result.note ?? reasonInName(test.fullName) ?? "no reason given" });
      }
    }
    const file = process.env.LIFELINE_RESULTS;
    if (file) writeFileSync(file, JSON.stringify(counts));
  }
}

/** The reason in a name that ends with "[skipped: reason]", for tests that are skipped before they could say it. */
function reasonInName(name) {
  return /\[skipped: ([^\]]+)\]$/.exec(name)?.[1] ?? null;
}
