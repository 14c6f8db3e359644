// Where the steps of a run lead in the diagrams of the struct that is shown.
import type { Side } from "../../core/patch/types.js";
import type { Step } from "../../core/simulate/types.js";
import type { LitState } from "../../core/review/track-types.js";
import type { Engine } from "../engine.js";

export interface TracksContext {
  readonly engine: Engine;
  readonly session: string;
  /** What the page shows now. */
  shown(): { readonly patchKey: string; readonly struct: string | null };
  /** The patch whose code was run; undefined when none was. */
  ran(): string | undefined;
  tell(states: readonly LitState[]): void;
  onError(error: unknown): void;
}

export class Tracks {
  private trail: { readonly steps: readonly Step[]; readonly side: Side } | null = null;
  /** Counts what was asked for, so that an answer that comes too late is dropped. */
  private asked = 0;

  constructor(private readonly context: TracksContext) {}

  /** Tracks the steps of a run; one of other code leads nowhere in what is shown. */
  follow(steps: readonly Step[], side: Side): void {
    const { patchKey, struct } = this.context.shown();
    this.trail = { steps, side };
    if (this.context.ran() !== patchKey || steps.length === 0) return this.context.tell([]);
    const turn = ++this.asked;
    this.context.engine.call("track", { session: this.context.session, patchKey, struct, side, steps }).then(
      (states) => (turn === this.asked ? this.context.tell(states) : undefined),
      (error: unknown) => this.context.onError(error),
    );
  }

  /** Another struct is shown: its diagrams have states of their own. */
  repeat(): void {
    if (this.trail !== null) this.follow(this.trail.steps, this.trail.side);
  }
}
