// The images of every patch of the vfio series, by version, and of the bundled Patchwork page.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readMailbox } from "../../../src/core/mail/read.js";
import { buildSeriesImages } from "../../../src/core/patch/images.js";
import type { Image, Side } from "../../../src/core/patch/types.js";
import { readSeries } from "../../../src/core/series/read.js";
import { nodePlatform, readCorpus } from "../corpus.js";

/** What is known of the files on one side of a patch, n from one; [] when the patch is not there. */
export type ImagesOf = (version: number, n: number, side: Side) => readonly Image[];

/** All three versions, from the corpus. */
export function readCorpusSeries(): Promise<ImagesOf> {
  return read(readCorpus("vfio/vfio-group-cdev-all.mbox"));
}

/** v2 5/5 alone, as the sample that the program ships. */
export function readBundledPage(): Promise<ImagesOf> {
  return read(new Uint8Array(readFileSync(join(import.meta.dirname, "../../../media/samples/vfio-group-cdev-v2-5of5.txt"))));
}

async function read(bytes: Uint8Array): Promise<ImagesOf> {
  const mailbox = await readMailbox(bytes, nodePlatform);
  const { entries, series } = readSeries(mailbox.messages, mailbox.page);
  const revisions = series.flatMap((one) => one.revisions);
  return (version, n, side) => {
    const revision = revisions.find((one) => one.version === version);
    const slots = [...(revision?.slots ?? [])].sort((a, b) => a.n - b.n);
    const images = buildSeriesImages(slots.map((slot) => (slot.mail === null ? null : (entries[slot.mail]?.patch ?? null))));
    const at = slots.findIndex((slot) => slot.n === n && slot.mail !== null);
    if (at < 0) return [];
    return images.paths(at, side).flatMap((path) => images.image(at, path, side) ?? []);
  };
}
