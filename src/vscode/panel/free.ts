// A run that the user drives on the page: keeps it in the worker, marks where its CPUs stand, and asks what can still go wrong.
import type { FreeView } from "../../core/simulate/free-types.js";
import type { FromPage, ToPage } from "../../protocol/messages.js";
import { CancelSource } from "../cancel.js";
import { type Disposable, Owner, Slot } from "../dispose.js";
import type { Engine } from "../engine.js";
import type { Session } from "../session/session.js";
import { type RunChoice, runBounds } from "./run-choice.js";

/** States that are looked at after each move; about a second. */
const reachStates = 200_000;

export interface FreeContext {
  readonly engine: Engine;
  readonly session: Session;
  post(message: ToPage): void;
  /** The run stands at another step: the editors show it. */
  onView(view: FreeView, choice: RunChoice): void;
}

type Turn = Extract<FromPage, { type: "freeTurn" }>;

export class FreeRuns implements Disposable {
  private readonly owner = new Owner();
  private readonly reach = this.owner.own(new Slot<CancelSource>());
  private open: { readonly run: string; readonly choice: RunChoice; view: FreeView } | null = null;
  private opened = 0;
  /** Moves are made one after the other. */
  private queue: Promise<unknown> = Promise.resolve();

  constructor(private readonly context: FreeContext) {}

  /** What is shown now; null when no run is open. */
  get view(): FreeView | null {
    return this.open?.view ?? null;
  }

  /** Starts a run in place of the one that is open. */
  start(choice: RunChoice): Promise<void> {
    return this.inTurn(async () => {
      await this.end();
      const { engine, session } = this.context;
      const { place, scenario, side, whatIf } = choice;
      const run = `${session.id}.${++this.opened}`;
      const request = { patchKey: place.patch.key, side, scenario, whatIf, users: null, bounds: runBounds() };
      const view = await engine.call("freeRun/open", { session: session.id, run, request });
      if ("reason" in view) return this.context.post({ type: "free", view: null, reason: view.reason, side });
      this.open = { run, choice, view };
      this.show(view);
    });
  }

  /** Makes a move of the user's; nothing happens when no run is open. */
  turn(move: Turn): Promise<void> {
    return this.inTurn(async () => {
      const { open } = this;
      if (open === null) return;
      const { engine } = this.context;
      this.reach.value = undefined;
      const view = move.move === "undo" ? await engine.call("freeRun/undo", { run: open.run }) : await engine.call("freeRun/step", { run: open.run, cpu: move.cpu, unit: move.move, way: move.way });
      open.view = view;
      this.show(view);
    });
  }

  /** Shows the open run again to a page that has just started. */
  resend(): void {
    if (this.open !== null) this.show(this.open.view);
  }

  async end(): Promise<void> {
    this.reach.value = undefined;
    const { open } = this;
    this.open = null;
    if (open !== null) await this.context.engine.call("freeRun/close", { run: open.run });
  }

  dispose(): void {
    this.owner.dispose();
  }

  private show(view: FreeView): void {
    const { open } = this;
    if (open === null) return;
    this.context.post({ type: "free", view, reason: null, side: open.choice.side });
    this.context.onView(view, open.choice);
    void this.look(open.run);
  }

  /** Asks what can still go wrong; an answer that comes after the next move is dropped. */
  private async look(run: string): Promise<void> {
    const cancellation = new CancelSource();
    this.reach.value = cancellation;
    this.context.post({ type: "reach", reach: null });
    try {
      const reach = await this.context.engine.call("freeRun/reach", { run, maxStates: reachStates }, { cancellation });
      if (this.reach.value === cancellation) this.context.post({ type: "reach", reach });
    } catch (error) {
      // Overtaken by the next move, or by the end of the run: nobody waits for the answer.
      if (!cancellation.cancelled && this.open?.run === run) throw error;
    }
  }

  private inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.queue.then(work);
    this.queue = turn.catch(() => undefined);
    return turn;
  }
}
