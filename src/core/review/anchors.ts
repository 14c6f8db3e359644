// Puts every comment of every reply on the line it is about: quotes are matched with the mail that is answered, and on through its own anchors.
import type { Entry } from "../series/types.js";
import { indexLines, type LineIndex, lineKey, matchLines } from "./match.js";
import { readReply, type ReplyLine, type Stretch, stretchesOf } from "./reply.js";
import { MESSAGE_PATH, type Spot, spotsOfPosting, worse } from "./spots.js";
import type { Anchor, ReplyPart } from "./types.js";

/** A part and the discussion it belongs to: equal for parts that continue each other. */
export interface PlacedPart extends ReplyPart {
  readonly thread: string;
}

/** Ancestors further up than this are not searched for a quote. */
const MAX_ANCESTORS = 12;
/** A comment may stand this many unknown lines below the last one that was found; then it counts as guessed. */
const MAX_UNKNOWN = 4;

/**
 * Anchors the comments of all replies, in the order of the mails. A quote that is found nowhere gives an anchor of
 * quality *lost* on the message of the patch that is discussed; it never gives a wrong line.
 */
export function anchorReplies(entries: readonly Entry[]): PlacedPart[] {
  const work: Work = { entries, states: entries.map(() => null), indexes: entries.map(() => null) };
  for (const index of parentsFirst(entries)) work.states[index] = placeMail(work, index);
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

function placeMail(work: Work, index: number): MailState {
  const entry = work.entries[index];
  const parent = entry?.parent ?? null;
  if (!entry) return { spots: [], parts: [], guessed: false };
  if (parent === null || isPosting(entry)) return { spots: spotsOfPosting(entry, index), parts: [], guessed: false };
  const lines = readReply(entry.message.text);
  const target = discussedMail(work.entries, index);
  const guessed = work.states[parent]?.guessed === true || (entry.parentGuessed && parent !== target);
  const spots = findQuotes(work, index, lines, guessed);
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

/** For each line of a reply what its quote stands for. */
function findQuotes(work: Work, index: number, lines: ReplyLine[], guessed: boolean): (Spot | undefined)[] {
  const spots: (Spot | undefined)[] = lines.map(() => undefined);
  let open = lines.flatMap((line, at) => (line.kind === "quote" ? [{ at, key: line.key }] : []));
  let ancestor = work.entries[index]?.parent ?? null;
  for (let distance = 0; distance < MAX_ANCESTORS && ancestor !== null && open.some((line) => line.key !== ""); distance++) {
    const state = work.states[ancestor];
    if (state) {
      const matches = matchLines(open.map((line) => line.key), indexOf(work, ancestor));
      for (const [at, match] of matches.entries()) {
        const line = open[at];
        const spot = match ? state.spots[match.line] : undefined;
        if (!line || !match || !spot) continue;
        const doubt = match.ambiguous || guessed ? "guessed" : match.outOfOrder ? "moved" : "exact";
        spots[line.at] = { ...spot, quality: worse(spot.quality, doubt) };
      }
      open = open.filter((_, at) => !matches[at]);
    }
    // One more mark belongs to the next mail up; lines without it were never there.
    open = open.flatMap((line) => (line.key.startsWith(">") ? [{ at: line.at, key: line.key.slice(1) }] : line.key === "" ? [line] : []));
    ancestor = work.entries[ancestor]?.parent ?? null;
  }
  return spots;
}

function indexOf(work: Work, mail: number): LineIndex {
  return (work.indexes[mail] ??= indexLines((work.entries[mail]?.message.text ?? "").split("\n").map(lineKey)));
}

function placeStretch(work: Work, index: number, target: number, lines: readonly ReplyLine[], spots: readonly (Spot | undefined)[], stretch: Stretch, above: number): PlacedPart {
  const quoted: number[] = [];
  for (let at = stretch.from - 1; at > above; at--) if (lines[at]?.kind === "quote") quoted.push(at);
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
