// Big mailboxes of 10, 30 and 100 MB: a first index and everything read, against git mailsplit and mailinfo and against Python.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { readMailbox } from "../../src/core/mail/read.js";
import type { Mailbox } from "../../src/core/mail/types.js";
import { readSeries } from "../../src/core/series/read.js";
import type { SeriesResult } from "../../src/core/series/types.js";
import type { Platform } from "../../src/core/platform.js";
import { type Bench, type Measurement } from "./types.js";

const sizes = [10, 30, 100];

/** Input here is plain; the rounds must not measure zlib. */
const platform: Platform = { gunzip: () => undefined, sha1: () => new Uint8Array(20) };

/** What one process of ours does with a mailbox. */
type Work = "index" | "everything";

const works = ["index", "everything"] as const satisfies readonly Work[];

interface Result {
  readonly milliseconds: number;
  /** What is kept, after a garbage collection and beyond the file itself: heap and what lies outside of it, in bytes. */
  readonly kept: number;
  /** Most that the process ever held, beyond what it held with the file in memory, garbage included, in bytes. */
  readonly peak: number;
}

/** Rounds of each; they take turns, so that a slow moment of the machine hits all, and the best one of each counts. */
const rounds = 3;

const python = `
import mailbox, sys, time
start = time.perf_counter()
for mail in mailbox.mbox(sys.argv[1], create=False):
    for part in mail.walk():
        if part.get_content_maintype() == "text":
            try: part.get_payload(decode=True).decode(part.get_content_charset() or "utf-8", "replace")
            except LookupError: pass
print(1000 * (time.perf_counter() - start))
`;

