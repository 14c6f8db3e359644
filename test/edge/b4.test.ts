// Fetching a thread with b4: a small program of our own stands in for it, and every way in which one can disappoint.
import { chmodSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import type { FetchedThread } from "../../src/protocol/messages.js";
import { fetchWithB4 } from "../../src/worker/b4.js";
import { lifeline } from "./cli/support.js";

const MAIL = "From mboxrd@z Thu Jan  1 00:00:00 1970\nFrom: Ann Author <ann@example.org>\nSubject: [PATCH] foo: hold a reference\nMessage-ID: <1@example.org>\n\nWhy.\n---\ndiff --git a/foo.c b/foo.c\n--- a/foo.c\n+++ b/foo.c\n@@ -1 +1 @@\n-one();\n+two();\n";

/** A folder with a program called b4, which is this shell script; `$folder` in it is that folder. */
function makeB4(script: string): string {
  const folder = mkdtempSync(join(tmpdir(), "lifeline-b4-"));
  writeFileSync(join(folder, "thread"), MAIL);
  writeFileSync(join(folder, "b4"), `#!/bin/sh\nfolder=${folder}\nfor word in "$@"; do echo "$word"; done > $folder/words\npwd > $folder/place\n${script}\n`);
  chmodSync(join(folder, "b4"), 0o755);
  return folder;
}

function fetchFrom(folder: string, options: Parameters<typeof fetchWithB4>[1] = {}, messageId = "1@example.org"): Promise<FetchedThread> {
  return fetchWithB4({ url: "https://lore.kernel.org/all/1@example.org/t.mbox.gz", messageId }, { program: join(folder, "b4"), ...options });
}

const failure = (result: FetchedThread): string => ("failure" in result ? `${result.failure}: ${result.detail}` : "none");
const path = process.env["PATH"];

afterEach(() => {
  process.env["PATH"] = path;
});

describe.skipIf(process.platform === "win32")("b4", () => {
  it("gives the mailbox that it prints, and is asked for nothing but the Message-ID, outside of any repository", async () => {
    const folder = makeB4('cat "$folder/thread"; echo "Looking up" >&2');
    const seen: number[] = [];
    const result = await fetchFrom(folder, { progress: (received) => void seen.push(received) });
    expect("bytes" in result && new TextDecoder().decode(result.bytes)).toBe(MAIL);
    expect(readFileSync(join(folder, "words"), "utf8").trimEnd().split("\n")).toEqual(["mbox", "-o", "-", "<1@example.org>"]);
    expect(readFileSync(join(folder, "place"), "utf8").trim()).toContain(tmpdir());
    expect(seen.at(-1)).toBe(MAIL.length);
  });

  it.each(["-x@example.org", "$(touch x)@example.org", "a;b@example.org"])("reads the id %s as one word, whatever a shell would make of it", async (id) => {
    const folder = makeB4('cat "$folder/thread"');
    await fetchFrom(folder, {}, id);
    expect(existsSync(join(folder, "words"))).toBe(!/\s/.test(id));
    if (!/\s/.test(id)) expect(readFileSync(join(folder, "words"), "utf8").trimEnd().split("\n").at(-1)).toBe(`<${id}>`);
  });

  it("says b4's last words when it fails", async () => {
    expect(failure(await fetchFrom(makeB4('echo "Grabbing thread" >&2; echo "Server returned an error: 404" >&2; exit 1')))).toBe("b4-failed: Server returned an error: 404");
    expect(failure(await fetchFrom(makeB4("exit 3")))).toBe("b4-failed: status 3");
    expect(failure(await fetchFrom(makeB4("exit 0")))).toBe("b4-failed: no mail");
  });

  it("says when there is no b4", async () => {
    expect(failure(await fetchFrom("/no/such/folder"))).toBe("no-b4: ");
  });

  it("stops at the limits of time and bytes, and when it is cancelled, with all that b4 has started", async () => {
    const slow = 'sleep 5 && touch "$folder/late"';
    const folder = makeB4(slow);
    expect(failure(await fetchFrom(folder, { idleLimit: 200 }))).toBe("timed-out: b4");
    let asked = 0;
    expect(failure(await fetchFrom(folder, { cancelled: () => ++asked > 1 }))).toBe("cancelled: ");
    expect(failure(await fetchFrom(makeB4("yes"), { maxBytes: 10_000 }))).toMatch(/^too-large: /);
    await wait(50);
    expect(existsSync(join(folder, "late"))).toBe(false);
  });

  it("is what lifeline show --b4 asks", async () => {
    const folder = makeB4('cat "$folder/thread"');
    process.env["PATH"] = `${folder}${delimiter}${path ?? ""}`;
    const { status, out } = await lifeline(["show", "--b4", "https://lore.kernel.org/r/1@example.org", "--json"]);
    expect([status, (JSON.parse(out) as { messages: { id: string }[] }).messages.map((message) => message.id)]).toEqual([0, ["1@example.org"]]);
    process.env["PATH"] = "/no/such/folder";
    expect(await lifeline(["show", "--b4", "1@example.org"])).toMatchObject({ status: 2, errors: ["lifeline: 1@example.org: b4 is not installed (or not on the PATH)"] });
  });
});
