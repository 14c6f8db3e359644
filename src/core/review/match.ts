// Finds quoted lines in the text they quote: the longest runs first, in order, whatever mailers did to blanks and line breaks.

/** Where one quoted line was found. */
export interface LineMatch {
  /** Index, from zero, of the line in the quoted text (of its last piece, when the quote joined several lines). */
  readonly line: number;
  /** True when the run that this line belongs to fits in more than one place between its neighbors. */
  readonly ambiguous: boolean;
  /** True when the run stands elsewhere than the order of the quote says. */
  readonly outOfOrder: boolean;
}

/** A text prepared for finding lines in it. */
export interface LineIndex {
  /** Lines without any white space, quote marks kept. */
  readonly keys: readonly string[];
  readonly byKey: ReadonlyMap<string, readonly number[]>;
  /** Lines by their first characters, for lines that a mailer broke or joined. */
  readonly byHead: ReadonlyMap<string, readonly number[]>;
  /** For each line the last header of a file, and of a hunk, at or above it; -1 where there is none. */
  readonly files: readonly number[];
  readonly hunks: readonly number[];
}

/** More places than this are not tried for one run: a line so common says nothing. */
const MAX_CANDIDATES = 64;
/** How many lines a mailer may have made of one, or one of many. */
const MAX_PIECES = 8;
/** How many blank or rule lines a mailer may have dropped from the quote in one place. */
const MAX_DROPPED = 3;
/** A broken line is looked for by this many characters. */
const HEAD = 8;
/** Characters that a run must have to be believed where the order of the quote says otherwise, or when its last line is cut off. */
const LEAST_WEIGHT = 16;

