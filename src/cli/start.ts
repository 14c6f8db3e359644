// The command line's entrance: starts the program from the code that V8 compiled of it at build, where this is the build's V8; else V8 compiles it now.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { Script } from "node:vm";

/** The program, one function of `require` and its own file name; its code compiled, which fits one version of V8 only. */
const PROGRAM = join(__dirname, "program.js");
const COMPILED = join(__dirname, "program.cache");

/**
 * How much of a function runs before V8 optimizes it, in bytes of its code: more than it would wait for, because most commands are over before optimizing has paid.
 * The first is of WebAssembly (tree-sitter's functions are large), the second of JavaScript. Another V8 may not know these flags.
 */
const FLAGS = ["--wasm-tiering-budget=1000000000", "--interrupt-budget=540672"];

const script = new Script(readFileSync(PROGRAM, "utf8"), { filename: PROGRAM, cachedData: readCompiled() });
// Not before, because compiled code is taken only under the flags that it was made with.
if (script.cachedDataRejected === false) FLAGS.forEach((flag) => { setFlagsFromString(flag); });
// What the build has made is such a function.
const start = script.runInThisContext() as (require: NodeJS.Require, file: string) => void;
start(createRequire(PROGRAM), PROGRAM);

function readCompiled(): Buffer | undefined {
  try {
    return readFileSync(COMPILED);
  } catch {
    return undefined;
  }
}
