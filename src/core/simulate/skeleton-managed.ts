// What a driver takes for its device with devm_...(), which the driver core gives back when it has unbound the device (drivers/base/dd.c).
import type { CFunction } from "../c/ast.js";
import type { Unit } from "./compile/link.js";
import { structOf } from "./skeleton-facts.js";
import { BUS_DEVICES } from "./skeleton-callbacks.js";

/** Whether some function has memory for such an object from devm_kzalloc() or its kin. */
export function isManaged(units: readonly Unit[], struct: string): boolean {
  return units.some((unit) => unit.unit.functions.some((fn) => {
    const text = unit.text.slice(fn.span.from, fn.span.to);
    return [...text.matchAll(new RegExp(`\\bstruct\\s+${struct}\\s*\\*\\s*(\\w+)`, "g"))].some((match) => new RegExp(`\\b${match[1] ?? ""}\\s*=\\s*devm_k[zm]alloc\\s*\\(`).test(text));
  }));
}

/** True for a driver's remove() of a device of a bus, in a file that takes something for the device. */
export function unbinds(fn: CFunction, units: readonly Unit[]): boolean {
  const unit = units.find((one) => one.unit.functions.includes(fn));
  const [param] = fn.params;
  if (unit === undefined || param === undefined || fn.params.length !== 1 || !BUS_DEVICES.has(structOf(param.type) ?? "") || !/\bdevm_\w+\s*\(/.test(unit.text)) return false;
  return /_(remove|disconnect)$/.test(fn.name) || new RegExp(`\\.(remove|disconnect)(_new)?\\s*=\\s*${fn.name}\\b`).test(unit.text);
}

/** True for a handler that is requested for as long as the device is bound. */
export const isManagedHandler = (fn: CFunction, units: readonly Unit[]): boolean => units.some((unit) => new RegExp(`\\bdevm_request_\\w*irq\\s*\\([^;]*\\b${fn.name}\\b`).test(unit.text));

/** The statement that the driver core runs then. */
export const releaseAll = (device: string): string => `devres_release_all(&${device}->dev);`;
