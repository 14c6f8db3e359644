// What one row of the table does to a state: takes, sets up, makes known, takes back, gives up.
import type { Expr } from "../../c/ast.js";
import type { ApiRow, ResourceKind } from "../api.js";
import { API } from "../api.js";
import type { Interpreter } from "./interpreter.js";
import type { Held, State } from "./state.js";
import { ANY, memberOf, NEGATIVE, rootOf, VALID, ZERO } from "./state.js";
import { countedCall } from "./wrong-lock.js";

export type Call = Extract<Expr, { kind: "call" }>;

/** Kinds whose other half is given the value that the first one returned; a region, say, is given back by its numbers. */
const GIVEN_BACK_BY_VALUE: ReadonlySet<ResourceKind> = new Set<ResourceKind>(["memory", "reference", "file", "mapping", "device", "kobject", "cdev"]);

/** Kinds whose end runs a function that may give back anything. */
const RELEASES_MORE: ReadonlySet<ResourceKind> = new Set<ResourceKind>(["device", "kobject", "kref", "count", "cdev", "object"]);

/** Headers of what is counted when it is switched on, so that switching off what was not on takes it from somebody else. */
const COUNTED_HEADERS = /^linux\/(clk|regulator\/consumer|pci|phy\/phy|ahci_platform)\.h$/;

/** Headers of memory whose end runs nothing. */
const PLAIN_MEMORY = /slab|skbuff|dma|firmware|workqueue|gfp|vmalloc|rcupdate|string|percpu/;

