// Which functions of a patch are worth running at the same time: those that meet on one object, best one that ends it and one that uses it.
import type { CFunction, TypeRef } from "../c/ast.js";
import type { Unit } from "./compile/link.js";
import { eachExpression, eachStatement } from "./compile/walk.js";
import type { LineRef } from "./mutant-types.js";
import { attributeOf, handlerData, isFileOpen, isInterrupt, isOnFile, namedCalls, netOperation, notifierOf, reached, workItem } from "./skeleton-callbacks.js";
import { functionsOnLines, structOf } from "./skeleton-facts.js";
import { callsOf, localTypes, takenFor } from "./skeleton-objects.js";
import { operationsOf } from "./skeleton-operations.js";
import { PAIRS, stem } from "./skeleton-tables.js";

/** A function to choose for a new scenario. */
export interface OfferedFunction {
  readonly name: string;
  /** False for one that the patch leaves alone, and that is the other half of one that it changes. */
  readonly isChanged: boolean;
  readonly isSuggested: boolean;
}

/** More than these at the same time are for a person to ask for. */
const MOST_SUGGESTED = 3;
/** Calls and names that end an object, or somebody's right to it. */
const ENDS = /(^|_)(k?free|put|del|delete|destroy|unregister|release|remove|disconnect|detach|exit|stop|close|cancel|shutdown|cleanup|fini|teardown|kill|unbind)(_|$)/;
/** Calls after which others do not find an object any more, or may not use it. */
const WITHDRAWS = /^(refcount_dec|kref_put|atomic_dec_and|cancel_|del_timer|timer_(delete|shutdown)|(devm_)?free_irq|h?list_del|idr_remove|xa_erase|cdev_d|device_(del|unregister)|misc_deregister|\w*unregister_)/;
/** Names of functions that make something. */
const MAKES = /(^|_)(create|alloc|new|init|probe)(_|$)/;
/** Structs that say nothing of what two functions meet on. */
const COMMON: ReadonlySet<string> = new Set(["device", "device_attribute", "attribute", "kobject", "kobj_attribute", "file", "inode", "work_struct", "delayed_work", "timer_list", "notifier_block", "list_head", "page", "vm_area_struct", "seq_file", "sk_buff", "net", "mutex", "dentry", "task_struct"]);

/** The functions that the patch changes, in the order of the code, and other halves of them; suggested are those that meet on one object. `units` are the files of the side after the patch. */
export function offeredFunctions(units: readonly Unit[], changed: readonly LineRef[]): readonly OfferedFunction[] {
  const find = (name: string): CFunction[] => units.flatMap((unit) => unit.unit.functions).filter((one) => one.name === name && one.body !== null).slice(0, 1);
  const names = functionsOnLines(units, changed);
  const own = names.flatMap(find);
  const all = [...new Set(units.flatMap((unit) => unit.unit.functions).filter((one) => one.body !== null))];
  const suggested = suggest(units, own, all);
  const partners = suggested.filter((fn) => !own.includes(fn));
  return [...own, ...partners].map((fn) => ({ name: fn.name, isChanged: own.includes(fn), isSuggested: suggested.includes(fn) }));
}

function suggest(units: readonly Unit[], own: readonly CFunction[], all: readonly CFunction[]): readonly CFunction[] {
  if (own.length <= 1 && own.every((fn) => partnersOf(fn, all).length === 0)) return own;
  const facts = new Map(own.map((fn) => [fn, factsOf(units, fn)] as const));
  let best: { readonly functions: readonly CFunction[]; readonly score: number } = { functions: own.slice(0, 1), score: 0 };
  const consider = (functions: readonly CFunction[], score: number): void => { if (score > best.score) best = { functions, score }; };
  for (const [at, fn] of own.entries()) {
    const a = facts.get(fn);
    for (const partner of partnersOf(fn, all)) if (!own.includes(partner)) consider([fn, partner], 3 + (a?.isCallback === true ? 1 : 0));
    for (const other of own.slice(at + 1)) {
      const b = facts.get(other);
      if (!a || !b) continue;
      const isPair = partnersOf(fn, all).includes(other);
      const shared = [...a.structs].filter((struct) => b.structs.has(struct));
      // Who calls the other one brings it along.
      const isInside = reached(fn, units).includes(other) || reached(other, units).includes(fn);
      if (!isPair && (shared.length === 0 || isInside)) continue;
      // What is being made is nobody else's yet: its making races less than its use.
      const isMade = [fn, other].some((one) => MAKES.test(one.name));
      const weight = isMade ? (isPair ? 1 : -2) : isPair ? 6 : 0;
      consider([fn, other], weight + (shared.length > 0 ? 2 : 0) + (a.ends !== b.ends ? 3 : 0) + (a.isCallback ? 2 : 0) + (b.isCallback ? 2 : 0) + (a.withdraws || b.withdraws ? 1 : 0) - (a.isLast || b.isLast ? 4 : 0));
    }
  }
  const [first, second] = best.functions;
  if (!first || !second) return best.functions;
  const structs = new Set(best.functions.flatMap((fn) => [...(facts.get(fn)?.structs ?? [])]));
  const others = own.filter((fn) => !best.functions.includes(fn) && facts.get(fn)?.isLast !== true && [...(facts.get(fn)?.structs ?? [])].some((struct) => structs.has(struct)));
  // Users of a file, and who looks an object up, race with what takes its object away, and what the kernel calls by itself on the same object comes along.
  const isForUsers = best.functions.some((fn) => isFileOpen(fn)) || (partnersOf(first, all).includes(second) && best.functions.some(isLookup));
  const away = others.filter((fn) => isForUsers && facts.get(fn)?.withdraws === true && facts.get(fn)?.ends === true && facts.get(fn)?.isCallback !== true && !MAKES.test(fn.name)
    && !others.some((other) => other !== fn && reached(other, units).includes(fn)) && !best.functions.some((one) => reached(one, units).includes(fn))).slice(0, 1);
  const chosen = [...best.functions, ...away, ...others.filter((fn) => facts.get(fn)?.isCallback === true)].slice(0, MOST_SUGGESTED + away.length);
  return [...own.filter((fn) => chosen.includes(fn)), ...chosen.filter((fn) => !own.includes(fn))];
}

