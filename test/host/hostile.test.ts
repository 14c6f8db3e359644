// A mail that tries everything: HTML, Markdown, commands, icons, mermaid directives, direction marks, odd paths.
import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { TestApi } from "../../src/vscode/extension.js";
import { activeDiff, allRows, closeEverything, eventually, findRow, getApi, mail, makeFolder, notificationsOf, readTree, removeFolder, writeInput } from "./support.js";

const payloads = [
  "<img src=x onerror=alert(1)>", "![p](https://evil.example/p.png)", "[x](command:workbench.action.closeWindow)", "$(error)", "%%{init: {\"theme\": \"dark\"}}%%",
  "</script><script>alert(1)</script>", "`` ` ``", "\u202Eevil", "[ref]: https://evil.example", "https://evil.example/a.png",
];
const subject = payloads.slice(0, 6).join(" ");
const diff = [
  "---",
  " drivers/a.c | 4 ++--",
  "",
  "diff --git a/drivers/a.c b/drivers/a.c",
  "index 1111111111111111..2222222222222222 100644",
  "--- a/drivers/a.c",
  "+++ b/drivers/a.c",
  "@@ -10,7 +10,7 @@ static void <script>alert(1)</script>(struct x *x) %%{init: {}}%%",
  " struct x { struct kref ref; };",
  " ",
  " /* <img src=x onerror=alert(1)> [x](command:workbench.action.closeWindow) */",
  `-void get_x(struct x *x) { kref_get(&x->ref); /* ${"`".repeat(3)} */ }`,
  '+void get_x(struct x *x) { kref_get(&x->ref); kref_put(&x->ref, %%{init: {"securityLevel": "loose"}}%%); }',
  " ",
  " ",
  " ",
  "-- ",
  "2.43.0",
  "",
].join("\n");
const reply = `> +void get_x(struct x *x) { kref_get(&x->ref); kref_put(&x->ref, %%{init: {"securityLevel": "loose"}}%%); }

${payloads.join("\n")}

\`\`\`
fence
\`\`\`
~~~~
	code \`\`\`\` with fences
<details open ontoggle=alert(1)>
`;

describe("a hostile mail", () => {
  let api: TestApi;
  const folder = makeFolder();
  before(async () => {
    api = await getApi();
    await closeEverything(api);
    const box = mail({ id: "evil@example.org", subject: `[PATCH] ${subject}`, from: '"<b>Eve</b> [x](command:y)" <eve@example.org>', body: `${payloads.join("\n")}\n\nSigned-off-by: <img src=x> <eve@example.org>\n${diff}` })
      + mail({ id: "evil-reply@example.org", subject: `Re: [PATCH] ${subject}`, inReplyTo: "evil@example.org", body: reply, date: "Mon, 6 Jan 2025 11:00:00 +0000" });
    const shown = await notificationsOf(async () => vscode.commands.executeCommand("lifeline.openFile", writeInput(folder, "evil.mbox", box)));
    assert.deepEqual(shown, []);
  });
  after(async () => {
    await closeEverything(api);
    removeFolder(folder);
  });

  it("is shown in the tree as plain text", async () => {
    for (const row of allRows(await readTree(api))) {
      const item = api.view.getTreeItem(row.node);
      assert.equal(typeof item.label, "string");
      assert.ok(item.tooltip === undefined || typeof item.tooltip === "string", "a tooltip that is Markdown");
      assert.ok(item.command === undefined || item.command.command.startsWith("lifeline."), item.command?.command);
    }
    assert.ok(findRow(await readTree(api), /<img src=x onerror=alert\(1\)>/));
  });

  it("gets no mark-up into a comment", () => {
    assert.ok(api.threads.all.length > 0);
    for (const comment of api.threads.all.flatMap((thread) => thread.comments)) {
      const { body } = comment;
      assert.ok(body instanceof vscode.MarkdownString);
      assert.ok(!body.isTrusted);
      assert.ok(!body.supportHtml);
      assert.ok(!body.supportThemeIcons);
      // Outside code blocks nothing but letters, digits, blanks, line ends, harmless signs and entities.
      const outside = body.value.replace(/^(`{3,})diff\n[\s\S]*?\n\1$/gm, "");
      assert.match(outside, /^(?:[\p{L}\p{M}\p{N} \n?,;%"'()]|(?<=\w)[-_/.](?=\w)|&nbsp;|&#\d+;)*$/u);
      assert.doesNotMatch(outside, /&#8238;|\u202E/);
    }
  });

  it("is code in the diff, and nothing else", async () => {
    await vscode.commands.executeCommand("lifeline.openFileDiff", findRow(await readTree(api), "a.c").node);
    const { input } = await eventually("the diff", activeDiff);
    const document = await vscode.workspace.openTextDocument(input.modified);
    assert.match(document.getText(), /<img src=x onerror=alert\(1\)>/);
    const symbols = await vscode.commands.executeCommand<vscode.DocumentSymbol[]>("vscode.executeDocumentSymbolProvider", input.modified);
    for (const symbol of symbols) assert.ok(symbol.name.length <= 80);
  });

  it("reaches the page as data, which reports no failure", async () => {
    const errors = (): number => api.log.recent.filter((entry) => entry.level === "error").length;
    const before = errors();
    await vscode.commands.executeCommand("lifeline.viewLifecycle", findRow(await readTree(api), "a.c").node);
    const [session] = api.sessions.all;
    assert.ok(session);
    const panel = await eventually("the page", () => api.panels.get(session.id));
    await eventually("the page's data", () => panel.sent.some((type) => type === "lifecycle" || type === "failed"), 20_000);
    assert.deepEqual(panel.sent.filter((type) => type === "failed"), []);
    // Time to draw, and to fail while drawing.
    await new Promise((resolve) => setTimeout(resolve, 3000));
    assert.equal(errors(), before, api.log.recent.map((entry) => entry.text).join("\n"));
  });
});
