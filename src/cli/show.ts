// `lifeline show`: what an input holds, as JSON for programs or as text for people.
import type { Problem } from "../core/problem.js";
import type { Image, PatchFile, Side } from "../core/patch/types.js";
import { buildReview, type PatchCode, type Review } from "../core/review/review.js";
import type { PatchView, ReplyPart } from "../core/review/types.js";
import { splitPatchText } from "../core/series/commit-text.js";
import { readSeries } from "../core/series/read.js";
import type { Entry, SeriesResult } from "../core/series/types.js";
import type { Command } from "./command.js";
import { showText } from "./show-text.js";
import { readTrees, treeOptions, treeUsage } from "./tree.js";

export const show: Command = {
  name: "show",
  usage: `show FILE... ${treeUsage} [--json]`,
  summary: "the series in the input, their patches, and the comments on their lines",
  options: { ...treeOptions, json: "flag" },
  async run(context) {
    const mailbox = await context.readInputs(context.arguments.files);
    const series = readSeries(mailbox.messages, mailbox.page);
    const review = buildReview(mailbox, series);
    const patches = review.view.series.flatMap((one) => one.revisions).flatMap((revision) => revision.patches).filter((patch) => patch.mail !== null);
    const states = await readTrees(review, context.arguments, patches.map((patch) => patch.key));
    const problems = [...review.view.problems, ...states.flatMap((state) => state.problems)];
    if (context.arguments.flag("json")) await context.write(`${JSON.stringify(describe(series, review, states.length === 0 ? [] : patches, problems), null, 1)}\n`);
    else await context.write(showText({ ...review.view, problems }, states.length === 0 ? null : (patch) => sourcesOf(review, patch)));
    return 0;
  },
};

/**
 * The object that `--json` prints. Names and meaning of its members are a promise to the programs that read them. Files of `withTree`
 * say where their text comes from, too.
 */
function describe(series: SeriesResult, review: Review, withTree: readonly PatchView[], problems: readonly Problem[]): unknown {
  const idOf = (mail: number | null): string | null => (mail === null ? null : (series.entries[mail]?.message.id ?? null));
  const partsOf = groupBy(review.replyParts, (part) => part.mail);
  const problemsOf = groupBy(problems, (problem) => problem.messageIndex ?? -1);
  const codeOf = new Map(withTree.map((patch) => [patch.mail, review.code(patch.key)]));
  return {
    messages: series.entries.map((entry, index) => describeMail(entry, partsOf.get(index) ?? [], problemsOf.get(index) ?? [], idOf, codeOf.get(index) ?? null)),
    series: series.series.map((one) => ({
      name: one.name,
      revisions: one.revisions.map((revision) => ({
        version: revision.version,
        total: revision.total,
        cover: idOf(revision.cover),
        patches: Object.fromEntries(revision.slots.filter((slot) => slot.mail !== null).map((slot) => [String(slot.n), idOf(slot.mail)])),
        complete: revision.complete,
      })),
    })),
    problems: problemsOf.get(-1) ?? [],
  };
}

function describeMail(entry: Entry, parts: readonly ReplyPart[], problems: readonly Problem[], idOf: (mail: number) => string | null, code: PatchCode | null): unknown {
  const { message, subject } = entry;
  return {
    id: message.id,
    inReplyTo: message.inReplyTo,
    references: message.references,
    kind: entry.kind,
    subject: message.subject,
    title: subject.title,
    version: subject.version,
    n: subject.n,
    m: subject.m,
    author: entry.author.name,
    email: entry.author.email,
    date: message.date === null ? null : new Date(message.date).toISOString(),
    // Of a cover letter, too, what git mailinfo takes for the message: with its signature, up to a `---` line.
    message: entry.kind === "cover" ? splitPatchText(message.text).commitMessage : entry.commitMessage,
    trailers: entry.trailers.map((trailer) => [trailer.key, trailer.value]),
    // A merge's combined diff changes no file of its own, as for git apply; it is among the problems.
    files: (entry.patch?.files ?? []).filter((file) => file.combined === undefined).map((file) => ({
      path: file.path,
      oldPath: file.pathA !== null && file.pathA !== file.path ? file.pathA : null,
      status: file.status,
      binary: file.binary,
      additions: file.additions,
      deletions: file.deletions,
      hunks: file.hunks.length,
      oldMode: file.oldMode,
      newMode: file.newMode,
      ...(code === null ? {} : { image: { before: imageOf(code, file, "before"), after: imageOf(code, file, "after") } }),
    })),
    anchors: parts.map(({ anchor, comment }) => ({
      target: idOf(anchor.target),
      path: anchor.path,
      side: anchor.side,
      fromLine: anchor.fromLine,
      line: anchor.line,
      quality: anchor.quality,
      comment,
    })),
    problems,
  };
}

/** Where the text of a file on one side comes from, and whether it is the whole file; null where there is none. */
function imageOf(code: PatchCode, file: PatchFile, side: Side): { source: Image["source"]; verified: boolean; whole: boolean } | null {
  const path = side === "before" ? file.pathA : file.pathB;
  const image = path === null ? null : code.images.image(code.index, path, side);
  return image === null || image.absent ? null : { source: image.source, verified: image.verified === true, whole: image.whole };
}

/** For each file of a patch, by its path: a few words on where its text after the patch comes from; for a deleted one before it. */
function sourcesOf(review: Review, patch: PatchView): ReadonlyMap<string, string> {
  const code = review.code(patch.key);
  return new Map(patch.files.map((file) => {
    const path = file.pathB ?? file.pathA;
    const image = code === null || path === null ? null : code.images.image(code.index, path, file.pathB === null ? "before" : "after");
    const words = image === null ? "" : image.source === "tree" ? `from the tree, ${image.verified ? "verified" : "not verified"}` : image.source === "series" ? "from the series" : "from the patch alone";
    return [file.path, words];
  }));
}

function groupBy<Value>(values: readonly Value[], keyOf: (value: Value) => number): Map<number, Value[]> {
  const groups = new Map<number, Value[]>();
  for (const value of values) {
    const key = keyOf(value);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [value]);
    else group.push(value);
  }
  return groups;
}
