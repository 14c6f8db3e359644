// The texts of one run before they are linked: images, the scenario with its fills, the model; and the changes that a what-if makes in them.
import type { CReader } from "../c/reader.js";
import type { CFunction, CUnit } from "../c/ast.js";
import { lineStarts, renderImage } from "../patch/render.js";
import type { Image } from "../patch/types.js";
import { NameReader } from "./compile/named-constants.js";
import { Linker, type Fill, type Unit } from "./compile/link.js";
import type { Fits } from "./compile/fill.js";
import { editedImage } from "./edited-image.js";
import { applyChanges, changesFor, originalOffset, type TextChange } from "./edits.js";
import { maskIntrinsics, readScenario } from "./scenario.js";
import type { Edit, EditedText, Splice } from "./types.js";

/** A text under edit. */
export interface Draft {
  readonly path: string;
  readonly origin: Unit["origin"];
  image: Image | null;
  text: string;
  /** What is linked: one unit, or a function that was read again before the rest of its file. */
  units: readonly Unit[];
  fills: readonly Fill[];
  changes: TextChange[];
}

/** Keeps what was read of texts that do not change between runs: the model, scenarios, and images. */
export class Readings {
  private readonly texts = new Map<string, CUnit>();
  private readonly scenarios = new Map<string, ReturnType<typeof readScenario>>();
  private readonly images = new WeakMap<Image, Unit>();

  /** The reader again, for the texts of defines. */
  readonly names: NameReader;

  constructor(readonly reader: CReader) {
    this.names = new NameReader(reader);
  }

  text(path: string, text: string): CUnit {
    let unit = this.texts.get(text);
    if (!unit) this.texts.set(text, (unit = this.reader.readText(path, maskIntrinsics(text))));
    return unit;
  }

  scenario(path: string, text: string): ReturnType<typeof readScenario> {
    const key = `${path}\n${text}`;
    let read = this.scenarios.get(key);
    if (!read) this.scenarios.set(key, (read = readScenario(this.reader, path, text, same)));
    return read;
  }

  image(image: Image): Unit {
    let unit = this.images.get(image);
    if (!unit) {
      const text = renderImage(image);
      unit = { path: image.path, origin: "patch", side: image.side, text, starts: lineStarts(text), original: same, unit: this.reader.readUnit(image, text, "one") };
      this.images.set(image, unit);
    }
    return unit;
  }
}

export function imageDraft(readings: Readings, image: Image): Draft {
  const unit = readings.image(image);
  return { path: image.path, origin: "patch", image, text: unit.text, units: [unit], fills: [], changes: [] };
}

export function scenarioDraft(readings: Readings, path: string, text: string): Draft {
  const { unit, fills } = readings.scenario(path, text);
  return { path, origin: "scenario", image: null, text, units: [unit], fills, changes: [] };
}

export function modelDraft(readings: Readings, path: string, text: string): Draft {
  const unit: Unit = { path, origin: "model", side: null, text, starts: lineStarts(text), original: same, unit: readings.text(path, text) };
  return { path, origin: "model", image: null, text, units: [unit], fills: [], changes: [] };
}

export function linkerOf(drafts: readonly Draft[], fits: Fits, gapsAreNothing = false): Linker {
  return new Linker(drafts.flatMap((draft) => draft.units), drafts.flatMap((draft) => draft.fills), fits, gapsAreNothing);
}

/** Puts a whole edited file in place of what was read; false when there is no file of this path. */
export function replaceText(readings: Readings, drafts: readonly Draft[], edited: EditedText): boolean {
  const draft = drafts.find((one) => one.path === edited.path);
  if (!draft) return false;
  // Editors may hand in the line ends of another system.
  const text = edited.text.replace(/\r\n?/g, "\n");
  const fresh = draft.origin === "model" ? modelDraft(readings, draft.path, text) : draft.origin === "scenario" ? scenarioDraft(readings, draft.path, text) : null;
  if (fresh) Object.assign(draft, fresh);
  else if (draft.image) {
    const image = editedImage(draft.image, text);
    const unit: Unit = { path: image.path, origin: "patch", side: image.side, text, starts: lineStarts(text), original: same, unit: readings.reader.readUnit(image, text, "one") };
    Object.assign(draft, { image, text, units: [unit] });
  }
  return true;
}

