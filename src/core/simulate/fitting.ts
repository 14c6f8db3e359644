// Which scenarios fit a code, and which of them is most about some functions.
import { readHeader, type ScenarioHeader } from "./scenario.js";
import type { KernelSources } from "./types.js";

/** What is known of a patch and its discussion, as names of functions. */
export interface Interest {
  /** Functions that the code has, whole or in part: a set for each side. */
  readonly code: readonly ReadonlySet<string>[];
  /** Those that the patch changes. */
  readonly changed: ReadonlySet<string>;
  /** Names that its reviewers use. */
  readonly said: ReadonlySet<string>;
}

/**
 * Names of the scenarios whose functions the code has on one side at least (the `needs` of their headers). First comes the one of whose functions, those
 * that its header names, the largest share is changed by the patch, or talked about (which counts twice); among equals the one with fewer CPUs, then the order of the files.
 */
export function scenariosFor(kernel: KernelSources, { code, changed, said }: Interest): readonly string[] {
  const known = new Set(code.flatMap((one) => [...one]));
  return kernel.scenarios
    .map((source) => {
      const header = readHeader(source);
      // What its header names: the functions that it needs, and those that its what-ifs change.
      const edited = header.whatIfs.flatMap((whatIf) => whatIf.edits.flatMap((group) => group.find((edit) => known.has(edit.function))?.function ?? []));
      const names = [...new Set([...header.needs, ...edited])].filter((name) => known.has(name));
      const weight = names.reduce((sum, name) => sum + (changed.has(name) ? 1 : 0) + (said.has(name) ? 2 : 0), 0);
      return { header, score: weight / Math.max(1, names.length) };
    })
    .filter(({ header }) => code.some((names) => header.needs.every((name) => names.has(name))))
    .sort((a, b) => b.score - a.score || cpusOf(a.header) - cpusOf(b.header))
    .map(({ header }) => header.name);
}

/** The scenario that is most about functions that are talked about; null when none that fits the code needs one of them. */
export function scenarioAbout(kernel: KernelSources, interest: Interest): string | null {
  const needs = new Map(kernel.scenarios.map((source) => readHeader(source)).map((header) => [header.name, header.needs]));
  return scenariosFor(kernel, interest).find((name) => needs.get(name)?.some((one) => interest.said.has(one))) ?? null;
}

function cpusOf(header: ScenarioHeader): number {
  const numbered = [...header.cpuNames.keys()].filter((name) => name !== "user").length;
  return numbered + (header.cpuNames.has("user") ? header.users : 0);
}
