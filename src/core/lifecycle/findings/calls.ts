// What a call does to a state: rows of the table, locks, functions of the patch, and everything else.
import type { Expr } from "../../c/ast.js";
import type { ApiRow, Failure, ResourceKind } from "../api.js";
import { API, LOCK_CALLS } from "../api.js";
import type { Interpreter } from "./interpreter.js";
import type { Call } from "./rows.js";
import { applyRow, dropFor, isNumber, own } from "./rows.js";
import type { State } from "./state.js";
import { ANY, GIVEN, memberOf, NEGATIVE, rootOf, VALID, ZERO } from "./state.js";
import { driverData, looksOnly, takesAgain, takesOver, undoes } from "./values.js";

/** Allocators that keep nothing of what they are given. */
const COPIES_ONLY: ReadonlySet<string> = new Set(["linux/slab.h", "linux/device/devres.h", "linux/string.h", "linux/etherdevice.h"]);

const KEEPS_NOTHING: ReadonlySet<ResourceKind> = new Set<ResourceKind>(["memory", "list", "tree", "lock", "count", "kref", "wait", "module", "id"]);

/** Runs one call whose arguments have been evaluated, and gives its result. */
export function applyCall(on: Interpreter, state: State, call: Call, name: string, values: readonly string[], alone: boolean): string {
  const isRedefined = on.code.redefined.has(name);
  const lock = isRedefined ? undefined : LOCK_CALLS.get(name);
  // What a controller or a thread does with what it has is not told by ways: their calls are calls like those of any other code here.
  const rows = isRedefined ? [] : (API.get(name) ?? []).filter(({ kind }) => kind !== "urb" && kind !== "thread");
  const summary = rows.length === 0 && lock === undefined ? on.summaryOf(name) : null;
  const looks = looksOnly(name);
  if (!looks) noteGiven(state, call, values);
  const frees = rows.some((row) => row.effect === "release" && row.kind === "memory");
  // Freeing is told by itself; whatever else is passed must still be there.
  call.args.forEach((arg, index) => {
    const value = values[index] ?? "";
    const given = rows.find((row) => row.target === index && (row.effect === "release" || row.effect === "put"));
    if (arg.kind === "type" || value === "" || isNumber(value)) return;
    const { gone } = state.subject(rootOf(value));
    // Who ends a registration has its reference, whatever became of the one that a lookup took.
    if (gone?.frees === false && rows.some((row) => row.target === index && row.effect === "unpublish")) return state.change(rootOf(value), { gone: null, escaped: true });
    if ((given !== undefined && (frees || memberOf(value) === "")) || summary?.params[index] === "frees") return;
    if (gone !== null && !looks) on.use(state, value, arg.span, on.textOf(arg.span));
  });
  // Whoever is waited for may take it off its list.
  if (/^(wait_(for|event|on)|flush_|drain_|destroy_workqueue)/.test(name)) for (const [id, { listed }] of [...state.subjects]) if (listed.size > 0) state.change(id, { listed: new Map() });
  // The driver core gives back by the action what was taken (linux/device.h, drm/drm_managed.h).
  if (/^(devm|drmm)_add_action/.test(name)) state.holds.clear();
  if (name === "memset" || name === "memzero_explicit") state.forgetMembers(values[0] ?? "");
  if (rows.length === 0 && lock === undefined && ((!alone && PREDICATE.test(name) && !ACTS.test(name)) || (summary === null && on.isAsked(call)))) return askAgain(on, state, call, name, values);
  // An iterator gives back what it is given before it finds the next one.
  const goesOn = rows.some((row) => row.target === "result");
  const [before, behind] = [rows.filter((row) => goesOn && row.effect === "put"), rows.filter((row) => !goesOn || row.effect !== "put")];
  for (const row of before) applyRow(on, state, call, row, values, "", alone);
  const same = rows.find((row) => row.returnsArgument)?.target;
  const result = typeof same === "number" ? (values[same] ?? "") : on.fresh(state, call.span, resultBits(rows, lock?.fails ?? null, summary?.bits ?? ANY));
  if (lock !== undefined) applyLock(on, state, call, values, result, alone);
  for (const row of behind) applyRow(on, state, call, row, row.effect === "acquire" ? filledIn(on, state, call, row, values) : values, result, alone);
  if (rows.length > 0 || lock !== undefined) {
    // The files show the function itself: it may give back more than its row says.
    if (rows.some(({ effect }) => effect === "release" || effect === "unpublish") && (on.code.byName.get(name)?.fn.body ?? null) !== null) state.loseHolds(true);
    // A request that is made for an object leads to it: `ahash_request_alloc(tfm)`.
    if (rows.some((row) => row.kind === "memory" && row.effect === "acquire" && row.target === "result" && !COPIES_ONLY.has(row.header))) {
      for (const value of values) if (state.subject(value).owned !== null && !state.subject(value).escaped) state.change(value, { parkedIn: result });
    }
    // `dma_alloc_coherent(dev, size, &address, flags)`
    if (rows.some((row) => row.kind === "memory" && row.effect === "acquire")) {
      values.forEach((value, index) => {
        const arg = call.args[index];
        // The address of a success is one: who asks for it asks whether there is memory.
        if (arg !== undefined && arg.kind !== "type" && !rows.some((row) => row.target === index)) overwrite(on, state, value, arg, VALID);
      });
    }
    // A function that registers or sets up keeps what it is given besides its object.
    if (rows.some((row) => !KEEPS_NOTHING.has(row.kind))) {
      values.forEach((value, index) => {
        const arg = call.args[index];
        if (arg !== undefined && arg.kind !== "type" && !isNumber(value) && !rows.some((row) => row.target === index || row.holder === index)) passOn(on, state, value, arg, !takesOver(name));
      });
    }
    return result;
  }
  const known = calledName(call);
  const isUndoing = looks ? false : summary === null ? undoes(known) : summary.undoes;
  if (isUndoing) {
    state.loseHolds(true);
  }
  // What was set up in its arguments, or put on a list, is perhaps no more.
  if (isUndoing || (!looks && undoes(known))) {
    for (const value of values) if (state.subjects.has(rootOf(value))) state.change(rootOf(value), { listed: new Map(), started: new Map() });
  }
  // It may take again what was given back.
  if (!looks && takesAgain(known)) state.note("used", call.span, "again");
  const keepsHolds = !isUndoing && !takesOver(known);
  if (summary !== null) {
    values.forEach((value, index) => {
      const kind = summary.params[index] ?? "unknown";
      const arg = call.args[index];
      if (arg === undefined || arg.kind === "type" || isNumber(value)) return;
      if (kind === "frees") {
        dropFor(on, state, call, null, value, on.textOf(arg.span), { final: true, frees: true });
        // How it frees what lies in the object is its own affair.
        state.handOnContents(rootOf(value));
      }
      else if (kind === "unknown") passOn(on, state, value, arg, keepsHolds);
    });
    if (summary.gives !== null) own(state, result, { row: summary.gives, span: call.span, label: on.textOf(call.span), only: { value: result, bits: VALID } });
    if (!summary.keepsLocks) {
      state.locks.clear();
      state.locksKnown = false;
    }
    return result;
  }
  // linux/string.h: what was written to comes back.
  if (/^(mem(cpy|set|move)|strn?(cpy|cat))$/.test(name)) return values[0] ?? result;
  if (/^(dev|platform|pci|i2c|spi)_get_(drvdata|clientdata)$/.test(name) && state.subject(values[0] ?? "").owned !== null) return driverData(values[0] ?? "");
  if (looks) return result;
  if (/lock|downgrade/.test(name)) {
    state.locks.clear();
    state.locksKnown = false;
  }
  values.forEach((value, index) => {
    const arg = call.args[index];
    if (arg !== undefined && arg.kind !== "type" && !isNumber(value)) passOn(on, state, value, arg, keepsHolds);
  });
  return result;
}

