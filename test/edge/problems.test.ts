// Every kind of problem that core reports has a sentence in the editor and one on the command line.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "../../src");

/** Where core names a kind: beside a severity, or handed to a helper that adds the rest. */
const naming = [/kind: "([a-z0-9-]+)", severity/g, /\b(?:report|note)\("([a-z0-9-]+)"/g, /[?:] "((?:packed|web|unknown)-[a-z]+)"/g];

function kindsInCore(): string[] {
  const kinds = new Set<string>();
  for (const room of ["mail", "series", "patch", "review"]) {
    for (const name of readdirSync(join(root, "core", room)).filter((one) => one.endsWith(".ts"))) {
      const text = readFileSync(join(root, "core", room, name), "utf8");
      for (const pattern of naming) for (const [, kind = ""] of text.matchAll(pattern)) kinds.add(kind);
    }
  }
  return [...kinds].sort();
}

describe.each(["vscode/problems.ts", "cli/problems.ts"])("the sentences of %s", (file) => {
  it("cover every kind that core reports", () => {
    const kinds = kindsInCore();
    expect(kinds.length).toBeGreaterThan(35);
    const text = readFileSync(join(root, file), "utf8");
    expect(kinds.filter((kind) => !text.includes(`"${kind}":`))).toEqual([]);
  });
});
