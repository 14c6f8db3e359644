// The Simulate tab in Chromium: choosing, running, verdicts in words, what leaves the page.
import { describe, expect, it } from "vitest";
import type { OpenPage } from "./harness.js";
import { codesOf, groupView, lifecycleMessage } from "./lifecycle.fixture.js";
import { bounded, clean, doesNotApply, violation } from "./run.fixture.js";
import { useSimulate, verdict } from "./simulate-parts.js";

const { withPage, withResult } = useSimulate();

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

describe("choosing and running", () => {
  it("asks for a scenario of the user's own, also where none that ships fits", () =>
    withPage(async (opened) => {
      await opened.send({ ...lifecycleMessage(groupView, { tab: "simulate" }), scenarios: [] });
      await opened.page.getByText("No scenario that ships fits this patch").waitFor();
      expect(await opened.page.getByRole("button", { name: "Run", exact: true }).isDisabled()).toBe(true);
      await opened.page.getByRole("button", { name: "New…" }).click();
      expect(await opened.postedOf("newScenario")).toHaveLength(1);
    }));

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
    expect(text).toContain("the run goes on for 1 more step");
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

describe("the lines that a run has reached", () => {
  const path = "drivers/vfio/vfio.c";
  const coverage = {
    changed: 14, reached: 11, missed: [{ path, from: 447, to: 448 }, { path, from: 1471, to: 1471 }],
    functions: [{ function: "vfio_group_put", path, line: 466, lines: 9, reached: 9, missed: [], leftAt: null }, { function: "vfio_group_fops_open", path, line: 1465, lines: 12, reached: 10, missed: [{ path, from: 1471, to: 1472 }], leftAt: null }],
  };

  it.each(["light", "dark", "contrast"] as const)("stand beside what was explored, and those that were not lead to their places (%s)", (theme) =>
    withResult({ ...clean, coverage }, async (opened) => {
      const { page } = opened;
      expect(await page.locator(".coverage").innerText()).toContain("11 of 14 changed lines reached");
      const missed = page.locator(".missed");
      await missed.locator("summary").click();
      const places = missed.locator("li").first().getByRole("button");
      await places.first().waitFor();
      expect(await missed.locator("li").first().innerText()).toMatch(/^Of the patch, 3 lines: .*447–448, .*1471$/);
      expect(await missed.locator("li").last().innerText()).toMatch(/^vfio_group_fops_open\(\), 10 of 12 lines reached; not .*1471–1472$/);
      await places.first().click();
      expect(await opened.postedOf("reveal")).toMatchObject([{ link: { path, side: "after", line: 447 } }]);
      await page.locator(".verdict").screenshot({ path: `test-results/ui/coverage-${theme}.png` });
    }, { theme }));

  it("are told where that is why a scenario does not apply, and not where all were reached", async () => {
    await withResult({ ...doesNotApply, reason: "set-up: every schedule leaves foo() at line 3", coverage }, async (opened) => {
      expect(await opened.page.locator(".missed summary").innerText()).toBe("Lines not reached");
    });
    await withResult({ ...clean, coverage: { changed: 2, reached: 2, missed: [], functions: [] } }, async (opened) => {
      expect(await opened.page.locator(".missed").count()).toBe(0);
      expect(await verdict(opened)).toContain("2 of 2 changed lines reached");
    });
  });
});
