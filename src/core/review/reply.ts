// A reply's text cut into quotes and own words: quote marks, attribution lines, markers, trailers and signatures told apart.
import { lineKey } from "./match.js";

export interface ReplyLine {
  /** "quote" has a mark; "own" is the writer's; "frame" is neither (attribution, header block, signature, footer). */
  kind: "quote" | "own" | "frame";
  /** The line; without its first quote mark when it is a quote. */
  readonly text: string;
  /** `lineKey` of the text. */
  readonly key: string;
}

/** One stretch of own words that says something. Indexes count from zero; `to` is one past the last line. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly comment: string;
  /** Index of the comment's first line. */
  readonly commentFrom: number;
  /** Set when there are no words beside these; then `comment` is the stretch as it stands. */
  readonly only?: "trailers" | "marker" | "courtesy";
}

/** A header block that mailers put above a whole quoted mail. */
const ORIGINAL_MESSAGE = /^\s*-{2,}\s*(?:Original Message|Original-Nachricht|Ursprüngliche Nachricht|Message d'origine|Forwarded [Mm]essage|原始邮件|邮件原件)\s*-{2,}\s*$/i;
const HEADER_FIELD = /^\*?(?:From|Sent|Date|To|Cc|CC|Subject|Von|Gesendet|An|Betreff|发件人|发送时间|收件人|抄送|主题)\*?\s*[:：]/;
const WROTE = /(?:\b(?:wrote|writes|write|said|says|schrieb|schreibt|skrev|escribi[oó]|escreveu|ha scritto|a écrit|kirjoitti|napsal|пишет|писал)|写道)[^\n]{0,40}[:：]\s*$/i;
/** Attributions without a verb: "* Name:" and "2021-10-13 10:14 GMT+09:00, Name <address>:". */
const NAMED = /^(?:\* [^:]{1,80}|\d{4}-\d\d-\d\d.{1,160}@.{1,80}):\s*$/;
const MARKER = /^\s*[[(<{]?[\s.…-]*(?:(?:snip(?:ped)?|cut|trim(?:med)?|skip(?:ped)?|deleted|removed|omitted)\b[^\])>}]{0,40})?[\s.…-]*[\])>}]?\s*$/i;
const TRAILER = /^\s*(?:[A-Za-z][A-Za-z-]*-[Bb]y|Fixes|Cc|CC|Link|Closes|Bug[Ll]ink)\s*:\s+\S/;
const GREETING = /^\s*(?:\p{L}+,$|(?:hi|hello|hey|dear|good (?:morning|afternoon))\b[^.?]{0,60}[,!.:：]?)\s*$/iu;
const CLOSING = /^\s*(?:(?:[Mm]any|[Ww]ith|[Bb]est|[Kk]ind|[Ww]arm)\s+)*(?:[Tt]hanks|THANKS|[Tt]hank you|[Tt]hx|[Cc]heers|[Rr]egards|[Bb]est|BR|[Bb]r|[Ss]incerely|[Cc]iao|[Gg]reetings|[Hh]ave a (?:nice|lovely|good|great) (?:day|night|evening|weekend))(?:\s+(?:again|a lot|so much|very much))?(?:\s+for (?:the|your|doing|all)\b[^.?:,]{0,40})?(?:[\s,!.]+\p{Lu}[\p{L}-]*){0,3}[\s,.!]*$/u;
/** Longer lines are prose, and are not tried with the patterns for short ones. */
const MAX_SHORT = 500;
/** An attribution may be broken over this many lines. */
const MAX_ATTRIBUTION = 5;

/** Cuts a reply into lines and tells what each is. `isKnown` says whether a line, as a key, stands in the mail that is answered. */
export function readReply(text: string, isKnown: (key: string) => boolean = () => false): ReplyLine[] {
  const raw = text.split("\n");
  const quoted = quoteReader(raw, isKnown);
  const lines = raw.map((line): ReplyLine => {
    const inner = quoted(line);
    return inner === null ? { kind: "own", text: line, key: lineKey(line) } : { kind: "quote", text: inner, key: lineKey(inner) };
  });
  frameSignature(lines);
  frameAttributions(lines);
  return lines;
}

