// The text of one mail: a plain path for single-part text, postal-mime for multiparts, attached patches joined to the text.
import PostalMime from "postal-mime";
import type { Attachment as ParsedAttachment } from "postal-mime";
import type { Problem } from "../problem.js";
import { decodeGuessed, decodeText, isKnownCharset, isUtf8, latin1, mendLatin1 } from "./charset.js";
import { readContentType, readEncoding } from "./fields.js";
import { readFlowed } from "./flowed.js";
import { readForwarded } from "./forwarded.js";
import type { HeaderFields } from "./headers.js";
import { MAX_ATTACHED_PATCHES, MAX_HEADER_BYTES, MAX_MIME_DEPTH } from "./limits.js";
import type { Part } from "./parts.js";
import { readParts } from "./parts.js";
import type { ByteRange } from "./places.js";
import { findLine, findQuotedLine } from "./places.js";
import { unquoteFromLines } from "./split.js";
import { CLEAR_SIGNATURE, cleanText, removeClearSignature } from "./text.js";
import { decodeBase64, decodeQuotedPrintable, decodeQuotedText, isBase64Truncated } from "./transfer.js";
import type { Attachment } from "./types.js";

export interface Body {
  /** With LF line ends. */
  readonly text: string;
  readonly attachments: readonly Attachment[];
  /** Byte ranges are those of the raw mail. */
  readonly problems: readonly Problem[];
  /** Bytes of the raw mail that a line (from one) of the text is read from; null when that cannot be told. */
  placeOfLine?(line: number): ByteRange | null;
}

/**
 * Reads the body of one mail. `raw` is the whole mail, `bodyStart` the offset of its body, `quoted` says that mboxrd
 * quoted its From lines. Single-part text takes the plain path and is decoded on demand; the rest goes to the MIME
 * library. What that cannot read gives its raw text and a problem. `depth` counts the mails that this one is in.
 */
export function readBody(raw: Uint8Array, bodyStart: number, headers: HeaderFields, quoted: boolean, depth = 0): Body | Promise<Body> {
  const contentType = readContentType(headers.get("content-type"));
  if (contentType.type.startsWith("text/") && contentType.type !== "text/html") {
    const part: Part = { bytes: raw.subarray(bodyStart), headers, headerByte: raw.byteOffset, contentType, encoding: readEncoding(headers), isAttached: false, name: "" };
    return new PlainBody(part, quoted, bodyStart, findProblems(part, raw));
  }
  const whole = quoted ? unquoteFromLines(raw) : raw;
  const parts = readParts(whole.subarray(bodyStart), headers);
  return parts === null ? readWithLibrary(whole, whole.subarray(bodyStart), depth) : new PartsBody(parts, raw);
}

const NO_ATTACHMENTS: readonly Attachment[] = [];

/** The body of a mail that is one text. */
class PlainBody implements Body {
  readonly #part: Part;
  readonly #quoted: boolean;
  #text: string | undefined;

  constructor(part: Part, quoted: boolean, private readonly start: number, readonly problems: readonly Problem[]) {
    this.#part = part;
    this.#quoted = quoted;
  }

  get text(): string {
    return (this.#text ??= readPlainText(this.#part, this.#quoted));
  }

  get attachments(): readonly Attachment[] {
    return NO_ATTACHMENTS;
  }

  placeOfLine(line: number): ByteRange | null {
    const { bytes, contentType } = this.#part;
    const whole = { from: this.start, to: this.start + bytes.length };
    const encoding = this.#part.encoding;
    // Where lines were joined or taken away, the body is all that can be named.
    if (encoding === "base64" || contentType.flowed || decodeGuessed(bytes).includes(CLEAR_SIGNATURE)) return whole;
    const range = encoding === "quoted-printable" ? findQuotedLine(bytes, line) : findLine(bytes, line);
    return range === null ? whole : { from: this.start + range.from, to: this.start + range.to };
  }
}

/** The body of an ordinary multipart: its texts in order, each with a line end, and every attached patch. */
class PartsBody implements Body {
  readonly problems: readonly Problem[];
  readonly #parts: readonly Part[];
  #content: { readonly text: string; readonly attachments: readonly Attachment[] } | undefined;

  constructor(parts: readonly Part[], raw: Uint8Array) {
    this.#parts = parts;
    this.problems = parts.flatMap((part) => findProblems(part, raw));
  }

