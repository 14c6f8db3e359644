// What a command is, and what it is given.
import type { Mailbox } from "../core/mail/types.js";
import type { Assets } from "../worker/assets.js";
import type { Input } from "./input.js";
import type { Arguments, OptionSpec } from "./arguments.js";

export interface CommandContext {
  readonly arguments: Arguments;
  /** C reader, kernel model and scenarios, read at their first use. */
  readonly assets: Assets;
  readInputs(names: readonly string[]): Promise<Mailbox>;
  /** The same, with the bytes of each mail. */
  readInput(names: readonly string[]): Promise<Input>;
  /** Writes to standard output; resolves when it is taken. */
  write(text: string): Promise<void>;
  /** Writes a line beside the result, to standard error. */
  note(line: string): void;
}

export interface Command {
  readonly name: string;
  readonly usage: string;
  /** A few words for the usage text. */
  readonly summary: string;
  readonly options: OptionSpec;
  /** The exit status: 0 nothing found, 1 a violation. Bad input and bad usage are thrown as UsageError. */
  run(context: CommandContext): Promise<0 | 1>;
}
