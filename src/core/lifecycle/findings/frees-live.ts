// frees-live: an object is freed that is still on a list, or that the function goes on to return.
import type { Rule } from "./rule.js";
import { IN_ARRAY, rootOf } from "./state.js";

export const freesLive: Rule = {
  kind: "frees-live",
  exits(ctx, exits) {
    for (const { state } of exits) {
      for (const [id, { gone, listed, parkedIn }] of state.subjects) {
        if (gone?.frees !== true || id.includes("[") || parkedIn === IN_ARRAY) continue;
        // A list that goes with its owner needs no removal.
        const places = [...listed].filter(([, { holder, only }]) => state.isHeld(only) && holder !== id && state.subject(holder).gone === null && (state.subject(holder).owned === null || state.subject(holder).escaped)).map(([member]) => member);
        if (state.returned !== null && rootOf(state.returned) === id) places.push("return");
        if (places.length === 0) continue;
        ctx.report({ kind: "frees-live", object: gone.label, call: gone.call, other: places.join(", "), span: gone.span, about: id, trail: state.trail });
      }
    }
  },
};
