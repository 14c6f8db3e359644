// What mail programs do to quotes, as functions on lines; discussions built with them; and where their comments must stand.
import { readMailbox } from "../../../src/core/mail/read.js";
import type { Platform } from "../../../src/core/platform.js";
import { anchorReplies } from "../../../src/core/review/anchors.js";
import type { ReplyPart } from "../../../src/core/review/types.js";
import { readSeries } from "../../../src/core/series/read.js";
import type { Entry } from "../../../src/core/series/types.js";

/** Quotes lines, and damages them on the way. */
export type Quoting = (lines: readonly string[]) => string[];

const marked = (mark: string): Quoting => (lines) => lines.map((line) => mark + line);

/** Breaks quoted lines at blanks; what follows the break gets `continuation` as its mark. */
const wrapped = (width: number, continuation: string): Quoting => (lines) => lines.flatMap((line) => {
  const pieces: string[] = [];
  let rest = `> ${line}`;
  for (let at = rest.lastIndexOf(" ", width); rest.length > width && at >= 6; at = rest.lastIndexOf(" ", width)) {
    pieces.push(rest.slice(0, at));
    rest = continuation + rest.slice(at + 1);
  }
  return [...pieces, rest];
});

export const quotings: Readonly<Record<string, Quoting>> = {
  "as it is": marked("> "),
  "without a blank": marked(">"),
  "with trailing blanks stripped": (lines) => lines.map((line) => `> ${line}`.trimEnd()),
  "with tabs turned into blanks": (lines) => lines.map((line) => `> ${line}`.replaceAll("\t", "        ")),
  "with blanks squeezed": (lines) => lines.map((line) => `> ${line}`.replace(/[\t ]+/g, " ").trimEnd()),
  "with no-break spaces": (lines) => lines.map((line) => `> ${line}`.replaceAll("\t", " \u00a0 \u00a0")),
  "with the blank of context lost": (lines) => lines.map((line) => `> ${line.startsWith(" ") ? line.slice(1) : line}`),
  "wrapped at 72": wrapped(72, "> "),
  "wrapped at 60": wrapped(60, "> "),
  "wrapped, marks lost": wrapped(72, ""),
  "wrapped, marks doubled": wrapped(72, "> > "),
  "behind bars": marked("| "),
  "behind bars without a blank": marked("|"),
  "behind colons": marked(": "),
  "behind initials": marked("AW> "),
  "behind a name": marked("ann> "),
  "behind braces": marked("} "),
  "a level too deep": marked(">> "),
  "indented": marked(" > "),
  "with blank lines dropped": (lines) => lines.filter((line, at) => at === lines.length - 1 || line.trim() !== "").map((line) => `> ${line}`),
  "with rules dropped": (lines) => lines.filter((line, at) => at === lines.length - 1 || !/^(?:---|\+\+\+) /.test(line)).map((line) => `> ${line}`),
  "with blank lines between": (lines) => lines.flatMap((line) => [`> ${line}`, ">"]).slice(0, -1),
};

/** What happens to a reply, quote and words, when it is quoted in turn. */
export const requotings: Readonly<Record<string, Quoting>> = {
  "as it is": (lines) => lines.map((line) => `> ${line}`.trimEnd()),
  "with marks joined": (lines) => lines.map((line) => (line.startsWith("> ") ? `>> ${line.slice(2)}` : `> ${line}`)),
  "without blanks": (lines) => lines.map((line) => `>${line.replace(/^> ?/, ">")}`),
  "with a level lost": (lines) => lines.map((line) => (line.startsWith("> ") ? line : `> ${line}`)),
  "wrapped at 72": wrapped(72, "> "),
  "wrapped, marks lost": wrapped(72, ""),
  "wrapped, marks doubled": wrapped(72, "> > "),
  "without its attribution": (lines) => lines.slice(1).map((line) => `> ${line}`),
  "below a header block, unmarked": (lines) => ["-----Original Message-----", ...headerBlock, "", ...lines],
  "below a header block, marked": (lines) => ["-----Original Message-----", ...headerBlock, "", ...lines].map((line) => `> ${line}`),
  "with tabs turned into blanks": (lines) => lines.map((line) => `> ${line}`.replaceAll("\t", "        ")),
};

const headerBlock = ["From: Rob Reviewer <rob@example.org>", "Sent: Monday, October 4, 2021 11:00 AM", "To: Ann Author <ann@example.org>", "Subject: Re: [PATCH] port"];

