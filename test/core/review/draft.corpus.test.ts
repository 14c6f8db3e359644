// A draft that comes back as a mail puts every comment on the very line it was written for: random comments on real patches.
import { createHash } from "node:crypto";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { readMailbox } from "../../../src/core/mail/read.js";
import type { Platform } from "../../../src/core/platform.js";
import { buildDraft } from "../../../src/core/review/draft/draft.js";
import type { PendingComment } from "../../../src/core/review/draft/types.js";
import { buildReview, type Review } from "../../../src/core/review/review.js";
import type { PatchView } from "../../../src/core/review/types.js";
import { readSeries } from "../../../src/core/series/read.js";
import { boxesWithExpectations, corpus, haveCorpus, readMaybeGzipped } from "../patch/corpus.js";
import { seeded } from "./damage.js";

const platform: Platform = {
  gunzip: (bytes, limit) => gunzipSync(bytes, { maxOutputLength: limit }),
  sha1: (bytes) => createHash("sha1").update(bytes).digest(),
};

async function reviewOf(bytes: Uint8Array): Promise<Review> {
  const mailbox = await readMailbox(bytes, platform);
  return buildReview(mailbox, readSeries(mailbox.messages, mailbox.page));
}

const patchesOf = (review: Review): PatchView[] => review.view.series.flatMap((series) => series.revisions.flatMap((revision) => [...(revision.cover ? [revision.cover] : []), ...revision.patches]));

/** Where comments can stand: the lines of the patch's own hunks on their sides, and the lines of its message. */
function placesOf(review: Review, patch: PatchView): { path: string; side: "before" | "after"; line: number; hunk: number; wanted: string; text: string }[] {
  const entry = review.entries[patch.mail ?? -1];
  const inCode = (entry?.patch?.files ?? []).flatMap((file, at) => file.hunks.flatMap((hunk, number) => hunk.lines.flatMap((line) => (["before", "after"] as const).flatMap((side) => {
    const own = side === "before" ? line.lineA : line.lineB;
    const wanted = line.lineB === null ? `${file.path} before ${line.lineA ?? 0}` : `${file.path} after ${line.lineB}`;
    return own === null || line.text.trim() === "" ? [] : [{ path: file.path, side, line: own, hunk: at * 1000 + number, wanted, text: line.text }];
  }))));
  const inMessage = (entry?.commitMessage ?? "").split("\n").flatMap((text, at) => (text.trim() === "" ? [] : [{ path: ":message", side: "after" as const, line: at + 1, hunk: -1, wanted: `:message after ${at + 1}`, text }]));
  return [...inCode, ...inMessage];
}

