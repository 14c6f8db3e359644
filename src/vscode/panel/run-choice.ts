// What a page can ask to be run, and within which bounds.
import * as vscode from "vscode";
import type { Side } from "../../core/patch/types.js";
import type { Bounds, SourceText, WhatIf } from "../../core/simulate/types.js";
import type { RunAgain } from "../../protocol/run-again.js";
import type { PatchInSeries } from "../session/lookup.js";
import { boundsFrom } from "./bounds.js";
import type { WrittenScenario } from "./scenarios.js";

/** Bounds of a run that the page starts, as the settings have them now; named in its result when they are met. */
export function runBounds(): Bounds {
  const settings = vscode.workspace.getConfiguration("lifeline");
  return boundsFrom((name) => settings.get<unknown>(name));
}

/** The choice with the user's text in the place of its scenario's name. */
export function withText(choice: RunChoice, written: WrittenScenario | null): RunChoice {
  return written === null ? choice : { ...choice, scenario: written.source, document: written.uri };
}

/** How to do the run of a choice again in another window; null for one of the user's edit. `name` is the scenario's. */
export function againOf({ place, document, side, whatIf }: RunChoice, name: string, token: string | null): RunAgain | null {
  if (typeof whatIf === "object" && whatIf !== null) return null;
  return { patchKey: place.patch.key, side, scenario: name, document: document?.toString() ?? null, whatIf, token };
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
