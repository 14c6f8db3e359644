// Every file of the kernel model and every scenario is C that our reader reads whole, and says what it is.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { CReader } from "../../../src/core/c/reader.js";
import { FREE_INTRINSIC, maskIntrinsics } from "../../../src/core/simulate/scenario.js";
import { kernel, startReader } from "./kernel.js";

let reader: CReader;
beforeAll(async () => {
  reader = await startReader();
});

const files = [...kernel.model, ...kernel.fills, ...kernel.scenarios];

describe.each(files.map((file) => [file.name, file] as const))("%s", (_name, file) => {
  it("is read without a part that nobody understands", () => {
    const unit = reader.readText(file.name, file.text);
    const line = (at: number): string => file.text.split("\n")[at - 1] ?? "";
    // Macros with parameters are read where they are used.
    expect(unit.skipped.filter((part) => part.reason !== "function-like macro").map((part) => `${String(part.span.line)}: ${part.reason}: ${line(part.span.line)}`)).toEqual([]);
    expect(opaqueParts(unit).map((part) => `${String(part.line)}: ${part.reason}: ${line(part.line)}`)).toEqual([]);
  });

  it("begins with a comment", () => {
    expect(file.text).toMatch(/^\/\*\s+\S/);
  });
});

it("says in every file of the model what it leaves out", () => {
  expect(kernel.model.filter((file) => !/\bleaves out\b/i.test(file.text)).map((file) => file.name)).toEqual([]);
});

it("is listed, file by file, in its README", () => {
  const readme = readFileSync(join(import.meta.dirname, "../../../src/kernel/README.md"), "utf8");
  expect(kernel.model.filter((file) => !readme.includes(`\`${file.name.replace("model/", "")}\``))).toEqual([]);
});

it("has one definition of every function of the model", () => {
  const names = kernel.model.flatMap((file) => reader.readText(file.name, file.text).functions.filter((f) => f.body !== null).map((f) => f.name));
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

it("keeps every call of an intrinsic", () => {
  for (const file of files) {
    const written = file.text.replace(/\/\*[\s\S]*?\*\/|^#define \w+\((?:.*\\\n)*.*$/gm, "").match(/\b__(?:atomic|wait|acquire|release|might_sleep|alloc|keep|free|live|choose|cpu|report|assume|halt|has|held)\(/g) ?? [];
    const called = intrinsics(reader.readText(file.name, maskIntrinsics(file.text))).map((name) => (name === FREE_INTRINSIC ? "__free" : name));
    expect(called.sort(), file.name).toEqual(written.map((call) => call.slice(0, -1)).sort());
  }
});

/** The names of all intrinsics that are called, as often as they are. */
function intrinsics(node: unknown): string[] {
  if (typeof node !== "object" || node === null) return [];
  if (Array.isArray(node)) return node.flatMap(intrinsics);
  const entries: Record<string, unknown> = { ...node };
  const inner = Object.values(entries).flatMap(intrinsics);
  if (entries["kind"] === "macro-block") return [String(entries["macro"]), ...inner].filter((name) => name.startsWith("__"));
  const callee: unknown = entries["kind"] === "call" ? entries["callee"] : null;
  const name = typeof callee === "object" && callee !== null && "name" in callee ? String(callee.name) : "";
  return /^__(?!module_get|vfio|xa_|set_bit|clear_bit)/.test(name) ? [name, ...inner] : inner;
}

interface Part { readonly line: number; readonly reason: string }

/** Every node of kind "opaque", wherever it stands. */
function opaqueParts(node: unknown): Part[] {
  if (typeof node !== "object" || node === null) return [];
  if (Array.isArray(node)) return node.flatMap(opaqueParts);
  const entries: Record<string, unknown> = { ...node };
  if (entries["kind"] === "opaque") {
    const span: unknown = entries["span"];
    const line = typeof span === "object" && span !== null && "line" in span ? Number(span.line) : 0;
    return [{ line, reason: String(entries["reason"]) }];
  }
  return Object.values(entries).flatMap(opaqueParts);
}