/** Which objects a call was given: what it answers may be about them. */
function noteGiven(state: State, call: Call, values: readonly string[]): void {
  const roots = values.filter((value) => value !== "" && !isNumber(value)).map(rootOf);
  if (roots.length > 0) state.note("published", call.span, `${GIVEN}${roots.join(" ")}`);
}

/** Gives back what a scope's end gives back: `__free(kfree)` and the like; nothing is said about it. */
export function releaseQuietly(state: State, value: string): void {
  state.escape(value);
}

/** Names that only ask: the same question about the same values has the same answer until a loop comes round. */
const PREDICATE = /(^|_)(is|has|needs?|should|supports?|supported|enabled|capable|feature|features|compatible)(_|$)|_can(_|$)/;
/** Names that do something besides. */
const ACTS = /(^|_)(set|put|add|alloc|register|init|create|queue|free|send|store|update|enable|disable|start|stop|handle|process)(_|$)/;

function askAgain(on: Interpreter, state: State, call: Call, name: string, values: readonly string[]): string {
  values.forEach((value, index) => {
    const arg = call.args[index];
    if (arg === undefined || arg.kind === "type" || isNumber(value)) return;
    const isQuestion = PREDICATE.test(name) || looksOnly(name);
    if (value.startsWith("&") ? !value.includes("->") : !isQuestion) passOn(on, state, value, arg);
    // What lies in an object of ours leads to the object.
    else if (!isQuestion && state.subject(rootOf(value)).owned !== null) on.handOn(state, value, arg.span, !takesOver(name));
  });
  return `c:${name}(${values.join(",")}${call.args.map((arg) => (arg.kind === "type" ? on.textOf(arg.span) : "")).join("")});`;
}

