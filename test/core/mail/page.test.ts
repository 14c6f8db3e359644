// Patchwork pages of our own making: the forms of a copy, and what copies do to a page.
import { describe, expect, it } from "vitest";
import { readMailbox } from "../../../src/core/mail/read.js";
import type { Mailbox } from "../../../src/core/mail/types.js";
import { readSeries } from "../../../src/core/series/read.js";
import { nodePlatform } from "../corpus.js";

const DIFF = "diff --git a/foo.c b/foo.c\nindex 1111111..2222222 100644\n--- a/foo.c\n+++ b/foo.c\n@@ -1,3 +1,3 @@  static int foo(void)\n one();\n-two();\n+three_is_better();\n four();";
const MESSAGE = "Because two is not enough.\n\nSigned-off-by: Ann Author <ann@example.org>\n---\n foo.c | 2 +-\n 1 file changed, 1 insertion(+), 1 deletion(-)";
const HEAD = "Message ID 1-v2@example.org (mailing list archive)\nState New, archived\nHeaders show\nSeries All the foo | expand";
const COMMENTS = [
  "Bob, Bobson Oct. 13, 2021, 2 p.m. UTC | #1\n> -two();\n> +three_is_better();\n\nWhy not four of them, please?",
  "Ann Author Oct. 13, 2021, 3:05 p.m. UTC | #2\nOn Wed, Oct 13, 2021 at 02:00:00PM +0000, Bob, Bobson wrote:\n> > +three_is_better();\n> \n> Why not four of them, please?\n\nFour would be one too many.",
  "Cyd May 1, 2022, noon UTC | #3\nLooks good,\n\nReviewed-by: Cyd <cyd@example.org>",
  "Dee Sept. 3, 2022, 9:38 a.m. UTC | #4\nAnn Author writes:\n\n> Four would be one too many.\n\nAgreed.",
];
const page = `diff mbox series\n\n[v2,1/1] foo: use three\n\n${HEAD}\n\nCommit Message\n\nAnn Author Oct. 13, 2021, 1:27 p.m. UTC\n${MESSAGE}\n\nComments\n\n${COMMENTS.join("\n")}\ndiff mbox series\n\nPatch\n\n${DIFF}`;

async function read(text: string): Promise<Mailbox> {
  return readMailbox(new TextEncoder().encode(text), nodePlatform);
}

/** Author, date in minutes, parent, and the first line of every message. */
async function shape(text: string): Promise<string[]> {
  const mailbox = await read(text);
  return mailbox.messages.map((message) => `${message.from.name}, ${message.date === null ? "-" : new Date(message.date).toISOString().slice(0, 16)}, ${message.guessedParent ?? "-"}: ${message.text.split("\n")[0] ?? ""}`);
}

const WANTED = [
  "Ann Author, 2021-10-13T13:27, -: Because two is not enough.",
  "Bob, Bobson, 2021-10-13T14:00, 0: > -two();",
  "Ann Author, 2021-10-13T15:05, 1: On Wed, Oct 13, 2021 at 02:00:00PM +0000, Bob, Bobson wrote:",
  "Cyd, 2022-05-01T12:00, 0: Looks good,",
  "Dee, 2022-09-03T09:38, 2: Ann Author writes:",
];

