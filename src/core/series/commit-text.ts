// Splits a mail's text as git-mailinfo does: in-body headers, commit message, notes, diff.

export interface InBodyHeaders {
  readonly from?: string;
  readonly subject?: string;
  readonly date?: string;
}

export interface CommitText {
  readonly headers: InBodyHeaders;
  /** True when something follows the commit message that git takes for a patch, be it only a `---` line. */
  readonly hasPatchPart: boolean;
  /** As git mailinfo prints it: every line with its line end. */
  readonly commitMessage: string;
  /** Line, from one, where `commitMessage` starts. */
  readonly commitLine: number;
  readonly notes: string;
  readonly diff: string;
  /** Line, from one; 0 when there is no diff. */
  readonly diffLine: number;
}

/** Splits the text of a patch, whose first diff is known or found. Everything but a text without a final line end is a slice of it. */
export function splitPatchText(text: string, firstDiff = findDiff(text, 0)): CommitText {
  const firstBreak = findPatchBreak(text, 0);
  const head = readInBodyHeaders(text, findScissors(text, firstBreak));
  const breakAt = head.next <= firstBreak ? firstBreak : findPatchBreak(text, head.next);
  const diffAt = firstDiff >= breakAt ? firstDiff : findDiff(text, breakAt);
  // The `---` line itself is neither message nor notes.
  const notesAt = diffAt > breakAt ? lineEnd(text, breakAt) + 1 : breakAt;
  return {
    headers: head.headers,
    hasPatchPart: breakAt < text.length,
    commitMessage: endLine(text.slice(head.next, breakAt)),
    commitLine: lineOf(text, head.next),
    notes: text.slice(notesAt, Math.max(notesAt, diffAt)).trim(),
    diff: text.slice(diffAt),
    diffLine: diffAt < text.length ? lineOf(text, diffAt) : 0,
  };
}

/** Splits the text of a cover letter: a range-diff or a diffstat in it is text, the signature is not. */
export function splitCoverText(text: string): CommitText {
  const head = readInBodyHeaders(text, 0);
  const lines = textLines(text.slice(head.next));
  const hasPatchPart = findPatchBreak(text, head.next) < text.length;
  const kept = lines.slice(0, findSignature(lines, 0));
  const commitMessage = kept.length === 0 ? "" : `${kept.join("\n")}\n`;
  return { headers: head.headers, hasPatchPart, commitMessage, commitLine: lineOf(text, head.next), notes: "", diff: "", diffLine: 0 };
}

/** A reply is all text; `diff` is the part from the first unquoted diff on, if there is one. */
export function splitReplyText(text: string, diffAt = findDiff(text, 0)): CommitText {
  const found = diffAt < text.length;
  return { headers: {}, hasPatchPart: found, commitMessage: text, commitLine: 1, notes: "", diff: text.slice(diffAt), diffLine: found ? lineOf(text, diffAt) : 0 };
}

/** Offset of the first unquoted diff at or after `from`: a `diff` header that something follows, or `---` and `+++`, or a hunk alone; the text's end when there is none. */
export function findDiff(text: string, from: number): number {
  for (let at = from; at < text.length; ) {
    const code = text.charCodeAt(at);
    const end = lineEnd(text, at);
    if ((code === LOWER_D || code === DASH || code === UPPER_I || code === AT_SIGN) && /^(?:diff |Index: |--- |@@ -)/.test(text.slice(at, at + 7))) {
      const nextEnd = lineEnd(text, end + 1);
      const isLast = end + 1 >= text.length;
      if (isDiffStart(text.slice(at, end), isLast ? null : text.slice(end + 1, nextEnd), text.slice(nextEnd + 1, nextEnd + 30))) return at;
    }
    at = end + 1;
  }
  return text.length;
}

/** Index of the last `-- ` line when what follows is short enough to be a signature, or of a list's footer; else the end. */
export function findSignature(lines: readonly string[], from: number): number {
  let end = lines.length;
  for (let at = lines.length - 1; at >= from; at -= 1) {
    if (/^_{40,}$/.test(lines[at] ?? "") && lines.length - at <= 12) end = at;
    if (lines[at] === "-- ") return at;
    // Many lists and mail programs take the blank off; then only git's own version line proves a signature.
    if (lines[at] === "--" && /^\d+\.\d+[\w.() -]*$/.test(lines[at + 1] ?? "")) return at;
  }
  return end;
}

function textLines(text: string): string[] {
  const lines = text.split("\n");
  if (lines[lines.length - 1] === "") lines.pop();
  return lines;
}

function endLine(text: string): string {
  return text === "" || text.endsWith("\n") ? text : `${text}\n`;
}

/** Offset of the line end at or after `at`, or of the text's end. */
function lineEnd(text: string, at: number): number {
  const newline = text.indexOf("\n", at);
  return newline < 0 ? text.length : newline;
}

/** Line, from one, of an offset. */
function lineOf(text: string, offset: number): number {
  let line = 1;
  for (let at = offset === 0 ? -1 : text.indexOf("\n"); at >= 0 && at < offset; at = text.indexOf("\n", at + 1)) line += 1;
  return line;
}

