// A series as git takes it: what `git am` makes of the exported file, and of a new worktree; and everything that is refused before anything is changed.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Image } from "../../../src/core/patch/types.js";
import type { Review } from "../../../src/core/review/review.js";
import type { RevisionView } from "../../../src/core/review/types.js";
import { applyRevision } from "../../../src/worker/git/apply.js";
import { corpusNote, corpusRoot, hasCorpus, listBoxes } from "../../core/corpus.js";
import { lifeline } from "../cli/support.js";
import { makeRepository, quietGit, type Repository, reviewOf, stateOf, temporaryFolder } from "./repository.js";
import { makeVfioTree, vfioPath } from "./vfioTree.js";

const numbered = (path: string, changes: Readonly<Record<number, string>> = {}): string => Array.from({ length: 60 }, (_, at) => `${changes[at + 1] ?? `${path} line ${at + 1}`}\n`).join("");

interface MailParts {
  readonly subject: string;
  readonly id: string;
  readonly body: string;
  readonly from?: string;
  readonly parent?: string;
}

function mail({ subject, id, body, from = "Ann Author <ann@example.org>", parent }: MailParts): string {
  return `From mboxrd@z Thu Jan  1 00:00:00 1970\nFrom: ${from}\nTo: list@lists.example.org\nSubject: ${subject}\nMessage-ID: <${id}>\n${parent === undefined ? "" : `In-Reply-To: <${parent}>\n`}Date: Wed, 13 Oct 2021 11:27:45 -0300\n\n${body}\n`;
}

/** A repository and the mails of two patches that were made on it, with replies. */
function twoPatches(options: { base?: boolean } = {}): { repository: Repository; mails: string; base: string } {
  const repository = makeRepository({ "lib/a.c": numbered("a"), "lib/b.c": numbered("b") });
  const base = repository.git("rev-parse", "HEAD").trim();
  const diffs: string[] = [];
  for (const [path, line, text] of [["lib/a.c", 30, "A!"], ["lib/a.c", 50, "café"]] as const) {
    repository.write(path, readFileSync(join(repository.folder, path), "utf8").replace(`a line ${line}\n`, `${text}\n`));
    diffs.push(repository.git("diff", "--stat", "--patch"));
    repository.git("add", "--all");
  }
  // `git diff` compares with the index, so each diff is one patch's own.
  repository.git("reset", "--quiet", "--hard");
  repository.git("prune", "--expire=now");
  const body = (why: string, diff: string): string => `${why}\n\nSigned-off-by: Ann Author <ann@example.org>\n---\nv2: better words\n\n${diff}-- \n2.43.0\n`;
  const mails = [
    mail({ subject: "[PATCH v2 0/2] lib: two changes", id: "0@x", body: `Both.\n${options.base === false ? "" : `\nbase-commit: ${base}\n`}` }),
    mail({ subject: "[PATCH v2 1/2] lib: change the first", id: "1@x", parent: "0@x", body: body("From the start of it all.\n\nFrom here on, all is better.", diffs[0] ?? "") }),
    mail({ subject: "[PATCH v2 2/2] lib: change the =?UTF-8?q?caf=C3=A9?=", id: "2@x", parent: "0@x", body: body("Because.", diffs[1] ?? "") }),
    mail({ subject: "Re: [PATCH v2 0/2] lib: two changes", id: "r0@x", parent: "0@x", from: "Rita Reviewer <rita@example.org>", body: "Good.\n\nReviewed-by: Rita Reviewer <rita@example.org>" }),
    mail({ subject: "Re: [PATCH v2 1/2] lib: change the first", id: "r1@x", parent: "1@x", from: "Tom Tester <tom@example.org>", body: "Tested-by: Tom Tester <tom@example.org>\nTested-by: Tom Tester <tom@example.org>" }),
    mail({ subject: "Re: [PATCH v2 2/2] lib: change the café", id: "r2@x", parent: "2@x", from: "Max Mistake <max@example.org>", body: "Acked-by: Somebody Else <else@example.net>\nCc: stable@vger.kernel.org" }),
  ].join("\n");
  return { repository, mails, base };
}

function gitAm(repository: Repository, file: string): void {
  execFileSync("git", ["am", "--quiet", file], { cwd: repository.folder, env: { ...process.env, ...quietGit }, stdio: "pipe" });
}

