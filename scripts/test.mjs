// Runs every test there is, stage by stage, and ends with one line of counts: `npm test`, or some stages: `npm test -- core host`.
import { spawn } from "node:child_process";
import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { projectRoot } from "./host/paths.mjs";
import { stopOnSignals } from "./host/processes.mjs";

const modules = join(projectRoot, "node_modules");
const vitest = (project) => [
  join(modules, "vitest/vitest.mjs"),
  ...["run", "--project", project, "--reporter=default", `--reporter=${join(projectRoot, "scripts/vitest-counts.mjs")}`],
];

/**
 * The stages in their order. A stage with `counts` leaves a file of counts; one without is a single check.
 * `needs` names a stage that has to have passed, and is run along when it was not asked for.
 */
const stages = [
  { name: "types", title: "Types", command: [join(modules, "typescript/bin/tsc"), "-b"] },
  { name: "lint", title: "Lint", command: [join(modules, "eslint/bin/eslint.js"), ".", "--max-warnings", "0"] },
  { name: "build", title: "Build", command: ["esbuild.mjs", "--tests"] },
  { name: "tidy", title: "Tidy", command: vitest("tidy"), counts: true },
  { name: "core", title: "Core tests", command: vitest("core"), counts: true },
  { name: "edge", title: "Edge tests (worker, command line, page)", command: vitest("edge"), counts: true, needs: "build" },
  { name: "host", title: "Host tests (inside VS Code)", command: ["scripts/host-tests.mjs"], counts: true, needs: "build" },
  { name: "ui", title: "UI tests (the workbench, driven)", command: vitest("ui"), counts: true, needs: "build" },
];

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !stages.some((stage) => stage.name === name));
if (unknown.length > 0) {
  console.error(`No such stage: ${unknown.join(", ")}. There are ${stages.map((stage) => stage.name).join(", ")}.`);
  process.exit(2);
}
const wanted = new Set(asked.length === 0 ? stages.map((stage) => stage.name) : asked);
for (const stage of stages) if (wanted.has(stage.name) && stage.needs) wanted.add(stage.needs);

let running = null;
stopOnSignals(async () => {
  // The stage has heard a Ctrl-C of the terminal itself; this is for signals sent to us alone.
  if (!running) return;
  running.kill("SIGTERM");
  await new Promise((resolve) => running.on("exit", resolve));
});

const total = { passed: 0, failed: 0, skipped: [] };
const broken = new Set();
for (const stage of stages.filter(({ name }) => wanted.has(name))) {
  const counts = await runStage(stage);
  if (counts.failed > 0) broken.add(stage.name);
  total.passed += counts.passed;
  total.failed += counts.failed;
  total.skipped.push(...counts.skipped);
}
if (total.skipped.length > 0) printSkipped(total.skipped);
if (broken.size > 0) console.log(`\nFailed: ${[...broken].join(", ")}`);
console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped.length} skipped`);
process.exitCode = total.failed > 0 ? 1 : 0;

/** Runs one stage under its headline and returns its counts; a stage that breaks off has at least one failure. */
async function runStage({ name, title, command, counts: hasCounts, needs }) {
  console.log(`\n== ${title} ==`);
  if (needs && broken.has(needs)) {
    console.log(`Not run: the stage ${needs} has failed`);
    return { passed: 0, failed: 1, skipped: [] };
  }
  const results = join(projectRoot, "test-results", `${name}.json`);
  await mkdir(join(results, ".."), { recursive: true });
  await rm(results, { force: true });
  const started = Date.now();
  const status = await run(command, results);
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  if (!hasCounts) {
    console.log(`${title}: ${status === 0 ? "passed" : "failed"} in ${seconds} s`);
    return status === 0 ? { passed: 1, failed: 0, skipped: [] } : { passed: 0, failed: 1, skipped: [] };
  }
  const counts = await readCounts(results);
  // A run that crashed has no counts; one that failed outside its tests (in a hook, at its end) has no failure in them.
  if (!counts) console.log(`${title}: broke off without results`);
  const whole = counts ?? { passed: 0, failed: 1, skipped: [] };
  if (status !== 0 && whole.failed === 0) whole.failed = 1;
  console.log(`${title}: ${whole.passed} passed, ${whole.failed} failed, ${whole.skipped.length} skipped in ${seconds} s`);
  return whole;
}

function run([script, ...args], results) {
  return new Promise((resolve) => {
    running = spawn(process.execPath, [script, ...args], {
      cwd: projectRoot,
      stdio: ["ignore", "inherit", "inherit"],
      env: { ...process.env, ...(process.stdout.isTTY ? {} : { NO_COLOR: "1" }), LIFELINE_RESULTS: results },
    });
    running.on("error", (error) => {
      console.error(error.message);
      resolve(1);
    });
    running.on("exit", (code) => {
      running = null;
      resolve(code ?? 1);
    });
  });
}

async function readCounts(file) {
  try {
    return JSON.parse(await readFile(file, "utf8"));
  } catch {
    return null;
  }
}

/** Lists what was skipped, by reason. */
function printSkipped(skipped) {
  const byReason = new Map();
  for (const one of skipped) byReason.set(one.reason, [...(byReason.get(one.reason) ?? []), one.name]);
  console.log("\nSkipped:");
  for (const [reason, names] of byReason) {
    console.log(`  ${reason} (${names.length})`);
    for (const name of names) console.log(`    ${name}`);
  }
}
