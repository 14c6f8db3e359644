// Damaged inputs made from the fixtures by a seed, for the test that nothing throws and for the bench that looks for the slowest.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readMailbox } from "../src/core/mail/read.js";
import type { Platform } from "../src/core/platform.js";
import { readSeries } from "../src/core/series/read.js";

export interface Fixture {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export type Random = (below: number) => number;

/** The files of some folders, each sorted by name. Folders inside are left out. */
export function readFixtures(folders: readonly string[]): Fixture[] {
  return folders.flatMap((folder) =>
    readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => ({ name, bytes: new Uint8Array(readFileSync(join(folder, name))) }))
      .sort((one, two) => (one.name < two.name ? -1 : 1)),
  );
}

/** A small generator with a seed (xorshift), so that a failure can be repeated. The numbers are whole, from zero to below `below`. */
export function makeRandom(from: number): Random {
  let state = from >>> 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % Math.max(1, below);
  };
}

/** One fixture with one to three damages: bytes flipped, lines cut, doubled and moved, headers doubled, pieces of another fixture in it. */
export function mutate(fixtures: readonly Fixture[], random: Random): Fixture {
  const fixture = fixtures[random(fixtures.length)] ?? { name: "nothing", bytes: new Uint8Array() };
  let { bytes } = fixture;
  for (let count = 1 + random(3); count > 0; count -= 1) bytes = (mutations[random(mutations.length)] ?? flipBytes)(bytes, random, fixtures);
  return { name: fixture.name, bytes };
}

/** Reads everything there is to read; what comes back must be well formed whatever went in. */
export async function readAll(bytes: Uint8Array, platform: Platform): Promise<void> {
  const mailbox = await readMailbox(bytes, platform);
  const series = readSeries(mailbox.messages, mailbox.page);
  const problems = [...mailbox.problems, ...series.problems];
  if (series.entries.length !== mailbox.messages.length) throw new Error("an entry is missing");
  for (const [index, entry] of series.entries.entries()) {
    const { message } = entry;
    if (message.index !== index || message.startByte > message.endByte || message.endByte > bytes.length) throw new Error("a mail is out of place");
    if (message.text.includes("\0")) throw new Error("a NUL came through");
    const lines = message.text.split("\n").length;
    for (const trailer of entry.trailers) if (trailer.line < 1 || trailer.line > lines) throw new Error("a trailer is out of its mail");
    if (entry.diffLine > lines || entry.commitLine > lines) throw new Error("a part is out of its mail");
    void [message.to, message.cc, message.attachments, entry.about, entry.namedAuthor, entry.author];
  }
  for (const slot of series.series.flatMap((one) => one.revisions).flatMap((revision) => revision.slots)) {
    if (slot.mail !== null && series.entries[slot.mail]?.kind !== "patch") throw new Error("a slot holds no patch");
    for (const trailer of slot.trailers) if (series.entries[trailer.mail] === undefined) throw new Error("a trailer is from nowhere");
  }
  for (const problem of problems) if (problem.messageIndex !== undefined && problem.messageIndex >= Math.max(1, mailbox.messages.length)) throw new Error("a problem is out of place");
}

/** Words that readers look for; put in at random places. */
const words = ["From ", ">From ", "From mboxrd@z Thu Jan  1 00:00:00 1970", "--cut", "--cut--", "---", "-- ", "=?utf-8?q?", "?=", "@@ -1,3 +1,4 @@", "diff --git a/x b/x", "GIT binary patch", "-----BEGIN PGP SIGNED MESSAGE-----", "Content-Type: multipart/mixed; boundary=\"cut\"", "Content-Transfer-Encoding: base64", "8< -------- 8<", "Subject: [PATCH 1/0] x", "References: <1@example.org>", "=", "\r", "\0"];

function flipBytes(bytes: Uint8Array, random: Random): Uint8Array {
  const copy = bytes.slice();
  for (let count = 1 + random(30); count > 0; count -= 1) copy[random(copy.length)] = random(256);
  return copy;
}

function changeLines(bytes: Uint8Array, random: Random): Uint8Array {
  const lines = Buffer.from(bytes).toString("latin1").split("\n");
  for (let count = 1 + random(8); count > 0; count -= 1) {
    const at = random(lines.length);
    const line = lines[at] ?? "";
    const how = random(6);
    if (how === 0) lines.splice(at, 1 + random(4));
    else if (how === 1) lines.splice(at, 0, line);
    else if (how === 2) lines.splice(random(lines.length), 0, ...lines.splice(at, 1 + random(3)));
    else if (how === 3) lines[at] = line.slice(0, random(line.length));
    else if (how === 4) lines.splice(at, 0, words[random(words.length)] ?? "");
    else lines[at] = line.slice(0, random(line.length)) + (words[random(words.length)] ?? "") + line.slice(random(line.length));
  }
  return new Uint8Array(Buffer.from(lines.join("\n"), "latin1"));
}

function doubleHeaders(bytes: Uint8Array, random: Random): Uint8Array {
  const text = Buffer.from(bytes).toString("latin1");
  const end = Math.max(0, text.indexOf("\n\n"));
  const header = text.slice(0, end).split("\n");
  for (let count = 1 + random(5); count > 0; count -= 1) header.splice(random(header.length + 1), 0, header[random(header.length)] ?? "");
  return new Uint8Array(Buffer.from(header.join("\n") + text.slice(end), "latin1"));
}

function crossOver(bytes: Uint8Array, random: Random, fixtures: readonly Fixture[]): Uint8Array {
  const other = fixtures[random(fixtures.length)]?.bytes ?? bytes;
  const start = random(other.length);
  return new Uint8Array(Buffer.concat([bytes.subarray(0, random(bytes.length)), other.subarray(start)]));
}

const mutations = [flipBytes, changeLines, changeLines, doubleHeaders, crossOver];