async function firstPatch(mails: string): Promise<{ review: Review; key: string; revision: RevisionView }> {
  const review = await reviewOf(mails);
  const revision = review.view.series[0]?.revisions.at(-1);
  const key = revision?.patches[0]?.key;
  if (revision === undefined || key === undefined) throw new Error("no patch");
  return { review, key, revision };
}

function inFile(mails: string): string {
  const file = join(temporaryFolder(), "series.mbox");
  writeFileSync(file, mails);
  return file;
}

describe("lifeline am -o", () => {
  it("writes what git am applies: messages, authors, dates, and trailers as b4 adds them", async () => {
    const { repository, mails } = twoPatches();
    const out = join(temporaryFolder(), "out.mbox");
    const { status, errors } = await lifeline(["am", inFile(mails), "-o", out]);
    expect(status).toBe(0);
    expect(errors).toEqual([
      "lifeline: 1: + Tested-by: Tom Tester <tom@example.org>",
      "lifeline: 1: + Reviewed-by: Rita Reviewer <rita@example.org>",
      "lifeline: 2: + Reviewed-by: Rita Reviewer <rita@example.org>",
      "lifeline: 2: left out (a Cc in a reply): Cc: stable@vger.kernel.org",
      "lifeline: 2: left out (sent by someone else): Acked-by: Somebody Else <else@example.net>",
    ]);
    gitAm(repository, out);
    expect(repository.git("log", "-2", "--reverse", "--format=%an <%ae> %ad%n%B", "--date=iso")).toBe(
      "Ann Author <ann@example.org> 2021-10-13 11:27:45 -0300\nlib: change the first\n\nFrom the start of it all.\n\nFrom here on, all is better.\n\nSigned-off-by: Ann Author <ann@example.org>\nTested-by: Tom Tester <tom@example.org>\nReviewed-by: Rita Reviewer <rita@example.org>\n\n" +
      "Ann Author <ann@example.org> 2021-10-13 11:27:45 -0300\nlib: change the café\n\nBecause.\n\nSigned-off-by: Ann Author <ann@example.org>\nReviewed-by: Rita Reviewer <rita@example.org>\n\n",
    );
    expect(readFileSync(join(repository.folder, "lib/a.c"), "utf8")).toBe(numbered("a", { 30: "A!", 50: "café" }));
  });

  it("refuses a series with a missing patch, in one line", async () => {
    const { mails } = twoPatches();
    const out = join(temporaryFolder(), "out.mbox");
    const one = mails.split("\nFrom mboxrd@z").filter((part) => !part.includes("Message-ID: <1@x>")).join("\nFrom mboxrd@z");
    expect(await lifeline(["am", inFile(one), "-o", out])).toMatchObject({ status: 2, errors: ["lifeline: patches of the series are missing (1)"] });
    expect(existsSync(out)).toBe(false);
  });
});

