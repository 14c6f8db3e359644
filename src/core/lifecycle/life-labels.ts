// The words of the life diagram: what a state holds, and which few calls a transition names.
import type { StructLife } from "./events.js";
import { classOf } from "./events.js";
import { sign } from "./mermaid.js";
import type { Stage, StageCall, Stages, Transition } from "./stages.js";
import { CHAIN } from "./stages.js";

/** More calls of one function, or more functions, than this do not fit a label at the width of a panel. */
const MAX_CALLS = 4;
const MAX_ERROR_CALLS = 3;
const MAX_FUNCTIONS = 3;
const MAX_LINES = 5;

/** The name of a state. One that work items, timers or interrupts alone make is called after them. */
export function stageName(stage: Stage, transitions: readonly Transition[]): string {
  if (stage === "used") return "in use";
  if (stage === "freed" && transitions.some((one) => one.to === stage) && transitions.every((one) => one.to !== stage || one.calls.every(({ event, isManaged }) => event.class === "drop" || event.class === "hold" || (event.class === "publish" && isManaged === true)))) return "released";
  if (stage === "initialized" && !transitions.some((one) => one.calls.some(({ event }) => event.class === "initialize"))) return "alive";
  if (stage !== "published" && stage !== "unpublished") return stage;
  const kinds = transitions.flatMap((one) => one.calls).filter(({ event }) => event.class === "publish" || event.class === "unpublish").map(({ event }) => event.fact.row.kind);
  const scheduled = kinds.length > 0 && kinds.every((kind) => kind === "work" || kind === "timer" || kind === "irq");
  if (!scheduled) return stage;
  return stage === "unpublished" ? "stopped" : kinds.includes("irq") ? "active" : "scheduled";
}

/**
 * What there is to say about a state: what the object holds more than in the state before; for a published one, where
 * others find it; for an unpublished one, all that it still holds.
 */
export function stateLines(stages: Stages, stage: Stage): string[] {
  if (stage === "freed" || stage === "start" || stage === "used" || !stages.present.has(stage)) return [];
  if (stage === "published") return limited([...new Set(stepsTo(stages, stage).flatMap(({ event }) => (event.class === "publish" ? [reachName(event.fact.row.kind, event.fact.holder, event.fact.name)] : [])))]);
  const held = heldAt(stages, stage);
  if (stage === "unpublished") return limited([...held].map((name) => `still ${name}`));
  const earlier = heldAt(stages, previous(stages, stage));
  return limited([...held].filter((name) => !earlier.has(name)));
}

/** A label on one line, and the same as lines for the drawing: the function, then its calls. */
export interface Label {
  readonly text: string;
  readonly lines: readonly string[];
}

/**
 * The label of a transition: the functions, and of each the calls that matter most. `other` is the same
 * transition on the other side, null where there is nothing to compare with; `difference` is the sign of what is not there; what the
 * code of the other side does and its picture does not tell (`untold`, as `callKeys` has it) is no difference.
 */
export function labelOf(transition: Transition, releases: ReadonlyMap<string, string>, other: Transition | null, difference: "new" | "gone", untold: ReadonlySet<string> = new Set()): Label {
  const groups = new Map<string, StageCall[]>();
  for (const call of transition.calls) {
    const key = speaker(call, transition, releases);
    groups.set(key, [...(groups.get(key) ?? []), call]);
  }
  const several = severalOf([transition, ...(other === null ? [] : [other])]);
  const isLastWord = (calls: readonly StageCall[]): boolean => isRelease(calls, releases) || calls.every((call) => call.isManaged === true);
  const listed = [...groups].map(([name, calls]) => ({ names: [name], isLastWord: isLastWord(calls), isPlain: calls.every((call) => isPlain(call) && call.by.fn.name === name), ...listCalls(calls, (call) => isOnBoth(call, transition, other) || untold.has(`${callKey(call)} ${call.by.fn.name}`), difference, several) }));
  // The function that runs with the last reference, and the driver core behind every driver, are where the life ends: they are named whatever else there is.
  const ending = listed.filter((one) => one.isLastWord).slice(0, MAX_FUNCTIONS - 1);
  const parts = [...joined(listed.filter((one) => !one.isLastWord)).slice(0, MAX_FUNCTIONS - ending.length), ...ending];
  const more = groups.size - parts.reduce((sum, { names }) => sum + names.length, 0);
  const rest = more > 0 ? [`and ${more} more`] : [];
  return {
    text: [...parts.map(({ names, shown, more: left }) => `${names.join(", ")}: ${shown.join(", ")}${left > 0 ? ` and ${left} more` : ""}`), ...rest].join("; "),
    lines: [...parts.flatMap(({ names, shown, more: left }) => [...names.slice(0, -1).map((name) => `${name},`), `${names.at(-1) ?? ""}:`, ...shown, ...(left > 0 ? [`and ${left} more`] : [])]), ...rest],
  };
}

