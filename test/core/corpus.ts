// The corpus beside the project: real mail with what git says of it. Tests skip, with the reason, where it is not there.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { gunzipSync } from "node:zlib";
import type { Platform } from "../../src/core/platform.js";

export const corpusRoot = resolve(import.meta.dirname, "../../../shared/corpus");
export const hasCorpus = existsSync(corpusRoot);
/** Said in the title of every test that needs the corpus, so that a skip names its reason. */
export const corpusNote = hasCorpus ? "" : " [skipped: no corpus at ../shared/corpus]";

/** Core's needs, on Node. */
export const nodePlatform: Platform = {
  gunzip(bytes, limit) {
    try {
      return new Uint8Array(gunzipSync(bytes, { maxOutputLength: limit }));
    } catch {
      return undefined;
    }
  },
  sha1: (bytes) => new Uint8Array(createHash("sha1").update(bytes).digest()),
};

export interface ExpectedFile {
  readonly path: string;
  readonly additions: number | null;
  readonly deletions: number | null;
  readonly binary: boolean;
  readonly hunks: number;
  readonly status: string;
  readonly old_path?: string | null;
  readonly old_mode?: string | null;
  readonly new_mode?: string | null;
}

export interface ExpectedMessage {
  readonly index: number;
  readonly message_id: string | null;
  readonly in_reply_to: readonly string[];
  readonly references: readonly string[];
  readonly epoch: number | null;
  readonly author: string;
  readonly email: string;
  readonly subject: string;
  readonly subject_clean: string;
  readonly tags: readonly string[];
  readonly version: number;
  readonly version_explicit: boolean;
  readonly n: number | null;
  readonly m: number | null;
  readonly kind: "cover" | "patch" | "reply" | "other" | "reply_with_patch";
  readonly parent: number | null;
  readonly trailers: readonly (readonly [string, string])[];
  readonly message_sha256: string;
  readonly patch_part_bytes: number;
  readonly mime_parts?: readonly string[];
  readonly inbody_headers?: Readonly<Record<string, string>>;
  readonly mailinfo_error?: unknown;
  readonly patch?: { readonly error: string | null; readonly files?: readonly ExpectedFile[]; readonly additions?: number; readonly deletions?: number };
}

export interface Expected {
  readonly messages: readonly ExpectedMessage[];
  readonly series: readonly {
    readonly name: string | null;
    readonly version: number;
    readonly total: number;
    readonly cover: number | null;
    readonly patches: Readonly<Record<string, number>>;
    readonly received: number;
    readonly complete: boolean;
  }[];
}

export function readCorpus(name: string): Uint8Array {
  return new Uint8Array(readFileSync(join(corpusRoot, name)));
}

/** The expected JSON beside a file of the corpus; gzipped where the file is. */
export function readExpected<Shape = Expected>(name: string): Shape {
  const gzipped = name.endsWith(".gz");
  const bytes = readFileSync(join(corpusRoot, `${name}.expected.json${gzipped ? ".gz" : ""}`));
  return JSON.parse((gzipped ? gunzipSync(bytes) : bytes).toString("utf8")) as Shape; // The corpus' own files; its README names the fields.
}

/** Boxes of a folder, sorted. */
export function listBoxes(folder: string): string[] {
  if (!hasCorpus) return [];
  return readdirSync(join(corpusRoot, folder))
    .filter((name) => /\.mbox(?:\.gz)?$/.test(name))
    .sort()
    .map((name) => `${folder}/${name}`);
}

/** Every file of the corpus that a reader may be given. */
export function listInputs(): string[] {
  const pages = hasCorpus ? readdirSync(join(corpusRoot, "patchwork-pages")).filter((name) => name.endsWith(".txt")).map((name) => `patchwork-pages/${name}`) : [];
  const page = hasCorpus ? ["vfio/patchwork-page-v2-5of5.txt"] : [];
  return [...["vfio", "git-history", "lists/sets", "lists/threads", "lists/odd"].flatMap(listBoxes), ...pages.sort(), ...page];
}
