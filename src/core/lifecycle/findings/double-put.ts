// double-put: memory is freed twice on one path, or a reference is dropped that this function had already dropped.
import type { Exit, FunctionContext, Rule } from "./rule.js";
import type { Trail } from "./state.js";

export const doublePut: Rule = {
  kind: "double-put",
  gone(ctx, { state, id, member, call, span, label, frees }) {
    const { gone } = state.subject(id);
    if (gone === null || (member !== "" && frees)) return;
    ctx.report({ kind: "double-put", object: label, call, other: gone.call, span, cause: gone.span, about: id, trail: state.trail });
  },
  exits(ctx, exits) {
    for (const exit of exits) if (exit.failed) countGiven(ctx, exit);
  },
};

/**
 * What a failing path took once and gave back twice by the same call: told where nothing lies between the two that could have taken it again. On ways that end
 * well, the second one may be for what was taken before the function; and whoever takes one more
 * reference to what it was given finds others there.
 */
function countGiven(ctx: FunctionContext, exit: Exit): void {
  const steps: Trail[] = [];
  for (let step = exit.state.trail; step !== null; step = step.before) steps.unshift(step);
  const held = new Map<string, number>();
  const given = new Map<string, Trail>();
  for (const step of steps) {
    const { note, about } = step;
    // A registration is a thing of its own beside the references to what is registered.
    const key = about.startsWith("on ") ? about : about.slice(about.lastIndexOf(" ") + 1);
    if (note === "used") given.clear();
    else if (note === "acquired" && about.includes(" ") && !about.startsWith("enable ")) held.set(key, Number.POSITIVE_INFINITY);
    else if (note === "acquired") {
      held.set(key, (held.get(key) ?? 0) + 1);
      given.delete(key);
    } else if (note === "released" && about.includes(" ") && !about.includes("[")) {
      const value = about.slice(about.lastIndexOf(" ") + 1);
      const count = held.get(key) ?? 0;
      const first = given.get(key);
      if (count > 0) {
        held.set(key, count - 1);
        if (count === 1) given.set(key, step);
      } else if (first !== undefined && first.span.from !== step.span.from && callOf(ctx, first) === callOf(ctx, step) && !argumentOf(ctx, step).includes("[") && exit.state.subject(value).gone === null) {
        ctx.report({ kind: "double-put", object: argumentOf(ctx, step), call: callOf(ctx, step), other: callOf(ctx, first), span: step.span, cause: first.span, about, trail: step });
        given.delete(key);
      }
    }
  }
}

function callOf(ctx: FunctionContext, { span }: Trail): string {
  return /^\w*/.exec(ctx.where.file.text.slice(span.from, span.to))?.[0] ?? "";
}

/** What stands in the parentheses of the call. */
function argumentOf(ctx: FunctionContext, { span }: Trail): string {
  return ctx.where.file.text.slice(span.from, span.to).replace(/^\w*\s*\(|\)$/g, "").replace(/\s+/g, " ").trim();
}
