// The entrance of the lifecycle room: both sides of a patch to the view of one struct.
import type { CReader } from "../c/reader.js";
import type { Image } from "../patch/types.js";
import type { Code } from "./code.js";
import { readCode } from "./code.js";
import type { StructLife } from "./events.js";
import { classOf, structLife } from "./events.js";
import type { Facts } from "./facts.js";
import { gatherFacts } from "./facts.js";
import { isUnnamed } from "./guess.js";
import type { LifeSide } from "./life-diagram.js";
import { drawLife } from "./life-diagram.js";
import { ownerRows } from "./owners.js";
import { pairRows } from "./pairs.js";
import { stagesOf } from "./stages.js";
import { drawStructure } from "./structure-diagram.js";
import type { LifecycleView, StructChoice } from "./types.js";

export interface LifecycleInput {
  readonly patchKey: string;
  /** Images of the files that the patch touches, before and after it; files that are not C are passed over. */
  readonly before: readonly Image[];
  readonly after: readonly Image[];
}

interface ReadSide {
  readonly code: Code;
  readonly facts: Facts;
}

/**
 * Reads the lifecycle of one struct; `struct` null takes the one whose lifetime calls the patch changes most. A patch without
 * lifetime calls gives a view with `struct` "" and no diagrams. Never throws.
 */
export function readLifecycle(reader: CReader, input: LifecycleInput, struct: string | null): LifecycleView {
  const codes = [readCode(reader, "before", input.before), readCode(reader, "after", input.after)] as const;
  // Which variables lead to objects, either side can tell.
  const pointers = new Set(codes.flatMap(({ hints }) => [...hints.pointers]));
  const readSide = (code: Code): ReadSide => {
    const told = { ...code, hints: { ...code.hints, pointers } };
    return { code: told, facts: gatherFacts(told) };
  };
  const before = readSide(codes[0]);
  const after = readSide(codes[1]);
  const structs = chooseStructs(before, after);
  const chosen = struct ?? structs[0]?.name ?? "";
  const lifeIn = (side: ReadSide): StructLife => structLife(side.code, side.facts, chosen);
  const lifeOf = (side: ReadSide): LifeSide | null => {
    const life = lifeIn(side);
    const stages = stagesOf(life);
    return stages.transitions.length === 0 ? null : { life, stages };
  };
  const lifeBefore = chosen === "" ? null : lifeOf(before);
  const lifeAfter = chosen === "" ? null : lifeOf(after);
  const shown = (side: ReadSide): boolean => chosen !== "" && (side.code.structs.has(chosen) || side.facts.facts.some((fact) => fact.place.struct === chosen));
  const bothRead = before.code.files.length > 0 && after.code.files.length > 0;
  const structureBefore = shown(before) ? before : null;
  const structureAfter = shown(after) ? after : null;
  const structure = {
    before: structureBefore === null ? null : drawStructure("before", chosen, structureBefore, structureAfter),
    after: structureAfter === null ? null : drawStructure("after", chosen, structureAfter, structureBefore),
  };
  return {
    patchKey: input.patchKey,
    struct: chosen,
    structs,
    before: lifeBefore === null ? null : drawLife("before", lifeBefore, lifeAfter, bothRead),
    after: lifeAfter === null ? null : drawLife("after", lifeAfter, lifeBefore, bothRead),
    structure,
    pairs: pairRows(structureBefore === null ? null : lifeIn(structureBefore), structureAfter === null ? null : lifeIn(structureAfter), bothRead),
    owners: ownerRows(structureBefore === null ? null : lifeIn(structureBefore), structureAfter === null ? null : lifeIn(structureAfter), bothRead),
    partial: [before, after].flatMap((side) => partialFunctions(side, chosen)),
    skipped: [before, after].flatMap(skippedParts),
  };
}

/** Structs with a lifetime call on either side; those whose calls the patch changes most stand first. */
function chooseStructs(before: ReadSide, after: ReadSide): StructChoice[] {
  /** Structs with the calls on something that they have. A call on the object itself is one that every user of its type can make. */
  const owning = new Set<string>();
  const count = (side: ReadSide): Map<string, Map<string, number>> => {
    const structs = new Map<string, Map<string, number>>();
    for (const fact of side.facts.facts) {
      if (classOf(side.code, fact) === null) continue;
      if (fact.place.path.length > 0 || fact.row.kind === "memory") owning.add(`${fact.place.struct} ${fact.row.call}`);
      const calls = structs.get(fact.place.struct) ?? new Map<string, number>();
      const key = `${fact.where.fn.name} ${fact.row.call} ${fact.name}`;
      calls.set(key, (calls.get(key) ?? 0) + 1);
      structs.set(fact.place.struct, calls);
    }
    return structs;
  };
  const a = count(before);
  const b = count(after);
  const choices = [...new Set([...a.keys(), ...b.keys()])].map((name) => {
    const callsA = a.get(name) ?? new Map<string, number>();
    const callsB = b.get(name) ?? new Map<string, number>();
    let changedCalls = 0;
    let all = 0;
    let weight = 0;
    for (const key of new Set([...callsA.keys(), ...callsB.keys()])) {
      const changed = Math.abs((callsA.get(key) ?? 0) - (callsB.get(key) ?? 0));
      changedCalls += changed;
      weight += owning.has(`${name} ${key.split(" ")[1] ?? ""}`) ? 2 * changed : changed;
      all += Math.max(callsA.get(key) ?? 0, callsB.get(key) ?? 0);
    }
    const isOwn = before.code.structs.has(name) || after.code.structs.has(name);
    // A struct with a name is asked for first, if the patch changes anything of it.
    return { name, changedCalls, weight: isUnnamed(name) ? weight / MANY : weight, all, isOwn };
  });
  choices.sort((x, y) => y.weight - x.weight || y.changedCalls - x.changedCalls || Number(y.isOwn) - Number(x.isOwn) || y.all - x.all || (x.name < y.name ? -1 : 1));
  return choices.map(({ name, changedCalls }) => ({ name, changedCalls }));
}

/** More than any patch changes. */
const MANY = 1e6;

/** Functions in part that have to do with the struct: a lifetime call on it, or a variable of its type. */
function partialFunctions(side: ReadSide, struct: string): LifecycleView["partial"][number][] {
  const involved = new Set(side.facts.facts.filter((fact) => fact.place.struct === struct).map((fact) => fact.where));
  const calling = new Set(side.facts.calls.filter((call) => [...call.args, call.result].some((places) => places.some((place) => place.struct === struct))).map((call) => call.where));
  return side.code.functions
    .filter((where) => !where.fn.whole && (involved.has(where) || calling.has(where)))
    .map((where) => ({ side: side.code.side, function: where.fn.name }));
}

function skippedParts(side: ReadSide): LifecycleView["skipped"][number][] {
  return side.code.files.flatMap((file) => file.unit.skipped
    .filter((part) => part.reason !== "function-like macro" && part.reason !== "not compiled")
    .map((part) => ({ side: side.code.side, line: part.span.line, reason: part.reason })));
}
