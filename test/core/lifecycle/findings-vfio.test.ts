// The first case: what v1 3/5 breaks and v1 5/5 mends is found; all of v2 and v3, the create-race loser among it, stays silent.
import { beforeAll, expect, it } from "vitest";
import type { CReader } from "../../../src/core/c/reader.js";
import { findInPatch } from "../../../src/core/lifecycle/findings/find.js";
import { buildSeriesImages } from "../../../src/core/patch/images.js";
import type { Image, Side } from "../../../src/core/patch/types.js";
import { hasCorpus, vfioPatches } from "../c/corpus.js";
import { openReader } from "../c/check.js";

let reader: CReader;
beforeAll(async () => {
  reader = await openReader();
});

it.skipIf(!hasCorpus)("finds the freed group of v1 3 of 5, and nothing in v2 and v3 (skipped where ../shared/corpus is missing)", { timeout: 60_000 }, async () => {
  const found: string[] = [];
  for (const version of [1, 2, 3] as const) {
    const patches = await vfioPatches(version);
    const images = buildSeriesImages(patches);
    for (const [index, patch] of patches.entries()) {
      const of = (side: Side): Image[] => patch.files.flatMap((file) => images.image(index, (side === "before" ? file.pathA : file.pathB) ?? "", side) ?? []);
      for (const one of findInPatch(reader, { before: of("before"), after: of("after") })) found.push(`v${version} ${index + 1}/5 ${one.change}: ${one.kind} ${one.function} ${one.object} (${one.other}) line ${one.range.line}`);
    }
  }
  const what = "frees-live vfio_create_group group (vfio_next, return) line 440";
  expect(found).toEqual([`v1 3/5 new: ${what}`, `v1 4/5 both: ${what}`, `v1 5/5 fixed: ${what}`]);
});
