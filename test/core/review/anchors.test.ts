// anchorReplies on small discussions: what mailers do to quotes, quotes of quotes, and what must not become a comment.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readMailbox } from "../../../src/core/mail/read.js";
import { anchorReplies } from "../../../src/core/review/anchors.js";
import { buildReview, type Review } from "../../../src/core/review/review.js";
import type { ReplyPart } from "../../../src/core/review/types.js";
import { readSeries } from "../../../src/core/series/read.js";

const patch = readFileSync(join(import.meta.dirname, "../../fixtures/patch/port.patch"), "utf8");

interface Mail {
  readonly id: string;
  readonly answers?: string;
  readonly from?: string;
  readonly subject?: string;
  readonly text: string;
}

function box(mails: readonly Mail[]): Uint8Array {
  const text = mails.map((mail, index) => [
    "From mboxrd@z Thu Jan  1 00:00:00 1970",
    `From: ${mail.from ?? "Rob Reviewer <rob@example.org>"}`,
    `Subject: ${mail.subject !== undefined ? mail.subject : mail.answers ? "Re: [PATCH] port: keep the count" : "[PATCH] port: keep the count"}`,
    `Date: Mon, 4 Oct 2021 1${index}:00:00 +0000`,
    `Message-ID: <${mail.id}@example.org>`,
    ...(mail.answers ? [`In-Reply-To: <${mail.answers}@example.org>`] : []),
    "Content-Type: text/plain; charset=utf-8",
    "",
    mail.text.replace(/^(>*From )/gm, ">$1"),
    "",
  ].join("\n")).join("\n");
  return new TextEncoder().encode(text);
}

const platform = { gunzip: () => undefined, sha1: () => new Uint8Array(20) };
const posting: Mail = { id: "p", from: "Ann Author <ann@example.org>", text: patch };

async function partsOf(...replies: Mail[]): Promise<ReplyPart[]> {
  const mailbox = await readMailbox(box([posting, ...replies]), platform);
  return anchorReplies(readSeries(mailbox.messages).entries);
}

async function reviewOf(...mails: Mail[]): Promise<Review> {
  const mailbox = await readMailbox(box(mails), platform);
  return buildReview(mailbox, readSeries(mailbox.messages));
}

/** `path side from-line quality: comment`, one part each; line ends of the comment as `|`. */
const show = (parts: readonly ReplyPart[]): string[] =>
  parts.map(({ anchor, comment, only }) => `${anchor.path} ${anchor.side} ${anchor.fromLine}-${anchor.line} ${anchor.quality}${only ? ` (${only})` : ""}: ${comment.replaceAll("\n", "|")}`);

/** The lines of the patch that hold a text, and those up to another one, quoted. */
function quote(from: string, to = from, mark = "> "): string {
  const lines = patch.split("\n");
  const start = lines.findIndex((line) => line.includes(from));
  const end = lines.findIndex((line, index) => index >= start && line.includes(to));
  return lines.slice(start, end + 1).map((line) => mark + line).join("\n");
}

const attribution = "On Mon, 4 Oct 2021, Ann Author wrote:\n";

