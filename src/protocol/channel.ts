// Requests, replies, errors, cancelling and progress over anything that can post a packet; knows no transport.

/** What one side answers: for each name its parameters and its result. */
export type Calls<T> = { readonly [Name in keyof T]: { params: unknown; result: unknown } };

/** What travels. Every packet survives a structured clone. */
export type Packet =
  /** `flag`, when given, is one 32-bit cell that becomes 1 when the asker cancels: a busy answerer sees it without reading messages. */
  | { readonly kind: "request"; readonly id: number; readonly name: string; readonly params: unknown; readonly flag: SharedArrayBuffer | null }
  | { readonly kind: "reply"; readonly id: number; readonly result: unknown }
  | { readonly kind: "error"; readonly id: number; readonly failure: Failure }
  | { readonly kind: "cancel"; readonly id: number }
  | { readonly kind: "progress"; readonly id: number; readonly progress: unknown };

/** An error as data. */
export interface Failure {
  readonly name: string;
  readonly message: string;
  readonly stack: string | null;
}

/** The asker's wish to stop; an `AbortSignal` and an editor's token are easily made into one. */
export interface Cancellation {
  readonly cancelled: boolean;
  /** Calls `listener` at most once, when the wish comes; returns a function that stops listening. */
  onCancel(listener: () => void): () => void;
}

export interface RequestOptions {
  readonly cancellation?: Cancellation;
  readonly onProgress?: (progress: unknown) => void;
}

/** What a handler may ask and say while it works. */
export interface RequestControl {
  /** True as soon as the asker has cancelled, also while the handler keeps its thread busy. */
  cancelled(): boolean;
  progress(progress: unknown): void;
}

/** One function for each call; it may return its result or a promise of it, and may throw. */
export type Handlers<T extends Calls<T>> = {
  readonly [Name in keyof T]: (params: T[Name]["params"], control: RequestControl) => T[Name]["result"] | Promise<T[Name]["result"]>;
};

/** The other side's handler threw; `message` is its message. */
export class RemoteError extends Error {
  override readonly name = "RemoteError";
  constructor(readonly failure: Failure) {
    super(failure.message);
  }
}

/** The asker cancelled. */
export class CancelledError extends Error {
  override readonly name = "CancelledError";
  constructor() {
    super("cancelled");
  }
}

/** The other side is gone and will not answer. */
export class ClosedError extends Error {
  override readonly name = "ClosedError";
}

interface Pending {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly onProgress: ((progress: unknown) => void) | undefined;
  readonly stopListening: () => void;
}

/**
 * One end of a conversation. `Asked` is what the other end answers, `Answered` what this end answers. Both ends are given a `post`
 * function, and `receive` every packet that arrives. Every request ends exactly once: with its result, a RemoteError, a
 * CancelledError or a ClosedError.
 */
export class Channel<Asked extends Calls<Asked>, Answered extends Calls<Answered> = Record<never, never>> {
  private nextId = 1;
  private closed: Error | null = null;
  private readonly pending = new Map<number, Pending>();
  private readonly working = new Map<number, { cancelled: boolean }>();

  constructor(private readonly post: (packet: Packet) => void, private readonly handlers: Handlers<Answered> | null = null) {}

  /** How many requests of this end wait for an answer. */
  get waiting(): number {
    return this.pending.size;
  }

  request<Name extends keyof Asked & string>(name: Name, params: Asked[Name]["params"], options: RequestOptions = {}): Promise<Asked[Name]["result"]> {
    if (this.closed !== null) return Promise.reject(this.closed);
    const { cancellation, onProgress } = options;
    if (cancellation?.cancelled) return Promise.reject(new CancelledError());
    const id = this.nextId++;
    const flag = cancellation === undefined ? null : new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
    return new Promise((resolve, reject) => {
      const stopListening = cancellation?.onCancel(() => this.cancel(id, flag)) ?? (() => undefined);
      this.pending.set(id, { resolve, reject, onProgress, stopListening });
      try {
        this.post({ kind: "request", id, name, params, flag });
      } catch (error) {
        // What cannot be cloned, or a port that is gone.
        this.settle(id)?.reject(error instanceof Error ? error : new Error(String(error)));
      }
    });
  }

  /** Takes one packet from the other end. An answer nobody waits for any more is dropped. */
  receive(packet: Packet): void {
    switch (packet.kind) {
      case "request":
        void this.answer(packet.id, packet.name, packet.params, packet.flag);
        return;
      case "reply":
        this.settle(packet.id)?.resolve(packet.result);
        return;
      case "error":
        this.settle(packet.id)?.reject(new RemoteError(packet.failure));
        return;
      case "cancel": {
        const work = this.working.get(packet.id);
        if (work !== undefined) work.cancelled = true;
        return;
      }
      case "progress":
        this.pending.get(packet.id)?.onProgress?.(packet.progress);
        return;
      default:
        return packet satisfies never;
    }
  }

  /** Ends the conversation: all that wait, and all that ask from now on, get a ClosedError with this reason. */
  close(reason: string): void {
    if (this.closed !== null) return;
    this.closed = new ClosedError(reason);
    for (const id of [...this.pending.keys()]) this.settle(id)?.reject(this.closed);
    for (const work of this.working.values()) work.cancelled = true;
  }

  private cancel(id: number, flag: SharedArrayBuffer | null): void {
    if (flag !== null) Atomics.store(new Int32Array(flag), 0, 1);
    const waiting = this.settle(id);
    if (waiting === undefined) return;
    waiting.reject(new CancelledError());
    this.post({ kind: "cancel", id });
  }

  private settle(id: number): Pending | undefined {
    const waiting = this.pending.get(id);
    this.pending.delete(id);
    waiting?.stopListening();
    return waiting;
  }

  private async answer(id: number, name: string, params: unknown, flag: SharedArrayBuffer | null): Promise<void> {
    const work = { cancelled: false };
    const cell = flag === null ? null : new Int32Array(flag);
    this.working.set(id, work);
    const control: RequestControl = {
      cancelled: () => work.cancelled || (cell !== null && Atomics.load(cell, 0) === 1),
      progress: (progress) => {
        if (this.closed === null && !control.cancelled()) this.post({ kind: "progress", id, progress });
      },
    };
    let packet: Packet;
    try {
      packet = { kind: "reply", id, result: await this.handler(name)(params, control) };
    } catch (error) {
      packet = { kind: "error", id, failure: failureOf(error) };
    }
    this.working.delete(id);
    if (this.closed !== null) return;
    try {
      this.post(packet);
    } catch (error) {
      // A result that cannot be cloned must not leave the asker waiting.
      this.post({ kind: "error", id, failure: failureOf(error) });
    }
  }

  private handler(name: string): (params: unknown, control: RequestControl) => unknown {
    const handlers = this.handlers;
    if (handlers === null || !Object.hasOwn(handlers, name)) throw new Error(`no handler for ${name}`);
    // The name came over the wire; `hasOwn` has just shown that it is one of the keys, and the asker's type gave the parameters.
    return handlers[name as keyof Answered];
  }
}

/** Any thrown value as data. */
export function failureOf(error: unknown): Failure {
  if (error instanceof Error) return { name: error.name, message: error.message, stack: error.stack ?? null };
  return { name: "Error", message: String(error), stack: null };
}
