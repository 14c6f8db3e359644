// Command lines to values: options by name, the rest in order.
import { parseArgs } from "node:util";
import { UsageError } from "./errors.js";

export interface OptionSpec {
  readonly [name: string]: "flag" | "value";
}

export interface Arguments {
  readonly files: readonly string[];
  flag(name: string): boolean;
  /** The value of an option, or undefined when it is not given. */
  value(name: string): string | undefined;
  /** The value as a whole number of at least `least`; undefined when it is not given. */
  number(name: string, least: number): number | undefined;
}

/** Reads the words after the command; `--output` is `-o` for short, as everywhere. Unknown options, missing values and surplus ones are usage errors. */
export function readArguments(words: readonly string[], spec: OptionSpec): Arguments {
  const options = Object.fromEntries(Object.entries(spec).map(([name, kind]) => [name, { type: kind === "flag" ? ("boolean" as const) : ("string" as const), ...(name === "output" ? { short: "o" } : {}) }]));
  let parsed: { values: Record<string, unknown>; positionals: string[] };
  try {
    parsed = parseArgs({ args: [...words], options, allowPositionals: true, strict: true });
  } catch (error) {
    // Node's own words name the option; the advice that follows the first sentence is about its quoting rules.
    const text = error instanceof Error ? error.message : String(error);
    throw new UsageError(text.replace(/\. To specify[^]*$/, "").replace(/\.$/, ""));
  }
  const value = (name: string): string | undefined => {
    const found = parsed.values[name];
    return typeof found === "string" ? found : undefined;
  };
  return {
    files: parsed.positionals,
    flag: (name) => parsed.values[name] === true,
    value,
    number(name, least) {
      const text = value(name);
      if (text === undefined) return undefined;
      const number = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
      if (!(number >= least)) throw new UsageError(`--${name} needs a whole number of at least ${least}, not "${text}"`);
      return number;
    },
  };
}
