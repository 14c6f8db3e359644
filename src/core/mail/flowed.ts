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
  if (!normal.startsWith("@@ -") && !normal.includes("\n@@ -")) return joined;
  const start = PATCH_START.exec(normal)?.index ?? 0;
  const unjoined = joinFlowed(normal.slice(0, start), delSp) + normal.slice(start);
  return unjoined !== joined && countDamage(unjoined) < countDamage(joined) ? unjoined : joined;
}

/** Joins flowed lines of the same quote depth; takes one stuffed blank from each. `-- ` is never flowed. */
function joinFlowed(text: string, delSp: boolean): string {
  const out: string[] = [];
  let held = "";
  let heldDepth = -1;
  /** Start of the lines above that stay as they are, which are taken over in one piece; -1 when there are none. */
  let kept = -1;
  for (let at = 0; at <= text.length; ) {
    const newline = text.indexOf("\n", at);
    const end = newline < 0 ? text.length : newline;
    let from = at;
    while (text.charCodeAt(from) === QUOTE_MARK) from += 1;
    const depth = from - at;
    const isStuffed = from < end && text.charCodeAt(from) === BLANK;
    if (isStuffed) from += 1;
    const isSignature = end - from === 3 && text.startsWith("-- ", from);
    const flows = end > from && text.charCodeAt(end - 1) === BLANK && !isSignature;
    if (heldDepth < 0 && !flows && (depth === 0 ? !isStuffed : isStuffed === from < end)) {
      if (kept < 0) kept = at;
      at = end + 1;
      continue;
    }
    if (kept >= 0) out.push(text.slice(kept, at - 1));
    kept = -1;
    const piece = text.slice(from, flows && delSp ? end - 1 : end);
    if (heldDepth === depth && !isSignature) held += piece;
    else {
      if (heldDepth >= 0) out.push(quoteLine(held, heldDepth));
      held = piece;
    }
    heldDepth = depth;
    if (!flows) {
      out.push(quoteLine(held, heldDepth));
      heldDepth = -1;
      held = "";
    }
    at = end + 1;
  }
  if (kept >= 0) out.push(text.slice(kept));
  if (heldDepth >= 0) out.push(quoteLine(held, heldDepth));
  return out.join("\n");
}

const QUOTE_MARK = 0x3e;
const BLANK = 0x20;

function quoteLine(content: string, depth: number): string {
  return depth === 0 ? content : content === "" ? ">".repeat(depth) : `${">".repeat(depth)} ${content}`;
}

function countDamage(text: string): number {
  return parsePatch(text).problems.filter((problem) => problem.severity !== "note").length;
}
