// Whole files from a real git tree: which source is shown, on the command line and in the worker, and that nothing is written.
import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { useTree } from "../../../src/worker/git/tree.js";
import { Assets } from "../../../src/worker/assets.js";
import { makeHandlers } from "../../../src/worker/handlers.js";
import { corpusNote, hasCorpus } from "../../core/corpus.js";
import { lifeline } from "../cli/support.js";
import { makeRepository, type Repository, reviewOf, stateOf, temporaryFolder } from "./repository.js";
import { makeVfioTree, vfioPath, type VfioTree } from "./vfioTree.js";

const control = { cancelled: () => false, progress: () => undefined };

/** A patch mail of one file. */
function patchMail(diff: string, base = ""): string {
  return `From mboxrd@z Thu Jan  1 00:00:00 1970\nFrom: Ann Author <ann@example.org>\nSubject: [PATCH] lib: change\nMessage-ID: <p1@example.org>\nDate: Mon, 6 Jan 2025 10:00:00 +0000\n\nWhy.\n\nSigned-off-by: Ann Author <ann@example.org>\n---\n${diff}${base === "" ? "" : `\nbase-commit: ${base}\n`}`;
}

const lines = Array.from({ length: 40 }, (_, at) => `line ${at + 1}`);
const text = `${lines.join("\n")}\n`;

/** A repository with one file, and the diff of a change to it. */
function withChange(): { repository: Repository; diff: string; base: string } {
  const repository = makeRepository({ "lib/x.c": text });
  const base = repository.git("rev-parse", "HEAD").trim();
  repository.write("lib/x.c", text.replace("line 20\n", "twenty\n"));
  const diff = repository.git("diff");
  repository.git("checkout", "--quiet", "--", ".");
  return { repository, diff, base };
}

async function stateWith(mailbox: string, folder: string): Promise<{ kinds: string[]; shown: string; failure: string | undefined }> {
  const review = await reviewOf(mailbox);
  const patch = review.view.series[0]?.revisions[0]?.patches[0];
  if (patch === undefined) throw new Error("no patch");
  const state = await useTree(review, patch.key, [folder], null);
  const document = review.document(patch.key, patch.files[0]?.path ?? "", "after");
  return { kinds: state.problems.map((problem) => problem.kind), shown: document === null ? "none" : `${document.source}${document.verified ? " verified" : ""} ${document.gaps.length}`, failure: state.failure?.kind };
}

