// The extension starts in a real VS Code, quickly because it does nothing yet.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import * as vscode from "vscode";
import { commands } from "../../src/vscode/command-table.js";
import { getApi, projectRoot, readText } from "./support.js";

interface Metafile {
  readonly outputs: Record<string, { readonly inputs: Record<string, unknown> }>;
}

describe("activation", () => {
  it("finds the extension and activates it", async () => {
    const extension = vscode.extensions.getExtension("lifeline.lifeline");
    assert.ok(extension, "VS Code knows no extension lifeline.lifeline");
    await extension.activate();
    assert.equal(extension.isActive, true);
  });

  it("starts no worker and reads nothing", async () => {
    const api = await getApi();
    assert.equal(api.engine.starts, 0);
    assert.deepEqual(api.sessions.all, []);
    console.log(`activation took ${api.activationMilliseconds.toFixed(1)} ms`);
  });

  it("loads a bundle without mermaid, tree-sitter, the mail reader and the simulator", () => {
    assert.ok(existsSync(join(projectRoot, "out/meta.json")), "the build has left no account of its bundles");
    // Written by our own build; the shape is esbuild's.
    const meta = JSON.parse(readText("out/meta.json")) as Metafile;
    const inputs = Object.keys(meta.outputs["dist/extension.js"]?.inputs ?? {});
    assert.ok(inputs.includes("src/vscode/extension.ts"));
    assert.deepEqual(inputs.filter((path) => path.startsWith("node_modules/") || path.startsWith("src/core/") || path.startsWith("src/webview/")), []);
  });

  it("registers every command of the manifest", async () => {
    const known = new Set(await vscode.commands.getCommands(true));
    assert.deepEqual(Object.keys(commands).filter((id) => !known.has(id)), []);
  });
});
