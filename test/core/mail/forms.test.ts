// The forms that mail takes, one fixture per rule: what is read of each, charsets, encoded words, senders, ids, forwarded mails and ways to write a diff.
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { readMailbox } from "../../../src/core/mail/read.js";
import { readSeries } from "../../../src/core/series/read.js";
import type { SeriesResult } from "../../../src/core/series/types.js";
import { nodePlatform } from "../corpus.js";

const fixtures = resolve(import.meta.dirname, "../../fixtures/mail");

interface Facts {
  /** `Name <address>` of the sender. */
  readonly from?: string;
  readonly cc?: readonly string[];
  /** Of the commit, where that is someone else. */
  readonly author?: string;
  readonly kind?: string;
  readonly id?: string;
  readonly inReplyTo?: readonly string[];
  readonly references?: readonly string[];
  readonly date?: string;
  readonly title?: string;
  /** `v2 3/4`. */
  readonly counter?: string;
  /** The commit message. */
  readonly message?: string;
  /** `path +additions -deletions`. */
  readonly files?: readonly string[];
  readonly trailers?: readonly string[];
  readonly attachments?: readonly string[];
  readonly problems?: readonly string[];
}

/** What a fixture has unless its row says otherwise: that of `plain.eml`, without its trailer. */
const usual = {
  from: "Ann Author <ann@example.org>", kind: "patch", id: "1@example.org", inReplyTo: [], references: [], date: "2021-10-13T14:27:45.000Z",
  title: "one: hold the lock", counter: "v1", message: "Because.\n", files: ["one.c +1 -0"], trailers: [], attachments: [], problems: [],
} as const satisfies Facts;

const inLib = ["lib/one.c +1 -0"];

const forms: Readonly<Record<string, Facts>> = {
  // Charsets: the one that is named, and what programs mean by the names that they give.
  "charset-koi8-r.eml": { from: "Анна Автор <ann@example.org>", message: "Потому что.\n" },
  "charset-gbk-as-gb2312.eml": { from: "朱镕 <ann@example.org>", message: "朱镕说：因为。\n" },
  "charset-iso-2022-jp.eml": { from: "著者 <ann@example.org>", message: "だから。\n" },
  "charset-windows-1252-as-latin-1.eml": { from: "Ann “A” Author <ann@example.org>", message: "It’s “so” – for 1 €.\n" },
  "headers-raw-8-bit.eml": { from: "Jörg Müller <ann@example.org>", title: "one: hold the größte lock" },
  // Encoded words (RFC 2047): blanks between two vanish, a character may be split, addresses are split before they are decoded.
  "words-adjacent.eml": { title: "one: hold the größte lock now" },
  "words-in-addresses.eml": { from: "Author, Ann <ann@example.org>", cc: ["Builder, Bob <b@c> <bob@example.org>", "Jörg Müller <joerg@example.org>", "die große Liste <list@example.org>"] },
  "words-in-quotes.eml": { from: "Jörg Müller <ann@example.org>" },
  // Who sent it.
  "from-user-at-host.eml": {},
  "from-original-in-header.eml": {},
  "from-rewritten-by-list.eml": {},
  "from-in-body.eml": { from: "Carrier <carrier@example.org>", author: "Ann Author <ann@example.org>", counter: "v2 3/4" },
  "from-line-in-body.eml": { from: "Carrier <carrier@example.org>", author: "Ann Author <ann@example.org>" },
  // Ids and dates.
  "message-id-without-brackets.eml": {},
  "in-reply-to-junk.eml": { kind: "reply", inReplyTo: ["0@example.org"], references: ["0@example.org"], message: "Why?\n", files: [] },
  "in-reply-to-answer-of-prompt.eml": {},
  "date-of-last-hop.eml": { problems: ["unreadable-date"] },
  // Mails in mails, and signed ones.
  "mail-attached.eml": {
    from: "Carrier <carrier@example.org>", kind: "reply", attachments: ["message/rfc822"],
    message: "Please look.\n\nFrom: Ann Author <ann@example.org>\nDate: Wed, 13 Oct 2021 11:27:45 -0300\nSubject: [PATCH] one: größer\nMessage-ID: <2@example.org>\n\nBecause.\n",
  },
  "digest.eml": {
    from: " <list@example.org>", author: "list@example.org <list@example.org>", title: "list Digest, Vol 1, Issue 2",
    message: "Today's Topics:\n\n   1. [PATCH] one: hold the lock (Ann Author)\n   2. lunch (Bob Builder)\n\nFrom: Ann Author <ann@example.org>\nDate: Wed, 13 Oct 2021 11:27:45 -0300\nSubject: [PATCH] one: hold the lock\nMessage-ID: <2@example.org>\n\nBecause.\n",
  },
  "signed-inline.eml": {},
  // Ways to write a diff. Names without prefixes that have a directory lose it, as in git apply, which has to be told -p0.
  "diff-index-form.eml": { message: "Because.\n\n" },
  "diff-index-quilt.eml": { files: inLib },
  "diff-no-prefix.eml": { files: ["one.c +1 -0", "lib/one.c +1 -0"] },
  "diff-p0.eml": {},
  "diff-mnemonic-prefix.eml": { files: inLib },
  "diff-name-quoted.eml": { files: ["größe\t1.c +1 -0"] },
  // Talk around it.
  "outlook-reply.eml": { kind: "reply", inReplyTo: ["0@example.org"], message: "Looks right.\n\nReviewed-by: Ann Author <ann@example.org>\n\n-----Original Message-----\nFrom: Bob Builder <bob@example.org>\nSent: Wednesday, October 13, 2021 11:00 AM\nTo: list@example.org\nSubject: [PATCH] one: hold the lock\n\nBecause.\n\nAcked-by: Carl Carter <carl@example.org>\n", trailers: ["Reviewed-by: Ann Author <ann@example.org>"] },
  "outlook-reply-in-german.eml": { kind: "reply", inReplyTo: ["0@example.org"], message: "Looks right.\n\nReviewed-by: Ann Author <ann@example.org>\n\nVon: Bob Builder <bob@example.org>\nGesendet: Mittwoch, 13. Oktober 2021 11:00\nAn: list@example.org\nBetreff: [PATCH] one: hold the lock\n\nBecause.\n\nAcked-by: Carl Carter <carl@example.org>\n", trailers: ["Reviewed-by: Ann Author <ann@example.org>"], files: [] },
  "outlook-reply-at-top.eml": { kind: "reply", inReplyTo: ["0@example.org"], message: "From: Bob Builder <bob@example.org> Sent: Wednesday, October 13, 2021 11:00 AM\n>\n> Because.\n\nBecause of what?\n", files: [] },
  "scissors.eml": { from: "Carrier <carrier@example.org>", author: "Ann Author <ann@example.org>" },
  "scissors-in-reply.eml": { from: "Carrier <carrier@example.org>", kind: "reply", title: "something else", message: "Talk.\n\n-- >8 --\nFrom: Ann Author <ann@example.org>\nSubject: [PATCH] one: hold the lock\n\nBecause.\n" },
};

