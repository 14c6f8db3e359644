// Asks git for a range-diff of patches that are only known from their mails: commits are made of the hunks, filler between them.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parsePatch } from "../../../src/core/patch/parse.js";
import type { RangePatch } from "../../../src/core/patch/range-diff-text.js";
import type { PatchFile, Side } from "../../../src/core/patch/types.js";

export interface GitRow {
  readonly before: number | null;
  readonly sign: string;
  readonly after: number | null;
  readonly inner: string;
}

/** What git says, and the patches as git reads them back from the commits that were made: the same input for us. */
export interface GitAnswer {
  readonly rows: readonly GitRow[];
  readonly before: readonly RangePatch[];
  readonly after: readonly RangePatch[];
  /** Milliseconds that git range-diff took, its start included. */
  readonly milliseconds: number;
}

/** Why git cannot be asked here; null when it can. */
export function whyNoGit(): string | null {
  return spawnSync("git", ["range-diff", "-h"]).error === undefined ? null : "git is not installed";
}

export function askGit(before: readonly RangePatch[], after: readonly RangePatch[]): GitAnswer {
  const folder = mkdtempSync(join(tmpdir(), "lifeline-range-diff-"));
  const git = (args: readonly string[], input?: string): string => {
    const run = spawnSync("git", ["-c", "core.quotePath=false", "-c", "core.abbrev=12", ...args], {
      cwd: folder, input, encoding: "utf8", maxBuffer: 1 << 28,
      env: { PATH: process.env["PATH"], HOME: folder, GIT_CONFIG_NOSYSTEM: "1", LC_ALL: "C.UTF-8", GIT_COMMITTER_NAME: "Test", GIT_COMMITTER_EMAIL: "test@example.org" },
    });
    if (run.status !== 0) throw new Error(`git ${args.join(" ")}: ${run.stderr}`);
    return run.stdout;
  };
  try {
    git(["init", "-q", "--bare"]);
    git(["fast-import", "--quiet"], `${commitText(1, "base", "", "base", [], [])}${branchText("one", before, 2)}${branchText("two", after, 2 + 2 * before.length)}done\n`);
    const start = performance.now();
    const text = git(["range-diff", "--no-color", "base..one", "base..two"]);
    const milliseconds = performance.now() - start;
    return { rows: readRows(text), before: readLog(git, "one"), after: readLog(git, "two"), milliseconds };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Each patch is a commit on top of a merge that has its before side: range-diff leaves out merges, so no tree has to fit the one before. */
function branchText(name: string, patches: readonly RangePatch[], firstMark: number): string {
  return patches.map(({ author, message, patch }, index) => {
    const mark = firstMark + 2 * index;
    const files = (side: Side): string[] => patch.files.flatMap((file) => fileText(file, side));
    return commitText(mark, name, "", "before", [index === 0 ? 1 : mark - 1, 1], files("before")) + commitText(mark + 1, name, author, message, [mark], files("after"));
  }).join("");
}

/** A commit for git fast-import; mark 1 is the commit below all others. */
function commitText(mark: number, branch: string, author: string, message: string, parents: readonly number[], files: readonly string[]): string {
  const person = /^[^<>\n]*<[^<>\n]*>$/.test(author) ? author : "Nobody <nobody@example.org>";
  const [from, merge] = parents;
  return [
    `commit refs/heads/${branch}`, `mark :${mark}`, `author ${person} 1000000000 +0000`, "committer Test <test@example.org> 1000000000 +0000",
    `data ${Buffer.byteLength(message)}`, message, ...(from === undefined ? [] : [`from :${from}`]), ...(merge === undefined ? [] : [`merge :${merge}`]), "deleteall",
  ].join("\n") + `\n${files.join("")}\n`;
}

function fileText(file: PatchFile, side: Side): string[] {
  const path = side === "before" ? file.pathA : file.pathB;
  if (path === null || file.combined !== undefined) return [];
  const text = file.binary ? `\0${side === "before" ? (file.blobA ?? "") : (file.blobB ?? "")}` : sideText(file, side);
  const mode = (side === "before" ? file.oldMode : file.newMode) ?? file.newMode ?? file.oldMode ?? "100644";
  return [`M ${mode === "100755" ? "100755" : "100644"} inline "${path.replace(/["\\]/g, "\\$&")}"\ndata ${Buffer.byteLength(text)}\n${text}\n`];
}

/** The hunks of one side with filler between them; the last filler line above a hunk is its heading, which is where git will look for it. */
function sideText(file: PatchFile, side: Side): string {
  const lines: string[] = [];
  let open = false;
  for (const [index, hunk] of file.hunks.entries()) {
    if (hunk.fromA > 1 && hunk.fromB > 1) {
      for (let line = 0; line < 8; line++) lines.push(`\tfiller ${index} ${line}`);
      if (hunk.heading !== "") lines.push(hunk.heading);
    }
    for (const line of hunk.lines) {
      if ((side === "before" ? line.lineA : line.lineB) === null) continue;
      lines.push(line.text);
      if (line.noNewline === true) open = true;
    }
  }
  const last = file.hunks.at(-1)?.lines.slice(-3) ?? [];
  if (file.pathA !== null && file.pathB !== null && last.length === 3 && last.every(({ sign }) => sign === " ")) lines.push("\tfiller below", "\tmore below");
  return lines.length === 0 ? "" : lines.join("\n") + (open ? "" : "\n");
}

function readRows(text: string): GitRow[] {
  const rows: (Omit<GitRow, "inner"> & { inner: string })[] = [];
  for (const line of text.split("\n")) {
    const head = /^ *(\d+|-): +\S+ ([!=<>]) +(\d+|-): +\S+/.exec(line);
    const [, one = "", sign = "", two = ""] = head ?? [];
    const row = rows.at(-1);
    if (head !== null) rows.push({ before: one === "-" ? null : Number(one) - 1, sign, after: two === "-" ? null : Number(two) - 1, inner: "" });
    else if (line.startsWith("    ") && row !== undefined) row.inner += `${line.slice(4)}\n`;
  }
  return rows;
}

function readLog(git: (args: readonly string[]) => string, branch: string): RangePatch[] {
  const commits = git(["rev-list", "--reverse", "--no-merges", `base..${branch}`]).split("\n").filter((id) => id !== "");
  return commits.map((id) => {
    const [author = "", message = ""] = git(["log", "-1", "--format=%an <%ae>%x00%B", id]).split("\0");
    return { author, message, patch: parsePatch(git(["diff-tree", "-p", "-M", "--no-commit-id", id])) };
  });
}
