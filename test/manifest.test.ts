// The manifest is made from one table: package.json and package.nls.json must say what `src/vscode/contributions.ts` says. UPDATE=1 writes them.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { commands } from "../src/vscode/command-table.js";
import { manifestParts, manifestStrings } from "../src/vscode/contributions.js";
import { contextKeys, panelType } from "../src/vscode/names.js";

const update = process.env["UPDATE"] === "1";
const read = (path: string): Record<string, unknown> => JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>;

describe("the manifest", () => {
  it("has in package.json what the table says", () => {
    const manifest = read("package.json");
    const merged = withParts(manifest, manifestParts());
    if (update) writeFileSync("package.json", `${JSON.stringify(merged, null, 2)}\n`);
    expect(update ? merged : manifest, "run UPDATE=1 npx vitest run test/manifest.test.ts").toEqual(merged);
  });

  it("has in package.nls.json what the table says", () => {
    const text = `${JSON.stringify(manifestStrings(), null, 2)}\n`;
    if (update) writeFileSync("package.nls.json", text);
    expect(readFileSync("package.nls.json", "utf8"), "run UPDATE=1 npx vitest run test/manifest.test.ts").toBe(text);
  });

  it("names only strings and files that are there", () => {
    const text = JSON.stringify(manifestParts());
    const strings = manifestStrings();
    const keys = [...text.matchAll(/"%([^%"]+)%"/g)].map((match) => match[1] ?? "");
    expect(keys.length).toBeGreaterThan(0);
    for (const key of keys) expect(strings, key).toHaveProperty([key]);
    const files = [...text.matchAll(/"\.?\/?(media\/[^"]+)"/g)].map((match) => match[1] ?? "");
    for (const file of files) expect(existsSync(file), file).toBe(true);
  });

  it("offers a walkthrough whose every button and every sign of completion is a command of ours", () => {
    const text = JSON.stringify([manifestParts(), manifestStrings()]);
    const named = [...text.matchAll(/(?:command:|onCommand:)(lifeline\.[A-Za-z]+)/g)].map((match) => match[1] ?? "");
    expect(named.length).toBeGreaterThan(8);
    for (const id of named) expect(Object.keys(commands), id).toContain(id);
  });

  it("gives next and previous a key each, and no key twice", () => {
    const keys = Object.entries(commands).flatMap(([id, { key }]) => (key === undefined ? [] : [[id, key.key] as const]));
    expect(keys.map(([id]) => id)).toEqual(expect.arrayContaining(["lifeline.nextThread", "lifeline.previousThread"]));
    expect(new Set(keys.map(([, key]) => key)).size).toBe(keys.length);
  });

  it("uses no context key that nobody sets", () => {
    const whens = Object.values(commands).flatMap((command) => [command.palette, ...command.places.map((place) => place.when)]);
    const used = new Set(whens.flatMap((when) => (typeof when === "string" ? [...when.matchAll(/\blifeline\.[a-z]+\b/gi)].map(([key]) => key) : [])));
    const known: readonly string[] = [...Object.values(contextKeys), "lifeline.series", panelType];
    for (const key of used) expect(known).toContain(key);
  });

  it("offers no more than three icons on a row, so that its label stays readable", () => {
    for (const kind of ["patch text changes mail", "series source", "series source patch text changes mail", "file", "thread mail"]) {
      const inline = Object.values(commands).flatMap((command) => command.places)
        .filter(({ menu, group, when }) => menu === "view/item/context" && group?.startsWith("inline") && matches(when ?? "", kind));
      expect(inline.length, kind).toBeLessThanOrEqual(kind.startsWith("series source patch") ? 4 : 3);
    }
  });
});

/** The manifest with the table's parts in the place where they are, or at the end. */
function withParts(manifest: Record<string, unknown>, parts: Record<string, unknown>): Record<string, unknown> {
  const merged = { ...manifest };
  for (const [key, value] of Object.entries(parts)) merged[key] = value;
  return merged;
}

function matches(when: string, contextValue: string): boolean {
  const pattern = /viewItem =~ \/(.*)\/$/.exec(when)?.[1];
  return pattern !== undefined && new RegExp(pattern).test(contextValue);
}
