// A series applied by clicking: a new worktree on a new branch, and the am-ready mailbox that git takes.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { openWorkbench, type ThemeName, type Workbench } from "./harness.js";

const container = "lifeline";
const minutes = 60_000;
let workbench: Workbench | null = null;
let folder = "";

afterEach(async () => {
  await workbench?.close();
  workbench = null;
  if (folder !== "") rmSync(folder, { recursive: true, force: true });
});

function git(where: string, ...args: string[]): string {
  const identity = ["-c", "user.name=Ada Writer", "-c", "user.email=ada@example.org", "-c", "commit.gpgsign=false"];
  const run = spawnSync("git", ["-C", where, ...identity, ...args], { encoding: "utf8" });
  if (run.status !== 0) throw new Error(run.stderr);
  return run.stdout.trim();
}

/** A tree whose head the series does not fit; the two mails of the series name the commit before it as their base. */
function makeTree(tree: string): string {
  const write = (lines: readonly string[]): void => writeFileSync(join(tree, "count.c"), `${lines.join("\n")}\n`);
  mkdirSync(tree);
  git(tree, "init", "-q", "-b", "main");
  write(["int count(void)", "{", "\treturn 0;", "}"]);
  git(tree, "add", ".");
  git(tree, "commit", "-qm", "count: begin");
  const base = git(tree, "rev-parse", "HEAD");
  for (const value of [1, 2]) {
    write(["int count(void)", "{", `\treturn ${value};`, "}"]);
    git(tree, "commit", "-qam", `count: return ${value}\n\nSigned-off-by: Ada Writer <ada@example.org>`);
  }
  const mails = git(tree, "format-patch", "--stdout", "--thread", `--base=${base}`, "--subject-prefix=PATCH", "-n", base);
  git(tree, "reset", "-q", "--hard", base);
  write(["int count(void)", "{", "\treturn 7;", "}"]);
  git(tree, "commit", "-qam", "count: something else");
  return `${mails}\n`;
}

const themes: readonly ThemeName[] = process.env["LIFELINE_ALL_THEMES"] === "1" ? ["light", "dark", "contrast"] : ["dark"];

describe.each(themes)("a series and a tree in %s", (theme) => {
  it("come together in a new worktree, and make an am-ready mailbox", { timeout: 3 * minutes }, async () => {
    folder = mkdtempSync(join(tmpdir(), "lifeline-ui-"));
    const tree = join(folder, "tree");
    const series = makeTree(tree);
    const settings = { "workbench.hover.delay": 20_000, "lifeline.tree": tree };
    workbench = await openWorkbench({ theme, files: { "series.mbox": series }, settings });
    const bench = workbench;
    await bench.menu(bench.page.locator(".explorer-folders-view .monaco-list-row").filter({ hasText: "series.mbox" }), "Open as Patch Series");
    await bench.treeRow(container, "count: return 1").waitFor();
    const row = bench.treeRow(container, "1/2 count: return 1");
    await expect.poll(async () => {
      // A row that is drawn anew under the mouse takes the click, but does not unfold.
      if ((await row.getAttribute("aria-expanded")) !== "true") await row.locator(".monaco-tl-twistie").click();
      return row.getAttribute("aria-expanded");
    }, { interval: 1000 }).toBe("true");
    await bench.treeRow(container, "count.c").click();
    await expect.poll(async () => (await bench.diffLines("after")).map(({ text }) => text.trim())).toContain("return 1;");
    await expect.poll(() => bench.page.locator(".statusbar").innerText()).toContain("verified");
    await bench.screenshot(`apply-1-series-${theme}`);

    const applyIn = async (name: string): Promise<string> => {
      const worktree = join(folder, name);
      await bench.run("Lifeline: Apply Series to Worktree");
      const box = bench.quickInput();
      // The palette uses the same box; the question has taken it over once it proposes a folder.
      await expect.poll(() => box.inputValue()).toMatch(/^\//);
      await bench.screenshot(`apply-2-question-${theme}`);
      await box.fill(worktree);
      await bench.page.keyboard.press("Enter");
      return worktree;
    };
    const applied = await applyIn("applied");
    await bench.notifications().filter({ hasText: "Applied 2 patches on lifeline/" }).waitFor();
    await bench.screenshot(`apply-3-applied-${theme}`);
    expect(git(applied, "log", "--format=%s", "-2").split("\n")).toEqual(["count: return 2", "count: return 1"]);
    expect(readFileSync(join(tree, "count.c"), "utf8")).toContain("return 7;");

    await bench.run("Notifications: Clear All Notifications");
    await bench.run("Lifeline: Export am-Ready mbox");
    const box = bench.quickInput();
    await expect.poll(() => box.inputValue()).toMatch(/^\/.*\.mbox$/);
    await bench.screenshot(`apply-4-export-${theme}`);
    const file = join(folder, "am.mbox");
    // While it reads the folder, the dialog writes its own path over what is typed.
    await expect.poll(async () => {
      if (await box.isVisible()) await box.fill(file).then(() => bench.page.keyboard.press("Enter"));
      return existsSync(file) ? readFileSync(file, "utf8").match(/^From \S+ .*\d{4}$/gm)?.length : 0;
    }, { timeout: minutes / 2, interval: 1000 }).toBe(2);
    await bench.notifications().filter({ hasText: "Wrote 2 patches to am.mbox." }).waitFor();
    await bench.screenshot(`apply-5-exported-${theme}`);
    git(tree, "checkout", "-q", "-b", "again", "HEAD~1");
    git(tree, "am", "-q", file);
    expect(readFileSync(join(tree, "count.c"), "utf8")).toContain("return 2;");
    expect(bench.errors).toEqual([]);
  });
});
