// Builds everything that ships into dist/ and, with --tests, the host tests into out/test/. See scripts/README.md.
import { createRequire } from "node:module";
import { chmod, copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import { collectLicenses } from "./scripts/licenses.mjs";
import { pageOptions } from "./scripts/page-bundle.mjs";
import { compileProgram, programOptions } from "./scripts/program-bundle.mjs";

const root = dirname(fileURLToPath(import.meta.url));
const flags = new Set(process.argv.slice(2));
const watch = flags.has("--watch");

/** Options of every bundle that Node runs: CommonJS, because the extension host of the oldest supported editor loads nothing else. */
const node = {
  platform: "node",
  format: "cjs",
  target: "node20",
  // A bundle in CommonJS has no import.meta; web-tree-sitter's loader reads its URL and dies of an empty one.
  define: { "import.meta.url": "moduleUrl" },
  banner: { js: `const moduleUrl = require("node:url").pathToFileURL(__filename).href;` },
};

/** What is built: a name for messages, the entry files, and the options that differ. */
const bundles = [
  { name: "extension", entries: { extension: "src/vscode/extension.ts" }, options: { ...node, external: ["vscode"] } },
  { name: "worker", entries: { worker: "src/worker/main.ts" }, options: node },
  { name: "cli", entries: { cli: "src/cli/start.ts" }, options: { ...node, banner: { js: "#!/usr/bin/env node" } } },
  { name: "program", entries: { program: "src/cli/main.ts" }, options: programOptions(node) },
  {
    name: "page",
    entries: { main: "src/webview/main.ts", revisions: "src/webview/revisions/page.ts", style: "src/webview/style.css" },
    options: pageOptions(root),
  },
];

/** What people run most, each as the words of a command line. */
const sample = join(root, "media/samples/vfio-group-cdev-v2-5of5.txt");
const usualRuns = [["check", sample], ["diagram", sample], ["simulate", sample, "--scenario", "open-last-put", "--what-if", "no-parent-ref"]];

/** Files that ship as they are: [source folder or file, folder in dist]. */
const copies = [
  ["node_modules/web-tree-sitter/web-tree-sitter.wasm", "."],
  ["node_modules/tree-sitter-c/tree-sitter-c.wasm", "."],
  ["src/kernel/model", "kernel/model"],
  ["src/kernel/fills", "kernel/fills"],
  ["src/kernel/scenarios", "kernel/scenarios"],
];

if (flags.has("--tests")) {
  const tests = await listTests("test/host");
  bundles.push({
    name: "host tests",
    entries: Object.fromEntries(tests.map((file) => [relative("test/host", file).replace(/\.ts$/, ""), file])),
    outdir: "out/test/host",
    options: { ...node, external: ["vscode", "mocha"], minify: false, sourcemap: "inline" },
  });
}

// V8 takes compiled code by the length of its source: it must never lie beside another program.
await rm(join(root, "dist/program.cache"), { force: true });

const kept = new Set();
let busy = 0;
const contexts = await Promise.all(bundles.map(makeContext));
for (const file of await copyAssets()) kept.add(file);

if (watch) {
  // It would be of another reader as soon as that is changed.
  await rm(join(root, "dist/kernel/readings.txt"), { force: true });
  await Promise.all(contexts.map((context) => context.watch()));
} else {
  const outcomes = await Promise.allSettled(contexts.map((context) => context.rebuild()));
  await Promise.all(contexts.map((context) => context.dispose()));
  if (outcomes.some((outcome) => outcome.status === "rejected")) process.exitCode = 1;
  else {
    const metafiles = outcomes.map((outcome) => outcome.value.metafile);
    await writeLicenses(metafiles);
    await writeReadings();
    writeCompiled();
    await removeStale(join(root, "dist"));
    // A test whose source is gone must not run again.
    if (flags.has("--tests")) await removeStale(join(root, "out/test"));
    await printSizes(metafiles);
  }
}

function makeContext({ entries, options: { plugins = [], ...options }, name, outdir = options.outdir ?? "dist" }) {
  return esbuild.context({
    absWorkingDir: root,
    entryPoints: Object.entries(entries).map(([out, file]) => ({ out, in: file })),
    bundle: true,
    minify: !watch,
    sourcemap: watch ? "linked" : false,
    legalComments: "none",
    metafile: true,
    // Written by hand: only what changed, each file in one step, so that a host that runs from dist never sees half a file.
    write: false,
    logLevel: "warning",
    plugins: [...plugins, { name: "write", setup: (build) => void [build.onStart(announceStart), build.onEnd((result) => writeOutputs(name, result))] }],
    ...options,
    outdir,
  });
}

/** In watch mode the lines "[build] started" and "[build] ended" enclose each round; .vscode/tasks.json waits for them. */
function announceStart() {
  if (watch && busy++ === 0) console.log("[build] started");
}

async function writeOutputs(name, result) {
  for (const file of result.outputFiles ?? []) {
    kept.add(file.path);
    await writeIfChanged(file.path, file.contents);
    if (basename(file.path) === "cli.js") await chmod(file.path, 0o755);
  }
  if (!watch) return;
  console.log(`${name}: ${result.errors.length === 0 ? "done" : "failed"}`);
  if (--busy === 0) console.log("[build] ended");
}

async function writeIfChanged(path, contents) {
  const before = await readFile(path).catch(() => null);
  if (before?.equals(contents)) return;
  await mkdir(dirname(path), { recursive: true });
  const part = `${path}.${process.pid}.part`;
  await writeFile(part, contents);
  await rename(part, path);
}

/** Copies the assets and returns the paths that they now have. */
async function copyAssets() {
  const written = [];
  for (const [source, folder] of copies) {
    const from = join(root, source);
    const files = /\.\w+$/.test(source) ? [from] : (await readdir(from)).filter((file) => /\.[ch]$/.test(file)).map((file) => join(from, file));
    for (const file of files) {
      const to = resolve(root, "dist", folder, basename(file));
      await mkdir(dirname(to), { recursive: true });
      await copyFile(file, to);
      written.push(to);
    }
  }
  return written;
}

/** Has the kernel model and the scenarios read by the reader that ships, so that no run has to. */
async function writeReadings() {
  const program = join(root, "out/readings.cjs");
  await esbuild.build({ ...node, absWorkingDir: root, entryPoints: ["src/worker/readings-build.ts"], outfile: program, bundle: true, logLevel: "warning" });
  const file = join(root, "dist/kernel/readings.txt");
  await writeIfChanged(file, Buffer.from(await createRequire(import.meta.url)(program).readShipped(join(root, "dist"))));
  kept.add(file);
}

/** Has V8 compile the functions of the command line's program that the usual runs need, so that no run of this Node has to. */
function writeCompiled() {
  const file = join(root, "dist/program.cache");
  compileProgram(join(root, "dist/program.js"), file, usualRuns);
  kept.add(file);
}

/** Writes the licences of everything that is bundled or copied from a package. */
async function writeLicenses(metafiles) {
  const shipped = metafiles.flatMap(({ outputs }) => Object.entries(outputs).filter(([path]) => path.startsWith("dist/")));
  const inputs = [...shipped.flatMap(([, output]) => Object.keys(output.inputs)), ...copies.map(([source]) => source)];
  const file = join(root, "dist/LICENSES.txt");
  kept.add(file);
  await writeIfChanged(file, Buffer.from(collectLicenses(root, inputs)));
}

/** Removes what an earlier build left in a folder and this one did not write: dist holds only what ships. */
async function removeStale(folder) {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await removeStale(path);
    else if (!kept.has(path)) await rm(path, { force: true });
  }
}

