// All pages: one for each session at most, opened on demand, brought back after a reload.
import * as vscode from "vscode";
import { l10n } from "vscode";
import type { PanelState } from "../../protocol/messages.js";
import { readRunAgain } from "../../protocol/run-again.js";
import { panelType } from "../names.js";
import { type Disposable, Owner } from "../dispose.js";
import { toUserError } from "../errors.js";
import { findingsSetting } from "../findings/findings.js";
import { shortId } from "../ids.js";
import { defaultPatch, type PatchInSeries } from "../session/lookup.js";
import type { Session } from "../session/session.js";
import type { Sessions } from "../session/sessions.js";
import type { SavedEdit } from "../whatif/edits.js";
import { type PanelContext, ReviewPanel } from "./panel.js";

export class Panels implements vscode.WebviewPanelSerializer, Disposable {
  private readonly owner = new Owner();
  private readonly panels = new Map<string, ReviewPanel>();

  constructor(private readonly sessions: Sessions, private readonly context: PanelContext) {
    this.owner.own(vscode.window.registerWebviewPanelSerializer(panelType, this));
    this.owner.own(vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration(findingsSetting)) for (const panel of this.panels.values()) panel.look();
    }));
    this.owner.own(sessions.onDidChange((change) => {
      if (change.type === "reloaded") void this.panels.get(change.session.id)?.refresh();
    }));
  }

  /** The page that has the focus, or the only one; undefined when there is none, or when it cannot be told which. */
  get current(): ReviewPanel | undefined {
    const all = [...this.panels.values()];
    return all.find((panel) => panel.isActive) ?? (all.length === 1 ? all[0] : undefined);
  }

  get(session: string): ReviewPanel | undefined {
    return this.panels.get(session);
  }

  /**
   * Shows a patch in its session's page. A new page for the pictures takes the place of what is being read, because before and after
   * want its whole width; one for the simulator stands beside, because its steps are marked in the code.
   */
  async open(session: Session, place: PatchInSeries, tab: PanelState["tab"], preserveFocus = false): Promise<ReviewPanel> {
    const open = this.panels.get(session.id);
    if (open !== undefined) {
      await open.show(place.patch.key, tab, preserveFocus);
      return open;
    }
    const viewColumn = tab === "lifecycle" ? vscode.ViewColumn.Active : vscode.ViewColumn.Beside;
    const panel = vscode.window.createWebviewPanel(panelType, l10n.t("Lifecycle"), { viewColumn, preserveFocus });
    return this.adopt(panel, session, { source: session.source.uri, patchKey: place.patch.key, struct: null, tab, scenario: null, side: "after", whatIf: null, code: null, again: null });
  }

  /** Something was found in a patch, or what was found has been taken back. */
  showFindings(): void {
    for (const panel of this.panels.values()) panel.showFindings();
  }

  /** A what-if copy was saved: its series' page runs the scenario on it, beside the copy when it was not open. */
  async runEdited({ session, place, path, text }: SavedEdit): Promise<void> {
    const panel = await this.open(session, place, "simulate", true);
    await panel.runEdited(path, text);
  }

  /** A page of the last window; one whose series cannot be read again is closed. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel, stored: unknown): Promise<void> {
    const state = isPanelState(stored) ? stored : null;
    try {
      const session = state === null ? undefined : await this.sessions.find(shortId(state.source));
      const place = session === undefined ? undefined : (session.patch(state?.patchKey ?? "") ?? defaultPatch(session.view));
      if (state === null || session === undefined || place === undefined || this.panels.has(session.id)) panel.dispose();
      else this.adopt(panel, session, { ...state, patchKey: place.patch.key, code: state.code ?? null, again: readRunAgain(state.again) });
    } catch (error) {
      this.context.log.error(toUserError(error, l10n.t("Restoring the page"))?.message ?? "");
      panel.dispose();
    }
  }

  dispose(): void {
    for (const panel of [...this.panels.values()]) panel.dispose();
    this.owner.dispose();
  }

  private adopt(panel: vscode.WebviewPanel, session: Session, state: PanelState): ReviewPanel {
    const adopted = new ReviewPanel(panel, this.context, session, state);
    this.panels.set(session.id, adopted);
    session.owner.own(adopted);
    panel.onDidDispose(() => {
      if (this.panels.get(session.id) === adopted) this.panels.delete(session.id);
    });
    return adopted;
  }
}

/** The page stored it, but in an earlier window and perhaps an earlier version. */
function isPanelState(value: unknown): value is PanelState {
  if (typeof value !== "object" || value === null) return false;
  const state = value as Partial<Record<keyof PanelState, unknown>>;
  const isNameOrNull = (name: unknown): boolean => name === null || typeof name === "string";
  return typeof state.source === "string" && typeof state.patchKey === "string" && isNameOrNull(state.struct) && isNameOrNull(state.scenario) && isNameOrNull(state.whatIf)
    && (state.tab === "lifecycle" || state.tab === "simulate") && (state.side === "before" || state.side === "after");
}
