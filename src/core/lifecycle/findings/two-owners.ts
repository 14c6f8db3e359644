// two-owners: memory is freed directly although a counted object that lies in it was started, whose last reference is what frees it.
import type { Rule } from "./rule.js";

export const twoOwners: Rule = {
  kind: "two-owners",
  gone(ctx, { state, id, member, row, call, span, label, frees }) {
    if (!frees || member !== "" || row === null) return;
    for (const [name, { row: start, only }] of state.subject(id).started) {
      // Only what has a name of its own in sysfs keeps memory besides the count (Documentation/driver-api/driver-model/device.rst).
      if (start.kind !== "device" && start.call !== "kobject_init_and_add") continue;
      if (!state.isHeld(only)) continue;
      ctx.report({ kind: "two-owners", object: label, call, other: name === "" ? start.call : name, span, about: id, trail: state.trail });
      return;
    }
  },
};
