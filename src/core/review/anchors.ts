// Puts every comment of every reply on the line it is about: quotes are matched with the mail that is answered, and on through its own anchors.
import type { Entry } from "../series/types.js";
import { type Flow, flowOf, matchFlow, withoutMarks } from "./flow.js";
import { indexLines, type LineIndex, lineKey, matchLines } from "./match.js";
import { isHeaderField, isMarker, readReply, type ReplyLine, type Stretch, stretchesOf } from "./reply.js";
import { MESSAGE_PATH, type Spot, spotsOfPosting, worse } from "./spots.js";
import type { Anchor, Quality, ReplyPart } from "./types.js";

/** A part and the discussion it belongs to: equal for parts that continue each other. */
export interface PlacedPart extends ReplyPart {
  readonly thread: string;
}

/** Ancestors further up than this are not searched for a quote. */
const MAX_ANCESTORS = 12;
/** Other mails of the discussion that are searched when no ancestor has a quote. */
const MAX_RELATIVES = 16;
/** Patches below a cover letter that are searched for what an answer to the cover letter quotes. */
const MAX_PATCHES = 32;
/** A comment may stand this many unknown lines below the last one that was found; then it counts as guessed. */
const MAX_UNKNOWN = 4;

/**
 * Anchors the comments of all replies, in the order of the mails. A quote that is found nowhere gives an anchor of
 * quality *lost* on the message of the patch that is discussed; it never gives a wrong line.
 */
export function anchorReplies(entries: readonly Entry[]): PlacedPart[] {
  const work: Work = { entries, states: entries.map(() => null), indexes: entries.map(() => null), flows: [], bare: [], families: [], postingsBelow: postingsBelow(entries) };
  const order = parentsFirst(entries);
  // Postings need nobody's anchors, and answers to a cover letter may quote its patches.
  for (const posting of [true, false]) {
    for (const index of order) if (isPosting(entries[index]) === posting) work.states[index] = placeMail(work, index);
  }
  return work.states.flatMap((state) => state?.parts ?? []);
}

/** The mail whose patch or text a mail's comments are about: the nearest patch or cover letter above it, else the top of its thread. */
export function discussedMail(entries: readonly Entry[], index: number): number {
  let at = index;
  for (let steps = 0; steps < entries.length; steps++) {
    const parent = entries[at]?.parent ?? null;
    if (parent === null) return at;
    at = parent;
    if (isPosting(entries[at])) return at;
  }
  return at;
}

export function isPosting(entry: Entry | undefined): boolean {
  return entry?.kind === "patch" || entry?.kind === "cover";
}

interface MailState {
  /** For each line of the text what it stands for. */
  readonly spots: readonly (Spot | undefined)[];
  readonly parts: readonly PlacedPart[];
  /** True when parents between this mail and the patch were guessed. */
  readonly guessed: boolean;
}

interface Work {
  readonly entries: readonly Entry[];
  readonly states: (MailState | null)[];
  readonly indexes: (LineIndex | null)[];
  readonly flows: (Flow | undefined)[];
  /** As `indexes`, of lines without quote marks. */
  readonly bare: (LineIndex | undefined)[];
  /** By discussed mail: the replies about it. */
  readonly families: (number[] | undefined)[];
  /** By mail: the postings that answer it, a cover letter's patches. */
  readonly postingsBelow: ReadonlyMap<number, readonly number[]>;
}

/** Indexes of all mails, each after the one it answers; mails in a loop (no reader makes one) come as they are. */
function parentsFirst(entries: readonly Entry[]): number[] {
  const order: number[] = [];
  const done = new Set<number>();
  for (let index = 0; index < entries.length; index++) {
    const chain: number[] = [];
    for (let at: number | null = index; at !== null && !done.has(at); at = entries[at]?.parent ?? null) {
      done.add(at);
      chain.push(at);
    }
    order.push(...chain.reverse());
  }
  return order;
}

function postingsBelow(entries: readonly Entry[]): Map<number, number[]> {
  const below = new Map<number, number[]>();
  for (const [index, entry] of entries.entries()) {
    if (!isPosting(entry) || entry.parent === null) continue;
    const list = below.get(entry.parent);
    if (list) list.push(index);
    else below.set(entry.parent, [index]);
  }
  return below;
}

