// two-owners: memory is freed directly although a counted object that lies in it was started, whose last reference is what frees it.
// Or: two counted objects lie in it, and the release function of each frees it.
import type { Code, CodeFunction } from "../code.js";
import { visit } from "../visit.js";
import type { RawFinding, Rule } from "./rule.js";

export const twoOwners: Rule = {
  kind: "two-owners",
  gone(ctx, { state, id, member, row, call, span, label, frees }) {
    if (!frees || member !== "" || row === null) return;
    const { owned } = state.subject(id);
    // What the driver core frees with the device is not to be freed by hand (Documentation/driver-api/driver-model/devres.rst).
    if (owned?.row.managed === true && owned.row.kind === "memory" && row.kind === "memory" && !/^(devm|drmm)_/.test(row.call) && state.isHeld(owned.only)) {
      ctx.report({ kind: "two-owners", object: label, call, other: `${owned.row.call}()`, span, about: id, trail: state.trail });
      return;
    }
    for (const [name, { row: start, only }] of state.subject(id).started) {
      // Only what has a name of its own in sysfs keeps memory besides the count (Documentation/driver-api/driver-model/device.rst).
      if (start.kind !== "device" && start.call !== "kobject_init_and_add") continue;
      if (!state.isHeld(only)) continue;
      // A release function that does nothing leaves the memory to its owner.
      const release = ctx.code.byName.get((state.env.get(`${id}->${name}.release`) ?? "").slice(1));
      if (release?.fn.whole === true && release.fn.body?.every((stmt) => stmt.kind === "empty") === true) continue;
      ctx.report({ kind: "two-owners", object: label, call, other: name === "" ? start.call : name, span, about: id, trail: state.trail });
      return;
    }
  },
};

/** Objects whose release function runs when their count goes; what runs later by itself (RCU, work) is no owner. */
const COUNTED: ReadonlySet<string> = new Set(["kref", "kobject", "device", "percpu_ref", "config_item"]);

/** Structs that two release functions free, each by a count of its own. `frees` are the objects that functions of the patch free, as the walker names them. */
export function doubleOwners(code: Code, frees: readonly { readonly where: CodeFunction; readonly id: string; readonly label: string }[]): { readonly where: CodeFunction; readonly raw: RawFinding }[] {
  const owners = new Map<string, Map<string, { readonly where: CodeFunction; readonly label: string }>>();
  for (const { where, id, label } of frees) {
    const found = /^co:p:(\w+);@(\w+);$/.exec(id);
    const param = where.fn.params.find(({ name }) => name === found?.[1]);
    const member = found?.[2] ?? "";
    if (param === undefined || !COUNTED.has(param.type.name)) continue;
    const struct = containerType(where, member);
    if (struct === "" || !code.structs.has(struct)) continue;
    const members = owners.get(struct) ?? new Map<string, { where: CodeFunction; label: string }>();
    members.set(member, { where, label });
    owners.set(struct, members);
  }
  return [...owners].flatMap(([, members]) => {
    const [first, second] = [...members];
    if (first === undefined || second === undefined) return [];
    const { where, label } = second[1];
    return [{ where, raw: { kind: "two-owners" as const, object: label, call: where.fn.name, other: first[0], span: where.fn.nameSpan, about: "", trail: null } }];
  });
}

function containerType(where: CodeFunction, member: string): string {
  let struct = "";
  visit(where.fn.body ?? [], {
    expr: (expr) => {
      if (expr.kind !== "call" || expr.callee.kind !== "name" || !expr.callee.name.startsWith("container_of")) return;
      const [, type, name] = expr.args;
      if (type?.kind === "type" && name?.kind === "name" && name.name === member) struct = type.type.name;
    },
  });
  return struct;
}
