// What stands around a commit message for people and tools: changelog, diffstat, base commit, prerequisites, change-id.

/** Something that has to be applied first, as `git format-patch --base` and b4 name it. */
export interface Prerequisite {
  readonly kind: "patch-id" | "message-id" | "change-id";
  /** As written, a message id without `<>`. */
  readonly value: string;
}

export interface Notes {
  /** The changelog below `---`, or in a cover letter from its heading on; "" when there is none. */
  readonly changelog: string;
  /** git's list of files with their counts and its summary, as written; "" when there is none. */
  readonly diffstat: string;
  /** `base-commit:` of git format-patch --base; null when there is none. */
  readonly baseCommit: string | null;
  readonly prerequisites: readonly Prerequisite[];
  /** b4's id of the series, the same in all its versions; null when there is none. */
  readonly changeId: string | null;
}

/** Most text, in characters, that is looked at behind a diff: a base commit and prerequisites stand above the signature. */
const TAIL = 20_000;

/** ` path | 12 ++--`, ` path | Bin 0 -> 10 bytes`, ` 2 files changed, …`, ` create mode …`: git's diff.c, show_stats and summary. */
const STAT_LINE = /^ (?:\S.{0,400} +\| +(?:\d+(?: [-+]+)?|Bin\b.*|Unmerged)$|\d+ files? changed\b|(?:create|delete) mode \d|mode change \d|(?:rename|copy|rewrite) .*\(\d+%\)$)/;

const TOOL_LINE = /^(base-commit|change-id|prerequisite-(?:patch|message|change)-id):[ \t]*<?([^\s<>]{1,998})>?[ \t]*$/i;

/** Where a cover letter's changelog begins: "Changes in v3:", "v1 -> v2:", "Changes since RFC", "Changelog", "v2:". */
const CHANGELOG_HEADING = /^[ \t*#=-]{0,6}(?:change ?(?:s|log)\b.{0,60}|history\b.{0,40}|(?:rfc ?)?v\d+(?: ?(?:->|=>|→|\.\.) ?(?:rfc ?)?v?\d+)?[ \t]*:?|(?:since|from) v\d+\b.{0,20}):?[ \t]*$/i;

/** Reads a patch's notes (what stands between `---` and the diff) and what follows its diff. */
export function readPatchNotes(notes: string, diff: string): Notes {
  const lines = notes === "" ? [] : notes.split("\n");
  const stats = findStat(lines);
  return makeNotes(joinRest(lines, stats), lines.filter((_, at) => stats[at]).join("\n"), [...lines, ...toolLines(diff.slice(-TAIL))]);
}

/** The lines of a text that begin as a tool's do; most of the others are code. */
function toolLines(text: string): string[] {
  const lines: string[] = [];
  for (let at = 0; at < text.length; ) {
    const newline = text.indexOf("\n", at);
    const end = newline < 0 ? text.length : newline;
    const code = text.charCodeAt(at) | 0x20;
    // The first letters of base-commit, change-id and prerequisite-….
    if (code === 0x62 || code === 0x63 || code === 0x70) lines.push(text.slice(at, end));
    at = end + 1;
  }
  return lines;
}

/** Reads a cover letter, which has all of it in its text. */
export function readCoverNotes(text: string): Notes {
  const lines = text.split("\n");
  const from = lines.findIndex((line) => line.length < 100 && CHANGELOG_HEADING.test(line));
  const stat = lines.findIndex((line) => isStat(line));
  const end = stat > from ? startOfShortlog(lines, stat) : lines.length;
  const stats = findStat(lines);
  const changelog = from < 0 ? [] : lines.slice(from, end);
  return makeNotes(joinRest(changelog, findStat(changelog)), lines.filter((_, at) => stats[at]).join("\n"), lines);
}

/** Lines of the shortlog above a diffstat (`Name (3):` with titles below) are no changelog. */
function startOfShortlog(lines: readonly string[], stat: number): number {
  let start = stat;
  for (let at = stat - 1; at >= 0 && /^(?:\s.*|.{1,100} \(\d+\):|)$/.test(lines[at] ?? ""); at -= 1) {
    if (/^\S.* \(\d+\):$/.test(lines[at] ?? "")) start = at;
  }
  return start;
}

/** `lines` are those that may be a tool's. */
function makeNotes(changelog: string, diffstat: string, lines: readonly string[]): Notes {
  let baseCommit: string | null = null;
  let changeId: string | null = null;
  const prerequisites: Prerequisite[] = [];
  for (const line of lines) {
    const match = line.length < MAX_LINE ? TOOL_LINE.exec(line) : null;
    const name = match?.[1]?.toLowerCase();
    const value = match?.[2] ?? "";
    if (name === "base-commit") baseCommit ??= /^[0-9a-f]{7,64}$/i.test(value) ? value : null;
    else if (name === "change-id") changeId ??= value.length >= 6 ? value : null;
    else if (name === "prerequisite-patch-id") prerequisites.push({ kind: "patch-id", value });
    else if (name === "prerequisite-message-id") prerequisites.push({ kind: "message-id", value });
    else if (name === "prerequisite-change-id") prerequisites.push({ kind: "change-id", value });
  }
  return { baseCommit, prerequisites, changeId, diffstat, changelog };
}

const BLANK = 0x20;

/** Longer lines are none of git's; looking for their parts would cost more than the line is long. */
const MAX_LINE = 1100;

function isStat(line: string): boolean {
  return line.charCodeAt(0) === BLANK && line.length < MAX_LINE && STAT_LINE.test(line);
}

function isTool(line: string): boolean {
  return line.length < MAX_LINE && TOOL_LINE.test(line);
}

/** For each line whether it belongs to a diffstat. The blank before the first may have been trimmed away. */
function findStat(lines: readonly string[]): boolean[] {
  return lines.map((line, at) => isStat(at === 0 ? ` ${line.trimStart()}` : line));
}

function joinRest(lines: readonly string[], stats: readonly boolean[]): string {
  return lines.filter((line, at) => stats[at] === false && !isTool(line)).join("\n").trim();
}
