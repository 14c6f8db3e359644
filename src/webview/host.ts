// The page's only way to the extension host: typed messages out, checked messages in, and the state that survives a reload.
import type { FromPage, PanelState, ToPage } from "../protocol/messages.js";
import { readRunAgain } from "../protocol/run-again.js";

interface VsCodeApi {
  postMessage(message: FromPage): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

/** The panel's state with what only the page needs to find its place again. */
export interface SavedState extends PanelState {
  /** The step that was shown, with the run it belongs to; null when nothing was run. */
  readonly shown: { readonly run: string; readonly step: number } | null;
  /** What is the same on both sides is hidden in the drawings. */
  readonly onlyChanges: boolean;
}

/** The extension host, as the page sees it. */
export interface Host {
  post(message: FromPage): void;
  /** What was saved before a reload; null when nothing usable was. */
  savedState(): SavedState | null;
  save(state: SavedState): void;
  /** Reports a failure inside the page; never throws. */
  reportError(where: string, error: unknown): void;
}

/** Takes the host's API; may be called once in the life of a page. */
export function connectHost(): Host {
  const api = acquireVsCodeApi();
  return {
    post: (message) => api.postMessage(message),
    savedState: () => readSavedState(api.getState()),
    save: (state) => {
      api.setState(state);
      const { shown: _shown, onlyChanges: _onlyChanges, ...panelState } = state;
      api.postMessage({ type: "state", state: panelState });
    },
    reportError: (where, error) => {
      const detail = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      api.postMessage({ type: "pageError", message: `${where}: ${detail}` });
    },
  };
}

/** The message when it is one of the host's; null for anything else that arrives at the window. */
export function readMessage(data: unknown): ToPage | null {
  if (typeof data !== "object" || data === null || !("type" in data)) return null;
  switch (data.type) {
    case "lifecycle":
    case "findings":
    case "running":
    case "result":
    case "overview":
    case "free":
    case "track":
    case "draw":
    case "reach":
    case "spin":
    case "failed":
    case "cancelled":
    case "export":
      // Only the extension host can post into the page, and it is compiled against the same union.
      return data as ToPage;
    default:
      return null;
  }
}

function readSavedState(value: unknown): SavedState | null {
  if (typeof value !== "object" || value === null) return null;
  // Checked member by member right below: an older version of the page may have saved something else.
  const state = value as Partial<Record<keyof SavedState, unknown>>;
  const { source, patchKey, struct, tab, scenario, side, whatIf } = state;
  if (typeof source !== "string" || typeof patchKey !== "string") return null;
  if (tab !== "lifecycle" && tab !== "simulate") return null;
  if (side !== "before" && side !== "after") return null;
  return {
    source,
    patchKey,
    struct: textOrNull(struct),
    tab,
    scenario: textOrNull(scenario),
    side,
    whatIf: textOrNull(whatIf),
    code: textOrNull(state.code),
    again: readRunAgain(state.again),
    shown: readShown(state.shown),
    onlyChanges: state.onlyChanges === true,
  };
}

function readShown(value: unknown): SavedState["shown"] {
  if (typeof value !== "object" || value === null || !("run" in value) || !("step" in value)) return null;
  return typeof value.run === "string" && typeof value.step === "number" ? { run: value.run, step: value.step } : null;
}

function textOrNull(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
