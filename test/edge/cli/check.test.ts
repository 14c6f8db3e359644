// `lifeline check`: one line for each finding, and the exit status of a bot.
import { describe, expect, it } from "vitest";
import { lifeline } from "./support.js";

const patch = (removed: string, added: string): string =>
  `diff --git a/foo.c b/foo.c\n--- a/foo.c\n+++ b/foo.c\n@@ -1,6 +1,6 @@\n struct foo { int id; };\n static void foo_end(struct foo *foo)\n {\n-${removed}\n+${added}\n \tfoo_done();\n }\n`;
const WRONG = "\tkfree(foo); foo->id = 0;";
const RIGHT = "\tfoo->id = 0; kfree(foo);";

describe("lifeline check", () => {
  it("says what a patch brings, with status 1", async () => {
    const { status, out, errors } = await lifeline(["check", "-", "--no-scenarios"], patch(RIGHT, WRONG));
    expect([status, errors]).toEqual([1, []]);
    expect(out).toContain("new in this patch: foo.c:4 foo_end(): uses foo behind kfree() [use-after-put]\n");
  });

  it("says what a patch mends, with status 0", async () => {
    const { status, out } = await lifeline(["check", "-", "--no-scenarios"], patch(WRONG, RIGHT));
    expect(status).toBe(0);
    expect(out).toContain("fixed by this patch: foo.c:4");
  });

  it("prints JSON for programs", async () => {
    const { out } = await lifeline(["check", "-", "--no-scenarios", "--json"], patch(RIGHT, WRONG));
    expect(JSON.parse(out)).toMatchObject([{ findings: [{ kind: "use-after-put", change: "new", function: "foo_end" }], runs: [] }]);
  });

  it("has status 2 for what is no patch", async () => {
    expect((await lifeline(["check", "-"], "no patch")).status).toBe(2);
  });
});
