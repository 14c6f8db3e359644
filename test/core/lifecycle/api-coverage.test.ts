// The table against use: which share of the lifetime calls of a real tree's drivers/ and fs/ has a row.
import { expect, it } from "vitest";
import { API, LOCK_CALLS } from "../../../src/core/lifecycle/api.js";
import { countLifetimeCalls, kernelTree } from "./lifetime-calls.js";

const tree = kernelTree();

it.skipIf(typeof tree === "string")(`covers 95 % of the lifetime calls that a kernel tree makes${typeof tree === "string" ? ` (skipped: ${tree})` : ""}`, { timeout: 300_000 }, () => {
  if (typeof tree === "string") return;
  const calls = countLifetimeCalls(tree.root);
  const known = calls.filter(({ call }) => API.has(call) || LOCK_CALLS.has(call));
  const missing = calls.filter(({ call }) => !API.has(call) && !LOCK_CALLS.has(call));
  const sum = (some: typeof calls): number => some.reduce((total, { uses }) => total + uses, 0);
  const share = (100 * sum(known)) / sum(calls);
  console.log(`${sum(calls)} lifetime calls of ${calls.length} names; ${known.length} names with a row make ${share.toFixed(2)} % of the calls.`);
  console.log(`Most used without a row: ${missing.slice(0, 40).map(({ call, uses }) => `${call} ${uses}`).join(", ")}`);
  expect(calls.length).toBeGreaterThan(1000);
  expect(share).toBeGreaterThanOrEqual(95);
});
