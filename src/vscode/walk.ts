// Next and previous thread over the whole series: the editor's own walk ends at the end of one side of one file.
import type { Opener } from "./diff/open.js";
import type { Disposable } from "./dispose.js";
import { errors } from "./errors.js";
import { type ThreadInSeries, threadsOf } from "./session/lookup.js";
import type { Session } from "./session/session.js";
import type { Sessions } from "./session/sessions.js";
import { threadNode } from "./tree/nodes.js";
import type { PatchSeriesView } from "./tree/view.js";

interface Stop extends ThreadInSeries {
  readonly session: Session;
}

export class Walk implements Disposable {
  /** Key of the thread that was shown last, and its session. */
  private at: { readonly session: string; readonly key: string; readonly patchKey: string } | null = null;

  private readonly subscription: Disposable;

  constructor(private readonly sessions: Sessions, private readonly opener: Opener, private readonly view: PatchSeriesView) {
    this.subscription = sessions.onDidChange(() => this.setPosition());
  }

  dispose(): void {
    this.subscription.dispose();
  }

  /** Goes on by one, round at the ends; the first step goes to the first thread, or backwards to the last. */
  async step(by: 1 | -1): Promise<void> {
    const stops = this.stops();
    if (stops.length === 0) throw errors.noThreads();
    const now = this.indexIn(stops);
    const next = now < 0 ? (by === 1 ? 0 : stops.length - 1) : (now + by + stops.length) % stops.length;
    const stop = stops[next];
    if (stop !== undefined) await this.show(stop.session, stop);
  }

  /** Shows one thread, and goes on from there. */
  async show(session: Session, stop: ThreadInSeries): Promise<void> {
    this.at = { session: session.id, key: stop.thread.key, patchKey: stop.patch.key };
    this.setPosition();
    await this.opener.thread(session, stop, stop.thread);
    await this.view.reveal(threadNode(session, stop, stop.thread), false);
  }

  /** Place and number of all, from one; null before the first step. */
  get position(): { readonly index: number; readonly count: number } | null {
    const stops = this.stops();
    const index = this.indexIn(stops);
    return index < 0 ? null : { index: index + 1, count: stops.length };
  }

  private setPosition(): void {
    this.view.setPosition(this.position);
  }

  private stops(): Stop[] {
    return this.sessions.all.flatMap((session) => threadsOf(session.view).map((stop) => ({ ...stop, session })));
  }

  private indexIn(stops: readonly Stop[]): number {
    const { at } = this;
    return at === null ? -1 : stops.findIndex((stop) => stop.session.id === at.session && stop.thread.key === at.key && stop.patch.key === at.patchKey);
  }
}
