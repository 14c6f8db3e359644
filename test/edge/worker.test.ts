// The built worker, in a thread as in the extension: what it answers, how it stops, and what it does not load.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Channel, type Packet, RemoteError } from "../../src/protocol/channel.js";
import type { WorkerCalls } from "../../src/protocol/messages.js";

const folder = join(process.cwd(), "dist");
const sample = readFileSync("media/samples/vfio-group-cdev-v2-5of5.txt");
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

let worker: Worker;
let channel: Channel<WorkerCalls>;

beforeAll(() => {
  worker = new Worker(join(folder, "worker.js"), { workerData: { folder } });
  channel = new Channel<WorkerCalls>((packet) => worker.postMessage(packet));
  worker.on("message", (packet: Packet) => channel.receive(packet));
  worker.on("error", (error) => channel.close(error.message));
});

afterAll(async () => {
  await worker?.terminate();
});

/** The key of the only patch that is there. */
async function openSample(session: string): Promise<string> {
  const view = await channel.request("open", { session, bytes: sample });
  const patch = view.series[0]?.revisions[0]?.patches.find((one) => one.mail !== null);
  if (patch === undefined) throw new Error("the sample has no patch");
  return patch.key;
}

describe("the worker", () => {
  it("reads the sample and serves both sides of its file", async () => {
    const patchKey = await openSample("a");
    const path = "drivers/vfio/vfio.c";
    const [before, after] = await Promise.all((["before", "after"] as const).map((side) => channel.request("document", { session: "a", patchKey, path, side })));
    expect(before?.text.split("\n")[45]).toBe("\tstruct idr\t\t\tgroup_idr;");
    expect(after?.text.split("\n")[479]).toBe("}");
  });

  it("stops reading a big mailbox when it is asked to, keeps what is open, and is free at once", async () => {
    const patchKey = await openSample("a");
    const mail = "From x@y Thu Jan  1 00:00:00 1970\nFrom: a@b.c\nSubject: [PATCH] x\n\nTalk.\n---\ndiff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n\n";
    const big = new Uint8Array(Buffer.from(mail.repeat(49_000)));
    let listener = (): void => undefined;
    const wish = { cancelled: false, onCancel: (one: () => void) => { listener = one; return () => undefined; } };
    const reading = channel.request("open", { session: "big", bytes: big }, { cancellation: wish });
    listener();
    await expect(reading).rejects.toThrow("cancelled");
    const document = await channel.request("document", { session: "a", patchKey, path: "drivers/vfio/vfio.c", side: "after" });
    expect(document.text).toContain("vfio_group");
    await expect(channel.request("document", { session: "big", patchKey, path: "x", side: "after" })).rejects.toThrow("no session big");
  });

  it("draws the lifecycle before and after", async () => {
    const patchKey = await openSample("a");
    const view = await channel.request("lifecycle", { session: "a", patchKey, struct: null });
    expect(view.struct).toBe("vfio_group");
    expect(view.before?.text).toMatch(/^stateDiagram-v2/m);
    expect(view.after?.text).toMatch(/^stateDiagram-v2/m);
  });

  it("lists the scenarios and runs one, telling how far it is", async () => {
    const patchKey = await openSample("a");
    const scenarios = await channel.request("scenarios", { session: "a", patchKey });
    // The reviewers talk about the guard in open(); the scenario about that comes first.
    expect(scenarios[0]?.name).toBe("open-last-put");
    const bounds = { maxStates: 200_000, maxSteps: 10_000, maxPreemptions: null };
    const request = { patchKey, side: "after", scenario: "open-last-put", whatIf: "plain-get", users: null, bounds } as const;
    const result = await channel.request("simulate", { session: "a", request });
    expect(result.verdict).toBe("violation");
  });

  it("judges the lines of a patch by its mutants, telling how far it is, until it is asked to stop", async () => {
    const patchKey = await openSample("a");
    const seen: unknown[] = [];
    let listener = (): void => undefined;
    const wish = { cancelled: false, onCancel: (one: () => void) => { listener = one; return () => undefined; } };
    const params = { session: "a", patchKey, scenarios: ["open-last-put"], bounds: { maxStates: 100_000, maxSteps: 100_000, maxPreemptions: null } };
    const run = channel.request("mutants", params, { cancellation: wish, onProgress: (progress) => { seen.push(progress); if (seen.length === 3) listener(); } });
    await expect(run).rejects.toThrow("cancelled");
    expect(seen[0]).toMatchObject({ done: 1 });
  });

  it("offers no scenario whose functions the patch does not have", async () => {
    const diff = "---\ndiff --git a/x.c b/x.c\n--- a/x.c\n+++ b/x.c\n@@ -1,3 +1,3 @@\n int f(void)\n {\n-\treturn 1;\n+\treturn 2;\n";
    const view = await channel.request("open", { session: "x", bytes: bytes(`From: a@b.c\nSubject: [PATCH] x\n\n${diff}`) });
    const patchKey = view.series[0]?.revisions[0]?.patches[0]?.key ?? "";
    expect(await channel.request("scenarios", { session: "x", patchKey })).toEqual([]);
  });

  it("stops a run when it is asked to, and is free for the next", async () => {
    const patchKey = await openSample("a");
    const listeners: (() => void)[] = [];
    const wish = {
      cancelled: false,
      onCancel: (listener: () => void) => {
        listeners.push(listener);
        return () => undefined;
      },
    };
    const bounds = { maxStates: 5_000_000, maxSteps: 100_000, maxPreemptions: null };
    const request = { patchKey, side: "after", scenario: "open-last-put", whatIf: null, users: 3, bounds } as const;
    const run = channel.request("simulate", { session: "a", request }, { cancellation: wish });
    for (const listener of listeners) listener();
    await expect(run).rejects.toThrow("cancelled");
    expect((await channel.request("kernelFile", { name: "model/refcount.c" })).length).toBeGreaterThan(100);
  });

  it("keeps what was open when the same session gets an input without a patch", async () => {
    const patchKey = await openSample("b");
    const view = await channel.request("open", { session: "b", bytes: bytes("just words\n") });
    expect(view.messages).toBe(0);
    const document = await channel.request("document", { session: "b", patchKey, path: ":message", side: "after" });
    expect(document.text).toContain("Modernize");
  });

  it("gives nothing of a session that was closed", async () => {
    const patchKey = await openSample("c");
    await channel.request("close", { session: "c" });
    await expect(channel.request("document", { session: "c", patchKey, path: ":message", side: "after" })).rejects.toBeInstanceOf(RemoteError);
  });

  it("reads no file that is not of the kernel model", async () => {
    for (const name of ["../worker.js", "model/../../worker.js", "/etc/passwd", "model/", "scenarios/nothing.c"]) {
      await expect(channel.request("kernelFile", { name }), name).rejects.toBeInstanceOf(RemoteError);
    }
  });

  it("answers every kind of nonsense with a view", async () => {
    const inputs = ["", " ", "\0\0\0", "From ", "diff --git a/x b/x\n@@ -1 +1 @@\n", "\u{1f600}".repeat(1000), "Subject: [PATCH 1/999999999] x\n\n---\n"];
    for (const input of inputs) {
      const view = await channel.request("open", { session: "n", bytes: bytes(input) });
      expect(view.series.length, JSON.stringify(input.slice(0, 20))).toBeGreaterThanOrEqual(0);
    }
  });

  it("bundles the parser and the simulator, so that nothing is looked for on disk", () => {
    for (const file of ["web-tree-sitter.wasm", "tree-sitter-c.wasm", "kernel/model/refcount.c", "kernel/scenarios/open-last-put.c"]) {
      expect(existsSync(join(folder, file)), file).toBe(true);
    }
  });
});
