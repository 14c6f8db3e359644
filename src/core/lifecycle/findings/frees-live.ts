// frees-live: an object is freed that is still on a list, or that the function goes on to return.
import type { Rule } from "./rule.js";
import { rootOf } from "./state.js";

export const freesLive: Rule = {
  kind: "frees-live",
  exits(ctx, exits) {
    for (const { state } of exits) {
      for (const [id, { gone, listed }] of state.subjects) {
        if (gone?.frees !== true) continue;
        const places = [...listed.keys()];
        if (state.returned !== null && rootOf(state.returned) === id) places.push("return");
        if (places.length === 0) continue;
        ctx.report({ kind: "frees-live", object: gone.label, call: gone.call, other: places.join(", "), span: gone.span, about: id, trail: state.trail });
      }
    }
  },
};
