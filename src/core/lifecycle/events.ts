// Events: what the lifetime calls of one side mean for the objects of one struct.
import type { Field } from "../c/ast.js";
import type { Code, CodeFunction } from "./code.js";
import type { ResourceKind } from "./api.js";
import type { CallFact, Fact, Facts } from "./facts.js";
import { fieldOf } from "./places.js";

/** What an event means for the life of the object. */
export type EventClass = "alloc" | "initialize" | "publish" | "unpublish" | "get" | "put" | "free" | "hold" | "drop";

export interface LifeEvent {
  readonly class: EventClass;
  readonly fact: Fact;
  /** The helper of the patch that holds the call, when it was followed from another function; null when the call stands in the function itself. */
  readonly via: CodeFunction | null;
  /** True when the event only says what went before: it is told where it stands itself. */
  readonly context: boolean;
  /** Of a put that tells: whether it dropped the last reference on this way; missing where nothing tests it. */
  readonly isLast?: boolean;
}

/** Everything that the events of one struct on one side need. */
export interface StructLife {
  readonly struct: string;
  readonly code: Code;
  readonly facts: Facts;
  /** Functions that free the object when an embedded count goes, with the field that holds the count. */
  readonly releases: ReadonlyMap<string, string>;
  /** Functions that take or drop a reference of the object they are given. */
  readonly counted: ReadonlySet<string>;
  /** Helpers that are followed from their callers. */
  readonly helpers: ReadonlySet<string>;
  /** Those of the helpers that others can call too: they are not static, or are kept as a function pointer. */
  readonly entrances: ReadonlySet<string>;
}

export function structLife(code: Code, facts: Facts, struct: string): StructLife {
  const own = facts.facts.filter((fact) => fact.place.struct === struct);
  const releases = new Map<string, string>();
  const frees = new Set(own.filter((fact) => classOf(code, fact) === "free").map((fact) => fact.where.fn.name));
  for (const container of facts.containers) {
    if (container.struct === struct && container.from.kind === "name" && reachesFree(facts, container.where.fn.name, struct, frees)) {
      releases.set(container.where.fn.name, container.member);
    }
  }
  for (const where of code.functions) {
    // `to_foo(dev)` is often a macro that the patch does not show: the parameter's type then tells which member it is.
    if (releases.has(where.fn.name) || takes(where, struct) || !reachesFree(facts, where.fn.name, struct, frees)) continue;
    const member = embeddedParam(code, where, struct);
    if (member !== null) releases.set(where.fn.name, member);
  }
  // `foo->dev.release = foo_release` names the function by itself.
  for (const { callback, places } of facts.callbacks) {
    const place = places.find((one) => one.struct === struct && one.path.length > 1 && one.path.at(-1) === "release");
    const isShown = code.byName.get(callback)?.fn.whole === true;
    if (place !== undefined && place.hops === 1 && !releases.has(callback) && (!isShown || reachesFree(facts, callback, struct, frees))) releases.set(callback, place.path.slice(0, -1).join("."));
  }
  // What a kref's last put runs is the end of the object, also where the lines that free it are not shown (Documentation/core-api/kref.rst).
  for (const { callback, row, places } of facts.callbacks) {
    const place = row?.kind === "kref" && row.effect === "put" ? places.find((one) => one.struct === struct && one.path.length > 0 && one.hops === 0) : undefined;
    if (place !== undefined && !releases.has(callback) && code.byName.get(callback)?.fn.whole !== true) releases.set(callback, place.path.join("."));
  }
  const counted = new Set<string>();
  for (const fact of own) {
    const kind = classOf(code, fact);
    if ((kind === "get" || kind === "put") && takes(fact.where, struct)) counted.add(fact.where.fn.name);
  }
  const helpers = new Set<string>();
  for (const call of facts.calls) {
    const callee = code.byName.get(call.callee);
    if (callee === undefined || callee.fn.body === null || counted.has(call.callee) || releases.has(call.callee) || call.where.fn.name === call.callee) continue;
    if (takesAny(call, struct) && !containsAlloc(code, facts, call.callee, struct)) helpers.add(call.callee);
  }
  const entrances = new Set([...helpers].filter((name) => code.byName.get(name)?.fn.isStatic === false || isPointedAt(code, name)));
  return { struct, code, facts, releases, counted, helpers, entrances };
}

