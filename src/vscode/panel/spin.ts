// Gives the run that a page shows to an installed Spin: only in a trusted workspace, with progress, until nobody wants the answer any more.
import * as vscode from "vscode";
import { l10n } from "vscode";
import type { FromPage, ToPage } from "../../protocol/messages.js";
import { CancelSource } from "../cancel.js";
import { type Disposable, Owner, Slot } from "../dispose.js";
import type { Engine } from "../engine.js";
import type { Session } from "../session/session.js";
import { type RunChoice, runBounds } from "./run-choice.js";

export interface SpinContext {
  readonly engine: Engine;
  readonly session: Session;
  post(message: ToPage): void;
}

type SpinMessage = Extract<ToPage, { type: "spin" }>;

export class SpinRuns implements Disposable {
  private readonly owner = new Owner();
  private readonly asked = this.owner.own(new Slot<CancelSource>());
  private last: SpinMessage | null = null;

  constructor(private readonly context: SpinContext) {}

  /** What the page was told last; null before Spin was asked about the shown run. */
  get message(): SpinMessage | null {
    return this.last;
  }

  /** Asks Spin about the program of a run. Where no program may be started, the page is told so. */
  async verify(choice: RunChoice, search: Extract<FromPage, { type: "verifySpin" }>["search"]): Promise<void> {
    // Spin writes C, and a compiler and its result are run: nothing for a folder that is not trusted.
    if (!vscode.workspace.isTrusted) return this.say({ type: "spin", state: "refused", reason: l10n.t("Spin and the C compiler are started in a trusted workspace only.") });
    const cancellation = new CancelSource();
    this.asked.value = cancellation;
    this.say({ type: "spin", state: "running", states: 0 });
    const { engine, session } = this.context;
    const { place, scenario, side, whatIf } = choice;
    const request = { patchKey: place.patch.key, side, scenario, whatIf, users: null, bounds: runBounds() };
    try {
      const verdict = await engine.call("spin", { session: session.id, request, search }, {
        cancellation,
        onProgress: (progress) => {
          if (this.asked.value === cancellation) this.say({ type: "spin", state: "running", states: statesOf(progress) });
        },
      });
      if (this.asked.value === cancellation) this.say({ type: "spin", state: "ended", verdict });
    } catch (error) {
      if (!cancellation.cancelled) {
        this.say({ type: "spin", state: "refused", reason: l10n.t("Spin could not be asked.") });
        throw error;
      }
    } finally {
      if (this.asked.value === cancellation) this.asked.value = undefined;
    }
  }

  /** Ends what is running; the page is told when something was. */
  cancel(): void {
    if (this.asked.value === undefined) return;
    this.asked.value = undefined;
    this.say({ type: "spin", state: "refused", reason: l10n.t("Spin was cancelled.") });
  }

  /** Another run is shown: what Spin said belongs to an old one. */
  forget(): void {
    this.asked.value = undefined;
    this.last = null;
  }

  /** Tells a page that has just started. */
  resend(): void {
    if (this.last !== null) this.context.post(this.last);
  }

  dispose(): void {
    this.owner.dispose();
  }

  private say(message: SpinMessage): void {
    this.last = message;
    this.context.post(message);
  }
}

/** The number of states in a progress report; 0 when it has none. */
export function statesOf(progress: unknown): number {
  const states = typeof progress === "object" && progress !== null && "states" in progress ? progress.states : 0;
  return typeof states === "number" ? states : 0;
}
