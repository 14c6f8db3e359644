// What is in the bundles: the extension starts light, the page holds no core, and dist/ holds only what ships.
import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Script } from "node:vm";
import { describe, expect, it } from "vitest";

const root = resolve(__dirname, "../..");

/** The part of esbuild's account that is used here. */
interface Meta {
  readonly outputs: Readonly<Record<string, { readonly inputs: Readonly<Record<string, unknown>>; readonly imports: readonly { readonly path: string; readonly kind: string }[] }>>;
}

const meta = JSON.parse(readFileSync(join(root, "out/meta.json"), "utf8")) as Meta;

describe("the bundles", () => {
  it("give the extension host nothing but the editor's edge and the protocol", () => {
    expect(inputsOf("dist/extension.js").filter((file) => !/^src\/(vscode|protocol)\//.test(file))).toEqual([]);
  });

  it("keep the editor's interface out of the worker and the command line", () => {
    expect(importsOf("dist/extension.js", "require-call")).toContain("vscode");
    for (const bundle of ["dist/worker.js", "dist/program.js"]) {
      expect(inputsOf(bundle).filter((file) => file.startsWith("src/vscode/"))).toEqual([]);
      expect(importsOf(bundle, "require-call").filter((path) => path === "vscode")).toEqual([]);
    }
  });

  it("keep mermaid and core out of what the page loads at first", () => {
    const inputs = closureOf("dist/page/main.js").flatMap(inputsOf);
    expect(inputs.filter((file) => /node_modules\/mermaid\/|^src\/core\//.test(file))).toEqual([]);
  });

  it("have of mermaid the diagrams that are drawn, and fetch what the first one needs in one go", () => {
    const engine = Object.keys(meta.outputs).filter((file) => inputsOf(file).includes("src/webview/lifecycle/engine.ts"));
    expect(engine).toHaveLength(1);
    const together = closureOf(engine[0] ?? "").flatMap(inputsOf);
    for (const part of ["stateDiagram-v2", "dagre"]) expect(together.filter((file) => file.includes(`/mermaid.core/${part}-`))).not.toEqual([]);
    const shipped = Object.keys(meta.outputs).filter((file) => file.startsWith("dist/page/")).flatMap(inputsOf);
    for (const part of ["classDiagram", "sequenceDiagram"]) expect(shipped.filter((file) => file.includes(`/mermaid.core/${part}-`))).not.toEqual([]);
    expect(shipped.filter((file) => /\/mermaid\.core\/(gantt|pie|architecture|mindmap|xychart)/.test(file))).toEqual([]);
  });

  it("make a program of the command line", () => {
    const file = join(root, "dist/cli.js");
    expect(readFileSync(file, "utf8").split("\n")[0]).toBe("#!/usr/bin/env node");
    expect(statSync(file).mode & 0o111).toBe(0o111);
  });

  it("start the command line from the code that was compiled at build, and without it when it is cut off or gone", () => {
    const program = join(root, "dist/program.js");
    const script = new Script(readFileSync(program, "utf8"), { filename: program, cachedData: readFileSync(join(root, "dist/program.cache")) });
    expect(script.cachedDataRejected).toBe(false);
    const folder = mkdtempSync(join(tmpdir(), "lifeline-start-"));
    try {
      for (const name of ["cli.js", "program.js"]) copyFileSync(join(root, "dist", name), join(folder, name));
      const help = (): string => execFileSync(process.execPath, [join(folder, "cli.js"), "--help"], { encoding: "utf8" });
      expect(help()).toMatch(/^Usage:/);
      writeFileSync(join(folder, "program.cache"), readFileSync(join(root, "dist/program.cache")).subarray(0, 5000));
      expect(help()).toMatch(/^Usage:/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("tell of a mistake of the command line's own in a few lines, and not the line of the built program that threw", () => {
    const folder = mkdtempSync(join(tmpdir(), "lifeline-mistake-"));
    try {
      // Without the parser and its grammar beside it, no C can be read; both are looked for at once.
      for (const name of ["cli.js", "program.js"]) copyFileSync(join(root, "dist", name), join(folder, name));
      writeFileSync(join(folder, "a.patch"), "diff --git a/a.c b/a.c\n--- a/a.c\n+++ b/a.c\n@@ -0,0 +1 @@\n+int a;\n");
      const run = spawnSync(process.execPath, [join(folder, "cli.js"), "check", join(folder, "a.patch")], { encoding: "utf8" });
      expect(run.status).toBe(2);
      expect(run.stderr).toMatch(/^lifeline: stopped by a mistake of its own: .*\/(?:web-tree-sitter|tree-sitter-c)\.wasm/);
      expect(Math.max(...run.stderr.split("\n").map((line) => line.length))).toBeLessThan(400);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("carry the licence of every package that is in them", () => {
    const licenses = readFileSync(join(root, "dist/LICENSES.txt"), "utf8");
    for (const name of ["mermaid", "d3-shape", "dompurify", "postal-mime", "parse-diff", "web-tree-sitter", "tree-sitter-c"]) {
      expect(licenses).toMatch(new RegExp(`^${name} \\d`, "m"));
    }
  });

  it("leave nothing in dist that does not ship", () => {
    const files = readdirSync(join(root, "dist"), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(join(root, "dist/").length));
    const ships = /^(LICENSES\.txt|(extension|worker|cli|program)\.js|program\.cache|(web-tree-sitter|tree-sitter-c)\.wasm|kernel\/(readings\.txt|(model|scenarios|fills)\/[\w-]+\.[ch])|page\/((main|revisions)\.js|style\.css|chunks\/[\w.-]+\.js))$/;
    expect(files.filter((file) => !ships.test(file))).toEqual([]);
  });
});

/** A file of the build with all that it imports before it runs. */
function closureOf(output: string): string[] {
  const loaded = new Set<string>();
  const load = (file: string): void => {
    if (loaded.has(file)) return;
    loaded.add(file);
    importsOf(file, "import-statement").forEach(load);
  };
  load(output);
  return [...loaded];
}

function inputsOf(output: string): string[] {
  return Object.keys(built(output).inputs);
}

function importsOf(output: string, kind: string): string[] {
  return built(output).imports.filter((one) => one.kind === kind).map((one) => one.path);
}

function built(output: string): Meta["outputs"][string] {
  const entry = meta.outputs[output];
  if (!entry) throw new Error(`${output} was not built`);
  return entry;
}
