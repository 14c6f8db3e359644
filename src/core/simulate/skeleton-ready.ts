// What a new scenario's setup() makes ready of an object: members by their types, and by the calls that use them.
import type { CFunction, Field } from "../c/ast.js";
import type { Unit } from "./compile/link.js";
import { eachExpression } from "./compile/walk.js";
import { namedCalls, reached } from "./skeleton-callbacks.js";
import { fieldsOf, structOf } from "./skeleton-facts.js";
import { localTypes, written } from "./skeleton-objects.js";
import { MADE, READY, USED_AS } from "./skeleton-tables.js";

/** Initializers of a struct's members: of those that some line declares, and of those that the chosen functions use. */
export function readyLines(units: readonly Unit[], functions: readonly CFunction[], struct: string, variable: string): readonly string[] {
  const lines: string[] = [];
  // A struct that is such a thing as a whole.
  const whole = MADE.has(struct) ? undefined : READY.get(struct)?.(`(*${variable})`);
  if (whole !== undefined) lines.push(...whole.replaceAll(`&(*${variable})`, variable).replaceAll(`(*${variable}).`, `${variable}->`).split("\n\t"));
  if (struct === "file") lines.push(`atomic_long_set(&${variable}->f_count, 1);`);
  // A number that somebody drops to nothing counts references: one of them is the object's own.
  const counts = new Set(namedCalls(functions, /^atomic_(dec_and_test|dec_and_lock|sub_and_test|inc_not_zero|add_unless)$/).flatMap(({ args }) => args.flatMap((arg) => (arg.kind === "unary" && arg.op === "&" && arg.operand.kind === "member" ? arg.operand.field : []))));
  const add = (type: string, path: string): void => {
    const line = type === "atomic_t" && counts.has(path) ? `atomic_set(&${variable}->${path}, 1);` : READY.get(type)?.(`${variable}->${path}`);
    const release = type === "device" ? releaseOf(units, struct, path) : null;
    if (line !== undefined && release !== null) lines.push(line.replace("(void *)nothing", release));
    else if (line !== undefined && !lines.includes(line) && !lines.some((one) => one.includes(`&${variable}->${path})`) || one.includes(`&${variable}->${path},`))) lines.push(line);
  };
  // What the code itself makes of its items and timers.
  for (const fn of units.flatMap((unit) => unit.unit.functions)) {
    for (const { name, args } of namedCalls([fn], /^(INIT_WORK|INIT_DELAYED_WORK|timer_setup|tasklet_setup)$/)) {
      const [place, callback] = args;
      if (place?.kind !== "unary" || place.op !== "&" || place.operand.kind !== "member" || callback?.kind !== "name") continue;
      const path = written(place.operand);
      const root = path.split("->")[0] ?? "";
      const type = localTypes(fn).get(root);
      const isOwn = type?.pointers === 1 && structOf(type) === struct && path.split("->").length === 2;
      if (!isOwn || !units.some((unit) => unit.unit.functions.some((one) => one.name === callback.name && one.body !== null))) continue;
      const line = `${name}(&${variable}->${path.slice(root.length + 2)}, ${callback.name}${name === "timer_setup" ? ", 0" : ""});`;
      if (!lines.some((one) => one.startsWith(line.slice(0, line.indexOf(","))))) lines.push(line);
    }
  }
  const visit = (members: readonly Field[], prefix: string): void => {
    for (const field of members) {
      if (field.type.pointers > 0 || field.type.arrays.length > 0 || field.type.params) continue;
      if (field.type.members) visit(field.type.members, field.name === "" ? prefix : `${prefix}${field.name}.`);
      else if (field.name !== "") add(field.type.name, prefix + field.name);
    }
  };
  visit(fieldsOf(units, struct), "");
  for (const fn of functions) {
    const own = fn.params.filter((param) => structOf(param.type) === struct).map((param) => param.name);
    eachExpression(fn.body ?? [], (expr) => {
      if (expr.kind !== "call" || expr.callee.kind !== "name") return;
      const { name } = expr.callee;
      const type = USED_AS.find(([pattern]) => pattern.test(name))?.[1];
      for (const arg of type === undefined ? [] : expr.args) {
        const target = arg.kind === "unary" && arg.op === "&" ? arg.operand : null;
        if (target?.kind === "member" && target.arrow && target.object.kind === "name" && own.includes(target.object.name)) add(type ?? "", target.field);
      }
    });
  }
  return lines;
}

/** The release() that some line gives to a device in such a struct. */
function releaseOf(units: readonly Unit[], struct: string, path: string): string | null {
  for (const { unit } of units) {
    for (const fn of unit.functions) {
      const types = localTypes(fn);
      let found: string | null = null;
      eachExpression(fn.body ?? [], (expr) => {
        if (expr.kind !== "assign" || expr.value.kind !== "name") return;
        const [root = "", member] = written(expr.target).split("->");
        const type = types.get(root);
        if (member === `${path}.release` && type !== undefined && structOf(type) === struct) found = expr.value.name;
      });
      if (found !== null && unit.functions.some((one) => one.name === found && one.body !== null)) return found;
    }
  }
  return null;
}

const PUTS = /^(kref_put\w*|refcount_dec_and_test|atomic_dec_and_test)$/;
const GETS = /^(kref_get\w*|refcount_inc\w*|atomic_inc\w*)$/;

/**
 * The reference that a queued item or a running timer has of its own: where its function gives one back that it has not taken. None where nobody else of the chosen ones gives one
 * back: then it is the last that goes.
 */
export function ownReference(fn: CFunction, others: readonly CFunction[], units: readonly Unit[], struct: string, variable: string): readonly string[] {
  const counts = (functions: readonly CFunction[], pattern: RegExp): readonly { readonly name: string; readonly member: string }[] => namedCalls([...new Set(functions.flatMap((one) => reached(one, units)))], pattern)
    .flatMap(({ name, args }) => (args[0]?.kind === "unary" && args[0].op === "&" && args[0].operand.kind === "member" && args[0].operand.arrow ? [{ name, member: args[0].operand.field }] : []));
  const [put] = counts([fn], PUTS).filter(({ member }) => fieldsOf(units, struct).some((field) => field.name === member));
  if (put === undefined || counts([fn], GETS).some(({ member }) => member === put.member) || !counts(others, PUTS).some(({ member }) => member === put.member)) return [];
  const take = put.name.startsWith("kref") ? "kref_get" : put.name.startsWith("refcount") ? "refcount_inc" : "atomic_inc";
  return [`${take}(&${variable}->${put.member});`];
}
