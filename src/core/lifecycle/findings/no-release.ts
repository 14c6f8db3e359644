// no-release: a device is registered without a release function, so that nothing can free it when its last reference goes.
import type { Rule } from "./rule.js";

export const noRelease: Rule = {
  kind: "no-release",
  published(ctx, { state, id, row, member, span, label }) {
    if (row.kind !== "device" || (row.call !== "device_register" && row.call !== "device_add" && row.call !== "cdev_device_add")) return;
    const { owned, escaped } = state.subject(id);
    // Only for memory that this function allocated and nobody else has seen is it certain that nothing was set elsewhere.
    if (owned === null || escaped || owned.row.kind !== "memory" || member === "") return;
    const place = `${id}->${member}`;
    const isSet = [...state.env].some(([key, value]) => [".release", ".type", ".class", ".bus"].some((name) => key === place + name) && value !== "n:0;");
    if (isSet) return;
    ctx.report({ kind: "no-release", object: label, call: row.call, other: "", span, about: id, trail: state.trail });
  },
};