/** Makes an edit in the first text where it fits: code under review, then fills, then the model. */
export function placeEdit(drafts: readonly Draft[], edit: Edit): boolean {
  for (const draft of drafts) {
    const spans: { readonly from: number; readonly to: number }[] = [
      ...draft.units.flatMap((unit) => unit.unit.functions).filter((fn: CFunction) => fn.name === edit.function && fn.body !== null).map((fn) => fn.span),
      ...draft.fills.filter((fill) => fill.function === edit.function).map((fill) => {
        const from = draft.text.indexOf(fill.text);
        return { from, to: from + fill.text.length };
      }),
    ];
    for (const span of spans) {
      const changes = changesFor(edit, draft.text, span.from, span.to);
      if (!changes || changes.some((change) => overlaps(draft, change))) continue;
      draft.changes.push(...changes);
      return true;
    }
  }
  return false;
}

/** Makes a change at its place; false when there is no such file or place, or when it overlaps another change. */
export function placeSplice(drafts: readonly Draft[], splice: Splice): boolean {
  const draft = drafts.find((one) => one.path === splice.path);
  const change: TextChange = { at: splice.from, removed: splice.to - splice.from, inserted: splice.text };
  if (!draft || splice.from < 0 || splice.to < splice.from || splice.to > draft.text.length || overlaps(draft, change)) return false;
  draft.changes.push(change);
  return true;
}

/** Reads a draft again with its changes. Lines keep their numbers; offsets lead back to the text before. */
export function readChanges(reader: CReader, draft: Draft): void {
  if (draft.changes.length === 0) return;
  const text = applyChanges(draft.text, draft.changes);
  const original = originalOffset(draft.changes);
  const [unit] = draft.units;
  if (!unit) return;
  if (draft.origin === "scenario") {
    const read = readScenario(reader, draft.path, text, original);
    draft.units = [read.unit];
    draft.fills = read.fills;
    return;
  }
  const changed: Unit = { ...unit, text, starts: lineStarts(text), original };
  // A condition may be about what another line defines.
  const touched = /^\s*#\s*if/m.test(draft.text) ? null : changedFunctions(unit.unit, draft.changes);
  if (touched === null || !draft.image) {
    draft.units = [{ ...changed, unit: draft.image ? reader.readUnit(draft.image, text, "one") : reader.readText(draft.path, maskIntrinsics(text)) }];
    return;
  }
  // Only the functions that changed are read again, each on its own lines, with blanks all around.
  const alone = reader.readUnit({ ...draft.image, gaps: [], headings: [] }, blanked(text, touched, draft.changes), "one");
  const names = new Set(touched.map((fn) => fn.name));
  const rest: CUnit = { ...unit.unit, functions: unit.unit.functions.filter((fn) => !touched.includes(fn)) };
  draft.units = [{ ...changed, unit: { ...alone, functions: alone.functions.filter((fn) => names.has(fn.name)) } }, { ...unit, unit: rest }];
}

const same = (offset: number): number => offset;

function overlaps(draft: Draft, change: TextChange): boolean {
  return draft.changes.some((other) => change.at < other.at + other.removed && other.at < change.at + change.removed);
}

/** The functions in which all changes lie; null when one lies elsewhere, or in a function that is shown only in part. */
function changedFunctions(unit: CUnit, changes: readonly TextChange[]): CFunction[] | null {
  const touched = new Set<CFunction>();
  for (const change of changes) {
    const fn = unit.functions.find((one) => one.whole && one.body !== null && one.span.from < change.at && change.at + change.removed < one.span.to);
    if (!fn) return null;
    touched.add(fn);
  }
  return [...touched];
}

/** A changed text in which everything but some functions is blank; offsets and lines stay. */
function blanked(text: string, functions: readonly CFunction[], changes: readonly TextChange[]): string {
  const moved = (offset: number): number => changes.reduce((at, change) => (change.at < offset ? at + change.inserted.length - change.removed : at), offset);
  const blank = (from: number, to: number): string => text.slice(from, to).replace(/[^\n]/g, " ");
  let result = "";
  let at = 0;
  for (const fn of [...functions].sort((a, b) => a.span.from - b.span.from)) {
    const [from, to] = [moved(fn.span.from), moved(fn.span.to)];
    result += blank(at, from) + text.slice(from, to);
    at = to;
  }
  return result + blank(at, text.length);
}
