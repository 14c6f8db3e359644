// Runs the command line in this process, with its streams caught.
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { runProgram } from "../../../src/cli/program.js";
import { Assets } from "../../../src/worker/assets.js";

export interface Outcome {
  readonly status: number;
  readonly out: string;
  readonly errors: readonly string[];
}

export async function lifeline(words: readonly string[], input = ""): Promise<Outcome> {
  const out: string[] = [];
  const errors: string[] = [];
  const status = await runProgram(words, {
    assets: new Assets(resolve(import.meta.dirname, "../../../dist")),
    readInput: () => Promise.resolve(new TextEncoder().encode(input)),
    write: (text) => Promise.resolve(void out.push(text)),
    writeError: (line) => void errors.push(line),
    fetching: { loopback: true },
  });
  return { status, out: out.join(""), errors };
}

/** Writes files into a fresh folder of the system's own temporary one and returns its path. */
export function makeFolder(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "lifeline-"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}
