// Containers, headers and bodies: small mails that each show one rule.
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { readMailbox } from "../../../src/core/mail/read.js";
import type { Mailbox, Message } from "../../../src/core/mail/types.js";
import { nodePlatform } from "../corpus.js";

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
/** One byte per character, for text that is not UTF-8. */
const rawBytes = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));

async function read(input: string | Uint8Array): Promise<Mailbox> {
  return readMailbox(typeof input === "string" ? bytesOf(input) : input, nodePlatform);
}

async function readOne(input: string | Uint8Array): Promise<Message> {
  const mailbox = await read(input);
  expect(mailbox.messages.length).toBe(1);
  return mailbox.messages[0] ?? expect.unreachable();
}

const DIFF = "diff --git a/f.c b/f.c\nindex 1111111..2222222 100644\n--- a/f.c\n+++ b/f.c\n@@ -1,2 +1,2 @@\n one\n-two\n+three\n";
const LORE = "From mboxrd@z Thu Jan  1 00:00:00 1970\n";
const mail = (id: string, body: string, more = ""): string => `From: A Person <a@example.org>\nSubject: ${id}\nMessage-ID: <${id}@example.org>\nDate: Wed, 13 Oct 2021 11:27:45 -0300\n${more}\n${body}`;

describe("containers", () => {
  it("splits a box at dated From lines and undoes mboxrd", async () => {
    const first = mail("one", ">From here on\n>>From there on\nFrom nowhere\n");
    const text = `${LORE}${first}\n${LORE}${mail("two", "hello\n")}`;
    const mailbox = await read(text);
    expect(mailbox.format).toBe("mbox");
    expect(mailbox.messages.map((message) => [message.subject, message.text])).toEqual([["one", "From here on\n>From there on\nFrom nowhere\n"], ["two", "hello\n"]]);
    const { startByte, endByte } = mailbox.messages[0] ?? expect.unreachable();
    expect(text.slice(startByte, endByte)).toBe(first);
  });

  it("leaves `>From ` alone in git format-patch output, which escapes nothing", async () => {
    const message = await readOne(`From 0123456789012345678901234567890123456789 Mon Sep 17 00:00:00 2001\n${mail("[PATCH] x", ">From quoted\n---\n\n" + DIFF)}`);
    expect(message.text.startsWith(">From quoted\n")).toBe(true);
  });

  it("splits a box whose From lines have no date", async () => {
    const mailbox = await read(`From a@example.org\n${mail("one", "hello\nFrom me: hi\n")}\nFrom b@example.org\n${mail("two", "bye\n")}`);
    expect(mailbox.messages.map((message) => message.subject)).toEqual(["one", "two"]);
  });

  it("reads a gzipped box by its magic bytes", async () => {
    const mailbox = await read(new Uint8Array(gzipSync(`${LORE}${mail("one", "hello\n")}`)));
    expect([mailbox.format, mailbox.messages.length]).toEqual(["mbox", 1]);
  });

  it("reads one mail without a From line", async () => {
    const mailbox = await read(`Return-Path: <a@example.org>\n${mail("one", "hello\n")}`);
    expect([mailbox.format, mailbox.messages[0]?.id]).toEqual(["mail", "one@example.org"]);
  });

  it("reads a bare diff as one message", async () => {
    const mailbox = await read(`some words first\n\n${DIFF}`);
    expect([mailbox.format, mailbox.messages.length, mailbox.messages[0]?.id]).toEqual(["patch", 1, null]);
  });

  it("reads the head of a StGit patch, as git am does", async () => {
    const message = await readOne(`Hold a reference\n\nFrom: Ann Author <ann@example.org>\nDate: Wed, 13 Oct 2021 11:27:45 -0300\n\nBecause.\n---\n\n${DIFF}`);
    expect([message.subject, message.from, message.date, message.text]).toEqual(["Hold a reference", { name: "Ann Author", email: "ann@example.org" }, 1634135265000, `Because.\n---\n\n${DIFF}`]);
  });

  it("reads the output of git log -p, oldest first", async () => {
    const commit = (title: string): string => `commit 0123456789abcdef0123456789abcdef01234567\nAuthor: A Person <a@example.org>\nDate:   Wed Oct 13 11:27:45 2021 -0300\n\n    ${title}\n    \n    Because.\n\n${DIFF}\n`;
    const mailbox = await read(commit("newer") + commit("older"));
    expect(mailbox.messages.map((message) => [message.subject, message.from.email, message.date, message.text.split("\n")[0]])).toEqual([
      ["older", "a@example.org", 1634135265000, "Because."],
      ["newer", "a@example.org", 1634135265000, "Because."],
    ]);
  });

  it("reads a diff with the colors of a terminal, and the title above a diff", async () => {
    const colored = `Hold a reference\n\nBecause.\n\n${DIFF.replace("-two", "\u001b[31m-two\u001b[m").replace("diff --git", "\u001b[1mdiff --git")}`;
    const message = await readOne(colored);
    expect([message.subject, message.text.endsWith(DIFF)]).toEqual(["Hold a reference", true]);
  });

  it("reads a Mercurial patch", async () => {
    const message = await readOne(`# HG changeset patch\n# User A Person <a@example.org>\n# Date 1634135265 10800\n# Node ID 0123\nHold a reference\n\nBecause.\n\n${DIFF}`);
    expect([message.subject, message.from.email, message.date, message.text.split("\n")[0]]).toEqual(["Hold a reference", "a@example.org", 1634135265000, "Because."]);
  });

  it("reads a mail whose first header is any header", async () => {
    expect((await read(`Importance: high\nThread-Topic: x\n y\n${mail("one", "hello\n")}`)).format).toBe("mail");
    expect((await read("Note: this is prose\nand more of it\n")).format).toBe("unknown");
  });

  const unread: readonly (readonly [string, string | Uint8Array])[] = [
    ["web-page", "<!DOCTYPE html>\n<html><body><pre>[PATCH]</pre></body></html>\n"],
    ["packed-input", Uint8Array.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 1, 2])],
    ["empty-input", " \n"],
  ];
  for (const [kind, input] of unread) {
    it(`says ${kind} of what it does not read`, async () => {
      expect((await read(input)).problems.map((problem) => problem.kind)).toEqual([kind]);
    });
  }

  it("reads text that was saved as UTF-16, and text with a UTF-8 mark", async () => {
    const text = mail("one", "größer\n");
    const wide = new Uint8Array(2 + text.length * 2);
    wide.set([0xff, 0xfe]);
    for (let at = 0; at < text.length; at += 1) wide.set([text.charCodeAt(at) & 0xff, text.charCodeAt(at) >> 8], 2 + at * 2);
    expect((await readOne(wide)).text).toBe("größer\n");
    expect((await readOne(`\ufeff${text}`)).text).toBe("größer\n");
  });

  it("keeps one of several copies of a mail, from the list that changes least", async () => {
    const copy = (list: string, footer: string): string => `${LORE}${mail("one", `hello\n${footer}`, `List-Id: <${list}>\n`)}\n`;
    const mailbox = await read(copy("x.lists.example.org", "____\nunsubscribe\n") + copy("linux-x.vger.kernel.org", "") + `${LORE}${mail("two", "bye\n")}`);
    expect(mailbox.messages.map((message) => [message.index, message.subject, message.listId])).toEqual([[0, "one", "linux-x.vger.kernel.org"], [1, "two", null]]);
    expect(mailbox.problems.map((problem) => problem.kind)).toEqual(["duplicate-message"]);
  });

  it("keeps two different mails under one id and says so", async () => {
    const mailbox = await read(`${LORE}${mail("one", "hello\n")}\n${LORE}${mail("one", "something else\n")}`);
    expect([mailbox.messages.length, mailbox.problems[0]?.kind]).toEqual([2, "reused-id"]);
  });
});

