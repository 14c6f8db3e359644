// The output of `git log -p` and `git show`, which people paste as often as mail.
import { readMailDate } from "./dates.js";
import { makeMessage } from "./plain.js";
import type { Mailbox, Message } from "./types.js";

/**
 * Reads commits: header lines, the message indented by four blanks, the diff. Each commit becomes a message in the
 * form of a mailed patch. `git log` prints the newest first; the messages are in the order of a series, oldest first.
 */
export function readCommitLog(text: string, byteLength: number): Mailbox {
  const starts = [...text.matchAll(/^commit [0-9a-f]{7,64}\b.*$/gm)].map((match) => match.index);
  const messages: Message[] = [];
  for (const [at, start] of starts.entries()) messages.push(readCommit(text.slice(start, starts[at + 1] ?? text.length), byteLength));
  const ordered = messages.reverse().map((message, index) => ({ ...message, index }));
  return { format: "patch", messages: ordered, problems: [] };
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
  const author = /^(.*?)\s*<([^<>]*)>/.exec(header.get("author") ?? "");
  return makeMessage({
    from: { name: author?.[1] ?? header.get("author") ?? "", email: author?.[2] ?? "" },
    date: readMailDate(header.get("date") ?? header.get("authordate") ?? null),
    subject,
    text: `${message.join("\n")}${message.length > 0 ? "\n" : ""}---\n\n${lines.slice(at).join("\n")}`,
    endByte: byteLength,
  });
}
