// Writes a scenario for chosen functions: what their parameters need is set up, and each usual shape gets the calls that go with it.
import type { CFunction } from "../c/ast.js";
import type { Unit } from "./compile/link.js";
import { eachExpression } from "./compile/walk.js";
import type { Lack } from "./lacks.js";
import { fieldsOf, structOf } from "./skeleton-facts.js";
import { callbackOf, type Inside, outerOf } from "./skeleton-objects.js";
import { attributeOf, netOperation, BUS_DEVICES, deviceOf, isFileOpen, isFileRelease, isHardHandler, isInterrupt, isOnce, isOnFile, namedCalls, notifierOf, reached, setsPrivateData, workItem } from "./skeleton-callbacks.js";
import { isManagedHandler, releaseAll, unbinds } from "./skeleton-managed.js";
import { creatorOf, isLeft, makerOf, openOf } from "./skeleton-made.js";
import { type Departure, departureOf } from "./skeleton-notifiers.js";
import { endText, type Operations, operationsOf } from "./skeleton-operations.js";
import { publishedBy, takesOut } from "./skeleton-published.js";
import { registeredLines } from "./skeleton-registered.js";
import { ownReference } from "./skeleton-ready.js";
import { SkeletonDraft } from "./skeleton-draft.js";
import { skeletonText } from "./skeleton-text.js";
import { lookupTexts } from "./skeleton-lookups.js";
import { limitsOf } from "./skeleton-limits.js";
import { PAIRS, READY, stem } from "./skeleton-tables.js";
import type { Wish } from "./skeleton-wishes.js";
import type { SourceText } from "./types.js";

/** More CPUs than this are too many to look at. */
const MOST_CPUS = 4;

/**
 * The scenario's text. `units` are the files of the code as they were read; a name that they do not have is left out. A run of it is meant to need no edit for functions
 * over one object: get and put, open and release, work items, timers; what they do with it is for a person to make more of. `lacks` are what a run of an earlier text missed.
 */
export function writeSkeleton(units: readonly Unit[], names: readonly string[], { lacks, wishes, isMade }: Plan = { lacks: [], wishes: [], isMade: false }): SourceText {
  return new Skeleton(units, names, lacks, wishes, isMade).write();
}

/** What runs of an earlier text have missed, what would lead the functions further, and whether the code's own probe() makes their objects. */
export interface Plan { readonly lacks: readonly Lack[]; readonly wishes: readonly Wish[]; readonly isMade: boolean }

