// Calls that nobody shows and that lead a function of a new scenario to its object: the scenario defines them.
import type { CFunction } from "../c/ast.js";
import type { Unit } from "./compile/link.js";
import { BUS_DEVICES, namedCalls, reached } from "./skeleton-callbacks.js";
import { structOf } from "./skeleton-facts.js";
import { callsOf, localTypes } from "./skeleton-objects.js";
import { READY } from "./skeleton-tables.js";

/** Calls that give what a driver keeps in a device of its own, and those of them that the model has. */
const PRIVATE_DATA = /(^|_)(priv|drvdata|adapdata|devdata|clientdata)$|^to_/;
const OF_MODEL = /^(dev|platform|pci|i2c|spi|usb|hid|amba)_get_/;
/** Calls that look a device of a bus up. */
const FINDS = /(^|_)(find|lookup)(_|$)/;

/**
 * Definitions of such calls: the private data of a device that nobody shows, `struct foo *foo = netdev_priv(dev);`, and a device that is looked up, `usb_find_interface(driver, minor)`:
 * one object for all of them, unless the code makes such devices itself. `object` gives the variable for a struct.
 */
export function lookupTexts(functions: readonly CFunction[], units: readonly Unit[], object: (struct: string) => string): readonly string[] {
  const everything = [...new Set(functions.flatMap((fn) => reached(fn, units)))];
  const isKnown = (name: string): boolean => units.some(({ unit, text }) => unit.functions.some((one) => one.name === name && one.body !== null)
    || unit.skipped.some(({ span, reason }) => reason === "function-like macro" && new RegExp(`^#\\s*define\\s+${name}\\(`).test(text.slice(span.from, span.to))));
  const makesDevices = namedCalls(everything, /^alloc_(etherdev|netdev|candev)|^devm_(iio_device|alloc_etherdev)|^iio_device_alloc|_alloc_host$/).length > 0;
  const texts = new Map<string, string>();
  for (const fn of everything) {
    const types = localTypes(fn);
    for (const { name, args, target } of callsOf(fn)) {
      if (texts.has(name) || isKnown(name)) continue;
      // A helper of one line gives it back as what it is.
      const type = target !== null ? types.get(target) : fn.body?.length === 1 ? fn.returns : undefined;
      const struct = type?.pointers === 1 ? structOf(type) : null;
      if (struct === null) continue;
      const isData = !makesDevices && args.length === 1 && !READY.has(struct) && !BUS_DEVICES.has(struct) && PRIVATE_DATA.test(name) && !OF_MODEL.test(name);
      if (isData) texts.set(name, `void *${name}(const void *owner)\n{\n\treturn ${object(struct)};\n}\n`);
      else if (BUS_DEVICES.has(struct) && FINDS.test(name)) texts.set(name, `struct ${struct} *${name}(${args.map((_arg, at) => `long unused${String(at)}`).join(", ")})\n{\n\treturn ${object(struct)};\n}\n`);
    }
  }
  return [...texts.values()];
}
