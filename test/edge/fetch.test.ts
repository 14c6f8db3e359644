// Fetching a thread from a server on this machine: what arrives, and each way in which it does not.
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readLoreAddress } from "../../src/core/lore.js";
import type { FetchedThread } from "../../src/protocol/messages.js";
import { type FetchOptions, fetchThread } from "../../src/worker/fetch.js";
import { type LoreServer, startLoreServer } from "./loreServer.js";

const id = "1/a@example.org";
let server: LoreServer;

beforeAll(async () => {
  server = await startLoreServer({ [id]: "From a\n" });
});

afterAll(() => server.close());

function fetchFrom(folder: string, options: FetchOptions = {}): Promise<FetchedThread> {
  const result = readLoreAddress(`${server.origin}/${folder}/${encodeURIComponent(id)}/`, { loopback: true });
  if (!("address" in result)) throw new Error(result.refused);
  return fetchThread(result.address, { loopback: true, ...options });
}

const failure = (result: FetchedThread): string => ("failure" in result ? result.failure : "none");

it.each(["all", "moved"])("fetches a thread from /%s/ and tells how far it is", async (folder) => {
  const seen: number[] = [];
  const result = await fetchFrom(folder, { progress: (received) => void seen.push(received) });
  if (!("bytes" in result)) throw new Error(result.failure);
  expect(gunzipSync(result.bytes).toString()).toBe("From a\n");
  expect(seen.at(-1)).toBe(result.bytes.length);
  expect(server.asked.at(-1)).toBe("/all/1%2Fa@example.org/t.mbox.gz");
});

it.each([
  ["none", "not-found"], ["elsewhere", "redirect-refused"], ["loop", "too-many-redirects"], ["page", "web-page"], ["plain", "not-gzip"], ["large", "too-large"], ["cut", "cut-off"], ["busy", "bad-status"],
])("says what is wrong with /%s/: %s", async (folder, expected) => {
  expect(failure(await fetchFrom(folder))).toBe(expected);
});

it("stops at the limit of bytes, whatever the server declares", async () => {
  expect(failure(await fetchFrom("endless", { maxBytes: 10_000 }))).toBe("too-large");
});

it("stops waiting for a silent server", async () => {
  expect(failure(await fetchFrom("silent", { idleLimit: 50 }))).toBe("timed-out");
});

it.each(["silent", "endless"])("can be cancelled while /%s/ is awaited", async (folder) => {
  let asked = 0;
  expect(failure(await fetchFrom(folder, { cancelled: () => ++asked > 1 }))).toBe("cancelled");
});

it("says when there is no connection", async () => {
  const gone = await startLoreServer({});
  await gone.close();
  expect(failure(await fetchThread({ url: `${gone.origin}/all/a@b/t.mbox.gz`, messageId: "a@b" }, { loopback: true }))).toBe("no-connection");
});

it("uses plain http only where a test allows it", async () => {
  expect(failure(await fetchThread({ url: `${server.origin}/all/a@b/t.mbox.gz`, messageId: "a@b" }))).toBe("redirect-refused");
});
