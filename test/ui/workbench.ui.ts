// The workbench stands with our extension in it.
import { afterAll, beforeAll, expect, it } from "vitest";
import { openWorkbench, type Workbench } from "./harness.js";

let workbench: Workbench;

beforeAll(async () => {
  workbench = await openWorkbench();
});

afterAll(async () => {
  await workbench?.close();
});

it("shows our view container in the activity bar", async () => {
  await workbench.activity("Lifeline").waitFor();
  await workbench.screenshot("workbench");
  expect(workbench.errors).toEqual([]);
});
