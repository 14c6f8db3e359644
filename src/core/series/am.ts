// A revision as `git am` takes it: one mbox with every patch in order, follow-up trailers added as b4 does, nothing else changed.
import { decodeGuessed } from "../mail/charset.js";
import { readHeader } from "../mail/headers.js";
import { MAX_HEADER_BYTES } from "../mail/limits.js";
import { parsePatch } from "../patch/parse.js";
import type { Problem } from "../problem.js";
import { printMail, printSubject } from "./am-mail.js";
import { splitPatchText } from "./commit-text.js";
import { readCommitTrailers } from "./trailers.js";
import type { CreditedTrailer, Entry, Revision, Slot } from "./types.js";

/** A trailer of a reply that was not added: given by someone else than it names, a mere Cc, or against the patch. */
export interface OmittedTrailer {
  readonly key: string;
  readonly value: string;
  readonly mail: number;
  readonly reason: "sender" | "cc" | "nack";
}

export interface AmPatch {
  readonly n: number;
  readonly mail: number;
  readonly title: string;
  readonly added: readonly CreditedTrailer[];
  readonly omitted: readonly OmittedTrailer[];
}

/** What `git am` is to be given. When `refused` is not empty, `bytes` is empty: the series cannot be applied as it is. */
export interface AmSeries {
  readonly bytes: Uint8Array;
  readonly patches: readonly AmPatch[];
  /** Every path that the patches name, before and after. */
  readonly paths: readonly string[];
  readonly refused: readonly Problem[];
}

/** The bytes of a mail as they stand in the input, by its index; null where there are none. For its Date, and for lines in other charsets. */
export type RawMail = (mail: number) => Uint8Array | null;

/**
 * Makes the mbox of a revision. A missing patch, a damaged one, one without an author's address, or one that would write outside of the
 * tree refuses the whole series: half a series is none.
 */
export function makeAm(entries: readonly Entry[], revision: Revision, raw: RawMail): AmSeries {
  const refused = refusals(entries, revision);
  if (refused.length > 0) return { bytes: new Uint8Array(), patches: [], paths: [], refused };
  const patches: AmPatch[] = [];
  const mails: Uint8Array[] = [];
  const paths = new Set<string>();
  for (const slot of revision.slots) {
    const mail = mailOf(slot);
    const entry = mail === null ? undefined : entries[mail];
    if (mail === null || entry === undefined) continue;
    const { added, omitted } = chooseTrailers(slot.trailers);
    patches.push({ n: slot.n, mail, title: entry.subject.title, added, omitted });
    for (const { pathA, pathB } of entry.patch?.files ?? []) for (const path of [pathA, pathB]) if (path !== null) paths.add(path);
    mails.push(printEntry(entry, revision, slot, added, raw(mail)));
  }
  return { bytes: join(mails), patches, paths: [...paths], refused: [] };
}

/** The follow-up trailers to add, in the order in which they were given, and those to leave out. */
export function chooseTrailers(trailers: readonly CreditedTrailer[]): Pick<AmPatch, "added" | "omitted"> {
  const added: CreditedTrailer[] = [];
  const omitted: OmittedTrailer[] = [];
  for (const trailer of trailers) {
    if (trailer.origin === "own") continue;
    const reason = trailer.mismatch ?? (/^cc$/i.test(trailer.key) ? "cc" : /^na?c?ked-by$/i.test(trailer.key) ? "nack" : null);
    if (reason === null) added.push(trailer);
    else omitted.push({ key: trailer.key, value: trailer.value, mail: trailer.mail, reason });
  }
  return { added, omitted };
}

/**
 * A commit message with trailers below those that it has, so below the last Signed-off-by: what stands above that is a chain of custody
 * and stays as it is (b4, fix_trailers). A message without trailers gets a paragraph of its own for them.
 */
export function addTrailers(message: string, added: readonly string[]): string {
  if (added.length === 0) return message;
  const body = message.trimEnd();
  const gap = body === "" ? "" : readCommitTrailers(body, 1).length > 0 ? "\n" : "\n\n";
  return `${body}${gap}${added.join("\n")}\n`;
}

function mailOf(slot: Slot): number | null {
  return slot.mail ?? slot.inherited ?? null;
}

