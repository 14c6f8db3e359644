// Reading a mailbox, against Python's mailbox and email modules on the same file.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { gunzipSync } from "node:zlib";
import { readMailbox } from "../../src/core/mail/read.js";
import type { Platform } from "../../src/core/platform.js";
import { median, type Bench, type Measurement } from "./types.js";

/** Rounds of each, taken in turn, so that a slow moment of the machine hits both. */
const rounds = 5;

/** Does for every mail what we do: headers decoded, date read, every text part decoded. Prints the seconds. */
const python = `
import mailbox, sys, time
from email.header import decode_header, make_header
from email.utils import getaddresses, parsedate_to_datetime
start = time.perf_counter()
for mail in mailbox.mbox(sys.argv[1], create=False):
    str(make_header(decode_header(mail.get("Subject", ""))))
    getaddresses([str(value) for name in ("From", "To", "Cc") for value in mail.get_all(name, [])])
    try: parsedate_to_datetime(mail.get("Date", ""))
    except (TypeError, ValueError): pass
    for part in mail.walk():
        if part.get_content_maintype() == "text":
            part.get_payload(decode=True).decode(part.get_content_charset() or "utf-8", "replace")
print(time.perf_counter() - start)
`;

/** Input here is plain; the rounds must not measure zlib. */
const platform: Platform = { gunzip: () => undefined, sha1: () => new Uint8Array(20) };

const bench: Bench = {
  title: "Reading a mailbox, against Python's mailbox and email",
  async measure() {
    if (spawnSync("python3", ["--version"]).status !== 0) return "there is no python3";
    const folder = mkdtempSync(join(tmpdir(), "lifeline-bench-"));
    try {
      const measured: Measurement[] = [];
      for (const [name, bytes] of mailboxes()) {
        const file = join(folder, "box");
        writeFileSync(file, bytes);
        const ours: number[] = [];
        const theirs: number[] = [];
        for (let round = 0; round < rounds; round++) {
          const start = performance.now();
          await readMailbox(bytes, platform);
          ours.push(performance.now() - start);
          theirs.push(1000 * Number(execFileSync("python3", ["-c", python, file], { encoding: "utf8" })));
        }
        measured.push({ name, ours: median(ours), theirs: median(theirs) });
      }
      return measured;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

export default bench;

/** A mailbox of our own making, and the big ones of the corpus where it is there. */
function mailboxes(): [string, Uint8Array][] {
  const boxes: [string, Uint8Array][] = [["400 mails of our own making", new TextEncoder().encode(makeMailbox(400))]];
  const corpus = resolve(process.cwd(), "../shared/corpus/lists/sets");
  if (!existsSync(corpus)) return boxes;
  for (const name of readdirSync(corpus).filter((file) => /^big-.*mbox(\.gz)?$/.test(file))) {
    const bytes = readFileSync(join(corpus, name));
    boxes.push([name, new Uint8Array(name.endsWith(".gz") ? gunzipSync(bytes) : bytes)]);
  }
  return boxes;
}

/** Mails with a small patch or a reply each, the same ones every time. */
function makeMailbox(count: number): string {
  const mails: string[] = [];
  for (let n = 1; n <= count; n++) {
    const body = n % 3 === 0 ? `On some day, someone wrote:\n> +\tint value${n - 1};\n\nWhy is this needed?\n` : makePatch(n);
    mails.push(
      [
        `From sender@example.org Thu Jan  1 00:00:00 1970`,
        `From: Some One <one${n % 7}@example.org>`,
        `To: list@example.org`,
        `Subject: [PATCH ${n}/${count}] part: change number ${n}`,
        `Date: Thu, ${1 + (n % 28)} Oct 2026 10:${String(n % 60).padStart(2, "0")}:00 +0000`,
        `Message-ID: <${n}@example.org>`,
        n > 1 ? `In-Reply-To: <${n - 1}@example.org>` : `X-Start: yes`,
        "",
        body,
        "",
      ].join("\n"),
    );
  }
  return mails.join("");
}

function makePatch(n: number): string {
  const context = Array.from({ length: 60 }, (_, line) => ` \tcall_number_${line}(argument, ${n});`).join("\n");
  return `Say why.\n---\n a.c | 1 +\n\ndiff --git a/a.c b/a.c\n--- a/a.c\n+++ b/a.c\n@@ -1,60 +1,61 @@\n+\tint value${n};\n${context}\n--\n2.40.0\n`;
}
