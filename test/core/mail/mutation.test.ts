// A seeded run of damaged inputs: nothing that is read may throw, and what comes back must be well formed.
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { makeRandom, mutate, readAll, readFixtures } from "../../mutations.js";
import { nodePlatform } from "../corpus.js";

/** Inputs of one run; LIFELINE_MUTATIONS=n runs more or fewer, and LIFELINE_SEED=n another row of them. */
const inputs = Number(process.env["LIFELINE_MUTATIONS"] ?? 10_000);
const seed = Number(process.env["LIFELINE_SEED"] ?? 20_211_013);

const fixtures = readFixtures(["mail", "patch"].map((name) => resolve(import.meta.dirname, "../../fixtures", name)));

describe("damaged input", () => {
  it(`never throws, ${inputs} times from seed ${seed}`, { timeout: 300_000 }, async () => {
    const random = makeRandom(seed);
    const failures: string[] = [];
    for (let input = 0; input < inputs && failures.length < 5; input += 1) {
      const { name, bytes } = mutate(fixtures, random);
      try {
        await readAll(bytes, nodePlatform);
      } catch (error) {
        failures.push(`input ${input}, from ${name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      }
    }
    expect(failures).toEqual([]);
  });
});
