// Applies a series: checks everything first, then a new branch in a new worktree and `git am -3` there. What is refused has changed nothing.
import { mkdir, mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, isAbsolute, join } from "node:path";
import type { Review } from "../../core/review/review.js";
import type { AmSeries, RawMail } from "../../core/series/am.js";
import type { ApplyRefusal, ApplyResult } from "../../protocol/messages.js";
import { type Base, type BaseWants, findBase } from "./base.js";
import { entriesOf, findRepository, isInsideTree, readBlobs, type Reading, resolveCommit } from "./objects.js";
import { failureOf, git, GitError, lastLine, runGit } from "./run.js";

export interface ApplyRequest {
  /** A folder of the repository. */
  readonly folder: string;
  /** The commit to begin with, in the user's words; null: found from what the series says. */
  readonly base: string | null;
  /** The new branch and the new folder, which must not be there yet. */
  readonly branch: string;
  readonly worktree: string;
}

export interface ApplyOptions extends Reading {
  /** Called with the number of patches that are being or have been applied, from one. */
  readonly progress?: (applied: number) => void;
}

class Refused extends Error {
  constructor(readonly refusal: ApplyRefusal, readonly detail: string) {
    super(`${refusal}: ${detail}`);
  }
}

/**
 * Applies the revision of a patch. Never throws for what the user can cause: a refusal has a kind and git's own words, and has left the
 * disk as it was.
 */
export async function applyRevision(review: Review, patchKey: string, raw: RawMail, request: ApplyRequest, options: ApplyOptions = {}): Promise<ApplyResult> {
  const series = review.am(patchKey, raw);
  const needs = review.needs(patchKey);
  if (series === null || needs === null) return { state: "refused", kind: "series", detail: "" };
  if (series.refused.length > 0) return { state: "refused", kind: "series", detail: "", problems: series.refused };
  const wants: BaseWants = { baseCommit: needs.baseCommit, firstBlobs: new Map(needs.firstBlobs) };
  try {
    const repository = await findRepository(request.folder, options);
    const base = await chooseBase(repository, request.base, wants, options);
    await checkTarget(repository, request, series.paths, base, options);
    const ancestors = await rehearse(repository, series, base, needs.blobs, options);
    return await apply(repository, series, request, base, ancestors, options);
  } catch (error) {
    if (error instanceof Refused) return { state: "refused", kind: error.refusal, detail: error.detail };
    if (error instanceof GitError) return error.kind === "cancelled" ? { state: "cancelled" } : { state: "refused", kind: error.kind, detail: error.detail };
    throw error;
  }
}

async function chooseBase(repository: string, base: string | null, wants: BaseWants, options: ApplyOptions): Promise<Base> {
  if (base !== null) {
    const commit = await resolveCommit(repository, base, options);
    if (commit === null) throw new Refused("no-such-base", base);
    return { commit, how: "asked" };
  }
  const found = await findBase(repository, wants, options);
  if (found === null) throw new Refused("no-base", wants.baseCommit ?? "");
  return found;
}

/** Everything that git would stumble over half-way: names, people, and links in the tree that lead elsewhere. */
async function checkTarget(repository: string, { branch, worktree }: ApplyRequest, paths: readonly string[], base: Base, options: ApplyOptions): Promise<void> {
  const isName = branch !== "" && !branch.startsWith("-") && (await runGit(repository, ["check-ref-format", "--branch", branch], options)).code === 0;
  if (!isName) throw new Refused("bad-branch", branch);
  if ((await runGit(repository, ["show-ref", "--verify", "--quiet", "--", `refs/heads/${branch}`], options)).code === 0) throw new Refused("branch-exists", branch);
  if (!isAbsolute(worktree) || worktree.includes("\0") || !(await isThere(dirname(worktree)))) throw new Refused("no-such-folder", worktree);
  if (await isThere(worktree)) throw new Refused("folder-exists", worktree);
  const identity = await runGit(repository, ["var", "GIT_COMMITTER_IDENT"], options);
  if (identity.code !== 0) throw new Refused("no-identity", lastLine(identity.words));
  const outside = paths.find((path) => !isInsideTree(path));
  if (outside !== undefined) throw new Refused("path-outside", outside);
  const above = new Set(paths.flatMap((path) => path.split("/").map((_, at, parts) => parts.slice(0, at).join("/")).filter((folder) => folder !== "")));
  for (const [folder, { mode }] of await entriesOf(repository, base.commit, [...above], options)) if (mode === "120000") throw new Refused("path-through-link", folder);
}

