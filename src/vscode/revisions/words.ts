// Sentences about revisions: what became of a patch, of the lines of a thread; short ones for descriptions, whole ones for tooltips and readers.
import * as vscode from "vscode";
import { l10n } from "vscode";
import type { LineFate, ThreadChange } from "../../core/review/changes.js";
import type { CellChange } from "../../core/review/revisions.js";
import type { NextCell } from "./store.js";

/** Lines that a tooltip shows of a change. */
const tooltipLines = 40;

/** `same in v3`, `changed in v3`; "" when there is nothing to say. */
export function nextText(next: NextCell | undefined): string {
  if (next === undefined) return "";
  const { versionText: version, cell } = next;
  const moved = cell.moved ? l10n.t("moved in v{0}", version) : "";
  switch (cell.change) {
    case "same": return moved === "" ? l10n.t("same in v{0}", version) : moved;
    case "message": return l10n.t("message changed in v{0}", version);
    case "whitespace": return l10n.t("whitespace changed in v{0}", version);
    case "changed": return l10n.t("changed in v{0}", version);
    case "dropped": return l10n.t("dropped in v{0}", version);
    case "unknown": return l10n.t("not among the mails of v{0}", version);
    case "first":
    case "new": return "";
    default: return cell.change satisfies never;
  }
}

/** One word for a cell of the matrix. */
export function changeWord(change: CellChange): string {
  const words: Record<CellChange, string> = {
    first: l10n.t("first"), same: l10n.t("same"), message: l10n.t("message only"), whitespace: l10n.t("whitespace only"), changed: l10n.t("changed"),
    new: l10n.t("new"), dropped: l10n.t("dropped"), unknown: l10n.t("unknown"),
  };
  return words[change];
}

/** `these lines changed in v3 5/5`; "" when nothing is known. */
export function threadChangeText(change: ThreadChange | undefined): string {
  if (change === undefined) return "";
  const { to } = change;
  const patch = to.n === null || to.m === null ? `v${to.versionText}` : to.n === 0 ? l10n.t("v{0} cover letter", to.versionText) : `v${to.versionText} ${to.n}/${to.m}`;
  switch (change.change) {
    case "kept": return l10n.t("these lines are the same in {0}", patch);
    case "changed": return l10n.t("these lines changed in {0}", patch);
    case "dropped": return l10n.t("the patch was dropped in {0}", patch);
    case "unknown": return "";
    default: return change.change satisfies never;
  }
}

/** How the lines changed, as lines of a diff; "" when they did not. */
export function changedLines({ change, lines, elsewhere }: ThreadChange): string {
  if (change !== "changed") return "";
  const show = ({ kind, text }: LineFate): string => `${{ kept: " ", was: "-", now: "+" }[kind]}${text}`;
  const shown = [...lines.map(show), ...(elsewhere.length === 0 ? [] : ["@@", ...elsewhere.map(show)])];
  return shown.length > tooltipLines ? [...shown.slice(0, tooltipLines), "…"].join("\n") : shown.join("\n");
}

/** A tooltip with the changed lines below plain text; mail text goes in as text and as a code block, never as Markdown. */
export function changeTooltip(text: string, change: ThreadChange): vscode.MarkdownString {
  const tooltip = new vscode.MarkdownString("", false);
  tooltip.appendText(threadChangeText(change));
  tooltip.appendCodeblock(changedLines(change), "diff");
  tooltip.appendText(text);
  return tooltip;
}
