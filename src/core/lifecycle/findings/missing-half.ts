// missing-half: what this function took is still held when it returns, and nobody else has it: no partner on this path.
// guard-leak: the same where a check that failed leads out, while the other way gives it back or hands it on.
import type { Held, Trail } from "./state.js";
import { GIVEN, rootOf, VALID } from "./state.js";
import { driverData } from "./values.js";
import type { Exit, FunctionContext, Rule } from "./rule.js";

export const missingHalf: Rule = {
  kind: "missing-half",
  exits(ctx, exits) {
    leftOwn(ctx, exits);
    leftOthers(ctx, exits);
  },
};

/** Objects that the function made or was given, which nobody else has seen. */
function leftOwn(ctx: FunctionContext, exits: readonly Exit[]): void {
  for (const exit of exits) {
    for (const [id, { owned, escaped, parkedIn, gone }] of exit.state.subjects) {
      if (owned === null || escaped || gone !== null || owned.row.managed || !exit.state.isHeld(owned.only)) continue;
      // What is returned is the caller's.
      if (exit.state.returned !== null && (rootOf(exit.state.returned) === id || exit.state.returned === driverData(id))) continue;
      const holder = parkedIn === "" ? null : exit.state.subject(parkedIn);
      // What is kept in an object that is itself left over is told with that object.
      if (holder !== null && (holder.owned === null || (holder.gone === null && exit.state.mayBeHeld(holder.owned.only)))) continue;
      // The device has its address; a block device is opened for whoever has it open already.
      if (!exit.failed && /^(dma_(alloc|pool)|blkdev_get)/.test(owned.row.call)) continue;
      // What was switched on stays on where all went well, and nobody has to have it by name.
      if (!exit.failed && exit.state.holds.has(`enable ${id}`)) continue;
      const handled = exits.filter((other) => other !== exit && isHandled(other, id));
      if (handled.some((other) => isSkippedCleanup(exit, other, id))) continue;
      const otherWay = handled.length > 0;
      // On a way that ends well, who keeps it may depend on more than paths can tell.
      if (!exit.failed && exits.some((other) => other.state.subjects.get(id)?.escaped === true)) continue;
      report(ctx, exit, owned, id, otherWay);
    }
  }
}

/** Holds on objects of others: told only where another error path of the same function gives the same thing back. */
function leftOthers(ctx: FunctionContext, exits: readonly Exit[]): void {
  const errors = exits.filter((exit) => exit.failed);
  for (const exit of errors) {
    for (const [key, held] of exit.state.holds) {
      // Entries of an array are not told apart.
      if ((held.row.returnsArgument || held.known === true) && (exit.state.bitsOf(key.slice(key.indexOf(" ") + 1)) & VALID) === 0) continue;
      if (held.row.managed || key.includes("[") || held.label.includes("[") || !exit.state.isHeld(held.only)) continue;
      if (held.row.effect === "initialize") {
        report(ctx, exit, held, key.slice(key.indexOf(" ") + 1), false);
        continue;
      }
      // The device gives back all that it was given, once it is managed (drivers/pci/devres.c).
      if (held.row.header === "linux/pci.h" && isManagedDevice(ctx, exit, key.slice(key.indexOf(" ")))) continue;
      // What was registered belongs to those whom it was registered with.
      const value = key.slice(key.indexOf(" ") + 1);
      if (held.known === true && [...exit.state.holds].some(([other, one]) => other.startsWith("on ") && other.endsWith(` ${value}`) && exit.state.isHeld(one.only))) continue;
      const about = held.known === true ? key.slice(key.indexOf(" ") + 1) : key;
      const givers = errors.filter((other) => other !== exit && !other.state.holds.has(key) && wasGivenBack(other, held, about) && isStoredAlike(exit, other, about) && !isAnswered(exit, other, held, about));
      if (givers.length > 0 && !givers.some((other) => isSkippedCleanup(exit, other, about))) report(ctx, exit, held, about, true);
    }
  }
}

function isManagedDevice(ctx: FunctionContext, exit: Exit, value: string): boolean {
  const { text } = ctx.where.file;
  for (let step = exit.state.trail; step !== null; step = step.before) if (step.note === "acquired" && step.about.endsWith(value) && text.startsWith("pcim_enable_device", step.span.from)) return true;
  return false;
}

