// House rules that neither the compiler nor lint can hold, checked over the files that git tracks (and those it would).
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, posix, resolve } from "node:path";
import { expect, it } from "vitest";

const root = resolve(__dirname, "..");

/** Most lines that a file under src/ may have. */
const ceiling = 400;

/** Files that may be longer, each with its reason. */
const longFiles: Readonly<Record<string, string>> = {};

/** What each room of core may import besides itself. */
const coreRooms: Readonly<Record<string, readonly string[]>> = {
  patch: [],
  mail: ["patch"],
  series: ["patch", "mail"],
  c: ["patch"],
  lifecycle: ["patch", "c"],
  simulate: ["patch", "c"],
  review: ["patch", "mail", "series", "c", "lifecycle", "simulate"],
};

/** What each zone of src/ may import besides itself; kernel/ is data. */
const zones: Readonly<Record<string, readonly string[]>> = {
  core: [],
  protocol: ["core"],
  worker: ["core", "protocol"],
  cli: ["core", "protocol", "worker"],
  vscode: ["core", "protocol"],
  webview: ["core", "protocol"],
};

const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "-z"], { cwd: root, encoding: "utf8", maxBuffer: 1 << 26 })
  .split("\0")
  .filter((file) => file !== "" && existsSync(join(root, file)))
  .sort();
const code = files.filter((file) => /\.(ts|mts|mjs|css)$/.test(file));
const sources = files.filter((file) => /^src\/.*\.ts$/.test(file) && !file.endsWith(".d.ts"));
const texts = new Map<string, string>();

/** An import statement of a file: the text of its path, and where it stands. */
interface Import {
  readonly from: string;
  readonly line: number;
  readonly path: string;
  /** The file that it names, from the project's root; null for a package. */
  readonly to: string | null;
  readonly typeOnly: boolean;
}

