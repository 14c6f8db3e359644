// Threads of an archive on the command line: links and Message-IDs to bytes, with one clear line for everything that goes wrong.
import { type LoreAddress, type LoreRefusal, readLoreAddress } from "../core/lore.js";
import type { FetchFailure } from "../protocol/messages.js";
import { UsageError } from "./errors.js";
import { makeSafe } from "./show-text.js";

export interface FetchSettings {
  /** Shows how far the fetching is; "" takes it away again. */
  readonly progress?: (text: string) => void;
  /** With an installed b4, which knows its own archive. */
  readonly b4?: boolean;
  /** Plain http on this machine; for tests. */
  readonly loopback?: boolean;
}

const REFUSALS: Readonly<Record<LoreRefusal, string>> = {
  empty: "no link and no Message-ID",
  "no-message-id": "no Message-ID in the link; copy the link of one message or thread",
  "bad-message-id": "not a Message-ID, or a damaged link",
  "bad-host": "not a host that can be asked",
  credentials: "a link with a user name or password is not followed",
  "plain-http": "only https is used; this link is plain http",
  "other-scheme": "only https links can be opened",
};

const FAILURES: Readonly<Record<FetchFailure, string>> = {
  "not-found": "the archive has no such message",
  "too-large": "the thread is too large",
  "timed-out": "no answer in time",
  "web-page": "a web page came instead of the mailbox (the archive may want a browser's check); save t.mbox.gz from your browser and open that",
  "not-gzip": "what came is not a gzipped mailbox",
  "cut-off": "the connection was cut off",
  "redirect-refused": "the archive leads to another place, which is not followed",
  "too-many-redirects": "the archive leads on and on",
  "bad-status": "the archive cannot serve it now",
  "no-connection": "no connection",
  cancelled: "cancelled",
  "no-b4": "b4 is not installed (or not on the PATH)",
  "b4-failed": "b4 could not fetch it",
};

/** The mailbox of what the user wrote. Throws a UsageError that says why there is none. */
export function readAddress(name: string, settings: FetchSettings): LoreAddress {
  const result = readLoreAddress(name, { loopback: settings.loopback === true });
  if ("address" in result) return result.address;
  throw new UsageError(`${name}: ${REFUSALS[result.refused]}`);
}

/** The mailbox, packed or not. Throws a UsageError that says why it could not be fetched. */
export async function fetchAddress(name: string, address: LoreAddress, settings: FetchSettings): Promise<Uint8Array> {
  settings.progress?.(settings.b4 === true ? `fetching ${address.messageId} with b4` : `fetching ${address.url}`);
  const progress = (received: number, total: number | null): void => settings.progress?.(`fetching ${kilobytes(received)}${total === null ? "" : ` of ${kilobytes(total)}`}`);
  // Loaded when they are needed: most inputs are files, and what they need of Node takes its time.
  const result = settings.b4 === true
    ? await (await import("../worker/b4.js")).fetchWithB4(address, { progress })
    : await (await import("../worker/fetch.js")).fetchThread(address, { loopback: settings.loopback === true, progress });
  settings.progress?.("");
  if ("bytes" in result) return result.bytes;
  throw new UsageError(`${name}: ${FAILURES[result.failure]}${result.detail === "" ? "" : ` (${makeSafe(result.detail)})`}`);
}

function kilobytes(bytes: number): string {
  return `${Math.ceil(bytes / 1000)} kB`;
}
