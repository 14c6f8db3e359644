// The panel's page in Chromium, against the limits that we set ourselves: first diagram, a run shown, one step; with the size of what is loaded.
import { spawnSync } from "node:child_process";
import { bundlePage, launch, openPage } from "../ui/page/harness.js";
import { codesOf, panelState } from "../ui/page/lifecycle.fixture.js";
import type { LifecycleView } from "../../src/core/lifecycle/types.js";
import type { RunResult } from "../../src/core/simulate/types.js";
import { median, type Bench, type Measurement } from "./types.js";

/** Milliseconds: a first diagram within a second, a step within a frame. */
const diagramLimit = 1000;
const stepLimit = 16;
const rounds = 3;
const sample = "media/samples/vfio-group-cdev-v2-5of5.txt";

const bench: Bench = { title: `The panel's page, against limits of ${diagramLimit} ms for a diagram and ${stepLimit} ms for a step (median of ${rounds})`, measure };

async function measure(): Promise<readonly Measurement[] | string> {
  const built = spawnSync(process.execPath, ["esbuild.mjs"], { encoding: "utf8" });
  if (built.status !== 0) return `the build failed: ${built.stderr.slice(-200)}`;
  // What the command line prints as JSON is what the page is sent.
  const view = fromCli<LifecycleView>(["diagram", sample, "--struct", "vfio_group", "--json"]);
  const started = performance.now();
  const result = fromCli<RunResult>(["simulate", sample, "--scenario", "open-last-put", "--what-if", "plain-get", "--json"]);
  const whole = performance.now() - started;
  const bundle = await bundlePage();
  const browser = await launch();
  const diagrams: number[] = [];
  const runs: number[] = [];
  const steps: number[] = [];
  let loaded = 0;
  try {
    for (let round = 0; round < rounds; round++) {
      const opened = await openPage(browser, bundle);
      await opened.send({ type: "lifecycle", title: "bench", state: { ...panelState, patchKey: view.patchKey, struct: view.struct, tab: "lifecycle" }, view, scenarios: [], codes: codesOf([view.patchKey, "v2 5/5"]) });
      await opened.drawn();
      // The page's own clock starts with the page; a new window of the browser is not of it.
      diagrams.push(await opened.page.evaluate(() => performance.now()));
      loaded = opened.loaded.filter((path) => path.endsWith(".js")).reduce((sum, path) => sum + (bundle.files.get(path)?.length ?? 0), 0);
      await opened.page.getByRole("tab", { name: "Simulate" }).click();
      const shown = performance.now();
      await opened.send({ type: "result", result });
      await opened.page.locator("tr[aria-current]").waitFor();
      runs.push(performance.now() - shown);
      steps.push(...(await opened.page.evaluate(stepThrough)));
      await opened.close();
    }
  } finally {
    await browser.close();
  }
  const worst = Math.max(...steps);
  return [
    { name: "from the start of the page to both sides drawn", ours: median(diagrams), theirs: diagramLimit, detail: `${(loaded / 1000).toFixed(0)} kB of script loaded` },
    { name: "show a run", ours: median(runs), theirs: diagramLimit, detail: `${result.steps.length} steps` },
    { name: "one step", ours: median(steps), theirs: stepLimit, detail: `worst ${worst.toFixed(1)} ms of ${steps.length}` },
    { name: "the run itself, as a process of its own", ours: whole, theirs: diagramLimit, detail: `${result.states} states` },
  ];
}

/** Runs in the page: milliseconds from a key to the end of all work and layout that it causes, for every step of the schedule. */
function stepThrough(): number[] {
  const taken: number[] = [];
  for (const key of ["Home", ...Array.from({ length: 200 }, () => "ArrowRight")]) {
    const row = document.querySelector<HTMLElement>("tr[aria-current]");
    const before = row?.dataset["step"];
    const from = performance.now();
    row?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    // Reading a size makes the layout happen now.
    void document.body.getBoundingClientRect().height;
    if (document.querySelector<HTMLElement>("tr[aria-current]")?.dataset["step"] === before) continue;
    taken.push(performance.now() - from);
  }
  return taken;
}

function fromCli<T>(parameters: readonly string[]): T {
  const { stdout, stderr } = spawnSync(process.execPath, ["dist/cli.js", ...parameters], { encoding: "utf8", maxBuffer: 1 << 27 });
  if (stdout === "") throw new Error(stderr);
  // Our own command line's JSON; its shape is held by its tests.
  return JSON.parse(stdout) as T;
}

export default bench;
