// Runs git: the only place that starts it. No shell, no network, no pager, no questions, no locks where it only looks; with limits of time and size.
import { runProcess } from "../process.js";

/** Milliseconds for one call that only reads. A path's history in the kernel's own repository takes about twenty seconds. */
const READ_LIMIT = 120_000;
/** Bytes of output that are kept. */
const MAX_OUTPUT = 512 * 1024 * 1024;
/** Characters of git's own words that are kept for messages. */
const MAX_WORDS = 20_000;

/** Why git did not do what it was asked to. `detail` is git's own last words, or the system's. */
export type GitFailure = "no-git" | "no-repository" | "refused-owner" | "timed-out" | "cancelled" | "too-large" | "git-failed";

/** Thrown by everything in this folder; the edges have a sentence for each kind. */
export class GitError extends Error {
  override readonly name = "GitError";
  constructor(readonly kind: GitFailure, readonly detail: string) {
    super(`${kind}: ${detail}`);
  }
}

export interface GitOptions {
  readonly input?: Uint8Array | string;
  readonly cancelled?: () => boolean;
  /** Milliseconds; null: as long as it takes, for work that the user watches and can cancel. */
  readonly limit?: number | null;
  /** Further variables of the environment. */
  readonly environment?: Readonly<Record<string, string>>;
  /** The repository's own hooks run; only where git commits on the user's behalf. */
  readonly hooks?: boolean;
  /** Each line of standard output and standard error as it comes. */
  readonly onLine?: (line: string) => void;
}

export interface GitResult {
  readonly code: number;
  readonly output: Buffer;
  /** What git wrote to standard error. */
  readonly words: string;
}

/** Runs git in a folder. Every status is a result; a GitError when git cannot be run, takes too long or is cancelled. */
export async function runGit(folder: string, words: readonly string[], options: GitOptions = {}): Promise<GitResult> {
  const chunks: Buffer[] = [];
  let received = 0;
  let errors = "";
  const lines = lineReader(options.onLine);
  const errorLines = lineReader(options.onLine);
  const { reason, code, detail } = await runProcess("git", [...settings(options), ...words], {
    folder,
    environment: environment(options),
    limit: options.limit === undefined ? READ_LIMIT : options.limit,
    ...(options.input === undefined ? {} : { input: options.input }),
    ...(options.cancelled === undefined ? {} : { cancelled: options.cancelled }),
    onOutput: (chunk) => {
      received += chunk.length;
      if (received > MAX_OUTPUT) return "enough";
      chunks.push(chunk);
      lines(chunk);
      return undefined;
    },
    onErrors: (chunk) => {
      if (errors.length < MAX_WORDS) errors += chunk.toString("utf8");
      errorLines(chunk);
    },
  });
  switch (reason) {
    case "ended":
      return { code: code ?? -1, output: Buffer.concat(chunks), words: errors };
    case "missing":
      // A working folder that is gone gives the same code as a program that is not there.
      throw new GitError("no-git", detail);
    case "cancelled":
      throw new GitError("cancelled", "");
    case "timed-out":
      throw new GitError("timed-out", words[0] ?? "");
    case "enough":
      throw new GitError("too-large", words[0] ?? "");
  }
}

/** The same; a GitError with git's words when the status is not 0. */
export async function git(folder: string, words: readonly string[], options: GitOptions = {}): Promise<Buffer> {
  const { code, output, words: said } = await runGit(folder, words, options);
  if (code !== 0) throw failureOf(said);
  return output;
}

/** git's words as an error: the last line that says something, and the kinds that users can mend. */
export function failureOf(said: string): GitError {
  if (/dubious ownership/.test(said)) return new GitError("refused-owner", lastLine(said));
  if (/not a git repository/i.test(said)) return new GitError("no-repository", lastLine(said));
  return new GitError("git-failed", lastLine(said));
}

/** The last line with words in it, without git's "fatal:". */
export function lastLine(said: string): string {
  const lines = said.split("\n").map((line) => line.trim()).filter((line) => line !== "" && !line.startsWith("hint:"));
  return (lines.findLast((line) => /^(?:fatal|error):/.test(line)) ?? lines.at(-1) ?? "").replace(/^(?:fatal|error): /, "").slice(0, 300);
}

/** Settings that hold for every call, whatever the repository's own configuration says. */
function settings(options: GitOptions): string[] {
  const pairs = [
    "core.pager=cat", "core.fsmonitor=false", "protocol.allow=never", "core.quotePath=false", "core.disambiguate=blob", "advice.detachedHead=false", "gc.auto=0", "maintenance.auto=false",
    ...(options.hooks === true ? [] : [`core.hooksPath=${process.platform === "win32" ? "NUL" : "/dev/null"}`]),
  ];
  return pairs.flatMap((pair) => ["-c", pair]);
}

/** Ours, without what another git has told its children, and without what asks or fetches. */
function environment(options: GitOptions): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !/^GIT_(?:DIR|WORK_TREE|INDEX_FILE|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|COMMON_DIR|NAMESPACE|PREFIX|EXTERNAL_DIFF|EDITOR|SEQUENCE_EDITOR|PAGER)$/.test(name));
  return {
    ...Object.fromEntries(inherited), LC_ALL: "C", GIT_OPTIONAL_LOCKS: "0", GIT_NO_LAZY_FETCH: "1", GIT_TERMINAL_PROMPT: "0", GIT_ASKPASS: "", SSH_ASKPASS: "", GIT_PAGER: "cat", GIT_EDITOR: "true",
    ...options.environment,
  };
}

function lineReader(onLine: ((line: string) => void) | undefined): (chunk: Buffer) => void {
  let rest = "";
  return (chunk) => {
    if (onLine === undefined) return;
    const lines = (rest + chunk.toString("utf8")).split(/\r?\n/);
    rest = lines.pop() ?? "";
    for (const line of lines) onLine(line);
  };
}
