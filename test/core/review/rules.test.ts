// One small discussion for each rule of quotes: which file is meant, what stands outside the hunks, mails without ids, programs that quote in their own way.
import { describe, expect, it } from "vitest";
import { readMailbox } from "../../../src/core/mail/read.js";
import { anchorReplies } from "../../../src/core/review/anchors.js";
import type { ReplyPart } from "../../../src/core/review/types.js";
import { readSeries } from "../../../src/core/series/read.js";

const platform = { gunzip: () => undefined, sha1: () => new Uint8Array(20) };

/** A file's part of a diff; the same change in every file, and twice in each. */
const diffOf = (name: string): string => [
  `diff --git a/${name} b/${name}`, "index 1111111..2222222 100644", `--- a/${name}`, `+++ b/${name}`,
  "@@ -10,5 +10,6 @@ static int start(struct thing *thing)", " \tint ret;", " ", " \tret = begin(thing);", "+\tthing_get(thing);", " \treturn ret;", " }",
  "@@ -90,5 +91,6 @@ static int stop(struct thing *thing)", " \tint ret;", " ", " \tret = finish(thing);", "+\tthing_get(thing);", " \treturn ret;", " }",
].join("\n");

const head = "Take a reference while the thing runs.\n\nWithout it the thing may go away.\n\nSigned-off-by: Ann Author <ann@example.org>\n---\nv2: no change since v1\n\n one.c | 2 ++\n two.c | 2 ++\n 2 files changed, 4 insertions(+)\n\n";
const posting = `${head}${diffOf("one.c")}\n${diffOf("two.c")}\n-- \n2.40.0\n`;

interface Reply {
  readonly text: string;
  readonly fields?: readonly string[];
}

async function show(replies: readonly (Reply | string)[], posted = posting): Promise<string[]> {
  const mails = [
    { fields: ["From: Ann Author <ann@example.org>", "Subject: [PATCH] thing: take a reference", "Message-ID: <p@example.org>"], text: posted },
    ...replies.map((reply, at) => ({
      fields: [`From: Rob Reviewer <rob@example.org>`, "Subject: Re: [PATCH] thing: take a reference", `Message-ID: <r${at}@example.org>`, ...((reply as Reply).fields ?? ["In-Reply-To: <p@example.org>"])],
      text: typeof reply === "string" ? reply : reply.text,
    })),
  ];
  const text = mails.map(({ fields, text: body }, at) => `From mboxrd@z Thu Jan  1 00:00:00 1970\n${fields.join("\n")}\nDate: Mon, 4 Oct 2021 1${at}:00:00 +0000\nContent-Type: text/plain; charset=utf-8\n\n${body}\n`).join("\n");
  const mailbox = await readMailbox(new TextEncoder().encode(text), platform);
  return anchorReplies(readSeries(mailbox.messages).entries).filter((part) => !part.only).map(line);
}

const line = ({ anchor, comment }: ReplyPart): string => `${anchor.path} ${anchor.side} ${anchor.fromLine}-${anchor.line} ${anchor.quality}: ${comment.replaceAll("\n", "|")}`;

describe("a line that stands in several places", () => {
  it("is guessed when nothing says which", async () => {
    expect(await show(["> +\tthing_get(thing);\n\nWhich?\n"])).toEqual(["one.c after 13-13 guessed: Which?"]);
  });

  it("is of the file whose header is quoted above", async () => {
    expect(await show(["> +++ b/two.c\n[...]\n> @@ -90,5 +91,6 @@ static int stop(struct thing *thing)\n[...]\n> +\tthing_get(thing);\n\nThis one.\n"])).toEqual(["two.c after 94-94 exact: This one."]);
  });

  it("is of the hunk whose header is quoted above", async () => {
    const hunk = "> diff --git a/two.c b/two.c\n> --- a/two.c\n> +++ b/two.c\n> @@ -10,5 +10,6 @@ static int start(struct thing *thing)\n> [...]\n> +\tthing_get(thing);\n\nThis one.\n";
    expect(await show([hunk])).toEqual(["two.c after 10-13 exact: This one."]);
  });

  it("is told by its neighbors, however far apart the places are", async () => {
    expect(await show(["> \tret = finish(thing);\n> +\tthing_get(thing);\n\nFirst of two.\n"])).toEqual(["one.c after 93-94 guessed: First of two."]);
    const once = posting.replace("ret = finish(thing);", "ret = finish_first(thing);");
    expect(await show(["> \tret = finish_first(thing);\n> +\tthing_get(thing);\n\nThis one.\n"], once)).toEqual(["one.c after 93-94 exact: This one."]);
  });

  it("follows the order of the quote over the files", async () => {
    const text = `${diffOf("one.c").split("\n").map((one) => `> ${one}`).join("\n")}\n\nEnd of one.\n\n${diffOf("two.c").split("\n").slice(0, 8).map((one) => `> ${one}`).join("\n")}\n\nIn two.\n`;
    expect(await show([text])).toEqual(["one.c after 91-96 exact: End of one.", "two.c after 10-12 exact: In two."]);
  });
});

