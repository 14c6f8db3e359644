// Fetches a thread with an installed `b4 mbox`, for who has set up an archive, a cache or a proxy there. Only when asked; no shell.
import { spawn } from "node:child_process";
import { tmpdir } from "node:os";
import type { LoreAddress } from "../core/lore.js";
import type { FetchedThread } from "../protocol/messages.js";
import { type FetchOptions, MAX_FETCHED_BYTES } from "./fetch.js";

/** Milliseconds for all of it; b4 itself waits for its server as long as it takes. */
const TOTAL_LIMIT = 300_000;
/** How often the wish to stop is looked at, in milliseconds. */
const CANCEL_INTERVAL = 100;
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
export function fetchWithB4(address: LoreAddress, options: B4Options = {}): Promise<FetchedThread> {
  const { messageId } = address;
  // In brackets it can be no option; what has blanks, brackets or control characters in it is no id.
  if (!/^[^\s<>\p{Cc}]+@[^\s<>\p{Cc}]+$/u.test(messageId)) return Promise.resolve({ failure: "b4-failed", detail: "no Message-ID" });
  const maxBytes = options.maxBytes ?? MAX_FETCHED_BYTES;
  return new Promise((resolve) => {
    // Not in a repository: its git settings would be b4's. A group of its own, so that what b4 has started ends with it.
    const child = spawn(options.program ?? "b4", ["mbox", "-o", "-", `<${messageId}>`], { cwd: tmpdir(), stdio: ["ignore", "pipe", "pipe"], windowsHide: true, detached: process.platform !== "win32" });
    const chunks: Buffer[] = [];
    let received = 0;
    let words = "";
    const end = (result: FetchedThread): void => {
      clearTimeout(limit);
      clearInterval(cancel);
      endGroup(child.pid, child.exitCode !== null || child.signalCode !== null);
      resolve(result);
    };
    const limit = setTimeout(() => end({ failure: "timed-out", detail: "b4" }), options.idleLimit ?? TOTAL_LIMIT);
    const cancel = setInterval(() => {
      if (options.cancelled?.()) end({ failure: "cancelled", detail: "" });
    }, CANCEL_INTERVAL);
    child.stdout.on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      received += chunk.length;
      if (received > maxBytes) end({ failure: "too-large", detail: String(received) });
      else options.progress?.(received, null);
    });
    child.stderr.on("data", (chunk: Buffer) => {
      words = (words + chunk.toString("utf8")).slice(-MAX_WORDS);
    });
    child.on("error", (error: NodeJS.ErrnoException) => end(error.code === "ENOENT" ? { failure: "no-b4", detail: "" } : { failure: "b4-failed", detail: error.message }));
    child.on("close", (code, signal) => {
      if (code === 0 && received > 0) return end({ bytes: new Uint8Array(Buffer.concat(chunks)) });
      const last = words.trim().split("\n").at(-1)?.trim() ?? "";
      end({ failure: "b4-failed", detail: last !== "" ? last.slice(0, 200) : code === 0 ? "no mail" : `status ${code ?? signal ?? "unknown"}` });
    });
  });
}

/** Ends b4 and what it has started. */
function endGroup(group: number | undefined, ended: boolean): void {
  if (group === undefined || ended) return;
  try {
    process.kill(process.platform === "win32" ? group : -group, "SIGTERM");
  } catch {
    // It ended by itself a moment ago.
  }
}
