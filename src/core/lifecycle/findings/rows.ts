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

/** Does what the row says to the object that the call names; `result` is the call's. */
export function applyRow(on: Interpreter, state: State, call: Call, row: ApiRow, values: readonly string[], result: string, alone: boolean): void {
  const arg = row.target === "result" ? undefined : call.args[row.target];
  if (row.target !== "result" && (arg === undefined || arg.kind === "type")) return;
  const value = row.target === "result" ? result : (values[row.target] ?? "");
  const label = arg === undefined ? on.textOf(call.span) : on.textOf(arg.span);
  // What tells its failure by a status, and is not asked, is taken to have worked.
  const only: Held["only"] = row.keepsOnFailure || row.fails === null || (alone && row.target !== "result") ? null
    : { value: result, bits: row.fails === "status" ? ZERO : row.fails === "false" ? VALID | NEGATIVE : VALID };
  const held: Held = { row, span: call.span, label, only };
  const id = rootOf(value);
  const key = `${row.kind} ${value}`;
  const counted = countedCall(on.code, on.where, state, row, call, label, on.cursors.has(id));
  if (counted !== null) on.ctx.counted(counted);
  switch (row.effect) {
    case "acquire":
    case "get":
      if (row.target === "result") {
        if (GIVEN_BACK_BY_VALUE.has(row.kind)) own(state, result, held);
        return;
      }
      if (row.inside || isNumber(value)) return;
      if (row.effect === "get" && memberOf(value) === "" && state.subject(id).owned !== null) state.change(id, { shared: true });
      // A chain leads to the block, and so to what it lies in.
      if (row.kind === "notifier" && value.startsWith("&")) on.handOn(state, value, call.span);
      state.holds.set(key, held);
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
      if (isStructure && memberOf(value) !== "") state.change(id, { listed: new Map([...state.subject(id).listed, [memberOf(value), { span: call.span, holder: rootOf(holder), only }]]) });
      on.handOn(state, value, call.span);
      // `list_add(&known, &ours->list)`: who finds the one finds the other.
      if (row.holder >= 0 && state.subject(id).owned === null) on.handOn(state, holder, call.span);
      if (!isStructure && row.kind !== "work" && row.kind !== "timer") state.holds.set(key, held);
      return;
    }
    case "unpublish": {
      const listed = new Map(state.subject(id).listed);
      listed.delete(memberOf(value));
      if (state.subjects.has(id)) state.change(id, { listed });
      state.holds.delete(key);
      state.note("removed", call.span, id);
      state.note("released", call.span, key);
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
      state.holds.delete(key);
      for (const [other, one] of [...state.holds]) if (other.endsWith(` ${value}`) && one.row.header === row.header) state.holds.delete(other);
      state.note("released", call.span, key);
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
      // `put_device(&pdev->dev)` gives back what a lookup of `pdev` took.
      if ((isOwner && !frees && !isOnly) || (row.effect === "put" && subject.owned !== null && memberOf(value) !== "")) state.escape(value);
      return;
    }
  }
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

function hasOtherReference(state: State, value: string): boolean {
  for (const key of state.holds.keys()) if (key.endsWith(` ${value}`)) return true;
  return false;
}

/** A list on the stack is no place where others find the object. */
function listIsLocal(on: Interpreter, holder: string): boolean {
  return holder.startsWith("&") && !holder.includes("->") && on.isLocal(holder.slice(1).replace(/[.[].*$/s, ""));
}