/**
 * Applies the patches to an index and an object store of their own, which are thrown away. A patch that git could merge with conflicts ends
 * the rehearsal: `git am` will stop there and leave the choice to the user. One that it cannot apply at all refuses the series. Returns
 * the blobs that the patches name and only the series itself makes: without them `git am -3` has no ancestor to merge from.
 */
async function rehearse(repository: string, series: AmSeries, base: Base, named: readonly string[], options: ApplyOptions): Promise<Uint8Array[]> {
  const folder = await mkdtemp(join(tmpdir(), "lifeline-apply-"));
  try {
    const paths = (await git(repository, ["rev-parse", "--path-format=absolute", "--absolute-git-dir", "--git-path", "objects"], options)).toString("utf8").split("\n");
    const environment = {
      GIT_DIR: paths[0] ?? "", GIT_INDEX_FILE: join(folder, "index"), GIT_OBJECT_DIRECTORY: join(folder, "objects"), GIT_ALTERNATE_OBJECT_DIRECTORIES: paths[1] ?? "", GIT_WORK_TREE: folder,
    };
    await mkdir(join(folder, "objects"));
    await git(folder, ["read-tree", base.commit], { ...options, environment });
    const mails = join(folder, "mails");
    await mkdir(mails);
    await git(folder, ["mailsplit", "-d4", `-o${mails}`, "--"], { ...options, input: series.bytes });
    for (const [at, patch] of series.patches.entries()) {
      const mail = await readFile(join(mails, String(at + 1).padStart(4, "0")));
      const parts = [join(folder, "message"), join(folder, "patch")] as const;
      await git(folder, ["mailinfo", ...parts], { ...options, input: mail });
      const { code, words } = await runGit(folder, ["apply", "--cached", "--3way", "--whitespace=nowarn", "--", parts[1]], { ...options, environment });
      if (code === 0) continue;
      if (/with conflicts/.test(words)) break;
      throw new Refused("does-not-apply", `${patch.n}/${series.patches.length} ${reasonIn(words)}`);
    }
    const known = await readBlobs(repository, named, options);
    const made = await readBlobs(folder, named.filter((id) => !known.has(id)), { ...options, environment });
    return [...made.values()];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function apply(repository: string, series: AmSeries, { branch, worktree }: ApplyRequest, base: Base, ancestors: readonly Uint8Array[], options: ApplyOptions): Promise<ApplyResult> {
  const undo = async (): Promise<void> => {
    await runGit(repository, ["worktree", "remove", "--force", "--force", "--", worktree]).catch(() => undefined);
    await runGit(repository, ["branch", "--quiet", "-D", "--", branch]).catch(() => undefined);
  };
  try {
    // Checking out the kernel takes half a minute; the user can cancel it.
    await git(repository, ["worktree", "add", "--quiet", "-b", branch, "--", worktree, base.commit], { ...options, limit: null });
    for (const blob of ancestors) await git(repository, ["hash-object", "-w", "--no-filters", "--stdin"], { ...options, input: blob });
  } catch (error) {
    await undo();
    throw error;
  }
  let applied = 0;
  const onLine = (line: string): void => {
    if (!line.startsWith("Applying: ")) return;
    applied += 1;
    options.progress?.(applied);
  };
  let result;
  try {
    result = await runGit(worktree, ["-c", "mailinfo.scissors=false", "am", "-3", "--no-scissors", "--keep-cr"], { ...options, input: series.bytes, limit: null, hooks: true, onLine });
  } catch (error) {
    // Cancelled: all of it was made by this call, so all of it goes.
    await undo();
    throw error;
  }
  const about = { branch, worktree, base: base.commit, how: base.how };
  if (result.code === 0) return { state: "applied", ...about, patches: series.patches.length };
  const stopped = series.patches[Math.max(0, applied - 1)];
  const unmerged = await runGit(worktree, ["diff", "--name-only", "--diff-filter=U", "-z"]);
  const files = unmerged.output.toString("utf8").split("\0").filter((name) => name !== "");
  if (stopped === undefined) {
    await undo();
    throw failureOf(result.words);
  }
  return { state: "stopped", ...about, patches: Math.max(0, applied - 1), at: stopped.n, title: stopped.title, files, detail: lastLine(result.words) };
}

/** git's first complaint about a file, short. */
function reasonIn(words: string): string {
  const lines = words.split("\n").filter((line) => line.startsWith("error: "));
  return (lines.find((line) => /patch failed|does not exist|already exists|beyond a symbolic link|invalid path/.test(line)) ?? lines[0] ?? lastLine(words)).replace(/^error: /, "").slice(0, 300);
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(() => true, () => false);
}
