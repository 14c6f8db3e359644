// The C reader on every kernel patch of the corpus.
import { describe, expect, it } from "vitest";
import { renderImage } from "../../../src/core/patch/render.js";
import { opaqueCount, openReader } from "./check.js";
import { hasCorpus, imagesOf, listBoxes, patchesOf } from "./corpus.js";

describe.skipIf(!hasCorpus)("corpus (skipped where ../shared/corpus is missing)", () => {
  it("reads both sides of every C file, and nearly every statement of it", async () => {
    const reader = await openReader();
    const sum = { images: 0, functions: 0, whole: 0, partial: 0, statements: 0, opaque: 0, skipped: 0 };
    const reasons = new Map<string, number>();
    for (const box of listBoxes(["vfio", "lists/sets", "lists/threads", "lists/odd"])) {
      if (box.includes("/big-")) continue;
      for (const { patch, message } of await patchesOf(box)) {
        for (const image of imagesOf(patch)) {
          const unit = reader.readUnit(image);
          const text = renderImage(image);
          sum.images++;
          for (const fn of unit.functions) {
            expect(fn.span.to, `${message.subject} ${image.path} ${fn.name}`).toBeLessThanOrEqual(text.length);
            if (fn.body === null) continue;
            sum.functions++;
            if (fn.whole) sum.whole++;
            else sum.partial++;
          }
          const { opaque, statements } = opaqueCount(unit);
          sum.opaque += opaque;
          sum.statements += statements;
          for (const part of unit.skipped) {
            if (/macro|conditional/.test(part.reason)) continue;
            sum.skipped++;
            reasons.set(part.reason, (reasons.get(part.reason) ?? 0) + 1);
            if (process.env["SHOW"] === part.reason) console.log(`${image.path}:${part.span.line} ${text.slice(part.span.from, part.span.from + 150).replace(/\s+/g, " ")}`);
          }
          if (process.env["SHOW"] === "opaque") showOpaque(unit.functions, text, image.path);
        }
      }
    }
    console.log(JSON.stringify(sum), JSON.stringify([...reasons]));
    expect(sum.images).toBeGreaterThan(500);
    expect(sum.opaque / sum.statements).toBeLessThan(0.01);
  }, 120_000);
});

function showOpaque(value: unknown, text: string, path: string): void {
  if (typeof value !== "object" || value === null) return;
  if ("kind" in value && value.kind === "opaque" && "reason" in value && value.reason !== "gap" && "span" in value) {
    // Every opaque node has a span, by the contract in ast.ts.
    const span = value.span as { from: number; to: number; line: number };
    console.log(`${path}:${span.line} [${String(value.reason)}] ${text.slice(span.from, Math.min(span.to, span.from + 150)).replace(/\s+/g, " ")}`);
    return;
  }
  for (const member of Object.values(value)) showOpaque(member, text, path);
}
