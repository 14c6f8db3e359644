// Scores a reading against the corpus: every field of the expected JSON but anchors and range-diffs, counted by name.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unquoteFromLines } from "../../../src/core/mail/split.js";
import type { PatchFile } from "../../../src/core/patch/types.js";
import { splitPatchText } from "../../../src/core/series/commit-text.js";
import { readCommitTrailers } from "../../../src/core/series/trailers.js";
import type { Entry, SeriesResult } from "../../../src/core/series/types.js";
import type { Expected, ExpectedMessage } from "../corpus.js";

/** A mail with all there is to judge it by. */
export interface Case {
  readonly entry: Entry;
  readonly wanted: ExpectedMessage;
  /** The mail as git would be given it. */
  readonly raw: Uint8Array;
}

/** A disagreement where the expectation is not what we want, with its reason. `holds` must prove that it is of this kind. */
export interface Disagreement {
  readonly fields: RegExp;
  readonly reason: string;
  readonly holds: (of: Case) => boolean;
}

/** Counts of one field. `explained` are misses that a disagreement accounts for. */
export interface Count {
  all: number;
  missed: number;
  explained: number;
}

/** All counts of a run, and every miss in words. */
export class Score {
  readonly counts = new Map<string, Count>();
  readonly misses: string[] = [];
  readonly reasons = new Map<string, number>();

  constructor(private readonly disagreements: readonly Disagreement[]) {}

  check(field: string, where: string, found: unknown, wanted: unknown, of?: Case): void {
    const count = this.counts.get(field) ?? { all: 0, missed: 0, explained: 0 };
    this.counts.set(field, count);
    count.all += 1;
    if (JSON.stringify(found) === JSON.stringify(wanted)) return;
    count.missed += 1;
    const known = of === undefined ? undefined : this.disagreements.find((one) => one.fields.test(field) && one.holds(of));
    if (known !== undefined) {
      count.explained += 1;
      this.reasons.set(known.reason, (this.reasons.get(known.reason) ?? 0) + 1);
      return;
    }
    this.misses.push(`${field} ${where}\n    found  ${JSON.stringify(found)?.slice(0, 300)}\n    wanted ${JSON.stringify(wanted)?.slice(0, 300)}`);
  }

  /** A miss of a whole posting, known by its reason. */
  explain(field: string, reason: string): void {
    const count = this.counts.get(field) ?? { all: 0, missed: 0, explained: 0 };
    this.counts.set(field, { all: count.all + 1, missed: count.missed + 1, explained: count.explained + 1 });
    this.reasons.set(reason, (this.reasons.get(reason) ?? 0) + 1);
  }

  /** Share of all fields but one that agree, without any allowance. */
  share(except = ""): number {
    let all = 0;
    let missed = 0;
    for (const [field, count] of this.counts) {
      if (field === except) continue;
      all += count.all;
      missed += count.missed;
    }
    return (all - missed) / all;
  }

  toString(): string {
    const rows = [...this.counts].map(([field, { all, missed, explained }]) => `  ${field.padEnd(20)} ${String(all - missed).padStart(6)} of ${String(all).padStart(6)}  ${((1 - missed / all) * 100).toFixed(2).padStart(6)} %  known ${explained}`);
    return [...rows, ...[...this.reasons].map(([reason, count]) => `  ${count} × ${reason}`), `  all fields ${(this.share() * 100).toFixed(3)} %`].join("\n");
  }
}

/**
 * The forms in which git may have a text of ours: with the CR of base64 mail, and with empty lines above it that are none to git for their
 * CR; without a line end where the mail has none; with the blank lines that it adds for parts without text and keeps before the next From line.
 */
export function gitForms(text: string): string[] {
  const wide = text.replaceAll("\n", "\r\n");
  const forms = [text, wide, `\r\n${wide}`, `\r\n\r\n${wide}`];
  return forms.flatMap((form) => [form.replace(/\r?\n$/, ""), ...["", "\n", "\n\n", "\n\n\n", "\n\n\n\n"].map((end) => form + end)]);
}

