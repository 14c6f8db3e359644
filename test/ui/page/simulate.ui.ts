// The Simulate tab in Chromium: choosing, running, verdicts in words, the schedule and its steps, restoring.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Browser } from "playwright-core";
import type { FreeCpu, FreeView } from "../../../src/core/simulate/free-types.js";
import type { RunAgain } from "../../../src/protocol/run-again.js";
import type { RunResult, Step } from "../../../src/core/simulate/types.js";
import { chooseLanes } from "../../../src/webview/simulate/choose-lanes.js";
import { computeLanes } from "../../../src/webview/simulate/lanes.js";
import { groupSteps } from "../../../src/webview/simulate/rows.js";
import { findingSentence } from "../../../src/webview/words.js";
import { bundlePage, launch, openPage } from "./harness.js";
import type { Bundle, OpenOptions, OpenPage } from "./harness.js";
import { codesOf, groupView, lifecycleMessage } from "./lifecycle.fixture.js";
import { bounded, clean, doesNotApply, longRun, violation } from "./run.fixture.js";

let browser: Browser;
let bundle: Bundle;

beforeAll(async () => {
  bundle = await bundlePage();
  browser = await launch();
});

afterAll(() => browser.close());

async function withPage(check: (opened: OpenPage) => Promise<void>, options: OpenOptions = {}): Promise<void> {
  const opened = await openPage(browser, bundle, options);
  try {
    await opened.send(lifecycleMessage(groupView, { tab: "simulate" }));
    await opened.page.locator("#choose-scenario").waitFor();
    await check(opened);
    expect(opened.complaints).toEqual([]);
    expect(await opened.postedOf("pageError")).toEqual([]);
  } finally {
    await opened.close();
  }
}

async function withResult(result: RunResult, check: (opened: OpenPage) => Promise<void>, options: OpenOptions = {}, again: RunAgain | null = null): Promise<void> {
  await withPage(async (opened) => {
    await opened.send({ type: "result", result, again });
    await opened.page.locator(".verdict").waitFor();
    await check(opened);
  }, options);
}

const verdict = (opened: OpenPage): Promise<string> => opened.page.locator(".verdict").innerText();
const currentStep = (opened: OpenPage): Promise<string> => opened.page.locator("tr[aria-current] > .step-cell").innerText();
const lastStep = async (opened: OpenPage): Promise<number | null | undefined> => (await opened.postedOf("step")).at(-1)?.step;

describe("the same patch in several revisions", () => {
  const two = { ...lifecycleMessage(groupView, { tab: "simulate" }), codes: codesOf(["vfio/1/5", "v1 5/5"], ["vfio/2/5", "v2 5/5"]) };

  it("offers the code of each, and runs what is chosen", () =>
    withPage(async (opened) => {
      await opened.send(two);
      const side = opened.page.locator("#choose-side");
      expect(await side.locator("option").allInnerTexts()).toEqual(["v1 5/5 before", "v1 5/5 after", "v2 5/5 before", "v2 5/5 after"]);
      expect(await side.locator("option:checked").innerText()).toBe("v2 5/5 after");
      await side.selectOption({ label: "v1 5/5 before" });
      await opened.page.getByRole("button", { name: "Run", exact: true }).click();
      expect(await opened.postedOf("run")).toEqual([{ type: "run", scenario: "open-last-put", side: "before", whatIf: null, patchKey: "vfio/1/5" }]);
    }));

  it("shows all runs at a glance, while they end, and opens each", () =>
    withPage(async (opened) => {
      const { page } = opened;
      await opened.send(two);
      await page.getByText("All scenarios at a glance").click();
      await page.getByRole("button", { name: "Run all" }).click();
      expect(await opened.postedOf("runAll")).toHaveLength(1);
      const cell = { scenario: "open-last-put", whatIf: null, patchKey: "vfio/1/5", side: "before", kind: null, reason: null, states: 264 } as const;
      await opened.send({ type: "overview", cells: [], total: 12, running: true });
      await opened.send({ type: "overview", cells: [{ ...cell, verdict: "clean" }, { ...cell, verdict: "does-not-apply", side: "after", reason: "no such function" }], total: 12, running: true });
      await opened.send({ type: "overview", cells: [{ ...cell, whatIf: "plain-get", verdict: "violation", kind: "refcount", patchKey: "vfio/2/5", side: "after" }], total: 12, running: true });
      const table = page.locator(".overview-table");
      expect(await table.locator("thead th").allInnerTexts()).toEqual(["Scenario", "What if", "v1 5/5 before", "v1 5/5 after", "v2 5/5 after"]);
      expect(await page.locator(".overview-status").innerText()).toBe("3 of 12 runs");
      expect(await table.locator(".cell-violation").innerText()).toBe("✗ reference count misuse");
      await page.locator(".overview").getByRole("button", { name: "Cancel" }).click();
      expect(await opened.postedOf("cancel")).toHaveLength(1);
      await opened.send({ type: "overview", cells: [], total: 12, running: false });
      await table.locator(".cell-violation button").click();
      expect((await opened.postedOf("run")).at(-1)).toEqual({ type: "run", scenario: "open-last-put", side: "after", whatIf: "plain-get" });
      expect(await page.locator("#choose-what-if").inputValue()).toBe("plain-get");
    }));
});

