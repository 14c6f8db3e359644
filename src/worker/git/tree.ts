// What a git tree gives to one revision: its blobs by id, files of its base commit, and the words that go with them.
import type { Problem } from "../../core/problem.js";
import type { Review } from "../../core/review/review.js";
import type { TreeState } from "../../protocol/messages.js";
import { nodePlatform } from "../platform.js";
import { findRepository, readBlobs, readFiles, type Reading, resolveCommit } from "./objects.js";
import { GitError } from "./run.js";

/** Without a tree. */
export const NO_TREE: TreeState = { folder: null, wanted: 0, found: 0, problems: [], failure: null };

/**
 * Gives the revision of a patch the whole texts of the first of some folders whose repository has any of them. Never throws: what went wrong
 * is in the result, and the images are then those of the mails alone. `base` is a commit that the user names, for files without a blob id.
 */
export async function useTree(review: Review, patchKey: string, folders: readonly string[], base: string | null, options: Reading = {}): Promise<TreeState> {
  const needs = review.needs(patchKey);
  if (needs === null || folders.length === 0) {
    review.useTree(patchKey, null);
    return NO_TREE;
  }
  let failure: TreeState["failure"] = null;
  let nothing: TreeState | null = null;
  for (const folder of folders) {
    try {
      const repository = await findRepository(folder, options);
      const blobs = await readBlobs(repository, needs.blobs, options);
      const files = needs.paths.length === 0 ? new Map<string, Uint8Array>() : await filesOf(repository, base ?? needs.baseCommit, needs.paths, options);
      const state = { folder: repository, wanted: needs.blobs.length + needs.paths.length, found: blobs.size + files.size, failure: null };
      if (state.found === 0) {
        nothing ??= { ...state, problems: [lacking(patchKey, review)] };
        continue;
      }
      return { ...state, problems: review.useTree(patchKey, { blobs, files, platform: nodePlatform }) };
    } catch (error) {
      if (!(error instanceof GitError)) throw error;
      failure ??= { kind: error.kind, detail: error.detail };
    }
  }
  review.useTree(patchKey, null);
  return nothing ?? { ...NO_TREE, failure };
}

/** One problem for a tree that has nothing of the series, instead of one for each file. */
function lacking(patchKey: string, review: Review): Problem {
  const first = review.needs(patchKey)?.blobs[0];
  return { kind: "tree-lacks-blob", severity: "note", ...(first === undefined ? {} : { detail: first }) };
}

async function filesOf(repository: string, base: string | null, paths: readonly string[], options: Reading): Promise<Map<string, Uint8Array>> {
  const commit = base === null ? null : await resolveCommit(repository, base, options);
  return commit === null ? new Map<string, Uint8Array>() : readFiles(repository, commit, paths, options);
}
