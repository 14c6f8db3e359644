// use-after-put: an object is used behind the call that freed it or dropped this function's only reference to it.
import type { Rule } from "./rule.js";

export const useAfterPut: Rule = {
  kind: "use-after-put",
  use(ctx, { state, id, span, label }) {
    const { gone } = state.subject(id);
    if (gone === null || gone.span.from === span.from) return;
    // The page is free, and its entry in the map of memory is still there (linux/mm_types.h).
    if (/^__free_pages?$/.test(gone.call)) return;
    ctx.report({ kind: "use-after-put", object: label, call: gone.call, other: "", span, cause: gone.span, about: id, trail: state.trail });
  },
  returned(ctx, { state, id, span, label }) {
    const { gone } = state.subject(id);
    // What was freed by name and is returned is told by frees-live.
    if (gone === null || gone.frees) return;
    ctx.report({ kind: "use-after-put", object: label, call: gone.call, other: "return", span, cause: gone.span, about: id, trail: state.trail });
  },
};