function placeMail(work: Work, index: number): MailState {
  const entry = work.entries[index];
  const parent = entry?.parent ?? null;
  if (!entry) return { spots: [], parts: [], guessed: false };
  if (parent === null || isPosting(entry)) return { spots: spotsOfPosting(entry, index), parts: [], guessed: false };
  const lines = readReply(entry.message.text, (key) => indexOf(work, parent).byKey.has(key));
  const target = discussedMail(work.entries, index);
  const guessed = work.states[parent]?.guessed === true || (entry.parentGuessed && parent !== target);
  markUnmarkedQuotes(lines, indexOf(work, parent));
  keepBrokenQuotes(lines, indexOf(work, parent));
  const spots = findQuotes(work, index, lines, guessed);
  placeHeaders(lines, spots, target);
  // Marks without any quote behind them, and nobody named as quoted: a program that points at its own lines.
  const firstQuote = lines.findIndex((line) => line.kind === "quote");
  const quotes = lines.some((line, at) => (line.kind === "frame" && at < firstQuote) || (line.kind === "quote" && line.key !== "" && spots[at]));
  if (firstQuote >= 0 && !quotes) for (const line of lines) if (line.kind === "quote") line.kind = "own";
  const parts: PlacedPart[] = [];
  let above = -1;
  for (const stretch of stretchesOf(lines, entry.author.name)) {
    const part = placeStretch(work, index, target, lines, spots, stretch, above);
    if (stretch.only && part.quote.length === 0) continue;
    parts.push(part);
    const said: Spot = { target, path: part.anchor.path, before: null, after: null, group: "said", quality: part.anchor.quality, said: { thread: part.thread, anchor: part.anchor } };
    for (let at = stretch.from; at < stretch.to; at++) if ((lines[at]?.key ?? "") !== "") spots[at] = said;
    above = stretch.to - 1;
  }
  return { spots, parts, guessed };
}

/** Some programs put the whole mail that is answered below a header block, without any marks: what stands there word for word is quoted. */
function markUnmarkedQuotes(lines: readonly ReplyLine[], parent: LineIndex): void {
  if (lines.some((line) => line.kind === "quote")) return;
  const block = lines.findIndex((line) => line.kind === "frame");
  if (block < 0) return;
  for (const line of lines.slice(block)) if (line.kind === "own" && parent.byKey.has(line.key)) line.kind = "quote";
}

/** Lines without a mark that go on with the quoted line above, in the words of the mail that is answered: a mailer broke the quote. */
function keepBrokenQuotes(lines: readonly ReplyLine[], parent: LineIndex): void {
  let whole = "";
  for (const line of lines) {
    if (line.kind === "quote") whole = line.key;
    else if (whole !== "" && line.kind === "own" && line.key !== "" && parent.byKey.has(whole + line.key)) {
      line.kind = "quote";
      whole += line.key;
    } else whole = "";
  }
}

/** The header lines that some programs quote stand for the posting as a whole. */
function placeHeaders(lines: readonly ReplyLine[], spots: (Spot | undefined)[], target: number): void {
  for (const [at, line] of lines.entries()) {
    if (line.kind !== "quote" || spots[at] || !isHeaderField(line.text)) continue;
    spots[at] = { target, path: MESSAGE_PATH, before: null, after: 1, group: "header", quality: "moved", said: null };
  }
}

/** A quoted line that still has to be found; `key` has the marks that are left at the ancestor that is searched. */
interface OpenLine {
  readonly at: number;
  readonly key: string;
}

/**
 * For each line of a reply what its quote stands for. Line by line with the marks that each ancestor's lines have in a reply to it; then
 * without marks, because some programs add or lose a level; then as flowing text.
 */