function refusals(entries: readonly Entry[], revision: Revision): Problem[] {
  const found: Problem[] = [];
  const missing = revision.slots.filter((slot) => mailOf(slot) === null).map((slot) => slot.n);
  if (missing.length > 0) found.push({ kind: "series-incomplete", severity: "error", detail: missing.slice(0, 20).join(", ") });
  if (revision.slots.length === 0) found.push({ kind: "series-without-patches", severity: "error" });
  const links = new Set<string>();
  for (const slot of revision.slots) {
    const mail = mailOf(slot);
    const entry = mail === null ? undefined : entries[mail];
    if (mail === null || entry === undefined) continue;
    const place = { messageIndex: mail, ...(entry.message.id === null ? {} : { messageId: entry.message.id }) };
    if (!/^[^\s<>@]+@[^\s<>@]+$/.test(entry.author.email)) found.push({ kind: "author-without-address", severity: "error", ...place, detail: entry.author.name });
    // A patch of which no file could be taken is no patch to the series; why, only its text says.
    const { problems } = entry.patch ?? parsePatch(splitPatchText(entry.message.text).diff);
    if (entry.patch === null && problems.length === 0) found.push({ kind: "series-without-patches", severity: "error", ...place });
    for (const problem of problems) {
      if (problem.kind === "path-refused" || problem.kind === "hunk-damaged" || problem.kind === "combined-diff") found.push({ ...problem, severity: "error", ...place });
    }
    for (const file of entry.patch?.files ?? []) {
      if (file.newMode === "120000") links.add(file.path);
      for (let slash = file.path.indexOf("/"); slash >= 0; slash = file.path.indexOf("/", slash + 1)) {
        if (links.has(file.path.slice(0, slash))) found.push({ kind: "path-through-link", severity: "error", ...place, file: file.path });
      }
    }
  }
  return found;
}

function printEntry(entry: Entry, revision: Revision, slot: Slot, added: readonly CreditedTrailer[], raw: Uint8Array | null): Uint8Array {
  const { message } = entry;
  const commitLines = entry.commitMessage === "" ? 0 : entry.commitMessage.split("\n").length - 1;
  const rest = message.text.split("\n").slice(entry.commitLine - 1 + commitLines);
  if (!/^---\s*$/.test(rest[0] ?? "")) rest.unshift("---");
  const commit = addTrailers(entry.commitMessage, added.map(({ key, value }) => `${key}: ${cleanValue(value)}`));
  return printMail({
    from: entry.author, date: dateOf(entry, raw), id: message.id, subject: printSubject(entry.subject.title, revision, slot.n),
    body: `${guardHead(commit, entry)}${rest.join("\n")}`, lines: otherLines(raw),
  });
}

/** A message that begins like headers would be read as headers: then the author is said once more, which ends them. */
function guardHead(commit: string, entry: Entry): string {
  const first = commit.split("\n").find((line) => line.trim() !== "") ?? "";
  if (!/^(?:From|Subject|Date):|^>From |^\[PATCH\]/i.test(first)) return commit;
  return `From: ${entry.author.name} <${entry.author.email}>\n\n${commit}`;
}

/** The author's date as it was written, with its zone: of the body, else of the header; else the instant in UTC. */
function dateOf(entry: Entry, raw: Uint8Array | null): string | null {
  const inBody = splitPatchText(entry.message.text).headers.date;
  const header = raw === null ? null : readHeader(raw, MAX_HEADER_BYTES).fields.get("date");
  for (const written of [inBody, header]) {
    if (written !== undefined && written !== null && /^[\w,:+ ()-]{10,80}$/.test(written) && /\d{4}/.test(written)) return written;
  }
  return entry.message.date === null ? null : new Date(entry.message.date).toUTCString().replace("GMT", "+0000");
}

/** What a mail archive has added behind a person (`(✓ DKIM/…)`) is none of the trailer. */
function cleanValue(value: string): string {
  return value.replace(/\s*\([\u2713\u2717\u26a0][^()]*\)\s*$/u, "").replace(/[\r\n\0]+/g, " ").trim();
}

/** Lines of a mail that are not UTF-8, by their text: git leaves the bytes of a diff alone, and so must we. */
function otherLines(raw: Uint8Array | null): ReadonlyMap<string, Uint8Array> {
  const lines = new Map<string, Uint8Array>();
  if (raw === null || !raw.some((byte) => byte > 0x7f)) return lines;
  const strict = new TextDecoder("utf-8", { fatal: true });
  for (let at = 0; at < raw.length; ) {
    const newline = raw.indexOf(0x0a, at);
    const end = newline < 0 ? raw.length : newline;
    const line = raw.subarray(at, end > at && raw[end - 1] === 0x0d ? end - 1 : end);
    if (line.some((byte) => byte > 0x7f) && !decodes(strict, line)) lines.set(decodeGuessed(line), line);
    at = end + 1;
  }
  return lines;
}

function decodes(decoder: TextDecoder, bytes: Uint8Array): boolean {
  try {
    decoder.decode(bytes);
    return true;
  } catch {
    return false;
  }
}

function join(pieces: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
