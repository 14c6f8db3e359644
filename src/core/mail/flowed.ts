// format=flowed (RFC 3676): lines that end in a blank go on in the next one.
import { parsePatch } from "../patch/parse.js";

/** Where a mail's patch begins: `---` alone, or the head of a diff (mailinfo.c, patchbreak). */
const PATCH_START = /^(?:---[ \t]*$|diff -|Index: |--- \S)/m;

/**
 * The text of a flowed mail. A patch sent this way by a program that never stuffed its lines is broken by every reader
 * that obeys the header, so where the text holds a diff it is read both ways and the reading whose hunks add up is
 * kept; the talk above the patch is joined in both.
 */
export function readFlowed(text: string, delSp: boolean): string {
  const normal = text.replaceAll("\r\n", "\n");
  const joined = joinFlowed(normal, delSp);
  if (!/^@@ -\d/m.test(normal)) return joined;
  const start = PATCH_START.exec(normal)?.index ?? 0;
  const unjoined = joinFlowed(normal.slice(0, start), delSp) + normal.slice(start);
  return countDamage(unjoined) < countDamage(joined) ? unjoined : joined;
}

/** Joins flowed lines of the same quote depth; takes one stuffed blank from each. `-- ` is never flowed. */
function joinFlowed(text: string, delSp: boolean): string {
  const out: string[] = [];
  let held = "";
  let heldDepth = -1;
  for (const line of text.split("\n")) {
    const quotes = /^>*/.exec(line)?.[0] ?? "";
    let content = line.slice(quotes.length);
    if (content.startsWith(" ")) content = content.slice(1);
    const flows = content.endsWith(" ") && content !== "-- ";
    const piece = flows && delSp ? content.slice(0, -1) : content;
    if (heldDepth === quotes.length && content !== "-- ") held += piece;
    else {
      if (heldDepth >= 0) out.push(quoteLine(held, heldDepth));
      held = piece;
    }
    heldDepth = quotes.length;
    if (!flows) {
      out.push(quoteLine(held, heldDepth));
      heldDepth = -1;
      held = "";
    }
  }
  if (heldDepth >= 0) out.push(quoteLine(held, heldDepth));
  return out.join("\n");
}

function quoteLine(content: string, depth: number): string {
  return depth === 0 ? content : content === "" ? ">".repeat(depth) : `${">".repeat(depth)} ${content}`;
}

function countDamage(text: string): number {
  return parsePatch(text).problems.filter((problem) => problem.severity !== "note").length;
}
