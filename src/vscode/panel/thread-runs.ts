// From a question to a run: the scenario for the functions of a thread, and its verdict next to the thread. Kept for as long as the window is open.
import * as vscode from "vscode";
import { l10n } from "vscode";
import type { ThreadView } from "../../core/review/types.js";
import type { RunResult } from "../../core/simulate/types.js";
import { type Disposable, Owner } from "../dispose.js";
import type { Engine } from "../engine.js";
import { runKindWord } from "../findings/words.js";
import type { PatchInSeries } from "../session/lookup.js";
import type { Session } from "../session/session.js";
import type { Sessions } from "../session/sessions.js";
import type { Panels } from "./panels.js";
import { pickFunctions } from "./pick-functions.js";
import type { Scenarios } from "./scenarios.js";

export class ThreadRuns implements Disposable {
  private readonly owner = new Owner();
  private readonly changed = this.owner.own(new vscode.EventEmitter<Session>());
  /** A verdict was told of a thread, or those of a series have become old. */
  readonly onDidChange = this.changed.event;
  private readonly verdicts = new Map<string, string>();

  constructor(private readonly engine: Engine, private readonly sessions: Sessions, private readonly panels: Panels, private readonly scenarios: Scenarios) {
    this.owner.own(sessions.onDidChange((change) => {
      if (change.type !== "reloaded" && change.type !== "closed") return;
      for (const key of [...this.verdicts.keys()]) if (key.startsWith(`${change.session.id}/`)) this.verdicts.delete(key);
      if (change.type === "reloaded") this.changed.fire(change.session);
    }));
  }

  /** `✗ use after free in "create a group"`; "" while nothing was run for the thread. */
  verdict(session: Session, thread: ThreadView): string {
    return this.verdicts.get(keyOf(session, thread)) ?? "";
  }

  /**
   * Runs what fits the thread on the code after the patch: a shipped scenario, else one that is written for its functions. Which they are is asked where the
   * thread stands in none and names none; `given` answers that.
   */
  async run(session: Session, place: PatchInSeries, thread: ThreadView, given?: readonly string[]): Promise<void> {
    const patchKey = place.patch.key;
    const { readAt } = session;
    const asked = { session: session.id, patchKey, thread: thread.key };
    let fitting = await this.engine.call("threadScenario", asked);
    if (fitting.functions.length === 0) {
      const question = { title: l10n.t("Simulate This"), placeHolder: l10n.t("The thread is about no function of the patch. Which ones run at the same time?") };
      const chosen = await pickFunctions(this.engine, session, place, question, given);
      if (chosen.length === 0) return;
      fitting = await this.engine.call("threadScenario", { ...asked, chosen });
    }
    const { functions, scenario } = fitting;
    const chosen = scenario ?? await this.scenarios.read(await this.scenarios.write(session, place, functions, true));
    const panel = await this.panels.open(session, place, "simulate", true);
    const told = await panel.runNow(chosen);
    if (told === null) return;
    if (typeof chosen !== "string") this.scenarios.tell(chosen, told.result);
    if (this.sessions.get(session.id) !== session || session.readAt !== readAt) return;
    this.verdicts.set(keyOf(session, thread), verdictText(told.result, told.title));
    this.changed.fire(session);
  }

  dispose(): void {
    this.owner.dispose();
  }
}

function keyOf(session: Session, thread: ThreadView): string {
  return `${session.id}/${thread.patchKey}/${thread.key}`;
}

function verdictText({ verdict, kind }: RunResult, title: string): string {
  switch (verdict) {
    case "violation": return l10n.t("✗ {0} in “{1}”", kind === null ? l10n.t("violation") : runKindWord(kind), title);
    case "clean": return l10n.t("✓ clean: {0}", title);
    case "bounded": return l10n.t("no violation within the bounds: {0}", title);
    case "does-not-apply": return l10n.t("does not apply: {0}", title);
  }
}
