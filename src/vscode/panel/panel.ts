// The host's side of one page: answers its messages, keeps what it shows, asks the worker for diagrams and runs.
import * as vscode from "vscode";
import { l10n } from "vscode";
import type { LifecycleView } from "../../core/lifecycle/types.js";
import type { PatchFinding } from "../../core/lifecycle/findings/types.js";
import type { RunResult } from "../../core/simulate/types.js";
import type { DiagramExport, FromPage, LineLink, OfferedScenario, PanelState, ToPage } from "../../protocol/messages.js";
import { patchName } from "../convert.js";
import type { Opener } from "../diff/open.js";
import { type Disposable, Owner } from "../dispose.js";
import type { Engine } from "../engine.js";
import { errors, toUserError } from "../errors.js";
import { listed } from "../findings/words.js";
import type { Log } from "../log.js";
import { fileByPath, type PatchInSeries } from "../session/lookup.js";
import type { Session } from "../session/session.js";
import { copy, copyRun } from "./copy-run.js";
import { exportDiagram } from "./export.js";
import { pageHtml } from "./html.js";
import type { StepMarks } from "./marks.js";
import { OfferedScenarios } from "./offered.js";
import { askForScenario } from "./pick-functions.js";
import { type RunChoice, withText } from "./run-choice.js";
import { Runs, runnable } from "./runs.js";
import type { Scenarios, WrittenScenario } from "./scenarios.js";
import { Tracks } from "./tracks.js";
import type { TraceLine } from "./trace-line.js";

/** What every page needs from the extension. */
export interface PanelContext {
  readonly extensionUri: vscode.Uri;
  readonly engine: Engine;
  readonly opener: Opener;
  readonly log: Log;
  /** Looks for findings in a patch; what is found comes by way of the session and `showFindings`. */
  look(session: Session, place: PatchInSeries): Promise<void>;
  /** The writable copy of an after document. */
  editOf(after: vscode.Uri): vscode.Uri;
  /** Puts text into the reply about a patch, and shows it. */
  addToDraft(session: Session, place: PatchInSeries, text: string): Promise<unknown>;
  /** The user's own scenarios. */
  readonly scenarios: Scenarios;
}

export class ReviewPanel implements Disposable {
  private readonly owner = new Owner();
  readonly runs: Runs;
  private current: PanelState;
  private lifecycle: LifecycleView | null = null;
  private listed: readonly PatchFinding[] | null = null;
  private readonly offered: OfferedScenarios;
  /** What the page will ask for first, asked for while it still loads; an answer for something else is not used. */
  private ahead: { readonly patchKey: string; readonly struct: string | null; readonly answer: Promise<Shown> } | null = null;
  /** Counts what was asked for, so that an answer that comes too late is dropped. */
  private asked = 0;
  private isReady = false;
  private isMaximized = false;
  private readonly tracks: Tracks;
  private disposing = false;
  private readonly posted: ToPage["type"][] = [];

  constructor(private readonly panel: vscode.WebviewPanel, private readonly context: PanelContext, private readonly session: Session, state: PanelState) {
    this.current = state;
    this.runs = this.owner.own(new Runs({ engine: context.engine, opener: context.opener, session, editOf: (after) => context.editOf(after), post: (message) => this.post(message), onTrail: (steps, side) => this.tracks.follow(steps, side) }));
    this.tracks = new Tracks({
      engine: context.engine, session: session.id, shown: () => this.current, ran: () => this.runs.place?.patch.key,
      tell: (states) => this.post({ type: "track", states }), onError: (error) => context.log.error(toUserError(error, this.panel.title)?.message ?? ""),
    });
    this.offered = new OfferedScenarios(context.engine, session.id, context.scenarios);
    const folder = vscode.Uri.joinPath(context.extensionUri, "dist", "page");
    const { webview } = panel;
    webview.options = { enableScripts: true, localResourceRoots: [folder] };
    panel.iconPath = vscode.Uri.joinPath(context.extensionUri, "media", "icon.svg");
    this.owner.own(webview.onDidReceiveMessage((message: FromPage) => void this.receive(message)));
    this.owner.own(panel.onDidDispose(() => this.dispose()));
    this.setTitle();
    const address = (file: string): string => webview.asWebviewUri(vscode.Uri.joinPath(folder, file)).toString();
    webview.html = pageHtml({
      script: address("main.js"), style: address("style.css"), source: webview.cspSource, nonce: nonce(), title: panel.title, language: vscode.env.language,
    });
    if (session.patch(state.patchKey) === undefined) return;
    const { patchKey, struct } = state;
    this.ahead = { patchKey, struct, answer: this.read(patchKey, struct) };
    // It is told to the page that asks for it.
    this.ahead.answer.catch(() => undefined);
  }

