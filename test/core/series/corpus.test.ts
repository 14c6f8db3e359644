// Series against the corpus: what git, Python's email and the corpus' own rules say of real mail.
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { readMailbox } from "../../../src/core/mail/read.js";
import { readSeries } from "../../../src/core/series/read.js";
import type { Entry, SeriesResult } from "../../../src/core/series/types.js";
import type { Expected, ExpectedMessage } from "../corpus.js";
import { corpusNote, hasCorpus, listBoxes, nodePlatform, readCorpus, readExpected } from "../corpus.js";

type Field = "id" | "inReplyTo" | "references" | "date" | "title" | "version" | "counter" | "kind" | "parent" | "author" | "trailers" | "message" | "files" | "slots" | "complete";

class Score {
  readonly right = new Map<Field, number>();
  readonly all = new Map<Field, number>();
  readonly misses: string[] = [];

  check(field: Field, where: string, found: unknown, wanted: unknown): void {
    this.all.set(field, (this.all.get(field) ?? 0) + 1);
    if (JSON.stringify(found) === JSON.stringify(wanted)) this.right.set(field, (this.right.get(field) ?? 0) + 1);
    else this.misses.push(`${field} ${where}\n    found  ${JSON.stringify(found)?.slice(0, 300)}\n    wanted ${JSON.stringify(wanted)?.slice(0, 300)}`);
  }

  missed(field: Field): number {
    return (this.all.get(field) ?? 0) - (this.right.get(field) ?? 0);
  }

  toString(): string {
    return [...this.all].map(([field, all]) => `${field} ${this.right.get(field) ?? 0}/${all}`).join(", ");
  }
}

async function score(folder: string): Promise<Score> {
  const result = new Score();
  for (const name of listBoxes(folder)) await scoreBox(name, result);
  console.log(`${folder}: ${result.toString()}`);
  // SHOW_MISSES=kind (or any field, or empty for all) prints every disagreement.
  const wanted = process.env["SHOW_MISSES"];
  if (wanted !== undefined) for (const miss of result.misses.filter((one) => one.startsWith(wanted))) console.log(miss);
  return result;
}

async function scoreBox(name: string, result: Score): Promise<void> {
  const expected = readExpected(name);
  const mailbox = await readMailbox(readCorpus(name), nodePlatform);
  const series = readSeries(mailbox.messages, mailbox.page);
  expect(series.entries.length, name).toBe(expected.messages.length);
  for (const [index, wanted] of expected.messages.entries()) {
    const entry = series.entries[index];
    if (entry === undefined) continue;
    scoreMail(`${name} #${wanted.index} ${wanted.subject}`, entry, wanted, result);
  }
  scoreSeries(name, series, expected, result);
}

function scoreMail(where: string, entry: Entry, wanted: ExpectedMessage, result: Score): void {
  const { message } = entry;
  result.check("id", where, message.id, wanted.message_id);
  result.check("inReplyTo", where, message.inReplyTo, wanted.in_reply_to);
  result.check("references", where, message.references, wanted.references);
  result.check("date", where, message.date === null ? null : message.date / 1000, wanted.epoch);
  result.check("title", where, entry.subject.title, wanted.subject_clean);
  result.check("version", where, entry.subject.version, wanted.version);
  result.check("counter", where, [entry.subject.n, entry.subject.m], [wanted.n, wanted.m]);
  result.check("kind", where, entry.kind, wanted.kind === "reply_with_patch" ? "reply" : wanted.kind);
  result.check("parent", where, entry.parent, wanted.parent === null ? null : wanted.parent - 1);
  if (wanted.kind === "patch" || wanted.kind === "cover") {
    result.check("author", where, [entry.author.name, entry.author.email], [wanted.author, wanted.email]);
    result.check("trailers", where, entry.trailers.map((trailer) => [trailer.key, trailer.value]), wanted.trailers);
  }
  if (wanted.kind === "patch") {
    const digest = (text: string): string => createHash("sha256").update(text).digest("hex");
    // Git keeps the CR of base64 mail; our text has LF only.
    const forms = [entry.commitMessage, entry.commitMessage.replaceAll("\n", "\r\n")];
    const same = forms.some((form) => digest(form) === wanted.message_sha256);
    result.check("message", where, same ? "same" : entry.commitMessage, "same");
    if (wanted.patch?.error === null) {
      const files = entry.patch?.files.map((file) => `${file.path} +${file.additions} -${file.deletions}`) ?? [];
      // git counts no lines of a binary file.
      result.check("files", where, files, wanted.patch.files?.map((file) => `${file.path} +${file.additions ?? 0} -${file.deletions ?? 0}`));
    }
  }
}

/** Each posting that the corpus names must be one revision of ours, with the same mails in its slots. */
function scoreSeries(name: string, found: SeriesResult, expected: Expected, result: Score): void {
  const revisions = found.series.flatMap((one) => one.revisions);
  for (const wanted of expected.series) {
    const mails = Object.values(wanted.patches);
    const first = wanted.cover ?? mails[0];
    const where = `${name} v${wanted.version} of ${wanted.total}, mail ${first}`;
    const revision = revisions.find((one) => (wanted.cover !== null ? one.cover === wanted.cover - 1 : one.slots.some((slot) => slot.mail === (first ?? 0) - 1)));
    const slots = revision?.slots.filter((slot) => slot.mail !== null).map((slot) => [slot.n, (slot.mail ?? 0) + 1]);
    result.check("slots", where, [revision?.version, revision?.total, slots], [wanted.version, wanted.total, Object.entries(wanted.patches).map(([n, mail]) => [Number(n), mail])]);
    result.check("complete", where, revision?.complete, wanted.complete);
  }
}

describe.skipIf(!hasCorpus)(`series of the corpus${corpusNote}`, { timeout: 120_000 }, () => {
  it("reads the vfio series without a miss", async () => {
    const result = await score("vfio");
    expect(result.misses).toEqual([]);
  });

  // Floors, in misses. What is missed is not wrong: cover letters that contain a diff ("0/N wins"), text above scissors
  // that git am keeps, CR in the middle of a message, postings that the corpus splits where we join them by sender and time.
  const floors: readonly (readonly [string, Readonly<Partial<Record<Field, number>>>])[] = [
    // One series of two authors, which the corpus splits by sender.
    ["git-history", { slots: 2, complete: 2 }],
    ["lists/sets", { kind: 3, message: 3, files: 3, author: 17 }],
    ["lists/threads", { kind: 1, message: 1, slots: 2, complete: 1 }],
    ["lists/odd", { kind: 1, title: 1, message: 19, files: 1, author: 2, slots: 4, complete: 2 }],
  ];
  for (const [folder, allowed] of floors) {
    it(`reads ${folder}, but for differences that are known`, async () => {
      const result = await score(folder);
      for (const field of result.all.keys()) expect(result.missed(field), `${folder} ${field}`).toBeLessThanOrEqual(allowed[field] ?? 0);
    });
  }
});
