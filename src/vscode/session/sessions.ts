// All open series: opening, reloading, restoring and closing them, one event when something changed.
import * as vscode from "vscode";
import { hasPatches } from "../../protocol/usable.js";
import { CancelSource } from "../cancel.js";
import { contextKeys, viewId } from "../names.js";
import { ContextKey } from "../contextKeys.js";
import { type Disposable, Owner } from "../dispose.js";
import type { Engine } from "../engine.js";
import { errors, toUserError, type UserError } from "../errors.js";
import { shortId } from "../ids.js";
import { nameOf, readInput } from "../input.js";
import type { Log } from "../log.js";
import { logProblems } from "../problems.js";
import { threadsOf } from "./lookup.js";
import { type ReviewMarks, Session, type Source } from "./session.js";

/** A source of an earlier window that could not be read again. */
export interface Failed {
  readonly source: Source;
  readonly error: UserError;
}

export type SessionChange =
  | { readonly type: "opened" | "reloaded" | "closed" | "stale"; readonly session: Session }
  /** A restored source could not be read, or its row was closed. */
  | { readonly type: "failed" };

/** Makes what the editor shows of one reading; frees it through the owner it is given. */
export type Attach = (session: Session, parts: Owner) => void;

const storageKey = "lifeline.sources";

/** Milliseconds without a further change before a changed file is read again: mail programs write a mailbox in several goes. */
const quietTime = 500;

export class Sessions implements Disposable {
  private readonly owner = new Owner();
  private readonly changed = this.owner.own(new vscode.EventEmitter<SessionChange>());
  readonly onDidChange = this.changed.event;
  private readonly open = new Map<string, Session>();
  private readonly failures = new Map<string, Failed>();
  private readonly opening = new Map<string, { readonly session: Promise<Session>; readonly drop: () => void }>();
  private readonly reading = new Set<CancelSource>();
  private readonly openingKey = new ContextKey<boolean>(contextKeys.opening);
  private readonly openKey = new ContextKey<boolean>(contextKeys.open);
  private readonly threadsKey = new ContextKey<boolean>(contextKeys.threads);
  private restored: Promise<void> | null = null;
  private allRead = false;
  private disposed = false;

  constructor(
    private readonly context: vscode.ExtensionContext, private readonly engine: Engine, private readonly log: Log, readonly marks: ReviewMarks, private readonly attach: Attach,
  ) {
    // Until the remembered ones are read, the welcome text would be wrong.
    if (this.remembered().length > 0) this.openKey.value = true;
  }

  get all(): readonly Session[] {
    return [...this.open.values()];
  }

  get failed(): readonly Failed[] {
    return [...this.failures.values()];
  }

  get(id: string): Session | undefined {
    return this.open.get(id);
  }

  /** Reads a file and shows it; one that is open already is read again. On failure all stays as it was. */
  async openUri(uri: vscode.Uri, label = nameOf(uri)): Promise<Session> {
    const source: Source = { id: shortId(uri.toString()), uri: uri.toString(), label };
    return this.openSource(source);
  }

  /** An open session by its id; one of an earlier window is read again first. */
  async find(id: string): Promise<Session | undefined> {
    const open = this.open.get(id) ?? (await this.opening.get(id)?.session);
    if (open !== undefined) return open;
    const source = this.remembered().find((one) => one.id === id);
    if (source === undefined) return undefined;
    await this.restoreOne(source);
    return this.open.get(id);
  }

  /** Reads what was open when the window was closed; those that fail become rows of the view. Only the first call does anything. */
  restore(): Promise<void> {
    this.restored ??= (async () => {
      for (const source of this.remembered()) await this.restoreOne(source);
      this.allRead = true;
      this.setKeys();
    })();
    return this.restored;
  }

  async reload(id: string): Promise<Session> {
    const source = this.open.get(id)?.source ?? this.failures.get(id)?.source;
    if (source === undefined) throw errors.nothingOpen();
    return this.openSource(source);
  }

  /** Documents have other texts now, with the same lines under the same numbers: those that are open are read again. */
  forgetDocuments(): void {
    for (const session of this.all) {
      session.forgetDocuments();
      this.changed.fire({ type: "reloaded", session });
    }
  }

  /** Stops reading what is being opened, all of it; what was open before stays. */
  cancelOpening(): void {
    for (const cancellation of [...this.reading]) cancellation.cancel();
  }

  /** Frees everything of a session. A row that failed is taken away. */
  async close(id: string): Promise<void> {
    const session = this.open.get(id);
    const failed = this.failures.delete(id);
    this.open.delete(id);
    // What is read again at this moment must not come back.
    const running = this.opening.get(id);
    running?.drop();
    await running?.session.catch(() => undefined);
    await this.remember(id);
    this.setKeys();
    if (session !== undefined) {
      session.dispose();
      this.changed.fire({ type: "closed", session });
      await this.engine.close(id);
    } else if (failed) {
      this.changed.fire({ type: "failed" });
    }
  }

  dispose(): void {
    this.disposed = true;
    for (const session of [...this.open.values()].reverse()) session.dispose();
    this.open.clear();
    this.owner.dispose();
  }

