// no-destroy: an embedded object that owns memory of its own was set up and is not torn down before its surroundings are freed.
import type { Rule } from "./rule.js";

/** What their set-up allocates is lost with them (linux/srcu.h, percpu-refcount.h, percpu_counter.h, rhashtable.h, bio.h, mempool.h). */
const OWNS_MEMORY: ReadonlySet<string> = new Set(["init_srcu_struct", "percpu_ref_init", "percpu_counter_init", "rhashtable_init", "bioset_init", "mempool_init", "rhltable_init", "percpu_init_rwsem"]);

export const noDestroy: Rule = {
  kind: "no-destroy",
  gone(ctx, { state, id, member, call, span, label, frees }) {
    if (!frees || member !== "") return;
    for (const [name, { row, only }] of state.subject(id).started) {
      if (!OWNS_MEMORY.has(row.call) || !state.isHeld(only)) continue;
      ctx.report({ kind: "no-destroy", object: name === "" ? label : `${label}->${name}`, call: row.call, other: call, span, about: id, trail: state.trail });
    }
  },
};