describe("a tree", () => {
  it("gives whole files by the blob ids of the patches, also from a subfolder and a bare repository, and writes nothing", async () => {
    const { repository, diff } = withChange();
    const before = stateOf(repository);
    expect(await stateWith(patchMail(diff), repository.folder)).toEqual({ kinds: [], shown: "tree verified 0", failure: undefined });
    expect(await stateWith(patchMail(diff), join(repository.folder, "lib"))).toEqual({ kinds: [], shown: "tree verified 0", failure: undefined });
    const bare = join(temporaryFolder(), "bare.git");
    repository.git("clone", "--quiet", "--bare", ".", bare);
    expect(await stateWith(patchMail(diff), bare)).toEqual({ kinds: [], shown: "tree verified 0", failure: undefined });
    expect(stateOf(repository)).toBe(before);
  });

  it("is said to lack the blob", async () => {
    const { diff } = withChange();
    const other = makeRepository({ "lib/x.c": "something else\n" });
    const before = stateOf(other);
    expect(await stateWith(patchMail(diff), other.folder)).toEqual({ kinds: ["tree-lacks-blob"], shown: "patch 2", failure: undefined });
    expect(stateOf(other)).toBe(before);
  });

  it("is not used where the patch does not apply, and not called verified where the hash differs", async () => {
    const { repository, diff } = withChange();
    const before = stateOf(repository);
    expect(await stateWith(patchMail(diff.replace(" line 19", " line nineteen")), repository.folder)).toEqual({ kinds: ["tree-does-not-apply"], shown: "patch 2", failure: undefined });
    expect(await stateWith(patchMail(diff.replace("+twenty", "+TWENTY")), repository.folder)).toEqual({ kinds: ["tree-hash-differs"], shown: "tree 0", failure: undefined });
    expect(stateOf(repository)).toBe(before);
  });

  it("is read through no link and at no path outside", async () => {
    const { repository, diff } = withChange();
    const secret = join(temporaryFolder(), "secret.c");
    writeFileSync(secret, text);
    symlinkSync(secret, join(repository.folder, "lib/link.c"));
    const base = repository.commit("a link that leads out");
    // Without an index line, only the base commit could give the text: a link is none.
    const noIndex = diff.replace(/^index .*\n/m, "");
    expect(await stateWith(patchMail(noIndex, base), repository.folder)).toEqual({ kinds: [], shown: "tree 0", failure: undefined });
    expect(await stateWith(patchMail(noIndex.replaceAll("lib/x.c", "lib/link.c"), base), repository.folder)).toMatchObject({ kinds: ["tree-lacks-blob"], shown: "patch 2" });
    for (const path of ["../secret.c", "/etc/hostname", "lib/../../secret.c", ".git/config"]) {
      const state = await stateWith(patchMail(noIndex.replaceAll("a/lib/x.c", `a/${path}`).replaceAll("b/lib/x.c", `b/${path}`), base), repository.folder).catch((error: unknown) => String(error));
      expect(typeof state === "string" ? state : state.shown.startsWith("tree"), path).not.toBe(true);
    }
  });

  it("that is no repository, or no folder, is said so", async () => {
    const { diff } = withChange();
    for (const folder of [temporaryFolder(), join(temporaryFolder(), "nowhere")]) expect(await stateWith(patchMail(diff), folder)).toEqual({ kinds: [], shown: "patch 2", failure: "no-repository" });
  });

  it("is not taken in by a branch that is named like a blob", async () => {
    const { repository, diff } = withChange();
    const id = /index ([0-9a-f]+)\.\./.exec(diff)?.[1] ?? "";
    repository.git("branch", id);
    // git then answers with the branch's commit, which is no blob and has another id.
    expect(await stateWith(patchMail(diff), repository.folder)).toEqual({ kinds: ["tree-lacks-blob"], shown: "patch 2", failure: undefined });
  });
});

describe("lifeline --tree", () => {
  it("shows which source each file has, in words and in JSON", async () => {
    const { repository, diff } = withChange();
    const mailbox = join(temporaryFolder(), "one.mbox");
    writeFileSync(mailbox, patchMail(diff));
    expect((await lifeline(["show", mailbox, "--tree", repository.folder])).out).toContain("lib/x.c  +1 -1  from the tree, verified");
    const shown = JSON.parse((await lifeline(["show", mailbox, "--tree", repository.folder, "--json"])).out) as { messages: { files: { image: unknown }[] }[] };
    const whole = { source: "tree", verified: true, whole: true };
    expect(shown.messages[0]?.files[0]?.image).toEqual({ before: whole, after: whole });
    const without = JSON.parse((await lifeline(["show", mailbox, "--json"])).out) as typeof shown;
    expect(without.messages[0]?.files[0]).not.toHaveProperty("image");
  });

  it("says in one line what is wrong with the tree", async () => {
    const { diff } = withChange();
    const mailbox = join(temporaryFolder(), "one.mbox");
    writeFileSync(mailbox, patchMail(diff));
    const nowhere = temporaryFolder();
    expect(await lifeline(["show", mailbox, "--tree", nowhere])).toMatchObject({ status: 2, errors: [`lifeline: ${nowhere}: no git repository`] });
    const other = makeRepository({ "x": "y\n" });
    const { status, errors } = await lifeline(["diagram", mailbox, "--tree", other.folder]);
    expect([status, errors.length]).toEqual([2, 1]);
    expect(errors[0]).toMatch(/the git tree does not have the file that the patch was made on \([0-9a-f]+\)$/);
    expect(await lifeline(["show", mailbox, "--base", "main"])).toMatchObject({ status: 2, errors: ["lifeline: --base goes with --tree"] });
  });
});

