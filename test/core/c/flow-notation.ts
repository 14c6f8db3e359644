// Control flow as notes in the source: behind each line stands where control goes from there, `//> p yes 6, p no 8`.
import type { CFunction } from "../../../src/core/c/ast.js";
import { flowOf } from "../../../src/core/c/flow.js";
import type { FlowGraph, FlowNode } from "../../../src/core/c/flow-types.js";
import type { CReader } from "../../../src/core/c/reader.js";

const MARK = / *\/\/> ?.*$/;

/** The text with the notes that its functions' graphs give; compare it with the text itself. */
export function annotate(reader: CReader, annotated: string): string {
  const lines = annotated.split("\n").map((line) => line.replace(MARK, ""));
  const source = lines.join("\n");
  const notes = new Map<number, string[]>();
  for (const fn of reader.readText("t.c", source).functions) {
    const flow = flowOf(fn);
    if (flow !== null) addNotes(notes, flow, source);
  }
  return lines.map((line, index) => {
    const note = notes.get(index + 1);
    return note === undefined ? line : `${line} //> ${note.join(", ")}`;
  }).join("\n");
}

/** One line per node, for graphs of which the lines are not shown. */
export function listing(fn: CFunction | undefined): string[] {
  const flow = fn === undefined ? null : flowOf(fn);
  if (flow === null) return ["no graph"];
  return flow.nodes.map((node) => `${node.kind}${node.label === "" ? "" : ` ${node.label}`}${node.readable ? "" : "?"} @${node.span.line} -> ${node.next.map((edge) => nameOf(flow.nodes[edge.to])).join(" ")}`.trim());
}

function nameOf(node: FlowNode | undefined): string {
  return node === undefined ? "nowhere" : node.kind === "exit" || node.kind === "elsewhere" ? node.kind : `${node.kind}@${node.span.line}`;
}

function addNotes(notes: Map<number, string[]>, flow: FlowGraph, source: string): void {
  const reached = new Set<number>();
  const ahead = [flow.entry];
  for (let id = ahead.pop(); id !== undefined; id = ahead.pop()) {
    if (reached.has(id)) continue;
    reached.add(id);
    for (const edge of flow.nodes[id]?.next ?? []) ahead.push(edge.to);
  }
  for (const node of flow.nodes) {
    if (node.kind === "entry" || node.kind === "exit" || node.kind === "release" || node.kind === "elsewhere") continue;
    const line = node.span.line;
    const known = notes.get(line) ?? [];
    notes.set(line, known);
    const add = (text: string): void => {
      if (!known.includes(text)) known.push(text);
    };
    if (!reached.has(node.id)) {
      add("dead");
      continue;
    }
    if (node.next.length === 0) add("dies");
    for (const edge of node.next) {
      const goal = throughReleases(flow, edge.to);
      // Within a line only a way back is worth a word.
      if (goal.node.span.line === line && goal.node.kind !== "exit" && goal.gives.length === 0) continue;
      const when = edge.when === null ? "" : edge.when.kind === "truth" ? `${source.slice(edge.when.test.span.from, edge.when.test.span.to)} ${edge.when.truth ? "yes" : "no"} `
        : edge.when.kind === "macro" ? (edge.when.enters ? "enters " : "done ")
        : edge.when.value === null ? "default " : `case ${source.slice(edge.when.value.span.from, (edge.when.toValue ?? edge.when.value).span.to)} `;
      const target = goal.node.kind === "exit" || goal.node.kind === "elsewhere" ? goal.node.kind : String(goal.node.span.line);
      add(`${when}${target}${goal.gives.map((give) => ` after ${give}`).join("")}`);
    }
  }
}

function throughReleases(flow: FlowGraph, from: number): { node: FlowNode; gives: string[] } {
  const gives: string[] = [];
  let node = flow.nodes[from];
  while (node?.kind === "release" && node.release !== null) {
    gives.push(node.release.kind === "guard" ? `guard ${node.release.className}` : `${node.release.cleanup} ${node.release.declaration.name}`);
    node = flow.nodes[node.next[0]?.to ?? -1];
  }
  if (node === undefined) throw new Error("an edge leads nowhere");
  return { node, gives };
}