describe("Verify with Spin", () => {
  const verdict = { kinds: [], states: 1204, transitions: 3000, complete: true, steps: null, translate: 50, compile: 900, search: 20, problem: null } as const;
  const spoken = (opened: OpenPage): Promise<string> => opened.page.locator(".spin").innerText();

  it("starts Spin, tells how far it is, and can be cancelled", () =>
    withResult(violation, async (opened) => {
      const { page } = opened;
      await expect.poll(async () => (await spoken(opened)).trim()).toBe("");
      await page.getByRole("button", { name: "Verify with Spin" }).click();
      expect(await opened.postedOf("verifySpin")).toEqual([{ type: "verifySpin", search: "full" }]);
      await opened.send({ type: "spin", state: "running", states: 0 });
      await expect.poll(() => spoken(opened)).toContain("Spin is at work…");
      await opened.send({ type: "spin", state: "running", states: 2_000_000 });
      await expect.poll(() => spoken(opened)).toContain("2,000,000 states so far");
      await page.getByRole("button", { name: "Cancel Spin" }).click();
      expect(await opened.postedOf("cancel")).toHaveLength(1);
      await opened.send({ type: "spin", state: "refused", reason: "Spin was cancelled." });
      await expect.poll(() => spoken(opened)).toContain("Spin was cancelled.");
      expect(await page.getByRole("button", { name: "Verify with Spin" }).isVisible()).toBe(true);
    }));

  it("shows Spin's verdict beside ours: the same, more, another, none", () =>
    withResult(violation, async (opened) => {
      const kinds = [...new Set(violation.findings.map((finding) => finding.kind))];
      await opened.send({ type: "spin", state: "ended", verdict: { ...verdict, kinds } });
      await expect.poll(() => spoken(opened)).toMatch(/^Spin: the same kinds \(.+\), 1,204 states\./);
      await opened.send({ type: "spin", state: "ended", verdict: { ...verdict, kinds: [...kinds, "race"] } });
      await expect.poll(() => spoken(opened)).toMatch(/^Spin: the same, and in other schedules more \(.*data race\), 1,204 states\./);
      await opened.send({ type: "spin", state: "ended", verdict });
      await expect.poll(() => spoken(opened)).toMatch(/^Spin disagrees: it finds nothing, 1,204 states\./);
      await opened.send({ type: "spin", state: "ended", verdict: { ...verdict, states: 0, complete: false, problem: "spin is not installed" } });
      await expect.poll(() => spoken(opened)).toContain("No verdict of Spin: spin is not installed");
      expect(await opened.page.getByRole("button", { name: "Search as a swarm" }).isVisible()).toBe(false);
    }));

  it("says that a search which was cut short proves nothing, and offers a swarm", () =>
    withResult(clean, async (opened) => {
      await opened.send({ type: "spin", state: "ended", verdict });
      await expect.poll(() => spoken(opened)).toMatch(/^Spin: the same, nothing found, 1,204 states\./);
      await opened.send({ type: "spin", state: "ended", verdict: { ...verdict, kinds: ["leak"] } });
      await expect.poll(() => spoken(opened)).toMatch(/^Spin disagrees: it finds leak, 1,204 states\./);
      await opened.send({ type: "spin", state: "ended", verdict: { ...verdict, complete: false, problem: "out of memory" } });
      await opened.page.getByRole("button", { name: "Search as a swarm" }).click();
      expect(await opened.postedOf("verifySpin")).toEqual([{ type: "verifySpin", search: "swarm" }]);
      await opened.send({ type: "spin", state: "ended", verdict: { ...verdict, complete: false } });
      await expect.poll(() => spoken(opened)).toMatch(/^Spin: nothing found, 1,204 states, not all of them\./);
    }));

  it("is not offered where nothing was run", () =>
    withResult(doesNotApply, async (opened) => expect(await opened.page.getByRole("button", { name: "Verify with Spin" }).count()).toBe(0)));
});

