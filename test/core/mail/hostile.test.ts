// Readers never throw: whole inputs, cut inputs, inputs with bytes changed, pages with blocks missing.
import { describe, expect, it } from "vitest";
import { readMailbox } from "../../../src/core/mail/read.js";
import { readSeries } from "../../../src/core/series/read.js";
import { makeRandom } from "../../mutations.js";
import { corpusNote, hasCorpus, listInputs, nodePlatform, readCorpus } from "../corpus.js";

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Reads as far as it goes; what comes back must be well formed whatever went in. */
async function readAll(bytes: Uint8Array): Promise<number> {
  const mailbox = await readMailbox(bytes, nodePlatform);
  const series = readSeries(mailbox.messages, mailbox.page);
  expect(series.entries.length).toBe(mailbox.messages.length);
  for (const [index, message] of mailbox.messages.entries()) {
    expect(message.index).toBe(index);
    expect(message.startByte).toBeLessThanOrEqual(message.endByte);
    expect(message.text).not.toContain("\0");
  }
  for (const one of series.series) {
    for (const revision of one.revisions) {
      for (const slot of revision.slots) if (slot.mail !== null) expect(series.entries[slot.mail]?.kind).toBe("patch");
    }
  }
  return mailbox.messages.length;
}

/** What lines are made of that cost more than they are long, where a reader goes back over what it has seen. */
const pieces = ["a/", "[", ">", "\"", "=?", "=?x?q?", " ", "\t", ", ", "(", "<", "\r", "<a@b", " at a.", "://", "v1 https://a/b@", "-8<-", "&#", "base-commit: ", "\n>", "\n x", "\n---", "\n--- a\n+++ b", "\n=0A=", "\nAcked-by: A <a@b>\n <"];

/** Mails with such a line at each place that is read with care. */
const holders: Readonly<Record<string, (line: string) => string>> = {
  headers: (line) => `Subject: ${line}\nFrom: ${line}\nCc: ${line}\nDate: ${line}\nReferences: ${line}\nMessage-ID: ${line}\nList-Id: ${line}\nContent-Type: text/plain; ${line}\n\nx\n`,
  "a patch": (line) => `Subject: [PATCH] x\nFrom: a@b.c\n\nFrom: ${line}\n\n${line}\nAcked-by: ${line}\n---\n ${line}\n${line}\ndiff --git ${line}\n--- ${line}\n+++ ${line}\n@@ -1,9 +1,9 @@ ${line}\n-${line}\n${line}\n${line}\n`,
  "a reply": (line) => `Subject: Re: x\nFrom: a@b.c\nIn-Reply-To: <1@x>\nContent-Transfer-Encoding: quoted-printable\n\n${line}\nAcked-by: ${line}\nCc: ${line}\n`,
  "a cover letter": (line) => `Subject: [PATCH 0/2] x\nFrom: a@b.c\n\n${line}\nv1: ${line}\n ${line}\n`,
  parts: (line) => `Subject: x\nFrom: a@b.c\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\n${line}\n--b\nContent-Type: text/x-patch; name=${line}\n\n${line}\n--b--\n`,
  "flowed text": (line) => `Subject: x\nFrom: a@b.c\nContent-Type: text/plain; format=flowed\n\n${line} \n@@ -1 +1 @@\n${line}\n`,
};

