// Drafts of replies, whole: what they quote, who gets them, what is wrapped and what is not.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readMailbox } from "../../../src/core/mail/read.js";
import { buildDraft } from "../../../src/core/review/draft/draft.js";
import { addressField, textField } from "../../../src/core/review/draft/header.js";
import { locateLines } from "../../../src/core/review/draft/locate.js";
import { encodeLongLines, readDraftHeader } from "../../../src/core/review/draft/mail.js";
import { recipientsOf } from "../../../src/core/review/draft/recipients.js";
import type { AnsweredWords, Draft, PendingComment, ReplyFields } from "../../../src/core/review/draft/types.js";
import { wrapComment } from "../../../src/core/review/draft/wrap.js";
import { buildReview, type Review } from "../../../src/core/review/review.js";
import { readSeries } from "../../../src/core/series/read.js";

const patch = readFileSync(join(import.meta.dirname, "../../fixtures/patch/port.patch"), "utf8");
const platform = { gunzip: () => undefined, sha1: () => new Uint8Array(20) };
const nobody: ReplyFields = { replyTo: [], followupTo: [] };

const posting = [
  "From: Ann Author <ann@example.org>", "To: The list <list@example.org>", "Cc: =?UTF-8?q?R=C3=B3b?= Reviewer <rob@example.org>, Ted <TED@example.org>, Ann Author <ann@example.org>",
  "Subject: [PATCH v2 1/2] port: keep the count", "Date: Mon, 4 Oct 2021 10:00:00 +0200", "Message-ID: <p@example.org>", "References: <c@example.org>", "Content-Type: text/plain; charset=utf-8", "", patch,
].join("\n");

const reply = [
  "From: Rob Reviewer <rob@example.org>", "To: Ann Author <ann@example.org>", "Cc: list@example.org", "Subject: Re: [PATCH v2 1/2] port: keep the count", "Date: Mon, 4 Oct 2021 11:00:00 +0000",
  "Message-ID: <r@example.org>", "In-Reply-To: <p@example.org>", "", "On Mon, Ann wrote:", "> @@ -40,6 +41,7 @@ static void port_close(struct port *port)", "> \tint ret;", "> ", "> \tret = port_stop(port);", "", "Can this fail?", "", "> +\tport_put(port);", "", "Good.", "",
].join("\n");

async function reviewOf(...mails: string[]): Promise<Review> {
  const box = mails.map((mail) => `From mboxrd@z Thu Jan  1 00:00:00 1970\n${mail}\n`).join("\n");
  const mailbox = await readMailbox(new TextEncoder().encode(box), platform);
  return buildReview(mailbox, readSeries(mailbox.messages));
}

/** `path side from-to`, and what is said there. */
function comment(place: string, text: string, answers: AnsweredWords | null = null): PendingComment {
  const [path = "", side = "", range = ""] = place.split(" ");
  const [from = 0, to = from] = range.split("-").map(Number);
  return { id: text, patchKey: "", path, side: side === "before" ? "before" : "after", fromLine: from, line: to, lines: ["\treturn 0;"], text, answers };
}

async function draftOf(comments: readonly PendingComment[], trailers: readonly string[] = [], mails = [posting]): Promise<Draft> {
  const review = await reviewOf(...mails);
  const source = { entries: review.entries, parts: review.replyParts, mail: 0, fieldsOf: () => nobody };
  const draft = buildDraft(source, { patchKey: "", comments, trailers, identity: { name: "Ted Tester", email: "ted@example.org" } });
  if (!draft) throw new Error("no draft");
  return draft;
}

const bodyOf = (draft: Draft): string => draft.text.slice(draft.text.indexOf("\n\n") + 2);

