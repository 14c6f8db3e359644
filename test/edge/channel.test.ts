// The channel: every request ends exactly once, whatever the other end does.
import { describe, expect, it } from "vitest";
import { type Cancellation, CancelledError, Channel, ClosedError, type Handlers, type Packet, RemoteError, type RequestControl } from "../../src/protocol/channel.js";

interface Sums {
  add: { params: { a: number; b: number }; result: number };
  count: { params: { to: number }; result: number };
  fail: { params: null; result: never };
  odd: { params: null; result: unknown };
}

const handlers: Handlers<Sums> = {
  add: ({ a, b }) => a + b,
  count: async ({ to }, control) => {
    for (let at = 0; at < to; at++) {
      if (control.cancelled()) throw new CancelledError();
      control.progress(at);
      await Promise.resolve();
    }
    return to;
  },
  fail: () => {
    throw new TypeError("not today");
  },
  odd: () => () => 1,
};

/** Two ends joined as two threads are: every packet is cloned and arrives later. */
function pair(answers: Handlers<Sums> = handlers): { asker: Channel<Sums>; answerer: Channel<Record<never, never>, Sums>; log: Packet[] } {
  const log: Packet[] = [];
  const asker: Channel<Sums> = new Channel((packet) => {
    log.push(packet);
    const copy = packet.kind === "request" ? { ...structuredClone({ ...packet, flag: null }), flag: packet.flag } : structuredClone(packet);
    queueMicrotask(() => answerer.receive(copy));
  });
  const answerer = new Channel<Record<never, never>, Sums>((packet) => {
    const copy = structuredClone(packet);
    queueMicrotask(() => asker.receive(copy));
  }, answers);
  return { asker, answerer, log };
}

class Wish implements Cancellation {
  cancelled = false;
  readonly listeners = new Set<() => void>();
  onCancel(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
  cancel(): void {
    this.cancelled = true;
    for (const listener of [...this.listeners]) listener();
  }
}

describe("a channel", () => {
  it("brings back the result", async () => {
    const { asker } = pair();
    await expect(asker.request("add", { a: 2, b: 3 })).resolves.toBe(5);
    expect(asker.waiting).toBe(0);
  });

  it("keeps answers apart when several are on their way", async () => {
    const { asker } = pair();
    const all = [1, 2, 3].map((a) => asker.request("add", { a, b: 10 }));
    await expect(Promise.all(all)).resolves.toEqual([11, 12, 13]);
  });

  it("brings back the message of a handler that throws", async () => {
    const { asker } = pair();
    const failure = await asker.request("fail", null).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(RemoteError);
    expect((failure as RemoteError).failure).toMatchObject({ name: "TypeError", message: "not today" });
  });

  it("reports progress until the answer comes", async () => {
    const { asker } = pair();
    const seen: unknown[] = [];
    await asker.request("count", { to: 3 }, { onProgress: (progress) => seen.push(progress) });
    expect(seen).toEqual([0, 1, 2]);
  });

  it("ends a cancelled request at once and stops the work", async () => {
    let control: RequestControl | undefined;
    const { asker, log } = pair({ ...handlers, count: (_, given) => new Promise(() => { control = given; }) });
    const wish = new Wish();
    const answer = asker.request("count", { to: 1 }, { cancellation: wish });
    await Promise.resolve();
    await Promise.resolve();
    expect(control?.cancelled()).toBe(false);
    wish.cancel();
    await expect(answer).rejects.toBeInstanceOf(CancelledError);
    expect(control?.cancelled()).toBe(true);
    expect(log.map((packet) => packet.kind)).toEqual(["request", "cancel"]);
    expect(wish.listeners.size).toBe(0);
  });

  it("sets the shared flag, which a busy answerer sees without reading messages", async () => {
    const packets: Packet[] = [];
    const asker = new Channel<Sums>((packet) => packets.push(packet));
    const wish = new Wish();
    const answer = asker.request("count", { to: 1 }, { cancellation: wish });
    wish.cancel();
    await expect(answer).rejects.toBeInstanceOf(CancelledError);
    const [request] = packets;
    expect(request?.kind === "request" && request.flag !== null && new Int32Array(request.flag)[0]).toBe(1);
  });

  it("does not send what was cancelled before it was asked", async () => {
    const { asker, log } = pair();
    const wish = new Wish();
    wish.cancel();
    await expect(asker.request("add", { a: 1, b: 1 }, { cancellation: wish })).rejects.toBeInstanceOf(CancelledError);
    expect(log).toEqual([]);
  });

  it("frees everyone who waits when it is closed, and refuses those who come later", async () => {
    const asker = new Channel<Sums>(() => undefined);
    const answer = asker.request("add", { a: 1, b: 1 });
    asker.close("the other end is gone");
    await expect(answer).rejects.toBeInstanceOf(ClosedError);
    await expect(asker.request("add", { a: 1, b: 1 })).rejects.toThrow("the other end is gone");
  });

  it("answers a name that nobody handles with an error, inherited names too", async () => {
    const { answerer } = pair();
    for (const name of ["nothing", "toString", "__proto__"]) {
      const sent: Packet[] = [];
      const end = new Channel<Record<never, never>, Sums>((packet) => sent.push(packet), handlers);
      end.receive({ kind: "request", id: 1, name, params: null, flag: null });
      await new Promise((resolve) => setTimeout(resolve));
      expect(sent).toMatchObject([{ kind: "error", id: 1 }]);
    }
    expect(answerer.waiting).toBe(0);
  });

  it("turns a result that cannot be cloned into an error", async () => {
    const { asker } = pair();
    await expect(asker.request("odd", null)).rejects.toBeInstanceOf(RemoteError);
  });

  it("drops an answer nobody waits for", () => {
    const { asker } = pair();
    expect(() => asker.receive({ kind: "reply", id: 99, result: 1 })).not.toThrow();
  });
});
