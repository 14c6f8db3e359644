// `lifeline compare`: which patch of one revision became which of the next and what changed in it, as git range-diff tells it.
import { buildReview } from "../core/review/review.js";
import { compareRevisions, type RevisionPair } from "../core/review/revisions.js";
import { readSeries } from "../core/series/read.js";
import type { Command } from "./command.js";
import { compareText } from "./compare-text.js";
import { UsageError } from "./errors.js";

export const compare: Command = {
  name: "compare",
  usage: "compare FILE... [--series TEXT] [--before N --after N] [--no-diff] [--json]",
  summary: "each revision against the one before it, patch by patch, like git range-diff but from the mails alone",
  options: { json: "flag", series: "value", before: "value", after: "value", "no-diff": "flag" },
  async run(context) {
    const { arguments: given } = context;
    const before = given.number("before", 0);
    const after = given.number("after", 0);
    if ((before === undefined) !== (after === undefined)) throw new UsageError("--before and --after go together");
    const named = before === undefined || after === undefined ? undefined : { before, after };
    const mailbox = await context.readInputs(given.files);
    const read = readSeries(mailbox.messages, mailbox.page);
    const review = buildReview(mailbox, read);
    const revisions = compareRevisions(review, read);
    const wanted = given.value("series")?.toLowerCase() ?? "";
    const chosen = review.view.series.slice(0, read.series.length).filter((series) => series.name.toLowerCase().includes(wanted));
    if (chosen.length === 0) throw new UsageError(wanted === "" ? "no series in the input" : `no series with "${given.value("series") ?? ""}" in its title`);
    const compared = chosen.map((series) => ({ name: series.name, pairs: revisions.pairs(series.key, named) }));
    if (named !== undefined && compared.every(({ pairs }) => pairs.length === 0)) throw new UsageError(`no series has revisions ${named.before} and ${named.after}`);
    await context.write(given.flag("json") ? `${JSON.stringify(compared.map(({ name, pairs }) => ({ name, pairs: pairs.map(describe) })), null, 1)}\n` : compareText(compared, !given.flag("no-diff")));
    return 0;
  },
};

/** What `--json` prints for a pair. Names and meaning of its members are a promise to the programs that read them. */
function describe({ before, after, rows }: RevisionPair): unknown {
  return { before: before.version, after: after.version, rows: rows.map((row) => ({ before: row.before, after: row.after, change: row.change })) };
}
