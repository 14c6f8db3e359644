// The text of one mail: a plain path for single-part text, postal-mime for multiparts, attached patches joined to the text.
import PostalMime from "postal-mime";
import type { Attachment as ParsedAttachment } from "postal-mime";
import type { Problem } from "../problem.js";
import { decodeGuessed, decodeText, isKnownCharset } from "./charset.js";
import { readFlowed } from "./flowed.js";
import type { ContentType, HeaderFields } from "./headers.js";
import { latin1, readContentType } from "./headers.js";
import { once } from "./lazy.js";
import { MAX_ATTACHED_PATCHES, MAX_FORWARDED_DEPTH, MAX_HEADER_BYTES, MAX_MIME_DEPTH } from "./limits.js";
import type { Part } from "./parts.js";
import { readParts } from "./parts.js";
import { unquoteFromLines } from "./split.js";
import { cleanText, removeClearSignature } from "./text.js";
import { decodeBase64, decodeQuotedPrintable, isBase64Truncated } from "./transfer.js";
import type { Attachment } from "./types.js";

export interface Body {
  /** With LF line ends. */
  readonly text: string;
  readonly attachments: readonly Attachment[];
  readonly problems: readonly Problem[];
}

/**
 * Reads the body of one mail. `raw` is the whole mail, `bodyStart` the offset of its body, `quoted` says that mboxrd
 * quoted its From lines. Single-part text takes the plain path and is decoded on demand; the rest goes to the MIME
 * library. What that cannot read gives its raw text and a problem.
 */
export function readBody(raw: Uint8Array, bodyStart: number, headers: HeaderFields, quoted: boolean): Body | Promise<Body> {
  const contentType = readContentType(headers.get("content-type"));
  if (contentType.type.startsWith("text/") && contentType.type !== "text/html") {
    const text = once(() => {
      const body = raw.subarray(bodyStart);
      return readPlainText(quoted ? unquoteFromLines(body) : body, contentType, headers.get("content-transfer-encoding"));
    });
    return {
      get text() {
        return text();
      },
      attachments: [],
      problems: findProblems(raw.subarray(bodyStart), contentType, headers),
    };
  }
  const whole = quoted ? unquoteFromLines(raw) : raw;
  const parts = readParts(whole.subarray(bodyStart), headers);
  return parts === null ? readWithLibrary(whole, whole.subarray(bodyStart)) : joinParts(parts);
}

/** The body of an ordinary multipart: its texts in order, each with a line end, and every attached patch. */
function joinParts(parts: readonly Part[]): Body {
  const content = once(() => {
    let own = "";
    for (const part of parts.filter((one) => !one.isAttached)) {
      const text = readPlainText(part.bytes, part.contentType, part.headers.get("content-transfer-encoding"));
      own += text === "" || text.endsWith("\n") ? text : `${text}\n`;
    }
    const attachments = parts.filter((part) => part.isAttached).map((part): Attachment => {
      const bytes = decodeTransfer(part.bytes, part.headers.get("content-transfer-encoding"));
      return { name: part.name, type: part.contentType.type, bytes };
    });
    return { text: joinPatches(own, attachments), attachments };
  });
  return {
    get text() {
      return content().text;
    },
    get attachments() {
      return content().attachments;
    },
    problems: parts.flatMap((part) => findProblems(part.bytes, part.contentType, part.headers)),
  };
}

/** What is wrong with how one part is encoded; known before it is decoded. */
function findProblems(bytes: Uint8Array, contentType: ContentType, headers: HeaderFields): Problem[] {
  const problems: Problem[] = [];
  const { charset } = contentType;
  if (charset !== null && contentType.type.startsWith("text/") && !isKnownCharset(charset)) problems.push({ kind: "unknown-charset", severity: "warning", detail: charset });
  const encoding = headers.get("content-transfer-encoding")?.trim().toLowerCase() ?? "";
  if (encoding === "base64" && isBase64Truncated(bytes)) problems.push({ kind: "truncated-base64", severity: "error" });
  if (!KNOWN_ENCODING.test(encoding)) problems.push({ kind: "unknown-transfer-encoding", severity: "note", detail: encoding });
  return problems;
}

/** The encodings of RFC 2045, and spellings of "as it is" that occur. */
const KNOWN_ENCODING = /^(?:|7-?bits?|8-?bits?|binary|base64|quoted-printable)$/;

/** The text of one part: its transfer encoding, charset and flowed lines undone. */
function readPlainText(bytes: Uint8Array, contentType: ContentType, encoding: string | null): string {
  const decoded = decodeText(decodeTransfer(bytes, encoding), contentType.charset);
  const flowed = contentType.flowed ? readFlowed(decoded, contentType.delSp) : decoded;
  return removeClearSignature(cleanText(flowed));
}

/** Undoes a content transfer encoding; an unknown one ("8-bit", "7bits") leaves the bytes alone, as git does. */
export function decodeTransfer(bytes: Uint8Array, encoding: string | null): Uint8Array {
  const name = encoding?.trim().toLowerCase() ?? "";
  if (name === "quoted-printable") return decodeQuotedPrintable(bytes);
  if (name === "base64") return decodeBase64(bytes);
  return bytes;
}

