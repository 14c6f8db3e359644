// From the texts of a request to one compiled program: the scenario chosen, the what-if made, everything linked.
import type { Image } from "../patch/types.js";
import { BACKGROUND, isEntered, type Missing, missingOf, withBackground, withPlaces } from "./background.js";
import { brokenPart, contradiction } from "./broken.js";
import { compileProgram, isWhole, type Compiled, type EntryPoints } from "./compile/program.js";
import type { Fits } from "./compile/fill.js";
import { exploreAll } from "./explore-program.js";
import { isDefined, type Unit } from "./compile/link.js";
import { withFunctions } from "./compile/stored.js";
import { type Draft, imageDraft, linkerOf, modelDraft, placeEdit, placeSplice, readChanges, type Readings, replaceText, scenarioDraft } from "./drafts.js";
import { includedFills, readHeader, type ScenarioHeader } from "./scenario.js";
import type { Assumption, KernelSources, RunRequest, SourceText, WhatIf } from "./types.js";

export type Prepared =
  | { readonly kind: "program"; readonly header: ScenarioHeader; readonly users: number; readonly compiled: Compiled; compileShared(): Compiled; readonly fingerprint: number }
  | { readonly kind: "does-not-apply"; readonly header: ScenarioHeader | null; readonly users: number; readonly reason: string };

/** States of a run that only tells what is handed over. */
const REHEARSED = 20_000;
const QUIET = { progress: (): void => undefined, cancelled: (): boolean => false };

/** More identical CPUs than anyone can look at; the states grow with each. */
const MOST_USERS = 10;

