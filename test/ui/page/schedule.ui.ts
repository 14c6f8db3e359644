// The schedule of a run in Chromium: its rows and lanes, stepping, playing, and the step in the diagrams.
import { describe, expect, it } from "vitest";
import type { RunResult, Step } from "../../../src/core/simulate/types.js";
import { chooseLanes } from "../../../src/webview/simulate/choose-lanes.js";
import { computeLanes } from "../../../src/webview/simulate/lanes.js";
import { groupSteps } from "../../../src/webview/simulate/rows.js";
import { findingSentence, valueName } from "../../../src/webview/words.js";
import { groupView, lifecycleMessage } from "./lifecycle.fixture.js";
import { longRun, violation } from "./run.fixture.js";
import { currentStep, lastStep, useSimulate } from "./simulate-parts.js";

const { open, withResult } = useSimulate();

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

describe("playing", () => {
  it("shows step after step, stops at the end, and when the user takes over", async () => {
    const opened = await open({});
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

  it("writes a value as C does", () => {
    expect([["group #1", "users"], ["first_work", ""], ["running", "[0]"]].map(([object = "", field = ""]) => valueName({ object, field }))).toEqual(["group #1.users", "first_work", "running[0]"]);
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

function stepOf(index: number): Step {
  const step = violation.steps[index];
  if (step === undefined) throw new Error("the fixture has this step");
  return step;
}
