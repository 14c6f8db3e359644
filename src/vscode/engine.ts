// The worker thread that runs core: started by the first request, restarted after a crash, with its sessions opened again.
import { Worker } from "node:worker_threads";
import type { Cancellation, Packet } from "../protocol/channel.js";
import { Channel } from "../protocol/channel.js";
import type { WorkerCalls } from "../protocol/messages.js";
import { hasPatches } from "../protocol/usable.js";
import type { Disposable } from "./dispose.js";
import type { Log } from "./log.js";

export interface CallOptions {
  readonly cancellation?: Cancellation;
  readonly onProgress?: (progress: unknown) => void;
}

/** One life of the worker: from its start to its end or crash. */
interface Life {
  readonly worker: Worker;
  readonly channel: Channel<WorkerCalls>;
  /** Sessions that this worker has read, or is reading. */
  readonly sessions: Map<string, Promise<unknown>>;
}

export class Engine implements Disposable {
  private life: Life | null = null;
  private disposed = false;
  /** What a new worker has to read again; the bytes are the session's own, not a copy. */
  private readonly inputs = new Map<string, Uint8Array>();
  private started = 0;
  /** Inputs that are being read, of which nothing is kept yet. */
  private reading = 0;
  private trees: readonly string[] = [];

  /** `folder` holds worker.js and what it loads: grammars and the kernel model. */
  constructor(private readonly folder: string, private readonly log: Log) {}

  /** Git trees that whole files may be read from: given to the worker that runs, and to every later one. */
  useTrees(folders: readonly string[]): void {
    this.trees = folders;
    // A worker that ends meanwhile leaves the next one to be told.
    void this.life?.channel.request("useTrees", { folders }).catch(() => undefined);
  }

  /** How often a worker was started; 0 until something is asked. */
  get starts(): number {
    return this.started;
  }

  get running(): boolean {
    return this.life !== null;
  }

  /** Reads an input under a session's name, instead of what was open there; that stays on failure, and when the input has no patch. */
  async open(session: string, bytes: Uint8Array, options: CallOptions = {}): Promise<WorkerCalls["open"]["result"]> {
    const life = this.start();
    const reading = life.channel.request("open", { session, bytes }, options);
    let view: WorkerCalls["open"]["result"];
    this.reading += 1;
    try {
      view = await reading;
    } catch (error) {
      // A reader that nobody waits for any more is stopped where it stands, if it holds nothing else.
      this.rest();
      throw error;
    } finally {
      this.reading -= 1;
    }
    if (!hasPatches(view)) {
      this.rest();
      return view;
    }
    this.inputs.set(session, bytes);
    life.sessions.set(session, reading);
    return view;
  }

  async close(session: string): Promise<void> {
    this.inputs.delete(session);
    const life = this.life;
    if (life === null) return;
    life.sessions.delete(session);
    // The last one is stopped where it stands, but not what is being opened beside it.
    if (this.inputs.size === 0 && this.reading === 0) this.stop();
    else await life.channel.request("close", { session });
  }

  /** Asks the worker; a session that this worker has not read yet (after a crash) is read first. */
  async call<Name extends Exclude<keyof WorkerCalls, "open" | "close">>(
    name: Name, params: WorkerCalls[Name]["params"], options: CallOptions = {},
  ): Promise<WorkerCalls[Name]["result"]> {
    const life = this.start();
    if ("session" in params) await this.ensureRead(life, params.session);
    return life.channel.request(name, params, options);
  }

  /** Ends a worker that has nothing open and nothing to do. */
  rest(): void {
    if (this.inputs.size === 0 && this.life?.channel.waiting === 0) this.stop();
  }

  /** Ends the worker as a crash would; for tests of what happens then. */
  async crash(): Promise<void> {
    await this.life?.worker.terminate();
  }

  dispose(): void {
    this.disposed = true;
    this.inputs.clear();
    this.stop();
  }

  private async ensureRead(life: Life, session: string): Promise<void> {
    const bytes = this.inputs.get(session);
    if (bytes === undefined) return;
    const reading: Promise<unknown> = life.sessions.get(session) ?? life.channel.request("open", { session, bytes });
    life.sessions.set(session, reading);
    try {
      await reading;
    } catch (error) {
      // The next request tries again.
      life.sessions.delete(session);
      throw error;
    }
  }

  private start(): Life {
    if (this.life !== null) return this.life;
    if (this.disposed) throw new Error("the extension has been deactivated");
    const worker = new Worker(`${this.folder}/worker.js`, { workerData: { folder: this.folder }, name: "lifeline" });
    const channel = new Channel<WorkerCalls>((packet) => worker.postMessage(packet));
    const life: Life = { worker, channel, sessions: new Map() };
    worker.on("message", (packet: Packet) => channel.receive(packet));
    worker.on("error", (error) => this.ended(life, error.stack ?? error.message));
    worker.on("exit", (code) => this.ended(life, `worker ended with code ${code}`));
    this.life = life;
    this.started += 1;
    void channel.request("useTrees", { folders: this.trees }).catch(() => undefined);
    return life;
  }

  private ended(life: Life, reason: string): void {
    if (this.life !== life) return;
    this.life = null;
    this.log.error(reason);
    life.channel.close(reason);
  }

  private stop(): void {
    const life = this.life;
    this.life = null;
    life?.channel.close("closed");
    void life?.worker.terminate();
  }
}