describe("playing", () => {
  it("shows step after step, stops at the end, and when the user takes over", async () => {
    const opened = await openPage(browser, bundle, {});
    const { page } = opened;
    await page.clock.install();
    await opened.send(lifecycleMessage(groupView, { tab: "simulate" }));
    await opened.send({ type: "result", result: violation });
    const at = async (): Promise<string> => page.locator(".player .position").innerText();
    const start = await at();
    await page.getByRole("button", { name: "Play" }).click();
    await page.clock.runFor(1000);
    const second = await at();
    expect(second).not.toBe(start);
    await page.getByRole("button", { name: "Back", exact: true }).click();
    expect(await at()).toBe(start);
    await page.clock.runFor(5000);
    expect(await at()).toBe(start);
    await page.locator("tr[aria-current]").focus();
    await page.keyboard.press("p");
    await page.clock.runFor(60_000);
    expect(await at()).toBe("Step 11 of 11");
    expect(await page.getByRole("button", { name: "Play" }).count()).toBe(1);
    await page.getByRole("button", { name: "Play" }).click();
    await page.clock.runFor(100);
    expect(await at()).toBe(start);
    await opened.close();
  });
});

describe("choosing and running", () => {
  it("offers scenarios, sides and what-ifs, the code as it is first", () =>
    withPage(async ({ page }) => {
      expect(await page.locator("#choose-scenario option").allInnerTexts()).toEqual(["open against the last put", "create a group"]);
      expect(await page.locator("#choose-side option").allInnerTexts()).toEqual(["before the patch", "after the patch"]);
      expect((await page.locator("#choose-what-if option").allInnerTexts())[0]).toBe("the code as it is");
      await page.locator("#choose-scenario").selectOption("create");
      expect(await page.locator("#choose-what-if option").count()).toBe(1);
      expect(await page.locator(".asks").innerText()).toBe("Is the group that is returned still alive?");
    }));

  it("runs what is chosen, tells how far it is, and can be cancelled", () =>
    withPage(async (opened) => {
      const { page } = opened;
      await page.locator("#choose-what-if").selectOption("plain-get");
      await page.getByRole("button", { name: "Run", exact: true }).click();
      expect(await opened.postedOf("run")).toEqual([{ type: "run", scenario: "open-last-put", side: "after", whatIf: "plain-get" }]);
      await opened.send({ type: "running", states: 12_345 });
      await expect.poll(() => page.locator(".status").innerText()).toBe("Running… 12,345 states");
      await page.getByRole("button", { name: "Cancel" }).click();
      expect(await opened.postedOf("cancel")).toHaveLength(1);
      await opened.send({ type: "cancelled" });
      await expect.poll(() => page.locator(".status").innerText()).toBe("Cancelled.");
      expect(await page.getByRole("button", { name: "Run", exact: true }).isEnabled()).toBe(true);
    }));

  it("says what could not be done", () =>
    withPage(async (opened) => {
      await opened.send({ type: "failed", message: "The worker stopped." });
      await expect.poll(() => opened.page.getByRole("alert").innerText()).toBe("The worker stopped.");
    }));
});

describe("verdicts", () => {
  it("names the violation, what was covered, and the assumptions with their lines", () =>
    withResult(violation, async (opened) => {
      const text = await verdict(opened);
      expect(text).toContain("Reference count misuse: refcount_t: addition on 0; use-after-free.");
      expect(text).toContain("1,204 states, all of them");
      expect(text).toContain("2 CPUs, sequentially consistent");
      expect(text).toContain("10 steps, 1 CPU switch");
    expect(text).toContain("1 more step to the end of the run");
      expect(text).toContain("3 assumptions");
      await opened.page.locator(".assumptions > summary").click();
      await opened.page.locator(".assumptions .link").first().click();
      expect((await opened.postedOf("reveal"))[0]?.link).toEqual({ path: "scenarios/open-last-put.c", side: null, line: 30, endLine: 30 });
    }));

  it("never says that code is safe: a clean run stands on its assumptions, which are open", () =>
    withResult(clean, async (opened) => {
      const text = await verdict(opened);
      expect(text).toContain("No violation in any schedule of “open against the last put”, under these assumptions");
      expect(text).toContain("capable() may return either value");
      expect(text).not.toMatch(/\bsafe\b/i);
    }));

  it("says what stopped a bounded run", () =>
    withResult(bounded, async (opened) => {
      const text = await verdict(opened);
      expect(text).toContain("the search is not complete");
      expect(text).toContain("2,000,000 states, stopped by the limit of states");
    }));

  it("says why a scenario does not apply", () =>
    withResult(doesNotApply, async (opened) => {
      expect(await verdict(opened)).toContain("vfio_group_try_get() is not in the code before the patch");
      expect(await opened.page.locator(".schedule").count()).toBe(0);
    }));

  it("copies the run as text", () =>
    withResult(violation, async (opened) => {
      await opened.page.getByRole("button", { name: "Copy as text" }).click();
      expect(await opened.postedOf("copyAs")).toHaveLength(1);
    }));
});