it("starts every module with a comment of whole sentences that says what it is", () => {
  const wrong = code.filter((file) => {
    const head = headComment(file);
    return !/^(\/\/|\/\*) \S/.test(head) || head.length < 20 || !/[.:]["`)]?(\s\*\/)?$/.test(head);
  });
  expect(wrong).toEqual([]);
});

it("imports vscode under src/vscode and test/host only", () => {
  const outside = allImports(code.filter((file) => !/^(src\/vscode|test\/host)\//.test(file))).filter(({ path }) => path === "vscode");
  expect(outside.map(where)).toEqual([]);
});

it("lets imports point one way between zones and between the rooms of core", () => {
  const wrong = allImports(sources).filter(({ from, to }) => {
    if (to === null) return false;
    const [zoneA, zoneB] = [zoneOf(from), zoneOf(to)];
    if (zoneA !== zoneB) return !zones[zoneA]?.includes(zoneB);
    if (zoneA !== "core") return false;
    const [roomA, roomB] = [roomOf(from), roomOf(to)];
    if (roomA === roomB || roomB === null) return false;
    return roomA === null || !coreRooms[roomA]?.includes(roomB);
  });
  expect(wrong.map(where)).toEqual([]);
});

it("keeps core code out of the extension's own bundle and out of the page", () => {
  const loaded = allImports(sources.filter((file) => /^src\/(vscode|webview)\//.test(file))).filter(({ to, typeOnly }) => to?.startsWith("src/core/") && !typeOnly);
  expect(loaded.map(where)).toEqual([]);
});

it("has no import cycles", () => {
  expect(findCycles(allImports(sources).filter(({ typeOnly }) => !typeOnly))).toEqual([]);
});

it("names only files that are there in imports, with their .js ending", () => {
  const wrong = allImports(sources).filter(({ path, to }) => path.startsWith(".") && (to === null || !existsSync(join(root, to))));
  expect(wrong.map(where)).toEqual([]);
});

it(`keeps files under src/ within ${ceiling} lines`, () => {
  const long = sources.filter((file) => lines(file).length > ceiling && !(file in longFiles));
  expect(long.map((file) => `${file}: ${lines(file).length} lines`)).toEqual([]);
  expect(Object.keys(longFiles).filter((file) => !files.includes(file) || lines(file).length <= ceiling)).toEqual([]);
});

it("has no trailing blanks and ends each file with one line break", () => {
  const wrong = files
    .filter((file) => /\.(ts|mts|mjs|json|css|c|h|md|yml)$/.test(file) && !isVerbatim(file))
    .flatMap((file) => [
      ...matches(file, /[ \t]+$/),
      ...(/[^\n]\n$/.test(text(file)) || text(file) === "" ? [] : [`${file}: does not end with one line break`]),
    ]);
  expect(wrong).toEqual([]);
});

it("keeps clocks and chance out of core, and unseeded chance out of tests", () => {
  const core = sources.filter((file) => file.startsWith("src/core/")).flatMap((file) => matches(file, /\bMath\.random\b|\bDate\.now\b|\bnew Date\(\)|\bperformance\.now\b/));
  const tests = files.filter((file) => /^test\/.*\.ts$/.test(file) && file !== "test/tidy.test.ts").flatMap((file) => matches(file, /\bMath\.random\b/));
  expect([...core, ...tests]).toEqual([]);
});

it("has no unfinished business in comments", () => {
  const mark = new RegExp(`\\b(${["TO" + "DO", "FIX" + "ME", "X" + "XX", "HA" + "CK"].join("|")})\\b`);
  expect(files.filter((file) => isText(file) && !isVerbatim(file)).flatMap((file) => matches(file, mark))).toEqual([]);
});

it("names no path of a machine and no registry in any tracked file", () => {
  // Put together here, so that this file does not match itself.
  const forbidden = new RegExp(["/" + "work/", "/" + "root/", "/home/" + "\\w", "\\.lib" + "rary\\b", "registry\\." + "npmjs", "/" + "Users/\\w"].join("|"));
  expect(files.filter((file) => isText(file) && !isVerbatim(file)).flatMap((file) => matches(file, forbidden))).toEqual([]);
});

it("records no download hosts in package-lock.json", () => {
  expect(matches("package-lock.json", /"resolved"|\.tgz\b/)).toEqual([]);
});

it("pins every dependency to one exact version", () => {
  const manifest = JSON.parse(text("package.json")) as Record<string, Record<string, string> | undefined>;
  const loose = ["dependencies", "devDependencies"].flatMap((kind) => Object.entries(manifest[kind] ?? {})).filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version));
  expect(loose).toEqual([]);
});

/** True for what is kept byte for byte: fixtures and golden texts, samples, and the lock file. */
function isVerbatim(file: string): boolean {
  return /^(test\/.*(fixtures|golden)\/|media\/samples\/)|^package-lock\.json$|\.golden$/.test(file);
}

function isText(file: string): boolean {
  return !/\.(png|jpg|gif|wasm|gz|ico|woff2?|mbox|eml)$/.test(file);
}

function text(file: string): string {
  let content = texts.get(file);
  if (content === undefined) {
    content = readFileSync(join(root, file), "utf8");
    texts.set(file, content);
  }
  return content;
}

function lines(file: string): string[] {
  return text(file).replace(/\n$/, "").split("\n");
}

/** The comment at the head of a file, joined to one line. */
function headComment(file: string): string {
  const all = lines(file).filter((line) => !line.startsWith("#!"));
  if (all[0]?.startsWith("/*")) return all.slice(0, all.findIndex((line) => line.includes("*/")) + 1).join(" ");
  const end = all.findIndex((line) => !line.startsWith("//"));
  return all.slice(0, end === -1 ? all.length : end).join(" ");
}

/** Each line of a file that matches, as "file:line: text". */
function matches(file: string, pattern: RegExp): string[] {
  return lines(file).flatMap((line, index) => (pattern.test(line) ? [`${file}:${index + 1}: ${line.trim().slice(0, 120)}`] : []));
}

function allImports(of: readonly string[]): Import[] {
  return of.filter((file) => /\.(ts|mts|mjs)$/.test(file)).flatMap(importsOf);
}

function importsOf(from: string): Import[] {
  const content = text(from);
  // Statements, export … from, import(…) and types by import("…"); a string that only looks like one would have to start a line.
  const pattern = /^[ \t]*(import|export)\b([^;"'`]*?\bfrom\b|)\s*["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']\s*\)/gm;
  return [...content.matchAll(pattern)].map((match) => {
    const path = match[3] ?? match[4] ?? "";
    const clause = match[2] ?? "";
    return {
      from,
      line: content.slice(0, match.index).split("\n").length + (match[0].match(/^\s*\n/) ? 1 : 0),
      path,
      to: path.startsWith(".") ? resolveImport(from, path) : null,
      typeOnly: /^\s*type\b/.test(clause) || isTypeClause(clause),
    };
  });
}

/** True for `{ type A, type B } from`. */
function isTypeClause(clause: string): boolean {
  const names = /^\s*\{([^}]*)\}\s*from$/.exec(clause)?.[1];
  if (names === undefined) return false;
  const each = names.split(",").map((name) => name.trim()).filter((name) => name !== "");
  return each.length > 0 && each.every((name) => name.startsWith("type "));
}

function resolveImport(from: string, path: string): string | null {
  const target = posix.join(dirname(from), path);
  if (/\.(css|json|mjs|c)$/.test(target)) return target;
  return target.endsWith(".js") ? target.replace(/\.js$/, ".ts") : null;
}

function zoneOf(file: string): string {
  return file.split("/")[1] ?? "";
}

/** The room of core that a file is in; null for what lies directly in core/. */
function roomOf(file: string): string | null {
  const parts = file.split("/");
  return parts.length > 3 ? (parts[2] ?? null) : null;
}

function where({ from, line, path }: Import): string {
  return `${from}:${line}: imports ${path}`;
}

/** One cycle per knot, as "a.ts > b.ts > a.ts". */
function findCycles(imports: readonly Import[]): string[] {
  const next = new Map<string, string[]>();
  for (const { from, to } of imports) if (to !== null) next.set(from, [...(next.get(from) ?? []), to]);
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (file: string, trail: readonly string[]): void => {
    const start = trail.indexOf(file);
    if (start !== -1) {
      cycles.push([...trail.slice(start), file].join(" > "));
      return;
    }
    if (done.has(file)) return;
    for (const other of next.get(file) ?? []) visit(other, [...trail, file]);
    done.add(file);
  };
  for (const file of next.keys()) visit(file, []);
  return cycles;
}