/** What a fact means for the object; null for what does not show in a life: locks and wait queues are pairs only. */
export function classOf(code: Code, fact: Fact): EventClass | null {
  const { row } = fact;
  if (row.kind === "lock" || row.kind === "wait" || row.kind === "id-table") return null;
  if (fact.isPrivate) return null;
  // An empty list, tree or anchor is not yet a stage of the object that holds it.
  if (row.effect === "initialize" && (row.kind === "list" || row.kind === "tree" || row.kind === "queue" || row.kind === "urb")) return null;
  if (row.kind === "memory") {
    // What is made larger or smaller lives on.
    if (RESIZES.test(row.call)) return null;
    const isMember = fact.place.path.length > 0;
    // What a member points to is another's memory, which the object holds.
    return row.effect === "acquire" ? (isMember ? "hold" : "alloc") : isMember ? "drop" : "free";
  }
  // A device that is kept awake is no object that is kept alive.
  if (row.kind === "power") return row.effect === "get" ? "hold" : "drop";
  const foreign = isForeign(code, fact);
  switch (row.effect) {
    case "initialize":
      return foreign ? null : "initialize";
    case "publish":
      return foreign ? (REGISTERED.has(row.kind) ? "hold" : null) : "publish";
    case "unpublish":
      return foreign ? (REGISTERED.has(row.kind) ? "drop" : null) : "unpublish";
    case "get":
      return foreign ? "hold" : "get";
    case "put":
      return foreign ? "drop" : "put";
    case "acquire":
      return "hold";
    case "release":
      return "drop";
  }
}

/** True when the object only points at what the call is about: the count is another object's. */
function isForeign(code: Code, fact: Fact): boolean {
  const [first, ...rest] = fact.place.path;
  if (first === undefined) return false;
  let field: Field | null = fieldOf(code, { tag: "struct", name: fact.place.struct, pointers: 0, arrays: [] }, first);
  for (const name of rest) {
    if (field !== null && field.type.pointers > 0) return true;
    field = field === null ? null : fieldOf(code, field.type, name);
  }
  if (field !== null && fact.row.kind !== "id" && fact.row.kind !== "created-device") return field.type.pointers > 0 && field.type.params === undefined;
  // Where the declaration is not shown, the way of writing tells: what is given by its value is a pointer.
  return fact.row.kind !== "id" && fact.row.kind !== "created-device" && fact.place.hops > 0;
}

/** Calls that give back the memory that they are given, larger or smaller. */
const RESIZES = /^kv?realloc/;

/** What one object can keep registered for another: to whom it belongs, it is a thing held. */
const REGISTERED: ReadonlySet<ResourceKind> = new Set<ResourceKind>(["registration", "device", "kobject", "cdev"]);

/** True for a function that the text names without calling it: `.remove = foo_remove,`. */
function isPointedAt(code: Code, name: string): boolean {
  const named = new RegExp(`[=,(&]\\s*${name}\\s*[,;)}]`);
  return code.files.some((file) => named.test(file.text));
}

function takes(where: CodeFunction, struct: string): boolean {
  return where.fn.params.some((param) => param.type.tag === "struct" && param.type.name === struct);
}

/** The member of the struct that a function is given a pointer to, judged by the types; null when there is none or more than one. */
function embeddedParam(code: Code, where: CodeFunction, struct: string): string | null {
  const params = where.fn.params.filter((param) => param.type.tag === "struct" && param.type.pointers === 1).map((param) => param.type.name);
  const fields = (code.structs.get(struct) ?? []).filter((field) => field.type.tag === "struct" && field.type.pointers === 0 && params.includes(field.type.name));
  const only = fields[0];
  return fields.length === 1 && only !== undefined ? only.name : null;
}

function takesAny(call: CallFact, struct: string): boolean {
  return call.args.some((places) => places.some((place) => place.struct === struct));
}

function containsAlloc(code: Code, facts: Facts, name: string, struct: string): boolean {
  return facts.facts.some((fact) => fact.where.fn.name === name && fact.place.struct === struct && classOf(code, fact) === "alloc");
}

function reachesFree(facts: Facts, name: string, struct: string, frees: ReadonlySet<string>, depth = 0): boolean {
  if (frees.has(name)) return true;
  if (depth > 3) return false;
  return facts.calls.some((call) => call.where.fn.name === name && call.callee !== name && takesAny(call, struct) && reachesFree(facts, call.callee, struct, frees, depth + 1));
}