describe("anchorReplies", () => {
  it("puts a comment below the last quoted line, and gives the quoted range", async () => {
    const parts = await partsOf({ id: "r", answers: "p", text: `${attribution}${quote("@@ -40", "port_stop")}\n\nCan this fail?\n` });
    expect(show(parts)).toEqual(["port.c after 41-43 exact: Can this fail?"]);
    expect(parts[0]?.quote.at(-1)).toBe(" \tret = port_stop(port);");
    expect(parts[0]?.commentLine).toBe(7);
  });

  it("tells a removed line from an added one", async () => {
    const parts = await partsOf({ id: "r", answers: "p", text: `> -\tport_put(port);\n\nWhy?\n\n> +\tport_put(port);\n\nOh.\n` });
    expect(show(parts)).toEqual(["port.c before 13-13 exact: Why?", "port.c after 44-44 exact: Oh."]);
  });

  it("takes several comments of one mail apart", async () => {
    const parts = await partsOf({ id: "r", answers: "p", text: `${quote("Keep the count", "too early")}\n\nWhen?\n\n${quote("@@ -10", "+	if")}\n\nGood.\n\n${quote("port_stop")}\n\nHm.\n` });
    expect(show(parts)).toEqual([":message after 1-3 exact: When?", "port.c after 10-13 exact: Good.", "port.c after 43-43 exact: Hm."]);
  });

  it("uses the order of the quote for lines that stand twice", async () => {
    const text = `${quote("@@ -40")}\n${quote("return ret")}\n\nSecond one.\n`;
    expect(show(await partsOf({ id: "r", answers: "p", text }))).toEqual(["port.c after 41-45 exact: Second one."]);
  });

  it("does not trust the numbers of a damaged hunk, and keeps those of the others", async () => {
    const damaged = patch.replace(" \tret = port_start(port);\n", "");
    const mailbox = await readMailbox(box([{ ...posting, text: damaged }, { id: "r", answers: "p", text: "> +\tif (ret)\n\nBroken.\n\n> @@ -40,6 +41,7 @@ static void port_close(struct port *port)\n> \tint ret;\n\nWhole.\n" }]), platform);
    expect(show(anchorReplies(readSeries(mailbox.messages).entries))).toEqual([":message after 1-1 lost: Broken.", "port.c after 41-41 exact: Whole."]);
  });

  it("says guessed when a quoted line could be either of two", async () => {
    expect(show(await partsOf({ id: "r", answers: "p", text: "> \treturn ret;\n\nWhich?\n" }))).toEqual(["port.c after 15-15 guessed: Which?"]);
  });

  it("rejoins quotes that a mailer wrapped, with marks and without", async () => {
    const long = "+\t\tport_put_with_a_long_name(port, port->first_argument, port->";
    expect(show(await partsOf({ id: "r", answers: "p", text: `> ${long}\n> second_argument);\n\nLong.\n` }))).toEqual(["port.c after 14-14 exact: Long."]);
    expect(show(await partsOf({ id: "r", answers: "p", text: `> ${long.slice(0, -1)}\n> >second_argument);\n\nLong.\n` }))).toEqual(["port.c after 14-14 exact: Long."]);
    expect(show(await partsOf({ id: "r", answers: "p", text: `> ${long}\nsecond_argument);\n\nLong.\n` }))).toEqual(["port.c after 14-14 exact: Long."]);
  });

  it("does not mind tabs that became blanks, lost blanks and dropped rules", async () => {
    const text = quote("diff --git", "+	if").replaceAll("\t", "        ").replaceAll(/^> $/gm, ">").split("\n").filter((line) => !line.startsWith("> ---")).join("\n");
    expect(show(await partsOf({ id: "r", answers: "p", text: `${text}\n\nHere.\n` }))).toEqual(["port.c after 10-13 exact: Here."]);
  });

  it("follows quotes of quotes, and goes on with what was said", async () => {
    const first = `${attribution}${quote("@@ -40", "port_stop")}\n\nCan this fail?\nI think so.\n`;
    const deeper = (text: string): string => text.split("\n").map((line) => (line === "" ? ">" : `> ${line}`)).join("\n");
    const second = `Rob wrote:\n${deeper(first)}\n\nNo.\n\nAnn\n`;
    const parts = await partsOf({ id: "r", answers: "p", text: first }, { id: "s", answers: "r", from: posting.from ?? "", text: second }, {
      id: "t", answers: "s", text: `> >> Can this\n> >> fail?\n>> No.\n\nSure?\n`.replace("> >> fail?\n>> No.", "> >> fail?\n> No."),
    });
    expect(show(parts)).toEqual(["port.c after 41-43 exact: Can this fail?|I think so.", "port.c after 41-43 exact: No.||Ann", "port.c after 41-43 exact: Sure?"]);
    expect(new Set(parts.map((part) => (part as { thread?: string }).thread)).size).toBe(1);
  });

  it("finds words that a reply wrapped anew or cut in two", async () => {
    const first = `${quote("@@ -40", "port_stop")}\n\nThis may sleep while the lock is held, and then the caller\nwaits for ever. Is that meant?\n`;
    const second = "> This may sleep while the lock is held,\n\nRight.\n\n> and then the\n> caller waits for ever. Is that\n> meant?\n\nNo.\n";
    const parts = await partsOf({ id: "r", answers: "p", text: first }, { id: "s", answers: "r", text: second });
    expect(show(parts).slice(1)).toEqual(["port.c after 41-43 exact: Right.", "port.c after 41-43 exact: No."]);
  });

  it("reads whole mails that a program put below, without marks", async () => {
    const below = `-----Original Message-----\nFrom: Ann Author\nSent: Monday\nTo: Rob\nSubject: [PATCH] port\n\n${patch}`;
    expect(show(await partsOf({ id: "r", answers: "p", text: `Why twice?\n\n${below}` }))).toEqual([":message after 1-1 exact: Why twice?"]);
    const inside = below.replace("\tret = port_stop(port);\n", "\tret = port_stop(port);\n\nRob: can it fail?\n\n");
    expect(show(await partsOf({ id: "r", answers: "p", text: inside }))).toEqual(["port.c after 41-43 exact: Rob: can it fail?"]);
  });

  it("finds a patch's lines that an answer to the cover letter quotes", async () => {
    const mailbox = await readMailbox(box([
      { id: "c", from: posting.from ?? "", subject: "[PATCH 0/1] ports", text: "All about ports.\n" },
      { ...posting, answers: "c", subject: "[PATCH 1/1] port: keep the count" },
      { id: "r", answers: "c", subject: "Re: [PATCH 0/1] ports", text: `${quote("@@ -40", "port_stop")}\n\nHere?\n` },
    ]), platform);
    const parts = anchorReplies(readSeries(mailbox.messages).entries);
    expect(show(parts)).toEqual(["port.c after 41-43 guessed: Here?"]);
    expect(parts[0]?.anchor.target).toBe(1);
  });

  it("says lost, and names no line, when the quote is found nowhere", async () => {
    const parts = await partsOf({ id: "r", answers: "p", text: `${attribution}> something that nobody wrote here at all\n\nIndeed.\n` });
    expect(show(parts)).toEqual([":message after 1-1 lost: Indeed."]);
  });

  it("takes text above the first quote as a comment on the whole", async () => {
    const parts = await partsOf({ id: "r", answers: "p", text: `Please split this.\n\n${attribution}${quote("port_stop")}\n` });
    expect(show(parts)).toEqual([":message after 1-1 exact: Please split this."]);
  });

  it("leaves attributions, markers, trailers, greetings and signatures out", async () => {
    const text = `Hi Ann,\n\nOn Mon, 4 Oct 2021 10:00:00 +0000\nAnn Author <ann@example.org> wrote:\n\n${quote("port_stop")}\n[...]\n${quote("+	port_put(port)")}\n\nFine.\n\nReviewed-by: Rob Reviewer <rob@example.org>\n-- \nRob\n`;
    expect(show(await partsOf({ id: "r", answers: "p", text }))).toEqual(["port.c after 43-43 exact (marker): [...]", "port.c after 44-44 exact: Fine."]);
  });

  it("makes no thread of trailers and thanks alone", async () => {
    const text = `${attribution}${quote("Keep the count", "Signed-off-by")}\n\nReviewed-by: Rob Reviewer <rob@example.org>\n\nThanks,\nRob\n`;
    const parts = await partsOf({ id: "r", answers: "p", text });
    expect(parts.map((part) => part.only)).toEqual(["trailers"]);
    const wrapped = text.replace("Rob Reviewer <rob", "Rob With A Long Name Reviewer\n<rob").replace("\n\nThanks", '\nFixes: 0123456789ab ("port: keep\nthe count")\n\nThanks');
    expect((await partsOf({ id: "r", answers: "p", text: wrapped })).map((part) => part.only)).toEqual(["trailers"]);
    const review = await reviewOf(posting, { id: "r", answers: "p", text });
    expect(review.view.series[0]?.revisions[0]?.patches[0]?.threads).toEqual([]);
  });

  it("stays cheap on quotes and texts of one line many times over", async () => {
    const hostile = { id: "h", answers: "p", text: `${"> a\n".repeat(20_000)}${"> x\n\ny\n\n".repeat(2_000)}` };
    const more = { id: "i", answers: "h", text: `${"> > a\n".repeat(20_000)}${`> ${"q".repeat(13)}\n`.repeat(20_000)}\nEnd.\n` };
    expect((await partsOf(hostile, more)).at(-1)?.comment).toBe("End.");
  }, 60_000);
});

