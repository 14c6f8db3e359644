// A mailbox of 20 MB: read in the worker, shown in pieces, and the host answers all the while. The longest pause is printed; the bench has the budget.
import assert from "node:assert/strict";
import { performance } from "node:perf_hooks";
import type { TestApi } from "../../src/vscode/extension.js";
import { closeEverything, eventually, getApi, mail, makeFolder, removeFolder, smallDiff, writeInput } from "./support.js";

/** Milliseconds of the longest time in which nothing else could run while `work` went on. */
async function longestPause(work: () => Promise<unknown>): Promise<number> {
  let [last, longest, running] = [performance.now(), 0, true];
  const look = (): void => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    if (running) setImmediate(look);
  };
  look();
  await work();
  running = false;
  return longest;
}

describe("a large mailbox", () => {
  let api: TestApi;
  const folder = makeFolder();
  before(async () => {
    api = await getApi();
  });
  beforeEach(() => closeEverything(api));
  after(async () => {
    await closeEverything(api);
    removeFolder(folder);
  });

  it("opens with its threads while the host goes on", async function () {
    this.timeout(120_000);
    const series = 80;
    const filler = "Some more words about why this is needed, and what was tried before.\n".repeat(3500);
    const mails: string[] = [];
    for (let n = 0; n < series; n++) {
      mails.push(mail({ id: `${n}@example.org`, subject: `[PATCH] lib: change ${n}`, body: `${filler}${smallDiff}` }));
      mails.push(mail({ id: `r${n}@example.org`, subject: `Re: [PATCH] lib: change ${n}`, inReplyTo: `${n}@example.org`, from: "Bob <bob@example.org>", body: "> -\treturn 1;\n> +\treturn 2;\n\nWhy two?\n" }));
    }
    const uri = writeInput(folder, "large.mbox", mails.join(""));
    const pause = await longestPause(async () => {
      const session = await api.sessions.openUri(uri);
      assert.equal(session.view.messages, 2 * series);
      assert.ok(api.threads.all.length > 0, "the first threads are there with the rows");
      const last = session.view.series.at(-1)?.revisions[0]?.patches[0]?.threads[0];
      assert.ok(last);
      assert.ok(api.threads.find(session.id, last), "a thread that is asked for does not wait for its turn");
      await eventually("all threads", () => api.threads.all.length === series);
    });
    console.log(`      ${(mails.join("").length / 1e6).toFixed(1)} MB, ${api.threads.all.length} threads: the host's longest pause was ${pause.toFixed(0)} ms`);
    await closeEverything(api);
    assert.equal(api.threads.all.length, 0);
  });
});
