// Takes a diagram out of the page: to the clipboard, or into a file that the user names.
import * as vscode from "vscode";
import { l10n } from "vscode";
import type { FromPage } from "../../protocol/messages.js";

/** The text comes from our own page; the user chooses where it goes, and nothing is written when no place is chosen. */
export async function exportDiagram({ as, name, text }: Extract<FromPage, { type: "exported" }>): Promise<void> {
  if (as === "copy") {
    await vscode.env.clipboard.writeText(text);
    vscode.window.setStatusBarMessage(l10n.t("$(check) Diagram copied as mermaid"), 3000);
    return;
  }
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const filters = as === "svg" ? { [l10n.t("Picture")]: ["svg"] } : { [l10n.t("Markdown with mermaid")]: ["md"] };
  const target = await vscode.window.showSaveDialog({
    filters, title: as === "svg" ? l10n.t("Save Diagram as SVG") : l10n.t("Save Diagram as Mermaid"),
    ...(folder === undefined ? {} : { defaultUri: vscode.Uri.joinPath(folder, safeName(name)) }),
  });
  if (target !== undefined) await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(text));
}

/** The name of a struct comes from mail: only letters, figures and marks that are safe everywhere are kept. */
function safeName(name: string): string {
  return name.replace(/[^A-Za-z0-9_.-]/g, "_").replace(/^\.+/, "_");
}