describe("lifeline am --worktree", () => {
  const target = (): string => join(temporaryFolder(), "tree");

  it("applies on a new branch in a new worktree, from the base that the series names", async () => {
    const { repository, mails, base } = twoPatches();
    repository.write("README", "Later.\n");
    repository.commit("later");
    const worktree = target();
    const { status, out } = await lifeline(["am", inFile(mails), "--tree", repository.folder, "--worktree", worktree, "--branch", "review/two"]);
    expect([status, out]).toEqual([0, `2 patches on review/two in ${worktree}, from ${base.slice(0, 12)}\n`]);
    expect(repository.git("rev-parse", "review/two~2").trim()).toBe(base);
    expect(readFileSync(join(worktree, "lib/a.c"), "utf8")).toBe(numbered("a", { 30: "A!", 50: "café" }));
    expect(repository.git("status", "--porcelain")).toBe("");
    expect(repository.git("rev-parse", "--abbrev-ref", "HEAD").trim()).toBe("main");
  });

  it("finds a commit that has the blobs where no base is named: HEAD, else a branch, else in the history", async () => {
    const { repository, mails, base } = twoPatches({ base: false });
    const { review, key } = await firstPatch(mails);
    const apply = async (branch: string): Promise<unknown> => {
      const result = await applyRevision(review, key, () => null, { folder: repository.folder, base: null, branch, worktree: target() });
      return result.state === "applied" ? [result.how, result.base] : result;
    };
    expect(await apply("one")).toEqual(["head", base]);
    repository.git("branch", "old", "main");
    repository.write("lib/a.c", "all new\n");
    repository.commit("all new");
    expect(await apply("two")).toEqual(["branch", base]);
    for (const branch of ["one", "two", "old"]) {
      repository.git("worktree", "prune");
      for (const path of repository.git("worktree", "list", "--porcelain").split("\n").filter((line) => line.startsWith("worktree ")).slice(1)) repository.git("worktree", "remove", "--force", path.slice(9));
      repository.git("branch", "-D", branch);
    }
    expect(await apply("three")).toEqual(["history", base]);
  });

  it("leaves a conflict as git leaves it, and says what to do next", async () => {
    const { repository, mails } = twoPatches();
    repository.write("lib/a.c", numbered("a", { 50: "somebody else's" }));
    repository.commit("in the way");
    const worktree = target();
    const { status, out } = await lifeline(["am", inFile(mails), "--tree", repository.folder, "--worktree", worktree, "--base", "main"]);
    expect(status).toBe(0);
    expect(out).toMatch(/^git am stopped at patch 2, lib: change the café: conflicts in lib\/a\.c\n1 before it are on lifeline\/.*-v2\. Go on in .*git am --continue/s);
    expect(readFileSync(join(worktree, "lib/a.c"), "utf8")).toContain("<<<<<<<");
    writeFileSync(join(worktree, "lib/a.c"), numbered("a", { 30: "A!", 50: "mended" }));
    const inTree = (...words: string[]): string => execFileSync("git", words, { cwd: worktree, env: { ...process.env, ...quietGit, GIT_EDITOR: "true" }, encoding: "utf8", stdio: "pipe" });
    inTree("add", "--all");
    inTree("am", "--continue");
    expect(inTree("log", "-1", "--format=%s")).toBe("lib: change the café\n");
  });

  it("can be cancelled, and then leaves nothing", async () => {
    const { repository, mails } = twoPatches();
    const before = stateOf(repository).replace(/count: .*|size.*: .*/g, "");
    const worktree = target();
    const { review, key } = await firstPatch(mails);
    let seen = 0;
    const result = await applyRevision(review, key, () => null, { folder: repository.folder, base: null, branch: "x", worktree }, { cancelled: () => seen > 0, progress: () => { seen += 1; } });
    // Two patches may be done before the wish is looked at.
    if (result.state === "cancelled") {
      expect(existsSync(worktree)).toBe(false);
      expect(stateOf(repository).replace(/count: .*|size.*: .*/g, "")).toBe(before);
    } else expect(result.state).toBe("applied");
    const never = await applyRevision(review, key, () => null, { folder: repository.folder, base: null, branch: "y", worktree: target() }, { cancelled: () => true });
    expect(never).toEqual({ state: "cancelled" });
    expect(repository.git("branch", "--list", "y")).toBe("");
  });
});

