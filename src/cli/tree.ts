// `--tree DIR`: whole files from a git tree, for the commands that read code.
import type { Review } from "../core/review/review.js";
import type { TreeState } from "../protocol/messages.js";
import { useTree } from "../worker/git/tree.js";
import type { Arguments, OptionSpec } from "./arguments.js";
import type { CommandContext } from "./command.js";
import { UsageError } from "./errors.js";
import { problemPlace, problemSentence } from "./problems.js";

export const treeOptions = { tree: "value", base: "value" } as const satisfies OptionSpec;

export const treeUsage = "[--tree DIR [--base COMMIT]]";

/** Lays the tree under the revisions of some patches, one state for each revision; none without `--tree`. */
export async function readTrees(review: Review, options: Arguments, patchKeys: readonly string[]): Promise<TreeState[]> {
  const folder = options.value("tree");
  if (folder === undefined) {
    if (options.value("base") !== undefined) throw new UsageError("--base goes with --tree");
    return [];
  }
  const revisions = new Map(patchKeys.map((key) => [review.needs(key)?.revisionKey ?? "", key]));
  const states: TreeState[] = [];
  for (const key of revisions.values()) {
    const state = await useTree(review, key, [folder], options.value("base") ?? null);
    if (state.failure !== null) throw new UsageError(`${folder}: ${gitSentence(state.failure.kind, state.failure.detail)}`);
    states.push(state);
  }
  return states;
}

/** The same for a command that is about the code: a tree that has nothing of it is an error, what does not fit is said beside the result. */
export async function requireTrees(context: CommandContext, review: Review, patchKeys: readonly string[]): Promise<void> {
  const states = await readTrees(review, context.arguments, patchKeys);
  const problems = states.flatMap((state) => state.problems);
  if (states.length > 0 && states.every((state) => state.found === 0)) {
    const [first] = problems;
    throw new UsageError(`${context.arguments.value("tree") ?? ""}: ${first === undefined ? "nothing of the series is in this tree" : problemSentence(first)}`);
  }
  for (const problem of problems) context.note(`${problemSentence(problem)}: ${problemPlace(problem)}`);
}

/** Sentences for what git could not do, in the words of the command line. */
export function gitSentence(kind: string, detail: string): string {
  const sentences: Readonly<Record<string, string>> = {
    "no-git": "git cannot be run", "no-repository": "no git repository", "refused-owner": "git refuses this repository because it belongs to someone else (git config safe.directory)",
    "timed-out": "git took too long", "cancelled": "cancelled", "too-large": "git answered with more than can be read", "git-failed": "git failed",
  };
  const sentence = sentences[kind] ?? kind.replaceAll("-", " ");
  return detail === "" || kind === "no-repository" ? sentence : `${sentence} (${detail})`;
}
