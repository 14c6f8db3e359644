// The slowest input per byte: every fixture of mail, and damaged ones made from them, each against what is usual for its length.
import { resolve } from "node:path";
import type { Platform } from "../../src/core/platform.js";
import { makeRandom, mutate, readAll, readFixtures, type Fixture } from "../mutations.js";
import { median, type Bench, type Measurement } from "./types.js";

/** Damaged inputs of one run; BENCH_SEED=n takes another row of them. */
const damaged = 3000;
const seed = Number(process.env["BENCH_SEED"] ?? "1");

/** Inputs that are slowest at first are read again, and the best of these rounds counts: a pause of the machine is not theirs. */
const suspects = 60;
const rounds = 9;
/** How many are printed. */
const printed = 3;
/** A shorter input counts as this long, in bytes: every one costs something before its first byte. */
const leastLength = 2000;

const platform: Platform = { gunzip: () => undefined, sha1: () => new Uint8Array(20) };

interface Timed {
  readonly input: Fixture;
  readonly milliseconds: number;
}

const bench: Bench = {
  title: `The slowest input per byte, of all fixtures of mail and ${damaged} damaged ones (seed ${seed}), against the middle one of them at the same length`,
  async measure() {
    const fixtures = readFixtures([resolve(process.cwd(), "test/fixtures/mail")]);
    const random = makeRandom(seed);
    const inputs = [...fixtures];
    for (let count = 1; count <= damaged; count += 1) {
      const { name, bytes } = mutate(fixtures, random);
      inputs.push({ name: `damaged input ${count}, from ${name}`, bytes });
    }
    // The first of two passes is the compiler's.
    await measureAll(inputs, 1);
    const all = await measureAll(inputs, 1);
    const usual = median(all.map(perByte));
    const slowest = await measureAll(all.slice(0, suspects).map(({ input }) => input), rounds);
    return slowest.slice(0, printed).map((timed): Measurement => {
      const { input, milliseconds } = timed;
      return { name: input.name, ours: milliseconds, theirs: usual * lengthOf(input), detail: `${(perByte(timed) * 1e6).toFixed(0)} ns a byte, ${input.bytes.length} bytes` };
    });
  },
};

export default bench;

/** The best time of each input over some rounds, slowest per byte first. */
async function measureAll(inputs: readonly Fixture[], times: number): Promise<Timed[]> {
  const timed: Timed[] = [];
  for (const input of inputs) {
    let milliseconds = Number.POSITIVE_INFINITY;
    for (let round = 0; round < times; round += 1) {
      const start = performance.now();
      await readAll(input.bytes, platform);
      milliseconds = Math.min(milliseconds, performance.now() - start);
    }
    timed.push({ input, milliseconds });
  }
  return timed.sort((one, two) => perByte(two) - perByte(one));
}

function perByte({ input, milliseconds }: Timed): number {
  return milliseconds / lengthOf(input);
}

function lengthOf({ bytes }: Fixture): number {
  return Math.max(leastLength, bytes.length);
}
