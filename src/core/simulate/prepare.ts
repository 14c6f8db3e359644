// From the texts of a request to one compiled program: the scenario chosen, the what-if made, everything linked.
import type { CReader } from "../c/reader.js";
import type { CFunction, CUnit } from "../c/ast.js";
import { lineStarts, renderImage } from "../patch/render.js";
import type { Image } from "../patch/types.js";
import { applyChanges, changesFor, originalOffset, type TextChange } from "./edits.js";
import { compileProgram, isWhole, type Compiled, type EntryPoints } from "./compile/program.js";
import type { Fits } from "./compile/fill.js";
import { Linker, type Fill, type Unit } from "./compile/link.js";
import { maskIntrinsics, readHeader, readScenario, type ScenarioHeader } from "./scenario.js";
import type { KernelSources, RunRequest, SourceText, WhatIf } from "./types.js";

export type Prepared =
  | { readonly kind: "program"; readonly header: ScenarioHeader; readonly users: number; readonly compiled: Compiled; compileShared(): Compiled; readonly fingerprint: number }
  | { readonly kind: "does-not-apply"; readonly header: ScenarioHeader | null; readonly users: number; readonly reason: string };

/** A text under edit. */
interface Draft { readonly path: string; readonly origin: Unit["origin"]; readonly image: Image | null; readonly text: string; unit: Unit; fills: readonly Fill[]; changes: TextChange[] }

/** Keeps what was read of texts that do not change between runs: the model, and images. */
export class Readings {
  private readonly texts = new Map<string, CUnit>();
  private readonly images = new WeakMap<Image, { readonly text: string; readonly unit: CUnit }>();

  constructor(readonly reader: CReader) {}

  text(path: string, text: string): CUnit {
    let unit = this.texts.get(text);
    if (!unit) this.texts.set(text, (unit = this.reader.readText(path, maskIntrinsics(text))));
    return unit;
  }

  image(image: Image): { readonly text: string; readonly unit: CUnit } {
    let read = this.images.get(image);
    if (!read) this.images.set(image, (read = { text: renderImage(image), unit: this.reader.readUnit(image) }));
    return read;
  }
}

/** More identical CPUs than anyone can look at; the states grow with each. */
const MOST_USERS = 10;

export function prepare(readings: Readings, kernel: KernelSources, images: readonly Image[], request: RunRequest): Prepared {
  const source: SourceText | undefined = typeof request.scenario === "string" ? kernel.scenarios.find((one) => readHeader(one).name === request.scenario) : request.scenario;
  if (!source) return { kind: "does-not-apply", header: null, users: 0, reason: `there is no scenario of the name ${typeof request.scenario === "string" ? request.scenario : request.scenario.name}` };
  const header = readHeader(source);
  const users = Math.max(0, Math.min(MOST_USERS, request.users ?? header.users));
  const no = (reason: string): Prepared => ({ kind: "does-not-apply", header, users, reason });

  const reader = readings.reader;
  const drafts: Draft[] = [
    ...images.filter((image) => !image.absent && /\.[ch]$/.test(image.path)).map((image) => draftOf(readings, "patch", image.path, image, readings.image(image).text)),
    draftOf(readings, "scenario", source.name, null, source.text),
    ...kernel.model.map((model) => draftOf(readings, "model", model.name, null, model.text)),
  ];

  const whatIf: WhatIf | null = typeof request.whatIf === "string" ? header.whatIfs.find((one) => one.name === request.whatIf) ?? null : request.whatIf;
  if (request.whatIf !== null && whatIf === null) return no(`the scenario has no what-if of the name ${typeof request.whatIf === "string" ? request.whatIf : ""}`);
  const fits: Fits = new Map();
  if (whatIf) {
    linkerOf(drafts, fits).settleFills();
    for (const group of whatIf.edits) {
      if (!group.some((edit) => place(drafts, edit))) {
        const tried = group.map((edit) => `${edit.function}(): ${edit.find}`).join("; or ");
        return no(`the what-if ${whatIf.name} fits nowhere: ${tried}`);
      }
    }
    for (const draft of drafts) if (draft.changes.length > 0) edit(reader, draft);
  }

  const linker = linkerOf(drafts, fits);
  const scenario = drafts.find((draft) => draft.origin === "scenario");
  if (!scenario) return no("there is no scenario");
  for (const name of header.needs) {
    if (!linker.inImages(name)) return no(`${name}() is not in the code`);
    const definition = linker.definition(name, null);
    if (!definition || !isWhole(definition)) return no(`${name}() is shown only in part, and the scenario does not fill in the rest`);
  }
  const entries = entriesOf(scenario.unit, header, users);
  if (entries.cpus.length === 0) return no("the scenario has neither cpu0() nor user()");
  return {
    kind: "program", header, users, fingerprint: fingerprint([...drafts.map((draft) => draft.unit.text), String(users)]),
    compiled: compileProgram(reader, linker, entries, scenario.unit, false),
    compileShared: () => compileProgram(reader, linker, entries, scenario.unit, true),
  };
}

