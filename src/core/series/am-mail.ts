// One mail of an mbox for git: plain headers, a UTF-8 body, and no line in it that could be taken for the next mail.
import type { Revision } from "./types.js";

export interface PlainMail {
  readonly from: { readonly name: string; readonly email: string };
  /** As it stands in the header; null leaves it out. */
  readonly date: string | null;
  readonly id: string | null;
  readonly subject: string;
  readonly body: string;
  /** Bytes of lines that are not to be written as UTF-8, by their text. */
  readonly lines: ReadonlyMap<string, Uint8Array>;
}

/** The separator that public-inbox and b4 write; git reads it as the beginning of a mail. */
const SEPARATOR = "From mboxrd@z Thu Jan  1 00:00:00 1970";

/** `[PATCH v2 3/5] title`; git takes the brackets off. */
export function printSubject(title: string, revision: Pick<Revision, "version" | "versionText" | "total">, n: number): string {
  const version = revision.versionText === "1" ? "" : ` v${revision.versionText}`;
  const counter = revision.total > 1 ? ` ${String(n).padStart(String(revision.total).length, "0")}/${revision.total}` : "";
  return `[PATCH${version}${counter}] ${title}`;
}

/** The bytes of one mail with its separator and a blank line below. A body line that begins with "From " makes the body quoted-printable. */
export function printMail(mail: PlainMail): Uint8Array {
  const lines = mail.body.replace(/\n$/, "").split("\n");
  const quoted = lines.some((line) => /^>*From /.test(line));
  const head = [
    SEPARATOR,
    `From: ${printAddress(mail.from.name, mail.from.email)}`,
    ...(mail.date === null ? [] : [`Date: ${mail.date}`]),
    ...(mail.id === null || !/^[!-~]+$/.test(mail.id) ? [] : [`Message-ID: <${mail.id}>`]),
    `Subject: ${encodeHeader(mail.subject, "Subject: ".length)}`,
    "MIME-Version: 1.0",
    "Content-Type: text/plain; charset=UTF-8",
    `Content-Transfer-Encoding: ${quoted ? "quoted-printable" : "8bit"}`,
    "",
  ];
  const encoder = new TextEncoder();
  const bytes = lines.map((line) => mail.lines.get(line) ?? encoder.encode(line)).map((line) => (quoted ? encoder.encode(quotePrintable(line)) : line));
  return joinLines([...head.map((line) => encoder.encode(line)), ...bytes, new Uint8Array()]);
}

/** An address: a name with more than words is quoted, one that is not ASCII is encoded. */
function printAddress(name: string, email: string): string {
  const plain = name.replace(/[\r\n\0]+/g, " ").trim();
  if (plain === "") return `<${email}>`;
  if (/[^ -~]/.test(plain)) return `${encodeHeader(plain, "From: ".length)} <${email}>`;
  return /[()<>@,;:\\".[\]]/.test(plain) ? `"${plain.replace(/[\\"]/g, "\\$&")}" <${email}>` : `${plain} <${email}>`;
}

/** Encoded words (RFC 2047, Q) of at most 75 characters, folded; text that is ASCII and has no `=?` in it stays as it is. */
function encodeHeader(text: string, indent: number): string {
  const plain = text.replace(/[\r\n\0]+/g, " ");
  if (!/[^ -~]/.test(plain) && !plain.includes("=?")) return plain;
  const words: string[] = [];
  let word = "";
  let room = 75 - indent - 12;
  for (const character of plain) {
    const encoded = [...new TextEncoder().encode(character)].map(qByte).join("");
    if (word.length + encoded.length > room) {
      words.push(word);
      word = "";
      room = 75 - 1 - 12;
    }
    word += encoded;
  }
  words.push(word);
  return words.map((one) => `=?UTF-8?q?${one}?=`).join("\n ");
}

function qByte(byte: number): string {
  const character = String.fromCharCode(byte);
  if (/[A-Za-z0-9!*+/-]/.test(character)) return character;
  return byte === 0x20 ? "_" : hex(byte);
}

/** Quoted-printable of one line (RFC 2045): soft breaks below 76 characters, a blank at the end and a leading "F" encoded. */
function quotePrintable(line: Uint8Array): string {
  const units = [...line].map((byte, at) => {
    const isLast = at === line.length - 1;
    if (byte === 0x3d || byte < 0x09 || (byte > 0x09 && byte < 0x20) || byte > 0x7e) return hex(byte);
    if (isLast && (byte === 0x20 || byte === 0x09)) return hex(byte);
    return at === 0 && (byte === 0x46 || byte === 0x3e) ? hex(byte) : String.fromCharCode(byte);
  });
  let text = "";
  let width = 0;
  for (const unit of units) {
    if (width + unit.length > 75) {
      text += "=\n";
      width = 0;
      // A soft break must not put "From" at the start of a line either.
      if (unit === "F") {
        text += "=46";
        width = 3;
        continue;
      }
    }
    text += unit;
    width += unit.length;
  }
  return text;
}

function hex(byte: number): string {
  return `=${byte.toString(16).toUpperCase().padStart(2, "0")}`;
}

function joinLines(lines: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(lines.reduce((sum, line) => sum + line.length + 1, 0));
  let at = 0;
  for (const line of lines) {
    all.set(line, at);
    at += line.length;
    all[at++] = 0x0a;
  }
  return all;
}