  get state(): PanelState {
    return this.current;
  }

  /** The last run's result; null before the first and after another patch was chosen. */
  get lastResult(): RunResult | null {
    return this.runs.result;
  }

  /** What the page shows of the struct's life; null until it was asked for. */
  get lastLifecycle(): LifecycleView | null {
    return this.lifecycle;
  }

  /** The findings that the page lists; null when they were not looked for. */
  get lastFindings(): readonly PatchFinding[] | null {
    return this.listed;
  }

  /** What can be chosen to run on the shown patch. */
  offeredScenarios(): Promise<readonly OfferedScenario[]> {
    return this.offered.of(this.current.patchKey);
  }

  /** Lines marked in the editors. */
  get markedLines(): StepMarks["current"] {
    return this.runs.markedLines;
  }

  /** Kinds of the messages that were sent to the page, oldest first. */
  get sent(): readonly ToPage["type"][] {
    return this.posted;
  }

  /** True while the page has the focus. */
  get isActive(): boolean {
    return this.panel.active;
  }

  /** Asks the page for the diagram that it shows; the page's answer puts it on the clipboard or into a file. */
  export(as: DiagramExport): void {
    this.post({ type: "export", as });
  }

  /** Shows another patch or tab. */
  async show(patchKey: string, tab: PanelState["tab"], preserveFocus = false): Promise<void> {
    if (patchKey !== this.current.patchKey) {
      this.runs.forget();
      this.offered.forget();
      this.current = { ...this.current, patchKey, struct: null, scenario: null, whatIf: null, side: "after", code: null, again: null };
    }
    this.current = { ...this.current, tab };
    this.setTitle();
    this.panel.reveal(undefined, preserveFocus);
    await this.sendLifecycle();
  }

  /** The series was read again: everything is asked for anew. */
  async refresh(): Promise<void> {
    this.runs.forget();
    this.ahead = null;
    this.setTitle();
    await this.sendLifecycle(true);
  }

  /** Looks for findings in the shown patch, once it is shown. */
  look(): void {
    const place = this.session.patch(this.current.patchKey);
    if (place !== undefined && this.lifecycle !== null) void this.context.look(this.session, place);
  }

  /** Lists what is known of the shown patch by now. */
  showFindings(): void {
    const { patchKey } = this.current;
    const found = this.session.findings(patchKey) ?? null;
    if (this.lifecycle?.patchKey !== patchKey || found === this.listed) return;
    this.listed = found;
    this.post({ type: "findings", patchKey, findings: found?.map(listed) ?? null });
  }

  /** What the page says; also the way in for tests. */
  async receive(message: FromPage): Promise<void> {
    try {
      await this.handle(message);
    } catch (error) {
      const shown = toUserError(error, this.panel.title);
      if (shown === null) return;
      this.context.log.error(shown.detail === "" ? shown.message : `${shown.message}\n${shown.detail}`);
      this.post({ type: "failed", message: shown.message });
    }
  }

  /** Shows the schedule of a trace of the shown patch. */
  async replay({ scenario, side, whatIf, token }: TraceLine): Promise<void> {
    this.current = { ...this.current, tab: "simulate", scenario, side, whatIf, code: null };
    if (!(await this.runs.replay({ place: this.place(), scenario, side, whatIf }, token))) throw errors.otherCode();
  }

  /** Runs the chosen scenario, or the first that fits, on a user's copy of a file; the page keeps the focus where it is. */
  async runEdited(path: string, text: string): Promise<void> {
    const place = this.place();
    const [first] = await this.context.engine.call("scenarios", { session: this.session.id, patchKey: place.patch.key });
    const scenario = this.current.scenario ?? first?.name;
    if (scenario === undefined) throw errors.noScenario();
    this.current = { ...this.current, tab: "simulate", scenario, side: "after", whatIf: null, code: null };
    const title = l10n.t("your edit of {0}", path.slice(path.lastIndexOf("/") + 1));
    const whatIf = { name: title, title, texts: [{ path, text }], edits: [] };
    await this.runs.simulate({ place, scenario, side: "after", whatIf });
  }

