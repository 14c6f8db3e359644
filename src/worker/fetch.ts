// Fetches the mailbox of a thread over https: only when asked, within limits, and told apart from a web page that pretends to be one.
import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { isSameSite, type LoreAddress } from "../core/lore.js";
import type { FetchedThread } from "../protocol/messages.js";

/** Packed bytes that are taken. The longest threads of lore are about 10 MB packed; the limit of what is inflated is the reader's. */
export const MAX_FETCHED_BYTES = 64 * 1024 * 1024;
/** Milliseconds without a byte. */
const IDLE_LIMIT = 30_000;
/** Milliseconds for all of it: a server that sends a byte now and then must not hold us for ever. */
const TOTAL_LIMIT = 600_000;
/** Lore needs one, from a short link to a list; more are a loop. */
const MAX_REDIRECTS = 5;
/** How often the wish to stop is looked at while nothing arrives, in milliseconds. */
const CANCEL_INTERVAL = 100;

export interface FetchOptions {
  /** Called with the packed bytes so far, and how many there will be where the server says so. */
  readonly progress?: (received: number, total: number | null) => void;
  readonly cancelled?: () => boolean;
  /** Smaller limits and plain http on loopback; for tests. */
  readonly maxBytes?: number;
  readonly idleLimit?: number;
  readonly loopback?: boolean;
}

/** Fetches a thread's `t.mbox.gz`, still packed. Never throws: what went wrong is in the result. */
export async function fetchThread(address: LoreAddress, options: FetchOptions = {}): Promise<FetchedThread> {
  let url = new URL(address.url);
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    const step = await fetchOnce(url, options);
    if (!("location" in step)) return step;
    const next = nextUrl(url, step.location, options.loopback === true);
    if (next === null) return { failure: "redirect-refused", detail: step.location.slice(0, 200) };
    url = next;
  }
  return { failure: "too-many-redirects", detail: url.host };
}

/** Where a redirect may lead: to https, at the same site, without credentials. */
function nextUrl(from: URL, location: string, loopback: boolean): URL | null {
  let next: URL;
  try {
    next = new URL(location, from);
  } catch {
    return null;
  }
  const isSafe = next.protocol === "https:" || (loopback && next.protocol === "http:" && next.host === from.host);
  return isSafe && next.username === "" && next.password === "" && isSameSite(from.hostname, next.hostname) ? next : null;
}

function fetchOnce(url: URL, options: FetchOptions): Promise<FetchedThread | { readonly location: string }> {
  const idleLimit = options.idleLimit ?? IDLE_LIMIT;
  return new Promise((resolve) => {
    const isPlain = url.protocol === "http:";
    if (isPlain && !(options.loopback === true && (url.hostname === "127.0.0.1" || url.hostname === "localhost"))) {
      resolve({ failure: "redirect-refused", detail: url.host });
      return;
    }
    const request = (isPlain ? httpRequest : httpsRequest)(url, {
      // Lore keeps browsers that do not run scripts out; programs that say who they are may fetch mailboxes.
      headers: { "user-agent": "lifeline (reads patch series; one request for each thread that its user opens)", accept: "application/gzip, */*;q=0.1", "accept-encoding": "identity" },
      agent: false,
    });
    const end = (result: FetchedThread | { readonly location: string }): void => {
      clearTimeout(total);
      clearInterval(cancel);
      resolve(result);
      request.destroy();
    };
    const total = setTimeout(() => end({ failure: "timed-out", detail: url.host }), TOTAL_LIMIT);
    const cancel = setInterval(() => {
      if (options.cancelled?.()) end({ failure: "cancelled", detail: "" });
    }, CANCEL_INTERVAL);
    request.setTimeout(idleLimit, () => end({ failure: "timed-out", detail: url.host }));
    request.on("error", (error) => end({ failure: "no-connection", detail: error.message }));
    request.on("response", (response) => receive(response, options, end));
    request.end();
  });
}

function receive(response: IncomingMessage, options: FetchOptions, end: (result: FetchedThread | { readonly location: string }) => void): void {
  const status = response.statusCode ?? 0;
  const { location } = response.headers;
  if ([301, 302, 303, 307, 308].includes(status) && location !== undefined) return end({ location });
  // 300 lists threads whose ids are like the one that was asked for.
  if (status === 404 || status === 410 || status === 300) return end({ failure: "not-found", detail: String(status) });
  const isPage = /^text\/html|^application\/xhtml/i.test(response.headers["content-type"] ?? "");
  // A challenge to browsers comes with any status, 200 too.
  if (isPage) return end({ failure: "web-page", detail: String(status) });
  if (status !== 200) return end({ failure: "bad-status", detail: String(status) });
  const maxBytes = options.maxBytes ?? MAX_FETCHED_BYTES;
  const declared = /^\d{1,15}$/.test(response.headers["content-length"] ?? "") ? Number(response.headers["content-length"]) : null;
  if (declared !== null && declared > maxBytes) return end({ failure: "too-large", detail: String(declared) });
  const chunks: Buffer[] = [];
  let received = 0;
  response.on("data", (chunk: Buffer) => {
    chunks.push(chunk);
    received += chunk.length;
    if (options.cancelled?.()) end({ failure: "cancelled", detail: "" });
    else if (received > maxBytes) end({ failure: "too-large", detail: String(received) });
    else options.progress?.(received, declared);
  });
  response.on("error", (error) => end({ failure: "cut-off", detail: error.message }));
  response.on("end", () => {
    // A buffer of its own, so that it can be handed to another thread.
    const bytes = new Uint8Array(received);
    let at = 0;
    for (const chunk of chunks) {
      bytes.set(chunk, at);
      at += chunk.length;
    }
    end(bytes[0] === 0x1f && bytes[1] === 0x8b ? { bytes } : { failure: bytes[0] === 0x3c ? "web-page" : "not-gzip", detail: String(status) });
  });
}
