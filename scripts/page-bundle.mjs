// How the webview's page is bundled: the one place for it, for the build and for the tests that open the page without an editor.
import { existsSync, readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, join, sep } from "node:path";

/** The kinds of diagram that the page draws, and the layout that they ask for, as mermaid names its files. The rest of mermaid's kinds do not ship. */
const drawn = ["stateDiagram", "stateDiagram-v2", "classDiagram", "classDiagram-v2", "sequenceDiagram", "dagre"];
/** What mermaid asks for besides, on demand: a file of its own that measures nodes. */
const helpers = ["sizeCapture"];

const mermaid = join("node_modules", "mermaid", "dist");

/** esbuild's options for the page, without what differs between a build and a test. */
export function pageOptions(root) {
  return {
    absWorkingDir: root,
    outdir: "dist/page",
    bundle: true,
    platform: "browser",
    format: "esm",
    target: "chrome128",
    splitting: true,
    chunkNames: "chunks/[name]-[hash]",
    plugins: [mermaidParts(root), quickCopies()],
  };
}

/**
 * `mermaid-part:NAME` is the file of mermaid that holds the diagram or layout NAME, whatever hash it has in this version: a module that imports it has it
 * fetched beside mermaid itself, and not only once mermaid asks for it. Kinds that the page never draws become one small file that says so.
 */
function mermaidParts(root) {
  const folder = join(root, mermaid, "chunks", "mermaid.core");
  return {
    name: "mermaid-parts",
    setup(build) {
      build.onResolve({ filter: /^mermaid-part:/ }, ({ path }) => {
        const name = path.slice("mermaid-part:".length);
        const file = existsSync(folder) ? readdirSync(folder).find((one) => one.endsWith(".mjs") && partName(one) === name) : undefined;
        if (file === undefined) return { errors: [{ text: `mermaid has no part ${name}` }] };
        return { path: join(folder, file), sideEffects: true };
      });
      build.onResolve({ filter: /\.mjs$/ }, ({ path, kind, importer }) => {
        if (kind !== "dynamic-import" || !importer.includes(`${sep}${mermaid}${sep}`)) return undefined;
        return [...drawn, ...helpers].includes(partName(basename(path))) ? undefined : { path: "not-drawn", namespace: "mermaid-parts" };
      });
      build.onLoad({ filter: /.*/, namespace: "mermaid-parts" }, () => ({ contents: 'throw new Error("diagrams of this kind are not part of the build");' }));
    },
  };
}

/** "stateDiagram-v2-MP3YSRHH.mjs" is the part "stateDiagram-v2". */
function partName(file) {
  return file.replace(/-[A-Z0-9]{8}\.mjs$/, "");
}

/** mermaid's way to hand out its configuration: it defines each of 800 members anew, some hundred times for a drawing. That was a quarter of the page's work for its first one. */
const slowCopy = "  return assignWithDepth_default({}, currentConfig);\n}, \"getConfig\");";
const quickCopy = `  const members = Object.entries(currentConfig).filter(([, value]) => value !== null);
  return Object.fromEntries(members.map(([key, value]) => [key, Array.isArray(value) ? [...value] : typeof value === "object" ? { ...value } : value]));
}, "getConfig");`;

/** Makes the same copy, two levels deep and without members that are null, as the engine copies objects. A mermaid in which the place is not found, once, is not built. */
function quickCopies() {
  return {
    name: "quick-copies",
    setup(build) {
      const found = new Map();
      build.onLoad({ filter: /mermaid[\\/]dist[\\/]chunks[\\/]mermaid\.core[\\/]chunk-\w+\.mjs$/ }, async ({ path }) => {
        const places = (await readFile(path, "utf8")).split(slowCopy);
        if (places.length === 1) return undefined;
        found.set(path, places.length - 1);
        return { contents: places.join(quickCopy), loader: "js" };
      });
      build.onEnd(() => {
        const count = [...found.values()].reduce((sum, places) => sum + places, 0);
        return count === 1 ? undefined : { errors: [{ text: `mermaid copies its configuration in ${count} places that are known here, not in one: see scripts/page-bundle.mjs` }] };
      });
    },
  };
}
