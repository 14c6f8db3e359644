// Runs another program to its end: without a shell, in a group of its own so that what it starts ends with it, within limits, until nobody wants its answer.
import { spawn } from "node:child_process";

/** How often the wish to stop is looked at, in milliseconds. */
const LOOK_EVERY = 100;
/** Milliseconds that a program has to end by itself, once it was asked to. */
const GRACE = 2_000;

export interface ProcessOptions {
  readonly folder: string;
  /** All variables of the environment; ours when nobody says. */
  readonly environment?: NodeJS.ProcessEnv;
  /** Standard input; none when nobody says. */
  readonly input?: Uint8Array | string;
  /** Milliseconds; null: as long as it takes. */
  readonly limit: number | null;
  /** Looked at several times a second; true ends the program. */
  readonly cancelled?: () => boolean;
  /** Takes what comes on standard output; "enough" ends the program. */
  readonly onOutput: (chunk: Buffer) => "enough" | undefined;
  readonly onErrors: (chunk: Buffer) => void;
}

/** How a program came to its end: by itself, because there is none or it could not be started, or because we ended it. */
export interface Ending {
  readonly reason: "ended" | "missing" | "cancelled" | "timed-out" | "enough";
  /** Its status; null when a signal ended it or it never ran. */
  readonly code: number | null;
  /** The system's words, of a program that could not be run or that a signal ended; else empty. */
  readonly detail: string;
  /** True when the system knows no program of this name; it also says so of a working folder that is gone. */
  readonly unknown: boolean;
}

/** Runs `program`; every end is a result, and nothing is thrown. */
export function runProcess(program: string, words: readonly string[], options: ProcessOptions): Promise<Ending> {
  return new Promise((resolve) => {
    if (options.cancelled?.()) return resolve({ reason: "cancelled", code: null, detail: "", unknown: false });
    const { folder, environment, input } = options;
    const child = spawn(program, words, {
      cwd: folder, shell: false, stdio: ["pipe", "pipe", "pipe"], windowsHide: true, detached: process.platform !== "win32", ...(environment === undefined ? {} : { env: environment }),
    });
    let reason: Ending["reason"] = "ended";
    let kill: NodeJS.Timeout | null = null;
    let done = false;
    const stop = (why: Ending["reason"]): void => {
      if (reason !== "ended" || done) return;
      reason = why;
      endGroup(child.pid, "SIGTERM");
      kill = setTimeout(() => endGroup(child.pid, "SIGKILL"), GRACE);
    };
    const limit = options.limit === null ? null : setTimeout(() => stop("timed-out"), options.limit);
    const look = setInterval(() => {
      if (options.cancelled?.()) stop("cancelled");
    }, LOOK_EVERY);
    const finish = (ending: Ending): void => {
      if (done) return;
      done = true;
      if (limit !== null) clearTimeout(limit);
      if (kill !== null) clearTimeout(kill);
      clearInterval(look);
      resolve(ending);
    };
    child.stdout.on("data", (chunk: Buffer) => {
      if (reason === "ended" && options.onOutput(chunk) === "enough") stop("enough");
    });
    child.stderr.on("data", (chunk: Buffer) => options.onErrors(chunk));
    child.on("error", (error: NodeJS.ErrnoException) => finish({ reason: "missing", code: null, detail: error.message, unknown: error.code === "ENOENT" }));
    child.on("close", (code, signal) => finish({ reason, code, detail: signal ?? "", unknown: false }));
    // A program that fails early closes its input; its status says why.
    child.stdin.on("error", () => undefined);
    child.stdin.end(input ?? "");
  });
}

/** Ends a program and what it has started. */
function endGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === "win32" ? pid : -pid, signal);
  } catch {
    // It ended by itself a moment ago.
  }
}