describe("what stands outside the hunks", () => {
  it("is the hunk's first line for its header, and the file's first hunk for the file's header", async () => {
    expect(await show(["> @@ -90,5 +91,6 @@ static int stop(struct thing *thing)\n\nIn stop?\n\n> --- a/two.c\n> +++ b/two.c\n\nWhy here?\n"])).toEqual([
      "one.c after 91-91 moved: In stop?", "two.c after 10-10 moved: Why here?",
    ]);
  });

  it("is the end of the message for the diffstat and the notes", async () => {
    expect(await show(["> v2: no change since v1\n\nReally?\n\n>  two.c | 2 ++\n\nToo much.\n"])).toEqual([":message after 5-5 moved: Really?", ":message after 5-5 moved: Too much."]);
  });

  it("is the line of the message for the message", async () => {
    expect(await show(["> Without it the thing may go away.\n\nMay?\n"])).toEqual([":message after 3-3 exact: May?"]);
  });

  it("is the removed line on the side before", async () => {
    const removed = posting.replace(" one.c | 2 ++", " one.c | 2 +-").replace("-90,5 +91,6", "-90,6 +91,6").replace(" \tret = finish(thing);", "-\tthing_put(thing);\n \tret = finish(thing);");
    expect(await show(["> -\tthing_put(thing);\n\nWhy?\n"], removed)).toEqual(["one.c before 92-92 exact: Why?"]);
  });
});

describe("several patches in one mail", () => {
  it("are told apart by their headers", async () => {
    const two = `First.\n---\n${diffOf("one.c")}\n-- \n2.40.0\n\nSecond.\n---\n${diffOf("two.c")}\n`;
    expect(await show(["> +++ b/two.c\n> @@ -10,5 +10,6 @@ static int start(struct thing *thing)\n> \tint ret;\n\nHere.\n"], two)).toEqual(["two.c after 10-10 exact: Here."]);
  });
});

describe("mails that are missing", () => {
  it("are passed over by way of the references", async () => {
    const text = "Ted wrote:\n> Rob wrote:\n> > @@ -90,5 +91,6 @@ static int stop(struct thing *thing)\n> > +++ nothing\n> >  \tret = finish(thing);\n> > +\tthing_get(thing);\n> Why?\n\nBecause.\n";
    expect((await show([{ text, fields: ["In-Reply-To: <gone@example.org>", "References: <p@example.org> <gone@example.org>"] }]))[0]).toMatch(/^one\.c after \d+-94 guessed: Because\.$/);
    expect(await show([{ text: "> > @@ -10,5 +10,6 @@ static int start(struct thing *thing)\n> >  \tint ret;\n> >  \n> >  \tret = begin(thing);\n> Why?\n\nBecause.\n", fields: ["In-Reply-To: <gone@example.org>", "References: <p@example.org> <gone@example.org>"] }])).toEqual([
      "one.c after 10-12 guessed: Because.",
    ]);
  });
});

describe("programs that quote in their own way", () => {
  it("may use another sign, when what stands behind it is in the mail that is answered", async () => {
    for (const mark of ["| ", ": ", "} ", "% ", "ann> ", "    "]) {
      expect(await show([`${mark} \tret = begin(thing);\n\nHere.\n`]), mark).toEqual(["one.c after 12-12 guessed: Here."]);
    }
    expect(await show(["    nothing of that\n\nNo quote.\n"])).toEqual([":message after 1-1 exact: nothing of that||No quote.".replace("nothing", "    nothing")]);
  });

  it("may answer below a whole diff, at the top, and between cuts", async () => {
    const whole = posting.split("\n").map((one) => `> ${one}`.trimEnd()).join("\n");
    expect(await show([`Fine so far.\n\nOn Monday, Ann wrote:\n${whole}\n`])).toEqual([":message after 1-1 exact: Fine so far."]);
    expect(await show(["> +++ b/one.c\n> [...]\n> \tret = begin(thing);\n[snip]\n> }\n<snip>\n\nHere.\n"])).toEqual([expect.stringMatching(/^one\.c after \d+-15 (exact|guessed): Here\.$/)]);
  });
});
