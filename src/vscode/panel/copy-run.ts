// The run that a page shows, on the clipboard.
import * as vscode from "vscode";
import { l10n } from "vscode";
import type { FromPage } from "../../protocol/messages.js";
import { errors } from "../errors.js";
import type { Runs } from "./runs.js";
import { writeTraceLine } from "./trace-line.js";

/** Copies the run in one of its formats. `draw` is given the text of a picture: only the page can draw, and it sends the picture back. */
export async function copyRun(runs: Runs, format: Extract<FromPage, { type: "copyAs" }>["format"], draw: (text: string) => void): Promise<void> {
  const { result } = runs;
  if (result === null) return;
  if (format === "trace") {
    if (runs.isEdit) throw errors.noTraceOfEdit();
    return copy(writeTraceLine(result) ?? "");
  }
  const text = await runs.text(format === "svg" ? "mermaid" : format);
  if (format === "svg" && text !== "") draw(text);
  else await copy(text);
}

/** Puts a text on the clipboard and says so; an empty one is not copied. */
export async function copy(text: string): Promise<void> {
  if (text === "") return;
  await vscode.env.clipboard.writeText(text);
  vscode.window.setStatusBarMessage(l10n.t("$(check) Copied"), 3000);
}