describe("hostile input", () => {
  const inputs: Readonly<Record<string, string>> = {
    "nothing": "",
    "blanks": "\n \n\t\n",
    "a From line alone": "From mboxrd@z Thu Jan  1 00:00:00 1970\n",
    "only From lines": "From mboxrd@z Thu Jan  1 00:00:00 1970\n".repeat(50),
    "headers that never end": `Subject: a\n${" x\n".repeat(20_000)}`,
    "a header of one endless line": `Subject: ${"[".repeat(50_000)}\n\nbody\n`,
    "endless encoded words": `Subject: ${"=?utf-8?q?=?=".repeat(20_000)}\n\nbody\n`,
    "endless references": `Message-ID: <a@b>\nReferences: ${"<x@y> ".repeat(50_000)}\n\nbody\n`,
    "its own parent": "Message-ID: <a@b>\nIn-Reply-To: <a@b>\nSubject: Re: x\n\nbody\n",
    "a multipart that never ends": `From: a@b\nSubject: x\nContent-Type: multipart/mixed; boundary=q\n\n${"--q\nContent-Type: multipart/mixed; boundary=q\n\n".repeat(2000)}`,
    "a multipart without a boundary": "From: a@b\nSubject: x\nContent-Type: multipart/mixed\n\n--q\nhello\n",
    "base64 that is none": "From: a@b\nSubject: x\nContent-Transfer-Encoding: base64\n\n%%%%====\u0000\n",
    "an unknown charset": "From: a@b\nSubject: x\nContent-Type: text/plain; charset=klingon\n\nhello\n",
    "a counter beyond reason": "From: a@b\nSubject: [PATCH 1/9999] x\n\n---\ndiff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n",
    "endless addresses": `From: ${"a@b, ".repeat(50_000)}\nSubject: x\n\nbody\n`,
    "an unclosed quote in From": 'From: "a, b <c@d>\nSubject: x\n\nbody\n',
    "endless unclosed elements": `From: a@b\nSubject: x\nContent-Type: text/html\n\n${"<style><".repeat(50_000)}\n`,
    "a page with an endless row": `| Message ID |${" ".repeat(200_000)}x\nState New\nSeries y\n\nMessage\n\n${" ".repeat(200_000)}| #1\n`,
    "a page of nothing but headings": "Message ID x\nState New\nSeries y\n\nCommit Message\n\nComments\n\nPatch\n",
    "a page without a title": "Message ID x@y\nState New\nHeaders show\nSeries z | expand\n\nCommit Message\n\nA Oct. 13, 2021, 2 p.m. UTC\nhello\n",
    "a page with impossible dates": "[1/1] t\n\nMessage ID x@y\nState New\nSeries z\n\nMessage\n\nA Oct. 99, 2021, 2 p.m. UTC\nhello\n\nComments\n\nB May 1, 2021, 27:99 p.m. UTC | #1\nx\n",
  };
  for (const [name, text] of Object.entries(inputs)) {
    it(`survives ${name}`, async () => {
      await readAll(encode(text));
    });
  }

  it("names a broken gzip", async () => {
    const mailbox = await readMailbox(Uint8Array.from([0x1f, 0x8b, 8, 0, 1, 2, 3]), nodePlatform);
    expect(mailbox.problems.map((problem) => problem.kind)).toEqual(["broken-gzip"]);
  });

  it("names what it does not know", async () => {
    const mailbox = await readMailbox(encode("just some words\nand more\n"), nodePlatform);
    expect([mailbox.format, ...mailbox.problems.map((problem) => problem.kind)]).toEqual(["unknown", "unknown-format"]);
  });

  it("breaks a loop of answers", async () => {
    const text = ["a", "b", "c"].map((id, at, all) => `From x@y Thu Jan  1 00:00:00 1999\nMessage-ID: <${id}@x>\nIn-Reply-To: <${all[(at + 1) % 3] ?? ""}@x>\nSubject: Re: z\n\nhi\n\n`).join("");
    const mailbox = await readMailbox(encode(text), nodePlatform);
    const parents = readSeries(mailbox.messages).entries.map((entry) => entry.parent);
    expect(parents.filter((parent) => parent === null).length).toBe(1);
  });
});

describe.skipIf(!hasCorpus)(`the corpus, damaged${corpusNote}`, () => {
  it("reads every input whole", async () => {
    for (const name of listInputs()) expect(await readAll(readCorpus(name)), name).toBeGreaterThan(0);
  }, 60_000);

  // Reading that goes with the square of a line's length does not end within the limit of a test.
  for (const [name, make] of Object.entries(holders)) {
    it(`reads long lines in ${name}`, async () => {
      for (const piece of pieces) await readAll(encode(make(piece.repeat(Math.ceil(100_000 / piece.length)))));
    }, 60_000);
  }

  it("reads every input cut off", async () => {
    const random = makeRandom(20211013);
    for (const name of listInputs()) {
      const raw = readCorpus(name);
      const bytes = name.endsWith(".gz") ? (nodePlatform.gunzip(raw, 1 << 28) ?? raw) : raw;
      const most = Math.min(bytes.length, 150_000);
      for (let time = 0; time < 4; time += 1) await readAll(bytes.subarray(0, random(most)));
      const from = random(bytes.length);
      await readAll(bytes.subarray(from, from + random(50_000)));
    }
  }, 60_000);

  it("reads inputs with bytes changed and lines missing", async () => {
    const random = makeRandom(1);
    for (const name of listInputs().filter((one) => one.includes("patchwork") || one.includes("git-history") || one.includes("threads"))) {
      const raw = readCorpus(name);
      const bytes = (name.endsWith(".gz") ? (nodePlatform.gunzip(raw, 1 << 28) ?? raw) : raw).slice(0, 60_000);
      for (let change = 0; change < 40; change += 1) bytes[random(bytes.length)] = random(256);
      await readAll(bytes);
      const lines = new TextDecoder().decode(bytes).split("\n");
      await readAll(encode(lines.filter(() => random(10) > 0).join("\n")));
    }
  }, 60_000);
});