describe("buildDraft", () => {
  it("answers the author, copies everybody else once, and leaves the user out", async () => {
    const { text } = await draftOf([comment("port.c after 44", "Why here?")]);
    expect(text).toBe([
      "From: Ted Tester <ted@example.org>", "To: Ann Author <ann@example.org>", "Cc: The list <list@example.org>,", " =?UTF-8?q?R=C3=B3b_Reviewer?= <rob@example.org>",
      "Subject: Re: [PATCH v2 1/2] port: keep the count", "In-Reply-To: <p@example.org>", "References: <c@example.org>", " <p@example.org>", "MIME-Version: 1.0",
      "Content-Type: text/plain; charset=UTF-8", "Content-Transfer-Encoding: 8bit", "", "On Mon, 04 Oct 2021 08:00:00 +0000, Ann Author wrote:", "> --- a/port.c", "> +++ b/port.c",
      "> @@ -40,6 +41,7 @@ static void port_close(struct port *port)", ">  \tint ret;", ">  ", ">  \tret = port_stop(port);", "> +\tport_put(port);", "", "Why here?", "",
    ].join("\n"));
  });

  it("gathers comments in the order of the mail, with gaps marked and headers given once", async () => {
    const draft = await draftOf([
      comment("port.c after 44", "Third."), comment("port.c before 13", "Second."), comment(":message after 3", "First."), comment("port.c after 44", "Third, again."),
    ], ["Reviewed-by: Ted Tester <ted@example.org>"]);
    expect(bodyOf(draft).split("\n")).toEqual([
      "On Mon, 04 Oct 2021 08:00:00 +0000, Ann Author wrote:", "> Keep the count while the port is open.", ">", "> The count was dropped too early.", "", "First.", "",
      "[...]", "> --- a/port.c", "> +++ b/port.c", "> @@ -10,7 +10,8 @@ static int port_open(struct port *port)", ">  \tint ret;", ">  ", ">  \tret = port_start(port);", "> -\tport_put(port);", "", "Second.", "",
      "[...]", "> @@ -40,6 +41,7 @@ static void port_close(struct port *port)", ">  \tint ret;", ">  ", ">  \tret = port_stop(port);", "> +\tport_put(port);", "", "Third.", "", "Third, again.", "",
      "Reviewed-by: Ted Tester <ted@example.org>", "",
    ]);
    expect(draft).toMatchObject({ outside: [], unsure: [], orphaned: [] });
  });

  it("quotes the words of a reply in an answer to that reply", async () => {
    const { text } = await draftOf([comment("port.c after 41-43", "It can.", { messageId: "r@example.org", author: "Rob Reviewer", text: "Can this fail?" })], [], [posting, reply]);
    expect(text).toContain("\nTo: Rob Reviewer <rob@example.org>\nCc: Ann Author <ann@example.org>, list@example.org\nSubject: Re: [PATCH v2 1/2] port: keep the count\nIn-Reply-To: <r@example.org>\n");
    expect(text.slice(text.indexOf("\n\n") + 2).split("\n")).toEqual([
      "On Mon, 04 Oct 2021 11:00:00 +0000, Rob Reviewer wrote:", "> > @@ -40,6 +41,7 @@ static void port_close(struct port *port)", "> > \tint ret;", "> > ", "> > \tret = port_stop(port);", ">", "> Can this fail?", "", "It can.", "",
    ]);
  });

  it("quotes the words of a reply with their attribution where the patch is answered, too", async () => {
    const draft = await draftOf([
      comment("port.c after 41-43", "It can.", { messageId: "r@example.org", author: "Rob Reviewer", text: "Can this fail?" }), comment(":message after 1", "Good.")], [], [posting, reply]);
    expect(draft.text).toContain("In-Reply-To: <p@example.org>\n");
    expect(draft.text).toContain(">  \tret = port_stop(port);\n\nOn Mon, 04 Oct 2021 11:00:00 +0000, Rob Reviewer wrote:\n> Can this fail?\n\nIt can.\n");
    expect(draft.unsure).toEqual([]);
  });

  it("puts a comment on words that are gone on the patch, and says so", async () => {
    const draft = await draftOf([comment("port.c after 43", "Where?", { messageId: "gone@example.org", author: "", text: "Gone." })]);
    expect(draft.orphaned).toEqual(["Where?"]);
    expect(draft.text).toContain("In-Reply-To: <p@example.org>\n");
  });

  it("names a line in words that the patch does not show", async () => {
    const draft = await draftOf([comment("port.c after 900", "Here, too.")]);
    expect(draft.outside).toEqual(["Here, too."]);
    expect(bodyOf(draft)).toContain("> +++ b/port.c\n\nport.c:900, which this patch does not show:\n\n    \treturn 0;\n\nHere, too.\n");
  });

  it("answers the patch where the reply has no id, and takes an address from a trailer where the author has none", async () => {
    const page = [
      "From: Ann Author", "Subject: [PATCH] port", "Message-ID: <p@example.org>", "", patch].join("\n");
    const draft = await draftOf([comment("port.c after 41-43", "It can.", { messageId: null, author: "Rob Reviewer", text: "Can this fail?" })], [], [page, reply.replace("Message-ID: <r@example.org>\n", "")]);
    expect(draft.text).toContain("\nTo: Ann Author <ann@example.org>\n");
    expect(draft.text).toContain("\nIn-Reply-To: <p@example.org>\n");
    expect(draft.text).toContain("Rob Reviewer wrote:\n> Can this fail?\n\nIt can.\n");
  });

  it("quotes a little of the message when there are only trailers", async () => {
    expect(bodyOf(await draftOf([], ["Acked-by: Ted Tester <ted@example.org>"]))).toBe(
      "On Mon, 04 Oct 2021 08:00:00 +0000, Ann Author wrote:\n> Keep the count while the port is open.\n\nAcked-by: Ted Tester <ted@example.org>\n");
  });

  it("gives nothing for a patch that is not there", async () => {
    const review = await reviewOf(posting);
    expect(buildDraft({ entries: review.entries, parts: [], mail: 7, fieldsOf: () => nobody }, { patchKey: "", comments: [], trailers: [], identity: null })).toBeNull();
  });
});