/** The last line of a file's header, and a hunk's header, as keys, at any depth of quoting. */
const FILE_HEADER = /^>*\+\+\+(?:[a-z]\/|\/dev\/null|"[a-z]\/)/;
const HUNK_HEADER = /^>*@@-\d/;

/** The form in which lines are compared: no white space at all (tabs, wrapped blanks and the blanks in `> >` differ by mailer). */
export function lineKey(line: string): string {
  return line.replace(/[\s\u200b\ufeff]+/gu, "");
}

export function indexLines(keys: readonly string[]): LineIndex {
  const byKey = new Map<string, number[]>();
  const byHead = new Map<string, number[]>();
  const add = (map: Map<string, number[]>, key: string, line: number): void => {
    const list = map.get(key);
    if (list) list.push(line);
    else map.set(key, [line]);
  };
  const files: number[] = [];
  const hunks: number[] = [];
  for (const [line, key] of keys.entries()) {
    add(byKey, key, line);
    if (key.length >= HEAD) add(byHead, key.slice(0, HEAD), line);
    const isFile = FILE_HEADER.test(key);
    const isHunk = HUNK_HEADER.test(key);
    files.push(isFile ? line : (files[line - 1] ?? -1));
    hunks.push(isFile || isHunk ? line : (hunks[line - 1] ?? -1));
  }
  return { keys, byKey, byHead, files, hunks };
}

/**
 * Matches quoted lines (keys, in their order) with a text. The result has one entry per quoted line: null where it was
 * not found. Runs are as long as possible; among the places where a run fits, the one is taken that keeps most of the
 * quote in order. Blank lines alone are never evidence.
 */
export function matchLines(quote: readonly string[], text: LineIndex): (LineMatch | null)[] {
  const runs = cutRuns(quote, text);
  const chosen = chooseInOrder(runs);
  const result: (LineMatch | null)[] = quote.map(() => null);
  const nextStart: number[] = [];
  for (let index = runs.length - 1, next = Number.POSITIVE_INFINITY; index >= 0; index--) {
    nextStart[index] = next;
    next = chosen[index]?.start ?? next;
  }
  let low = 0;
  let scope: Scope = () => true;
  for (const [index, run] of runs.entries()) {
    const choice = chosen[index];
    const placed = choice ?? (run.places.length === 1 && run.weight >= LEAST_WEIGHT ? run.places[0] : undefined);
    if (!placed) continue;
    const high = nextStart[index] ?? 0;
    const inOrder = choice ? run.places.filter((place) => place.start >= low && place.end <= high) : [placed];
    const inScope = inOrder.filter(scope);
    // A header that is quoted directly above says which file or hunk is meant.
    const fits = inScope.length > 0 && inScope.includes(placed) ? inScope.length : inOrder.length;
    let offset = run.length - 1;
    for (let piece: Piece | null = placed.last; piece; piece = piece.before) {
      if (piece.line !== null) result[run.from + offset] = { line: piece.line, ambiguous: fits > 1, outOfOrder: !choice };
      offset--;
    }
    if (choice) low = choice.end;
    scope = scopeBelow(placed, text);
  }
  return result;
}

/** Whether a place belongs to what a header above it announces. */
type Scope = (place: Place) => boolean;

/** The scope of what is quoted below a run that ends with the header of a file or hunk; all places below any other run. */
function scopeBelow(run: Place, text: LineIndex): Scope {
  const last = run.end - 1;
  const key = text.keys[last] ?? "";
  if (HUNK_HEADER.test(key)) return (place) => text.hunks[place.start] === last;
  if (FILE_HEADER.test(key)) return (place) => text.files[place.start] === last;
  return () => true;
}

/** The matched line of each quoted line of a run, newest first; null for a blank that the mailer added. */
interface Piece {
  readonly line: number | null;
  readonly before: Piece | null;
}

/** One place where a run of quoted lines stands. */
interface Place {
  readonly start: number;
  /** One past the last line. */
  readonly end: number;
  readonly last: Piece;
  /** What is left of the text's last line, when the quote broke it. */
  readonly rest: string;
  readonly pieces: number;
}

interface Run {
  /** Index of the first quoted line, and how many there are. */
  readonly from: number;
  readonly length: number;
  readonly weight: number;
  readonly places: readonly Place[];
}

/** Cuts the quote into the longest runs that stand somewhere in the text; lines that stand nowhere are in no run. */
function cutRuns(quote: readonly string[], text: LineIndex): Run[] {
  const runs: Run[] = [];
  let near = 0;
  for (let from = 0; from < quote.length; ) {
    const first = quote[from] ?? "";
    let places = first === "" ? [] : startPlaces(first, quote[from + 1], text, near);
    let best: readonly Place[] = [];
    let bestLength = 0;
    let bestWeight = 0;
    let weight = first.length;
    for (let length = 1; places.length > 0; length++) {
      const complete = places.filter((place) => place.rest === "");
      // A run that ends inside a broken line still shows that line, when there is enough of it.
      const usable = complete.length > 0 ? complete : weight >= LEAST_WEIGHT ? places : [];
      if (usable.length > 0) [best, bestLength, bestWeight] = [usable, length, weight];
      const key = quote[from + length];
      if (key === undefined) break;
      places = places.flatMap((place) => extend(place, key, text) ?? []);
      weight += key.length;
    }
    if (bestLength === 0) {
      from++;
      continue;
    }
    runs.push({ from, length: bestLength, weight: Math.max(1, bestWeight), places: best });
    near = best[0]?.end ?? near;
    from += bestLength;
  }
  return runs;
}

/** Places where a run may start: the whole line, or else a line that the mailer broke, or several that it joined. */
function startPlaces(key: string, next: string | undefined, text: LineIndex, near: number): Place[] {
  const start = (line: number, end: number, rest: string): Place => ({ start: line, end, last: { line: end - 1, before: null }, rest, pieces: rest === "" ? 0 : 1 });
  const whole = nearest(text.byKey.get(key) ?? [], near).map((line) => start(line, line + 1, ""));
  if (whole.length > 0 || key.length < HEAD) return whole;
  const found: Place[] = [];
  for (const at of nearest(text.byHead.get(key.slice(0, HEAD)) ?? [], near)) {
    const line = text.keys[at] ?? "";
    if (line.length > key.length && line.startsWith(key)) {
      const rest = line.slice(key.length);
      if (next !== undefined && next !== "" && afterBreak(rest, next) !== null) found.push(start(at, at + 1, rest));
    } else if (key.startsWith(line)) {
      const end = joinedEnd(key, at, text);
      if (end > 0) found.push(start(at, end, ""));
    }
  }
  return found;
}

/** A place with one more quoted line, or null when the text goes on otherwise. */
function extend(place: Place, key: string, text: LineIndex): Place | null {
  const grow = (line: number | null, end: number, rest: string, pieces: number): Place => ({ start: place.start, end, last: { line, before: place.last }, rest, pieces });
  if (place.rest !== "") {
    const rest = place.pieces < MAX_PIECES ? afterBreak(place.rest, key) : null;
    return rest === null ? null : grow(place.end - 1, place.end, rest, place.pieces + 1);
  }
  for (let at = place.end; at <= place.end + MAX_DROPPED; at++) {
    const line = text.keys[at];
    if (line === undefined) break;
    if (line === key) return grow(at, at + 1, "", 0);
    if (key.length >= 4 && line.length > key.length && line.startsWith(key)) return grow(at, at + 1, line.slice(key.length), 1);
    if (line.length >= HEAD && key.length > line.length && key.startsWith(line)) {
      const end = joinedEnd(key, at, text);
      if (end > 0) return grow(end - 1, end, "", 0);
    }
    if (!isDroppable(line)) break;
  }
  return key === "" ? grow(null, place.end, "", 0) : null;
}

/** What is left of a broken line after one more piece of it; the piece may have extra quote marks in front. Null when it is no piece. */
function afterBreak(rest: string, key: string): string | null {
  for (let marks = 0; marks <= MAX_PIECES; marks++) {
    const piece = key.slice(marks);
    if (piece !== "" && rest.startsWith(piece)) return rest.slice(piece.length);
    if (key.charAt(marks) !== ">") return null;
  }
  return null;
}

/** When a quoted line is several of the text's lines joined: one past the last of them; 0 when it is not. */
function joinedEnd(key: string, from: number, text: LineIndex): number {
  let rest = key;
  for (let at = from; at < from + MAX_PIECES; at++) {
    const line = text.keys[at];
    if (line === undefined || line === "") return 0;
    const piece = at === from ? line : line.replace(/^>+/, "");
    if (piece === "" || !rest.startsWith(piece)) return 0;
    rest = rest.slice(piece.length);
    if (rest === "") return at + 1;
  }
  return 0;
}

/** Lines that mailers leave out of quotes: blank ones, and what looks like a rule or a signature (`---`, `--- a/file`). */
function isDroppable(key: string): boolean {
  return /^>*(?:---|--$|$)/.test(key) || /^>*\+\+\+[ab]\//.test(key);
}

/** At most `MAX_CANDIDATES` of a sorted list, those around a value. */
function nearest(sorted: readonly number[], value: number): readonly number[] {
  if (sorted.length <= MAX_CANDIDATES) return sorted;
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  const from = Math.max(0, Math.min(low - MAX_CANDIDATES / 4, sorted.length - MAX_CANDIDATES));
  return sorted.slice(from, from + MAX_CANDIDATES);
}

interface Chain {
  readonly run: number;
  readonly place: Place;
  readonly score: number;
  readonly before: Chain | null;
}

/** For each run the place that keeps the heaviest set of runs in the order of the quote; undefined for runs outside that set. */
function chooseInOrder(runs: readonly Run[]): (Place | undefined)[] {
  /** Best chains by their end, a staircase: a later end has a higher score. */
  const stairs: Chain[] = [];
  for (const [run, { weight, places }] of runs.entries()) {
    const chains = places.map((place): Chain => {
      const before = stairs[firstStair(stairs, place.start + 1) - 1] ?? null;
      return { run, place, score: (before?.score ?? 0) + weight, before };
    });
    for (const chain of chains) {
      const at = firstStair(stairs, chain.place.end);
      if ((stairs[at - 1]?.score ?? 0) >= chain.score) continue;
      if (stairs[at]?.place.end === chain.place.end && (stairs[at]?.score ?? 0) >= chain.score) continue;
      let until = at;
      while (until < stairs.length && (stairs[until]?.score ?? 0) <= chain.score) until++;
      stairs.splice(at, until - at, chain);
    }
  }
  const chosen: (Place | undefined)[] = runs.map(() => undefined);
  for (let chain = stairs.at(-1) ?? null; chain; chain = chain.before) chosen[chain.run] = chain.place;
  return chosen;
}

/** Index of the first stair that ends at or after a line. */
function firstStair(stairs: readonly Chain[], end: number): number {
  let low = 0;
  let high = stairs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((stairs[middle]?.place.end ?? 0) < end) low = middle + 1;
    else high = middle;
  }
  return low;
}
