// The text of a new scenario, from what it sets up, what its CPUs do, and what was missed before.
import type { CFunction } from "../c/ast.js";
import type { Unit } from "./compile/link.js";
import type { Lack } from "./lacks.js";
import { BUS_DEVICES } from "./skeleton-callbacks.js";
import { isIndexed } from "./skeleton-facts.js";
import { isManaged, releaseAll, unbinds } from "./skeleton-managed.js";
import { readyLines } from "./skeleton-ready.js";
import { ELEMENTS, MADE, UNKNOWN_BYTES } from "./skeleton-tables.js";

/** The parts of a scenario, as lines of C. */
export interface SkeletonParts {
  readonly name: string;
  readonly chosen: readonly CFunction[];
  readonly units: readonly Unit[];
  readonly cpus: readonly { readonly title: string; readonly body: readonly string[] }[];
  /** Shared objects: the struct's name, and the variable's. */
  readonly objects: ReadonlyMap<string, string>;
  /** Structs of those among them that setup() does not make by hand. */
  readonly made: ReadonlySet<string>;
  /** Variables that lead to plain memory. */
  readonly plain: ReadonlySet<string>;
  readonly setup: readonly string[];
  readonly finish: readonly string[];
  /** Definitions of the scenario's own. */
  readonly texts: readonly string[];
  /** Functions that run without a counterpart. */
  readonly alones: number;
  readonly lacks: readonly Lack[];
}

/** The C of a scenario, with the comments that say what its header means. */
export function skeletonText({ name, chosen, units, cpus, objects, made, plain, setup: prepared, finish, texts, alones, lacks }: SkeletonParts): string {
  const functions = chosen.map((fn) => fn.name);
  const warns = lacks.find((lack) => lack.kind === "values");
  // The driver's own object goes with the device where the driver takes it so.
  const unbound = chosen.some((fn) => unbinds(fn, units));
  const device = unbound ? [...objects].find(([struct]) => BUS_DEVICES.has(struct))?.[1] : undefined;
  const ordered = [...objects].sort(([a], [b]) => Number(BUS_DEVICES.has(b)) - Number(BUS_DEVICES.has(a)));
  const creation = (struct: string, variable: string): string => {
    if (isIndexed(chosen, struct)) return `${variable} = kcalloc(${String(ELEMENTS)}, sizeof(*${variable}), GFP_KERNEL);`;
    const more = lacks.some((lack) => lack.kind === "room" && lack.place === variable) ? ` + ${UNKNOWN_BYTES}` : "";
    if (device !== undefined && variable !== device && isManaged(units, struct)) return `${variable} = devm_kzalloc(&${device}->dev, sizeof(*${variable})${more}, GFP_KERNEL);`;
    return `${variable} = ${more === "" ? MADE.get(struct) ?? `kzalloc(sizeof(*${variable}), GFP_KERNEL)` : `kzalloc(sizeof(*${variable})${more}, GFP_KERNEL)`};`;
  };
  const memory = [...plain].flatMap((variable) => [`${variable} = kzalloc(${UNKNOWN_BYTES}, GFP_KERNEL);`, `__keep(${variable});`]);
  const setup = [...new Set([...memory, ...ordered.filter(([struct]) => !made.has(struct)).flatMap(([struct, variable]) => [creation(struct, variable), ...readyLines(units, chosen, struct, variable)]), ...prepared])];
  const stub = setup.some((line) => line.includes("(void *)nothing")) || cpus.some((cpu) => cpu.body.some((line) => line.includes("(void *)nothing")));
  const block = (head: string, lines: readonly string[]): string => `${head}\n{\n${lines.map((line) => (line === "" ? "" : `\t${line}`)).join("\n")}${lines.length > 0 ? "\n" : ""}}\n`;
  return [
    `/* scenario: ${name}\ntitle: ${functions.map((one) => `${one}()`).join(" and ")}\nasks: What happens when these run at the same time?\nneeds: ${functions.join(", ")}\ngaps: nothing\nunset: set-up\n${alones > 0 || lacks.some((lack) => lack.kind === "leaks") ? "leaks: nothing\n" : ""}${warns ? "warnings: nothing\n" : ""}${cpus.map((cpu, index) => `cpu${String(index)}: ${cpu.title}\n`).join("")}*/\n`,
    `/*\n * "gaps: nothing" above: lines that the patch does not show are taken as nothing. __head(f) { } and __tail(f) { }\n * say what stands there. "unset: set-up": a pointer that setup() leaves unset says nothing about the code.${warns ? `\n * "warnings: nothing": ${warns.shown}() warns of the values that are made up here. Take it out once they mean something.` : ""}\n */\n\n/* What the functions work on. */\n${[...objects].map(([struct, variable]) => `static struct ${struct} *${variable};`).concat([...plain].map((variable) => `static void *${variable};`)).join("\n")}\n`,
    ...(stub ? ["/* Stands for functions that nobody shows. */\nstatic void nothing(void)\n{\n}\n"] : []),
    ...new Set(texts),
    block("void setup(void)", setup),
    ...cpus.map((cpu, index) => block(`void cpu${String(index)}(void)`, cpu.body)),
    `/* What is alive here and given back nowhere is no leak of the code's. */\n${block("void finish(void)", [...finish, ...(device === undefined ? [] : [`if (${device} && __live(${device}))`, `\t${releaseAll(device)}`]), ...[...objects.values()].flatMap((variable) => [`if (${variable} && __live(${variable}))`, `\tkfree(${variable});`])])}`,
  ].join("\n");
}