  /** Runs a scenario, shipped or the user's own, on the code after the patch and shows it as chosen; null when the run was cancelled. */
  async runNow(scenario: string | WrittenScenario): Promise<{ readonly result: RunResult; readonly title: string } | null> {
    const place = this.place();
    const chosen = typeof scenario === "string" ? scenario : await this.offer(scenario);
    this.current = { ...this.current, tab: "simulate", scenario: chosen, side: "after", whatIf: null, code: null };
    await this.sendLifecycle();
    await this.runs.simulate({ place, side: "after", whatIf: null, ...(typeof scenario === "string" ? { scenario } : { scenario: scenario.source, document: scenario.uri }) });
    const { result } = this.runs;
    if (result === null) return null;
    const infos = await this.offered.of(place.patch.key);
    return { result, title: infos.find((one) => one.name === chosen)?.title ?? chosen };
  }

  /** A scenario was written for a patch, or is gone (null); where the patch is shown, the new one stands there as chosen. */
  async list(patchKey: string, written: WrittenScenario | null): Promise<void> {
    if (patchKey !== this.current.patchKey) return;
    this.ahead = null;
    if (written === null) this.offered.forget();
    else this.current = { ...this.current, scenario: await this.offer(written), whatIf: null, code: null };
    await this.sendLifecycle();
  }

  dispose(): void {
    if (this.disposing) return;
    this.disposing = true;
    this.owner.dispose();
    this.panel.dispose();
  }

  private async handle(message: FromPage): Promise<void> {
    switch (message.type) {
      case "ready":
        return this.start();
      case "reveal":
        return this.reveal(message.link, message.run === true ? (this.runs.place ?? this.place()) : this.place());
      case "chooseStruct":
        this.current = { ...this.current, struct: message.struct };
        await this.sendLifecycle();
        return this.tracks.repeat();
      case "run":
        return this.runChosen(message);
      case "freeStart":
        return this.drive(message);
      case "freeTurn":
        return this.runs.free.turn(message);
      case "newScenario":
        return askForScenario(this.session, this.place());
      case "openScenario":
        return this.offered.open(message.scenario);
      case "runAll":
        return this.runs.runAll(this.place(), () => this.offeredScenarios(), (name) => this.offered.written(name));
      case "cancel":
        return this.runs.cancel();
      case "step":
        return this.runs.step(message);
      case "fullScreen":
        return this.fillWindow(message.on);
      case "exported":
        return exportDiagram(message);
      case "verifySpin":
        return this.runs.verify(message.search);
      case "copyAs":
        return copyRun(this.runs, message.format, (text) => this.post({ type: "draw", text }));
      case "picture":
        return copy(message.svg);
      case "insertIntoReply":
        return this.insertIntoReply();
      case "state":
        this.current = { ...message.state, source: this.current.source, patchKey: this.current.patchKey };
        return;
      case "pageError":
        this.context.log.error(l10n.t("The page reports: {0}", message.message));
        return;
      default:
        return message satisfies never;
    }
  }

  /** The page listens. One of an earlier window is shown the run again that it showed there. */
  private async start(): Promise<void> {
    const isFirst = !this.isReady;
    this.isReady = true;
    const { again } = this.current;
    const written = isFirst && typeof again?.document === "string" ? await this.context.scenarios.read(vscode.Uri.parse(again.document)).catch(() => null) : null;
    if (written !== null) await this.offer(written);
    await this.sendLifecycle();
    this.runs.resend();
    if (!isFirst || again === null || !this.runs.isIdle || (written === null && again.document !== null)) return;
    const place = this.session.patch(again.patchKey);
    if (place === undefined) return;
    const { scenario, side, whatIf, token } = again;
    const choice = withText({ place, scenario, side, whatIf }, written);
    // Where the code has changed since, a trace leads to no schedule: all of them are looked at instead.
    if (token === null || !(await this.runs.replay(choice, token))) await this.runs.simulate(choice);
  }

