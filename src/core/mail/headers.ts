// A mail's header block: where it ends, and its fields, found in one pass over the bytes.
import { decodeGuessed } from "./charset.js";

/** The fields of one header block. Names are lower case; values are unfolded and trimmed, not yet decoded. */
export interface HeaderFields {
  /** First value of the field, or null. */
  get(name: string): string | null;
  /** All values, in order. */
  all(name: string): readonly string[];
  /** Bytes `from` to `to` of the first field of a name in the header block, name and folded lines included; null when there is none. */
  place(name: string): { readonly from: number; readonly to: number } | null;
  /** True when there is no field at all. */
  readonly isEmpty: boolean;
}

/** A header block read: its fields, and where it and the body are. */
export interface Header {
  readonly fields: HeaderFields;
  /** One past the last byte of the block. */
  readonly headerEnd: number;
  /** The first byte of the body; the length of the mail when there is none. */
  readonly bodyStart: number;
}

/**
 * The fields that every mail is asked for; they are found in one pass. The others of a header (half of it tells how the
 * mail travelled) are looked for when they are needed.
 */
const USUAL = ["message-id", "in-reply-to", "references", "from", "cc", "to", "date", "subject", "content-type", "content-transfer-encoding", "content-disposition", "x-original-from"];

/** `USUAL` by the code of the first letter, as places in it. */
const BY_LETTER: readonly (readonly number[] | undefined)[] = Array.from({ length: 128 }, (_, code) => {
  const found = USUAL.flatMap((name, place) => (name.charCodeAt(0) === code ? [place] : []));
  return found.length === 0 ? undefined : found;
});

/**
 * Reads the header block at the start of a mail or part. It ends at the first empty line, or, in damaged mail, at the
 * first line that can be no header. Fields beyond `limit` bytes are not read. Lines that are no header are skipped.
 */
export function readHeader(bytes: Uint8Array, limit: number): Header {
  const places: number[] = [];
  let isEmpty = true;
  let at = 0;
  let headerEnd = -1;
  let bodyStart = bytes.length;
  /** Index, in `places`, of the end of the field that folded lines go on with; -1 after a field that nobody asks for. */
  let open = -1;
  while (at < bytes.length) {
    const first = bytes[at] ?? 0;
    if (first === LF || (first === CR && (bytes[at + 1] === LF || at + 1 === bytes.length))) {
      headerEnd = at;
      bodyStart = Math.min(bytes.length, first === LF ? at + 1 : at + 2);
      break;
    }
    const newline = bytes.indexOf(LF, at);
    const end = newline < 0 ? bytes.length : newline;
    if (first === SPACE || first === TAB) {
      if (open >= 0 && end <= limit) places[open] = end;
    } else {
      open = -1;
      const colon = findColon(bytes, at, end);
      // Lines ">From" were put there by a mailer that quoted them.
      if (colon < 0 && first !== 0x3e) {
        headerEnd = at;
        bodyStart = at;
        break;
      }
      if (colon >= 0 && end <= limit) {
        isEmpty = false;
        const usual = usualField(bytes, at);
        if (usual >= 0) open = places.push(usual, at, end) - 1;
      }
    }
    at = newline < 0 ? bytes.length : newline + 1;
  }
  if (headerEnd < 0) headerEnd = bytes.length;
  return { fields: new FieldTable(bytes, Math.min(headerEnd, limit), places, isEmpty), headerEnd, bodyStart };
}

const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const TAB = 0x09;

/** A header block as bytes, with the places of its usual fields. Values are decoded each time: most are asked for once. */
class FieldTable implements HeaderFields {
  /** `places` has three numbers for each field: its place in `USUAL`, and where its first line starts and its last one ends. */
  constructor(
    private readonly bytes: Uint8Array,
    private readonly end: number,
    private readonly places: readonly number[],
    readonly isEmpty: boolean,
  ) {}

  get(name: string): string | null {
    const place = this.place(name);
    return place === null ? null : this.read(place.from, place.to);
  }