describe("headers", () => {
  it("unfolds, decodes words and joins split characters", async () => {
    const message = await readOne("From: =?utf-8?Q?Pali_Roh=C3=A1r?= <p@example.org>\nSubject: [PATCH]\n\t=?utf-8?Q?gr=C3?= =?utf-8?Q?=B6=C3=9Fer?= and\n plain\n\nx\n");
    expect([message.from.name, message.subject]).toEqual(["Pali Rohár", "[PATCH] größer and plain"]);
  });

  it("reads an empty References header, and ids with text around them", async () => {
    const message = await readOne(mail("one", "x\n", 'References:\nIn-Reply-To: Your message of "Tue" <parent@example.org>\n'));
    expect([message.references, message.inReplyTo]).toEqual([[], ["parent@example.org"]]);
  });

  it("ignores what an old send-email prompt left", async () => {
    expect((await readOne(mail("one", "x\n", "In-Reply-To: y\n"))).inReplyTo).toEqual([]);
  });

  const addresses: readonly (readonly [string, string, string])[] = [
    ["a@b.c (A (Nick) B)", "A (Nick) B", "a@b.c"],
    ['"Tian, Kevin" <k@example.org>', "Tian, Kevin", "k@example.org"],
    ["=?utf-8?Q?Tian=2C_Kevin?= <k@example.org>", "Tian, Kevin", "k@example.org"],
    ["A B <a+tag@example.org>", "A B", "a+tag@example.org"],
    ["user at example.org (A Person)", "A Person", "user@example.org"],
    ["a@b.c", "", "a@b.c"],
    ["Michael Kerrisk (man-pages) <m@example.org>", "Michael Kerrisk (man-pages)", "m@example.org"],
    ["A B <a () example ! org>", "A B", "a () example ! org"],
    ["undisclosed-recipients:;", "", ""],
  ];
  for (const [value, name, email] of addresses) {
    it(`reads the sender ${value}`, async () => {
      expect((await readOne(`Subject: x\nFrom: ${value}\n\nx\n`)).from).toEqual({ name, email });
    });
  }

  it("finds the sender behind a list that rewrites From", async () => {
    expect((await readOne("Subject: x\nFrom: A B via List <list@example.org>\nReply-To: A B <a@example.org>\n\nx\n")).from).toEqual({ name: "A B", email: "a@example.org" });
    expect((await readOne("Subject: x\nFrom: A B via List <list@example.org>\nX-Original-From: A B <a@example.org>\n\nx\n")).from).toEqual({ name: "A B", email: "a@example.org" });
  });

  const dates: readonly (readonly [string, number | null])[] = [
    ["Wed, 13 Oct 2021 11:27:45 -0300", 1634135265000],
    ["13 Oct 21 14:27 GMT", 1634135220000],
    ["Wed Oct 13 14:27:45 2021", 1634135265000],
    ["2021-10-13T14:27:45Z", 1634135265000],
    ["Wed, 13 Oct 2021 14:27:45 +9900", 1634135265000],
    ["soon", null],
  ];
  for (const [value, date] of dates) {
    it(`reads the date ${value}`, async () => {
      expect((await readOne(`Subject: x\nFrom: a@b.c\nDate: ${value}\n\nx\n`)).date).toBe(date);
    });
  }

  it("takes the last hop's time for a date that means nothing", async () => {
    expect((await readOne("Received: from x by y; Wed, 13 Oct 2021 14:27:45 +0000\nSubject: x\nDate: soon\n\nx\n")).date).toBe(1634135265000);
  });
});