function findQuotes(work: Work, index: number, lines: readonly ReplyLine[], guessed: boolean): (Spot | undefined)[] {
  const search: Search = { work, spots: lines.map(() => undefined), found: new Map() };
  const all = lines.flatMap((line, at): OpenLine[] => (line.kind === "quote" ? [{ at, key: line.key }] : []));
  const ancestors = ancestorsOf(work, index);
  let open: readonly OpenLine[] = all;
  for (const ancestor of ancestors) {
    if (!hasWords(open)) break;
    searchLines(search, ancestor, open, guessed);
    // One more mark belongs to the next mail up; lines without it were never there.
    open = unfound(search, open).flatMap((line) => (line.key.startsWith(">") ? [{ at: line.at, key: line.key.slice(1) }] : line.key === "" ? [line] : []));
  }
  for (const ancestor of ancestors) searchBare(search, ancestor, unfound(search, all), guessed);
  for (const ancestor of ancestors) searchFlow(search, ancestor, all, guessed);
  for (const other of hasWords(unfound(search, all)) ? bestFirst(work, relativesOf(work, index), unfound(search, all)) : []) {
    searchLines(search, other, unfound(search, all), true);
    searchBare(search, other, unfound(search, all), true);
    searchFlow(search, other, all, true);
    if (!hasWords(unfound(search, all))) break;
  }
  return search.spots;
}

interface Search {
  readonly work: Work;
  readonly spots: (Spot | undefined)[];
  /** Lines that were found, though they may stand for nothing. */
  readonly found: Map<number, Found>;
}

interface Found {
  readonly mail: number;
  /** Line, from zero, of that mail's text. */
  readonly line: number;
}

function unfound(search: Search, lines: readonly OpenLine[]): OpenLine[] {
  return lines.filter((line) => !search.found.has(line.at));
}

function hasWords(open: readonly OpenLine[]): boolean {
  return open.some((line) => line.key !== "");
}

/** The mails above one, nearest first. */
function ancestorsOf(work: Work, index: number): number[] {
  const ancestors: number[] = [];
  for (let at = work.entries[index]?.parent ?? null; at !== null && ancestors.length < MAX_ANCESTORS; at = work.entries[at]?.parent ?? null) ancestors.push(at);
  return ancestors;
}

function place(search: Search, line: OpenLine | undefined, mail: number, target: number, quality: Quality): void {
  const state = search.work.states[mail];
  if (!line || !state) return;
  search.found.set(line.at, { mail, line: target });
  const spot = state.spots[target];
  if (spot) search.spots[line.at] = { ...spot, quality: worse(spot.quality, quality) };
}

function searchLines(search: Search, mail: number, open: readonly OpenLine[], guessed: boolean, index = indexOf(search.work, mail)): void {
  for (const [at, match] of matchLines(open.map((line) => line.key), index).entries()) {
    if (match) place(search, open[at], mail, match.line, match.ambiguous || guessed ? "guessed" : match.outOfOrder ? "moved" : "exact");
  }
}

/** As `searchLines`, with all marks taken away on both sides. */
function searchBare(search: Search, mail: number, open: readonly OpenLine[], guessed: boolean): void {
  if (!hasWords(open)) return;
  const { bare, entries } = search.work;
  const index = (bare[mail] ??= indexLines((entries[mail]?.message.text ?? "").split("\n").map((line) => withoutMarks(lineKey(line)))));
  searchLines(search, mail, open.map((line) => ({ at: line.at, key: withoutMarks(line.key) })), guessed, index);
}

/** As flowing text; lines that were found in this mail already say where their neighbors are looked for. */
function searchFlow(search: Search, mail: number, all: readonly OpenLine[], guessed: boolean): void {
  if (!hasWords(unfound(search, all))) return;
  const lines = all.filter((line) => (search.found.get(line.at)?.mail ?? mail) === mail);
  const known = lines.map((line) => search.found.get(line.at)?.line ?? null);
  const flow = (search.work.flows[mail] ??= flowOf(indexOf(search.work, mail).keys));
  for (const [at, match] of matchFlow(lines.map((line) => line.key), known, flow).entries()) {
    if (match) place(search, lines[at], mail, match.line, match.ambiguous || guessed ? "guessed" : "exact");
  }
}

/** Mails by how much of the quote they hold: a greeting that every mail of a person ends with says little. */
function bestFirst(work: Work, mails: readonly number[], open: readonly OpenLine[]): number[] {
  const held = (mail: number): number => open.reduce((sum, { key }) => sum + (indexOf(work, mail).byKey.has(key) ? key.length : 0), 0);
  return mails.map((mail) => ({ mail, held: held(mail) })).sort((one, two) => two.held - one.held).map(({ mail }) => mail);
}

