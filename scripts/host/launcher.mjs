#!/usr/bin/env node
// Stands in for the desktop program in @vscode/test-electron's runTests: takes the same arguments, but runs the tests in the
// browser-hosted VS Code. Ends with the status of the test run.
import { createWriteStream } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { chromium } from "playwright-core";
import { chromiumArguments, findChromium } from "./chromium.mjs";
import { projectRoot } from "./paths.mjs";
import { stopOnSignals } from "./processes.mjs";
import { startServer } from "./server.mjs";

/** Begins each line of the test report; the rest of what this host writes (of native modules that it lacks, mostly) goes to a file. */
const reportMark = "[test] ";
const logFile = join(projectRoot, "test-results/host.log");

/** A run that has said nothing for this long is given up, in milliseconds: the page or the extension host hangs. */
const silenceLimit = 120_000;

const extensionDevelopmentPath = argument("--extensionDevelopmentPath");
const extensionTestsPath = argument("--extensionTestsPath");
if (!extensionDevelopmentPath || !extensionTestsPath) {
  console.error("launcher: --extensionDevelopmentPath= and --extensionTestsPath= are needed");
  process.exit(2);
}
const folder = process.argv.slice(2).find((value) => !value.startsWith("-"));
const stops = [];
stopOnSignals(stopAll);
try {
  process.exitCode = await run();
  if (process.exitCode !== 0) console.log(`What else the host said is in ${relative(projectRoot, logFile)}`);
} catch (error) {
  console.error(`launcher: ${error.message}`);
  process.exitCode = 1;
} finally {
  await stopAll();
}

async function run() {
  const program = findChromium(console.log);
  const dataDir = await mkdtemp(join(tmpdir(), "lifeline-host-"));
  stops.push(() => rm(dataDir, { recursive: true, force: true, maxRetries: 5 }));
  const server = await startServer({ dataDir, log: console.log });
  stops.push(() => server.stop());
  const browser = await chromium.launch({ executablePath: program, args: chromiumArguments });
  stops.push(() => browser.close());
  console.log(`Host: VS Code ${server.version} (server), Chromium ${browser.version()}`);
  const page = await (await browser.newContext({ viewport: { width: 1600, height: 1000 } })).newPage();

  let heard = Date.now();
  await mkdir(dirname(logFile), { recursive: true });
  const log = createWriteStream(logFile);
  stops.push(() => new Promise((resolve) => log.end(resolve)));
  const { promise: exited, resolve: exit } = deferred();
  await page.exposeFunction("codeAutomationLog", (severity, args) => {
    heard = Date.now();
    const text = args.map((value) => (typeof value === "string" ? value : JSON.stringify(value))).join(" ");
    log.write(`${severity}: ${text}\n`);
    for (const line of text.split("\n")) if (line.startsWith(reportMark)) console.log(line.slice(reportMark.length));
  });
  await page.exposeFunction("codeAutomationExit", (code) => exit(code));
  page.on("crash", () => exit(1));
  void server.ended.then(() => exit(1));
  const watch = setInterval(() => {
    if (Date.now() - heard < silenceLimit) return;
    console.error(`launcher: nothing was heard for ${silenceLimit / 1000} s, the run is given up`);
    exit(1);
  }, 1_000);
  stops.push(() => clearInterval(watch));
  await page.goto(server.workbenchUrl({ folder, extensionDevelopmentPath, extensionTestsPath }));
  return exited;
}

/** Ends what was started, last first. */
async function stopAll() {
  for (const stop of stops.splice(0).reverse()) await stop();
}

function deferred() {
  let resolve;
  const promise = new Promise((resolver) => (resolve = resolver));
  return { promise, resolve };
}

function argument(name) {
  return process.argv.find((value) => value.startsWith(`${name}=`))?.slice(name.length + 1);
}
