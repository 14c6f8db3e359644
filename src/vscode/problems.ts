// Sentences for the problems that core found, and their lines in the output channel.
import { l10n } from "vscode";
import type { Problem } from "../core/problem.js";
import type { ReviewView } from "../core/review/types.js";
import type { Log } from "./log.js";
import { patchesOf } from "./session/lookup.js";

/** Problems logged for one input; the rest is a count. A damaged mailbox can have thousands. */
const loggedProblems = 200;

/** One sentence, without the place. A kind that has none of its own is spelled out. */
export function problemText(problem: Problem): string {
  const words = problem.kind.replaceAll("-", " ");
  const sentence = `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`;
  return problem.detail === undefined || problem.detail === "" ? sentence : l10n.t("{0}: {1}", sentence, problem.detail.slice(0, 200));
}

/** Where it is: mail, file, hunk and line as far as known; "" when nothing is. */
export function problemPlace(problem: Problem): string {
  const parts: string[] = [];
  if (problem.file !== undefined) parts.push(problem.file);
  if (problem.hunk !== undefined) parts.push(l10n.t("hunk {0}", problem.hunk));
  if (problem.line !== undefined) parts.push(l10n.t("line {0}", problem.line));
  if (problem.messageId !== undefined) parts.push(`<${problem.messageId}>`);
  else if (problem.messageIndex !== undefined) parts.push(l10n.t("message {0}", problem.messageIndex + 1));
  return parts.join(", ");
}

/** Writes every problem of an input to the output channel, each with its place. */
export function logProblems(log: Log, source: string, view: ReviewView): void {
  const all = [...view.problems, ...[...patchesOf(view)].flatMap(({ patch }) => patch.problems)];
  for (const problem of all.slice(0, loggedProblems)) {
    const place = problemPlace(problem);
    const text = `${source}: ${problemText(problem)}${place === "" ? "" : ` (${place})`}`;
    if (problem.severity === "error") log.error(text);
    else if (problem.severity === "warning") log.warning(text);
    else log.info(text);
  }
  if (all.length > loggedProblems) log.warning(l10n.t("{0}: {1} more problems", source, all.length - loggedProblems));
}