/** Other mails of the same discussion: a mail now and then quotes one of these, or a patch below the cover letter, while it names another parent. */
function relativesOf(work: Work, index: number): number[] {
  const target = discussedMail(work.entries, index);
  const family = (work.families[target] ??= work.entries.flatMap((entry, at) => (!isPosting(entry) && entry.parent !== null && discussedMail(work.entries, at) === target ? [at] : [])));
  const ancestors = new Set<number>();
  for (let at = work.entries[index]?.parent ?? null; at !== null && !ancestors.has(at); at = work.entries[at]?.parent ?? null) ancestors.add(at);
  const answers = family.filter((other) => other < index && !ancestors.has(other)).slice(-MAX_RELATIVES);
  return [...answers, ...(work.postingsBelow.get(target) ?? []).slice(0, MAX_PATCHES)];
}

function indexOf(work: Work, mail: number): LineIndex {
  return (work.indexes[mail] ??= indexLines((work.entries[mail]?.message.text ?? "").split("\n").map(lineKey)));
}

function placeStretch(work: Work, index: number, target: number, lines: readonly ReplyLine[], spots: readonly (Spot | undefined)[], stretch: Stretch, above: number): PlacedPart {
  const quoted: number[] = [];
  for (let at = stretch.from - 1; at > above; at--) if (lines[at]?.kind === "quote" && !isMarker(lines[at]?.text ?? "")) quoted.push(at);
  quoted.reverse();
  while (quoted.length > 0 && lines[quoted[0] ?? 0]?.key === "") quoted.shift();
  const quote = quoted.map((at) => lines[at]?.text ?? "");
  while (quote.at(-1)?.trim() === "") quote.pop();
  const make = (anchor: Anchor, thread: string): PlacedPart => ({ mail: index, anchor, comment: stretch.comment, commentLine: stretch.commentFrom + 1, quote, thread, ...(stretch.only ? { only: stretch.only } : {}) });
  if (quote.length === 0) return placeGeneral(work, index, target, make);
  let unknown = 0;
  for (let at = quoted.length - 1; at >= 0; at--) {
    const spot = spots[quoted[at] ?? 0];
    if (!spot) {
      if ((lines[quoted[at] ?? 0]?.key ?? "") !== "" && ++unknown > MAX_UNKNOWN) break;
      continue;
    }
    const quality = unknown > 0 ? worse(spot.quality, "guessed") : spot.quality;
    if (spot.said) return make({ ...spot.said.anchor, quality: worse(spot.said.anchor.quality, quality) }, spot.said.thread);
    const anchor = { ...anchorAt(spot, quoted.slice(0, at).map((one) => spots[one])), quality };
    return make(anchor, threadOf(anchor));
  }
  return make({ target, path: MESSAGE_PATH, side: "after", fromLine: 1, line: 1, quality: "lost" }, `lost ${index} ${stretch.from}`);
}

/** An anchor on a line, its range going up as long as the quote stays in the same stretch of the same file. */
function anchorAt(spot: Spot, above: readonly (Spot | undefined)[]): Anchor {
  const side = spot.after !== null ? "after" : "before";
  const line = spot.after ?? spot.before ?? 1;
  let fromLine = line;
  for (let at = above.length - 1; at >= 0; at--) {
    const other = above[at];
    if (!other) continue;
    if (other.said || other.target !== spot.target || other.path !== spot.path || other.group !== spot.group) break;
    const number = side === "after" ? other.after : other.before;
    if (number !== null && number < fromLine) fromLine = number;
  }
  return { target: spot.target, path: spot.path, side, fromLine, line, quality: spot.quality };
}

function threadOf(anchor: Anchor): string {
  return `${anchor.target} ${anchor.path} ${anchor.side} ${anchor.line}`;
}

/** Words above the first quote, or without any: they go on with the parent's only comment, or are about the patch as a whole. */
function placeGeneral(work: Work, index: number, target: number, make: (anchor: Anchor, thread: string) => PlacedPart): PlacedPart {
  const parent = work.entries[index]?.parent ?? null;
  const parts = parent === null ? [] : (work.states[parent]?.parts ?? []).filter((part) => !part.only);
  const only = parts.length === 1 ? parts[0] : parts.find((part) => part.quote.length === 0);
  if (only) return make({ ...only.anchor, quality: worse(only.anchor.quality, only.quote.length === 0 ? "exact" : "guessed") }, only.thread);
  return make({ target, path: MESSAGE_PATH, side: "after", fromLine: 1, line: 1, quality: "exact" }, `general ${index}`);
}
