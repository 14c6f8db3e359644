// Functions that the kernel calls only while something is registered: files, attributes, notifiers. A scenario registers it, and calls them as the kernel does.
import type { CFunction, Expr } from "../c/ast.js";
import type { Unit } from "./compile/link.js";
import { eachExpression } from "./compile/walk.js";
import { structOf } from "./skeleton-facts.js";
import { callbackOf, callsOf, containerOf, type Inside, localTypes, outerOf, written } from "./skeleton-objects.js";

/** Devices of a bus, all of which have their struct device as the member `dev`. */
export const BUS_DEVICES: ReadonlySet<string> = new Set(["platform_device", "pci_dev", "i2c_client", "spi_device", "usb_interface", "hid_device", "amba_device"]);

/** A function's own expressions, and those of the functions of the code that it names, to some depth. */
export function reached(fn: CFunction, units: readonly Unit[], depth = 3): readonly CFunction[] {
  const found = [fn];
  let last = [fn];
  for (let level = 0; level < depth; level++) {
    const names = new Set<string>();
    for (const one of last) eachExpression(one.body ?? [], (expr) => { if (expr.kind === "name") names.add(expr.name); });
    last = units.flatMap((unit) => unit.unit.functions).filter((one) => one.body !== null && names.has(one.name) && !found.includes(one));
    found.push(...last);
  }
  return found;
}

export interface NamedCall { readonly name: string; readonly args: readonly Expr[] }

/** Calls by name of some functions. */
export function namedCalls(functions: readonly CFunction[], pattern: RegExp): readonly NamedCall[] {
  const found: NamedCall[] = [];
  for (const fn of functions) {
    eachExpression(fn.body ?? [], (expr) => {
      if (expr.kind === "call" && expr.callee.kind === "name" && pattern.test(expr.callee.name)) found.push({ name: expr.callee.name, args: expr.args.flatMap((arg) => (arg.kind === "type" ? [] : [arg])) });
    });
  }
  return found;
}

/** What the file's device is embedded in, as open() takes it: a cdev from the inode, a miscdevice from the file. */
export function deviceOf(open: CFunction, units: readonly Unit[]): (Inside & { readonly kind: "cdev" | "misc" }) | null {
  let found: (Inside & { readonly kind: "cdev" | "misc" }) | null = null;
  eachExpression(open.body ?? [], (expr) => {
    const entry = containerOf(expr);
    if (!entry) return;
    if (/->i_cdev$/.test(entry.from)) found ??= { struct: entry.struct, member: entry.member, kind: "cdev" };
    const field = units.flatMap((unit) => unit.unit.structs).find((struct) => struct.name === entry.struct)?.fields.find((one) => one.name === entry.member);
    if (/->private_data$/.test(entry.from) && field && structOf(field.type) === "miscdevice") found ??= { struct: entry.struct, member: entry.member, kind: "misc" };
  });
  return found;
}

/** Whether a function is one of a file: (inode, file). */
export const isFileOpen = (fn: CFunction): boolean => fn.params.length === 2 && structsOf(fn).join() === "inode,file";

/** Whether it closes a file: the release() of its operations. */
export const isFileRelease = (fn: CFunction, units: readonly Unit[]): boolean => isFileOpen(fn) && (/(^|_)(release|close)(_|$)/.test(fn.name) || tablesWith(fn.name, units).some((table) => table.get("release") === fn.name));

/** Whether it is called on an open file: ioctl(), read() and their kin. */
export const isOnFile = (fn: CFunction): boolean => structsOf(fn)[0] === "file";

/** An operation of a network device: what brings it up, what takes it down, what sends a packet. */
export function netOperation(fn: CFunction, units: readonly Unit[]): "open" | "stop" | "transmit" | null {
  const structs = structsOf(fn).join();
  const slots = tablesWith(fn.name, units).flatMap((table) => [...table].flatMap(([slot, name]) => (name === fn.name ? slot : [])));
  const isIn = (slot: string): boolean => slots.includes(slot);
  if (structs === "sk_buff,net_device" && (isIn("ndo_start_xmit") || fn.returns.name === "netdev_tx_t")) return "transmit";
  if (structs !== "net_device" || fn.returns.name !== "int") return null;
  if (isIn("ndo_open")) return "open";
  return isIn("ndo_stop") ? "stop" : null;
}

/** What a handler is given, as its registration says: the last argument of `request_irq(irq, handler, flags, name, data)` and its kin; the object, and the member of it. */
export function handlerData(fn: CFunction, units: readonly Unit[]): Inside | null {
  for (const other of units.flatMap((unit) => unit.unit.functions)) {
    for (const { args } of namedCalls([other], /^(devm_)?request_(threaded_|any_context_)?irq$|^request_percpu_irq$|^kthread_(run|create)$/)) {
      const last = args.at(-1);
      if (!last || !args.some((arg) => arg.kind === "name" && arg.name === fn.name)) continue;
      const place = last.kind === "unary" && last.op === "&" ? last.operand : last;
      const root = place.kind === "member" ? rootOf(place) : place;
      const type = root.kind === "name" ? localTypes(other).get(root.name) : undefined;
      const struct = type?.pointers === 1 ? structOf(type) : null;
      if (struct === null || root.kind !== "name") continue;
      if (place.kind === "name") return { struct, member: "" };
      if (last.kind === "unary") return { struct, member: written(place).slice(root.name.length + 2) };
    }
  }
  return null;
}

