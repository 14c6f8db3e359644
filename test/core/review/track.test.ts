// The state of a struct during a run, step by step.
import { describe, expect, it } from "vitest";
import type { Diagram, DiagramEdge, LifecycleView, Site } from "../../../src/core/lifecycle/types.js";
import { trackLife } from "../../../src/core/review/track.js";
import type { Step, StepChange } from "../../../src/core/simulate/types.js";

const site = (name: string, line: number): Site => ({ function: name, text: `call${line}()`, range: { path: "a.c", side: "after", line, column: 1, endLine: line, endColumn: 9, from: 0, to: 0 } });
const edge = (index: number, from: string, to: string, sites: readonly Site[], label = ""): DiagramEdge => ({ index, from, to, label, change: "same", absent: false, sites });
const node = (id: string, label = id): Diagram["nodes"][number] => ({ id, label, change: "same", sites: [] });

const life: Diagram = {
  kind: "life", side: "after", text: "", title: "", description: "", nodes: [node("made"), node("shown"), node("gone")],
  edges: [edge(0, "[*]", "made", [site("make", 1)]), edge(1, "made", "shown", [site("make", 2), site("make", 3)]), edge(2, "shown", "gone", [site("put", 10), site("put", 12)])],
};
const structure: Diagram = {
  kind: "structure", side: "after", text: "", title: "", description: "",
  nodes: [node("n_box", "struct big_box"), node("n_dev", "+ struct device"), node("n_list", "boxes")],
  edges: [edge(0, "n_box", "n_dev", [], "+ embeds dev")],
};
const view: LifecycleView = { patchKey: "p", struct: "big_box", structs: [], before: null, after: life, structure: { before: null, after: structure }, pairs: [], owners: [], partial: [], skipped: [] };

function step(name: string, line: number, changes: readonly StepChange[] = [], via: number | null = null): Step {
  const range = via === null ? null : site(name, via).range;
  return { cpu: 0, function: name, path: via === null ? "a.c" : "model/x.c", from: 0, to: 0, line, text: "", depth: 0, changes, locks: [], via: range };
}
const change = (object: string, field: string): StepChange => ({ object, field, before: "1", after: "0" });

describe("the state of a struct during a run", () => {
  it("is where the first transition starts, and moves on when its last line is done", () => {
    const lit = trackLife(view, [step("other", 50), step("put", 10), step("put", 11), step("put", 12), step("other", 51)], "after");
    expect(lit.map(({ node: at, edge: taken }) => [at, taken])).toEqual([["shown", null], ["shown", 2], ["shown", null], ["gone", 2], ["gone", null]]);
  });

  it("stays in a transition over the steps that the model makes under its last line", () => {
    const lit = trackLife(view, [step("put", 10), step("kfree", 3, [], 12), step("kfree", 4, [], 12), step("put", 13)], "after");
    expect(lit.map((one) => one.node)).toEqual(["shown", "shown", "gone", "gone"]);
  });

  it("moves on when the next transition begins, though a line of the one before did not run", () => {
    const lit = trackLife(view, [step("make", 1), step("make", 2), step("put", 10)], "after");
    expect(lit.map((one) => one.node)).toEqual(["made", "made", "shown"]);
  });

  it("is not known as long as no step takes a transition, or when the side has no diagram", () => {
    expect(trackLife(view, [step("other", 50)], "after").map((one) => one.node)).toEqual([null]);
    expect(trackLife(view, [step("put", 10)], "before")).toEqual([]);
  });

  it("lights the objects that were changed last: the struct, what it embeds, and what is called by its own name", () => {
    const changes = [change("big_box #1", "users"), change("box #1", "dev.kobj.kref"), change("boxes", "next"), change("crate #2", "x")];
    expect(trackLife(view, changes.map((one) => step("other", 50, [one])), "after").map((one) => one.objects)).toEqual([["n_box"], ["n_dev"], ["n_list"], ["n_list"]]);
    expect(trackLife(view, [step("other", 50)], "after").map((one) => one.objects)).toEqual([["n_box"]]);
  });
});