describe("the schedule", () => {
  it("has a lane for each CPU, each value that changes and each lock", () =>
    withResult(violation, async ({ page }) => {
      expect(await page.locator(".cpu-head").allInnerTexts()).toEqual(["CPU0 open", "CPU1 last put"]);
      expect(await page.locator(".value-head").allInnerTexts()).toEqual(["memory", "users", "dev.refs", "cdev.refs", "opened", "vfio.group_lock"]);
      const row = page.locator('tr[data-step="9"]');
      expect(await row.locator(".value").allInnerTexts()).toEqual(["live", "0 → saturated", "2", "2", "0"]);
      expect(await row.locator(".changed").count()).toBe(1);
      expect(await row.locator(".lock-bar").count()).toBe(1);
      expect(await row.locator(".finding").innerText()).toContain("addition on 0");
    }));

  it("folds the model's steps under the patch's call, and opens them", () =>
    withResult(violation, async (opened) => {
      const { page } = opened;
      const group = page.locator("tr.group").nth(1);
      expect(await group.locator(".step-cell").innerText()).toBe("4–7");
      expect(await group.locator(".toggle").innerText()).toContain("refcount_dec_and_mutex_lock(&group->users, &vfio.group_lock)");
      expect(await group.locator(".value").nth(1).innerText()).toBe("1 → 0");
      expect(await page.locator("tr.inner:visible").count()).toBe(0);
      await group.locator(".toggle").click();
      expect(await page.locator("tr.inner:visible").count()).toBe(4);
      expect(await group.locator(".toggle").getAttribute("aria-expanded")).toBe("true");
      await page.getByLabel("Every step of the kernel model").check();
      expect(await page.locator("tr.inner:visible").count()).toBe(7);
    }));

  it("steps with the buttons and tells the host each step", () =>
    withResult(violation, async (opened) => {
      const { page } = opened;
      expect(await currentStep(opened)).toBe("1–3");
      const press = (name: string): Promise<void> => page.getByRole("button", { name, exact: true }).click();
      const seen: (number | null | undefined)[] = [];
      for (const name of ["Next step", "Next switch", "Last step", "Back", "First step"]) {
        await press(name);
        seen.push(await lastStep(opened));
      }
      expect(seen).toEqual([6, 7, 10, 9, 2]);
      expect(await page.getByRole("button", { name: "Back", exact: true }).getAttribute("aria-disabled")).toBe("true");
    }));

  it("steps with the keyboard and with the slider", () =>
    withResult(violation, async (opened) => {
      const { page } = opened;
      await page.locator("tr[aria-current]").focus();
      const seen: (number | null | undefined)[] = [];
      for (const key of ["ArrowDown", "ArrowRight", "End", "ArrowUp", "Home", "n", "n"]) {
        await page.keyboard.press(key);
        seen.push(await lastStep(opened));
      }
      expect(seen).toEqual([6, 7, 10, 9, 2, 6, 7]);
      expect(await page.evaluate(() => document.activeElement?.getAttribute("aria-current"))).toBe("step");
      await page.getByRole("slider").fill("4");
      expect(await lastStep(opened)).toBe(9);
      expect(await page.locator(".step-words").innerText()).toContain("Step 10 of 11");
    }));

  it("opens the line of a row that is clicked: the patch's call for a folded one, the model's line for an open one", () =>
    withResult(violation, async (opened) => {
      const { page } = opened;
      await page.locator('tr[data-step="9"] code').click();
      await page.locator("tr.group").nth(1).locator(".value").first().click();
      await page.locator("tr.group").nth(1).locator(".toggle").click();
      await page.locator('tr.inner[data-step="6"] code').click();
      expect((await opened.postedOf("reveal")).map(({ link }) => [link.path, link.side, link.line])).toEqual([
        ["drivers/vfio/vfio.c", "after", 479],
        ["drivers/vfio/vfio.c", "after", 463],
        ["model/refcount.c", null, 48],
      ]);
      expect(await lastStep(opened)).toBe(6);
    }));

  it("goes to the step of the finding, and shows the stacks", () =>
    withResult(violation, async (opened) => {
      await opened.page.getByRole("button", { name: "Show the step where it happens" }).click();
      expect(await currentStep(opened)).toBe("10");
      expect(await opened.page.locator(".stack h3").allInnerTexts()).toEqual(["CPU0 at this moment", "Allocated by", "Dropped by CPU1"]);
    }));

  it("does not rebuild the table for a step", () =>
    withResult(longRun(400), async ({ page }) => {
      await page.evaluate(() => {
        const counter = globalThis as unknown as { changes: number };
        counter.changes = 0;
        new MutationObserver((records) => {
          counter.changes += records.filter((record) => record.type === "childList").length;
        }).observe(document.querySelector(".schedule") as Element, { childList: true, subtree: true });
      });
      for (let presses = 0; presses < 20; presses += 1) await page.getByRole("button", { name: "Next step", exact: true }).click();
      expect(await page.evaluate(() => (globalThis as unknown as { changes: number }).changes)).toBe(0);
      expect(await page.locator(".step-words").innerText()).toContain("Step 21 of 400");
    }));

  it("keeps the current row above the player, also when the panel is low", () =>
    withResult(
      longRun(60),
      async ({ page }) => {
        await page.locator("tr[aria-current]").focus();
        for (let presses = 0; presses < 30; presses += 1) {
          await page.keyboard.press("ArrowDown");
          const [row, player] = await page.evaluate(() => [
            document.querySelector("tr[aria-current]")?.getBoundingClientRect().bottom ?? 0,
            document.querySelector(".player")?.getBoundingClientRect().top ?? 0,
          ]);
          expect(row).toBeLessThanOrEqual((player ?? 0) + 1);
        }
      },
      { height: 600, width: 900 },
    ));

  it.each([420, 495, 600])("shows the last row above the player after a jump to the end, in a panel of %i pixels", (height) =>
    withResult(
      longRun(60),
      async ({ page }) => {
        await page.getByRole("slider", { name: "Step" }).focus();
        await page.keyboard.press("End");
        const [top, bottom, player] = await page.evaluate(() => {
          const row = document.querySelector("tr[aria-current]")?.getBoundingClientRect();
          return [row?.top ?? -1, row?.bottom ?? -1, document.querySelector(".player")?.getBoundingClientRect().top ?? 0];
        });
        expect(top).toBeGreaterThanOrEqual(0);
        expect(bottom).toBeLessThanOrEqual((player ?? 0) + 1);
      },
      { height, width: 620 },
    ));

  it("names what happens in the model by the call that the patch or the scenario makes", () => {
    const call = { function: "thing_put", text: "kref_put(&thing->ref, thing_free)" };
    const inModel = { ...stepOf(0), cpu: 0, path: "model/kref.c", function: "refcount_dec", text: "r->refs--", via: null, call };
    const steps = [inModel, { ...inModel, text: "release(kref)" }, { ...stepOf(1), cpu: 1, path: "a.c", via: null }, inModel];
    return withResult({ ...violation, steps, findings: [] }, async ({ page }) => {
      const rows = await page.locator(".schedule tbody tr:not([hidden])").allInnerTexts();
      expect(rows[0]).toContain("thing_put()");
      expect(rows[0]).toContain("kref_put(&thing->ref, thing_free) 2 steps");
      expect(rows[2]).toContain("kref_put(&thing->ref, thing_free)");
      await page.getByRole("button", { name: /2 steps/ }).click();
      expect(await page.locator("tr.inner:not([hidden])").allInnerTexts()).toEqual([expect.stringContaining("r->refs--"), expect.stringContaining("release(kref)")]);
    });
  });

  it("shows hostile code as text", () => {
    const evil = `<img src=x onerror=alert(1)> [x](command:y)`;
    const steps = violation.steps.map((step) => ({ ...step, function: evil, text: evil, changes: step.changes.map((change) => ({ ...change, object: evil, after: evil })), locks: [evil] }));
    return withResult({ ...violation, steps, cpus: [evil, evil], reason: evil, assumptions: [{ kind: "fill", text: evil, where: null }] }, async ({ page }) => {
      expect(await page.locator("img, [onerror]").count()).toBe(0);
      expect(await page.locator("tr[aria-current]").innerText()).toContain(evil.slice(0, 10));
    });
  });
});

