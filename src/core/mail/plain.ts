// Makes a Message out of parts, for inputs that are not mail: a bare diff, a log, a Patchwork page.
import { cleanText } from "./text.js";
import type { Message } from "./types.js";

/** A message with empty headers but for what is given. The text is given the line ends that every message has. */
export function makeMessage(parts: Partial<Message> & { readonly text: string }): Message {
  return {
    index: 0,
    id: null,
    inReplyTo: [],
    references: [],
    from: { name: "", email: "" },
    to: [],
    cc: [],
    date: null,
    subject: "",
    attachments: [],
    listId: null,
    startByte: 0,
    endByte: 0,
    ...parts,
    text: cleanText(parts.text),
  };
}
