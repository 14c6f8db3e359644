// The Simulate tab in Chromium, as its tests use it: a page with a scenario chosen, or with a run shown.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect } from "vitest";
import type { RunAgain } from "../../../src/protocol/run-again.js";
import type { RunResult } from "../../../src/core/simulate/types.js";
import { bundlePage, launch, openPage } from "./harness.js";
import type { Bundle, OpenOptions, OpenPage } from "./harness.js";
import { groupView, lifecycleMessage } from "./lifecycle.fixture.js";

export interface Simulate {
  /** A page as the options want it. */
  readonly open: (options?: OpenOptions) => Promise<OpenPage>;
  /** A page with scenarios to choose from; it must have nothing to complain of in the end. */
  readonly withPage: (check: (opened: OpenPage) => Promise<void>, options?: OpenOptions) => Promise<void>;
  /** A page that shows a run. */
  readonly withResult: (result: RunResult, check: (opened: OpenPage) => Promise<void>, options?: OpenOptions, again?: RunAgain | null) => Promise<void>;
  /** The page as it ships; there once the tests run. */
  readonly bundle: () => Bundle;
}

/** Starts a browser for the tests of a file, and ends it after them. */
export function useSimulate(): Simulate {
  let browser: Browser;
  let bundle: Bundle;
  beforeAll(async () => {
    bundle = await bundlePage();
    browser = await launch();
  });
  afterAll(() => browser.close());

  const open = (options: OpenOptions = {}): Promise<OpenPage> => openPage(browser, bundle, options);
  async function withPage(check: (opened: OpenPage) => Promise<void>, options: OpenOptions = {}): Promise<void> {
    const opened = await open(options);
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
  return {
    open,
    withPage,
    withResult: (result, check, options = {}, again = null) =>
      withPage(async (opened) => {
        await opened.send({ type: "result", result, again });
        await opened.page.locator(".verdict").waitFor();
        await check(opened);
      }, options),
    bundle: () => bundle,
  };
}

export const verdict = (opened: OpenPage): Promise<string> => opened.page.locator(".verdict").innerText();
export const currentStep = (opened: OpenPage): Promise<string> => opened.page.locator("tr[aria-current] > .step-cell").innerText();
export const lastStep = async (opened: OpenPage): Promise<number | null | undefined> => (await opened.postedOf("step")).at(-1)?.step;
