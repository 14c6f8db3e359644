// `lifeline show`: what an input holds, as JSON for programs or as text for people.
import type { Mailbox } from "../core/mail/types.js";
import type { Problem } from "../core/problem.js";
import { buildReview } from "../core/review/review.js";
import type { ReplyPart } from "../core/review/types.js";
import { readSeries } from "../core/series/read.js";
import type { Entry, SeriesResult } from "../core/series/types.js";
import type { Command } from "./command.js";
import { showText } from "./show-text.js";

export const show: Command = {
  name: "show",
  usage: "show FILE... [--json]",
  summary: "the series in the input, their patches, and the comments on their lines",
  options: { json: "flag" },
  async run(context) {
    const mailbox = await context.readInputs(context.arguments.files);
    const series = readSeries(mailbox.messages, mailbox.page);
    const review = buildReview(mailbox, series);
    const text = context.arguments.flag("json") ? `${JSON.stringify(describe(mailbox, series, review.replyParts), null, 1)}\n` : showText(review.view);
    await context.write(text);
    return 0;
  },
};

/** The object that `--json` prints. Names and meaning of its members are a promise to the programs that read them. */
function describe(mailbox: Mailbox, series: SeriesResult, parts: readonly ReplyPart[]): unknown {
  const problems = [...mailbox.problems, ...series.problems];
  const idOf = (mail: number | null): string | null => (mail === null ? null : (series.entries[mail]?.message.id ?? null));
  const partsOf = groupBy(parts, (part) => part.mail);
  const problemsOf = groupBy(problems, (problem) => problem.messageIndex ?? -1);
  return {
    messages: series.entries.map((entry, index) => describeMail(entry, partsOf.get(index) ?? [], problemsOf.get(index) ?? [], idOf)),
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

function describeMail(entry: Entry, parts: readonly ReplyPart[], problems: readonly Problem[], idOf: (mail: number) => string | null): unknown {
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
    message: entry.commitMessage,
    trailers: entry.trailers.map((trailer) => [trailer.key, trailer.value]),
    files: (entry.patch?.files ?? []).map((file) => ({
      path: file.path,
      oldPath: file.pathA !== null && file.pathA !== file.path ? file.pathA : null,
      status: file.status,
      binary: file.binary,
      additions: file.additions,
      deletions: file.deletions,
      hunks: file.hunks.length,
      oldMode: file.oldMode,
      newMode: file.newMode,
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