describe("what is refused", () => {
  async function refusal(change: (mails: string) => string, request: { base?: string | null; branch?: string; worktree?: string; prepare?: (repository: Repository) => void } = {}): Promise<string> {
    const { repository, mails } = twoPatches({ base: false });
    request.prepare?.(repository);
    const before = stateOf(repository);
    const folder = temporaryFolder();
    const worktree = request.worktree ?? join(folder, "tree");
    const was = existsSync(worktree);
    const { review, key } = await firstPatch(change(mails));
    const result = await applyRevision(review, key, () => null, { folder: repository.folder, base: request.base ?? null, branch: request.branch ?? "x", worktree });
    expect(stateOf(repository)).toBe(before);
    expect(existsSync(worktree)).toBe(was);
    return result.state === "refused" ? `${result.kind} ${result.problems?.map((problem) => problem.kind).join(",") ?? result.detail}`.trim() : result.state;
  }
  const same = (mails: string): string => mails;

  it("is a patch that does not apply, with its place", async () => {
    expect(await refusal((mails) => mails.replace(" a line 29", " a line twenty-nine").replace(/^index .*\n/gm, ""), { base: "main" })).toBe("does-not-apply 1/2 patch failed: lib/a.c:27");
  });

  it("is a series whose files no commit has, and a base that is not there", async () => {
    expect(await refusal((mails) => mails.replace(/^index [0-9a-f]+/gm, "index 1234567"))).toBe("no-base");
    expect(await refusal(same, { base: "nowhere" })).toBe("no-such-base nowhere");
    expect(await refusal(same, { base: "--upload-pack=x" })).toBe("no-such-base --upload-pack=x");
  });

  it("is a branch or a folder that is there, and a name that is none", async () => {
    expect(await refusal(same, { branch: "main" })).toBe("branch-exists main");
    for (const branch of ["", "-D", "a..b", "x y", "@{-1}"]) expect(await refusal(same, { branch }), branch).toBe(`bad-branch ${branch}`.trim());
    const there = temporaryFolder();
    expect(await refusal(same, { worktree: there })).toBe(`folder-exists ${there}`);
    expect(await refusal(same, { worktree: join(there, "no/such") })).toBe(`no-such-folder ${join(there, "no/such")}`);
  });

  it.each(["../out.c", "/tmp/out.c", "lib/../../out.c", ".git/hooks/post-checkout", "lib/.GIT/config"])("is a path that leaves the tree: %s", async (path) => {
    const found = await refusal((mails) => mails.replaceAll(`a/lib/a.c`, `a/${path}`).replaceAll(`b/lib/a.c`, `b/${path}`), { base: "main" });
    // git itself reads two slashes as one; then it finds no such file.
    expect(found).toMatch(path.startsWith("/") ? /^does-not-apply 1\/2 \/tmp\/out.c: does not exist/ : /^(?:series .*path-refused|path-outside)/);
  });

  it("is a symbolic link of the tree that leads outside", async () => {
    const outside = temporaryFolder();
    mkdirSync(join(outside, "d"));
    const prepare = (repository: Repository): void => {
      symlinkSync(outside, join(repository.folder, "out"));
      repository.commit("a link");
    };
    const found = await refusal((mails) => mails.replaceAll("lib/a.c", "out/d/a.c"), { base: "main", prepare });
    expect(found).toBe("path-through-link out");
    expect(existsSync(join(outside, "d/a.c"))).toBe(false);
  });

  it("is a link that the series makes itself and writes through", async () => {
    const link = "diff --git a/out b/out\nnew file mode 120000\nindex 0000000..1234567\n--- /dev/null\n+++ b/out\n@@ -0,0 +1 @@\n+/tmp\n\\ No newline at end of file\n";
    const through = "diff --git a/out/x.c b/out/x.c\nnew file mode 100644\nindex 0000000..1234567\n--- /dev/null\n+++ b/out/x.c\n@@ -0,0 +1 @@\n+x\n";
    const patch = (n: number, diff: string): string => mail({ subject: `[PATCH ${n}/2] link ${n}`, id: `l${n}@x`, ...(n === 2 ? { parent: "l1@x" } : {}), body: `Why.\n---\n${diff}-- \n2.43.0\n` });
    expect(await refusal(() => `${patch(1, link)}\n${patch(2, through)}`, { base: "main" })).toBe("series path-through-link");
  });

  it("is an author without an address", async () => {
    expect(await refusal((mails) => mails.replaceAll("From: Ann Author <ann@example.org>", "From: Ann Author"), { base: "main" })).toContain("author-without-address");
  });
});