interface Part { readonly names: readonly string[]; readonly isPlain: boolean; readonly shown: readonly string[]; readonly more: number }

/** Functions that make the same calls are told together; the names of more than a few would only take room. */
function joined<T extends Part>(parts: readonly T[]): T[] {
  const out: T[] = [];
  for (const part of parts) {
    const at = out.findIndex((one) => one.isPlain && part.isPlain && one.more === 0 && part.more === 0 && one.names.length < MAX_FUNCTIONS && one.shown.join("\n") === part.shown.join("\n"));
    const same = out[at];
    if (same === undefined) out.push(part);
    else out[at] = { ...same, names: [...same.names, ...part.names] };
  }
  return out;
}

/** True for what a function does in the ordinary course of things. */
function isPlain(call: StageCall): boolean {
  return call.isManaged !== true && call.givesUp === undefined && call.afterSuccess !== true;
}

/** What a call is, whatever function it stands in. */
function callKey(call: StageCall): string {
  return `${call.event.fact.row.call} ${call.event.fact.name}`;
}

/** What the code of a side does to what an object holds without a place in its picture: by call and function, and as the lines of states say it. */
export function untoldOf(life: StructLife, stages: Stages): { readonly calls: ReadonlySet<string>; readonly lines: ReadonlySet<string> } {
  const told = new Set(stages.transitions.flatMap((one) => one.calls.map((call) => call.event.fact)));
  const facts = life.facts.facts.filter((fact) => fact.place.struct === life.struct && !told.has(fact) && (classOf(life.code, fact) === "hold" || classOf(life.code, fact) === "drop"));
  const takes = facts.filter((fact) => classOf(life.code, fact) === "hold");
  return { calls: new Set(facts.map((fact) => `${fact.row.call} ${fact.name} ${fact.where.fn.name}`)), lines: new Set(takes.map((fact) => heldName(fact.row.kind, fact.name))) };
}

/** What makes two transitions the same: the calls, what they are about, and the function that is named with them. */
export function callKeys(transition: Transition): Set<string> {
  return new Set(transition.calls.map((call) => `${callKey(call)} ${call.by.fn.name}`));
}

/** Calls that the transition makes for more than one thing, on either side. */
function severalOf(sides: readonly Transition[]): ReadonlySet<string> {
  const about = new Map<string, Set<string>>();
  for (const { calls } of sides) {
    const seen = new Set<string>();
    for (const { event: { fact } } of calls) {
      // One call that does two things is told once.
      const place = `${fact.row.call} ${fact.where.fn.name} ${fact.span.from}`;
      if (seen.has(place)) continue;
      seen.add(place);
      about.set(fact.row.call, (about.get(fact.row.call) ?? new Set<string>()).add(fact.name));
    }
  }
  return new Set([...about].filter(([, names]) => names.size > 1).map(([call]) => call));
}

/** True for a call that the other side makes too: in the same function, or in one that does not make it here, from which or to which it was moved. */
function isOnBoth(call: StageCall, own: Transition, other: Transition | null): boolean {
  if (other === null) return true;
  const places = ({ calls }: Transition): string[] => calls.filter((one) => callKey(one) === callKey(call)).map((one) => one.by.fn.name);
  const here = places(own);
  const there = places(other);
  return there.includes(call.by.fn.name) || there.some((name) => !here.includes(name));
}

function listCalls(calls: readonly StageCall[], isSame: (call: StageCall) => boolean, difference: "new" | "gone", several: ReadonlySet<string>): { readonly shown: string[]; readonly more: number } {
  const names = new Map<string, StageCall>();
  for (const call of calls) if (!names.has(callName(call, several))) names.set(callName(call, several), call);
  const limit = calls.some((call) => call.givesUp !== undefined) ? MAX_ERROR_CALLS : MAX_CALLS;
  // What the patch changes is what the reader came for. A line that says "and 1 more" has room for the one.
  const kept = new Set([...names.values()].sort((a, b) => Number(isSame(a)) - Number(isSame(b)) || weight(a) - weight(b)).slice(0, names.size === limit + 1 ? names.size : limit));
  const shown = [...names].filter(([, call]) => kept.has(call)).map(([name, call]) => (isSame(call) ? name : sign(difference).trim() + name));
  return { shown, more: names.size - shown.length };
}

