// Damaged quotes never move a comment to a wrong line: exact or moved where the quote is unique, guessed or lost otherwise.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { readMailbox } from "../../../src/core/mail/read.js";
import type { Platform } from "../../../src/core/platform.js";
import type { ReplyPart } from "../../../src/core/review/types.js";
import { readSeries } from "../../../src/core/series/read.js";
import type { Entry } from "../../../src/core/series/types.js";
import { boxesWithExpectations, corpus, haveCorpus, readMaybeGzipped } from "../patch/corpus.js";
import { askBelow, askDeeper, type Pick, pickLine, quotings, requotings, scopes, seeded } from "./damage.js";

const platform: Platform = {
  gunzip: (bytes, limit) => gunzipSync(bytes, { maxOutputLength: limit }),
  sha1: (bytes) => createHash("sha1").update(bytes).digest(),
};

interface Tally {
  placed: number;
  unsure: number;
  readonly wrong: string[];
}

/** Counts a comment: an unsure place is allowed only where the quote itself is not unique. */
function count(tally: Tally, pick: Pick, part: ReplyPart | undefined, how: string): void {
  const anchor = part?.anchor;
  const isRight = anchor?.path === pick.path && anchor.side === pick.side && anchor.line === pick.line && anchor.quality !== "lost";
  if (isRight && (anchor.quality !== "guessed" || !pick.unique)) tally.placed++;
  else if (anchor?.quality === "lost" || anchor?.quality === "guessed") tally.unsure++;
  else tally.wrong.push(`${how}: ${pick.path} ${pick.side} ${pick.line}, got ${JSON.stringify(anchor)} for\n${pick.quote.slice(-3).join("\n")}`);
}

async function damageAll(postings: readonly Entry[], times: number): Promise<Tally> {
  const tally: Tally = { placed: 0, unsure: 0, wrong: [] };
  const random = seeded(20211004);
  const pick = (scope: (typeof scopes)[number]): Pick | undefined => pickLine(postings[Math.floor(random() * postings.length)], random, scope);
  for (let round = 0; round < times; round++) {
    for (const scope of scopes) {
      for (const [name, quoting] of Object.entries(quotings)) {
        const line = pick(scope);
        if (line) count(tally, line, await askBelow(line, quoting, platform), `${name}, ${scope}`);
      }
    }
    for (const [name, requoting] of Object.entries(requotings)) {
      for (const below of ["code", "words"] as const) {
        const line = pick("the hunk");
        if (line) count(tally, line, await askDeeper(line, requoting, below, false, platform), `quoted twice ${name}, below ${below}`);
        if (line && below === "code") count(tally, line, await askDeeper(line, requoting, below, true, platform), `quoted twice ${name}, reply missing`);
      }
    }
  }
  return tally;
}

describe("anchorReplies on damaged quotes", () => {
  it("places them in a small patch", async () => {
    const text = readFileSync(join(import.meta.dirname, "../../fixtures/patch/port.patch"), "utf8");
    const mailbox = await readMailbox(new TextEncoder().encode(`From: Ann <ann@example.org>\nSubject: [PATCH] port\nMessage-ID: <p@example.org>\n\n${text}`), platform);
    const { placed, unsure, wrong } = await damageAll(readSeries(mailbox.messages).entries, 6);
    expect(wrong).toEqual([]);
    expect(placed / (placed + unsure)).toBeGreaterThan(0.9);
  }, 60_000);

  it.skipIf(!haveCorpus)("places them in the patches of the corpus", async () => {
    const postings: Entry[] = [];
    for (const path of boxesWithExpectations("lists/threads").filter((one) => /\.mbox(\.gz)?\.expected/.test(one))) {
      const mailbox = await readMailbox(readMaybeGzipped(join(corpus, path.replace(/\.expected\.json(\.gz)?$/, ""))), platform);
      postings.push(...readSeries(mailbox.messages).entries.filter((entry) => entry.kind === "patch" && entry.patch?.problems.length === 0));
    }
    const { placed, unsure, wrong } = await damageAll(postings, 12);
    console.log(`damaged quotes: ${placed} placed, ${unsure} unsure, ${wrong.length} wrong`);
    expect(wrong).toEqual([]);
    expect(placed / (placed + unsure)).toBeGreaterThan(0.98);
  }, 120_000);
});