/** The stretches of own words between quotes; those of trailers, a marker or courtesies alone say so. */
export function stretchesOf(lines: readonly ReplyLine[], author: string): Stretch[] {
  const stretches: Stretch[] = [];
  for (let from = 0; from < lines.length; from++) {
    if (lines[from]?.kind !== "own") continue;
    let to = from;
    while (lines[to]?.kind === "own") to++;
    const comment = cleanComment(lines, from, to, author);
    if (comment) stretches.push({ from, to, ...comment });
    from = to;
  }
  return stretches;
}

/** True for a line of the header block that some programs put above a whole quoted mail. */
export function isHeaderField(text: string): boolean {
  return text.length < MAX_SHORT && HEADER_FIELD.test(text);
}

/** True for a line that only says that something was left out of the quote. */
export function isMarker(text: string): boolean {
  return text.length < MAX_SHORT && MARKER.test(text) && /[.…]{2}|…|[a-z]|\[\s*\]/i.test(text);
}

function cleanComment(lines: readonly ReplyLine[], from: number, to: number, author: string): Omit<Stretch, "from" | "to"> | null {
  const names = new Set(author.toLowerCase().split(/[^\p{L}\p{N}]+/u));
  const kept: string[] = [];
  const all: string[] = [];
  let first = -1;
  let firstOfAll = -1;
  let trailers = 0;
  let trivial = true;
  let above: string | null = null;
  for (let at = from; at < to; at++) {
    const text = (lines[at]?.text ?? "").trimEnd();
    if (text !== "" && firstOfAll < 0) firstOfAll = at;
    if (firstOfAll >= 0) all.push(text);
    const isTrailer: boolean = text.length < MAX_SHORT && (TRAILER.test(text) || (above !== null && isRestOfTrailer(above, text)));
    above = isTrailer ? text : null;
    if (isTrailer) trailers++;
    if (isTrailer || (text.length < MAX_SHORT && isMarker(text))) continue;
    if (text !== "") {
      if (first < 0) first = at;
      trivial &&= text.length < MAX_SHORT && (GREETING.test(text) || CLOSING.test(text) || isName(text, names));
    }
    if (first >= 0) kept.push(text);
  }
  if (firstOfAll < 0) return null;
  if (first < 0 || trivial) return { comment: all.join("\n").trimEnd(), commentFrom: firstOfAll, only: trailers > 0 ? "trailers" : first < 0 ? "marker" : "courtesy" };
  return { comment: kept.join("\n").trimEnd(), commentFrom: first };
}

/** True for what a mailer put on the line below a trailer: the address, or the rest of the title of a `Fixes:`. */
function isRestOfTrailer(above: string, text: string): boolean {
  if (/^\s*Fixes:/i.test(above)) return above.includes("(") && !above.includes(")") && text.endsWith(")");
  return !above.includes("@") && /^\s*<[^<>\s]+@[^<>\s]+>$/.test(text);
}

function isName(text: string, names: ReadonlySet<string>): boolean {
  const words = text.toLowerCase().split(/[^\p{L}\p{N}]+/u).filter((word) => word !== "");
  return words.length > 0 && words.length <= 3 && words.every((word) => names.has(word));
}

/**
 * How this reply marks its quotes: nearly always `>`; else by another sign or by initials before `>`. Another sign is believed when several
 * lines agree on it, or when what stands behind it is in the mail that is answered. The function gives a quoted line without its first mark
 * and one blank, or null for a line that has no mark.
 */