describe.skipIf(!haveCorpus)("buildDraft on the corpus", () => {
  it("places every comment on its line when the draft is read back with the mailbox", async () => {
    const random = seeded(5);
    const wrong: string[] = [];
    let comments = 0;
    let unsure = 0;
    for (const path of [...boxesWithExpectations("vfio"), ...boxesWithExpectations("lists/threads")].filter((one) => /\.mbox(\.gz)?\.expected/.test(one))) {
      const raw = readMaybeGzipped(join(corpus, path.replace(/\.expected\.json(\.gz)?$/, "")));
      const bytes = raw[0] === 0x1f && raw[1] === 0x8b ? gunzipSync(raw) : raw;
      const review = await reviewOf(bytes);
      const patches = patchesOf(review).filter((patch) => patch.messageId !== null && patch.duplicates === 0 && patch.problems.length === 0 && placesOf(review, patch).length > 0);
      for (let round = 0; round < 8 && patches.length > 0; round++) {
        const patch = patches[Math.floor(random() * patches.length)];
        if (!patch) continue;
        const places = placesOf(review, patch);
        const wanted = new Map<string, string>();
        const pending = Array.from({ length: 1 + Math.floor(random() * 5) }, (_, at): PendingComment | undefined => {
          const place = places[Math.floor(random() * places.length)];
          if (!place) return undefined;
          const start = places.find((one) => one.hunk === place.hunk && one.side === place.side && one.path === place.path && one.line >= place.line - Math.floor(random() * 6));
          const text = `Comment ${at} of round ${round}: does this hold when the other side is not there any more, and who sees to it?`;
          wanted.set(`Comment ${at} of round ${round}:`, place.wanted);
          return { id: String(at), patchKey: patch.key, path: place.path, side: place.side, fromLine: start?.line ?? place.line, line: place.line, lines: [place.text], text, answers: null };
        }).flatMap((one) => one ?? []);
        const source = { entries: review.entries, parts: review.replyParts, mail: patch.mail ?? -1, fieldsOf: () => ({ replyTo: [], followupTo: [] }) };
        const draft = buildDraft(source, { patchKey: patch.key, comments: pending, trailers: ["Reviewed-by: Ted Tester <ted@example.org>"], identity: { name: "Ted Tester", email: "ted@example.org" } });
        expect(draft?.outside).toEqual([]);
        const box = Buffer.concat([Buffer.from(bytes), Buffer.from(`\n\nFrom mboxrd@z Thu Jan  1 00:00:00 1970\n${(draft?.text ?? "").replace(/^(>*From )/gm, ">$1")}`)]);
        const again = await reviewOf(box);
        const parts = again.replyParts.filter((part) => part.mail === again.entries.length - 1);
        for (const [words, line] of wanted) {
          comments++;
          const part = parts.find((one) => one.comment.includes(words));
          const got = part ? `${part.anchor.path} ${part.anchor.side} ${part.anchor.line}` : "nothing";
          if (part?.anchor.quality === "guessed") unsure++;
          if (got !== line) wrong.push(`${path} ${patch.key}: ${words} ${line}, got ${got} ${part?.anchor.quality ?? ""}\n${draft?.text ?? ""}`);
        }
      }
    }
    console.log(`drafts read back: ${comments} comments, ${unsure} guessed, ${wrong.length} wrong`);
    expect(wrong).toEqual([]);
    expect(comments).toBeGreaterThan(300);
  }, 180_000);

  it("keeps answers to replies on the line of their discussion", async () => {
    const random = seeded(9);
    const wrong: string[] = [];
    let answers = 0;
    for (const path of boxesWithExpectations("vfio").concat(boxesWithExpectations("lists/threads")).filter((one) => /\.mbox(\.gz)?\.expected/.test(one))) {
      const raw = readMaybeGzipped(join(corpus, path.replace(/\.expected\.json(\.gz)?$/, "")));
      const bytes = raw[0] === 0x1f && raw[1] === 0x8b ? gunzipSync(raw) : raw;
      const review = await reviewOf(bytes);
      const threads = patchesOf(review).flatMap((patch) => patch.threads.filter((thread) => thread.anchor.quality !== "lost").map((thread) => ({ patch, thread })));
      for (let round = 0; round < 4; round++) {
        const { patch, thread } = threads[Math.floor(random() * threads.length)] ?? {};
        const said = thread?.comments[Math.floor(random() * thread.comments.length)];
        if (!patch || !thread || !said || said.messageId === null || patch.duplicates > 0) continue;
        const { path: file, side, fromLine, line } = thread.anchor;
        const comment: PendingComment = { id: "a", patchKey: patch.key, path: file, side, fromLine, line, lines: [], text: "That answers the question of the lock.", answers: { messageId: said.messageId, author: said.author, text: said.text } };
        // Every other time the reply is about the patch's message as well, and so answers the patch.
        const also: PendingComment = { ...comment, id: "b", path: ":message", side: "after", fromLine: 1, line: 1, text: "Also here.", answers: null };
        const draft = buildDraft({ entries: review.entries, parts: review.replyParts, mail: patch.mail ?? -1, fieldsOf: () => ({ replyTo: [], followupTo: [] }) },
          { patchKey: patch.key, comments: round % 2 === 0 ? [comment] : [comment, also], trailers: [], identity: null });
        answers++;
        const again = await reviewOf(Buffer.concat([Buffer.from(bytes), Buffer.from(`\n\nFrom mboxrd@z Thu Jan  1 00:00:00 1970\n${(draft?.text ?? "").replace(/^(>*From )/gm, ">$1")}`)]));
        const part = again.replyParts.find((one) => one.mail === again.entries.length - 1 && one.comment.includes("question of the lock"));
        const isRight = part?.anchor.path === file && part.anchor.side === side && part.anchor.line === line && part.anchor.quality !== "lost";
        if (!isRight) wrong.push(`${path} ${patch.key} round ${round} ${file} ${side} ${line}, got ${JSON.stringify(part?.anchor)}\n${draft?.text ?? ""}`);
      }
    }
    console.log(`answers read back: ${answers}, ${wrong.length} wrong`);
    expect(wrong).toEqual([]);
    expect(answers).toBeGreaterThan(40);
  }, 180_000);
});