describe("rows and lanes", () => {
  const model = { ...stepOf(8), path: "model/chrdev.c", via: null };
  const patch = { ...stepOf(9), via: null };

  it("folds the kernel's way into the patch, but neither the patch's nor a scenario's steps", () => {
    const scenario = { ...patch, path: "scenarios/a.c" };
    const rows = groupSteps([scenario, model, model, patch, patch, model, { ...model, cpu: 1 }], []);
    expect(rows.map(({ from, to }) => [from, to])).toEqual([[0, 0], [1, 2], [3, 3], [4, 4], [5, 5], [6, 6]]);
  });

  it("gives a step with a finding a row of its own", () => {
    const rows = groupSteps([model, model, model], [{ kind: "leak", message: "", step: 1 }]);
    expect(rows.map(({ from, to }) => [from, to])).toEqual([[0, 0], [1, 1], [2, 2]]);
  });

  it("leaves a lock's own word to its bar", () => {
    const change = { object: "vfio", field: "group_lock", before: "free", after: "CPU0" };
    const lanes = computeLanes([{ ...patch, changes: [change], locks: ["vfio.group_lock"] }]);
    expect(lanes.values).toEqual([]);
    expect(lanes.locks).toEqual([{ name: "vfio.group_lock", holders: [[patch.cpu]] }]);
  });

  it("shows counts and words first, addresses only where they go wrong", () => {
    const change = (field: string, after: string) => ({ object: "group #1", field, before: "NULL", after });
    const steps = [{ ...patch, changes: [change("next", "group #2.list.next"), change("users", "1")] }, { ...patch, changes: [change("prev", "group #2.list.prev")] }];
    const found: RunResult = { ...violation, steps, findings: [{ kind: "list", message: "", step: 1 }] };
    expect(chooseLanes(computeLanes(steps).values, found).map((lane) => lane.field)).toEqual(["users", "prev"]);
  });

  it("shows what a finding touches before all else, and what changes only after it when there is room", () => {
    const change = (object: string, field: string) => ({ object, field, before: "0", after: "1" });
    const others = Array.from({ length: 7 }, (_, index) => change("crate #1", `f${index}`));
    const steps = [{ ...patch, changes: others }, { ...patch, changes: [change("group #1", "users")] }, { ...patch, changes: [change("late #1", "n")] }];
    const found: RunResult = { ...violation, steps, findings: [{ kind: "refcount", message: "", step: 1 }] };
    const chosen = (of: readonly Step[]): readonly string[] => chooseLanes(computeLanes(of).values, { ...found, steps: of }).map((lane) => `${lane.object} ${lane.field}`);
    expect(chosen(steps)[0]).toBe("group #1 users");
    expect(chosen(steps)).not.toContain("late #1 n");
    expect(chosen([{ ...patch, changes: [] }, ...steps.slice(1)])).toEqual(["group #1 users", "late #1 n"]);
  });

  it("does not name a finding twice", () => {
    expect(findingSentence({ kind: "use-after-free", message: "use-after-free: f() reads x", step: 0 })).toBe("Use-after-free: f() reads x");
    expect(findingSentence({ kind: "deadlock", message: "self-deadlock: CPU0 waits", step: 0 })).toBe("Self-deadlock: CPU0 waits");
    expect(findingSentence({ kind: "refcount", message: "refcount_t: underflow", step: 0 })).toBe("Reference count misuse: refcount_t: underflow");
  });
});