describe.skipIf(!hasCorpus)(`git am on the corpus${corpusNote}`, () => {
  it("applies the vfio series on its tree, with the trailers that its reviewers gave", async () => {
    const { repository, mailbox } = await makeVfioTree();
    const out = join(temporaryFolder(), "am.mbox");
    expect((await lifeline(["am", mailbox, "-o", out])).status).toBe(0);
    gitAm(repository, out);
    expect(repository.git("rev-list", "--count", "HEAD").trim()).toBe("6");
    const shown = JSON.parse((await lifeline(["show", mailbox, "--json"])).out) as { messages: { kind: string; n: number; title: string; author: string; files: { additions: number; deletions: number }[] }[] };
    const patches = shown.messages.filter((message) => message.kind === "patch").sort((one, two) => one.n - two.n);
    const wanted = patches.map((patch) => `${patch.author} ${patch.title} ${patch.files[0]?.additions} ${patch.files[0]?.deletions}`);
    const found = repository.git("log", "--reverse", "--format=@%an %s", "--numstat", "-5").split("@").slice(1).map((row) => row.replace(/\n\n(\d+)\t(\d+)\t[^]*$/, " $1 $2"));
    expect(found).toEqual(wanted);
    expect(repository.git("log", "-1", "--format=%(trailers:only)")).toMatch(/Signed-off-by: Jason Gunthorpe <jgg@nvidia.com>\n(?:\S+-by: .+\n)+/);
    expect(repository.git("ls-tree", "--name-only", "-r", "HEAD").split("\n")).toContain(vfioPath);
  });

  it.each(listBoxes("git-history"))("applies every patch of %s, with git's own message and the same change", async (name) => {
    const file = join(corpusRoot, name);
    const truth = JSON.parse(readFileSync(file.replace(/\.mbox$/, ".truth.json"), "utf8")) as { patches: { subject: string; author: string; email: string; body: string }[] };
    const bytes = new Uint8Array(readFileSync(file));
    const review = await reviewOf(bytes);
    let compared = 0;
    for (const revision of review.view.series.flatMap((series) => series.revisions)) {
      for (const patch of revision.patches) {
        if (patch.mail === null || patch.files.some((one) => one.binary)) continue;
        // Each patch on a tree of its own lines: what it does not show is filled with numbers.
        const code = review.code(patch.key);
        const before = patch.files.flatMap((one) => (one.pathA === null ? [] : [[one.pathA, code?.images.image(code.index, one.pathA, "before") ?? null] as const]));
        const repository = makeRepository({ "unrelated": "x\n" });
        for (const [path, image] of before) if (image !== null) repository.write(path, filled(image));
        repository.commit("before");
        const made = review.am(patch.key, () => null);
        expect(made?.refused).toEqual([]);
        const mails = new TextDecoder("latin1").decode(made?.bytes).split(/(?=^From mboxrd@z )/m);
        const at = made?.patches.findIndex((one) => one.mail === patch.mail) ?? -1;
        const one = join(temporaryFolder(), "one.mbox");
        writeFileSync(one, Buffer.from(mails[at] ?? "", "latin1"));
        gitAm(repository, one);
        const wanted = truth.patches.find((each) => each.subject === patch.title);
        expect(wanted, patch.title).toBeDefined();
        const [author, subject, ...body] = repository.git("log", "-1", "--format=%an <%ae>%n%s%n%b").split("\n");
        expect([author, subject]).toEqual([`${wanted?.author} <${wanted?.email}>`, wanted?.subject]);
        expect(body.join("\n").trim()).toBe(wanted?.body.trim());
        const counts = repository.git("diff", "--numstat", "-z", "--no-renames", "HEAD~1").split("\0").filter((row) => row !== "").reduce((sum, row) => sum + Number(row.split("\t")[0]) - Number(row.split("\t")[1]), 0);
        expect(counts).toBe(patch.files.filter((each) => each.pathB !== null && each.pathA !== null).reduce((sum, each) => sum + each.additions - each.deletions, 0) + addedLines(patch.files));
        compared += 1;
      }
    }
    // The patches of one box are all binary, which a tree of filled lines cannot take.
    if (!name.includes("binary")) expect(compared).toBeGreaterThan(0);
  });
});

function addedLines(files: readonly { pathA: string | null; pathB: string | null; additions: number; deletions: number }[]): number {
  return files.filter((file) => file.pathA === null || file.pathB === null).reduce((sum, file) => sum + file.additions - file.deletions, 0);
}

function filled(image: Image): string {
  const lines: string[] = image.lines.map((line, at) => line ?? `filler ${at + 1}`);
  for (const gap of image.gaps) {
    if (gap.to === null) for (let at = 0; at < 8; at++) lines.push(`after the end ${at}`);
    else for (let at = gap.from; at <= gap.to; at++) lines[at - 1] ??= `filler ${at}`;
  }
  return lines.length === 0 ? "" : `${lines.join("\n")}${image.noNewline ? "" : "\n"}`;
}
