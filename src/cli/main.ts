// The command-line program's entrance: Node's own streams and exit status around `runProgram`.
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { Assets } from "../worker/assets.js";
import { runProgram } from "./program.js";

/** Places that are told of a mistake of the program's own. */
const MOST_FRAMES = 8;

async function readStandardInput(): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk)));
  return Buffer.concat(chunks);
}

async function main(): Promise<void> {
  // A reader that has seen enough (`| head`) closes the pipe; that is no error of ours.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    process.exit(error.code === "EPIPE" ? 0 : 2);
  });
  process.exitCode = await runProgram(process.argv.slice(2), {
    // The built program lies in dist/, beside the grammars and the kernel model.
    assets: new Assets(dirname(fileURLToPath(import.meta.url))),
    readInput: readStandardInput,
    write: (text) => new Promise((resolve) => void process.stdout.write(text, () => { resolve(); })),
    writeError: (line) => void process.stderr.write(`${line}\n`),
    // A line that is written over; where nobody looks, it would only be noise.
    fetching: process.stderr.isTTY ? { progress: (text) => void process.stderr.write(`\r\u001b[K${text.slice(0, 78)}`) } : {},
  });
}

// Node would print the line of the built program that threw: all of it is one line.
main().catch((error: unknown) => {
  const { message, stack = "" } = error instanceof Error ? error : new Error(String(error));
  process.stderr.write(`lifeline: stopped by a mistake of its own: ${message}\n${stack.split("\n").filter((line) => /^\s+at /.test(line)).slice(0, MOST_FRAMES).join("\n")}\n`);
  process.exitCode = 2;
});
