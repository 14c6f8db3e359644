// The panel's page: connects to the host, builds the two tabs, and hands each message to the one it is for.
import type { PanelState, ToPage } from "../protocol/messages.js";
import { el, labeledSelect, setOptions } from "./dom.js";
import { connectHost, readMessage } from "./host.js";
import type { Host, SavedState } from "./host.js";
import { createLifecycleTab } from "./lifecycle/tab.js";
import { createSimulateTab } from "./simulate/tab.js";
import { createTabs } from "./tabs.js";
import { count } from "./words.js";

const connection = connectHost();
addEventListener("error", (event) => connection.reportError("page", event.error ?? event.message));
addEventListener("unhandledrejection", (event) => connection.reportError("page", event.reason));
const receive = createPage(document.getElementById("root") ?? document.body, connection);
addEventListener("message", (event: MessageEvent<unknown>) => {
  const message = readMessage(event.data);
  if (message !== null) receive(message);
});
connection.post({ type: "ready" });

/** Builds the page and returns what takes the host's messages. */
function createPage(body: HTMLElement, host: Host): (message: ToPage) => void {
  let state: SavedState | null = host.savedState();
  const change = (members: Partial<SavedState>): void => {
    if (state === null) return;
    state = { ...state, ...members };
    host.save(state);
  };

  const title = el("h1", { class: "patch-title" }, "Lifeline");
  const struct = labeledSelect("struct", "choose-struct", (name) => {
    lifecyclePanel.setAttribute("aria-busy", "true");
    host.post({ type: "chooseStruct", struct: name });
  });
  struct.element.hidden = true;
  const alert = el("p", { class: "alert", role: "alert", hidden: true });
  const lifecyclePanel = el("div", { class: "panel" });
  const simulatePanel = el("div", { class: "panel" });
  const tabs = createTabs<PanelState["tab"]>(
    "Views",
    [
      { id: "lifecycle", label: "Lifecycle", panel: lifecyclePanel },
      { id: "simulate", label: "Simulate", panel: simulatePanel },
    ],
    (tab) => change({ tab }),
  );
  body.append(
    el("header", { class: "head" }, title, struct.element),
    el("main", {}, tabs.element, alert, lifecyclePanel, simulatePanel),
  );
  const lifecycle = createLifecycleTab(lifecyclePanel, host, { onOnlyChanges: (onlyChanges) => change({ onlyChanges }) });
  lifecycle.setOnlyChanges(state?.onlyChanges ?? false);
  const simulate = createSimulateTab(simulatePanel, host, {
    onChoice: (choice) => change(choice),
    onShown: (shown) => change(shown === null ? { shown, again: null } : { shown }),
    onStep: (step) => lifecycle.light(step),
  });
  tabs.show(state?.tab ?? "lifecycle");

  function showPatch(message: Extract<ToPage, { type: "lifecycle" }>): void {
    const { view } = message;
    const samePatch = message.reread !== true && state?.patchKey === message.state.patchKey && state.source === message.state.source;
    const shown = samePatch ? (state?.shown ?? null) : null;
    if (!samePatch) simulate.clear();
    title.textContent = message.title;
    struct.element.hidden = view.structs.length === 0;
    setOptions(struct.select, view.structs.map(structOption), view.struct);
    lifecyclePanel.removeAttribute("aria-busy");
    const choice = simulate.showScenarios(message.scenarios, message.codes, message.state.patchKey, message.state);
    tabs.show(message.state.tab);
    if (!samePatch) lifecycle.showFindings(null);
    lifecycle.show(view);
    const again = samePatch ? (state?.again ?? null) : null;
    state = { ...message.state, ...choice, struct: view.struct, shown, again, onlyChanges: state?.onlyChanges ?? false };
    host.save(state);
  }

  return (message) => {
    // Findings come unasked, and must not take back what was told of something else.
    if (message.type !== "findings") alert.hidden = true;
    switch (message.type) {
      case "lifecycle":
        return showPatch(message);
      case "findings":
        if (message.patchKey === state?.patchKey) lifecycle.showFindings(message.findings);
        return;
      case "export":
        tabs.show("lifecycle");
        return lifecycle.export(message.as);
      case "running":
        return simulate.showRunning(message.states);
      case "result":
        change({ again: message.again ?? null });
        return simulate.showResult(message.result, state?.shown ?? null, message.baseline ?? null);
      case "track":
        return lifecycle.setTrack(message.states);
      case "draw":
        return void lifecycle.picture(message.text);
      case "free":
        return simulate.showFree(message.view, message.reason, message.side);
      case "reach":
        return simulate.showReach(message.reach);
      case "spin":
        return simulate.showSpin(message);
      case "overview":
        return simulate.showOverview(message.cells, message.total, message.running);
      case "failed":
        lifecyclePanel.removeAttribute("aria-busy");
        simulate.showEnded("");
        alert.textContent = message.message;
        alert.hidden = false;
        return;
      case "cancelled":
        return simulate.showEnded("Cancelled.");
      default:
        return unknownMessage(message);
    }
  };
}

function structOption(choice: { readonly name: string; readonly changedCalls: number }): { readonly value: string; readonly label: string } {
  const changed = choice.changedCalls === 0 ? "unchanged" : `${count(choice.changedCalls, "changed call")}`;
  return { value: choice.name, label: `${choice.name} (${changed})` };
}

/** Does not compile when the protocol has a message that the page does not handle. */
function unknownMessage(message: never): void {
  void message;
}