describe("buildReview", () => {
  it("shows the message, both sides of a file, and what is missing", async () => {
    const review = await reviewOf(posting);
    const revision = review.view.series[0]?.revisions[0];
    const key = revision?.patches[0]?.key ?? "";
    expect(review.document(key, ":message", "after")?.text).toMatch(/^Keep the count/);
    expect(review.document(key, ":message", "before")).toMatchObject({ text: "", absent: true });
    expect(review.document(key, "port.c", "before")?.text.split("\n")[12]).toBe("\tport_put(port);");
    expect(review.document(key, "port.c", "after")?.text.split("\n")[43]).toBe("\tport_put(port);");
    expect(review.document(key, "other.c", "after")).toBeNull();
    expect(review.document("nothing", "port.c", "after")).toBeNull();
    expect(review.code(key)).toMatchObject({ index: 0, revision: 1, patch: 1 });
    expect(structuredClone(review.view)).toEqual(review.view);
  });

  it("reaches a lone reply and a bare diff", async () => {
    const lone = await reviewOf({ id: "r", answers: "gone", text: "> quoted words\n\nA comment.\n" });
    const cover = lone.view.series[0]?.revisions[0]?.cover;
    expect(cover?.mail).toBe(0);
    expect(lone.document(cover?.key ?? "", ":message", "after")?.text).toContain("A comment.");
    const bytes = new TextEncoder().encode(patch.slice(patch.indexOf("diff --git")));
    const mailbox = await readMailbox(bytes, platform);
    const bare = buildReview(mailbox, readSeries(mailbox.messages));
    const only = bare.view.series[0]?.revisions[0]?.patches[0];
    expect(only?.files.map((file) => file.path)).toEqual(["port.c"]);
    expect(only?.title).toBe("port.c");
    expect(bare.document(only?.key ?? "", "port.c", "after")?.text).toContain("port_start");
  });

  it("makes one thread of one discussion, sorted by place", async () => {
    const review = await reviewOf(posting, { id: "r", answers: "p", text: `Overall fine.\n\n${quote("port_stop")}\n\nCan this fail?\n\n${quote("+	port_put(port)")}\n\nGood.\n` }, {
      id: "s", answers: "r", from: "Ann Author <ann@example.org>", text: "> Can this fail?\n\nNo.\n",
    });
    const threads = review.view.series[0]?.revisions[0]?.patches[0]?.threads ?? [];
    expect(threads.map((thread) => `${thread.anchor.path} ${thread.anchor.line} ${thread.title} ${thread.comments.map((comment) => comment.author).join("+")}`)).toEqual([
      ":message 1 Overall fine. Rob Reviewer",
      "port.c 43 Can this fail? Rob Reviewer+Ann Author",
      "port.c 44 Good. Rob Reviewer",
    ]);
  });
});
