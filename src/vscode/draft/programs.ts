// What the mail programs are called with. Plain functions: no shell reads these words, so nothing in a mail can be taken for a command.
import type { DraftHeader } from "../../core/review/draft/mail.js";

export interface Program {
  readonly path: string;
  readonly arguments: readonly string[];
}

/** mutt with the draft as its message: header fields and text are the file's (`mutt -H`). */
export function muttProgram(file: string): Program {
  return { path: "mutt", arguments: ["-H", file] };
}

/**
 * git send-email with the draft as it stands. `--suppress-cc=all` keeps git from adding people that the text names; it also makes git pass
 * over the file's own Cc field, so that one is given again. `--from` keeps git from writing a second From into the text.
 */
export function sendEmailProgram(file: string, header: DraftHeader): Program {
  return {
    path: "git",
    arguments: ["send-email", "--suppress-cc=all", ...(header.from === null ? [] : [`--from=${header.from}`]), ...header.cc.map((address) => `--cc=${address}`), file],
  };
}
