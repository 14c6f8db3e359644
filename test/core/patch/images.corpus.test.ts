// Images of real series: hunks applied to the rendered before text give the rendered after text, for every file of every patch.
import { join } from "node:path";
import PostalMime from "postal-mime";
import { describe, expect, it } from "vitest";
import { buildSeriesImages } from "../../../src/core/patch/images.js";
import { parsePatch } from "../../../src/core/patch/parse.js";
import { renderImage } from "../../../src/core/patch/render.js";
import type { Patch, PatchFile } from "../../../src/core/patch/types.js";
import { boxesWithExpectations, corpus, haveCorpus, readMaybeGzipped, splitBox } from "./corpus.js";

interface ExpectedSeries {
  name: string;
  version: number;
  total: number;
  patches: Record<string, number>;
}

async function seriesOf(box: string): Promise<{ name: string; patches: (Patch | null)[] }[]> {
  const expected = JSON.parse(readMaybeGzipped(join(corpus, box)).toString("utf8")) as { messages: { index: number }[]; series: ExpectedSeries[] };
  const mails = splitBox(readMaybeGzipped(join(corpus, box.replace(/\.expected\.json(\.gz)?$/, ""))));
  const offset = expected.messages[0]?.index ?? 0;
  const result = [];
  for (const series of expected.series) {
    const patches: (Patch | null)[] = [];
    for (let n = 1; n <= series.total; n++) {
      const mail = mails[(series.patches[String(n)] ?? -1) - offset];
      patches.push(mail ? parsePatch((await PostalMime.parse(mail)).text ?? "") : null);
    }
    result.push({ name: `${series.name} v${series.version}`, patches });
  }
  return result;
}

/** Applies a file's hunks to the lines of a rendered before side, as `patch` would; null when a hunk does not fit. */
function apply(lines: readonly string[], file: PatchFile): string[] | null {
  const result: string[] = [];
  let at = 0;
  for (const hunk of file.hunks) {
    const start = hunk.countA === 0 ? hunk.fromA : hunk.fromA - 1;
    while (at < start) result.push(lines[at++] ?? "");
    for (const line of hunk.lines) {
      if (line.sign !== "+") {
        if (lines[at++] !== line.text) return null;
      }
      if (line.sign !== "-") result.push(line.text);
    }
  }
  return [...result, ...lines.slice(at)];
}

describe.skipIf(!haveCorpus)("buildSeriesImages on the corpus", () => {
  it("gives sides that differ by exactly the hunks", async () => {
    let right = 0;
    let all = 0;
    let fromSeries = 0;
    const misses: string[] = [];
    for (const box of boxesWithExpectations(".")) {
      if (!/\.mbox(\.gz)?\.expected/.test(box)) continue;
      for (const { name, patches } of await seriesOf(box)) {
        const images = buildSeriesImages(patches);
        for (const [index, patch] of patches.entries()) {
          for (const file of patch?.files ?? []) {
            // A damaged hunk is not shown, so the sides cannot differ by it.
            const damaged = patch?.problems.some((problem) => problem.kind === "hunk-damaged" && problem.file === file.path);
            if (file.binary || damaged || (patch?.files.filter((other) => other.path === file.path).length ?? 0) > 1) continue;
            all++;
            const before = images.image(index, file.pathA ?? file.path, "before");
            const after = images.image(index, file.pathB ?? file.path, "after");
            if (!before || !after) {
              misses.push(`${name} ${index + 1} ${file.path}: no image`);
              continue;
            }
            if (after.source === "series") fromSeries++;
            const text = renderImage(before);
            const applied = apply(text === "" ? [] : text.replace(/\n$/, "").split("\n"), file);
            if (applied !== null && applied.join("\n") === renderImage(after).replace(/\n$/, "")) right++;
            else misses.push(`${name} ${index + 1} ${file.path}${applied === null ? ": does not apply" : ""}`);
          }
        }
      }
    }
    console.log(`files whose sides differ by exactly their hunks: ${right} of ${all}, ${fromSeries} with lines from other patches\n${misses.slice(0, 40).join("\n")}`);
    expect(right).toBe(all);
  }, 120_000);

  it("knows the whole body of vfio_create_group() after patch 3 of v1, from patch 5's before side", async () => {
    const series = (await seriesOf("vfio/vfio-group-cdev-v1.mbox.expected.json"))[0];
    const image = buildSeriesImages(series?.patches ?? []).image(2, "drivers/vfio/vfio.c", "after");
    const start = image?.lines.findIndex((line) => line?.startsWith("static struct vfio_group *vfio_create_group(")) ?? -1;
    const end = image?.lines.indexOf("}", start) ?? -1;
    expect(start).toBeGreaterThan(0);
    expect(image?.lines.slice(start, end + 1).filter((line) => line === undefined)).toEqual([]);
    expect(image?.lines.slice(start, end + 1)).toContain("err_put_group:");
    expect(image?.lines.slice(start, end + 1)).toContain("\tkref_init(&group->kref);");
    expect(image?.lines[439]).toBe("\tkfree(group);");
    expect(image?.source).toBe("series");
  });
});
