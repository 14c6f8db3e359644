// Fetches a thread with an installed `b4 mbox`, for who has set up an archive, a cache or a proxy there. Only when asked; no shell.
import { tmpdir } from "node:os";
import type { LoreAddress } from "../core/lore.js";
import type { FetchedThread } from "../protocol/messages.js";
import { type FetchOptions, MAX_FETCHED_BYTES } from "./fetch.js";
import { runProcess } from "./process.js";

/** Milliseconds for all of it; b4 itself waits for its server as long as it takes. */
const TOTAL_LIMIT = 300_000;
/** Characters of b4's own words that are kept for the message. */
const MAX_WORDS = 4000;

/** Fetch options, and where b4 differs: `idleLimit` is the limit for the whole run, and `program` another name for b4. */
export interface B4Options extends Omit<FetchOptions, "loopback"> {
  readonly program?: string;
}

/**
 * Asks b4 for the thread of a message, as a mailbox that is not packed. Which archive is asked, is b4's own setting: only
 * the Message-ID of `address` is used. Never throws: what went wrong is in the result.
 */
export async function fetchWithB4(address: LoreAddress, options: B4Options = {}): Promise<FetchedThread> {
  const { messageId } = address;
  // In brackets it can be no option; what has blanks, brackets or control characters in it is no id.
  if (!/^[^\s<>\p{Cc}]+@[^\s<>\p{Cc}]+$/u.test(messageId)) return { failure: "b4-failed", detail: "no Message-ID" };
  const maxBytes = options.maxBytes ?? MAX_FETCHED_BYTES;
  const chunks: Buffer[] = [];
  let received = 0;
  let words = "";
  const { reason, code, detail, unknown } = await runProcess(options.program ?? "b4", ["mbox", "-o", "-", `<${messageId}>`], {
    // Not in a repository: its git settings would be b4's.
    folder: tmpdir(),
    limit: options.idleLimit ?? TOTAL_LIMIT,
    ...(options.cancelled === undefined ? {} : { cancelled: options.cancelled }),
    onOutput: (chunk) => {
      chunks.push(chunk);
      received += chunk.length;
      if (received > maxBytes) return "enough";
      options.progress?.(received, null);
      return undefined;
    },
    onErrors: (chunk) => {
      words = (words + chunk.toString("utf8")).slice(-MAX_WORDS);
    },
  });
  switch (reason) {
    case "cancelled":
      return { failure: "cancelled", detail: "" };
    case "timed-out":
      return { failure: "timed-out", detail: "b4" };
    case "enough":
      return { failure: "too-large", detail: String(received) };
    case "missing":
      return unknown ? { failure: "no-b4", detail: "" } : { failure: "b4-failed", detail };
    case "ended":
      break;
  }
  if (code === 0 && received > 0) return { bytes: new Uint8Array(Buffer.concat(chunks)) };
  const last = words.trim().split("\n").at(-1)?.trim() ?? "";
  return { failure: "b4-failed", detail: last !== "" ? last.slice(0, 200) : code === 0 ? "no mail" : `status ${code ?? detail}` };
}