/** Whether a function finds the object that it gives back: who is handed one must have it already, and cannot come later than its end. */
function isLookup(fn: CFunction): boolean {
  const struct = fn.returns.pointers === 1 ? structOf(fn.returns) : null;
  return struct !== null && fn.params.every((param) => structOf(param.type) !== struct);
}

interface Facts { readonly structs: ReadonlySet<string>; readonly ends: boolean; /** It takes the object from where others find it, or gives up a count of it. */ readonly withdraws: boolean; /** The release() of a device or a kobject: it runs when nobody else is left. */ readonly isLast: boolean; readonly isCallback: boolean }

/** What a function works on, whether it ends something, and whether the kernel calls it at times of its own. */
function factsOf(units: readonly Unit[], fn: CFunction): Facts {
  const structs = new Set<string>();
  const add = (struct: string | null | undefined): void => { if (struct && !COMMON.has(struct)) structs.add(struct); };
  const addType = (type: TypeRef): void => { if (type.pointers === 1) add(structOf(type)); };
  fn.params.forEach((param) => { addType(param.type); });
  const item = workItem(fn, units);
  const data = handlerData(fn, units);
  add(item?.struct);
  add(data?.struct);
  add(notifierOf(fn, units)?.struct);
  add(takenFor([fn], (expr) => expr.kind === "member" && expr.field === "private_data"));
  const types = localTypes(fn);
  for (const { target } of callsOf(fn)) if (target !== null && types.has(target)) addType(types.get(target) ?? NOTHING);
  // What a loop goes over.
  for (const stmt of eachStatement(fn.body ?? [])) {
    const [entry] = stmt.kind === "macro-block" && /_for_each_entry/.test(stmt.macro) ? stmt.args : [];
    if (entry?.kind === "name") addType(types.get(entry.name) ?? NOTHING);
  }
  eachExpression(fn.body ?? [], (expr) => {
    if (expr.kind === "call" && expr.callee.kind === "name" && /^container_of/.test(expr.callee.name) && expr.args[1]?.kind === "type") add(structOf({ ...expr.args[1].type, pointers: 1 }));
  });
  const isTimer = fn.params.length === 1 && fn.params.some((param) => structOf(param.type) === "timer_list");
  const isCallback = item !== null || isTimer || isInterrupt(fn) || attributeOf(fn) !== null || notifierOf(fn, units) !== null || isFileOpen(fn) || isOnFile(fn) || netOperation(fn, units) !== null || operationsOf(fn, [], units) !== null;
  return { structs, ends: ENDS.test(fn.name) || (namedCalls([fn], ENDS).length > 0 && !PAIRS.some(([take]) => take.test(fn.name))), withdraws: namedCalls([fn], WITHDRAWS).length > 0, isLast: isLastPut(fn) || units.some((unit) => new RegExp(`\\brelease\\s*=\\s*${fn.name}\\s*;`).test(unit.text)), isCallback };
}

const NOTHING: TypeRef = { tag: "name", name: "", pointers: 0, arrays: [] };

/** Functions that are the other half of one, by their names. */
function partnersOf(fn: CFunction, all: readonly CFunction[]): readonly CFunction[] {
  return PAIRS.flatMap(([take, give]) => all.filter((other) => other !== fn && !isLastPut(other) && !isLastPut(fn) && [[take, give], [give, take]].some(([mine, its]) => mine !== undefined && its !== undefined && mine.test(fn.name) && its.test(other.name) && stem(fn.name, mine) === stem(other.name, its)))).slice(0, 1);
}

/** True for what only a put calls, once the count is 0: it takes nothing but what is counted by. */
function isLastPut(fn: CFunction): boolean {
  return fn.params.length === 1 && fn.params.some((param) => COUNTED_BY.has(structOf(param.type) ?? ""));
}

const COUNTED_BY: ReadonlySet<string> = new Set(["kref", "kobject", "percpu_ref", "rcu_head"]);
