// Items and timers of a new scenario that start themselves again: they run a few times, or the scenario would have no end where they count something.
import type { CFunction } from "../c/ast.js";
import type { Unit } from "./compile/link.js";
import { namedCalls, reached } from "./skeleton-callbacks.js";

/** Calls that give an item or a timer its function, at the place of the argument; what starts one; and the line of setup() that sets a limit. Two runs that follow one another and one beside others are what there is to see. */
const KINDS: readonly { readonly made: RegExp; readonly starts: RegExp; readonly line: string }[] = [
  { made: /^(INIT_WORK|INIT_DELAYED_WORK|INIT_DEFERRABLE_WORK)$/, starts: /^(schedule_(delayed_)?work|queue_(delayed_)?work|mod_delayed_work)(_on)?$/, line: "limit_work_items(4);" },
  { made: /^timer_setup$/, starts: /^(mod_timer|add_timer)$/, line: "limit_timers(3);" },
];

/** Lines of setup() for what the functions, or those that they name, start again and again. */
export function limitsOf(functions: readonly CFunction[], units: readonly Unit[]): readonly string[] {
  const all = units.flatMap((unit) => unit.unit.functions).filter((fn) => fn.body !== null);
  const everything = new Set(functions.flatMap((fn) => reached(fn, units)));
  const callbacks = (made: RegExp): readonly CFunction[] => namedCalls(all, made).flatMap(({ args }) => all.filter((fn) => args[1]?.kind === "name" && args[1].name === fn.name));
  const lines = KINDS.flatMap(({ made, starts, line }) => (callbacks(made).some((fn) => namedCalls(reached(fn, units), starts).length > 0 && (everything.has(fn) || namedCalls([...everything], starts).length > 0)) ? [line] : []));
  // A high-resolution timer asks for it by what it returns.
  const restarts = [...everything].some((fn) => fn.returns.tag === "enum" && fn.returns.name === "hrtimer_restart" && units.some((unit) => /\bHRTIMER_RESTART\b/.test(unit.text.slice(fn.span.from, fn.span.to))));
  return restarts ? [...lines, "limit_hrtimers(3);"] : lines;
}
