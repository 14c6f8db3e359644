// What the kernel runs beside a scenario's own CPUs: work items, timers, tasklets, callbacks of RCU, a thread. Where code hands one over and no CPU of the scenario runs such, a CPU is added that does.
import type { CFunction } from "../c/ast.js";
import type { Linker, Unit } from "./compile/link.js";
import { PlacedSource } from "./compile/placed-source.js";
import type { Compiled, EntryPoints } from "./compile/program.js";
import type { Explored } from "./explore-program.js";
import type { Program } from "./ir.js";
import { namedCalls } from "./skeleton-callbacks.js";
import { structOf } from "./skeleton-facts.js";
import type { Assumption, SourceText } from "./types.js";

/** Functions of the model, and how its CPU is called. A scenario that itself calls a function which takes `item`, or that `starts` names, runs these on a CPU of its own. */
interface Kind { readonly name: string; readonly queues: readonly string[]; readonly runs: string; readonly stops: string; readonly begins?: string; readonly item: string | null; readonly starts?: RegExp }

const KINDS: readonly Kind[] = [
  { name: "work items", queues: ["queue_work"], runs: "run_work_items", stops: "stop_work_items", item: "work_struct" },
  { name: "timers", queues: ["mod_timer"], runs: "run_timers", stops: "stop_timers", item: "timer_list" },
  { name: "high-resolution timers", queues: ["hrtimer_start"], runs: "run_hrtimers", stops: "stop_hrtimers", item: "hrtimer" },
  { name: "tasklets", queues: ["tasklet_schedule"], runs: "run_tasklets", stops: "stop_tasklets", item: "tasklet_struct" },
  { name: "RCU callbacks", queues: ["call_rcu", "free_after_grace_period"], runs: "run_rcu_callbacks", stops: "stop_rcu_callbacks", begins: "start_rcu_callbacks", item: "rcu_head" },
  { name: "kernel thread", queues: ["kthread_create"], runs: "run_kthread", stops: "stop_kthreads", item: null, starts: /\bkthread_(?:run|create)\s*\(\s*&?(\w+)/g },
];

/** The file that the functions of added CPUs stand in. */
export const BACKGROUND = "model/background.c";

/** A function of that file is called after the one of the scenario that it runs. */
const WRAPPED = "background_";

/** What is missing of some kinds: a CPU that runs what was handed over, or only that somebody lets the scenario's own such CPUs end. */
export interface Missing { readonly kinds: readonly string[]; readonly ends: readonly string[] }

/** The kinds that a program hands something over to while nobody runs them, and those that the scenario runs and never stops. */
export function missingOf(program: Program, scenario: Unit, units: readonly Unit[]): Missing {
  const compiled = new Set(program.functions.map((fn) => fn.name));
  const ends = KINDS.filter((kind) => compiled.has(kind.runs) && !compiled.has(kind.stops)).map((kind) => kind.name);
  const kinds = KINDS.filter((kind) => kind.queues.some((name) => compiled.has(name)) && !compiled.has(kind.runs));
  if (kinds.length === 0) return { kinds: [], ends };
  const others = units.filter((unit) => unit.origin !== "model");
  const called = new Set(calledBy(scenario.unit.functions));
  const takes = (name: string, item: string): boolean => others.some((unit) => unit.unit.functions.some((fn) => fn.name === name && fn.params.some((param) => structOf(param.type) === item)));
  const runsItself = (kind: Kind): boolean => (kind.item !== null && [...called].some((name) => takes(name, kind.item ?? "")))
    || (kind.starts !== undefined && others.some((unit) => [...unit.text.matchAll(kind.starts ?? /$^/g)].some((match) => called.has(match[1] ?? ""))));
  return { kinds: kinds.filter((kind) => !runsItself(kind)).map((kind) => kind.name), ends };
}

/** Whether some schedule hands something of a kind over: code that is only reachable on paper needs no CPU more. */
export function isEntered({ exploration, compiled }: Explored): (kind: string) => boolean {
  const entered = new Set([...exploration.entered].map((number) => compiled.program.functions[number]?.name));
  return (name) => KINDS.some((kind) => kind.name === name && kind.queues.some((queue) => entered.has(queue)));
}

/** A program's entry points with a CPU for each of the kinds; it ends once the others have and nothing is left for it, and so do those that `ends` names. */
export function withBackground({ kinds: names, ends }: Missing, entries: EntryPoints, scenario: Unit): { readonly entries: EntryPoints; readonly source: SourceText; readonly assumptions: readonly Assumption[] } {
  const kinds = KINDS.filter((kind) => names.includes(kind.name));
  const stopped = KINDS.filter((kind) => names.includes(kind.name) || ends.includes(kind.name));
  const runners = new Set(scenario.unit.functions.filter((fn) => calledBy([fn]).some((name) => stopped.some((kind) => kind.runs === name))).map((fn) => fn.name));
  const others = entries.cpus.filter((cpu) => !runners.has(cpu.function));
  const begins = kinds.flatMap((kind) => (kind.begins === undefined ? [] : [`\t${kind.begins}();`]));
  const ending = `\t__atomic() {\n\t\tcpus_at_work--;\n\t\tif (cpus_at_work == 0) {\n${stopped.map((kind) => `\t\t\t${kind.stops}();`).join("\n")}\n\t\t}\n\t}`;
  const text = [
    "/* What the kernel runs beside the scenario's CPUs, until these have come to their end and nothing is left to run. */",
    `static int cpus_at_work = ${String(others.length)};`,
    `void background_setup(void)\n{\n${[...begins, ...(entries.setup === null ? [] : [`\t${entries.setup}();`]), ...(others.length === 0 ? stopped.map((kind) => `\t${kind.stops}();`) : [])].join("\n")}\n}`,
    ...new Set(others.map(({ function: name }) => `void ${WRAPPED}${name}(void)\n{\n\t${name}();\n${ending}\n}`)),
    ...kinds.map((kind, index) => `void background_runs${String(index)}(void)\n{\n\t${kind.runs}();\n}`),
  ].join("\n\n");
  const added = kinds.map((kind, index) => ({ name: kind.name, function: `background_runs${String(index)}`, identical: false }));
  const cpus = entries.cpus.map((cpu) => (runners.has(cpu.function) ? cpu : { ...cpu, function: `${WRAPPED}${cpu.function}` }));
  return {
    source: { name: BACKGROUND, text: `${text}\n` },
    // Identical CPUs stay the last ones.
    entries: { setup: "background_setup", cpus: [...cpus.filter((cpu) => !cpu.identical), ...added, ...cpus.filter((cpu) => cpu.identical)], finish: entries.finish },
    assumptions: kinds.map((kind) => ({ kind: "cpus", text: `${kind.name}: on a CPU that was added, because the code hands over such and no CPU of the scenario runs them`, where: null })),
  };
}

/** The same program with the lines of added functions where people can read them: at the function of the scenario or the model that they call, or at the end of it. */
export function withPlaces(compiled: Compiled, linker: Linker): Compiled {
  const sources = compiled.program.sources.map((source) => {
    if (source.path !== BACKGROUND) return source;
    const called = linker.definition(/^(\w+)\(/.exec(source.text)?.[1] ?? "", null);
    const definition = called ?? linker.definition(source.function.slice(WRAPPED.length), null);
    if (definition === null) return source;
    const { unit, name, fn } = definition;
    return new PlacedSource(unit, name, called === null ? { from: fn.span.to - 1, to: fn.span.to } : fn.nameSpan, true);
  });
  return { ...compiled, program: { ...compiled.program, sources } };
}

/** The names of what some functions call. */
const calledBy = (functions: readonly CFunction[]): readonly string[] => namedCalls(functions, /./).map((call) => call.name);
