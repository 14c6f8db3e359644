// The plain path and the MIME library's read the same: on every fixture, and on every mail of the corpus.
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { readBody, readWithLibrary } from "../../../src/core/mail/body.js";
import { readHeader } from "../../../src/core/mail/headers.js";
import { splitMailbox, unquoteFromLines } from "../../../src/core/mail/split.js";
import { decodeQuotedPrintable, decodeQuotedText } from "../../../src/core/mail/transfer.js";
import { makeRandom } from "../../mutations.js";
import { corpusNote, hasCorpus, listBoxes, nodePlatform, readCorpus } from "../corpus.js";

const fixtures = resolve(import.meta.dirname, "../../fixtures/mail");

interface Reading {
  readonly text: string;
  readonly attachments: readonly (readonly [string, string, number])[];
}

/** What both paths give; undefined where the plain path leaves the mail to the library anyway. */
async function readTwice(raw: Uint8Array): Promise<{ plain: Reading; byLibrary: Reading } | undefined> {
  const { fields, bodyStart } = readHeader(raw, raw.length);
  const plain = readBody(raw, bodyStart, fields, false);
  if (plain instanceof Promise) return undefined;
  const mime = await readWithLibrary(raw, raw.subarray(bodyStart));
  const outline = (body: typeof plain): Reading => ({
    // The library ends every part with a line end of its own.
    text: body.text.trimEnd().replace(/\n{3,}/g, "\n\n"),
    attachments: body.attachments.map((one) => [one.name, one.type, Buffer.from(one.bytes).toString("latin1").trimEnd().length]),
  });
  return { plain: outline(plain), byLibrary: outline(mime) };
}

function mailsOf(bytes: Uint8Array): Uint8Array[] {
  return splitMailbox(bytes).ranges.map(({ from, to }) => unquoteFromLines(bytes.subarray(from, to)));
}

describe("both paths", () => {
  for (const name of readdirSync(fixtures).sort()) {
    it(`read ${name} alike`, async () => {
      for (const raw of mailsOf(new Uint8Array(readFileSync(join(fixtures, name))))) {
        const readings = await readTwice(raw);
        if (readings !== undefined) expect(readings.plain).toEqual(readings.byLibrary);
      }
    });
  }

  it.skipIf(!hasCorpus)(`read every mail of the corpus alike${corpusNote}`, { timeout: 120_000 }, async () => {
    let both = 0;
    const apart: string[] = [];
    for (const name of ["vfio", "git-history", "lists/sets", "lists/threads", "lists/odd"].flatMap(listBoxes)) {
      const file = readCorpus(name);
      for (const [index, raw] of mailsOf(name.endsWith(".gz") ? (nodePlatform.gunzip(file, 1 << 28) ?? file) : file).entries()) {
        const readings = await readTwice(raw);
        if (readings === undefined) continue;
        both += 1;
        if (JSON.stringify(readings.plain) === JSON.stringify(readings.byLibrary)) continue;
        const [one, two] = [JSON.stringify(readings.plain), JSON.stringify(readings.byLibrary)];
        let at = 0;
        while (one[at] === two[at]) at += 1;
        apart.push(`${name} #${index + 1}\n  plain   ${one.slice(Math.max(0, at - 40), at + 80)}\n  MIME    ${two.slice(Math.max(0, at - 40), at + 80)}`);
      }
    }
    console.log(`mails that both paths read: ${both}, alike ${both - apart.length}`);
    expect(apart).toEqual([]);
  });
});

describe("quoted-printable", () => {
  /** What an encoder writes, and what damage makes of it. */
  const words = ["a", "word ", "=3D", "=C3=A9", "=E2=82=AC", "=E2=82", "=\n", "=\r\n", "\n", "\r\n", "=", "=3", "=zz", " \n", "\t", "=EF=BB=BF", "=80", "\r", "-- ", "=3d"];

  it("gives the same text with and without the detour over bytes", () => {
    const random = makeRandom(20211013);
    let direct = 0;
    for (let count = 0; count < 5000; count += 1) {
      let text = "";
      for (let length = 0; length < 1 + (count % 12); length += 1) {
        text += words[random(words.length)] ?? "";
      }
      const bytes = new TextEncoder().encode(text);
      const read = decodeQuotedText(bytes);
      if (read === null) continue;
      direct += 1;
      expect(read, JSON.stringify(text)).toBe(new TextDecoder("utf-8", { ignoreBOM: true }).decode(decodeQuotedPrintable(bytes)));
    }
    expect(direct).toBeGreaterThan(1000);
  });
});