export function prepare(readings: Readings, kernel: KernelSources, images: readonly Image[], request: RunRequest): Prepared {
  const source: SourceText | undefined = typeof request.scenario === "string" ? kernel.scenarios.find((one) => readHeader(one).name === request.scenario) : request.scenario;
  if (!source) return { kind: "does-not-apply", header: null, users: 0, reason: `there is no scenario of the name ${typeof request.scenario === "string" ? request.scenario : request.scenario.name}` };
  const header = readHeader(source);
  const users = Math.max(0, Math.min(MOST_USERS, request.users ?? header.users));
  const no = (reason: string): Prepared => ({ kind: "does-not-apply", header, users, reason });

  const included = includedFills(source, kernel.fills);
  if ("missing" in included) return no(included.missing);
  const scenario = scenarioDraft(readings, source.name, source.text);
  for (const unit of scenario.units) {
    const broken = brokenPart(source, unit.unit);
    if (broken !== null) return no(broken);
  }
  const contradicting = contradiction(source, scenario.units.map((unit) => unit.unit));
  if (contradicting !== null) return no(contradicting);
  const fills = included.fills.map((fill) => without(scenarioDraft(readings, fill.name, fill.text), scenario));
  let drafts: Draft[] = [
    ...images.filter((image) => !image.absent && /\.[ch]$/.test(image.path)).map((image) => imageDraft(readings, image)),
    scenario, ...fills, ...kernel.model.map((model) => modelDraft(readings, model.name, model.text)),
  ];

  const whatIf: WhatIf | null = typeof request.whatIf === "string" ? header.whatIfs.find((one) => one.name === request.whatIf) ?? null : request.whatIf;
  if (request.whatIf !== null && whatIf === null) return no(`the scenario has no what-if of the name ${typeof request.whatIf === "string" ? request.whatIf : ""}`);
  const misread = typeof request.whatIf === "string" ? header.misread.find((one) => one.whatIf === request.whatIf) : undefined;
  if (misread) return no(`${source.name}, line ${String(misread.line)}: this is no edit of a what-if: ${misread.text}`);
  const fits: Fits = new Map();
  if (whatIf) {
    linkerOf(drafts, fits).settleFills();
    for (const edited of whatIf.texts ?? []) if (!replaceText(readings, drafts, edited)) return no(`the what-if ${whatIf.name} edits ${edited.path}, which is not in the code`);
    for (const splice of whatIf.splices ?? []) if (!placeSplice(drafts, splice)) return no(`the what-if ${whatIf.name} does not fit into ${splice.path}`);
    for (const group of whatIf.edits) {
      if (!group.some((edit) => placeEdit(drafts, edit))) {
        const tried = group.map((edit) => `${edit.function}(): ${edit.find}`).join("; or ");
        return no(`the what-if ${whatIf.name} fits nowhere: ${tried}`);
      }
    }
    for (const draft of drafts) readChanges(readings.reader, draft);
  }

  let linker = linkerOf(drafts, fits, header.gapsAreNothing);
  for (const name of header.needs) {
    if (!linker.inImages(name)) return no(`${name}() is not in the code`);
    const definition = linker.definition(name, null);
    if (!definition || !isWhole(definition)) return no(`${name}() is shown only in part, and the scenario does not fill in the rest`);
  }
  const [main] = scenario.units;
  if (!main) return no("there is no scenario");
  const own = entriesOf(main, header, users);
  if (own.cpus.length === 0) return no("the scenario has neither cpu0() nor user()");
  let entries = own;
  let compiled = compileProgram(readings.names, linker, entries, main, false);
  let missing: Missing = { kinds: [], ends: [] };
  const more = (): Missing => {
    const { kinds, ends } = missingOf(compiled.program, main, linker.units);
    return { ends, kinds: kinds.length === 0 ? [] : kinds.filter(isEntered(exploreAll({ compiled, compileShared: () => compileProgram(readings.names, linker, entries, main, true) }, { maxStates: REHEARSED, maxSteps: request.bounds.maxSteps }, QUIET))) };
  };
  // What an added CPU runs may hand over more.
  for (let next = more(); next.kinds.length + next.ends.length > 0; next = more()) {
    missing = { kinds: [...missing.kinds, ...next.kinds], ends: [...missing.ends, ...next.ends] };
    const added = withBackground(missing, own, main);
    drafts = [...drafts.filter((draft) => draft.path !== BACKGROUND), modelDraft(readings, BACKGROUND, added.source.text)];
    linker = linkerOf(drafts, fits, header.gapsAreNothing);
    entries = added.entries;
    compiled = withPlaces(withAssumptions(compileProgram(readings.names, linker, entries, main, false), added.assumptions), linker);
  }
  return {
    kind: "program", header, users,
    // Only a token needs it, and most runs have none.
    get fingerprint() { return fingerprint([...drafts.flatMap((draft) => draft.units.map((unit) => unit.text)), String(users)]); },
    compiled,
    compileShared: () => withPlaces(withAssumptions(compileProgram(readings.names, linker, entries, main, true), withBackground(missing, own, main).assumptions), linker),
  };
}

/** What a scenario defines itself is taken instead of what a shared file of fills has under the same name. */
function without(fill: Draft, scenario: Draft): Draft {
  const own = new Set(scenario.units.flatMap((unit) => unit.unit.functions.filter(isDefined).map((fn) => fn.name)));
  const ownFills = new Set(scenario.fills.map((one) => `${one.where} ${one.function}`));
  return {
    ...fill,
    units: fill.units.map((unit) => ({ ...unit, unit: withFunctions(unit.unit, unit.unit.functions.filter((fn) => !own.has(fn.name))) })),
    fills: fill.fills.filter((one) => !ownFills.has(`${one.where} ${one.function}`)),
  };
}

const withAssumptions = (compiled: Compiled, more: readonly Assumption[]): Compiled =>
  ({ ...compiled, assumptions: [...compiled.assumptions, ...more.map((assumption) => ({ assumption, owners: [] }))] });

function entriesOf(scenario: Unit, header: ScenarioHeader, users: number): EntryPoints {
  const has = (name: string): boolean => scenario.unit.functions.some((fn) => fn.name === name && isDefined(fn));
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
