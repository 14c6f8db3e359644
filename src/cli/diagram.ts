// `lifeline diagram`: the life of a struct's objects, or how they hang together, as mermaid text; its pairs as a table.
import { readLifecycle } from "../core/lifecycle/read.js";
import type { Diagram, LifecycleView, OwnerRow, PairRow, PairWay, Site } from "../core/lifecycle/types.js";
import { buildReview } from "../core/review/review.js";
import { readSeries } from "../core/series/read.js";
import type { Command } from "./command.js";
import { UsageError } from "./errors.js";
import { makeSafe } from "./show-text.js";
import { chooseTarget, chooseWord, imagesOf, targetOptions, targetUsage } from "./target.js";
import { requireTrees, treeOptions, treeUsage } from "./tree.js";

export const diagram: Command = {
  name: "diagram",
  usage: `diagram FILE... [--struct NAME] [--side after|before|both]\n      [--kind life|structure|pairs] ${targetUsage}\n      ${treeUsage} [--json]`,
  summary: "a struct's life before and after a patch, as mermaid text or a table of pairs",
  options: { ...targetOptions, ...treeOptions, struct: "value", side: "value", kind: "value", json: "flag" },
  async run(context) {
    const options = context.arguments;
    const side = chooseWord(options, "side", ["after", "before", "both"]);
    const kind = chooseWord(options, "kind", ["life", "structure", "pairs"]);
    const mailbox = await context.readInputs(options.files);
    const review = buildReview(mailbox, readSeries(mailbox.messages, mailbox.page));
    const { patch } = chooseTarget(review, options);
    await requireTrees(context, review, [patch.key]);
    const code = review.code(patch.key);
    const input = { patchKey: patch.key, before: imagesOf(code, patch, "before"), after: imagesOf(code, patch, "after") };
    const view = readLifecycle(await context.assets.reader(), input, options.value("struct") ?? null);
    if (options.flag("json")) {
      await context.write(`${JSON.stringify(view, null, 1)}\n`);
      return 0;
    }
    await context.write(kind === "pairs" ? pairTable(known(view, view.pairs.length > 0, "pairs")) : diagramText(view, kind, side));
    return 0;
  },
};

/** Throws when there is nothing to show: the struct that was asked for is not there, or the patch has no lifetimes. `seen` says what else is known of it. */
function known(view: LifecycleView, shown: boolean, what: string, seen = ""): LifecycleView {
  if (shown) return view;
  if (view.structs.length === 0) throw new UsageError("the patch holds no call that begins or ends the life of a struct");
  const others = view.structs.map((struct) => struct.name).filter((name) => name !== view.struct).join(", ");
  throw new UsageError([`nothing is known of the ${what} of ${view.struct === "" ? "a struct" : view.struct} here`, seen, others === "" ? "" : `other structs with lifetime calls: ${others}`].filter((part) => part !== "").join("; "));
}

function diagramText(view: LifecycleView, kind: "life" | "structure", side: "before" | "after" | "both"): string {
  const sides = side === "both" ? (["before", "after"] as const) : [side];
  const found = sides.map((one) => diagramOf(view, kind, one)).filter((one) => one !== null);
  const elsewhere = (["before", "after"] as const).filter((one) => diagramOf(view, kind, one) !== null);
  const seen = elsewhere.length > 0 ? `it is seen with --side ${elsewhere[0] ?? ""}` : view.pairs.length > 0 ? "its pairs are seen with --kind pairs" : "";
  known(view, found.length > 0, kind === "life" ? "life" : "structure", seen);
  return found.map((one) => `${side === "both" ? `%% ${one.side}\n` : ""}${one.text.trimEnd()}\n`).join("\n");
}

function diagramOf(view: LifecycleView, kind: "life" | "structure", side: "before" | "after"): Diagram | null {
  return kind === "life" ? view[side] : (view.structure?.[side] ?? null);
}

const SIGN = { new: "+", gone: "-", changed: "~", same: " " } as const;

/** One block per resource: its sign, its name, and each place where it is acquired and released, side by side named. */
function pairTable(view: LifecycleView): string {
  const lines = [`struct ${view.struct}`, ...view.pairs.flatMap((row) => ["", ...pairBlock(row)]), ...view.owners.flatMap((row) => ["", ...ownerBlock(row)])];
  return `${lines.map(makeSafe).join("\n")}\n`;
}

function pairBlock(row: PairRow): string[] {
  return [`${SIGN[row.change]} ${row.resource}${row.note === "" ? "" : `  (${row.note})`}`, ...row.acquire.flatMap((site) => siteLines("acquire", site)), ...row.release.flatMap((site) => siteLines("release", site)), ...row.ways.map(wayLine)];
}

const HALVES = { both: "acquired and released", acquire: "acquired, not released", release: "released", neither: "neither" } as const;

/** `before error    vfio_create_group(): acquired and released (returns at 340, 348)`. */
function wayLine(way: PairWay): string {
  const lines = way.returns.map(({ line }) => line).join(", ");
  const notes = [...(lines === "" ? [] : [`returns at ${lines}`]), ...(way.partial ? ["lines missing"] : [])].join("; ");
  return `    ${way.side.padEnd(6)} ${(way.ends === "untold" ? "" : way.ends).padEnd(7)}  ${way.function}(): ${HALVES[way.halves]}${notes === "" ? "" : ` (${notes})`}`;
}

function ownerBlock(row: OwnerRow): string[] {
  const until = (side: "before" | "after"): string[] => (row[side] === null ? [] : [`    ${side.padEnd(6)} until ${row[side]}`]);
  return [`${SIGN[row.change]} kept alive by ${row.who}`, ...until("before"), ...until("after"), ...row.begins.flatMap((site) => siteLines("holds", site)), ...row.ends.flatMap((site) => siteLines("gives up", site))];
}

function siteLines(what: string, site: Site): string[] {
  return [`    ${site.range.side.padEnd(6)} ${what}  ${site.function}(), ${site.range.path}:${site.range.line}`, `      ${site.text}`];
}