  private openSource(source: Source): Promise<Session> {
    const running = this.opening.get(source.id);
    if (running !== undefined) return running.session;
    // Progress stays in the view it belongs to.
    const cancellation = new CancelSource();
    this.reading.add(cancellation);
    this.openingKey.value = true;
    let dropped = false;
    const reading = vscode.window.withProgress({ location: { viewId } }, () => this.readSource(source, cancellation, () => dropped));
    const opening = Promise.resolve(reading).finally(() => {
      this.opening.delete(source.id);
      this.reading.delete(cancellation);
      this.openingKey.value = this.reading.size > 0;
    });
    const drop = (): void => {
      dropped = true;
      cancellation.cancel();
    };
    this.opening.set(source.id, { session: opening, drop });
    return opening;
  }

  private async readSource(source: Source, cancellation: CancelSource, isDropped: () => boolean): Promise<Session> {
    const uri = vscode.Uri.parse(source.uri);
    const bytes = await readInput(uri);
    const view = await this.engine.open(source.id, bytes, { cancellation });
    const refuse = hasPatches(view) ? null : refusal(source.label, view.format, view.messages);
    logProblems(this.log, source.label, view);
    if (refuse !== null) throw refuse;
    if (this.disposed || isDropped()) throw new vscode.CancellationError();
    const old = this.open.get(source.id);
    const session = old ?? new Session(source, view, this.engine, this.marks);
    if (old === undefined) this.open.set(source.id, session);
    else old.replace(view);
    this.failures.delete(source.id);
    // The new parts first: what is in both readings is handed over.
    const parts = new Owner();
    this.attach(session, parts);
    session.parts.value = parts;
    if (old === undefined) this.watch(session, uri);
    // Comments that wait stand on their lines again as soon as those are known.
    this.marks.pending.relocate(session).catch((error: unknown) => this.log.error(String(error)));
    await this.remember();
    this.setKeys();
    this.changed.fire({ type: old === undefined ? "opened" : "reloaded", session });
    this.log.info(`${source.label}: ${view.format}, ${view.messages} messages, ${view.series.length} series`);
    return session;
  }

  private async restoreOne(source: Source): Promise<void> {
    if (this.open.has(source.id) || this.failures.has(source.id)) return;
    try {
      await this.openSource(source);
    } catch (error) {
      const shown = toUserError(error, source.label);
      if (shown === null || this.disposed) return;
      // No notification: nobody has asked for anything yet. The row in the view says it.
      this.log.error(shown.message);
      this.failures.set(source.id, { source, error: shown });
      this.changed.fire({ type: "failed" });
    }
  }

  private watch(session: Session, uri: vscode.Uri): void {
    const folder = vscode.Uri.joinPath(uri, "..");
    // A name from disk is matched as it is, not as a pattern.
    const pattern = new vscode.RelativePattern(folder, nameOf(uri).replace(/[[\]{}*?]/g, "[$&]"));
    const watcher = session.owner.own(vscode.workspace.createFileSystemWatcher(pattern, false, false, true));
    let timer: ReturnType<typeof setTimeout> | undefined;
    const follow = async (): Promise<void> => {
      try {
        // A reading that has begun has other bytes.
        await this.opening.get(session.id)?.session.catch(() => undefined);
        // Nor must it come back while it is being closed, which takes a moment.
        if (this.open.get(session.id) === session) await this.openSource(session.source);
      } catch (error) {
        // Half-written, or gone for a moment: what was read before stays, and the row offers to try again.
        const shown = toUserError(error, session.source.label);
        if (shown !== null) this.log.warning(shown.message);
      }
    };
    const mark = (): void => {
      if (!session.stale) {
        session.stale = true;
        this.changed.fire({ type: "stale", session });
      }
      clearTimeout(timer);
      timer = setTimeout(() => void follow(), quietTime);
    };
    session.owner.own({ dispose: () => clearTimeout(timer) });
    session.owner.own(watcher.onDidChange(mark));
    session.owner.own(watcher.onDidCreate(mark));
  }

  /** Sources of the last window, checked: the storage may hold anything. */
  private remembered(): Source[] {
    const stored = this.context.workspaceState.get<unknown>(storageKey);
    return Array.isArray(stored) ? stored.filter(isSource) : [];
  }

  private async remember(closed?: string): Promise<void> {
    // Those of the last window that have not been read yet stay remembered.
    const known = new Map<string, Source>();
    if (!this.allRead) for (const source of this.remembered()) if (source.id !== closed) known.set(source.id, source);
    for (const { source } of [...this.failures.values(), ...this.open.values()]) known.set(source.id, source);
    await this.context.workspaceState.update(storageKey, [...known.values()]);
  }

  private setKeys(): void {
    this.openKey.value = this.open.size + this.failures.size > 0;
    this.threadsKey.value = this.all.some((session) => threadsOf(session.view).length > 0);
  }
}

function refusal(label: string, format: string, messages: number): UserError {
  if (format === "empty") return errors.empty(label);
  if (format === "unknown" || messages === 0) return errors.notMail(label);
  return errors.noPatches(label, messages);
}

function isSource(value: unknown): value is Source {
  if (typeof value !== "object" || value === null) return false;
  const { id, uri, label } = value as Partial<Record<keyof Source, unknown>>;
  return typeof id === "string" && typeof uri === "string" && typeof label === "string" && id === shortId(uri);
}
