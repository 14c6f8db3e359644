// What a page can ask to be run, and within which bounds.
import * as vscode from "vscode";
import type { Side } from "../../core/patch/types.js";
import type { Bounds, SourceText, WhatIf } from "../../core/simulate/types.js";
import type { PatchInSeries } from "../session/lookup.js";
import { boundsFrom } from "./bounds.js";

/** Bounds of a run that the page starts, as the settings have them now; named in its result when they are met. */
export function runBounds(): Bounds {
  const settings = vscode.workspace.getConfiguration("lifeline");
  return boundsFrom((name) => settings.get<unknown>(name));
}

/** What is to be run, and of which patch. */
export interface RunChoice {
  readonly place: PatchInSeries;
  /** The name of a shipped one, or a text of the user's own. */
  readonly scenario: string | SourceText;
  /** The document that such a text stands in; its lines are marked there. */
  readonly document?: vscode.Uri | undefined;
  readonly side: Side;
  /** The name of one of the scenario's, or an edit of the user's own. */
  readonly whatIf: string | WhatIf | null;
}
