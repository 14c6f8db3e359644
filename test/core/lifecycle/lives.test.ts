// Lives, choices and pairs of small sources, each of which says in a comment at its end what is to be seen.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import type { CReader } from "../../../src/core/c/reader.js";
import type { Diagram, LifecycleView, Site } from "../../../src/core/lifecycle/types.js";
import { openReader, viewOf } from "./check.js";

const FOLDER = "test/fixtures/c/lives";

let reader: CReader;
beforeAll(async () => {
  reader = await openReader();
});

/** A comment in which a source says what is seen of a struct: the one it names, or without a name the one that is chosen. */
const SHOWN = /\/\* shows ?(\w*)\n(?: \*[^\n]*\n)*? \*\/\n?/g;

/** The source with its comments saying what is seen of it; a line that begins with `-` or `+` is on one side only, as in a patch. */
function annotated(text: string): string {
  const plain = text.replace(SHOWN, (comment) => comment.replace(/[^\n]/g, ""));
  const lines = plain.split("\n");
  const side = (other: string): string => lines.map((line) => (line.startsWith(other) ? "" : line.replace(/^[-+]/, " "))).join("\n");
  const isPatch = lines.some((line) => /^[-+]/.test(line));
  return text.replace(SHOWN, (_comment, struct: string) => {
    const view = viewOf(reader, isPatch ? side("+") : null, side("-"), struct === "" ? null : struct);
    return `/* shows${struct === "" ? "" : ` ${struct}`}\n${shown(view).map((line) => ` *${line === "" ? "" : ` ${line}`}\n`).join("")} */\n`;
  });
}

function shown(view: LifecycleView): string[] {
  const sides = [view.before, view.after].flatMap((diagram) => (diagram === null ? [] : ["", diagram.side, ...life(diagram)]));
  const rows = view.pairs.map((row) => `[${row.change}] ${row.resource}: ${functions(row.acquire)} | ${functions(row.release)}${row.note === "" ? "" : ` (${row.note})`}`);
  return [`${view.struct === "" ? "nothing" : `struct ${view.struct}`} of ${view.structs.map((one) => `${one.name}:${one.changedCalls}`).join(" ")}`, ...sides, "", ...rows].map((line) => line.replace(/\*\//g, "* /"));
}

function life(diagram: Diagram): string[] {
  const states = diagram.nodes.filter((node) => node.label.includes("\n")).map((node) => `  ${node.label.replace("\n", ": ").replace(/\n/g, ", ")}`);
  const name = (id: string): string => (id === "root_start" ? "start" : id.replace("n_", ""));
  return [...states, ...diagram.edges.filter((edge) => !edge.absent).map((edge) => `  ${name(edge.from)} -> ${name(edge.to)} ${edge.label}`)];
}

function functions(sites: readonly Site[]): string {
  const names = (wanted: string): string => [...new Set(sites.filter((site) => site.range.side === wanted).map((site) => site.function))].join(" ") || "-";
  return sites.some((site) => site.range.side === "before") ? `${names("before")} => ${names("after")}` : names("after");
}

describe("the life that a source shows", () => {
  it.each(readdirSync(FOLDER).sort())("is the one that %s says", (name) => {
    const text = readFileSync(`${FOLDER}/${name}`, "utf8");
    expect(text.match(SHOWN), "says nothing").not.toBeNull();
    if (process.env["UPDATE"] === "1") writeFileSync(`${FOLDER}/${name}`, annotated(text));
    else expect(annotated(text)).toBe(text);
  });
});