class Skeleton extends SkeletonDraft {
  write(): SourceText {
    const functions = this.chosen.map((one) => one.fn);
    const left = new Set(functions);
    for (const fn of [...this.sharedFile(functions), ...this.netDevice(functions)]) left.delete(fn);
    for (const fn of functions) {
      if (!left.has(fn)) continue;
      const pair = PAIRS.find(([take]) => take.test(fn.name));
      const other = pair && functions.find((one) => left.has(one) && one !== fn && pair[1].test(one.name) && stem(one.name, pair[1]) === stem(fn.name, pair[0]));
      if (other) {
        left.delete(fn);
        left.delete(other);
        const found = isFileOpen(fn) && isFileOpen(other) ? deviceOf(fn, this.units) : null;
        const device = functions.length > 2 || found?.kind === "misc" ? found : null;
        if (device) this.file(fn, other, device, functions);
        else this.pair(fn, other, functions);
      }
    }
    for (const fn of functions) if (left.has(fn)) this.alone(fn);
    this.texts.push(...lookupTexts(functions, this.units, (struct) => this.object(struct)).filter((text) => !this.texts.includes(text)));
    this.publish(functions);
    if (!this.setup.some((line) => /\bdevice_add\(|cdev_add\(/.test(line))) this.setup.push(...registeredLines(functions, this.units, (struct) => this.object(struct)));
    this.nested();
    const made = this.isMade ? this.made(functions) : new Set<string>();
    this.fill();
    this.setup.push(...limitsOf(functions, this.units));
    // Two items may run at once where their queue has more than one worker, as those of the system have.
    if (this.workItems > 0) this.cpus.push({ title: "worker", body: ["run_work_items();"] });
    if (this.workItems > 1) this.cpus.push({ title: "second worker", body: ["run_work_items();"] });
    if (this.timers) this.cpus.push({ title: "timers", body: ["run_timers();"] });
    const name = functions[0]?.name.replaceAll("_", "-") ?? "new";
    return { name: `scenarios/${name}.c`, text: skeletonText({ name, chosen: functions, units: this.units, cpus: this.cpus.slice(0, MOST_CPUS), objects: this.objects, made, plain: this.plain, setup: [...this.setup, ...this.late], finish: this.finish, texts: this.texts, alones: this.alones, lacks: this.lacks }) };
  }

  /** Has the code's own functions make its objects: what would do so by hand goes, but for what starts something. Gives the structs of these. */
  private made(functions: readonly CFunction[]): ReadonlySet<string> {
    const made = new Map<string, readonly string[]>();
    const makers: CFunction[] = [];
    const maker = makerOf(functions, this.units);
    const structs = [...maker?.found.keys() ?? []].filter((struct) => this.objects.has(struct));
    if (maker !== null && structs.length > 0) {
      makers.push(maker.fn);
      const device = this.object(maker.given);
      const { call, declares } = this.call(maker.fn, null);
      // No handler runs before it is requested.
      const begin = [...(functions.some(isInterrupt) ? ["irq_gone = 1;"] : []), ...declares, `__assume(!${call});`];
      structs.forEach((struct, at) => {
        const variable = this.object(struct);
        made.set(struct, [...(at === 0 ? begin : []), `${variable} = ${(maker.found.get(struct) ?? "").replaceAll("$", device)};`, `__assume(${variable});`]);
      });
    }
    for (const [struct, variable] of [...this.objects]) {
      const creator = made.has(struct) || BUS_DEVICES.has(struct) || READY.has(struct) ? null : creatorOf(struct, functions, this.units);
      if (creator === null) continue;
      makers.push(creator.fn);
      const { call, declares } = this.call(creator.fn, null);
      made.set(struct, [...declares, `${variable} = ${call};`, `__assume(!IS_ERR_OR_NULL(${variable}));`]);
      if (creator.destroy === null) this.alones++;
      else this.finish.push(`if (${variable} && __live(${variable}))`, `\t${creator.destroy.name}(${variable});`);
    }
    const variables = [...made.keys()].map((struct) => this.object(struct));
    const kept = this.setup.filter((line) => isLeft(line, variables, makers, this.units));
    this.setup.splice(0, this.setup.length, ...[...made.values()].flat(), ...kept);
    return new Set(made.keys());
  }

  /** What takes and what gives back on one CPU, and the same once more against it. */
  private pair(take: CFunction, give: CFunction, functions: readonly CFunction[]): void {
    const { call, result, declares } = this.call(take, null);
    const struct = structOf(take.returns);
    const gives = (held: string | null): string => `${this.call(give, held).call};`;
    let body: string[];
    if (struct !== null && take.returns.pointers > 0) body = [`struct ${struct} *held = ${call};`, "", "if (!IS_ERR_OR_NULL(held))", `\t${gives("held")}`];
    else if (take.returns.name === "void" && take.returns.pointers === 1) body = [`void *held = ${call};`, "", "if (!IS_ERR_OR_NULL(held))", `\t${gives("held")}`];
    else if (result === "void") body = [`${call};`, gives(null)];
    else if (result === "bool" || /try|unless|not_zero/.test(take.name)) body = [`if (${call})`, `\t${gives(null)}`];
    else body = [`if (!${call})`, `\t${gives(null)}`];
    body = [...body, ...this.coreAfter(give)];
    const isOpen = [take, give].every((fn) => fn.params.some((param) => structOf(param.type) === "file")) && reached(take, this.units).some(setsPrivateData);
    // Each open() has a file of its own.
    const lines = isOpen ? ["struct file file = { 0 };", "", ...body.map((line) => line.replaceAll(/\bthe_file\b/g, "&file"))] : [...declares, ...(declares.length > 0 ? [""] : []), ...body];
    if (isOpen) this.objects.delete("file");
    this.cpus.push({ title: `${take.name}, ${give.name}`, body: lines });
    // Who is found has a reference of its own since it was made: it is given back by somebody.
    const isFound = functions.length === 2 && struct !== null && publishedBy(functions, this.units).some((one) => one.struct === struct) && takesOut(reached(give, this.units));
    if (isFound) this.cpus.push({ title: `${give.name}, the last one`, body: [gives(this.object(struct))] });
    // A module is not loaded twice, and a device is not bound again before it is unbound.
    else if (!isOnce(take, this.units)) this.cpus.push({ title: "the same", body: lines });
  }

  /** Open and release of a file, as the kernel calls them, on a device that the other functions may take away. */
  private file(open: CFunction, release: CFunction | null, device: NonNullable<ReturnType<typeof deviceOf>>, functions: readonly CFunction[]): void {
    const variable = this.object(device.struct);
    const inode = this.object("inode");
    const place = `${variable}->${device.member}`;
    const isDeclared = fieldsOf(this.units, device.struct).some((field) => field.name === device.member);
    this.texts.push(`static const struct file_operations the_operations = {\n\t.open = ${open.name},\n${release === null ? "" : `\t.release = ${release.name},\n`}};\n`);
    if (device.kind === "misc") this.setup.push(`${place}.fops = &the_operations;`, `misc_register(&${place});`);
    else {
      this.setup.push(isDeclared ? `${place}.ops = &the_operations;` : `cdev_init(&${place}, &the_operations);`);
      const parent = namedCalls(functions.flatMap((fn) => reached(fn, this.units)), /^cdev_device_del$/)[0]?.args[1];
      const member = parent?.kind === "unary" && parent.operand.kind === "member" ? parent.operand.field : null;
      if (member === null) this.setup.push(`cdev_add(&${place}, MKDEV(1, 0), 1);`);
      else this.setup.push(`${variable}->${member}.devt = MKDEV(1, 0);`, `cdev_device_add(&${place}, &${variable}->${member});`);
    }
    const opens = device.kind === "misc" ? `misc_file_open(&file, ${inode}, &${place})` : `file_open(&file, ${inode})`;
    const cpu = { title: release === null ? open.name : `${open.name}, ${release.name}`, body: ["struct file file = { 0 };", "", `if (!${opens})`, "\tfput(&file);"] };
    this.cpus.push(cpu);
    if (functions.length === 2 && release !== null) this.cpus.push({ ...cpu, title: "the same" });
  }

  /** Calls on an open file against its release(), which the last of them makes: open() first, where it is among them. Gives the functions that are taken care of. */
  private sharedFile(functions: readonly CFunction[]): readonly CFunction[] {
    const close = functions.find((fn) => isFileRelease(fn, this.units));
    const users = functions.filter((fn) => isOnFile(fn));
    if (!close || users.length === 0) return [];
    const own = functions.find((fn) => fn !== close && isFileOpen(fn) && !isFileRelease(fn, this.units));
    const open = own ?? (this.isMade ? openOf(close, this.units) : null);
    const file = this.object("file");
    const inode = this.object("inode");
    this.texts.push(`static const struct file_operations the_operations = {\n\t.release = ${close.name},\n};\n`);
    this.setup.push(`${file}->f_inode = ${inode};`, `${file}->f_op = &the_operations;`);
    this.call(close, null);
    if (open) this.opened(open, file);
    else this.alones++;
    for (const fn of users) {
      const { call, declares } = this.call(fn, null);
      this.cpus.push({ title: fn.name, body: [...declares, ...(declares.length > 0 ? [""] : []), `if (file_enter_call(${file})) {`, `\t${call};`, `\tfput(${file});`, "}"] });
    }
    this.cpus.push({ title: `${close.name}, unless a call is under way`, body: [`fput(${file});`] });
    // The reference of the open file on its device, which fput() gives back.
    const device = this.setup.find((line) => line.startsWith(`${inode}->i_cdev = `));
    if (device !== undefined) this.setup.push(`cdev_get(${inode}->i_cdev);`);
    return [close, ...users, ...(own ? [own] : [])];
  }

  /** Operations of a network device: open() and stop() under the RTNL, packets only while it is not stopped. Gives the functions that are taken care of. */
  private netDevice(functions: readonly CFunction[]): readonly CFunction[] {
    const [open, stop, transmit] = (["open", "stop", "transmit"] as const).map((what) => functions.find((fn) => netOperation(fn, this.units) === what));
    const found = [open, stop, transmit].flatMap((fn) => fn ?? []);
    if (found.length < 2) return [];
    const dev = this.object("net_device");
    if (open && stop) {
      const body = [`if (!net_device_open(${dev}, ${open.name}))`, `\tnet_device_stop(${dev}, ${stop.name});`];
      this.cpus.push({ title: `${open.name}, ${stop.name}`, body }, ...(transmit ? [] : [{ title: "the same", body }]));
    } else {
      this.alones++;
      if (open) this.cpus.push({ title: open.name, body: [`net_device_open(${dev}, ${open.name});`] });
      if (stop) this.cpus.push({ title: stop.name, body: [`net_device_stop(${dev}, ${stop.name});`] });
    }
    if (transmit) {
      this.cpus.push({ title: transmit.name, body: [`net_device_transmit(${this.object("sk_buff")}, ${dev}, ${transmit.name});`] });
      // Nothing is sent before the device was brought up.
      if (open) this.setup.push("transmit_stopped = 1;");
      this.alones++;
    }
    return found;
  }

  /** open() in setup(), which goes well. */
  private opened(open: CFunction, file: string): void {
    const device = deviceOf(open, this.units);
    const { call, declares } = this.call(open, null);
    if (device?.kind === "misc") this.setup.push(`${file}->private_data = &${this.object(device.struct)}->${device.member};`);
    this.setup.push(...declares, `__assume(!${call});`);
  }

  /** A file is open when others begin, and has its reference on the device. */
  private openedBefore(open: CFunction): void {
    const file = this.object("file");
    const inode = this.object("inode");
    if (this.setup.includes(`${file}->f_inode = ${inode};`)) return;
    this.setup.push(`${file}->f_inode = ${inode};`);
    this.opened(open, file);
    const device = deviceOf(open, this.units);
    if (device?.kind === "cdev") this.setup.push(`cdev_get(${inode}->i_cdev);`);
  }

  /** A callback that its registration keeps: false when it is none. */
  private callback(fn: CFunction): boolean {
    const access = attributeOf(fn);
    if (access !== null) {
      const { args, declares } = this.call(fn, null);
      this.cpus.push({ title: fn.name, body: [...declares, ...(declares.length > 0 ? [""] : []), `attribute_${access}(${[...args, fn.name].join(", ")});`] });
      return true;
    }
    if (isInterrupt(fn)) {
      const { args, declares } = this.call(fn, null);
      const bus = this.busDevice();
      // Of those that go with the device, so does the handler: after what was taken before it.
      if (bus !== null && isManagedHandler(fn, this.units) && this.chosen.some((one) => unbinds(one.fn, this.units))) this.setup.push(`devm_request_irq(&${this.object(bus)}->dev, 0, ${fn.name}, 0, "name", ${args.at(-1) ?? "NULL"});`);
      this.cpus.push({ title: fn.name, body: [...declares, ...(declares.length > 0 ? [""] : []), `${isHardHandler(fn, this.units) ? "irq_raise_hard" : "irq_raise"}(${[fn.name, ...args].join(", ")});`] });
      return true;
    }
    const operations = notifierOf(fn, this.units) === null ? this.operations(fn) : null;
    if (operations !== null) {
      this.texts.push(...operations.ends.map(endText).filter((text) => !this.texts.includes(text)));
      const { call, declares } = this.call(fn, null);
      this.cpus.push({ title: fn.name, body: [...declares, ...(declares.length > 0 ? [""] : []), "if (callback_enter()) {", `\t${call};`, "\tcallback_leave();", "}"] });
      return true;
    }
    const block = notifierOf(fn, this.units);
    if (block === null) return false;
    const place = `${this.object(block.struct)}->${block.member}`;
    const { chain, calls } = this.departure(block);
    const kind = chain?.kind ?? "blocking";
    const head = chain === null ? "the_chain" : chain.place.replace("$", chain.owner === null ? "" : this.object(chain.owner));
    if (chain === null) this.texts.push("/* Stands for the chain that nobody shows. */\nstatic BLOCKING_NOTIFIER_HEAD(the_chain);\n");
    for (const { name, args } of calls) {
      const given = args.find((arg) => arg.endsWith("*block")) === undefined ? `&${place}` : "block";
      this.texts.push(`int ${name}(${args.join(", ")})\n{\n\treturn blocking_notifier_chain_unregister(&the_chain, ${given});\n}\n`);
    }
    // What leads to the chain.
    const steps = head.split("->");
    for (let at = 2; at < steps.length; at++) this.point(steps.slice(0, at).join("->"));
    this.setup.push(`${place}.notifier_call = ${fn.name};`);
    // Who calls it does not come to the chain through what remove() may free.
    const isInside = chain !== null && chain.owner !== null;
    if (isInside) {
      this.texts.push(`static struct ${kind}_notifier_head *the_chain;\n`);
      this.late.push(`the_chain = &${head};`, `${kind.toUpperCase()}_INIT_NOTIFIER_HEAD(the_chain);`);
    }
    const at = isInside ? "the_chain" : `&${head}`;
    this.late.push(`${kind}_notifier_chain_register(${at}, &${place});`);
    this.cpus.push({ title: fn.name, body: [`${kind}_notifier_call_chain(${at}, ${this.wished(fn, fn.params[1]?.name ?? "") ?? "1"}, NULL);`] });
    return true;
  }

  /** Callbacks of a subsystem that somebody ends. */
  private operations(fn: CFunction): Operations | null {
    const found = operationsOf(fn, this.chosen.flatMap((one) => (one.fn === fn ? [] : one.fn)), this.units);
    return found !== null && (found.ends.length > 0 || found.withDevice) ? found : null;
  }

  private departure(block: Inside): Departure {
    return departureOf(block, this.chosen.map((one) => one.fn), this.units);
  }

  private ownReference(fn: CFunction, struct: string): readonly string[] {
    return ownReference(fn, this.chosen.map((one) => one.fn).filter((other) => other !== fn), this.units, struct, this.object(struct));
  }

  private alone(fn: CFunction): void {
    const item = workItem(fn, this.units);
    if (item && this.isBegun(fn)) {
      this.workItems++;
      return;
    }
    if (item) {
      const variable = this.object(item.struct);
      const member = `${variable}->${item.member.replace(/\.work$/, "")}`;
      this.setup.push(item.member.endsWith(".work") ? `INIT_DELAYED_WORK(&${member}, ${fn.name});` : `INIT_WORK(&${member}, ${fn.name});`);
      // Queued before anything else runs: whoever cancels it finds it waiting, running or done.
      this.setup.push(item.member.endsWith(".work") ? `schedule_delayed_work(&${member}, 0);` : `schedule_work(&${member});`);
      this.setup.push(...this.ownReference(fn, item.struct));
      this.workItems++;
      return;
    }
    const timer = fn.params.length === 1 && fn.params[0] && structOf(fn.params[0].type) === "timer_list" ? callbackOf(fn, fn.params[0].name) ?? outerOf(this.units, fn, fn.params[0].name) : null;
    if (timer && this.isBegun(fn)) {
      this.timers = true;
      return;
    }
    if (timer) {
      const member = `${this.object(timer.struct)}->${timer.member}`;
      this.setup.push(`timer_setup(&${member}, ${fn.name}, 0);`);
      this.setup.push(`mod_timer(&${member}, 1);`, ...this.ownReference(fn, timer.struct));
      this.timers = true;
      return;
    }
    this.alones++;
    if (this.callback(fn)) return;
    const open = this.isMade && isOnFile(fn) ? openOf(fn, this.units) : null;
    if (open !== null && !this.chosen.some((one) => one.fn === open)) this.openedBefore(open);
    // The open of a device that others take away is called by that: under a lock, or with a reference of its own.
    const device = isFileOpen(fn) && !isFileRelease(fn, this.units) ? deviceOf(fn, this.units) : null;
    const isTaken = namedCalls(this.chosen.flatMap((one) => reached(one.fn, this.units)), /^cdev_(device_)?del$/).length > 0;
    if (device?.kind === "misc" || (device !== null && isTaken)) {
      this.file(fn, null, device, this.chosen.map((one) => one.fn));
      return;
    }
    const { call, declares } = this.call(fn, null);
    const struct = structOf(fn.returns);
    const body = struct !== null && fn.returns.pointers > 0 ? [`struct ${struct} *made = ${call};`, "", "if (!IS_ERR_OR_NULL(made))", "\t__keep(made);"] : [`${call};`];
    this.cpus.push({ title: fn.name, body: [...declares, ...(declares.length > 0 ? [""] : []), ...this.coreBefore(fn), ...body, ...this.coreAfter(fn)] });
  }

  /** Whether other chosen functions make an item or a timer of a function, and start something: then it does not run before that. */
  private isBegun(fn: CFunction): boolean {
    const others = [...new Set(this.chosen.flatMap((one) => (one.fn === fn ? [] : reached(one.fn, this.units))))].filter((one) => one !== fn);
    const made = namedCalls(others, /^(INIT_WORK|INIT_DELAYED_WORK|timer_setup)$/).some(({ args }) => args[1]?.kind === "name" && args[1].name === fn.name);
    return made && namedCalls(others, /^(mod_timer|add_timer|schedule_|queue_)/).length > 0;
  }

  /** What the driver core does before it calls a driver's remove(): the attributes that the driver's structure lists go first (drivers/base/dd.c). */
  private coreBefore(fn: CFunction): readonly string[] {
    const unit = this.chosen.find((one) => one.fn === fn)?.unit;
    const bus = fn.params.length === 1 && BUS_DEVICES.has(structOf(fn.params[0]?.type ?? fn.returns) ?? "") ? this.busDevice() : null;
    const isRemove = unit !== undefined && new RegExp(`\\.(remove|disconnect)(_new)?\\s*=\\s*${fn.name}\\b`).test(unit.text);
    return bus !== null && isRemove && /\.dev_groups\s*=/.test(unit.text) && this.chosen.some((one) => attributeOf(one.fn) !== null) ? [`device_remove_groups(&${this.object(bus)}->dev, NULL);`] : [];
  }

  /** What it does after that: what was taken for the device goes. Attributes that the code does not take away by itself have gone by then, however they were added. */
  private coreAfter(fn: CFunction): readonly string[] {
    if (!unbinds(fn, this.units)) return [];
    const device = this.object(this.busDevice() ?? "");
    const added = this.chosen.some((one) => attributeOf(one.fn) !== null) && this.coreBefore(fn).length === 0 && namedCalls(reached(fn, this.units), /^(sysfs_remove_|device_remove_)/).length === 0;
    const blocks = this.chosen.flatMap((one) => notifierOf(one.fn, this.units) ?? []).filter((block) => this.departure(block).withDevice);
    const taken = blocks.map((block) => `blocking_notifier_chain_unregister(&the_chain, &${this.object(block.struct)}->${block.member});`);
    const called = this.chosen.some((one) => one.fn !== fn && this.operations(one.fn)?.withDevice === true) ? ["callbacks_end();"] : [];
    return [...called, ...(added ? [`device_remove_groups(&${device}->dev, NULL);`] : []), ...taken, releaseAll(device)];
  }

  /** What a run of the text before has missed: pointers to what their type or their use names, else to plain memory. */
  private fill(): void {
    for (const wish of this.wishes) {
      const variable = wish.kind === "argument" || wish.struct === null ? "" : this.objects.get(wish.struct);
      if (wish.kind === "argument" || variable === undefined) continue;
      const place = wish.place.replaceAll("$", variable);
      if (wish.kind === "pointer") this.point(place);
      else this.setup.push(wish.with === "" ? `${place} = ${wish.value};` : wish.with.replaceAll("$", variable));
    }
    for (const { kind, place, take, cpu } of this.lacks) {
      if (place === null) continue;
      if (kind === "list") this.setup.push(`INIT_LIST_HEAD(&${place});`);
      else if (kind === "function") this.setup.push(`${place} = (void *)nothing;`);
      else if (kind === "number") this.setup.push(`${place} = 1;`);
      else if (kind === "pointer") this.point(place);
      else if (kind === "lock") {
        const body = this.cpus[cpu]?.body ?? [];
        const at = body.findIndex((line) => !/^(struct|long|int|u\d+|unsigned|char|bool)\b[^=]*(= \{ 0 \}|= 0)?;$/.test(line) && line !== "");
        if (this.cpus[cpu]) this.cpus[cpu] = { title: this.cpus[cpu].title, body: [...body.slice(0, Math.max(0, at)), `${take}(&${place});`, ...body.slice(Math.max(0, at))] };
      }
    }
  }

  /** Puts each object where the chosen functions look for it, before anything runs. */
  private publish(functions: readonly CFunction[]): void {
    const lines = publishedBy(functions, this.units).filter(({ owner }) => owner !== "device" || this.busDevice() === null)
      .map(({ struct, owner, line }) => line.replaceAll("$owner", owner === null ? "" : this.object(owner)).replaceAll("$", this.object(struct)));
    this.setup.unshift(...lines.filter((line, at) => !this.setup.includes(line) && lines.indexOf(line) === at));
  }

  /** Objects that the chosen functions reach through a member of their own one, where a visible line says what that points to. */
  private nested(): void {
    for (const { fn } of this.chosen) {
      eachExpression(fn.body ?? [], (expr) => {
        if (expr.kind !== "member" || !expr.arrow || expr.object.kind !== "member" || !expr.object.arrow || expr.object.object.kind !== "name") return;
        const { field, object } = expr.object;
        const owner = fn.params.find((param) => param.name === object.name);
        const struct = owner && owner.type.pointers === 1 ? structOf(owner.type) : null;
        const member = struct === null ? undefined : fieldsOf(this.units, struct).find((one) => one.name === field);
        const target = member && member.type.pointers === 1 && member.type.arrays.length === 0 && !member.type.params ? structOf(member.type) : null;
        if (struct === null || target === null || target === struct) return;
        const line = `${this.object(struct)}->${field} = ${this.object(target)};`;
        if (!this.setup.includes(line)) this.setup.push(line);
      });
    }
  }
}
