// Reads what a repository has: commits by name, blobs by id, files of a commit. Asks by checked hexadecimal ids and checked paths only.
import { stat } from "node:fs/promises";
import { git, GitError, type GitOptions, runGit } from "./run.js";

/** Bytes of one file; the kernel's longest source file has 12 MB. */
export const MAX_BLOB = 32 * 1024 * 1024;
/** Bytes of all files of one series. */
const MAX_ALL = 256 * 1024 * 1024;
/** Objects that are asked for at once. */
const MAX_OBJECTS = 5000;

export type Reading = Pick<GitOptions, "cancelled" | "environment">;

/** The top folder of a repository's files, or of the repository itself where it has none (a bare one). A GitError when there is none. */
export async function findRepository(folder: string, options: Reading = {}): Promise<string> {
  const isFolder = await stat(folder).then((found) => found.isDirectory(), () => false);
  if (!isFolder) throw new GitError("no-repository", folder);
  const inside = await git(folder, ["rev-parse", "--is-inside-work-tree"], options);
  const bare = inside.toString("utf8").trim() !== "true";
  const top = await git(folder, ["rev-parse", bare ? "--absolute-git-dir" : "--show-toplevel"], options);
  return top.toString("utf8").replace(/\n$/, "");
}

/** The full id of a commit; `name` is checked by git alone and may be a branch, a tag or an id. Null when there is none. */
export async function resolveCommit(repository: string, name: string, options: Reading = {}): Promise<string | null> {
  if (name === "" || name.includes("\0")) return null;
  const { code, output } = await runGit(repository, ["rev-parse", "--verify", "--quiet", "--end-of-options", `${name}^{commit}`], options);
  const id = output.toString("utf8").trim();
  return code === 0 && isObjectId(id) ? id : null;
}

/** Blobs by the ids that were asked for, which may be abbreviated; those that are not there, not blobs, or too large are absent. */
export async function readBlobs(repository: string, ids: readonly string[], options: Reading = {}): Promise<Map<string, Uint8Array>> {
  const wanted = ids.filter((id) => /^[0-9a-f]{4,64}$/.test(id)).slice(0, MAX_OBJECTS);
  return readObjects(repository, wanted.map((id) => ({ name: id, query: id, accept: (full) => full.startsWith(id) })), options);
}

/** Files of a commit by path. Links and folders are absent: what is wanted is text, and a link leads elsewhere. */
export async function readFiles(repository: string, commit: string, paths: readonly string[], options: Reading = {}): Promise<Map<string, Uint8Array>> {
  const blobs = await blobsOf(repository, commit, paths, options);
  const texts = await readBlobs(repository, [...new Set(blobs.values())], options);
  return new Map([...blobs].flatMap(([path, id]): [string, Uint8Array][] => {
    const bytes = texts.get(id);
    return bytes === undefined ? [] : [[path, bytes]];
  }));
}

/** Full blob ids of a commit's plain files by path; paths that name no plain file are absent. */
export async function blobsOf(repository: string, commit: string, paths: readonly string[], options: Reading = {}): Promise<Map<string, string>> {
  const blobs = new Map<string, string>();
  for (const [path, entry] of await entriesOf(repository, commit, paths, options)) if (entry.mode.startsWith("100")) blobs.set(path, entry.id);
  return blobs;
}

/** What a commit has at each path: a file, a folder, a link. Absent where it has nothing. */
export async function entriesOf(repository: string, commit: string, paths: readonly string[], options: Reading = {}): Promise<Map<string, { readonly mode: string; readonly id: string }>> {
  const wanted = [...new Set(paths)].filter(isInsideTree).slice(0, MAX_OBJECTS);
  const found = new Map<string, { mode: string; id: string }>();
  if (wanted.length === 0 || !isObjectId(commit)) return found;
  // `--` ends the options; `:(literal)` is not needed with ls-tree, whose paths are no patterns.
  for (let at = 0; at < wanted.length; at += 500) {
    const output = await git(repository, ["ls-tree", "-z", "--full-tree", commit, "--", ...wanted.slice(at, at + 500)], options);
    for (const row of output.toString("utf8").split("\0")) {
      const match = /^(\d{6}) \w+ ([0-9a-f]+)\t([^]*)$/.exec(row);
      if (match) found.set(match[3] ?? "", { mode: match[1] ?? "", id: match[2] ?? "" });
    }
  }
  return found;
}

/** Which of some commits have exactly these blobs at these paths, in the order given. Ids may be abbreviated. */
export async function commitsWith(repository: string, commits: readonly string[], wanted: ReadonlyMap<string, string>, options: Reading = {}): Promise<string[]> {
  const checked = commits.filter(isObjectId).slice(0, MAX_OBJECTS);
  const paths = [...wanted].filter(([path]) => isInsideTree(path) && !path.includes("\n"));
  if (paths.length === 0 || checked.length === 0) return [];
  const input = checked.flatMap((commit) => paths.map(([path]) => `${commit}:${path}\n`)).join("");
  const rows = (await git(repository, ["cat-file", "--batch-check=%(objectname) %(objecttype)"], { ...options, input })).toString("utf8").split("\n");
  return checked.filter((_, at) => paths.every(([, id], place) => {
    const [full = "", type = ""] = (rows[at * paths.length + place] ?? "").split(" ");
    return type === "blob" && full.startsWith(id);
  }));
}

/** A full id of SHA-1 or SHA-256. */
export function isObjectId(text: string): boolean {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text);
}

/** True for a path that stays in the tree: relative, without `.`, `..`, an empty part, or git's own folder. */
export function isInsideTree(path: string): boolean {
  if (path === "" || path.includes("\0") || path.includes("\\") || /^[a-z]:/i.test(path)) return false;
  return path.split("/").every((part) => part !== "" && part !== "." && part !== ".." && part.toLowerCase() !== ".git");
}

interface Query {
  readonly name: string;
  readonly query: string;
  readonly accept: (id: string) => boolean;
}

async function readObjects(repository: string, queries: readonly Query[], options: Reading): Promise<Map<string, Uint8Array>> {
  const found = new Map<string, Uint8Array>();
  if (queries.length === 0) return found;
  // First their sizes: a blob can be as large as a disk.
  const sizes = await git(repository, ["cat-file", "--batch-check=%(objectname) %(objecttype) %(objectsize)"], { ...options, input: queries.map(({ query }) => `${query}\n`).join("") });
  const rows = sizes.toString("utf8").split("\n");
  let all = 0;
  const there = queries.flatMap((query, at) => {
    const [id = "", type = "", size = ""] = (rows[at] ?? "").split(" ");
    if (type !== "blob" || !isObjectId(id) || !query.accept(id) || Number(size) > MAX_BLOB || all + Number(size) > MAX_ALL) return [];
    all += Number(size);
    return [{ name: query.name, id, size: Number(size) }];
  });
  if (there.length === 0) return found;
  const output = await git(repository, ["cat-file", "--batch"], { ...options, input: there.map(({ id }) => `${id}\n`).join("") });
  let at = 0;
  for (const { name, id, size } of there) {
    const newline = output.indexOf(0x0a, at);
    if (newline < 0 || output.toString("latin1", at, newline) !== `${id} blob ${size}`) break;
    // A copy, so that the whole answer need not be kept.
    found.set(name, Uint8Array.from(output.subarray(newline + 1, newline + 1 + size)));
    at = newline + 1 + size + 1;
  }
  return found;
}
