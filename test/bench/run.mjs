// Runs every test/bench/*.bench.ts, or those whose name contains an argument, and prints our time as a ratio to the other program's.
import { mkdir, readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const folder = dirname(fileURLToPath(import.meta.url));
const root = join(folder, "../..");
const out = join(root, "out/bench");
const wanted = process.argv.slice(2);
const files = (await readdir(folder)).filter((file) => file.endsWith(".bench.ts") && (wanted.length === 0 || wanted.some((name) => file.includes(name)))).sort();
if (files.length === 0) {
  console.error(`No bench is called ${wanted.join(" or ")}`);
  process.exit(2);
}
await mkdir(out, { recursive: true });
await build({
  absWorkingDir: root,
  entryPoints: files.map((file) => join(folder, file)),
  outdir: out,
  outExtension: { ".js": ".mjs" },
  bundle: true,
  platform: "node",
  format: "esm",
  // Both look for files of theirs beside themselves.
  external: ["playwright-core", "esbuild"],
  target: "node20",
  logLevel: "warning",
  banner: { js: `import { createRequire as makeRequire } from "node:module"; const require = makeRequire(import.meta.url);` },
});
for (const file of files) {
  const { default: bench } = await import(pathToFileURL(join(out, file.replace(/\.ts$/, ".mjs"))).href);
  console.log(`\n${bench.title}`);
  const measured = await bench.measure();
  if (typeof measured === "string") {
    console.log(`  not measured: ${measured}`);
    continue;
  }
  const width = Math.max(...measured.map(({ name }) => name.length));
  for (const { name, ours, theirs, detail } of measured) {
    const against = theirs === null ? "other not run" : `against ${milliseconds(theirs)}  ratio ${(ours / theirs).toFixed(2)}`;
    console.log(`  ${name.padEnd(width)}  ${milliseconds(ours)}  ${against}${detail ? `  ${detail}` : ""}`);
  }
}

function milliseconds(value) {
  return `${value.toFixed(value < 100 ? 1 : 0).padStart(7)} ms`;
}