describe("recipientsOf", () => {
  const message = { from: { name: "Ann", email: "ann@example.org" }, to: [{ name: "", email: "list@example.org" }], cc: [{ name: "Ted", email: "ted@example.org" }], listId: "list.example.org" };
  const who = (fields: Partial<ReplyFields>, user = "ted@example.org"): string => {
    const { to, cc } = recipientsOf(message, { ...nobody, ...fields }, { name: "", email: user });
    return `${to.map((one) => one.email).join(" ")} / ${cc.map((one) => one.email).join(" ")}`;
  };

  it("follows Reply-To, unless it is the list's own address", () => {
    expect(who({ replyTo: [{ name: "", email: "ann@home.example" }] })).toBe("ann@home.example / list@example.org");
    expect(who({ replyTo: [{ name: "", email: "LIST@example.org" }] })).toBe("ann@example.org / list@example.org");
  });

  it("follows Mail-Followup-To", () => {
    expect(who({ followupTo: [{ name: "", email: "other@example.org" }, { name: "", email: "ted@example.org" }] })).toBe("other@example.org / ");
  });

  it("goes on with the recipients of one's own mail", () => {
    expect(who({}, "ANN@example.org")).toBe("list@example.org / ted@example.org");
  });

  it("drops what is no address", () => {
    expect(who({ replyTo: [{ name: "x", email: "x@y\nBcc: z@example.org" }] })).toBe("list@example.org / ");
  });
});

describe("header fields", () => {
  it("are encoded by character, and no line is too long", async () => {
    const subject = `Re: ${"ä€😀 straße ".repeat(12).trim()}`;
    const name = "Jörg-Ægidius von der Straße zu den sieben langen Bögen und Brücken";
    const text = textField("Subject", subject) + addressField("To", [{ name, email: "j@example.org" }, { name: 'A "B", C', email: "a@example.org" }, { name: "=?x", email: "b@example.org" }]);
    for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(78);
    expect(text).toMatch(/^[ -~\n]*$/);
    const mailbox = await readMailbox(new TextEncoder().encode(`From: a@example.org\n${text}\nBody.\n`), platform);
    expect(mailbox.messages[0]?.subject).toBe(subject);
    expect(mailbox.messages[0]?.to).toEqual([{ name, email: "j@example.org" }, { name: 'A "B", C', email: "a@example.org" }, { name: "=?x", email: "b@example.org" }]);
  });

  it("cannot be made to hold another field", () => {
    expect(textField("Subject", "a\r\nBcc: evil@example.org\n\nbody")).toBe("Subject: a Bcc: evil@example.org body\n");
    expect(addressField("To", [{ name: "a\nBcc: evil@example.org", email: "a@example.org" }, { name: "", email: "b@example.org>\nX: y" }])).toBe('To: "a Bcc: evil@example.org" <a@example.org>\n');
  });
});