function report(ctx: FunctionContext, exit: Exit, held: Held, about: string, otherWay: boolean): void {
  const kind = otherWay && exit.failed ? "guard-leak" : "missing-half";
  ctx.report({ kind, object: held.label, call: held.row.call, other: "", span: exit.span, about, trail: exit.state.trail });
}

/**
 * True where this way leads past `if (flag) give_back(x);` as the other one leads through it, and both go on alike to the same return: what the flag
 * has to do with what was taken is more than paths can tell.
 */
export function isSkippedCleanup(exit: Exit, other: Exit, about: string): boolean {
  if (exit.span.from !== other.span.from) return false;
  const behind = new Set<number>();
  let step: Trail | null = other.state.trail;
  for (; step !== null && !((step.note === "released" || step.note === "unlocked") && step.about === about); step = step.before) if (isDecision(step)) behind.add(step.span.from);
  while (step !== null && !isDecision(step)) step = step.before;
  if (step === null) return false;
  for (let own: Trail | null = exit.state.trail; own !== null; own = own.before) {
    if (!isDecision(own)) continue;
    if (own.span.from === step.span.from) return own.note !== step.note;
    if (!behind.has(own.span.from)) return false;
  }
  return false;
}

function isDecision(step: Trail): boolean {
  return step.note === "true" || step.note === "false";
}

/** True where the same object was given back or handed on. */
function isHandled(exit: Exit, id: string): boolean {
  const subject = exit.state.subjects.get(id);
  return subject !== undefined && (subject.gone !== null || subject.escaped);
}

/**
 * True where the last call that was given the object answered one way on the other path, which then gave it back, and the other way on this one: who gives back what
 * was refused may mean that it is in other hands where it was taken.
 */
function isAnswered(exit: Exit, other: Exit, held: Held, root: string): boolean {
  if (held.known !== true) return false;
  let step: Trail | null = other.state.trail;
  while (step !== null && !(step.note === "released" && step.about === root)) step = step.before;
  const there = lastAnswer(step, root, null);
  const here = there === null ? null : lastAnswer(exit.state.trail, root, there.given);
  return there !== null && here !== null && there.decision.span.from === here.decision.span.from && there.decision.note !== here.decision.note;
}

/** The last call up to a step that was given an object, or the last at a place, with the decision that came next; null when there is none. */
function lastAnswer(from: Trail | null, root: string, at: number | null): { readonly given: number; readonly decision: Trail } | null {
  let decision: Trail | null = null;
  for (let step = from; step !== null; step = step.before) {
    if (isDecision(step)) decision = step;
    const isGiven = step.about.startsWith(GIVEN) && step.about.slice(GIVEN.length).split(" ").includes(root);
    // What gives it back is given it as well, behind every decision.
    if (isGiven && decision !== null && (at === null || step.span.from === at)) return { given: step.span.from, decision };
  }
  return null;
}

/** True where the other path, which gave it back, had put it wherever this one did: what somebody has a pointer to may be somebody else's. */
function isStoredAlike(exit: Exit, other: Exit, id: string): boolean {
  const stores = (one: Exit): Set<number> => {
    const found = new Set<number>();
    for (let step = one.state.trail; step !== null; step = step.before) if (step.about === `store ${id}`) found.add(step.span.from);
    return found;
  };
  const there = stores(other);
  return [...stores(exit)].every((at) => there.has(at));
}

/** True when this path took the same thing at the same place and gave it back. */
function wasGivenBack(exit: Exit, held: Held, key: string): boolean {
  let isBack = false;
  for (let step: Trail | null = exit.state.trail; step !== null; step = step.before) {
    // It was made anew since: what was given back is another one.
    if (step.note === "acquired" && step.span.from !== held.span.from && step.about === key.slice(key.indexOf(" ") + 1)) return false;
    // Who clears a pointer behind that, or makes the thing anew, has others in mind who would give it back.
    if (step.about === `clear ${key.slice(key.indexOf(" ") + 1)}`) return false;
    if (step.about !== key) continue;
    if (step.note === "released") isBack = true;
    if (step.note === "acquired" && step.span.from === held.span.from) return isBack;
  }
  return false;
}
