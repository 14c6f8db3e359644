// Every sentence that the extension shows goes through l10n.t and is in l10n/bundle.l10n.json, the file that translators start from. UPDATE=1 writes it.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { expect, it } from "vitest";

const bundlePath = "l10n/bundle.l10n.json";

it("has every string of the host in the bundle", () => {
  const strings = [...new Set(sources("src/vscode").flatMap((path) => stringsOf(path)))].sort();
  const bundle = `${JSON.stringify(Object.fromEntries(strings.map((text) => [text, text])), null, 2)}\n`;
  if (process.env["UPDATE"] === "1") writeFileSync(bundlePath, bundle);
  expect(strings.length).toBeGreaterThan(20);
  expect(readFileSync(bundlePath, "utf8"), "run UPDATE=1 npx vitest run test/edge/l10n.test.ts").toBe(bundle);
});

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".ts")).map((path) => join(folder, path));
}

/** First arguments of `l10n.t`; anything but a plain string there could not be found by a translator's tool. */
function stringsOf(path: string): string[] {
  const file = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && node.expression.getText(file) === "l10n.t") {
      const [text] = node.arguments;
      expect(text !== undefined && ts.isStringLiteral(text), `${path}: ${node.getText(file)}`).toBe(true);
      if (text !== undefined && ts.isStringLiteral(text)) found.push(text.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}
