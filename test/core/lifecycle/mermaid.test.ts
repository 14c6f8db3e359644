// The diagrams' text: mermaid itself must take it, and the edges must be counted as mermaid counts them.
import { readdirSync, readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import type { CReader } from "../../../src/core/c/reader.js";
import { escapeLabel, nodeId, plainTitle } from "../../../src/core/lifecycle/mermaid.js";
import type { Diagram, LifecycleView } from "../../../src/core/lifecycle/types.js";
import { hasCorpus, listBoxes, patchesOf, vfioPatches } from "../c/corpus.js";
import { openReader, viewOf, viewOfPatch } from "./check.js";

let reader: CReader;
let parse: (text: string) => Promise<unknown>;
beforeAll(async () => {
  reader = await openReader();
  parse = await loadMermaid();
});

/** mermaid asks for a window as soon as it is loaded; the parser needs nothing of it but that it is there. */
async function loadMermaid(): Promise<(text: string) => Promise<unknown>> {
  class Element { get parentNode(): null { return null; } get nextSibling(): null { return null; } get childNodes(): [] { return []; } cloneNode(): void { return; } remove(): void { return; } }
  const nothing = (): unknown => ({ content: {} });
  const document = { nodeType: 9, implementation: {}, createNodeIterator: nothing, createDocumentFragment: nothing, getElementsByTagName: () => [], importNode: nothing, currentScript: null, createElement: nothing };
  // A stand-in for the browser's window, with the few members that the sanitizer looks up when it is loaded.
  Object.assign(globalThis, { window: { document, Element, Node: Element, HTMLTemplateElement: Element, NodeFilter: {}, NamedNodeMap: Element, HTMLFormElement: Element, DOMParser: Element } });
  const { default: mermaid } = await import("mermaid");
  mermaid.initialize({ startOnLoad: false, securityLevel: "strict" });
  return (text) => mermaid.parse(text);
}

function diagramsOf(view: LifecycleView): Diagram[] {
  return [view.before, view.after, view.structure?.before ?? null, view.structure?.after ?? null].filter((diagram): diagram is Diagram => diagram !== null);
}

async function checkDiagrams(view: LifecycleView): Promise<number> {
  for (const diagram of diagramsOf(view)) {
    await expect(parse(diagram.text), diagram.text).resolves.toBeTruthy();
    const arrows = diagram.text.split("\n").filter((line) => / (-->|\*--|\.\.>) /.test(line));
    expect(arrows.length).toBe(diagram.edges.length);
    expect(diagram.edges.map((edge) => edge.index)).toEqual(diagram.edges.map((_edge, index) => index));
    for (const [index, edge] of diagram.edges.entries()) {
      expect(arrows[index]?.startsWith(`${edge.from === "root_start" ? "[*]" : edge.from} `), `${edge.from} in ${arrows[index] ?? ""}`).toBe(true);
      expect(edge.from).not.toBe(edge.to);
    }
    expect(diagram.text.length).toBeLessThan(50_000);
    expect(diagram.nodes.length).toBeLessThanOrEqual(diagram.kind === "life" ? 8 : 30);
  }
  for (const [one, other] of [[view.before, view.after], [view.structure?.before ?? null, view.structure?.after ?? null]] as const) {
    if (one === null || other === null) continue;
    expect(one.nodes.map((node) => node.id)).toEqual(other.nodes.map((node) => node.id));
    expect(one.edges.map((edge) => `${edge.from} ${edge.to}`)).toEqual(other.edges.map((edge) => `${edge.from} ${edge.to}`));
  }
  return diagramsOf(view).length;
}

describe("words for mermaid", () => {
  it("escapes all that is not a letter, a digit or a space", () => {
    expect(escapeLabel('a_b: "<b>%%{init}%%;\n#35;')).toMatch(/^(?:[A-Za-z0-9 ]|#\d+;)*$/);
    expect(escapeLabel("− x")).toBe("#8722; x");
    expect(nodeId("inode->i_cdev")).toBe("n_inode__i_cdev");
    expect(plainTitle("a; b\n--> c")).toBe("a b c");
  });
});

describe("mermaid takes the text", () => {
  it("of the fixtures", async () => {
    const names = readdirSync("test/fixtures/c/life");
    expect(names.length).toBeGreaterThanOrEqual(4);
    for (const name of names) {
      const text = readFileSync(`test/fixtures/c/life/${name}`, "utf8");
      expect(await checkDiagrams(viewOf(reader, text.replace("kzalloc", "kmalloc").replace(/\tINIT_WORK.*\n/, ""), text))).toBe(4);
    }
  });

  it("when names are hostile", async () => {
    const text = 'struct a { struct kref r; };\nvoid f(struct a *a)\n{\n\tlist_add(&a->l, &x["%%{init: {}}%%"].y);\n\tlist_add(&a->l, &end[note].state);\n\tkref_get(&a->r);\n}\n';
    expect(await checkDiagrams(viewOf(reader, null, text))).toBe(2);
  });

  it.skipIf(!hasCorpus)("of every vfio patch (skipped where ../shared/corpus is missing)", async () => {
    for (const version of [1, 2, 3] as const) {
      const patches = await vfioPatches(version);
      for (const index of patches.keys()) for (const alone of [true, false]) await checkDiagrams(viewOfPatch(reader, patches, index, alone));
    }
  }, 120_000);

  it.skipIf(!hasCorpus)("of every kernel patch of the corpus, for its first three structs (skipped where ../shared/corpus is missing)", async () => {
    let drawn = 0;
    for (const box of listBoxes(["lists/threads", "lists/odd"])) {
      for (const { patch } of await patchesOf(box)) {
        const first = viewOfPatch(reader, [patch], 0, true);
        drawn += await checkDiagrams(first);
        for (const { name } of first.structs.slice(1, 3)) drawn += await checkDiagrams(viewOfPatch(reader, [patch], 0, true, name));
      }
    }
    console.log(`${drawn} diagrams of the corpus parsed`);
    expect(drawn).toBeGreaterThan(100);
  }, 120_000);
});
