// double-put: memory is freed twice on one path, or a reference is dropped that this function had already dropped.
import type { Rule } from "./rule.js";

export const doublePut: Rule = {
  kind: "double-put",
  gone(ctx, { state, id, member, call, span, label, frees }) {
    const { gone } = state.subject(id);
    if (gone === null || (member !== "" && frees)) return;
    ctx.report({ kind: "double-put", object: label, call, other: gone.call, span, cause: gone.span, about: id, trail: state.trail });
  },
};
