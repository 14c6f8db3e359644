// Callbacks of a new scenario that a subsystem makes which nobody shows: functions of a table that is handed to it. They are called until it is told that there are none any more.
import type { CFunction, Expr } from "../c/ast.js";
import type { Unit } from "./compile/link.js";
import { eachExpression } from "./compile/walk.js";
import { namedCalls, reached } from "./skeleton-callbacks.js";
import { written } from "./skeleton-objects.js";

/** Who ends the callbacks: calls that nobody shows, each with the number of its arguments; the driver core with the device; nobody that is to be seen. */
export interface Operations { readonly ends: readonly { readonly name: string; readonly count: number }[]; readonly withDevice: boolean }

/** Names that begin what the kernel model has: what these do is known. */
const OF_MODEL: ReadonlySet<string> = new Set(["cdev", "misc", "device", "dev", "driver", "platform", "sysfs", "class", "kobject", "module", "register", "unregister", "free", "request", "mod", "timer", "i2c", "spi", "pci", "usb", "hid", "alloc", "blocking", "atomic", "raw", "srcu"]);
const ENDS = /(^|_)(unregister|unreg|remove|del|delete|close|stop|disable|disconnect|detach|shutdown|exit|destroy|free|release|unset|clear)(_|$)/;

/** How the calls of a function end that stands in a table which is handed to a subsystem; null for any other function. */
export function operationsOf(fn: CFunction, others: readonly CFunction[], units: readonly Unit[]): Operations | null {
  const all = units.flatMap((unit) => unit.unit.functions).filter((one) => one.body !== null);
  const tables = units.flatMap((unit) => unit.unit.globals).flatMap(({ name, init }) => (init?.kind === "init" && init.entries.some(({ value, designator }) => typeof designator[0] === "string" && value.kind === "name" && value.name === fn.name) ? [name] : []));
  // The same of a member that is such a table: `foo->rng.read = foo_read;`.
  const members = new Set<string>();
  for (const one of all) eachExpression(one.body ?? [], (expr) => {
    if (expr.kind !== "assign" || expr.value.kind !== "name" || expr.value.name !== fn.name) return;
    const path = written(expr.target).split("->")[1];
    if (path?.includes(".") === true) members.add(path.slice(0, path.lastIndexOf(".")));
  });
  const isHanded = (arg: Expr): boolean => arg.kind === "unary" && arg.op === "&"
    && ((arg.operand.kind === "name" && tables.includes(arg.operand.name)) || (arg.operand.kind === "member" && members.has(written(arg.operand).split("->")[1] ?? "")));
  const known = new Set(all.map((one) => one.name));
  const takers = namedCalls(all, /./).filter(({ name, args }) => !known.has(name) && args.some(isHanded)).map(({ name }) => name);
  const families = new Set(takers.map((name) => name.replace(/^devm_/, "").split("_")[0] ?? "").filter((family) => !OF_MODEL.has(family)));
  if (families.size === 0) return null;
  const ends = new Map<string, number>();
  for (const { name, args } of namedCalls([...new Set(others.flatMap((one) => reached(one, units)))], ENDS)) if (!known.has(name) && families.has(name.split("_")[0] ?? "")) ends.set(name, args.length);
  return { ends: [...ends].map(([name, count]) => ({ name, count })), withDevice: takers.some((name) => name.startsWith("devm_")) };
}

/** The definition of a call that ends them. */
export const endText = ({ name, count }: { readonly name: string; readonly count: number }): string =>
  `int ${name}(${Array.from({ length: count }, (_one, at) => `long unused${String(at)}`).join(", ")})\n{\n\tcallbacks_end();\n\treturn 0;\n}\n`;
