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

/** Splits the text of a patch. */
export function splitPatchText(text: string): CommitText {
  const lines = textLines(text);
  const scissors = findScissors(lines);
  const head = readInBodyHeaders(lines, scissors);
  const breakAt = findPatchBreak(lines, head.next);
  const diffAt = findDiff(lines, breakAt);
  const noteFrom = diffAt > breakAt ? breakAt + 1 : breakAt;
  return {
    headers: head.headers,
    hasPatchPart: breakAt < lines.length,
    commitMessage: joinLines(lines.slice(head.next, breakAt)),
    commitLine: head.next + 1,
    notes: lines.slice(noteFrom, Math.max(noteFrom, diffAt)).join("\n").trim(),
    diff: diffAt < lines.length ? lines.slice(diffAt).join("\n") + (text.endsWith("\n") ? "\n" : "") : "",
    diffLine: diffAt < lines.length ? diffAt + 1 : 0,
  };
}

/** Splits the text of a cover letter: a range-diff or a diffstat in it is text, the signature is not. */
export function splitCoverText(text: string): CommitText {
  const lines = textLines(text);
  const head = readInBodyHeaders(lines, 0);
  const end = findSignature(lines, head.next);
  const hasPatchPart = findPatchBreak(lines, head.next) < lines.length;
  return { headers: head.headers, hasPatchPart, commitMessage: joinLines(lines.slice(head.next, end)), commitLine: head.next + 1, notes: "", diff: "", diffLine: 0 };
}

/** A reply is all text; `diff` is the part from the first unquoted diff on, if there is one. */
export function splitReplyText(text: string): CommitText {
  const lines = textLines(text);
  const diffAt = findDiff(lines, 0);
  return {
    headers: {},
    hasPatchPart: diffAt < lines.length,
    commitMessage: text,
    commitLine: 1,
    notes: "",
    diff: diffAt < lines.length ? lines.slice(diffAt).join("\n") + (text.endsWith("\n") ? "\n" : "") : "",
    diffLine: diffAt < lines.length ? diffAt + 1 : 0,
  };
}

/** True when the text has a diff that is not quoted. */
export function hasDiff(text: string): boolean {
  const lines = textLines(text);
  return findDiff(lines, 0) < lines.length;
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

function joinLines(lines: readonly string[]): string {
  return lines.length === 0 ? "" : `${lines.join("\n")}\n`;
}

/** mailinfo.c, patchbreak: where the message ends and the patch (or its notes) begins. */
function isPatchBreak(line: string): boolean {
  if (line.startsWith("diff -") || line.startsWith("Index: ")) return true;
  if (!line.startsWith("---")) return false;
  return /^---\s*$/.test(line) || /^--- \S/.test(line);
}

function findPatchBreak(lines: readonly string[], from: number): number {
  for (let at = from; at < lines.length; at += 1) {
    if (isPatchBreak(lines[at] ?? "")) return at;
  }
  return lines.length;
}

/** First line of the first diff: a `diff` header that something follows, or `---` and `+++`, or a hunk alone. */
function findDiff(lines: readonly string[], from: number): number {
  for (let at = from; at < lines.length; at += 1) {
    const line = lines[at] ?? "";
    const next = lines[at + 1] ?? "";
    if (/^diff --(?:git|cc|combined) \S/.test(line)) {
      if (/^(?:old mode|new mode|deleted file|new file|copy |rename |similarity|dissimilarity|index |--- |Binary |GIT binary|mode |diff --git )/.test(next) || at + 1 >= lines.length) return at;
      // A header wrapped by a mailer: its rest stands on the next line.
      if (/^(?:index |--- |new file|deleted file|old mode|rename |similarity)/.test(lines[at + 2] ?? "")) return at;
    } else if (/^diff -[^-]/.test(line) || /^diff [^-\s].* .*$/.test(line)) {
      if (next.startsWith("--- ") || /^\d+(?:,\d+)?[acd]\d/.test(next)) return at;
    } else if (line.startsWith("Index: ")) {
      if (/^=+$/.test(next) || next.startsWith("--- ") || next.startsWith("diff ")) return at;
    } else if (line.startsWith("--- ") && next.startsWith("+++ ")) {
      return at;
    } else if (/^@@ -\d+(?:,\d+)? \+\d+(?:,\d+)? @@/.test(line) && /^[-+ ]|^$/.test(next)) {
      return at;
    }
  }
  return lines.length;
}

/** mailinfo.c, is_scissors_line. What stands above a scissors line is talk. Returns the index to start at. */
function findScissors(lines: readonly string[]): number {
  let start = 0;
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? "";
    if (isPatchBreak(line)) break;
    if (line.length <= 300 && isScissors(line)) start = at + 1;
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
function readInBodyHeaders(lines: readonly string[], from: number): { headers: InBodyHeaders; next: number } {
  const headers: { from?: string; subject?: string; date?: string } = {};
  let last: "from" | "subject" | "date" | undefined;
  let at = from;
  for (; at < lines.length; at += 1) {
    const line = lines[at] ?? "";
    if (line.trim() === "") {
      if (last !== undefined) return { headers, next: at + 1 };
      if (line !== "") break;
      continue;
    }
    if (last !== undefined && /^[ \t]/.test(line)) {
      headers[last] = `${headers[last] ?? ""} ${line.trim()}`;
      continue;
    }
    if (/^>From\s/.test(line)) {
      if (/^>From [0-9a-f]{40,64} Mon Sep 17 00:00:00 2001\s*$/.test(line)) {
        continue;
      }
      break;
    }
    if (/^\[PATCH\]\s/.test(line)) {
      headers.subject = line;
      last = "subject";
      continue;
    }
    const match = /^(From|Subject|Date):\s*(.*)$/i.exec(line);
    const name = match?.[1]?.toLowerCase();
    if (name !== "from" && name !== "subject" && name !== "date") break;
    if (headers[name] !== undefined) break;
    headers[name] = (match?.[2] ?? "").trim();
    last = name;
  }
  return { headers, next: at };
}