  private async sendLifecycle(reread = false): Promise<void> {
    // Until the page listens, messages would be lost; it asks when it does.
    if (!this.isReady) return;
    const turn = ++this.asked;
    const place = this.place();
    const { patchKey, struct } = this.current;
    const { ahead } = this;
    this.ahead = null;
    const { view, scenarios } = await (ahead?.patchKey === patchKey && ahead.struct === struct ? ahead.answer : this.read(patchKey, struct));
    if (turn !== this.asked) return;
    this.lifecycle = view;
    this.post({ type: "lifecycle", title: `${patchName(place.revision, place.patch)} ${place.patch.title}`, state: this.current, view, scenarios, codes: runnable(place), ...(reread ? { reread } : {}) });
    // The page keeps its list as long as it shows the same patch; a page that was made anew has none.
    this.listed = null;
    this.showFindings();
    this.look();
  }

  private async read(patchKey: string, struct: string | null): Promise<Shown> {
    const [view, scenarios] = await Promise.all([this.context.engine.call("lifecycle", { session: this.session.id, patchKey, struct }), this.offered.of(patchKey)]);
    return { view, scenarios };
  }

  /** Puts a user's scenario among those that can be chosen; what was read ahead does not have it. */
  private offer(scenario: WrittenScenario): Promise<string> {
    this.ahead = null;
    return this.offered.offer(scenario);
  }

  /** What the page has chosen, which is also what it comes back to. */
  private choose({ scenario, side, whatIf, patchKey = this.current.patchKey }: Chosen): RunChoice {
    const place = this.session.patch(patchKey);
    if (place === undefined) throw errors.noSuchPatch();
    this.current = { ...this.current, scenario, side, whatIf, code: patchKey === this.current.patchKey ? null : patchKey };
    return { place, scenario, side, whatIf };
  }

  /** A shipped scenario starts at once, so that a wish to cancel that comes right after finds it. */
  private async runChosen(message: Chosen): Promise<void> {
    const choice = this.choose(message);
    if (!this.offered.isOwn(message.scenario)) return this.runs.simulate(choice);
    const written = await this.offered.written(message.scenario);
    await this.runs.simulate(withText(choice, written));
    if (written !== null && this.runs.result !== null) this.context.scenarios.tell(written, this.runs.result);
  }

  private async drive(message: Chosen): Promise<void> {
    await this.runs.drive(withText(this.choose(message), await this.offered.written(message.scenario)));
  }

  private async reveal(link: LineLink, place: PatchInSeries): Promise<void> {
    if (place === this.runs.place && this.runs.isOwn(link.path)) return this.context.opener.at(this.runs.uriOf(link.path, link.side ?? "after"), link.line);
    if (link.side === null) return this.context.opener.kernel(link.path, link.line, true);
    const file = fileByPath(place.patch, link.path);
    if (file === undefined) throw errors.noSuchPatch();
    return this.context.opener.file(this.session, place, file, { line: link.line, side: link.side, preserveFocus: true });
  }

  /** Gives the page the room of the other editors while its drawings are full screen; the editor has no call to ask how it stands, only one to turn it. */
  private async fillWindow(on: boolean): Promise<void> {
    if (on ? vscode.window.tabGroups.all.length < 2 : !this.isMaximized) return;
    this.isMaximized = on;
    await vscode.commands.executeCommand("workbench.action.toggleMaximizeEditorGroup");
  }

  /** The schedule goes into the reply about the patch that was run, below what is written there. */
  private async insertIntoReply(): Promise<void> {
    const text = await this.runs.text("text");
    if (text !== "") await this.context.addToDraft(this.session, this.runs.place ?? this.place(), text);
  }

  private place(): PatchInSeries {
    const place = this.session.patch(this.current.patchKey);
    if (place === undefined) throw errors.noSuchPatch();
    return place;
  }

  private setTitle(): void {
    const place = this.session.patch(this.current.patchKey);
    this.panel.title = place === undefined ? l10n.t("Lifecycle") : l10n.t("Lifecycle ({0})", patchName(place.revision, place.patch));
  }

  private post(message: ToPage): void {
    if (this.disposing) return;
    // Progress would make the list long, and says nothing afterwards.
    if (message.type !== "running" && (message.type !== "spin" || message.state !== "running")) this.posted.push(message.type);
    void this.panel.webview.postMessage(message);
  }
}

/** What one message brings to the page. */
interface Shown {
  readonly view: LifecycleView;
  readonly scenarios: readonly OfferedScenario[];
}

type Chosen = Extract<FromPage, { type: "run" | "freeStart" }>;

function nonce(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(18));
  return Buffer.from(bytes).toString("base64url");
}