describe("bodies", () => {
  it("reads 8-bit text without a charset as UTF-8, else as windows-1252, line by line", async () => {
    expect((await readOne(rawBytes("Subject: x\nFrom: a@b.c\n\ngr\xf6\xdfer \x93so\x94\n\xc3\xb6\n"))).text).toBe("größer “so”\nö\n");
  });

  it("decodes quoted-printable, soft breaks and all", async () => {
    expect((await readOne(mail("x", "a =3D=\n b=20\nc=C3=B6 =XX\n", "Content-Transfer-Encoding: quoted-printable\n"))).text).toBe("a = b \ncö =XX\n");
  });

  it("decodes base64 with CR LF inside to LF", async () => {
    const encoded = Buffer.from("one\r\ntwo\r\n").toString("base64");
    expect((await readOne(mail("x", `${encoded}\n`, "Content-Transfer-Encoding: base64\nContent-Type: text/plain; charset=utf-8\n"))).text).toBe("one\ntwo\n");
  });

  it("keeps the CR of a patch to a file with CR LF, and of nothing else", async () => {
    const text = "words\r\n---\r\ndiff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -1 +1 @@\n-one\r\n+two\r\n";
    expect((await readOne(mail("x", text))).text).toBe("words\n---\ndiff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -1 +1 @@\n-one\r\n+two\r\n");
  });

  it("joins flowed lines of talk", async () => {
    const body = "One sentence \nover two lines.\n> quoted \n> too\n-- \nme\n";
    expect((await readOne(mail("x", body, "Content-Type: text/plain; format=flowed\n"))).text).toBe("One sentence over two lines.\n> quoted too\n-- \nme\n");
  });

  it("keeps a patch that was sent as flowed but never was", async () => {
    const body = DIFF.replace("-two\n", "-two \n");
    expect((await readOne(mail("x", body, "Content-Type: text/plain; format=flowed\n"))).text).toBe(body);
  });

  it("reads a stuffed flowed patch", async () => {
    const body = DIFF.replaceAll("\n ", "\n  ");
    expect((await readOne(mail("x", body, "Content-Type: text/plain; format=flowed\n"))).text).toBe(DIFF);
  });

  it("appends an attached patch to the text, after an empty line", async () => {
    const parts = `--q\nContent-Type: text/plain\n\nSee attached.\n\n--q\nContent-Type: text/x-patch; name="f.patch"\nContent-Disposition: attachment; filename="f.patch"\nContent-Transfer-Encoding: base64\n\n${Buffer.from(DIFF).toString("base64")}\n--q--\n`;
    const message = await readOne(mail("x", parts, 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="q"\n'));
    expect(message.text).toBe(`See attached.\n\n${DIFF}`);
    expect(message.attachments.map((attachment) => attachment.name)).toEqual(["f.patch"]);
  });

  it("leaves an attachment that is no patch out of the text", async () => {
    const parts = "--q\nContent-Type: text/plain\n\nhello\n--q\nContent-Type: text/plain; name=log.txt\nContent-Disposition: attachment; filename=log.txt\n\n[ 1.0] boom\n--q--\n";
    expect((await readOne(mail("x", parts, "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=q\n"))).text).toBe("hello\n");
  });

  it("takes off PGP's clear signature and its dashes", async () => {
    const body = `-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nwords\n- ---\n${DIFF.replace("--- a", "- --- a").replace("-two", "- -two")}-----BEGIN PGP SIGNATURE-----\n\nabc\n-----END PGP SIGNATURE-----\n`;
    expect((await readOne(mail("x", body))).text).toBe(`words\n---\n${DIFF}`);
  });

  it("reads the words of a mail that has only HTML", async () => {
    expect((await readOne(mail("x", "<html><head><style>p{}</style></head><body><p>a &lt; b</p><p>c</p></body></html>\n", "MIME-Version: 1.0\nContent-Type: text/html\n"))).text.trim()).toContain("a < b");
  });

  it("keeps the other mails when one is broken", async () => {
    const broken = mail("broken", "--q\n".repeat(5), "Content-Type: multipart/mixed\n");
    const mailbox = await read(`${LORE}${broken}\n${LORE}${mail("two", "bye\n")}`);
    expect(mailbox.messages.map((message) => message.subject)).toEqual(["broken", "two"]);
  });

  it("stops within a big box when it is cancelled, and gives what it has", async () => {
    const box = new TextEncoder().encode("From x@y Thu Jan  1 00:00:00 1970\nFrom: a@b.c\nSubject: x\n\nTalk.\n\n".repeat(30_000));
    let asked = 0;
    const { messages } = await readMailbox(box, nodePlatform, { cancelled: () => ++asked === 2 });
    expect(messages.length).toBeGreaterThan(10_000);
    expect(messages.length).toBeLessThan(20_000);
  });
});