/** Reads a mail of any shape with postal-mime. */
export async function readWithLibrary(raw: Uint8Array, body: Uint8Array): Promise<Body> {
  const options = {
    maxNestingDepth: MAX_MIME_DEPTH,
    maxHeadersSize: MAX_HEADER_BYTES,
    maxRfc822NestingDepth: MAX_FORWARDED_DEPTH,
    attachmentEncoding: "arraybuffer" as const,
  };
  // Flowed lines are ours to join, since the library joins patches, too.
  const flow = readFlow(raw);
  const bytes = flow === null ? raw : hideFlow(raw);
  try {
    let email = await PostalMime.parse(bytes, options);
    if ((email.text ?? "").includes("\ufffd") && !namesCharset(raw)) {
      // No part says what its 8-bit text is, and it is not UTF-8: decode it by our own order and hand it over as UTF-8.
      email = await PostalMime.parse(new TextEncoder().encode(decodeGuessed(bytes)), options);
    }
    // postal-mime ends every part with a line end of its own.
    const text = email.text ?? textOfHtml(email.html ?? "");
    const own = removeClearSignature(cleanText(flow === null ? text : readFlowed(text, flow.delSp))).replace(/\n\n$/, "\n");
    const attachments = email.attachments.map(readAttachment);
    return { text: joinPatches(own, attachments), attachments, problems: [] };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return { text: cleanText(decodeGuessed(body)), attachments: [], problems: [{ kind: "broken-mime", severity: "warning", detail }] };
  }
}

const FLOWED = /^(?:content-type:|[ \t]).{0,900}\bformat\s*=\s*"?flowed/im;

/** Whether a mail of several parts has flowed ones. */
function readFlow(raw: Uint8Array): { delSp: boolean } | null {
  const text = latin1(raw);
  return FLOWED.test(text) ? { delSp: /\bdelsp\s*=\s*"?yes/i.test(text) } : null;
}

/** The same bytes, with every "flowed" made a word of the same length that says nothing. */
function hideFlow(raw: Uint8Array): Uint8Array {
  const copy = raw.slice();
  for (const match of latin1(raw).matchAll(/\bformat\s*=\s*"?(?=flowed)/gi)) copy[match.index + match[0].length] = 0x78;
  return copy;
}

function namesCharset(raw: Uint8Array): boolean {
  return /charset\s*=\s*"?(?!us-ascii|ascii|utf-?8)[\w-]/i.test(latin1(raw));
}

function readAttachment(parsed: ParsedAttachment): Attachment {
  const content = parsed.content;
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : new Uint8Array(content);
  return { name: parsed.filename ?? "", type: parsed.mimeType, bytes };
}

/** Lines that only a diff has; one of them makes an attachment a patch. */
const DIFF_LINE = /^(?:diff --git |diff --cc |diff -|Index: |@@ -\d|GIT binary patch|--- \S[^\n]*\n\+\+\+ \S)/m;

/** Appends each attached patch to the text, after an empty line, as git-mailinfo does at a part's end. */
function joinPatches(text: string, attachments: readonly Attachment[]): string {
  let joined = text;
  let count = 0;
  for (const attachment of attachments) {
    if (count >= MAX_ATTACHED_PATCHES) break;
    const patch = patchText(attachment);
    if (patch === undefined || joined.includes(patch.trim())) continue;
    if (joined !== "" && !joined.endsWith("\n")) joined += "\n";
    joined += `${joined === "" ? "" : "\n"}${patch}`;
    count += 1;
  }
  return joined;
}

function patchText(attachment: Attachment): string | undefined {
  if (/^(?:image|audio|video)\/|pgp-signature|pkcs7|html/.test(attachment.type)) return undefined;
  if (attachment.bytes.includes(0)) return undefined;
  const text = cleanText(decodeText(attachment.bytes, null));
  if (!DIFF_LINE.test(text)) return undefined;
  return text.endsWith("\n") ? text : `${text}\n`;
}

/** Elements whose text is not for reading. */
const SILENT_ELEMENTS = ["style", "script", "head"];

/** The words of a mail that has only HTML. Good enough to read; nothing of it is ever shown as markup. */
function textOfHtml(html: string): string {
  return SILENT_ELEMENTS.reduce(dropElement, html)
    .replace(/<br\b[^<>]{0,2000}>|<\/(?:p|div|tr|li|h\d|pre|blockquote)>/gi, "\n")
    .replace(/<[^<>]{0,10000}>/g, "")
    .replace(/&nbsp;/gi, " ")
    .replace(/&lt;/gi, "<")
    .replace(/&gt;/gi, ">")
    .replace(/&quot;/gi, '"')
    .replace(/&#(\d{1,7});/g, (whole, digits: string) => characterOf(Number(digits), whole))
    .replace(/&amp;/gi, "&");
}

/** Cuts out every element of a name; one that is never closed goes to the end. In one pass: a pattern would look for the end from each start. */
function dropElement(html: string, name: string): string {
  const lower = html.toLowerCase();
  let out = "";
  let at = 0;
  for (;;) {
    const open = lower.indexOf(`<${name}`, at);
    if (open < 0) return out + html.slice(at);
    out += html.slice(at, open);
    const close = lower.indexOf(`</${name}`, open);
    const end = close < 0 ? -1 : lower.indexOf(">", close);
    if (end < 0) return out;
    at = end + 1;
  }
}

function characterOf(code: number, otherwise: string): string {
  return code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff) ? String.fromCodePoint(code) : otherwise;
}
