// Who answers whom, where a page has no ids: found from nested quotes and attribution lines.
import { MAX_COMPARED_LINES } from "./limits.js";

export interface QuotedText {
  readonly author: string;
  readonly text: string;
}

/** Shortest match, in letters, that counts: "Thanks," alone proves nothing. */
const LEAST_MATCH = 8;
const DEEPEST_QUOTE = 6;

/**
 * For each text after the first (the patch or cover), the index of the text it answers. A text's quotes of depth one
 * are its parent's own words; where no text on the page has those words (the parent is not there), deeper quotes name
 * the nearest ancestor that is. Attribution lines ("On …, X wrote:") decide ties. Without any sign it answers the first.
 */
export function guessParents(texts: readonly QuotedText[]): (number | undefined)[] {
  const read = texts.map((text) => readQuotes(text.text));
  return texts.map((text, index) => (index === 0 ? undefined : guessParent(texts, read, text.author, index)));
}

function guessParent(texts: readonly QuotedText[], read: readonly QuoteLines[], author: string, index: number): number {
  const own = read[index];
  if (own === undefined) return 0;
  for (let depth = 1; depth <= DEEPEST_QUOTE; depth += 1) {
    const quoted = own.byDepth.get(depth);
    if (quoted === undefined) continue;
    let best = -1;
    let bestScore = 0;
    for (let candidate = 0; candidate < index; candidate += 1) {
      const words = read[candidate]?.own;
      if (words === undefined) continue;
      let score = 0;
      for (const line of quoted) if (words.has(line)) score += line.length;
      // Nobody quotes himself at depth one without cause; on a tie a later text and a named author win.
      if (score > 0 && depth === 1 && namesAuthor(own.attribution, texts[candidate]?.author ?? "")) score *= 1.5;
      if (score > 0 && texts[candidate]?.author === author) score *= 0.9;
      if (score >= LEAST_MATCH && score >= bestScore) {
        best = candidate;
        bestScore = score;
      }
    }
    if (best >= 0) return best;
  }
  // No words in common: the newest text of the person that the attribution names.
  for (let candidate = index - 1; candidate >= 0; candidate -= 1) {
    if (namesAuthor(own.attribution, texts[candidate]?.author ?? "")) return candidate;
  }
  return 0;
}

interface QuoteLines {
  /** Lines without quote marks, white space made one blank. */
  readonly own: ReadonlySet<string>;
  readonly byDepth: ReadonlyMap<number, ReadonlySet<string>>;
  /** The line or lines above the first quote that say who is quoted; "" when there are none. */
  readonly attribution: string;
}

function readQuotes(text: string): QuoteLines {
  const own = new Set<string>();
  const byDepth = new Map<number, Set<string>>();
  let attribution = "";
  let above = "";
  for (const line of text.split("\n").slice(0, MAX_COMPARED_LINES)) {
    const { depth, content } = measureQuote(line);
    const words = content.replace(/\s+/g, " ").trim();
    if (depth > 0 && attribution === "") attribution = /(?:wrote|writes|schrieb|a écrit|said)\s*:?|:$/.test(above) ? above : `${above} `;
    if (words !== "") above = depth > 0 ? above : `${above.slice(-200)} ${words}`.trim();
    if (words.length < 4) continue;
    if (depth === 0) own.add(words);
    else {
      const set = byDepth.get(depth) ?? new Set();
      byDepth.set(depth, set);
      set.add(words);
    }
  }
  return { own, byDepth, attribution: attribution.slice(-200) };
}

/** Quote depth of a line and what is left without its marks: `>`, `> >`, `>>`, with a blank after each. */
export function measureQuote(line: string): { depth: number; content: string } {
  let depth = 0;
  let at = 0;
  for (;;) {
    const mark = line[at] === ">" ? at : line[at] === " " && line[at + 1] === ">" && depth > 0 ? at + 1 : -1;
    if (mark < 0) break;
    depth += 1;
    at = mark + 1;
  }
  return { depth, content: depth > 0 && line[at] === " " ? line.slice(at + 1) : line.slice(at) };
}

function namesAuthor(attribution: string, author: string): boolean {
  const words = author.toLowerCase().split(/[^\p{L}\p{N}]+/u).filter((word) => word.length > 2);
  const text = attribution.toLowerCase();
  return words.length > 0 && words.every((word) => text.includes(word));
}