/** Whether some registration names it as what runs in the interrupt itself, and not in a thread. */
export function isHardHandler(fn: CFunction, units: readonly Unit[]): boolean {
  const places: ReadonlyMap<string, number> = new Map([["request_irq", 1], ["request_threaded_irq", 1], ["devm_request_irq", 2], ["devm_request_threaded_irq", 2]]);
  return units.some((unit) => unit.unit.functions.some((other) => namedCalls([other], /^(devm_)?request_(threaded_)?irq$/).some(({ name, args }) => {
    const handler = args[places.get(name) ?? -1];
    return handler?.kind === "name" && handler.name === fn.name;
  })));
}

function rootOf(expr: Expr): Expr {
  let at = expr;
  while (at.kind === "member") at = at.object;
  return at;
}

/** The tables of functions that one is in, by the names of their members: `static const struct file_operations fops = { .open = foo_open, … };`. */
export function tablesWith(name: string, units: readonly Unit[]): readonly ReadonlyMap<string, string>[] {
  return units.flatMap((unit) => unit.unit.globals).flatMap(({ init }) => {
    if (init?.kind !== "init") return [];
    const table = new Map<string, string>();
    for (const { designator, value } of init.entries) {
      const slot = designator[0];
      const target = value.kind === "unary" && value.op === "&" ? value.operand : value;
      if (typeof slot === "string" && designator.length === 1 && target.kind === "name") table.set(slot, target.name);
    }
    return [...table.values()].includes(name) ? [table] : [];
  });
}

/** Whether an open() keeps something of its own in the file. */
export function setsPrivateData(fn: CFunction): boolean {
  let found = false;
  eachExpression(fn.body ?? [], (expr) => { if (expr.kind === "assign" && expr.target.kind === "member" && expr.target.field === "private_data") found = true; });
  return found;
}

/** Whether it shows or stores an attribute of a device. */
export const attributeOf = (fn: CFunction): "read" | "write" | null => (structsOf(fn).slice(0, 2).join() !== "device,device_attribute" ? null : fn.params.length === 3 ? "read" : fn.params.length === 4 ? "write" : null);

/** Whether it handles an interrupt: (irq, data). */
export const isInterrupt = (fn: CFunction): boolean => fn.returns.pointers === 0 && fn.returns.name === "irqreturn_t" && fn.params.length === 2;

/** Whether it is the callback of a notifier block, and what that block is in. */
export function notifierOf(fn: CFunction, units: readonly Unit[]): Inside | null {
  const [block] = fn.params;
  return fn.params.length === 3 && block && structsOf(fn)[0] === "notifier_block" ? outerOf(units, fn, block.name) : null;
}

/** Whether only one such call is ever under way: those of a module, and the probe() of a driver for one device. */
export function isOnce(fn: CFunction, units: readonly Unit[]): boolean {
  const unit = units.find((one) => one.unit.functions.includes(fn));
  const head = unit?.text.slice(fn.span.from, fn.nameSpan.to) ?? "";
  return /\b__(init|exit)\b/.test(head) || (unit !== undefined && new RegExp(`\\b\\w*_?initcall\\w*\\(\\s*${fn.name}\\s*\\)|\\bmodule_init\\(\\s*${fn.name}\\s*\\)`).test(unit.text)) || /(^|_)(probe|disconnect)(_|$)/.test(fn.name) || (/(^|_)(create|alloc|setup|init|add|register)(_|$)/.test(fn.name) && fn.returns.pointers === 0 && keepsItself(fn)) || (fn.params.length === 0 && /^init_|_init$/.test(fn.name));
}

/** Whether a function stores what it makes in what it is given: a second call would lose it. */
function keepsItself(fn: CFunction): boolean {
  const given = new Set(fn.params.filter((param) => param.type.pointers > 0).map((param) => param.name));
  let found = false;
  eachExpression(fn.body ?? [], (expr) => {
    if (expr.kind !== "assign" || expr.op !== "=") return;
    const root = expr.target.kind === "unary" && expr.target.op === "*" ? expr.target.operand : rootOf(expr.target);
    if (expr.target !== root && root.kind === "name" && given.has(root.name)) found = true;
  });
  return found;
}

/** What a work item's function takes its object from. */
export function workItem(fn: CFunction, units: readonly Unit[] = []): Inside | null {
  const [param] = fn.params;
  if (fn.params.length !== 1 || !param || structOf(param.type) !== "work_struct") return null;
  let found: { readonly struct: string; readonly member: string } | null = null;
  // Variables that stand for the delayed item around it.
  const delayed = new Set(callsOf(fn).flatMap(({ name, args, target }) => (name === "to_delayed_work" && args[0]?.kind === "name" && args[0].name === param.name ? target ?? [] : [])));
  eachExpression(fn.body ?? [], (expr) => {
    const entry = containerOf(expr);
    if (entry && (entry.from === param.name || entry.from.includes(`(${param.name})`) || delayed.has(entry.from))) found ??= { struct: entry.struct, member: entry.from === param.name ? entry.member : `${entry.member}.work` };
  });
  if (found !== null) return found;
  const inside = callbackOf(fn, param.name) ?? outerOf(units, fn, param.name);
  if (inside === null) return null;
  // A member that is a delayed item, taken by its own.
  return inside;
}

function structsOf(fn: CFunction): readonly (string | null)[] {
  return fn.params.map((param) => (param.type.pointers === 1 ? structOf(param.type) : null));
}
