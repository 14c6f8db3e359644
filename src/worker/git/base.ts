// Finds the commit that a series was made on: the one that it names, else one that has the files as the patches found them.
import { commitsWith, isObjectId, type Reading, resolveCommit } from "./objects.js";
import { git, runGit } from "./run.js";

/** How a base was found. */
export type BaseReason = "asked" | "base-commit" | "head" | "branch" | "history";

export interface Base {
  readonly commit: string;
  readonly how: BaseReason;
}

/** What a series says of its beginning: the commit that it names, and for each file the blob that its first patch found. */
export interface BaseWants {
  readonly baseCommit: string | null;
  /** Blob ids, as abbreviated in the patches, by path; added files are not in it. */
  readonly firstBlobs: ReadonlyMap<string, string>;
}

/** Branches and tags that are looked at, the newest first; the kernel's own repository has 900 tags. */
const MAX_TIPS = 2000;
/** Files whose history is searched: each takes a walk through it. */
const MAX_SEARCHED = 4;
/** Commits of a file's history that had one blob or took it away. */
const MAX_HITS = 20;

/** The base commit, or null when the repository has none; then only the user can name one. */
export async function findBase(repository: string, wants: BaseWants, options: Reading = {}): Promise<Base | null> {
  const named = wants.baseCommit === null ? null : await resolveCommit(repository, wants.baseCommit.toLowerCase(), options);
  // A branch may have a hexadecimal name; only the commit itself is meant.
  if (named !== null && wants.baseCommit !== null && named.startsWith(wants.baseCommit.toLowerCase())) return { commit: named, how: "base-commit" };
  if (wants.firstBlobs.size === 0) return null;
  const head = await resolveCommit(repository, "HEAD", options);
  if (head !== null && (await commitsWith(repository, [head], wants.firstBlobs, options)).length > 0) return { commit: head, how: "head" };
  const [tip] = await commitsWith(repository, await tipsOf(repository, options), wants.firstBlobs, options);
  if (tip !== undefined) return { commit: tip, how: "branch" };
  const [found] = await commitsWith(repository, await historyOf(repository, wants.firstBlobs, options), wants.firstBlobs, options);
  return found === undefined ? null : { commit: found, how: "history" };
}

async function tipsOf(repository: string, options: Reading): Promise<string[]> {
  const output = await git(repository, ["for-each-ref", `--count=${MAX_TIPS}`, "--sort=-creatordate", "--format=%(objecttype) %(objectname) %(*objecttype) %(*objectname)"], options);
  const tips = output.toString("utf8").split("\n").flatMap((row) => {
    const words = row.split(" ");
    const at = words.indexOf("commit");
    return at < 0 ? [] : [words[at + 1] ?? ""];
  });
  return [...new Set(tips)].filter(isObjectId);
}

/** Commits that brought one of the blobs, and parents of those that took one away, the newest first. */
async function historyOf(repository: string, blobs: ReadonlyMap<string, string>, options: Reading): Promise<string[]> {
  const commits = new Map<string, number>();
  for (const [path, blob] of [...blobs].slice(0, MAX_SEARCHED)) {
    if (!/^[0-9a-f]{4,64}$/.test(blob)) continue;
    const known = await runGit(repository, ["rev-parse", "--verify", "--quiet", "--end-of-options", `${blob}^{blob}`], options);
    const id = known.output.toString("utf8").trim();
    if (known.code !== 0 || !isObjectId(id) || !id.startsWith(blob)) continue;
    const output = await git(repository, ["log", "--all", `--max-count=${MAX_HITS}`, "--no-show-signature", "--format=%H %ct %P", `--find-object=${id}`, "--", `:(top,literal)${path}`], options);
    for (const row of output.toString("utf8").split("\n")) {
      const [commit = "", time = "0", ...parents] = row.split(" ");
      for (const one of [commit, ...parents]) if (isObjectId(one)) commits.set(one, Number(time));
    }
  }
  return [...commits].sort(([, one], [, two]) => two - one).map(([commit]) => commit);
}
