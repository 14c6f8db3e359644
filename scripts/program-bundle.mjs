// How the command line's program is bundled, and what V8 compiles of it at build. src/cli/start.ts starts what is made here.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { Script } from "node:vm";

/** esbuild's options: what every bundle for Node has, but one function of `require` and `__filename`, because that can be started from compiled code. */
export function programOptions(node) {
  return {
    ...node,
    supported: { "dynamic-import": false },
    banner: { js: `(function (require, __filename) {const nodeModule = require;${node.banner.js}` },
    footer: { js: "})" },
    plugins: [requireInstead()],
  };
}

/**
 * Runs these command lines of the program in a process of their own, and writes what V8 has compiled by then to `out`. What a run says, or finds, does not matter;
 * throws when one breaks off.
 */
export function compileProgram(program, out, runs) {
  execFileSync(process.execPath, [fileURLToPath(import.meta.url), program, out, JSON.stringify(runs)], { stdio: ["ignore", "ignore", "inherit"] });
}

/** A script that was started from compiled code cannot import, and web-tree-sitter imports two modules of Node. */
function requireInstead() {
  return {
    name: "require-instead",
    setup(build) {
      let count = 0;
      build.onLoad({ filter: /[\\/]web-tree-sitter[\\/]web-tree-sitter\.js$/ }, async ({ path }) => {
        const places = (await readFile(path, "utf8")).split(/await import\((?="(?:module|fs\/promises)"\))/);
        count = places.length - 1;
        return { contents: places.join("nodeModule("), loader: "js" };
      });
      build.onEnd(() => (count === 2 ? undefined : { errors: [{ text: `web-tree-sitter imports modules of Node in ${count} places, not in two: see scripts/program-bundle.mjs` }] }));
    },
  };
}

/** In the process of its own: the runs one after the other, each when nothing of the one before is left to do. */
function runAll(program, out, runs) {
  const script = new Script(readFileSync(program, "utf8"), { filename: program });
  const start = script.runInThisContext();
  const next = () => {
    const run = runs.shift();
    if (run !== undefined) {
      process.argv.splice(1, process.argv.length, program, ...run);
      start(createRequire(program), program);
      return;
    }
    process.off("beforeExit", next);
    writeFileSync(out, script.createCachedData());
    // Findings are no failure of the build.
    process.exitCode = 0;
  };
  process.on("beforeExit", next);
  next();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [program, out, runs] = process.argv.slice(2);
  runAll(program, out, JSON.parse(runs));
}