/** `request_firmware(&fw)`, `alloc_cpumask_var(&mask)`: what is taken stands in the variable then, and no more what stood there before. */
function filledIn(on: Interpreter, state: State, call: Call, row: ApiRow, values: readonly string[]): readonly string[] {
  const arg = typeof row.target === "number" ? call.args[row.target] : undefined;
  if (arg?.kind !== "unary" || arg.op !== "&" || arg.operand.kind !== "name" || !on.isPointer(arg.operand.name)) return values;
  const value = on.fresh(state, arg.span);
  state.env.set(arg.operand.name, value);
  return values.map((one, index) => (index === row.target ? value : one));
}

/** The name of the function, or of the member that points to it. */
function calledName({ callee }: Call): string {
  return callee.kind === "name" ? callee.name : callee.kind === "member" ? callee.field : "";
}

function resultBits(rows: readonly ApiRow[], lockFails: Failure, otherwise: number): number {
  const fails = rows.find((row) => row.target === "result" && (row.effect === "acquire" || row.effect === "get"))?.fails ?? rows[0]?.fails ?? lockFails;
  switch (fails) {
    case "null": return ZERO | VALID;
    case "error-pointer": return NEGATIVE | VALID;
    case "false": return ZERO | VALID;
    default: return rows.length > 0 ? ANY : otherwise;
  }
}

/** The argument is known to code that is not shown, and what its address leads to may have been changed. */
function passOn(on: Interpreter, state: State, value: string, arg: Expr, keepsHolds = false): void {
  on.handOn(state, value, arg.span, keepsHolds);
  // Who is given a lock may give it up: `xlog_wait(queue, &lock)`.
  for (const key of [...state.locks.keys()]) if (key.endsWith(` ${value}`)) state.locks.delete(key);
  if (!value.startsWith("&")) {
    // A member that pointed to what is gone may be another by now.
    for (const [key, kept] of [...state.env]) if (key.startsWith(`${value}->`) && state.subject(rootOf(kept)).gone !== null) state.env.delete(key);
    for (const [id, { gone }] of [...state.subjects]) if (gone !== null && id.startsWith(`l:${value}->`)) state.subjects.delete(id);
    return;
  }
  overwrite(on, state, value, arg);
}

/** A variable whose address is passed holds another value since. */
function overwrite(on: Interpreter, state: State, value: string, arg: Expr, bits = ANY): void {
  const place = value.slice(1);
  if (!value.startsWith("&") || place.includes("->")) return;
  for (const key of [...state.env.keys()]) {
    if (key !== place && !key.startsWith(`${place}.`) && !key.startsWith(`${place}[`)) continue;
    state.escape(state.env.get(key) ?? "");
    state.env.set(key, on.fresh(state, arg.span, bits));
  }
  if (!state.env.has(place)) state.env.set(place, on.fresh(state, arg.span, bits));
}

function applyLock(on: Interpreter, state: State, call: Call, values: readonly string[], result: string, alone: boolean): void {
  const lock = LOCK_CALLS.get(call.callee.kind === "name" ? call.callee.name : "");
  if (lock === undefined) return;
  const arg = lock.argument < 0 ? undefined : call.args[lock.argument];
  const key = `${lock.family} ${lock.argument < 0 ? "" : (values[lock.argument] ?? "")}`;
  const label = arg === undefined ? lock.family : on.textOf(arg.span).replace(/^&/, "");
  if (lock.takes) {
    const bits = lock.fails === "false" ? VALID | NEGATIVE : lock.fails === "status" ? ZERO : ANY;
    state.locks.set(key, { span: call.span, family: label, only: lock.fails === null || alone ? null : { value: result, bits } });
    state.note("locked", call.span, key);
    return;
  }
  if (state.locks.has(key)) state.locks.delete(key);
  else {
    state.gaveForeignLock = true;
    // The same lock under another name, perhaps: what is held of the family is not known any more.
    for (const held of [...state.locks.keys()]) if (held.startsWith(`${lock.family} `)) state.locks.delete(held);
  }
  state.note("unlocked", call.span, key);
}
