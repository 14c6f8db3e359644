// Devices of a new scenario that its functions take out of the system: they are in it before.
import type { CFunction } from "../c/ast.js";
import type { Unit } from "./compile/link.js";
import { reached } from "./skeleton-callbacks.js";
import { structOf } from "./skeleton-facts.js";
import { callsOf, localTypes, written } from "./skeleton-objects.js";

/** What takes a device out, what would put it in, and the line that does so, with "$0" and "$1" for the places of its arguments. */
const REGISTERED: readonly { readonly out: RegExp; readonly in: RegExp; readonly lines: readonly string[] }[] = [
  { out: /^cdev_device_del$/, in: /^cdev_device_add$/, lines: ["$1.devt = MKDEV(1, 0);", "cdev_device_add(&$0, &$1);"] },
  { out: /^device_(del|unregister)$/, in: /^device_(add|register)$/, lines: ["device_add(&$0);"] },
];

/** Lines of setup() that put such devices in, unless one of the functions does. `object` gives the variable for a struct. */
export function registeredLines(functions: readonly CFunction[], units: readonly Unit[], object: (struct: string) => string): readonly string[] {
  const everything = [...new Set(functions.flatMap((fn) => reached(fn, units)))];
  const lines = new Set<string>();
  for (const fn of everything) {
    const types = localTypes(fn);
    for (const { name, args } of callsOf(fn)) {
      const kind = REGISTERED.find((one) => one.out.test(name));
      if (!kind || everything.some((one) => callsOf(one).some((call) => kind.in.test(call.name)))) continue;
      const places = args.map((arg) => {
        const text = arg.kind === "unary" && arg.op === "&" ? written(arg.operand) : "";
        const [root = "", member] = text.split("->");
        const type = types.get(root);
        const struct = type?.pointers === 1 ? structOf(type) : null;
        return struct === null || member === undefined || text.split("->").length > 2 ? null : `${object(struct)}->${member}`;
      });
      if (places.includes(null)) continue;
      for (const line of kind.lines) lines.add(line.replaceAll("$0", places[0] ?? "").replaceAll("$1", places[1] ?? ""));
    }
  }
  return [...lines];
}
