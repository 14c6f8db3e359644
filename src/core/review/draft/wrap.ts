// Breaks long lines of prose at 72 columns and leaves all else as it was typed: quotes, code, tables, lists of changes.

const WIDTH = 72;

/**
 * Only a line that is too long is broken, and only when it reads as prose. A line that is indented, quoted, part of a diff, a table or a
 * fenced block, or that looks like code, stays as it is; so does a word that is longer than a line.
 */
export function wrapComment(text: string): string {
  let fenced = false;
  return text.replace(/\r\n?/g, "\n").split("\n").flatMap((line) => {
    if (/^```/.test(line)) fenced = !fenced;
    if (fenced || columns(line) <= WIDTH || !isProse(line)) return [line];
    return breakLine(line);
  }).join("\n");
}

/** True for a line of words; doubtful ones are not. */
export function isProse(line: string): boolean {
  if (/^[\s>|+@#/*`$%<[\\]|^-(?! \p{L})|\t|^(?:diff|index|---|===)\b|^(?:[A-Za-z-]+-by|Fixes|Cc|Link|Closes|Bug[Ll]ink): /u.test(line)) return false;
  if (/^(?:static|struct|union|enum|typedef|extern|inline|const|unsigned|void|int|bool|char|long|return)\b.*\(|^(?:if|for|while|switch) ?\(/.test(line)) return false;
  // Ends of statements and blocks, calls without a sentence around them, operators.
  if (/[;{}\\]\s*$|->|::|==|!=|<=|>=|&&|\|\||\+\+|--\w|^\w+\([^)]*\)?$|(?:^|\s)[=|&]\s/.test(line)) return false;
  const words = line.split(/ +/);
  return words.filter((word) => /^["'(]?\p{L}[\p{L}'’-]*["'):,.;?!]*$/u.test(word)).length * 2 >= words.length;
}

function breakLine(line: string): string[] {
  // The lines of an item stand below its words.
  const hang = /^(?:[-*•]|\d{1,3}[.)]) +/.exec(line)?.[0].length ?? 0;
  const indent = " ".repeat(hang);
  const lines: string[] = [];
  let current = line.slice(0, hang);
  let empty = true;
  for (const word of line.slice(hang).split(/ +/)) {
    if (!empty && columns(current) + 1 + columns(word) > WIDTH) {
      lines.push(current);
      current = indent;
      empty = true;
    }
    current += empty ? word : ` ${word}`;
    empty = false;
  }
  return [...lines, current];
}

/** Columns that a text takes: wide characters (Chinese, Japanese, Korean) take two. */
function columns(text: string): number {
  let count = 0;
  for (const character of text) count += /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60]/.test(character) ? 2 : 1;
  return count;
}
