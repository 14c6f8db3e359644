// Big mailboxes of 10, 30 and 100 MB: a first index and everything read, against git mailsplit and mailinfo and against Python.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { readMailbox } from "../../src/core/mail/read.js";
import { readSeries } from "../../src/core/series/read.js";
import type { Platform } from "../../src/core/platform.js";
import { type Bench, type Measurement } from "./types.js";

const sizes = [10, 30, 100];

/** Input here is plain; the rounds must not measure zlib. */
const platform: Platform = { gunzip: () => undefined, sha1: () => new Uint8Array(20) };

/** What one process of ours does with a mailbox. */
type Work = "index" | "everything";

interface Result {
  readonly milliseconds: number;
  /** Growth of the process beyond what it had with the file in memory, in bytes. */
  readonly growth: number;
}

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
  const measured: Measurement[] = [];
  const theirs: [string, number][] = [];
  if (spawnSync("python3", ["--version"]).status === 0) theirs.push(["Python", Number(execFileSync("python3", ["-c", python, file], { encoding: "utf8" }))]);
  const split = join(folder, "split");
  const start = performance.now();
  mkdirSync(split);
  if (spawnSync("git", ["mailsplit", "--mboxrd", `-o${split}`, file]).status === 0) {
    const splitTime = performance.now() - start;
    theirs.push(["git mailsplit alone", splitTime]);
    // A process for every mail: a part of them is enough to know the rest.
    const mails = readdirSync(split).sort();
    const some = mails.slice(0, 500);
    const infoStart = performance.now();
    for (const mail of some) spawnSync("git", ["mailinfo", "-u", join(folder, "message"), join(folder, "patch")], { input: readFileSync(join(split, mail)) });
    theirs.push([`git mailsplit and mailinfo (${some.length} of ${mails.length} mails)`, splitTime + ((performance.now() - infoStart) * mails.length) / some.length]);
  }
  rmSync(split, { recursive: true, force: true });
  for (const work of ["index", "everything"] as const) {
    const rounds = [1, 2, 3].map(() => runChild(work, file)).sort((one, two) => one.milliseconds - two.milliseconds);
    const ours = rounds[1] ?? rounds[0];
    if (ours === undefined) continue;
    const detail = `${rate(ours.milliseconds)}, memory +${(ours.growth / bytes.length).toFixed(1)} × the file`;
    for (const [name, time] of theirs) measured.push({ name: `${size} MB, ${work}, against ${name}`, ours: ours.milliseconds, theirs: time, detail: `${detail}; theirs ${rate(time)}` });
  }
  return measured;
}

function runChild(work: Work, file: string): Result {
  const out = execFileSync(process.execPath, ["--max-old-space-size=4096", fileURLToPath(import.meta.url), "--measure", work, file], { encoding: "utf8" });
  return JSON.parse(out) as Result; // Printed by `measureHere`, below.
}

async function measureHere(work: Work, file: string): Promise<void> {
  const bytes = new Uint8Array(readFileSync(file));
  const before = process.memoryUsage().rss;
  const start = performance.now();
  const mailbox = await readMailbox(bytes, platform);
  const result = readSeries(mailbox.messages, mailbox.page);
  let seen = result.series.length;
  if (work === "everything") {
    for (const entry of result.entries) seen += entry.message.text.length + (entry.patch?.files.length ?? 0) + entry.trailers.length + entry.message.to.length;
    seen += result.problems.length;
  }
  const milliseconds = performance.now() - start;
  const growth = process.resourceUsage().maxRSS * 1024 - before;
  process.stdout.write(JSON.stringify({ milliseconds, growth, seen }));
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