function stepOf(index: number): Step {
  const step = violation.steps[index];
  if (step === undefined) throw new Error("the fixture has this step");
  return step;
}

describe("the page's state", () => {
  it("saves every choice, for the editor and for the host", () =>
    withPage(async (opened) => {
      await opened.page.locator("#choose-side").selectOption({ label: "before the patch" });
      await opened.page.locator("#tab-lifecycle").click();
      const last = (await opened.postedOf("state")).at(-1)?.state;
      expect(last).toMatchObject({ tab: "lifecycle", side: "before", scenario: "open-last-put", struct: "vfio_group" });
      expect(last).not.toHaveProperty("shown");
    }));

  it("shows a step with what led to it above, and the player below, in a low and narrow window", () =>
    withResult(violation, async (opened) => {
      await opened.page.getByRole("button", { name: "Show the step where it happens" }).click();
      const seen = await opened.page.evaluate(() => {
        const box = (selector: string): DOMRect => document.querySelector(selector)?.getBoundingClientRect() ?? new DOMRect();
        const row = document.querySelector("tr[aria-current]");
        const before = row?.previousElementSibling?.getBoundingClientRect() ?? new DOMRect();
        return { head: box(".schedule thead").bottom, before: before.top, row: row?.getBoundingClientRect().bottom ?? 0, player: box(".player").top, end: box(".player").bottom, window: innerHeight };
      });
      expect(seen.before).toBeGreaterThanOrEqual(seen.head - 1);
      expect(seen.row).toBeLessThanOrEqual(seen.player + 1);
      expect(seen.end).toBeLessThanOrEqual(seen.window + 1);
    }, { width: 450, height: 420 }));

  it("comes back as it was, step included, and with what it takes to do the run again", async () => {
    const again = { patchKey: groupView.patchKey, side: "after", scenario: "open-last-put", document: null, whatIf: "plain-get", token: null } as const;
    let saved: unknown = null;
    await withResult(violation, async (opened) => {
      await opened.page.locator("tr[aria-current]").focus();
      await opened.page.keyboard.press("n");
      saved = await opened.page.evaluate(() => (globalThis as unknown as { saved: unknown }).saved);
    }, {}, again);
    expect(saved).toMatchObject({ again });
    const opened = await openPage(browser, bundle, { saved });
    expect(await opened.page.locator("#tab-simulate").getAttribute("aria-selected")).toBe("true");
    await opened.send(lifecycleMessage(groupView, { tab: "simulate" }));
    await opened.send({ type: "result", result: violation });
    await opened.page.locator(".schedule").waitFor();
    expect(await currentStep(opened)).toBe("4–7");
    await opened.close();
  });

  it("forgets the run when another patch is shown", () =>
    withResult(violation, async (opened) => {
      await opened.send(lifecycleMessage({ ...groupView, patchKey: "other/1/1" }, { tab: "simulate" }));
      await expect.poll(() => opened.page.locator(".schedule").count()).toBe(0);
      expect(await lastStep(opened)).toBe(null);
    }));

  it("forgets the run when the input was read again", () =>
    withResult(violation, async (opened) => {
      await opened.send({ ...lifecycleMessage(groupView, { tab: "simulate" }), reread: true });
      await expect.poll(() => opened.page.locator(".schedule").count()).toBe(0);
      expect(await lastStep(opened)).toBe(null);
    }));

  it("keeps the run when only the struct was changed", () =>
    withResult(violation, async (opened) => {
      await opened.send(lifecycleMessage(groupView, { tab: "simulate" }));
      expect(await opened.page.locator(".schedule").count()).toBe(1);
    }));

  it("does not break over what an older version has saved", async () => {
    const opened = await openPage(browser, bundle, { saved: { tab: 7, patchKey: [] } });
    expect(await opened.page.locator("#tab-lifecycle").getAttribute("aria-selected")).toBe("true");
    expect(opened.complaints).toEqual([]);
    await opened.close();
  });
});

