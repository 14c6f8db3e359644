// Where a thread of a public-inbox archive (lore.kernel.org) is found: links and Message-IDs to the https address of its mailbox.

/** The archive that is asked for a bare Message-ID: all lists of the kernel. */
export const LORE_HOST = "lore.kernel.org";

/** public-inbox cuts longer ids (MID.pm, MAX_MID_SIZE), so nothing can be found under one. */
const MAX_ID_LENGTH = 244;
/** Longer input is no link that anybody has copied. */
const MAX_INPUT = 4096;

/** Hosts that only lead on to lore: `https://patch.msgid.link/<id>` in the `Link:` trailers of commits. */
const REDIRECTORS: readonly string[] = ["patch.msgid.link", "msgid.link", "www.msgid.link", "lkml.kernel.org"];

/** A thread's mailbox. */
export interface LoreAddress {
  /** The address of `t.mbox.gz`: always https, except on loopback where that was allowed. */
  readonly url: string;
  /** Without `<>`, unescaped. */
  readonly messageId: string;
}

/** Why there is no address. `plain-http` is for other hosts than lore, which is asked by https whatever the link says. */
export type LoreRefusal = "empty" | "no-message-id" | "bad-message-id" | "bad-host" | "credentials" | "plain-http" | "other-scheme";

export type LoreResult = { readonly address: LoreAddress } | { readonly refused: LoreRefusal };

/** `loopback` allows plain http, and a port, on this machine only; for tests. */
export interface LoreOptions {
  readonly loopback?: boolean;
}

/**
 * Reads what a user has copied: a link to a message or thread of a public-inbox archive, with or without `/raw`, `/T/` or
 * `#anchor` behind it; a `/r/` or `patch.msgid.link` link; a Message-ID, bare, in `<>`, as a `mid:` URI (RFC 2392) or as
 * a whole header or `Link:` line. Only the host in the link is asked, and lore for everything without one. Never throws.
 */
export function readLoreAddress(text: string, options: LoreOptions = {}): LoreResult {
  const line = text.trim().slice(0, MAX_INPUT + 1);
  if (line === "") return { refused: "empty" };
  if (line.length > MAX_INPUT) return { refused: "bad-message-id" };
  const bare = /^(?:[A-Za-z-]{2,20}:\s+)?(?:mid:)?<?([^<>]*)>?$/.exec(line)?.[1]?.trim() ?? line;
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(bare)?.[1]?.toLowerCase();
  if (scheme === undefined) return withId(`https://${LORE_HOST}/all/`, bare);
  if (scheme !== "https" && scheme !== "http") return { refused: "other-scheme" };
  return readLink(bare, scheme, options.loopback === true);
}

/** True when a redirect from one host to another stays at the same place: the host itself, one below it, or within kernel.org. */
export function isSameSite(host: string, other: string): boolean {
  const isKernel = (name: string): boolean => name.endsWith(".kernel.org");
  return other === host || other.endsWith(`.${host}`) || (isKernel(host) && isKernel(other));
}

/** A Message-ID as a part of a path, as public-inbox writes it (MID.pm, mid_escape): what RFC 3986 allows there stays. */
export function escapeMessageId(id: string): string {
  let escaped = "";
  for (const byte of new TextEncoder().encode(id)) {
    const character = String.fromCharCode(byte);
    escaped += /[A-Za-z0-9\-._~!$&';()*+,=:@]/.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return escaped;
}

function readLink(link: string, scheme: "http" | "https", loopback: boolean): LoreResult {
  const match = /^https?:\/\/([^/?#\s]*)([^?#\s]*)(?:[?#]\S*)?$/i.exec(link);
  if (!match) return { refused: "bad-message-id" };
  const authority = (match[1] ?? "").toLowerCase();
  if (authority.includes("@")) return { refused: "credentials" };
  const host = authority.replace(/:\d{1,5}$/, "");
  const isLocal = loopback && (host === "127.0.0.1" || host === "localhost");
  if (!isLocal && !/^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/.test(host)) return { refused: "bad-host" };
  const segments = (match[2] ?? "").split("/").filter((segment) => segment !== "");
  const at = segments.findIndex((segment) => /@|%40/i.test(segment));
  const id = at < 0 ? null : unescape(segments[at] ?? "");
  if (id === null) return { refused: at < 0 ? "no-message-id" : "bad-message-id" };
  const folders = segments.slice(0, at);
  if (REDIRECTORS.includes(host) || (host === LORE_HOST && (folders.length === 0 || folders[0] === "r"))) return withId(`https://${LORE_HOST}/all/`, id);
  if (scheme === "http" && !isLocal && host !== LORE_HOST) return { refused: "plain-http" };
  if (folders.some((folder) => folder === ".." || folder === "." || !/^[A-Za-z0-9._~+-]+$/.test(folder))) return { refused: "bad-message-id" };
  return withId(`${isLocal ? scheme : "https"}://${authority}/${folders.map((folder) => `${folder}/`).join("")}`, id);
}

/** The thread of an id below a folder of an archive. An id has one `@` at least, and nothing that a header could not hold. */
function withId(folder: string, id: string): LoreResult {
  if (!id.includes("@")) return { refused: "no-message-id" };
  // Control characters, blanks and brackets end an id in a header.
  if (id.length > MAX_ID_LENGTH || /[\s<>\u0000-\u001f\u007f]/.test(id) || !/^[^@].*@[^@]/.test(id)) return { refused: "bad-message-id" };
  return { address: { url: `${folder}${escapeMessageId(id)}/t.mbox.gz`, messageId: id } };
}

function unescape(segment: string): string | null {
  try {
    return decodeURIComponent(segment);
  } catch {
    return null;
  }
}