/** What `git mailinfo` makes of a mail; null where git cannot run. */
export function gitMessage(raw: Uint8Array, ...options: readonly string[]): string | null {
  const folder = mkdtempSync(join(tmpdir(), "lifeline-mail-"));
  try {
    execFileSync("git", ["mailinfo", ...options, "-u", join(folder, "message"), join(folder, "patch")], { input: raw, stdio: ["pipe", "ignore", "ignore"] });
    return readFileSync(join(folder, "message"), "utf8");
  } catch {
    return null;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Scores all mails of a box. `bytes` is the box, unpacked. */
export function scoreMails(score: Score, name: string, bytes: Uint8Array, entries: readonly Entry[], expected: Expected): void {
  for (const [index, wanted] of expected.messages.entries()) {
    const entry = entries[index];
    if (entry === undefined) continue;
    const raw = unquoteFromLines(bytes.subarray(entry.message.startByte, entry.message.endByte));
    scoreMail(score, `${name} #${wanted.index} ${wanted.subject}`, { entry, wanted, raw });
  }
}

function scoreMail(score: Score, where: string, of: Case): void {
  const { entry, wanted } = of;
  const { message, subject } = entry;
  const check = (field: string, found: unknown, expected: unknown): void => score.check(field, where, found, expected, of);
  check("message_id", message.id, wanted.message_id);
  check("in_reply_to", message.inReplyTo, wanted.in_reply_to);
  check("references", message.references, wanted.references);
  check("epoch", message.date === null ? null : message.date / 1000, wanted.epoch);
  // The corpus' subjects have no reply words.
  check("subject", message.subject.endsWith(wanted.subject), true);
  check("subject_clean", subject.title, wanted.subject_clean);
  check("tags", subject.tags, wanted.tags.map((tag) => tag.replace(/^(PATCH|RFC)v\d+$/i, "$1")).filter((tag) => !/^v\d+(?:\.\d+)?$|^\d+\/\d+$/i.test(tag)));
  check("version", subject.version, wanted.version);
  check("version_explicit", subject.versionGiven, wanted.version_explicit);
  check("n", subject.n, wanted.n);
  check("m", subject.m, wanted.m);
  check("kind", entry.kind, wanted.kind === "reply_with_patch" ? "reply" : wanted.kind);
  check("parent", entry.parent, wanted.parent === null ? null : wanted.parent - 1);
  check("author", entry.author.name, wanted.author);
  check("email", entry.author.email, wanted.email);
  scoreText(score, where, of);
  if (wanted.patch?.error === null) scorePatch(check, (entry.patch?.files ?? []).filter((file) => file.combined === undefined), wanted.patch);
}

/** A patch's message is ours; of cover letters and replies git keeps the whole text up to the first patch, so ours is read the same way. */
function scoreText(score: Score, where: string, of: Case): void {
  const { entry, wanted } = of;
  const whole = splitPatchText(entry.message.text);
  const message = entry.kind === "patch" ? entry.commitMessage : whole.commitMessage;
  const trailers = entry.kind === "patch" || entry.kind === "cover" ? entry.trailers : readCommitTrailers(whole.commitMessage, 1);
  const digest = (text: string): string => createHash("sha256").update(text).digest("hex");
  const same = gitForms(message).some((form) => digest(form) === wanted.message_sha256);
  const field = entry.kind === "reply" ? "text of replies" : "message_sha256";
  score.check(field, where, same ? "same" : message, "same", of);
  score.check("trailers", where, trailers.map((trailer) => [trailer.key, trailer.value]), wanted.trailers, of);
  if (wanted.patch_part_bytes === 0) score.check("patch_part_bytes", where, whole.notes + whole.diff, "", of);
}

function scorePatch(check: (field: string, found: unknown, wanted: unknown) => void, files: readonly PatchFile[], wanted: NonNullable<ExpectedMessage["patch"]>): void {
  const expected = wanted.files ?? [];
  check("files.path", files.map((file) => file.path), expected.map((file) => file.path));
  check("files.status", files.map((file) => file.status), expected.map((file) => file.status));
  check("files.binary", files.map((file) => file.binary), expected.map((file) => file.binary));
  check("files.hunks", files.map((file) => file.hunks.length), expected.map((file) => file.hunks));
  // git counts no lines of a binary file.
  check("files.additions", files.map((file) => file.additions), expected.map((file) => file.additions ?? 0));
  check("files.deletions", files.map((file) => file.deletions), expected.map((file) => file.deletions ?? 0));
  check("files.old_path", files.map((file) => (file.status === "renamed" || file.status === "copied" ? file.pathA : null)), expected.map((file) => file.old_path ?? null));
  // Modes are given where git's summary names them: new, deleted and changed ones.
  const named = (place: number): boolean => expected[place]?.old_mode !== undefined || expected[place]?.new_mode !== undefined;
  check("files.modes", files.filter((_, place) => named(place)).map((file) => [file.oldMode, file.newMode]), expected.filter((_, place) => named(place)).map((file) => [file.old_mode ?? null, file.new_mode ?? null]));
  check("additions", files.reduce((sum, file) => sum + file.additions, 0), wanted.additions);
  check("deletions", files.reduce((sum, file) => sum + file.deletions, 0), wanted.deletions);
}

/** Each posting that the corpus names must be one revision of ours, with the same mails in its slots. */
export function scoreSeries(score: Score, name: string, found: SeriesResult, expected: Expected): void {
  const revisions = found.series.flatMap((one) => one.revisions);
  for (const wanted of expected.series) {
    const mails = Object.values(wanted.patches);
    const first = wanted.cover ?? mails[0];
    const where = `${name} v${wanted.version} of ${wanted.total}, mail ${first}`;
    const revision = revisions.find((one) => (wanted.cover !== null ? one.cover === wanted.cover - 1 : one.slots.some((slot) => slot.mail === (first ?? 0) - 1)));
    const slots = revision?.slots.filter((slot) => slot.mail !== null).map((slot) => [slot.n, (slot.mail ?? 0) + 1]) ?? [];
    const placed = Object.entries(wanted.patches).map(([n, mail]) => [Number(n), mail]);
    // What the corpus leaves apart and we join is a disagreement on what belongs together, not on what is in a slot.
    const joined = placed.length < slots.length && placed.every(([n, mail]) => slots.some((slot) => slot[0] === n && slot[1] === mail));
    const subjectOf = (mail: number | null | undefined): Entry["subject"] | undefined => (mail === null || mail === undefined ? undefined : found.entries[mail]?.subject);
    const isNaked = wanted.cover === null && revision !== undefined && revision.cover !== null && subjectOf(revision.cover)?.n === null;
    const isClaimedTwice = revision?.slots.some(({ mail, duplicates }) => subjectOf(mail)?.versionGiven === true && duplicates.some((other) => subjectOf(other)?.versionGiven === false && mails.includes(other + 1))) === true;
    const reason = isNaked
      ? "a root without a counter whose thread is its sender's numbered patches is their cover letter (b4)"
      : isClaimedTwice
        ? "of two mails that claim a slot, the one that names the version takes it"
        : "one posting of several senders, or subjects without threading, which the corpus leaves apart";
    const check = (field: string, have: unknown, want: unknown): void => {
      if ((joined || isNaked || isClaimedTwice) && JSON.stringify(have) !== JSON.stringify(want)) score.explain(field, reason);
      else score.check(field, where, have, want);
    };
    const lead = revision?.cover ?? revision?.slots.find((slot) => slot.n === 1)?.mail ?? null;
    check("series.name", lead === null ? null : (found.entries[lead]?.subject.title ?? null), wanted.name);
    check("series.version", revision?.version, wanted.version);
    check("series.total", revision?.total, wanted.total);
    check("series.cover", revision?.cover === null || revision === undefined ? null : revision.cover + 1, wanted.cover);
    check("series.patches", slots, placed);
    check("series.received", slots.length, wanted.received);
    check("series.complete", revision?.complete, wanted.complete);
  }
}
