// Mail as values: what a container holds, decoded, with its raw byte range kept.
import type { Problem } from "../problem.js";

export interface Address {
  /** Display name, decoded; "" when there is none. */
  readonly name: string;
  /** The address as written, or "" when the header has none (a Patchwork page names people without addresses). */
  readonly email: string;
}

export interface Attachment {
  readonly name: string;
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** One mail as the list carries it. Ids are without `<>`. */
export interface Message {
  /** Place in the input, from zero. */
  readonly index: number;
  readonly id: string | null;
  readonly inReplyTo: readonly string[];
  /** Oldest first, as the header has them. */
  readonly references: readonly string[];
  readonly from: Address;
  readonly to: readonly Address[];
  readonly cc: readonly Address[];
  /** Milliseconds since 1970 in UTC; null when the header is missing or means nothing. */
  readonly date: number | null;
  /** Decoded and unfolded, prefixes kept. */
  readonly subject: string;
  /** The text that a reader sees, with LF line ends, one string; "" when there is no text part. */
  readonly text: string;
  readonly attachments: readonly Attachment[];
  readonly listId: string | null;
  /** Byte range in the input as it was given (after gunzip). */
  readonly startByte: number;
  readonly endByte: number;
  /** Bytes, in the same input, that a line (from one) of `text` is read from; null where only the mail as a whole can be named. Absent in inputs that are not mail. */
  bytesOfLine?(line: number): { readonly from: number; readonly to: number } | null;
  /**
   * Parent and thread facts of inputs that have no ids (a Patchwork page): the index of the mail this one answers,
   * found from nested quotes and attribution lines. Undefined where ids speak.
   */
  readonly guessedParent?: number;
}

export interface Mailbox {
  /** What the input was taken for, by content. */
  readonly format: "mbox" | "mail" | "patch" | "patchwork-page" | "empty" | "unknown";
  readonly messages: readonly Message[];
  readonly problems: readonly Problem[];
  /** A Patchwork page's own facts (state, series name), as written there; undefined for the other formats. */
  readonly page?: { readonly state: string; readonly series: string; readonly messageId: string };
}
