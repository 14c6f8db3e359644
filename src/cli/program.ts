// One command line to one exit status: 0 nothing found, 1 a violation, 2 bad input or usage.
import type { Assets } from "../worker/assets.js";
import { readArguments } from "./arguments.js";
import { am } from "./am.js";
import type { Command } from "./command.js";
import { check } from "./check.js";
import { compare } from "./compare.js";
import { diagram } from "./diagram.js";
import { UsageError } from "./errors.js";
import { type Input, readInputs } from "./input.js";
import type { FetchSettings } from "./lore.js";
import { show } from "./show.js";
import { simulate } from "./simulate.js";

const commands: readonly Command[] = [show, compare, diagram, check, simulate, am];

/** Where the program reads and writes; tests hand in their own. */
export interface Console {
  /** What ships beside the program. */
  readonly assets: Assets;
  readInput(): Promise<Uint8Array>;
  write(text: string): Promise<void>;
  writeError(line: string): void;
  /** How threads of an archive are fetched; absent: over https, without a word. */
  readonly fetching?: FetchSettings;
}

/** Runs one command line (the words after the program's name). */
export async function runProgram(words: readonly string[], console: Console): Promise<0 | 1 | 2> {
  const [name, ...rest] = words;
  if (isHelp(name) || name === "help") {
    await console.write(usageText(commands));
    return 0;
  }
  try {
    const command = commands.find((one) => one.name === name);
    if (command === undefined) throw new UsageError(name === undefined ? "no command; lifeline --help lists them" : `no command "${name}"; lifeline --help lists them`);
    if (rest.some(isHelp)) {
      await console.write(usageText([command]));
      return 0;
    }
    const given = readArguments(rest, { ...command.options, b4: "flag" });
    const input = (names: readonly string[]): Promise<Input> => readInputs(names, () => console.readInput(), { ...console.fetching, b4: given.flag("b4") });
    return await command.run({
      arguments: given,
      assets: console.assets,
      readInputs: async (names) => (await input(names)).mailbox,
      readInput: input,
      write: (text) => console.write(text),
      note: (line) => console.writeError(`lifeline: ${line}`),
    });
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.writeError(`lifeline: ${error.message.replace(/\s+/g, " ")}`);
    return 2;
  }
}

function isHelp(word: string | undefined): boolean {
  return word === "--help" || word === "-h";
}

function usageText(some: readonly Command[]): string {
  const lines = some.map((command) => `  lifeline ${command.usage}\n      ${command.summary}`);
  return `Usage:\n${lines.join("\n")}\n\nFILE is a mailbox (mbox, also gzipped), a mail, a patch, a Patchwork page copied as\ntext, a folder of these or a maildir; - is standard input. A link to a message on\nlore.kernel.org (or another public-inbox archive) or a Message-ID is fetched from there,\nor, with --b4, by an installed b4 from the archive that it knows.\nExit status: 0 nothing found, 1 a violation, 2 bad input or usage.\n`;
}