const bench: Bench = {
  title: "Big mailboxes: a first index (headers, threads, series) and everything (bodies, patches, trailers)",
  measure() {
    const folder = mkdtempSync(join(tmpdir(), "lifeline-bench-"));
    try {
      return Promise.resolve(sizes.flatMap((size) => measureSize(folder, size)));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

export default bench;

// Run by itself with --measure, this file is the process whose time and memory are taken.
if (process.argv[2] === "--measure") await measureHere(process.argv[3] === "index" ? "index" : "everything", process.argv[4] ?? "");

function measureSize(folder: string, size: number): Measurement[] {
  const file = join(folder, `box-${size}`);
  const bytes = makeMailbox(size * 1e6);
  writeFileSync(file, bytes);
  const rate = (milliseconds: number): string => `${(bytes.length / 1000 / milliseconds).toFixed(0)} MB/s`;
  const runPython = (): number => Number(execFileSync("python3", ["-c", python, file], { encoding: "utf8" }));
  const hasPython = spawnSync("python3", ["--version"]).status === 0;
  const pythonTimes: number[] = [];
  const ours: Record<Work, Result[]> = { index: [], everything: [] };
  for (let round = 0; round < rounds; round++) {
    if (hasPython) pythonTimes.push(runPython());
    for (const work of works) ours[work].push(runChild(work, file));
  }
  const theirs = [...(hasPython ? [{ name: "Python", time: Math.min(...pythonTimes) }] : []), ...runGit(folder, file)];
  return works.flatMap((work) => {
    const best = ours[work].reduce((one, two) => (two.milliseconds < one.milliseconds ? two : one));
    const times = (bytesOf: number): string => `${(bytesOf / bytes.length).toFixed(1)} ×`;
    const detail = `${rate(best.milliseconds)}, keeps ${times(best.kept)} the file, at most ${times(best.peak)}`;
    return theirs.map(({ name, time }): Measurement => ({ name: `${size} MB, ${work}, against ${name}`, ours: best.milliseconds, theirs: time, detail: `${detail}; theirs ${rate(time)}` }));
  });
}

/** The time of mailsplit, and of the pair for all mails; nothing where git is not there. */
function runGit(folder: string, file: string): { name: string; time: number }[] {
  const split = join(folder, "split");
  mkdirSync(split);
  try {
    const start = performance.now();
    if (spawnSync("git", ["mailsplit", "--mboxrd", `-o${split}`, file]).status !== 0) return [];
    const splitTime = performance.now() - start;
    // A process for every mail: a part of them is enough to know the rest.
    const mails = readdirSync(split).sort();
    const some = mails.slice(0, MAILS_OF_GIT);
    const infoStart = performance.now();
    for (const mail of some) spawnSync("git", ["mailinfo", "-u", join(folder, "message"), join(folder, "patch")], { input: readFileSync(join(split, mail)) });
    const infoTime = ((performance.now() - infoStart) * mails.length) / some.length;
    return [{ name: "git mailsplit alone", time: splitTime }, { name: `git mailsplit and mailinfo (${some.length} of ${mails.length} mails)`, time: splitTime + infoTime }];
  } finally {
    rmSync(split, { recursive: true, force: true });
  }
}

/** Mails that mailinfo is run on, for the time of all of them. */
const MAILS_OF_GIT = 300;

function runChild(work: Work, file: string): Result {
  const out = execFileSync(process.execPath, ["--expose-gc", fileURLToPath(import.meta.url), "--measure", work, file], { encoding: "utf8" });
  return JSON.parse(out) as Result; // Printed by `measureHere`, below.
}

/** In a function of its own, so that nothing but its result is kept. */
function readBytes(file: string): Uint8Array {
  return new Uint8Array(readFileSync(file));
}

/** Memory in use after a collection of all garbage. Twice and a turn apart: buffers are freed behind their handles. */
async function usedMemory(): Promise<number> {
  for (let turn = 0; turn < 3; turn++) {
    globalThis.gc?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

async function measureHere(work: Work, file: string): Promise<void> {
  const bytes = readBytes(file);
  const before = await usedMemory();
  const { rss } = process.memoryUsage();
  const start = performance.now();
  const mailbox = await readMailbox(bytes, platform);
  const result = readSeries(mailbox.messages, mailbox.page);
  const seen = work === "everything" ? readEverything(mailbox, result) : result.series.length;
  const milliseconds = performance.now() - start;
  const peak = process.resourceUsage().maxRSS * 1024 - rss;
  const kept = (await usedMemory()) - before;
  // What was read is used here, so that it counts as kept.
  process.stdout.write(JSON.stringify({ milliseconds, kept, peak, seen: seen + mailbox.messages.length + result.entries.length + bytes.length }));
}

/** Every text and attachment decoded, every patch parsed with its counts, every commit message, note, address and trailer read, and every problem. */
function readEverything(mailbox: Mailbox, result: SeriesResult): number {
  let seen = mailbox.problems.length + result.problems.length;
  for (const { message, patch, trailers, commitMessage, notes, about, author } of result.entries) {
    seen += message.text.length + message.attachments.length + message.from.email.length + message.to.length + message.cc.length;
    seen += trailers.length + commitMessage.length + notes.length + (about?.diffstat.length ?? 0) + author.name.length;
    for (const file of patch?.files ?? []) seen += file.additions + file.deletions + file.hunks.length;
  }
  for (const slot of result.series.flatMap((series) => series.revisions).flatMap((revision) => revision.slots)) seen += slot.trailers.length;
  return seen;
}

/** A mailbox of about `length` bytes: the corpus, or the project's fixtures, over and over, each copy with ids and titles of its own. */
function makeMailbox(length: number): Buffer {
  const sources = mailboxes();
  const pieces: Buffer[] = [];
  let made = 0;
  for (let copy = 0; made < length; copy += 1) {
    for (const source of sources) {
      const own = source
        .replace(/^(?:Message-ID|In-Reply-To|References):[^\n]*(?:\n[ \t][^\n]*)*/gim, (header) => header.replaceAll("<", `<${copy}.`))
        .replace(/^Subject:[^\n]*/gim, (header) => `${header} ${copy}`);
      const piece = Buffer.from(own, "latin1");
      pieces.push(piece);
      made += piece.length;
      if (made >= length) break;
    }
  }
  return Buffer.concat(pieces);
}

/** The boxes to repeat, one character per byte. */
function mailboxes(): string[] {
  const corpus = resolve(process.cwd(), "../shared/corpus/lists");
  if (existsSync(corpus)) {
    const files = ["sets", "threads", "odd"].flatMap((folder) => readdirSync(join(corpus, folder)).filter((file) => file.endsWith(".mbox.gz")).map((file) => join(corpus, folder, file)));
    return files.map((file) => gunzipSync(readFileSync(file)).toString("latin1"));
  }
  const fixtures = resolve(process.cwd(), "test/fixtures/mail");
  return readdirSync(fixtures).map((file) => {
    const text = readFileSync(join(fixtures, file), "latin1");
    return `${text.startsWith("From ") ? "" : "From mboxrd@z Thu Jan  1 00:00:00 1970\n"}${text}\n`;
  });
}