describe("readPage", () => {
  it("makes a mail of the page and of every comment", async () => {
    const mailbox = await read(page);
    expect([mailbox.format, mailbox.problems, mailbox.page]).toEqual(["patchwork-page", [], { state: "New, archived", series: "All the foo", messageId: "1-v2@example.org" }]);
    expect(await shape(page)).toEqual(WANTED);
    expect(mailbox.messages[0]).toMatchObject({ id: "1-v2@example.org", subject: "[v2,1/1] foo: use three", text: `${MESSAGE}\n\n${DIFF}\n` });
    expect(mailbox.messages[2]).toMatchObject({ id: null, subject: "Re: [v2,1/1] foo: use three" });
    const { entries, series } = readSeries(mailbox.messages, mailbox.page);
    expect(entries.map((entry) => entry.kind)).toEqual(["patch", "reply", "reply", "reply", "reply"]);
    expect([series[0]?.name, series[0]?.revisions[0]?.version, entries[0]?.patch?.files[0]?.additions]).toEqual(["All the foo", 2, 1]);
    expect(series[0]?.revisions[0]?.slots[0]?.trailers.map((trailer) => [trailer.value, trailer.mismatch])).toEqual([["Ann Author <ann@example.org>", null], ["Cyd <cyd@example.org>", null]]);
  });

  const copies: Readonly<Record<string, string>> = {
    "with tabs, names stuck to dates": page.replace(/^(Message ID|State|Headers|Series) /gm, "$1\t").replace(/^(Ann Author|Bob, Bobson|Cyd|Dee) (Oct|May|Sept)/gm, "$1$2"),
    "as a Markdown table": page.replace(HEAD, "| Message ID | 1-v2@example.org (mailing list archive) |\n|---|---|\n| State | New, archived |\n| Headers | show |\n| Series | All the foo \\| expand |"),
    "with one button to a line, and the patch's number": page.replaceAll("diff mbox series", "12556315\ndiff\nmbox\nseries"),
    "without empty lines around headings": page.replace(/\n\n(Commit Message|Comments|Patch)\n\n/g, "\n$1\n"),
    "with checks, delegate and related rows": page.replace("Headers show", "Delegated to: Some One\nHeaders show").replace("\n\nCommit Message", "\nRelated show\n\nChecks\n\nContext Check Description\nbot/build success Build OK\n\nCommit Message"),
    "with a maintainer's buttons": page.replaceAll(/\| #(\d)\n/g, "| #$1\nUnaddressed\nMark Addressed\n"),
    "with CR LF": page.replaceAll("\n", "\r\n"),
    "with the site's own head": `Patchwork Some List\nPatches\nBundles\nAbout this project\nLogin\nRegister\n${page}`,
  };
  for (const [name, text] of Object.entries(copies)) {
    it(`reads a copy ${name}`, async () => {
      expect(await shape(text)).toEqual(WANTED);
      const { messages, problems, page: facts } = await read(text);
      expect([messages[0]?.subject, messages[0]?.id, facts?.series, problems]).toEqual(["[v2,1/1] foo: use three", "1-v2@example.org", "All the foo", []]);
      expect(messages[0]?.text).toBe(`${MESSAGE}\n\n${DIFF}\n`);
    });
  }

  it("reads a cover letter's page, which has neither patch nor state", async () => {
    const cover = `mbox series\n\n[v2,0/3] all of it\n\nMessage ID 0@example.org (mailing list archive)\nHeaders show\nSeries all of it | expand\n\nMessage\n\nAnn Author Oct. 13, 2021, midnight UTC\nAbout.\n\nComments\n\n${COMMENTS[2] ?? ""}\n`;
    const mailbox = await read(cover.replace("#3", "#1"));
    expect([mailbox.problems, mailbox.messages.length, mailbox.messages[0]?.text]).toEqual([[], 2, "About."]);
    expect(readSeries(mailbox.messages, mailbox.page).entries[0]?.kind).toBe("cover");
  });

  it("starts no comment at a head that a comment quotes from another page", async () => {
    const mailbox = await read(page.replace("Four would be one too many.\n", "Four would be one too many. As on the other page:\nEve Oct. 13, 2021, 1 p.m. UTC | #1\nno\n"));
    expect(mailbox.messages.length).toBe(5);
  });

  it("names what a cut-off page lacks", async () => {
    const kinds = async (text: string): Promise<string[]> => (await read(text)).problems.map((problem) => problem.kind);
    expect(await kinds(page.slice(0, page.indexOf("\ndiff mbox series\n\nPatch")))).toEqual(["page-without-patch"]);
    expect(await kinds(page.slice(page.indexOf("Message ID")))).toEqual(["page-without-title"]);
    expect(await kinds(page.replace(/^.*\| #1\n/m, ""))).toEqual(["page-comment-missing"]);
    expect(await kinds(page.replace("Message ID 1-v2@example.org (mailing list archive)\n", ""))).toEqual(["page-without-message-id"]);
  });
});