/** Does what the row says to the object that the call names; `result` is the call's. */
export function applyRow(on: Interpreter, state: State, call: Call, row: ApiRow, values: readonly string[], result: string, alone: boolean): void {
  const arg = row.target === "result" ? undefined : call.args[row.target];
  if (row.target !== "result" && (arg === undefined || arg.kind === "type")) return;
  const value = row.target === "result" ? result : (values[row.target] ?? "");
  const label = arg === undefined ? on.textOf(call.span) : on.textOf(arg.span);
  // What tells its failure by a status, and is not asked, is taken to have worked.
  const only: Held["only"] = row.keepsOnFailure || row.returnsArgument || row.fails === null || (alone && row.target !== "result") ? null
    : { value: result, bits: row.fails === "status" ? ZERO | VALID : row.fails === "false" ? VALID | NEGATIVE : VALID };
  const taken: Held = { row, span: call.span, label, only };
  const id = rootOf(value);
  const key = `${row.kind} ${value}`;
  const counted = countedCall(on, state, row, call, label, value, on.cursors.has(id));
  if (counted !== null) on.ctx.counted(counted);
  switch (row.effect) {
    case "acquire":
    case "get":
      if (row.target === "result") {
        if (GIVEN_BACK_BY_VALUE.has(row.kind)) own(state, result, taken);
        else if (row.kind === "id") {
          state.holds.set(key, taken);
          state.note("acquired", call.span, key);
        }
        return;
      }
      if (row.inside || isNumber(value)) return;
      // A variable of ours was filled in.
      if (row.effect === "acquire" && arg?.kind === "unary" && value === `s:${arg.span.from}.${arg.span.to};`) return own(state, value, taken);
      if (row.effect === "get" && memberOf(value) === "" && state.subject(id).owned !== null) state.change(id, { shared: true });
      // A chain leads to the block, and so to what it lies in.
      if (row.kind === "notifier" && value.startsWith("&")) on.handOn(state, value, call.span);
      state.holds.set(key, taken);
      state.note("acquired", call.span, key);
      return;
    case "initialize": {
      state.change(id, { started: new Map([...state.subject(id).started, [memberOf(value), { row, span: call.span, only }]]) });
      state.note("initialized", call.span, id);
      return;
    }
    case "publish": {
      for (const rule of on.rules) rule.published?.(on.ctx, { state, id, row, member: memberOf(value), span: call.span, label });
      const isStructure = row.kind === "list" || row.kind === "tree";
      const holder = values[row.holder] ?? "";
      state.note("published", call.span, id);
      if (isStructure && listIsLocal(on, holder)) {
        state.change(id, { parkedIn: rootOf(holder) });
        return;
      }
      const { owned, escaped } = state.subject(id);
      const isOwn = owned !== null && !escaped && owned.row.kind === "memory";
      // A list, a queued work, an armed timer, an id: others come to the object by it.
      const way = row.kind === "id" ? holderName(on, call, row) : isStructure || ((row.kind === "work" || row.kind === "timer") && isOwn) ? memberOf(value) : "";
      if (way !== "") state.change(id, { listed: new Map([...state.subject(id).listed, [way, { span: call.span, holder: rootOf(holder), only, isId: row.kind === "id" }]]) });
      on.handOn(state, value, call.span, memberOf(value) === "" && !isStructure && row.kind !== "id" && row.kind !== "queue");
      // `list_add(&known, &ours->list)`: who finds the one finds the other.
      if (row.holder >= 0 && state.subject(id).owned === null) on.handOn(state, holder, call.span);
      if (!isStructure && row.kind !== "work" && row.kind !== "timer" && !isNumber(value) && !isKeptByEntry(on, state, id)) {
        state.holds.set(`on ${key}`, taken);
        state.note("acquired", call.span, `on ${key}`);
      }
      // Where the registration fails, the first reference is left to this function (drivers/base/core.c, lib/kobject.c).
      const first = isOwn && !alone && memberOf(value) !== "" ? (API.get(row.call) ?? []).find((other) => other.effect === "initialize" && other.keepsOnFailure) : undefined;
      if (first !== undefined) state.holds.set(`first ${value}`, { ...taken, row: first, only: { value: result, bits: NEGATIVE | VALID } });
      return;
    }
    case "unpublish": {
      const listed = new Map(state.subject(id).listed);
      listed.delete(memberOf(value));
      if (state.subjects.has(id)) state.change(id, { listed });
      if (row.kind === "id") leaveIds(state);
      const held = state.holds.get(`on ${key}`);
      state.holds.delete(`on ${key}`);
      state.note("removed", call.span, id);
      if (held === undefined || state.isHeld(held.only)) state.note("released", call.span, `on ${key}`);
      return;
    }
    case "put":
    case "release": {
      if (only !== null) {
        // Given up where the call succeeds (krealloc): owned on only where it does not.
        const { owned, escaped } = state.subject(id);
        // The same call in another round of a loop: what is known of its result is about the new one.
        if (id === rootOf(result)) return;
        if (owned !== null && !escaped) state.change(id, { owned: { ...owned, only: { value: only.value, bits: ANY & ~only.bits } } });
        return;
      }
      const hasOther = hasOtherReference(state, value);
      const held = state.holds.get(key);
      state.holds.delete(key);
      for (const [other, one] of [...state.holds]) if (other.endsWith(` ${value}`) && (one.known === true || one.row.header === row.header)) state.holds.delete(other);
      if (row.kind === "id" || row.kind === "id-table") leaveIds(state);
      // An id may be given back by any name that it has meanwhile.
      if (row.kind === "id") for (const other of [...state.holds.keys()]) if (other.startsWith("id ")) state.holds.delete(other);
      // The last reference takes with it what its release function gives back.
      if (RELEASES_MORE.has(row.kind) || (row.kind === "memory" && !PLAIN_MEMORY.test(row.header))) state.loseHolds(RELEASES_MORE.has(row.kind));
      const ownsContents = row.kind === "memory" && !PLAIN_MEMORY.test(row.header);
      if (held !== undefined && COUNTED_HEADERS.test(row.header) && row.kind === "enable" && held.row.fails === "status" && held.only !== null && (state.bitsOf(held.only.value) & ZERO) === 0 && areHalves(held.row.call, row.call) && isNextStep(state, key)) {
        on.ctx.report({ kind: "missing-half", object: label, call: row.call, other: "", span: call.span, about: key, trail: state.trail });
      }
      // What failed was not taken, and is no example of giving back.
      if (held === undefined || state.isHeld(held.only)) state.note("released", call.span, key);
      const started = new Map(state.subject(id).started);
      const start = started.get(memberOf(value));
      if (start !== undefined && (row.effect === "release" || start.row.kind === row.kind)) {
        started.delete(memberOf(value));
        state.change(id, { started });
      }
      const subject = state.subject(id);
      const frees = row.effect === "release" && row.kind === "memory" && memberOf(value) === "" && !subject.shared;
      // The only reference: one that the function got as a result and has shown to nobody.
      // `device_unregister` drops the reference of the registration, not one that a lookup took.
      const isRegistrations = (API.get(row.call) ?? []).some((other) => other.effect === "unpublish");
      const isOnly = !isRegistrations && memberOf(value) === "" && subject.owned !== null && !subject.escaped && subject.owned.row.effect === "get" && row.effect === "put" && !hasOther;
      const isOwner = subject.owned !== null && !subject.escaped && (start !== undefined || (memberOf(value) === "" && row.effect === "release"));
      dropFor(on, state, call, row, value, label, { final: frees || isOnly, frees });
      // A function that is made for the object frees what lies in it too.
      if (ownsContents) state.handOnContents(id);
      // `put_device(&pdev->dev)` gives back what a lookup of `pdev` took.
      if ((isOwner && !frees && !isOnly) || (row.effect === "put" && subject.owned !== null && memberOf(value) !== "")) state.escape(value);
      return;
    }
  }
}