/** mailinfo.c, patchbreak: offset where the message ends and the patch (or its notes) begins; the text's end when it does not. */
function findPatchBreak(text: string, from: number): number {
  for (let at = from; at < text.length; at = lineEnd(text, at) + 1) {
    const code = text.charCodeAt(at);
    if (code === DASH ? isRule(text, at) : (code === LOWER_D && text.startsWith("diff -", at)) || (code === UPPER_I && text.startsWith("Index: ", at))) return at;
  }
  return text.length;
}

const DASH = 0x2d;
const LOWER_D = 0x64;
const UPPER_I = 0x49;
const AT_SIGN = 0x40;

/** `---` alone, or a name behind it. */
function isRule(text: string, at: number): boolean {
  if (!text.startsWith("---", at)) return false;
  const rest = text.slice(at + 3, lineEnd(text, at));
  return rest.trim() === "" || /^ \S/.test(rest);
}

/** `next` is the line below, null at the end; `third` what stands below that. */
function isDiffStart(line: string, next: string | null, third: string): boolean {
  const below = next ?? "";
  if (/^diff --(?:git|cc|combined) \S/.test(line)) {
    if (next === null || /^(?:old mode|new mode|deleted file|new file|copy |rename |similarity|dissimilarity|index |--- |Binary |GIT binary|mode |diff --git )/.test(below)) return true;
    // A header wrapped by a mailer: its rest stands on the next line.
    return /^(?:index |--- |new file|deleted file|old mode|rename |similarity)/.test(third);
  }
  if (/^diff -[^-]/.test(line) || /^diff [^-\s].* .*$/.test(line)) return below.startsWith("--- ") || /^\d+(?:,\d+)?[acd]\d/.test(below);
  if (line.startsWith("Index: ")) return /^=+$/.test(below) || below.startsWith("--- ") || below.startsWith("diff ");
  if (line.startsWith("--- ")) return below.startsWith("+++ ");
  return /^@@ -\d+(?:,\d+)? \+\d+(?:,\d+)? @@/.test(line) && /^[-+ ]|^$/.test(below);
}

/** The pairs that stand for scissors. */
const SCISSORS = ["8<", ">8", "<8", "8>", "%<", ">%"];

/** mailinfo.c, is_scissors_line. What stands above a scissors line, which is above the patch, is talk. Returns the offset to start at. */
function findScissors(text: string, patchBreak: number): number {
  const message = text.slice(0, patchBreak);
  if (!SCISSORS.some((pair) => message.includes(pair))) return 0;
  let start = 0;
  for (let at = 0; at < message.length; ) {
    const end = lineEnd(message, at);
    if (end - at <= 300 && isScissors(message.slice(at, end))) start = Math.min(text.length, end + 1);
    at = end + 1;
  }
  return start;
}

/** At least 8 visible characters, of which more than a third are perforation, with a pair of scissors among them. */
export function isScissors(line: string): boolean {
  if (!/[>%]8|8[<>%]|[<]8/.test(line)) return false;
  let perforation = 0;
  let scissors = 0;
  let first = -1;
  let last = -1;
  let inPerforation = false;
  for (let at = 0; at < line.length; at += 1) {
    const character = line[at] ?? "";
    if (/\s/.test(character)) {
      if (inPerforation) {
        perforation += 1;
      }
      continue;
    }
    last = at;
    if (first < 0) first = at;
    if (character === "-") {
      inPerforation = true;
      perforation += 1;
      continue;
    }
    const pair = line.slice(at, at + 2);
    if (pair === ">8" || pair === "8<" || pair === ">%" || pair === "%<" || pair === "<8" || pair === "8>") {
      inPerforation = true;
      perforation += 2;
      scissors += 2;
      at += 1;
      last = at;
      continue;
    }
    inPerforation = false;
  }
  const visible = first >= 0 ? last - first + 1 : 0;
  return scissors > 0 && visible >= 8 && visible < perforation * 3;
}

/**
 * mailinfo.c, handle_commit_msg: headers at the very top of the body, `From:`, `Subject:` and `Date:` once each, folded
 * or not; `[PATCH] title` and `>From <commit>` lines, too. They end at the first blank line after one of them.
 */
function readInBodyHeaders(text: string, from: number): { headers: InBodyHeaders; next: number } {
  const headers: { from?: string; subject?: string; date?: string } = {};
  let last: "from" | "subject" | "date" | undefined;
  for (let at = from; at < text.length; ) {
    const line = text.slice(at, lineEnd(text, at));
    const next = Math.min(text.length, at + line.length + 1);
    if (line.trim() === "") {
      if (last !== undefined) return { headers, next };
      if (line !== "") return { headers, next: at };
    } else if (last !== undefined && /^[ \t]/.test(line)) {
      headers[last] = `${headers[last] ?? ""} ${line.trim()}`;
    } else if (/^\[PATCH\]\s/.test(line)) {
      headers.subject = line;
      last = "subject";
    } else if (!/^>From [0-9a-f]{40,64} Mon Sep 17 00:00:00 2001\s*$/.test(line)) {
      const match = /^(From|Subject|Date):\s*(.*)$/i.exec(line);
      const name = match?.[1]?.toLowerCase();
      if ((name !== "from" && name !== "subject" && name !== "date") || headers[name] !== undefined) return { headers, next: at };
      headers[name] = (match?.[2] ?? "").trim();
      last = name;
    }
    at = next;
  }
  return { headers, next: text.length };
}