  get text(): string {
    return (this.#content ??= joinParts(this.#parts)).text;
  }

  get attachments(): readonly Attachment[] {
    return (this.#content ??= joinParts(this.#parts)).attachments;
  }
}

function joinParts(parts: readonly Part[]): { text: string; attachments: readonly Attachment[] } {
  let own = "";
  const attachments: Attachment[] = [];
  for (const part of parts) {
    if (part.isAttached) {
      const bytes = decodeTransfer(part.bytes, part.encoding);
      attachments.push({ name: part.name, type: part.contentType.type, bytes });
      continue;
    }
    const text = readPlainText(part, false);
    own += text === "" || text.endsWith("\n") ? text : `${text}\n`;
  }
  return { text: joinPatches(own, attachments), attachments };
}

const NO_PROBLEMS: readonly Problem[] = [];

/** What is wrong with how one part of a mail is encoded; known before it is decoded. */
function findProblems(part: Part, raw: Uint8Array): readonly Problem[] {
  const { charset, type } = part.contentType;
  const encoding = part.encoding;
  if (charset === null && encoding === "") return NO_PROBLEMS;
  const problems: Problem[] = [];
  // A mail that was unquoted is a copy, with places of its own.
  const isRaw = part.bytes.buffer === raw.buffer;
  const fieldRange = (name: string): Partial<ByteRange> => {
    const place = isRaw ? part.headers.place(name) : null;
    const start = part.headerByte - raw.byteOffset;
    return place === null ? {} : { from: start + place.from, to: start + place.to };
  };
  const bodyStart = part.bytes.byteOffset - raw.byteOffset;
  const bodyRange: Partial<ByteRange> = isRaw ? { from: bodyStart, to: bodyStart + part.bytes.length } : {};
  if (charset !== null && type.startsWith("text/") && !isKnownCharset(charset)) problems.push({ kind: "unknown-charset", severity: "warning", detail: charset, ...fieldRange("content-type") });
  if (encoding === "base64" && isBase64Truncated(part.bytes)) problems.push({ kind: "truncated-base64", severity: "error", ...bodyRange });
  if (!KNOWN_ENCODING.test(encoding)) problems.push({ kind: "unknown-transfer-encoding", severity: "note", detail: encoding, ...fieldRange("content-transfer-encoding") });
  return problems;
}

/** The encodings of RFC 2045, and spellings of "as it is" that occur. */
const KNOWN_ENCODING = /^(?:|7-?bits?|8-?bits?|binary|base64|quoted-printable)$/;

/** The text of one part: its transfer encoding, charset and flowed lines undone, and the quoting of mboxrd where it has one. */
function readPlainText(part: Part, quoted: boolean): string {
  const { contentType } = part;
  const encoding = part.encoding;
  const isEncoded = encoding === "base64" || encoding === "quoted-printable";
  const bytes = isEncoded && quoted ? unquoteFromLines(part.bytes) : part.bytes;
  const escaped = encoding === "quoted-printable" && isUtf8(contentType.charset) ? decodeQuotedText(bytes) : null;
  const decoded = escaped ?? decodeText(decodeTransfer(bytes, encoding), contentType.charset);
  const unquoted = quoted && !isEncoded && decoded.includes(">From ") ? decoded.replace(/^>(?=>*From )/gm, "") : decoded;
  const flowed = contentType.flowed ? readFlowed(unquoted, contentType.delSp) : unquoted;
  return removeClearSignature(cleanText(flowed));
}

/** Undoes a content transfer encoding, named in lower case; an unknown one ("8-bit", "7bits") leaves the bytes alone, as git does. */
function decodeTransfer(bytes: Uint8Array, encoding: string): Uint8Array {
  if (encoding === "quoted-printable") return decodeQuotedPrintable(bytes);
  if (encoding === "base64") return decodeBase64(bytes);
  return bytes;
}

/** Reads a mail of any shape with postal-mime. */
export async function readWithLibrary(raw: Uint8Array, body: Uint8Array, depth = 0): Promise<Body> {
  const options = {
    maxNestingDepth: MAX_MIME_DEPTH,
    maxHeadersSize: MAX_HEADER_BYTES,
    // The library would head them with dates in this machine's time zone, and leave attached ones encoded.
    forceRfc822Attachments: true,
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
    const decoded = email.text ?? textOfHtml(email.html ?? "");
    const text = NAMES_LATIN_1.test(latin1(raw)) ? mendLatin1(decoded) : decoded;
    const own = removeClearSignature(cleanText(flow === null ? text : readFlowed(text, flow.delSp))).replace(/\n\n$/, "\n");
    const attachments = email.attachments.filter((parsed) => !isShownMail(parsed)).map(readAttachment);
    const whole = await joinForwarded({ text: own, attachments, problems: [] }, email.attachments, depth, flow);
    return { ...whole, text: joinPatches(whole.text, whole.attachments.filter((one) => one.type !== FORWARDED)) };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return { text: cleanText(decodeGuessed(body)), attachments: [], problems: [{ kind: "broken-mime", severity: "warning", detail }] };
  }
}

const FORWARDED = "message/rfc822";

/** A mail within a mail that its sender did not attach as a file: all of it is a part of the text. */
function isShownMail(parsed: ParsedAttachment): boolean {
  return parsed.mimeType === FORWARDED && parsed.disposition !== "attachment";
}

/** Appends the mails within a mail to its text, in order; of those that are attached as files only the ones with a patch, as of all files. */
async function joinForwarded(outer: Body, parts: readonly ParsedAttachment[], depth: number, flow: { delSp: boolean } | null): Promise<Body> {
  let { text } = outer;
  const attachments = [...outer.attachments];
  for (const part of parts.filter((one) => one.mimeType === FORWARDED).slice(0, MAX_ATTACHED_PATCHES)) {
    const mail = await readForwarded(readAttachment(part).bytes, depth + 1, (...inner) => readBody(inner[0], inner[1], inner[2], false, inner[3]));
    const words = flow === null ? mail.text : readFlowed(mail.text, flow.delSp);
    if (isShownMail(part)) attachments.push(...mail.attachments);
    else if (!DIFF_LINE.test(words)) continue;
    text = text.trim() === "" ? words : `${text.trimEnd()}\n\n${words}`;
  }
  return { ...outer, text, attachments };
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

/** Where one of these is named, the library uses the platform's decoder, which in some versions of Node does not know windows-1252. */
const NAMES_LATIN_1 = /charset\s*=\s*"?(?:windows-1252|(?:x-)?cp-?1252|iso[-_]?8859-1\b|latin-?1)/i;

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

/** Appends each attached patch to the text, after an empty line, as git-mailinfo does where a part's text ends in a line end. */
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