/** True for what an entry of a list keeps: who goes through the list again finds it there. */
function isKeptByEntry(on: Interpreter, state: State, id: string): boolean {
  return [...state.env].some(([place, value]) => place.includes("->") && rootOf(value) === id && on.cursors.has(rootOf(`&${place}`)));
}

/** Gives an object up, after the rules had their look at it. */
export function dropFor(on: Interpreter, state: State, call: Call, row: ApiRow | null, value: string, label: string, how: { readonly final: boolean; readonly frees: boolean }): void {
  const id = rootOf(value);
  const bits = state.bitsOf(value);
  // NULL may be freed; an ERR_PTR here says that the path was not understood.
  if ((bits & VALID) === 0) return;
  const name = call.callee.kind === "name" ? call.callee.name : "";
  state.note("released", call.span, id);
  // What a function of the patch does about the rest of the object before it frees it is its own affair.
  if (row === null && state.subjects.has(id)) state.change(id, { listed: new Map(), started: new Map() });
  if (how.frees) on.ctx.freed(value, label);
  for (const key of [...state.holds.keys()]) if (key.endsWith(` ${id}`) || (how.frees && key.startsWith("first ") && key.includes(id))) state.holds.delete(key);
  for (const rule of on.rules) rule.gone?.(on.ctx, { state, id, member: memberOf(value), row, call: name, span: call.span, label, final: how.final, frees: how.frees });
  if (how.final && memberOf(value) === "" && !value.startsWith("&")) state.change(id, { gone: { span: call.span, call: name, label, frees: how.frees } });
  else if (state.subject(id).owned !== null && memberOf(value) === "") state.escape(value);
}

/** The function owns the object from here on. */
export function own(state: State, id: string, held: Held): void {
  state.change(id, { owned: held, escaped: false, parkedIn: "", shared: false, gone: null });
  state.note("acquired", held.span, id);
}

/** True for a value that is known by its number. */
export function isNumber(value: string): boolean {
  return value.startsWith("n:");
}

/** The name of the table that leads to the object by an id. */
function holderName(on: Interpreter, call: Call, row: ApiRow): string {
  const arg = call.args[row.holder];
  return arg === undefined || arg.kind === "type" ? "" : on.textOf(arg.span).replace(/^&/, "");
}

/** Words of the two halves of what can be switched on. */
const OTHER_HALF: ReadonlyMap<string, string> = new Map([["enable", "disable"], ["prepare", "unprepare"], ["start", "stop"], ["open", "close"], ["get", "put"], ["request", "free"], ["begin", "end"], ["on", "off"]]);

/** True where every word of taking has its word of giving back: `clk_prepare_enable` and `clk_disable_unprepare`. */
function areHalves(takes: string, gives: string): boolean {
  const wanted = takes.split("_").flatMap((word) => OTHER_HALF.get(word) ?? []);
  const there = gives.split("_");
  return wanted.length > 0 && wanted.every((word) => there.includes(word));
}

/** True where it was tried to be taken once, and nothing was decided since but whether that worked. */
function isNextStep(state: State, key: string): boolean {
  let decisions = 0;
  let tries = 0;
  for (let step = state.trail; step !== null; step = step.before) {
    if (step.note === "acquired" && step.about === key) tries++;
    if (tries === 0 && (step.note === "true" || step.note === "false")) decisions++;
  }
  return decisions === 1 && tries === 1;
}

/** Which object an id led to is more than its number tells: none is reached by one from here on. */
function leaveIds(state: State): void {
  for (const [id, { listed }] of [...state.subjects]) if ([...listed.values()].some(({ isId }) => isId)) state.change(id, { listed: new Map([...listed].filter(([, { isId }]) => !isId)) });
}

function hasOtherReference(state: State, value: string): boolean {
  for (const key of state.holds.keys()) if (key.endsWith(` ${value}`)) return true;
  return false;
}

/** A list on the stack is no place where others find the object. */
function listIsLocal(on: Interpreter, holder: string): boolean {
  return holder.startsWith("&") && !holder.includes("->") && on.isLocal(holder.slice(1).replace(/[.[].*$/s, ""));
}