/** A seeded generator of numbers in [0, 1): mulberry32. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** A line of a posted patch, and the quote that leads down to it. */
export interface Pick {
  readonly posting: string;
  readonly path: string;
  readonly side: "before" | "after";
  readonly line: number;
  /** Lines of the posting: the line itself is the last one. */
  readonly quote: readonly string[];
  /** The quote stands once in the posting, whatever blanks it has. */
  readonly unique: boolean;
}

export const scopes = ["the whole mail", "the hunk", "four lines"] as const;

/** A random line of a random hunk; undefined for a blank one, and for an entry without hunks. */
export function pickLine(entry: Entry | undefined, random: () => number, scope: (typeof scopes)[number]): Pick | undefined {
  const one = <T>(list: readonly T[] | undefined): T | undefined => list?.[Math.floor(random() * list.length)];
  const file = one(entry?.patch?.files);
  const hunk = one(file?.hunks);
  const line = one(hunk?.lines);
  if (!entry || !file || !hunk || !line || line.text.trim() === "") return undefined;
  const lines = entry.message.text.split("\n");
  const indexOf = (textLine: number): number => entry.diffLine + textLine - 2;
  const end = indexOf(line.textLine);
  const from = scope === "the whole mail" ? 0 : scope === "the hunk" ? indexOf(hunk.textLine) : Math.max(indexOf(hunk.textLine), end - 3);
  const quote = lines.slice(from, end + 1);
  const words = (list: readonly string[]): string[] => list.map((text) => text.replace(/\s+/g, "")).filter((text) => text !== "");
  const [all, run] = [words(lines), words(quote)];
  const times = all.filter((_, start) => run.every((word, at) => all[start + at] === word)).length;
  return { posting: entry.message.text, path: file.path, side: line.lineB === null ? "before" : "after", line: line.lineB ?? line.lineA ?? 0, quote, unique: times === 1 };
}

const question = "What is this line about, and who holds the lock?";

/** The part of the reply that asks, after reading a mailbox of the posting and replies to it: `ask` is put below `quote`. */
export async function askBelow(pick: Pick, quoting: Quoting, platform: Platform): Promise<ReplyPart | undefined> {
  return asked([mail("p", [], pick.posting), mail("r", ["p"], `On Mon, 4 Oct 2021, Ann wrote:\n${quoting(pick.quote).join("\n")}\n\n${question}\n\nRob\n`)], platform);
}

/** The same in an answer to a reply: below the code that the reply quotes, or below the reply's words; `ghost`: the reply itself is missing. */
export async function askDeeper(pick: Pick, requoting: Quoting, below: "code" | "words", ghost: boolean, platform: Platform): Promise<ReplyPart | undefined> {
  const reply = ["On Mon, 4 Oct 2021, Ann wrote:", ...pick.quote.map((line) => `> ${line}`), "", "Why is that done here, of all the places where it could be done?", "", "Rob"];
  const cut = below === "code" ? 1 + pick.quote.length : reply.length - 2;
  const answer = `On Mon, 4 Oct 2021, Rob wrote:\n${requoting(reply.slice(0, cut)).join("\n")}\n\n${question}\n\nTed\n`;
  return asked([mail("p", [], pick.posting), ...(ghost ? [] : [mail("r", ["p"], `${reply.join("\n")}\n`)]), mail("s", ["p", "r"], answer)], platform);
}

async function asked(mails: readonly string[], platform: Platform): Promise<ReplyPart | undefined> {
  const mailbox = await readMailbox(new TextEncoder().encode(mails.join("\n")), platform);
  return anchorReplies(readSeries(mailbox.messages).entries).find((part) => part.comment.includes(question));
}

function mail(id: string, references: readonly string[], text: string): string {
  const parent = references.at(-1);
  return [
    "From mboxrd@z Thu Jan  1 00:00:00 1970", `From: ${id === "p" ? "Ann Author <ann@example.org>" : `${id} <${id}@example.org>`}`,
    `Subject: ${parent === undefined ? "" : "Re: "}[PATCH] port`, "Date: Mon, 4 Oct 2021 10:00:00 +0000", `Message-ID: <${id}@example.org>`,
    ...(parent === undefined ? [] : [`In-Reply-To: <${parent}@example.org>`, `References: ${references.map((one) => `<${one}@example.org>`).join(" ")}`]),
    "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit", "", text.replace(/^(>*From )/gm, ">$1"), "",
  ].join("\n");
}
