// The extension starts in a real VS Code.
import assert from "node:assert/strict";
import * as vscode from "vscode";

describe("the extension", () => {
  it("is found and activates", async () => {
    const extension = vscode.extensions.getExtension("lifeline.lifeline");
    assert.ok(extension, "VS Code knows no extension lifeline.lifeline");
    await extension.activate();
    assert.equal(extension.isActive, true);
  });
});