describe("wrapComment", () => {
  const long = "This sentence is a good deal longer than the seventy two columns that a line of a mail should have.";
  const same = (text: string): void => expect(wrapComment(text)).toBe(text);

  it("breaks long prose only", () => {
    expect(wrapComment(`Short.\n${long}\nShort.`)).toBe("Short.\nThis sentence is a good deal longer than the seventy two columns that a\nline of a mail should have.\nShort.");
    expect(wrapComment(`- ${long}`).split("\n")[1]).toBe("  a line of a mail should have.");
    for (const line of wrapComment(long.repeat(3)).split("\n")) expect(line.length).toBeLessThanOrEqual(72);
  });

  it("never touches quotes, code, diffs, tables and what stands between fences", () => {
    for (const mark of ["> ", "\t", "    ", "+", "| ", "@@ "]) same(mark + long);
    same("-\tret = some_function_with_a_name(first_argument, second_argument, third_argument);");
    same("ret = some_function_with_a_long_name(first_argument, second_argument, third_argument);");
    same("static int vfio_some_function_with_a_long_name(struct vfio_group *group, unsigned int minor)");
    same("if (group->users && some_other_condition(group) && a_third_condition_that_is_long(group))");
    same(`\`\`\`\n${long}\n\`\`\``);
    same(`https://example.org/${"path/".repeat(20)}`);
    same("Fixes: 0123456789ab (\"subsystem: a subject that is itself already longer than one line may be\")");
  });
});

describe("locateLines", () => {
  it("finds the lines where they stood, else at the nearest place", () => {
    expect(locateLines("a\nb\nc\nb\n", ["b"], 2)).toEqual({ fromLine: 2, line: 2 });
    expect(locateLines("x\na\nb\nc\n", ["a", "b"], 1)).toEqual({ fromLine: 2, line: 3 });
    expect(locateLines("b\nx\nx\nx\nb\n", ["b"], 4)).toEqual({ fromLine: 5, line: 5 });
    expect(locateLines("a\n", ["b"], 1)).toBeNull();
    expect(locateLines("x\n\n", [""], 1)).toBeNull();
  });
});

describe("a draft that leaves", () => {
  const header = "From: Ted <ted@example.org>\nTo: Ann <ann@example.org>\nCc: \"B, C\" <b@example.org>,\n list@example.org\nSubject: Re: x\nContent-Transfer-Encoding: 8bit\n";

  it("names its recipients as they stand in it", () => {
    expect(readDraftHeader(`${header}\nTo: nobody@example.org\n`)).toEqual({ from: "Ted <ted@example.org>", to: ["ann@example.org"], cc: ["b@example.org", "list@example.org"], subject: "Re: x" });
  });

  it("is changed only when a line is too long to travel, and reads the same then", async () => {
    const short = `${header}\n${"ä".repeat(400)}\n`;
    expect(encodeLongLines(short)).toBe(short);
    const body = `> +\t${"ä= ".repeat(500)}\nEnd. \n`;
    const long = encodeLongLines(`${header}Content-Type: text/plain; charset=UTF-8\n\n${body}`);
    expect(Math.max(...long.split("\n").map((line) => line.length))).toBeLessThanOrEqual(78);
    const mailbox = await readMailbox(new TextEncoder().encode(long), platform);
    expect(mailbox.messages[0]?.text).toBe(body);
  });
});