function quoteReader(lines: readonly string[], isKnown: (key: string) => boolean): (line: string) => string | null {
  if (lines.some((line) => /^ ?>/.test(line))) return (line) => afterMark(line, /^ ?> ?/);
  if (lines.filter((line) => line.startsWith("| ")).length >= 3) return (line) => afterMark(line, /^ ?\| ?/);
  if (lines.filter((line) => /^[A-Z]{1,4}> /.test(line)).length >= 3) return (line) => afterMark(line, /^[A-Z]{1,4}> ?/);
  const mark = OTHER_MARKS.find((one) => {
    const inner = lines.flatMap((line) => afterMark(line, one) ?? []).map(lineKey).filter((key) => key !== "");
    const known = inner.filter(isKnown);
    return known.length * 2 >= inner.length && known.join("").length >= LEAST_KNOWN;
  });
  return mark ? (line) => afterMark(line, mark) : () => null;
}

/** Signs that some programs quote with, and names before `>`; believed only where the words behind them are known. */
const OTHER_MARKS = [/^ ?\| ?/, /^ ?: ?/, /^ ?\} ?/, /^ ?% ?/, /^ ?# ?/, /^ ?! ?/, /^ ?\* ?/, /^ ?» ?/, /^ ?[\p{L}.]{1,16}> ?/u, /^(?:\t| {4})/];
/** So many characters behind a mark must be known, blanks not counted. */
const LEAST_KNOWN = 8;

function afterMark(line: string, mark: RegExp): string | null {
  const match = mark.exec(line);
  return match ? line.slice(match[0].length) : null;
}

/** A signature's line and what follows it is frame, and so are list footers. */
function frameSignature(lines: ReplyLine[]): void {
  let end = lines.length;
  for (let at = lines.length - 1; at >= 0; at--) {
    const line = lines[at];
    if (line?.kind !== "own") {
      if (line && line.key !== "") return;
      continue;
    }
    if (!/^-- ?$/.test(line.text) && !/^_{20,}\s*$/.test(line.text)) continue;
    for (const rest of lines.slice(at, end)) rest.kind = "frame";
    end = at;
  }
}

/** Attribution lines ("On …, X wrote:") above a quote, and header blocks above a whole quoted mail. */
function frameAttributions(lines: ReplyLine[]): void {
  const firstQuote = lines.findIndex((line) => line.kind === "quote");
  for (const [at, line] of lines.entries()) {
    if (line.kind !== "own" || line.text.length > 1000) continue;
    if (ORIGINAL_MESSAGE.test(line.text)) line.kind = "frame";
    if (HEADER_FIELD.test(line.text)) {
      let to = at;
      let fields = 0;
      while (lines[to]?.kind === "own" && (lines[to]?.key ?? "") !== "") if (HEADER_FIELD.test(lines[to++]?.text ?? "")) fields++;
      if (fields >= 3) for (const field of lines.slice(at, to)) field.kind = "frame";
    }
    if (/^\s*From: .{1,200}\s(?:Sent|Date): /.test(line.text)) line.kind = "frame";
    if (NAMED.test(line.text) && isAboveQuote(lines, at)) line.kind = "frame";
    if (!WROTE.test(line.text.slice(-200))) continue;
    const from = attributionStart(lines, at);
    const isDated = from >= 0 && /\d/.test(lines[from]?.text ?? "");
    if (isAboveQuote(lines, at) || (isDated && at < firstQuote)) for (const part of lines.slice(from >= 0 ? from : at, at + 1)) part.kind = "frame";
  }
}

/** Where the attribution that ends in a line begins (mail programs break it before the name, the address or "wrote"), or -1. */
function attributionStart(lines: readonly ReplyLine[], end: number): number {
  for (let at = end; at > end - MAX_ATTRIBUTION && lines[at]?.kind === "own" && lines[at]?.key !== ""; at--) {
    if (/^\s*(?:(?:On|Am|Le|El|Il|Em|Op|Den|At|In|Dne|W dniu|Quoting)\s|\*|\d{4}[-/年])/.test(lines[at]?.text ?? "")) return at;
  }
  return -1;
}

function isAboveQuote(lines: readonly ReplyLine[], at: number): boolean {
  let next = at + 1;
  while (next < lines.length && lines[next]?.kind === "own" && (lines[next]?.key === "" || isMarker(lines[next]?.text ?? ""))) next++;
  return next >= lines.length || lines[next]?.kind === "quote";
}
