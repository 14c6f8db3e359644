// `lifeline am`: a revision as `git am` takes it, in a file or applied in a new worktree.
import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { PatchView } from "../core/review/types.js";
import { buildReview, type Review } from "../core/review/review.js";
import type { AmPatch } from "../core/series/am.js";
import { readSeries } from "../core/series/read.js";
import type { ApplyResult } from "../protocol/messages.js";
import { applyRevision } from "../worker/git/apply.js";
import type { Command, CommandContext } from "./command.js";
import { UsageError } from "./errors.js";
import type { Input } from "./input.js";
import { problemPlace, problemSentence } from "./problems.js";
import { makeSafe } from "./show-text.js";
import { chooseTarget, type Target, targetOptions } from "./target.js";
import { gitSentence } from "./tree.js";

export const am: Command = {
  name: "am",
  usage: `am FILE... -o OUT [--series TEXT] [--revision N]
  lifeline am FILE... --tree DIR --worktree PATH [--branch NAME] [--base COMMIT]
      [--series TEXT] [--revision N]`,
  summary: "a revision with its follow-up trailers, as git am takes it: to a file (- is standard\n      output), or applied on a new branch in a new worktree",
  options: { ...targetOptions, output: "value", tree: "value", worktree: "value", branch: "value", base: "value" },
  async run(context) {
    const options = context.arguments;
    const input = await context.readInput(options.files);
    const review = buildReview(input.mailbox, readSeries(input.mailbox.messages, input.mailbox.page));
    const target = chooseTarget(review, options);
    const [output, tree, worktree] = [options.value("output"), options.value("tree"), options.value("worktree")];
    if (output !== undefined && tree === undefined && worktree === undefined) return exportTo(context, review, target, input, output);
    if (output === undefined && tree !== undefined && worktree !== undefined) return applyIn(context, review, target, input, tree, worktree);
    throw new UsageError("am needs -o OUT, or --tree DIR and --worktree PATH");
  },
};

async function exportTo(context: CommandContext, review: Review, { patch }: Target, input: Input, output: string): Promise<0> {
  const made = review.am(patch.key, (mail) => input.raw(mail));
  const [refused] = made?.refused ?? [];
  if (made === null || refused !== undefined) throw new UsageError(refused === undefined ? "no patch in the input" : sentenceOf(refused));
  noteTrailers(context, made.patches);
  if (output === "-") await context.write(new TextDecoder().decode(made.bytes));
  else await writeFile(output, made.bytes).catch((error: unknown) => { throw new UsageError(`${output}: ${error instanceof Error ? error.message : String(error)}`); });
  return 0;
}

async function applyIn(context: CommandContext, review: Review, { series, revision, patch }: Target, input: Input, tree: string, worktree: string): Promise<0> {
  const options = context.arguments;
  const branch = options.value("branch") ?? branchName(series.key, revision.versionText);
  const raw = (mail: number): Uint8Array | null => input.raw(mail);
  const result = await applyRevision(review, patch.key, raw, { folder: tree, base: options.value("base") ?? null, branch, worktree: resolve(worktree) });
  noteTrailers(context, review.am(patch.key, raw)?.patches ?? []);
  await context.write(resultText(result));
  return 0;
}

/** `lifeline/<series>-v2`: letters, digits and dashes only. */
function branchName(seriesKey: string, versionText: string): string {
  return `lifeline/${seriesKey.replace(/[^A-Za-z0-9]+/g, "-").slice(0, 60)}-v${versionText.replace(/[^A-Za-z0-9.]/g, "")}`;
}

function noteTrailers(context: CommandContext, patches: readonly AmPatch[]): void {
  const reasons = { sender: "sent by someone else", cc: "a Cc in a reply", nack: "speaks against the patch" } as const;
  for (const patch of patches) {
    for (const { key, value } of patch.added) context.note(makeSafe(`${patch.n}: + ${key}: ${value}`));
    for (const { key, value, reason } of patch.omitted) context.note(makeSafe(`${patch.n}: left out (${reasons[reason]}): ${key}: ${value}`));
  }
}

function sentenceOf(problem: PatchView["problems"][number]): string {
  const place = problemPlace(problem);
  return `${problemSentence(problem)}${place === "" ? "" : `: ${place}`}`;
}

/** What was done, and after a stop what to do next. A refusal is an error: nothing was changed. */
function resultText(result: ApplyResult): string {
  switch (result.state) {
    case "applied":
      return `${result.patches} ${result.patches === 1 ? "patch" : "patches"} on ${result.branch} in ${result.worktree}, from ${result.base.slice(0, 12)}\n`;
    case "stopped": {
      const where = result.files.length === 0 ? result.detail : `conflicts in ${result.files.join(", ")}`;
      return [
        `git am stopped at patch ${result.at}, ${makeSafe(result.title)}: ${makeSafe(where)}`, `${result.patches} before it are on ${result.branch}. Go on in ${result.worktree}:`,
        "  mend the files, git add them, then git am --continue", "  or git am --skip, or git am --abort to take all of it back", "",
      ].join("\n");
    }
    case "cancelled":
      throw new UsageError("cancelled");
    case "refused": {
      const [problem] = result.problems ?? [];
      throw new UsageError(problem === undefined ? refusalText(result.kind, result.detail) : sentenceOf(problem));
    }
    default:
      return result satisfies never;
  }
}

function refusalText(kind: string, detail: string): string {
  const sentences: Readonly<Record<string, string>> = {
    "series": "no patch in the input", "no-base": "no commit of the tree has the files that the series was made on; name one with --base", "no-such-base": "no such commit",
    "bad-branch": "no name for a branch", "branch-exists": "the branch is there already", "no-such-folder": "no such folder to make the worktree in",
    "folder-exists": "the folder of the worktree is there already", "no-identity": "git does not know who you are (user.name, user.email)",
    "path-outside": "a patch names a path outside of the tree", "path-through-link": "a patch writes through a symbolic link of the tree", "does-not-apply": "the series does not apply; nothing was changed",
  };
  const sentence = sentences[kind];
  if (sentence === undefined) return gitSentence(kind, detail);
  return detail === "" ? sentence : `${sentence} (${detail})`;
}