describe("the page as a whole", () => {
  it("is ready at once and moves between tabs with the arrow keys", () =>
    withPage(async (opened) => {
      expect((await opened.posted())[0]).toEqual({ type: "ready" });
      await opened.page.locator("#tab-simulate").focus();
      await opened.page.keyboard.press("ArrowLeft");
      expect(await opened.page.locator("#panel-lifecycle").isVisible()).toBe(true);
      expect(await opened.page.locator("#panel-simulate").isVisible()).toBe(false);
    }));

  it("fits a narrow panel and 200 % zoom without scrolling sideways", () =>
    withResult(
      violation,
      async ({ page }) => {
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(450);
      },
      { width: 450, height: 400 },
    ));

  it("stays readable in forced colours", () =>
    withResult(
      violation,
      async (opened) => {
        await opened.page.locator("#tab-lifecycle").click();
        await opened.drawn();
        expect(await opened.page.locator(".frame > svg").count()).toBe(2);
      },
      { forcedColors: true },
    ));

  it("loads less than 1.2 MB of script before the first picture", async () => {
    const opened = await openPage(browser, bundle);
    await opened.send(lifecycleMessage(groupView));
    await opened.drawn();
    const scripts = opened.loaded.filter((path) => path.endsWith(".js"));
    const bytes = scripts.map((path) => bundle.metafile.outputs[`dist/page${path}`]?.bytes ?? Number.NaN).reduce((sum, size) => sum + size, 0);
    expect(scripts.length).toBeGreaterThan(1);
    expect(bytes).toBeLessThan(1_200_000);
    const main = bundle.metafile.outputs["dist/page/main.js"];
    expect(main?.bytes ?? Number.NaN).toBeLessThan(80_000);
    console.log(`loaded before the first picture: ${scripts.length} files, ${Math.round(bytes / 1000)} kB; the page's own script ${Math.round((main?.bytes ?? 0) / 1000)} kB`);
    await opened.close();
  });
});

describe("a run of the user's own edit", () => {
  it("says what the edit has changed", () =>
    withPage(async (opened) => {
      await opened.send({ type: "result", result: { ...violation, whatIf: "your edit of vfio.c" }, baseline: { verdict: "clean", kind: null } });
      expect(await opened.page.locator(".against").innerText()).toBe("Your edit changes the verdict: clean without it, reference count misuse with it.");
      expect(await verdict(opened)).toContain("what if: your edit of vfio.c");
      await opened.send({ type: "result", result: clean, baseline: { verdict: "clean", kind: null } });
      expect(await opened.page.locator(".against").innerText()).toBe("Your edit changes nothing here: without it the verdict is the same (clean).");
    }));
});

