// What-ifs: small edits of a text, made on whole lines so that line numbers stay.
import type { Edit } from "./types.js";

/** A change of a text: `removed` characters at `at` give way to `inserted`. Offsets are into the text before any change. */
export interface TextChange { readonly at: number; readonly removed: number; readonly inserted: string }

/** The changes that an edit makes in `text` between two offsets; null when it does not fit there. Blanks and comments do not count. */
export function changesFor(edit: Edit, text: string, from: number, to: number): readonly TextChange[] | null {
  const found = locate(text, from, to, edit.find);
  if (!found) return null;
  const statement = { from: found.from, to: withSemicolon(text, found.to, to) };
  switch (edit.action) {
    case "replace": return [{ at: found.from, removed: found.to - found.from, inserted: oneLine(edit.with ?? "") + lineEnds(text, found) }];
    case "drop": return isStatement(text, statement) ? [{ at: statement.from, removed: statement.to - statement.from, inserted: keepLines(text, statement) }] : null;
    case "repeat":
      if (!isStatement(text, statement)) return null;
      return [{ at: statement.to, removed: 0, inserted: ` ${oneLine(text.slice(statement.from, statement.to))}` }];
    case "move": {
      const target = locate(text, from, to, edit.with ?? "");
      if (!target || !isStatement(text, statement)) return null;
      const after = withSemicolon(text, target.to, to);
      if (after > statement.from && after <= statement.to) return null;
      const changes: TextChange[] = [
        { at: statement.from, removed: statement.to - statement.from, inserted: keepLines(text, statement) },
        { at: after, removed: 0, inserted: ` ${oneLine(text.slice(statement.from, statement.to))}` },
      ];
      return changes.sort((a, b) => a.at - b.at);
    }
  }
}

/** The text with changes made; they must not overlap. */
export function applyChanges(text: string, changes: readonly TextChange[]): string {
  let result = "";
  let at = 0;
  for (const change of [...changes].sort((a, b) => a.at - b.at)) {
    result += text.slice(at, change.at) + change.inserted;
    at = change.at + change.removed;
  }
  return result + text.slice(at);
}

/** From an offset in the changed text to the nearest one in the text before. */
export function originalOffset(changes: readonly TextChange[]): (offset: number) => number {
  const sorted = [...changes].sort((a, b) => a.at - b.at);
  return (offset) => {
    let shift = 0;
    for (const change of sorted) {
      const start = change.at + shift;
      if (offset < start) break;
      if (offset < start + change.inserted.length) return change.at + Math.min(offset - start, change.removed);
      shift += change.inserted.length - change.removed;
    }
    return offset - shift;
  };
}

/** Where `find` stands, blanks and comments aside: the first place. */
function locate(text: string, from: number, to: number, find: string): { readonly from: number; readonly to: number } | null {
  const wanted = squeeze(find, 0, find.length);
  const here = squeeze(text, from, to);
  if (wanted.letters === "") return null;
  for (let at = here.letters.indexOf(wanted.letters); at >= 0; at = here.letters.indexOf(wanted.letters, at + 1)) {
    const first = here.offsets[at] ?? 0;
    const last = here.offsets[at + wanted.letters.length - 1] ?? 0;
    // Not in the middle of a longer name.
    const cutsBefore = isWord(text.charCodeAt(first)) && isWord(text.charCodeAt(first - 1));
    const cutsAfter = isWord(text.charCodeAt(last)) && isWord(text.charCodeAt(last + 1));
    if (!cutsBefore && !cutsAfter) return { from: first, to: last + 1 };
  }
  return null;
}

/** The letters of a text without blanks and comments, and where each stands. */
function squeeze(text: string, from: number, to: number): { readonly letters: string; readonly offsets: readonly number[] } {
  const offsets: number[] = [];
  let letters = "";
  for (let at = from; at < to; at++) {
    if (text.startsWith("/*", at)) {
      const end = text.indexOf("*/", at + 2);
      at = end < 0 ? to : end + 1;
      continue;
    }
    if (text.startsWith("//", at)) {
      const end = text.indexOf("\n", at);
      at = end < 0 ? to : end;
      continue;
    }
    const letter = text.charAt(at);
    if (letter.trim() === "") continue;
    letters += letter;
    offsets.push(at);
  }
  return { letters, offsets };
}

function withSemicolon(text: string, end: number, to: number): number {
  if (text.charAt(end - 1) === ";") return end;
  let at = end;
  while (at < to && text.charAt(at).trim() === "") at++;
  return text.charAt(at) === ";" ? at + 1 : end;
}

/** True when the range stands for itself: ends in a semicolon or a brace, and follows one, or a label, or a condition. */
function isStatement(text: string, range: { readonly from: number; readonly to: number }): boolean {
  const last = text.charAt(range.to - 1);
  if (last !== ";" && last !== "}") return false;
  let at = range.from - 1;
  while (at >= 0 && text.charAt(at).trim() === "") at--;
  return at < 0 || ";{}:)/".includes(text.charAt(at)) || /\b(else|do)$/.test(text.slice(Math.max(0, at - 5), at + 1));
}

/** A dropped statement leaves an empty one and its line ends. */
function keepLines(text: string, range: { readonly from: number; readonly to: number }): string {
  return `;${lineEnds(text, range)}`;
}

/** The line ends of a range: what stands in its place keeps them, so that all lines behind it keep their numbers. */
export function lineEnds(text: string, range: { readonly from: number; readonly to: number }): string {
  return text.slice(range.from, range.to).replace(/[^\n]/g, "");
}

export const oneLine = (text: string): string => text.replace(/\s+/g, " ").trim();
const isWord = (code: number): boolean => (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || code === 95 || (code >= 97 && code <= 122);
