// Commits that are not mail: the output of `git log -p` and `git show`, which people paste, Mercurial's patches, bare diffs.
import { readMailDate } from "./dates.js";
import { MAX_MESSAGES } from "./limits.js";
import { makeMessage } from "./plain.js";
import { TERMINAL_COLOR } from "./text.js";
import type { Mailbox, Message } from "./types.js";

/**
 * Reads commits: header lines, the message indented by four blanks, the diff. Each commit becomes a message in the
 * form of a mailed patch. `git log` prints the newest first; the messages are in the order of a series, oldest first.
 * Their byte range is the whole input.
 */
export function readCommitLog(text: string, byteLength: number): Mailbox {
  const plain = text.replace(TERMINAL_COLOR, "");
  const starts = [...plain.matchAll(/^commit [0-9a-f]{7,64}\b.*$/gm)].map((match) => match.index);
  const messages = starts.slice(0, MAX_MESSAGES).map((start, at) => readCommit(plain.slice(start, starts[at + 1] ?? plain.length), byteLength));
  return { format: "patch", messages: messages.reverse().map((message, index) => ({ ...message, index })), problems: [] };
}

/** Reads one `hg export` patch: `# User`, `# Date` (seconds and zone), the message, the diff. */
export function readMercurialPatch(text: string, byteLength: number): Mailbox {
  const lines = text.replaceAll("\r\n", "\n").split("\n");
  const header = new Map<string, string>();
  let at = 0;
  for (; at < lines.length && (lines[at] ?? "").startsWith("#"); at += 1) {
    const match = /^# (\w+) (.*)$/.exec(lines[at] ?? "");
    if (match !== null && !header.has(match[1] ?? "")) header.set(match[1] ?? "", match[2] ?? "");
  }
  const seconds = /^(\d{1,12}) -?\d+$/.exec(header.get("Date") ?? "")?.[1];
  const subject = lines[at] ?? "";
  const message = makeMessage({
    from: readPerson(header.get("User") ?? ""),
    date: seconds === undefined ? null : Number(seconds) * 1000,
    subject,
    text: lines.slice(at + 1).join("\n").replace(/^\n+/, ""),
    endByte: byteLength,
  });
  return { format: "patch", messages: [message], problems: [] };
}

/** Reads a bare diff. A first line with an empty line below it is the title of what the diff does (quilt, StGit). */
export function readBareDiff(text: string, byteLength: number): Mailbox {
  const plain = text.replace(TERMINAL_COLOR, "");
  const title = /^\s*(\S[^\n]{0,200})\r?\n\s*\n/.exec(plain)?.[1]?.trim() ?? "";
  const isTitle = !/^(?:diff |index |Index: |--- |\+\+\+ |@@ |[-+ #])/.test(title);
  const message = (isTitle ? readStGit(plain, byteLength) : null) ?? makeMessage({ subject: isTitle ? title : "", text: plain, endByte: byteLength });
  return { format: "patch", messages: [message], problems: [] };
}

/** A patch of StGit: its title, an empty line, `From:` or `Author:` and `Date:`, and the message below (git's am.c, stgit_patch_to_mail); null for others. */
function readStGit(text: string, byteLength: number): Message | null {
  const head = /^\s*(\S[^\n]{0,200})\n[ \t\r]*\n((?:(?:From|Author|Date):[^\n]{0,500}\n){1,3})/.exec(text);
  if (head === null) return null;
  const field = (name: RegExp): string => name.exec(head[2] ?? "")?.[1]?.trim() ?? "";
  return makeMessage({
    from: readPerson(field(/^(?:From|Author):(.*)$/m)),
    date: readMailDate(field(/^Date:(.*)$/m)),
    subject: (head[1] ?? "").trim(),
    text: text.slice(head[0].length).replace(/^(?:[ \t\r]*\n)+/, ""),
    endByte: byteLength,
  });
}

function readCommit(text: string, byteLength: number): Message {
  const lines = text.replaceAll("\r\n", "\n").split("\n");
  let at = 1;
  const header = new Map<string, string>();
  for (; at < lines.length; at += 1) {
    const match = /^(\w+):\s+(.*)$/.exec(lines[at] ?? "");
    if (match === null) break;
    header.set((match[1] ?? "").toLowerCase(), match[2] ?? "");
  }
  const message: string[] = [];
  for (; at < lines.length; at += 1) {
    const line = lines[at] ?? "";
    if (line !== "" && !line.startsWith("    ")) break;
    message.push(line.slice(4));
  }
  while (message[0] === "") message.shift();
  while (message[message.length - 1] === "") message.pop();
  const subject = message.shift() ?? "";
  while (message[0] === "") message.shift();
  return makeMessage({
    from: readPerson(header.get("author") ?? ""),
    date: readMailDate(header.get("date") ?? header.get("authordate") ?? null),
    subject,
    text: `${message.join("\n")}${message.length > 0 ? "\n" : ""}---\n\n${lines.slice(at).join("\n")}`,
    endByte: byteLength,
  });
}

function readPerson(text: string): { name: string; email: string } {
  const match = /^(.*?)\s*<([^<>]*)>/.exec(text);
  return { name: match?.[1] ?? text, email: match?.[2] ?? "" };
}
