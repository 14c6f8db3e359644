// What an input is, by its content: never by its name.
import { isFromLine } from "./split.js";

export type Container = "mbox" | "mail" | "patch" | "patchwork-page" | "commit-log" | "empty" | "unknown";

/** Header names that begin a real mail; others ("Note: …") may begin prose. */
const MAIL_HEADER =
  /^(?:From|To|Cc|Subject|Date|Message-Id|In-Reply-To|References|Reply-To|Sender|Received|Return-Path|Delivered-To|X-[\w-]+|MIME-Version|Content-[\w-]+|List-[\w-]+|DKIM-Signature|Authentication-Results|ARC-[\w-]+|Envelope-to|Precedence|Mailing-List|Organization|User-Agent|Autocrypt|Archived-At|Errors-To|Resent-[\w-]+|Thread-[\w-]+|Received-SPF|Status|Bcc)[ \t]*:/i;

/** Detects the container from the first part of the input (a few kilobytes are enough), decoded. */
export function detectContainer(head: string): Container {
  const lines = head.split(/\r?\n/).slice(0, 200);
  const first = lines.findIndex((line) => line.trim() !== "");
  if (first < 0) return "empty";
  const line = lines[first] ?? "";
  const next = lines[first + 1] ?? "";
  if (line.startsWith("From ") && (isFromLine(line) || MAIL_HEADER.test(next))) return "mbox";
  if (/^>?From /.test(line) && MAIL_HEADER.test(next)) return "mail";
  if (MAIL_HEADER.test(line) && !isPageRow(line)) return "mail";
  if (isPatchworkPage(lines)) return "patchwork-page";
  if (/^commit [0-9a-f]{7,64}\b/.test(line) && /^(?:Author|Merge|tree|Date|AuthorDate|Notes)\b/.test(next)) return "commit-log";
  if (lines.some((other, at) => isDiffStart(other, lines[at + 1] ?? ""))) return "patch";
  return "unknown";
}

function isDiffStart(line: string, next: string): boolean {
  return /^diff (?:--git|--cc|--combined|-)/.test(line) || (line.startsWith("--- ") && next.startsWith("+++ ")) || (/^Index: \S/.test(line) && next.startsWith("="));
}

/** `Message ID …` of the page's own table, in one of its three copied forms. */
function isPageRow(line: string): boolean {
  return /^(?:\|\s*)?Message ID\b/.test(line);
}

function isPatchworkPage(lines: readonly string[]): boolean {
  let marks = 0;
  for (const line of lines) {
    if (isPageRow(line)) marks += 2;
    else if (/^(?:Commit Message|Message|Comments|Patch|Checks|Pull-request)\s*$/.test(line)) marks += 1;
    else if (/^(?:\|\s*)?(?:State|Headers|Series|Delegated to:?|Archived)(?:\s*\||\t| )/.test(line)) marks += 1;
    else if (/^(?:diff |mbox|series|\s)*(?:mbox series|mbox)\s*$/.test(line)) marks += 1;
  }
  return marks >= 3;
}
