// Mail text as Markdown that shows exactly that text: no mark-up, link, image or icon can come out of it. Knows no editor API.

/** A run of a comment's lines: words, or lines that only make sense in a fixed font. */
export interface Block {
  readonly kind: "prose" | "fixed";
  readonly text: string;
}

/** Characters of one comment that are shown; longer ones end with a sign that says so. */
export const maxCommentLength = 20_000;

/**
 * Splits a comment into words and fixed-font runs: code, diffs, tables, quotes. A fixed run starts at a line that is indented by a tab or four
 * blanks, or that starts as a diff or a quote does, and takes in the blank lines between such lines.
 */
export function blocksOf(comment: string): Block[] {
  const text = comment.length > maxCommentLength ? `${comment.slice(0, maxCommentLength)}\n[…]` : comment;
  const blocks: Block[] = [];
  let lines: string[] = [];
  let kind: Block["kind"] = "prose";
  const flush = (): void => {
    const whole = lines.join("\n").replace(/^\n+|\s+$/g, "");
    if (whole !== "") blocks.push({ kind, text: whole });
    lines = [];
  };
  for (const line of text.replace(/\r\n?/g, "\n").split("\n")) {
    const next: Block["kind"] = line.trim() === "" ? kind : isFixed(line) ? "fixed" : "prose";
    if (next !== kind) {
      flush();
      kind = next;
    }
    lines.push(line);
  }
  flush();
  return blocks;
}

/**
 * The text with every character that Markdown, HTML or the editor could take for mark-up as a numbered entity; line breaks stay. What stays as it is
 * was chosen, the rest is encoded, and an entity is never read as mark-up: so nothing depends on knowing all that would be.
 */
export function escapeProse(text: string): string {
  return text
    .split("\n")
    .map((line) => escapeLine(line.trimEnd()))
    .join("\n")
    .replace(/\n{2,}/g, "\n\n")
    .replace(/([^\n])\n(?!\n)/g, "$1  \n");
}

function escapeLine(line: string): string {
  const spaced = line.replaceAll("\t", "    ");
  const escaped = spaced.replace(/[^A-Za-z0-9 ?,;%"'()]/gu, (character, at: number) => (isInsideWord(spaced, at) ? character : encode(character)));
  return escaped.replace(/^ +| {3,}/g, (blanks) => "&nbsp;".repeat(blanks.length));
}

/**
 * True for an underscore, hyphen, slash or dot between letters or digits: names like `refcount_inc_not_zero` stay readable in the source, too. A dot
 * after `www` would begin a link, and one after a number that begins a line a list.
 */
function isInsideWord(line: string, at: number): boolean {
  if (!/[A-Za-z0-9][-_/.][A-Za-z0-9]/.test(line.slice(Math.max(0, at - 1), at + 2))) return false;
  return line[at] !== "." || !/(?:www|^ *\d+)$/i.test(line.slice(0, at));
}

/** Letters of other scripts stay as they are; control characters and direction marks vanish. */
function encode(character: string): string {
  if (/[\p{Cc}\u200B\u200E\u200F\u2028-\u202E\u2060-\u2069\uFEFF]/u.test(character)) return "";
  if (/[\p{L}\p{M}\p{N}]/u.test(character)) return character;
  return `&#${character.codePointAt(0) ?? 0xfffd};`;
}

function isFixed(line: string): boolean {
  return /^(?:\t| {4}|@@ |[-+](?:\t| {2,})|diff --git |>)/.test(line);
}