async function readFixture(name: string): Promise<{ readonly facts: Facts; readonly series: SeriesResult }> {
  const mailbox = await readMailbox(new Uint8Array(readFileSync(join(fixtures, name))), nodePlatform);
  const series = readSeries(mailbox.messages);
  const { message, subject, ...entry } = series.entries[0] === undefined ? expect.unreachable() : series.entries[0];
  const { author, commitMessage, patch, trailers } = series.entries[0] ?? expect.unreachable();
  const show = (one: { readonly name: string; readonly email: string }): string => `${one.name} <${one.email}>`;
  return {
    series,
    facts: {
      from: show(message.from), cc: message.cc.map(show), author: show(author), kind: entry.kind, id: message.id ?? "none", inReplyTo: message.inReplyTo, references: message.references,
      date: message.date === null ? "none" : new Date(message.date).toISOString(), title: subject.title,
      counter: `v${subject.versionText}${subject.n === null ? "" : ` ${subject.n}/${subject.m}`}`, message: commitMessage,
      files: patch?.files.map((file) => `${file.path} +${file.additions} -${file.deletions}`) ?? [], trailers: trailers.map(({ key, value }) => `${key}: ${value}`),
      attachments: message.attachments.map(({ type }) => type), problems: [...mailbox.problems, ...series.problems].map(({ kind }) => kind),
    },
  };
}

describe("forms", () => {
  for (const [name, row] of Object.entries(forms)) {
    it(`reads ${name}`, async () => {
      const wanted: Required<Facts> = { cc: [], author: row.from ?? usual.from, ...usual, ...row };
      const { facts } = await readFixture(name);
      // Of a reply that shows a patch, the text goes on with it.
      const message = wanted.kind === "reply" && wanted.files.length > 0 ? facts.message?.slice(0, wanted.message.length) : facts.message;
      expect({ ...facts, message }).toEqual(wanted);
    });
  }

  it("reads mails in mails whatever their encoding, all of a digest in order", async () => {
    const { series } = await readFixture("digest.eml");
    expect(series.entries[0]?.message.text.endsWith("\n-- \n2.47.0\n\nFrom: Bob Builder <bob@example.org>\nDate: Wed, 13 Oct 2021 12:00:00 +0000\nSubject: lunch\nMessage-ID: <3@example.org>\n\nAt noon.\n")).toBe(true);
  });

  it("drops NUL bytes from the headers of a mail in a mail, too", async () => {
    const bytes = new TextEncoder().encode(readFileSync(join(fixtures, "digest.eml"), "utf8").replace("Subject: lunch", "Subject: lu\0nch"));
    const { messages } = await readMailbox(bytes, nodePlatform);
    expect([messages[0]?.text.includes("\0"), messages[0]?.text.includes("Subject: lunch")]).toEqual([false, true]);
  });

  it("gives a counter beyond the total a slot of its own", async () => {
    const { series } = await readFixture("subject-counter-beyond-total.mbox");
    expect(series.series.flatMap((one) => one.revisions).map((revision) => [revision.total, revision.slots.map((slot) => [slot.n, slot.mail]), revision.complete])).toEqual([[2, [[1, 1], [2, 2], [3, 3]], true]]);
    expect(series.problems).toMatchObject([{ kind: "counter-beyond-total", severity: "note", detail: "3/2", messageId: "3@example.org" }]);
  });

  it("reads a version with a point as a re-roll of what it names", async () => {
    const { series } = await readFixture("subject-version-with-point.mbox");
    expect(series.series.flatMap((one) => one.revisions).map((revision) => [revision.versionText, revision.partial, revision.slots.map((slot) => slot.mail ?? slot.inherited)])).toEqual([["5", false, [1, 2]], ["5.1", true, [1, 3]]]);
  });
});