  all(name: string): readonly string[] {
    const places = this.placesOf(name);
    const values: string[] = [];
    for (let at = 0; at < places.length; at += 2) values.push(this.read(places[at] ?? 0, places[at + 1] ?? 0));
    return values;
  }

  place(name: string): { readonly from: number; readonly to: number } | null {
    const usual = USUAL.indexOf(name);
    if (usual >= 0) {
      for (let at = 0; at < this.places.length; at += 3) {
        if (this.places[at] === usual) return { from: this.places[at + 1] ?? 0, to: this.places[at + 2] ?? 0 };
      }
      return null;
    }
    const [from, to] = this.placesOf(name);
    return from === undefined || to === undefined ? null : { from, to };
  }

  /** Start and end of every field of a name, one after the other. */
  private placesOf(name: string): number[] {
    const found: number[] = [];
    const usual = USUAL.indexOf(name);
    if (usual >= 0) {
      for (let at = 0; at < this.places.length; at += 3) if (this.places[at] === usual) found.push(this.places[at + 1] ?? 0, this.places[at + 2] ?? 0);
      return found;
    }
    let open = false;
    for (let at = 0; at < this.end; ) {
      const newline = this.bytes.indexOf(LF, at);
      const end = newline < 0 || newline > this.end ? this.end : newline;
      const first = this.bytes[at];
      if (first === SPACE || first === TAB) {
        if (open) found[found.length - 1] = end;
      } else {
        open = isNamed(this.bytes, at, name);
        if (open) found.push(at, end);
      }
      at = end + 1;
    }
    return found;
  }

  /** The value of the field that stands there. */
  private read(from: number, to: number): string {
    const value = decodeGuessed(this.bytes.subarray(findColon(this.bytes, from, to) + 1, to));
    // git joins folded lines with one blank (mailinfo.c, read_one_header_line).
    return value.includes("\n") ? unfold(value) : value.trim();
  }
}

/** Lines joined with one blank each. A pattern would try each blank of a run as its start. */
function unfold(value: string): string {
  let whole = "";
  for (let at = 0; at <= value.length; ) {
    const newline = value.indexOf("\n", at);
    const end = newline < 0 ? value.length : newline;
    whole += at === 0 ? value.slice(0, end).trim() : ` ${value.slice(at, end).trim()}`;
    at = end + 1;
  }
  return whole.trim();
}

/**
 * Place of the colon of a header line, or -1: a header line is a name without blanks, and a colon (RFC 5322, 2.2; a
 * blank before the colon is the obsolete form).
 */
function findColon(bytes: Uint8Array, from: number, to: number): number {
  const most = Math.min(to, from + 200);
  let at = from;
  for (; at < most; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === 0x3a) return at > from ? at : -1;
    if (byte < 0x21 || byte > 0x7e) break;
  }
  while (at < to && (bytes[at] === SPACE || bytes[at] === TAB)) at += 1;
  return at > from && at < to && bytes[at] === 0x3a ? at : -1;
}

/** The place in `USUAL` of the field that a header line names, or -1. */
function usualField(bytes: Uint8Array, at: number): number {
  const candidates = BY_LETTER[(bytes[at] ?? 0) | 0x20];
  if (candidates === undefined) return -1;
  for (const candidate of candidates) if (isNamed(bytes, at, USUAL[candidate] ?? "")) return candidate;
  return -1;
}

/** True when the header line at `at` has this name, in whatever case. */
function isNamed(bytes: Uint8Array, at: number, name: string): boolean {
  for (let index = 0; index < name.length; index += 1) {
    const byte = bytes[at + index] ?? 0;
    const code = name.charCodeAt(index);
    if (byte !== code && (byte < 0x41 || byte > 0x5a || (byte | 0x20) !== code)) return false;
  }
  const next = bytes[at + name.length];
  return next === 0x3a || next === SPACE || next === TAB;
}