/** The function that a call is told under; a helper that does more than one thing is named too. */
function speaker(call: StageCall, transition: Transition, releases: ReadonlyMap<string, string>): string {
  const name = call.by.fn.name;
  if (call.isManaged === true) return "driver core";
  if (call.givesUp !== undefined) return transition.calls.some((one) => one.givesUp === "untold" && one.by === call.by) ? `given up in ${name}` : `error in ${name}`;
  if (call.afterSuccess === true) return `success of ${name}`;
  if (releases.has(name) && transition.calls.some((one) => one.event.class === "put")) return `last one runs ${name}`;
  const via = call.event.via;
  if (via === null) return name;
  const places = new Set(transition.calls.filter((one) => one.event.via === via && one.by === call.by).map((one) => one.event.fact.span.from));
  return places.size > 1 ? `${name} via ${via.fn.name}` : name;
}

function isRelease(calls: readonly StageCall[], releases: ReadonlyMap<string, string>): boolean {
  return calls.some((call) => releases.has(call.by.fn.name));
}

function callName(call: StageCall, several: ReadonlySet<string>): string {
  const { fact } = call.event;
  if (call.isManaged === true) return "at unbind";
  // Memory that a member points to is not the object's own; nor does the name of a call tell which of several things it is about.
  if (call.isLast !== true) return fact.name !== "" && (fact.row.kind === "memory" || several.has(fact.row.call)) ? `${fact.row.call} ${fact.name}` : fact.row.call;
  return `${fact.name === "" ? "count" : fact.name} to 0${fact.lock === "" ? "" : ` under ${fact.lock}`}`;
}

/** Lower matters more. */
function weight(call: StageCall): number {
  if (call.isLast === true) return 0;
  switch (call.event.fact.row.kind) {
    case "memory": return call.event.fact.name === "" ? 0 : 5;
    case "cdev": case "device": case "created-device": case "kobject": case "kref": return 1;
    case "count": case "rcu": case "id": return 2;
    case "list": case "tree": case "work": case "timer": case "irq": case "registration": return 3;
    case "notifier": return 4;
    default: return 5;
  }
}

/** What an object holds in a state: everything taken on the way there and not given back. */
function heldAt(stages: Stages, stage: Stage): Set<string> {
  const held = new Set<string>();
  const way = CHAIN.slice(0, CHAIN.indexOf(stage) + 1).filter((one) => one === "start" || stages.present.has(one));
  for (const [place, to] of way.entries()) {
    const from = way[place - 1];
    const step = from === undefined ? undefined : stages.transitions.find((one) => one.from === from && one.to === to);
    for (const { event, isManaged } of step?.calls ?? []) {
      const name = heldName(event.fact.row.kind, event.fact.name);
      if (isManaged === true) continue;
      if (event.class === "alloc" || event.class === "hold") held.add(name);
      else if (event.class === "free" || event.class === "drop" || event.class === "unpublish") held.delete(name);
    }
  }
  return held;
}

/** The calls on the way into a state from the states before it. */
function stepsTo(stages: Stages, stage: Stage): StageCall[] {
  return stages.transitions.filter((one) => one.to === stage && one.from !== "used").flatMap((one) => one.calls);
}

function previous(stages: Stages, stage: Stage): Stage {
  return CHAIN.findLast((one, index) => index < CHAIN.indexOf(stage) && stages.present.has(one)) ?? "start";
}

function limited(lines: readonly string[]): string[] {
  return lines.length <= MAX_LINES ? [...lines] : [...lines.slice(0, MAX_LINES - 1), `and ${lines.length - MAX_LINES + 1} more`];
}

function heldName(kind: string, name: string): string {
  switch (kind) {
    case "memory": return name === "" ? "memory" : `memory of ${name}`;
    case "id": return name === "" ? "id" : `id from ${name}`;
    case "notifier": return name === "" ? "notifier" : `notifier ${name}`;
    case "power": return name === "" ? "power" : `power of ${name}`;
    case "reference": case "file": case "module": return name === "" ? kind : `${name} reference`;
    default: return name === "" ? kind : `${kind} ${name}`;
  }
}

function reachName(kind: string, holder: string, name: string): string {
  switch (kind) {
    case "cdev": return "character device";
    case "device": case "created-device": case "kobject": return "in sysfs";
    case "work": return name === "" ? "work queued" : `${name} queued`;
    case "timer": return name === "" ? "timer runs" : `${name} runs`;
    case "irq": return "interrupt";
    case "registration": return "registered";
    default: return `in ${holder === "" ? name : holder}`;
  }
}
