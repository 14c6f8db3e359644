// Patches of the corpus of real mail, for tests: the folder stands beside the project and may be missing.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { readMailbox } from "../../../src/core/mail/read.js";
import type { Message } from "../../../src/core/mail/types.js";
import { buildSeriesImages } from "../../../src/core/patch/images.js";
import { parsePatch } from "../../../src/core/patch/parse.js";
import type { Image, Patch } from "../../../src/core/patch/types.js";
import type { Platform } from "../../../src/core/platform.js";

const CORPUS = "../shared/corpus";
export const hasCorpus = existsSync(join(CORPUS, "README.md"));

const platform: Platform = {
  gunzip: (bytes, limit) => {
    try {
      return gunzipSync(bytes, { maxOutputLength: limit });
    } catch {
      return undefined;
    }
  },
  sha1: (bytes) => createHash("sha1").update(bytes).digest(),
};

/** Mailboxes of the corpus' folders, as paths below the corpus. */
export function listBoxes(folders: readonly string[]): string[] {
  return folders.flatMap((folder) => readdirSync(join(CORPUS, folder)).filter((name) => /\.mbox(\.gz)?$/.test(name)).sort().map((name) => join(folder, name)));
}

export interface CorpusPatch { readonly message: Message; readonly patch: Patch }

/** Every mail of a box that carries a patch of its own (replies that quote one left out). */
export async function patchesOf(box: string): Promise<CorpusPatch[]> {
  const mailbox = await readMailbox(readFileSync(join(CORPUS, box)), platform);
  return mailbox.messages
    .filter((message) => /^(diff --git |--- |Index: )/m.test(message.text) && !/^\s*re:/i.test(message.subject))
    .map((message) => ({ message, patch: parsePatch(message.text) }))
    .filter(({ patch }) => patch.files.length > 0);
}

/** Both sides of every C file of one patch, seen alone. */
export function imagesOf(patch: Patch): Image[] {
  const images = buildSeriesImages([patch]);
  return (["before", "after"] as const).flatMap((side) =>
    images.paths(0, side).filter((path) => /\.[ch]$/.test(path)).flatMap((path) => images.image(0, path, side) ?? []),
  );
}

/** The patches of one version of the vfio series, in order. */
export async function vfioPatches(version: 1 | 2 | 3): Promise<Patch[]> {
  const patches = await patchesOf(`vfio/vfio-group-cdev-v${version}.mbox`);
  const numbered = patches.map(({ message, patch }) => ({ n: Number(/ (\d+)\/5\]/.exec(message.subject)?.[1] ?? 0), patch }));
  return numbered.filter(({ n }) => n > 0).sort((a, b) => a.n - b.n).map(({ patch }) => patch);
}
