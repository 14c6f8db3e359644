// Comments of real replies against the lines that the corpus says they stand below.
import { createHash } from "node:crypto";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { readMailbox } from "../../../src/core/mail/read.js";
import type { Platform } from "../../../src/core/platform.js";
import { anchorReplies } from "../../../src/core/review/anchors.js";
import type { ReplyPart } from "../../../src/core/review/types.js";
import { readSeries } from "../../../src/core/series/read.js";
import { boxesWithExpectations, corpus, haveCorpus, readMaybeGzipped } from "../patch/corpus.js";

const platform: Platform = {
  gunzip: (bytes, limit) => gunzipSync(bytes, { maxOutputLength: limit }),
  sha1: (bytes) => createHash("sha1").update(bytes).digest(),
};

interface ExpectedAnchor {
  target: number;
  depth: number;
  comment: string;
  at: { path: string; side: "new" | "old" | "context" | "message"; line: number };
}

function isRight(part: ReplyPart | undefined, anchor: ExpectedAnchor, offset: number): boolean {
  if (!part || part.anchor.quality === "lost") return false;
  const { path, line, side } = part.anchor;
  return part.anchor.target === anchor.target - offset && path === anchor.at.path && line === anchor.at.line && side === (anchor.at.side === "old" ? "before" : "after");
}

/** The start of a comment, without blanks: the corpus has one line of it, broken elsewhere when the mail is format=flowed. */
const start = (text: string): string => text.replace(/\s+/g, "").slice(0, 16);

/** True when a part is the comment that the corpus means: it starts so, or so starts the stretch whose trailers and markers it leaves out. */
function isSame(part: ReplyPart, text: string, anchor: ExpectedAnchor): boolean {
  const wanted = start(anchor.comment);
  if (start(part.comment).startsWith(wanted)) return true;
  const lines = text.split("\n").slice(0, part.commentLine - 1);
  while (lines.length > 0 && !/^ ?[>|]/.test(lines.at(-1) ?? "")) {
    if (start(lines.pop() ?? "").startsWith(wanted)) return true;
  }
  return false;
}

interface Score {
  right: number;
  all: number;
  misses: string[];
}

async function measure(folder: string): Promise<{ direct: Score; deeper: Score }> {
  const direct: Score = { right: 0, all: 0, misses: [] };
  const deeper: Score = { right: 0, all: 0, misses: [] };
  for (const path of boxesWithExpectations(folder)) {
    if (!/\.mbox(\.gz)?\.expected/.test(path)) continue;
    const box = path.replace(/\.expected\.json(\.gz)?$/, "");
    const expected = JSON.parse(readMaybeGzipped(join(corpus, path)).toString("utf8")) as { messages: { index: number; anchors?: ExpectedAnchor[] | null }[] };
    const offset = expected.messages[0]?.index ?? 0;
    const mailbox = await readMailbox(readMaybeGzipped(join(corpus, box)), platform);
    const parts = anchorReplies(readSeries(mailbox.messages, mailbox.page).entries);
    for (const message of expected.messages) {
      const own = parts.filter((part) => part.mail === message.index - offset);
      for (const anchor of message.anchors ?? []) {
        const score = anchor.depth === 1 ? direct : deeper;
        score.all++;
        const named = own.filter((one) => isSame(one, mailbox.messages[one.mail]?.text ?? "", anchor));
        const found = named.find((one) => isRight(one, anchor, offset));
        if (found) score.right++;
        else {
          const got = named[0] ? `${named[0].anchor.path} ${named[0].anchor.side} ${named[0].anchor.line} ${named[0].anchor.quality}` : `no such comment in ${own.map((one) => one.comment.slice(0, 30)).join(" | ")}`;
          score.misses.push(`${box.slice(-50)} ${message.index - offset} d${anchor.depth} "${anchor.comment.slice(0, 60)}": ${anchor.at.path} ${anchor.at.side} ${anchor.at.line}, got ${got}`);
        }
      }
    }
  }
  return { direct, deeper };
}

const report = (name: string, score: Score): string => `${name}: ${score.right} of ${score.all} (${((100 * score.right) / Math.max(1, score.all)).toFixed(2)} %)\n${score.misses.join("\n")}`;

describe.skipIf(!haveCorpus)("anchorReplies on the corpus", () => {
  it("puts every comment of the vfio series on its line", async () => {
    const { direct, deeper } = await measure("vfio");
    console.log(report("vfio, direct", direct), report("vfio, deeper", deeper));
    expect([direct.misses, deeper.misses]).toEqual([[], []]);
  });

  it("puts the comments of the lists on their lines", async () => {
    const { direct, deeper } = await measure("lists");
    console.log(`${report("lists, direct", direct)}\n${report("lists, deeper", deeper)}`);
    expect(direct.right / direct.all).toBeGreaterThanOrEqual(0.99);
    expect(deeper.right / deeper.all).toBeGreaterThanOrEqual(0.98);
  }, 120_000);
});