describe("your turn", () => {
  const next = { function: "mutex_lock", path: "model/mutex.c", line: 22, from: 0, to: 9, text: "mutex_lock(l)", call: { function: "vfio_group_put", path: "drivers/vfio/vfio.c", line: 463, text: "mutex_lock(&vfio.group_lock)" } };
  const ready: FreeCpu = { cpu: 0, name: "last put", status: "ready", waiting: null, next, ways: 1, locks: [] };
  const blocked: FreeCpu = { cpu: 1, name: "open", status: "blocked", waiting: { lock: "vfio.group_lock", holders: [0], function: "mutex_lock" }, next, ways: 1, locks: [] };
  const start: FreeView = { cpus: [ready, { ...blocked, status: "ready", waiting: null, ways: 2 }], steps: [], calls: [], objects: [], findings: [], switches: 0, over: false, token: "" };
  const later: FreeView = { ...start, cpus: [ready, blocked], steps: violation.steps.slice(0, 4) };

  it("gives every CPU its own buttons, and says why a blocked one has none", () =>
    withPage(async (opened) => {
      const { page } = opened;
      await page.getByRole("button", { name: "Your turn" }).click();
      expect(await opened.postedOf("freeStart")).toEqual([{ type: "freeStart", scenario: "open-last-put", side: "after", whatIf: null }]);
      await opened.send({ type: "free", view: start, reason: null, side: "after" });
      await page.getByLabel("CPU1: which way").selectOption("1");
      await page.getByRole("button", { name: "CPU1: whole call" }).click();
      await page.getByRole("button", { name: "CPU0: step" }).click();
      await opened.send({ type: "free", view: later, reason: null, side: "after" });
      // The focus stays where the user presses again.
      expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("CPU0: step");
      expect(await page.locator(".free-cpu").nth(1).innerText()).toContain("Waits for vfio.group_lock, held by CPU0.");
      await page.getByRole("button", { name: "CPU1: step" }).click({ force: true });
      await page.getByRole("button", { name: "Undo" }).click();
      expect((await opened.postedOf("freeTurn")).map(({ move, cpu, way }) => [move, cpu, way])).toEqual([["call", 1, 1], ["step", 0, 0], ["undo", 0, 0]]);
      expect(await page.locator(".schedule-block .position").innerText()).toBe("Step 4 of 4");
      await page.getByRole("button", { name: "Start over" }).click();
      expect(await opened.postedOf("freeStart")).toHaveLength(2);
    }));

  it("says whether anything can still go wrong, and why there is nothing to drive", () =>
    withPage(async (opened) => {
      await opened.send({ type: "free", view: start, reason: null, side: "after" });
      const reach = opened.page.locator(".reach");
      await opened.send({ type: "reach", reach: null });
      expect(await reach.innerText()).toContain("Looking");
      await opened.send({ type: "reach", reach: { answer: "yes", kind: "refcount", moves: [1, 1, 0] } });
      expect(await reach.innerText()).toBe("A violation can still be reached from here: reference count misuse. Shortest way: 3 steps, CPU1 first.");
      await opened.send({ type: "reach", reach: { answer: "no", states: 12 } });
      expect(await reach.innerText()).toContain("nothing can go wrong any more");
      await opened.send({ type: "free", view: null, reason: "the scenario does not apply", side: "after" });
      expect(await opened.page.locator(".chooser-words .status").innerText()).toBe("the scenario does not apply");
    }));
});

describe("sending a run", () => {
  it("offers every format, and the reply about the patch", () =>
    withResult(violation, async (opened) => {
      const { page } = opened;
      const more = page.getByLabel("Copy as another format");
      for (const label of ["Report with stacks", "Sequence diagram (mermaid)", "Sequence diagram (SVG)", "Trace: a command that replays it", "Model for Spin (Promela)"]) await more.selectOption({ label });
      await page.getByRole("button", { name: "Insert into reply" }).click();
      expect((await opened.postedOf("copyAs")).map((message) => message.format)).toEqual(["report", "mermaid", "svg", "trace", "promela"]);
      expect(await opened.postedOf("insertIntoReply")).toHaveLength(1);
      await opened.send({ type: "draw", text: "sequenceDiagram\n  participant CPU0\n  participant CPU1\n  CPU0->>CPU1: users 1 to 0\n" });
      await expect.poll(async () => (await opened.postedOf("picture")).length).toBe(1);
      expect((await opened.postedOf("picture"))[0]?.svg).toMatch(/^<svg[^]*users 1 to 0[^]*<\/svg>$/);
    }));

  it("offers only the model of a run without a schedule", () =>
    withResult(clean, async ({ page }) => {
      expect(await page.locator(".send").allInnerTexts()).toEqual(["Copy as…\nModel for Spin (Promela)\nVerify with Spin"]);
    }));
});

describe("the current step in the diagrams", () => {
  it("lights its state on the side that was run, and says so in words", () =>
    withResult(violation, async (opened) => {
      const { page } = opened;
      const states = violation.steps.map((_, index) => ({ node: index < 5 ? "s_published" : "s_unpublished", edge: index === 5 ? 5 : null, objects: [] }));
      await opened.send({ type: "track", states });
      await page.locator("tr[aria-current]").focus();
      await page.keyboard.press("End");
      await page.getByRole("tab", { name: "Lifecycle" }).click();
      await opened.drawn();
      expect(await page.locator(".run-light").innerText()).toBe("Step 11 of 11 of the run: in “unpublished”");
      expect(await page.locator(".pane-after .node.in-run").evaluateAll((all) => all.map((node) => (node as SVGElement).dataset["item"]))).toEqual(["node:s_unpublished"]);
      // The state is new with the patch, so the before side has nothing to light.
      expect(await page.locator(".pane-before .in-run").count()).toBe(0);
      await opened.send({ type: "track", states: [] });
      expect(await page.locator(".in-run").count()).toBe(0);
      expect(await page.locator(".run-light").isVisible()).toBe(false);
    }));
});
