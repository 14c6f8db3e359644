// Small git repositories that tests make for themselves, and mailboxes whose patches belong to them.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll } from "vitest";
import { readMailbox } from "../../../src/core/mail/read.js";
import { buildReview, type Review } from "../../../src/core/review/review.js";
import { readSeries } from "../../../src/core/series/read.js";
import { nodePlatform } from "../../../src/worker/platform.js";

export interface Repository {
  readonly folder: string;
  git(...words: string[]): string;
  write(path: string, text: string | Uint8Array): void;
  /** Commits everything and returns the commit. */
  commit(message: string): string;
}

const made: string[] = [];
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

/** A folder that goes away after the tests of the file. */
export function temporaryFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "lifeline-git-")));
  made.push(folder);
  return folder;
}

/** No configuration but the test's own, and fixed people and dates, so that ids are the same everywhere. */
export const quietGit: Readonly<Record<string, string>> = {
  GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: "/dev/null", GIT_AUTHOR_NAME: "Ann Author", GIT_AUTHOR_EMAIL: "ann@example.org", GIT_COMMITTER_NAME: "Carl Committer", GIT_COMMITTER_EMAIL: "carl@example.org",
  GIT_AUTHOR_DATE: "2025-01-06T10:00:00+0000", GIT_COMMITTER_DATE: "2025-01-06T10:00:00+0000",
};

export function makeRepository(files: Readonly<Record<string, string>> = {}): Repository {
  const folder = temporaryFolder();
  const git = (...words: string[]): string => execFileSync("git", words, { cwd: folder, env: { ...process.env, ...quietGit }, encoding: "utf8", maxBuffer: 1 << 28, stdio: ["ignore", "pipe", "pipe"] });
  git("init", "--quiet", "--initial-branch=main");
  git("config", "user.name", "Carl Committer");
  git("config", "user.email", "carl@example.org");
  const repository: Repository = {
    folder, git,
    write(path, text) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    },
    commit(message) {
      git("add", "--all");
      git("commit", "--quiet", "--allow-empty", "--message", message);
      return git("rev-parse", "HEAD").trim();
    },
  };
  if (Object.keys(files).length > 0) {
    for (const [path, text] of Object.entries(files)) repository.write(path, text);
    repository.commit("begin");
  }
  return repository;
}

export async function reviewOf(mailbox: string | Uint8Array): Promise<Review> {
  const bytes = typeof mailbox === "string" ? new TextEncoder().encode(mailbox) : mailbox;
  const read = await readMailbox(bytes, nodePlatform);
  return buildReview(read, readSeries(read.messages, read.page));
}

/** Everything that a repository holds outside of its objects: to see that nothing was changed. */
export function stateOf(repository: Repository): string {
  return [repository.git("for-each-ref"), repository.git("status", "--porcelain", "--ignored"), repository.git("worktree", "list", "--porcelain"), repository.git("rev-parse", "HEAD"), repository.git("count-objects", "-v")].join("\n");
}
