// A run that the user drives, in Chromium.
import { describe, expect, it } from "vitest";
import type { FreeCpu, FreeView } from "../../../src/core/simulate/free-types.js";
import { violation } from "./run.fixture.js";
import { useSimulate } from "./simulate-parts.js";

const { withPage } = useSimulate();

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
