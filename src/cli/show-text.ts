// The plain text of `lifeline show`. Mail is hostile: control characters never reach the terminal.
import type { CommentView, PatchView, ReviewView, RevisionView, SeriesView, ThreadView } from "../core/review/types.js";
import { problemPlace, problemSentence } from "./problems.js";

/** Quoted lines shown above a comment; the last ones are what it answers. */
const SHOWN_QUOTE = 4;

/** For each file of a patch, by its path, a few words on where its text comes from. */
export type Sources = (patch: PatchView) => ReadonlyMap<string, string>;

/** The whole input, series by series; `sources`, if given, says after each file where its text comes from. */
export function showText(view: ReviewView, sources: Sources | null = null): string {
  const lines = view.series.flatMap((series, at) => [...(at === 0 ? [] : [""]), ...showSeries(series, sources)]);
  if (view.problems.length > 0) {
    lines.push("", "Problems:");
    for (const problem of view.problems) {
      const place = problemPlace(problem);
      lines.push(`  ${problemSentence(problem)}${place === "" ? "" : `: ${place}`}`);
    }
  }
  return `${lines.map(makeSafe).join("\n")}\n`;
}

/** Takes out what a terminal obeys: escape sequences begin with a control character, and bidi marks turn text around. */
export function makeSafe(line: string): string {
  return line.replace(/[^\P{Cc}\t]|[\u202a-\u202e\u2066-\u2069]/gu, "\ufffd");
}

function showSeries(series: SeriesView, sources: Sources | null): string[] {
  return [series.name === "" ? "(no subject)" : series.name, ...(series.author === "" ? [] : [`by ${series.author}`]), ...series.revisions.flatMap((revision) => showRevision(revision, sources))];
}

function showRevision(revision: RevisionView, sources: Sources | null): string[] {
  const present = revision.patches.filter((patch) => patch.mail !== null).length;
  const count = `${present} of ${revision.total} ${revision.total === 1 ? "patch" : "patches"}`;
  const head = [`v${revision.versionText}`, ...(revision.date === null ? [] : [dayOf(revision.date)]), ...(revision.total === 0 ? [] : [count])];
  return ["", head.join(", "), ...(revision.cover === null ? [] : showPatch(revision.cover, null)), ...revision.patches.flatMap((patch) => showPatch(patch, sources))];
}

function showPatch(patch: PatchView, sources: Sources | null): string[] {
  const counter = `  ${patch.n}/${patch.m}`;
  if (patch.mail === null) return [`${counter}  (missing)`];
  const lines = [`${counter}  ${patch.title}`];
  const sourceOf = sources?.(patch);
  for (const file of patch.files) {
    const source = sourceOf?.get(file.path) ?? "";
    const status = file.status === "modified" ? "" : `  ${file.status}${file.pathA !== null && file.pathA !== file.path ? ` from ${file.pathA}` : ""}`;
    lines.push(`       ${file.path}  ${file.binary ? "binary" : `+${file.additions} -${file.deletions}`}${status}${source === "" ? "" : `  ${source}`}`);
  }
  for (const trailer of patch.trailers) {
    if (trailer.origin === "own") continue;
    const origin = trailer.origin === "cover" ? ", for the whole series" : "";
    lines.push(`       ${trailer.key}: ${trailer.value}${trailer.mismatch === null ? "" : " (not from this person)"}${origin}`);
  }
  for (const thread of patch.threads) lines.push(...showThread(thread));
  if (patch.threads.length > 0) lines.push("");
  return lines;
}

function showThread(thread: ThreadView): string[] {
  const { anchor } = thread;
  const place = anchor.path === ":message" ? `message:${anchor.line}` : `${anchor.path}:${anchor.line}`;
  const notes = [...(anchor.side === "before" && anchor.path !== ":message" ? ["before"] : []), ...(anchor.quality === "exact" ? [] : [anchor.quality])];
  return ["", `     ${place}${notes.length === 0 ? "" : ` (${notes.join(", ")})`}`, ...thread.comments.flatMap((comment, at) => showComment(comment, at === 0))];
}

function showComment(comment: CommentView, first: boolean): string[] {
  const quote = first ? comment.quote.slice(-SHOWN_QUOTE).map((line) => `       > ${line}`) : [];
  const date = comment.date === null ? "" : `, ${dayOf(comment.date)}`;
  const guess = comment.parentGuessed ? ", place in the thread guessed" : "";
  return [...quote, `       ${comment.author}${date}${guess}:`, ...comment.text.split("\n").map((line) => (line === "" ? "" : `         ${line}`))];
}

function dayOf(date: number): string {
  return new Date(date).toISOString().slice(0, 10);
}
