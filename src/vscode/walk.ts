// Next and previous question over all that is open: the editor's own walk ends at the end of one side of one file.
import * as vscode from "vscode";
import { l10n } from "vscode";
import type { ThreadView } from "../core/review/types.js";
import type { Opener } from "./diff/open.js";
import { type Disposable, Owner } from "./dispose.js";
import { errors } from "./errors.js";
import { type ThreadInSeries, threadsOf } from "./session/lookup.js";
import type { Session } from "./session/session.js";
import type { Sessions } from "./session/sessions.js";
import { threadNode } from "./tree/nodes.js";
import { joined, openCount, questionText, threadTitle } from "./text.js";
import type { PatchSeriesView } from "./tree/view.js";

interface Stop extends ThreadInSeries {
  readonly session: Session;
}

export class Walk implements Disposable {
  /** Key of the thread that was shown last, and its session. */
  private at: { readonly session: string; readonly key: string; readonly patchKey: string } | null = null;

  private readonly owner = new Owner();
  private readonly status = this.owner.own(vscode.window.createStatusBarItem("lifeline.question", vscode.StatusBarAlignment.Left, -10));

  constructor(private readonly sessions: Sessions, private readonly opener: Opener, private readonly view: PatchSeriesView) {
    this.status.name = l10n.t("Patch review questions");
    this.status.command = "lifeline.nextThread";
    this.owner.own(sessions.onDidChange(() => this.setPosition()));
    this.owner.own(sessions.marks.settled.onDidChange(() => this.setPosition()));
    this.setPosition();
  }

  dispose(): void {
    this.owner.dispose();
  }

  /** The thread that was shown last, as long as it is there. */
  get current(): ThreadView | undefined {
    return this.all().find((stop) => this.isAt(stop))?.thread;
  }

  /**
   * Goes on by one, round at the ends; the first step goes to the first question, or backwards to the last. Where nothing is asked, or all is
   * settled, it goes through every thread.
   */
  async step(by: 1 | -1): Promise<void> {
    const all = this.all();
    const stops = this.questions(all);
    if (stops.length === 0) throw errors.noThreads();
    const now = all.findIndex((stop) => this.isAt(stop));
    // A question that was settled a moment ago is not in the walk, but its place is.
    const ahead = by === 1 ? all.slice(now + 1) : all.slice(0, Math.max(0, now)).reverse();
    const behind = by === 1 ? all.slice(0, now + 1) : all.slice(Math.max(0, now)).reverse();
    const stop = [...ahead, ...behind].find((one) => stops.includes(one));
    if (stop !== undefined) await this.show(stop.session, stop);
  }

  /** Shows one thread, and goes on from there. */
  async show(session: Session, stop: ThreadInSeries): Promise<void> {
    this.at = { session: session.id, key: stop.thread.key, patchKey: stop.patch.key };
    this.setPosition();
    await this.opener.thread(session, stop, stop.thread);
    await this.view.reveal(threadNode(session, stop, stop.thread), false);
  }

  /** Place and number of all, from one; null before the first step, and on a thread that is not walked to. */
  get position(): { readonly index: number; readonly count: number } | null {
    const stops = this.questions(this.all());
    const index = stops.findIndex((stop) => this.isAt(stop));
    return index < 0 ? null : { index: index + 1, count: stops.length };
  }

  private setPosition(): void {
    const { position, current } = this;
    const all = this.all();
    const { settled } = this.sessions.marks;
    const asked = all.filter(({ thread }) => thread.question.asks);
    const open = openCount(asked.filter(({ thread }) => settled.stateOf(thread) === "open").length, asked.length);
    this.view.setPosition(position);
    this.view.setSummary(open);
    if (all.length === 0) return this.status.hide();
    const place = position === null ? open : l10n.t("Question {0} of {1}", position.index, position.count);
    const about = current === undefined ? "" : questionText(current, settled.stateOf(current));
    this.status.text = `$(comment-discussion) ${joined(place, about) || l10n.t("No questions")}`;
    this.status.tooltip = joined(current === undefined ? "" : threadTitle(current), open, l10n.t("Next question"));
    this.status.show();
  }

  private all(): Stop[] {
    return this.sessions.all.flatMap((session) => threadsOf(session.view).map((stop) => ({ ...stop, session })));
  }

  private questions(all: readonly Stop[]): readonly Stop[] {
    const stops = all.filter(({ thread }) => thread.question.asks && this.sessions.marks.settled.stateOf(thread) !== "settled");
    return stops.length > 0 ? stops : all;
  }

  private isAt({ session, thread, patch }: Stop): boolean {
    return this.at !== null && session.id === this.at.session && thread.key === this.at.key && patch.key === this.at.patchKey;
  }
}