function linkerOf(drafts: readonly Draft[], fits: Fits): Linker {
  return new Linker(drafts.map((draft) => draft.unit), drafts.flatMap((draft) => draft.fills), fits);
}

function draftOf(readings: Readings, origin: Unit["origin"], path: string, image: Image | null, text: string): Draft {
  const same = (offset: number): number => offset;
  if (origin === "scenario") {
    const { unit, fills } = readScenario(readings.reader, path, text, same);
    return { path, origin, image, text, unit, fills, changes: [] };
  }
  const unit: Unit = { path, origin, side: image?.side ?? null, text, starts: lineStarts(text), original: same, unit: image ? readings.image(image).unit : readings.text(path, text) };
  return { path, origin, image, text, unit, fills: [], changes: [] };
}

/** Makes an edit in the first text where it fits: code under review, then fills, then the model. */
function place(drafts: readonly Draft[], edit: WhatIf["edits"][number][number]): boolean {
  for (const draft of drafts) {
    const spans: { readonly from: number; readonly to: number }[] = [
      ...draft.unit.unit.functions.filter((fn: CFunction) => fn.name === edit.function && fn.body !== null).map((fn) => fn.span),
      ...draft.fills.filter((fill) => fill.function === edit.function).map((fill) => {
        const from = draft.text.indexOf(fill.text);
        return { from, to: from + fill.text.length };
      }),
    ];
    for (const span of spans) {
      const changes = changesFor(edit, draft.text, span.from, span.to);
      if (!changes || changes.some((change) => draft.changes.some((other) => change.at < other.at + other.removed && other.at < change.at + change.removed))) continue;
      draft.changes.push(...changes);
      return true;
    }
  }
  return false;
}

/** Reads a draft again with its changes. Lines keep their numbers; offsets lead back to the text before. */
function edit(reader: CReader, draft: Draft): void {
  const text = applyChanges(draft.text, draft.changes);
  const original = originalOffset(draft.changes);
  if (draft.origin === "scenario") {
    const read = readScenario(reader, draft.path, text, original);
    draft.unit = read.unit;
    draft.fills = read.fills;
    return;
  }
  const lines = text.split("\n");
  const unit = draft.image ? reader.readUnit({ ...draft.image, lines: draft.image.lines.map((line, index) => (line === undefined ? undefined : lines[index] ?? "")) }) : reader.readText(draft.path, maskIntrinsics(text));
  draft.unit = { ...draft.unit, text, starts: lineStarts(text), original, unit };
}

function entriesOf(scenario: Unit, header: ScenarioHeader, users: number): EntryPoints {
  const has = (name: string): boolean => scenario.unit.functions.some((fn) => fn.name === name && fn.body !== null);
  const cpus: { name: string; function: string; identical: boolean }[] = [];
  for (let number = 0; has(`cpu${number}`); number++) cpus.push({ name: header.cpuNames.get(`cpu${number}`) ?? `cpu${number}`, function: `cpu${number}`, identical: false });
  if (has("user")) for (let number = 0; number < users; number++) cpus.push({ name: header.cpuNames.get("user") ?? "user", function: "user", identical: true });
  return { setup: has("setup") ? "setup" : null, cpus, finish: has("finish") ? "finish" : null };
}

/** A short number for "the same program": FNV-1a over the texts. */
function fingerprint(texts: readonly string[]): number {
  let hash = 0x811c9dc5;
  for (const text of texts) for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