/** Keeps esbuild's account of what went into which file, and prints the size of each entry. */
async function printSizes(metafiles) {
  const outputs = Object.assign({}, ...metafiles.map((metafile) => metafile.outputs));
  const inputs = Object.assign({}, ...metafiles.map((metafile) => metafile.inputs));
  await mkdir(join(root, "out"), { recursive: true });
  await writeFile(join(root, "out/meta.json"), JSON.stringify({ inputs, outputs }));
  const shipped = Object.entries(outputs).filter(([path]) => path.startsWith("dist/"));
  const isChunk = ([path]) => path.includes("/chunks/");
  for (const [path, output] of shipped) if (!isChunk([path])) console.log(`${path.padEnd(24)} ${kilobytes(output.bytes)}`);
  const chunks = shipped.filter(isChunk);
  if (chunks.length > 0) console.log(`${`dist/page, ${chunks.length} chunks`.padEnd(24)} ${kilobytes(chunks.reduce((sum, [, output]) => sum + output.bytes, 0))}`);
}

function kilobytes(bytes) {
  return `${(bytes / 1000).toFixed(1).padStart(9)} kB`;
}

/** The host tests and their entry point. */
async function listTests(folder) {
  const files = await readdir(join(root, folder), { recursive: true });
  return files
    .filter((file) => file === "index.ts" || file.endsWith(".test.ts"))
    .map((file) => join(folder, file))
    .sort();
}