describe.skipIf(!hasCorpus)(`the vfio series in a tree${corpusNote}`, () => {
  let tree: VfioTree;
  beforeAll(async () => {
    tree = await makeVfioTree();
  });

  it("is whole, verified, and under the same line numbers at each of its five patches", async () => {
    const shown = JSON.parse((await lifeline(["show", tree.mailbox, "--tree", tree.repository.folder, "--json"])).out) as { messages: { kind: string; files: { image: unknown }[] }[] };
    const patches = shown.messages.filter((message) => message.kind === "patch");
    const whole = { source: "tree", verified: true, whole: true };
    expect(patches.map((patch) => patch.files[0]?.image)).toEqual(Array(5).fill({ before: whole, after: whole }));
  });

  it("needs no fill in the simulator, which gives the same verdicts", async () => {
    const words = ["simulate", tree.mailbox, "--scenario", "open-last-put", "--json"];
    interface Run { readonly verdict: string; readonly kind: string | null; readonly assumptions: readonly { readonly kind: string }[] }
    const fills = (run: Run): string[] => run.assumptions.map((one) => one.kind).filter((kind) => kind.startsWith("fill") || kind === "head" || kind === "tail");
    const run = async (...more: string[]): Promise<Run> => JSON.parse((await lifeline([...words, ...more])).out) as Run;
    const [mails, whole] = [await run(), await run("--tree", tree.repository.folder)];
    expect(fills(mails).length).toBeGreaterThan(0);
    expect(fills(whole)).toEqual([]);
    expect([whole.verdict, mails.verdict]).toEqual(["clean", "clean"]);
    const race = await run("--tree", tree.repository.folder, "--what-if", "plain-get");
    expect([race.verdict, fills(race)]).toEqual(["violation", []]);
  });

  it("gives the lifecycle every function whole", async () => {
    const view = JSON.parse((await lifeline(["diagram", tree.mailbox, "--tree", tree.repository.folder, "--struct", "vfio_group", "--json"])).out) as { before: { text: string } | null; after: { text: string } | null };
    expect(view.before?.text).toContain("stateDiagram");
    // Labels are escaped in mermaid's way.
    expect(view.after?.text.replaceAll("#95;", "_")).toContain("put_device");
  });

  it("is read by the worker before a document is shown, once for a revision, and again after another choice", async () => {
    const handlers = makeHandlers(new Assets(join(import.meta.dirname, "../../../dist")));
    const { readFileSync } = await import("node:fs");
    const view = await handlers.open({ session: "s", bytes: new Uint8Array(readFileSync(tree.mailbox)) }, control);
    const patch = view.series[0]?.revisions[0]?.patches[4];
    if (patch === undefined) throw new Error("no patch");
    const place = { session: "s", patchKey: patch.key, path: vfioPath, side: "after" as const };
    expect(await handlers.document(place, control)).toMatchObject({ source: "series", verified: false });
    await handlers.useTrees({ folders: [tree.repository.folder] }, control);
    const [document, other] = await Promise.all([handlers.document(place, control), handlers.document({ ...place, side: "before" }, control)]);
    expect([document.source, document.verified, document.gaps, other.source]).toEqual(["tree", true, [], "tree"]);
    expect(await handlers.tree({ session: "s", patchKey: patch.key }, control)).toMatchObject({ folder: tree.repository.folder, wanted: 5, found: 1, problems: [], failure: null });
    await handlers.useTrees({ folders: [] }, control);
    expect(await handlers.document(place, control)).toMatchObject({ source: "series", verified: false });
  });
});
