// The raw text of a mail: the bytes that its range names, in every container, and nothing in it that an editor would act on.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { CancelledError, type RequestControl } from "../../src/protocol/channel.js";
import { hasPatches } from "../../src/protocol/usable.js";
import { Assets } from "../../src/worker/assets.js";
import { makeHandlers } from "../../src/worker/handlers.js";
import { visibleText } from "../../src/worker/source.js";
import { corpusNote, corpusRoot, hasCorpus, listBoxes } from "../core/corpus.js";

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const control = (cancelled = false): RequestControl => ({ cancelled: () => cancelled, progress: () => undefined });
const handlers = (): ReturnType<typeof makeHandlers> => makeHandlers(new Assets("dist"));

const mail = (n: number): string => `From mboxrd@z Thu Jan  1 00:00:00 1970
From: Ann <ann@example.org>
Subject: [PATCH ${n}/2] x: caf\u00e9 ${n}
Message-ID: <${n}@example.org>

Words.
>From the start.
---
diff --git a/x b/x
--- a/x
+++ b/x
@@ -${n} +${n} @@
-a
+b

`;
const box = mail(1) + mail(2);
const utf16 = new Uint8Array(Buffer.from(`\ufeff${box}`, "utf16le"));

describe("the worker's source", () => {
  it.each([["mbox", encode(box)], ["gzip", new Uint8Array(gzipSync(box))], ["UTF-8 with a mark", encode(`\ufeff${box}`)], ["UTF-16", utf16], ["CR LF", encode(box.replaceAll("\n", "\r\n"))]])("shows the mail as it stands in %s", async (_name, bytes) => {
    const { open, source } = handlers();
    await open({ session: "s", bytes }, control());
    const shown = await source({ session: "s", mail: 1 }, control());
    const lines = mail(2).trimEnd().split("\n");
    expect(shown.trimEnd().split("\n").slice(-lines.length + 1)).toEqual(lines.slice(1));
    expect(shown).not.toContain("<1@example.org>");
  });

  it("has nothing for a mail that is not there", async () => {
    const { open, source } = handlers();
    await open({ session: "s", bytes: encode(box) }, control());
    expect(() => source({ session: "s", mail: 9 }, control())).toThrow("no mail 9");
    expect(() => source({ session: "other", mail: 0 }, control())).toThrow("no session other");
  });

  it("keeps what was open when a second reading is cancelled", async () => {
    const { open, source } = handlers();
    await open({ session: "s", bytes: encode(mail(1)) }, control());
    await expect(open({ session: "s", bytes: encode(mail(2)) }, control(true))).rejects.toThrow(CancelledError);
    expect(await source({ session: "s", mail: 0 }, control())).toContain("<1@example.org>");
  });

  it.skipIf(!hasCorpus)(`has each mail's own id in its source, for every mailbox of the corpus${corpusNote}`, async () => {
    let count = 0;
    for (const name of listBoxes("vfio").concat(listBoxes("lists/odd"))) {
      const file = readFileSync(join(corpusRoot, name));
      const { open, source } = handlers();
      const view = await open({ session: "s", bytes: new Uint8Array(file) }, control());
      if (!hasPatches(view)) continue;
      const raw = file[0] === 0x1f ? gunzipSync(file) : file;
      for (const patch of view.series.flatMap((series) => series.revisions).flatMap((revision) => [...revision.patches, ...(revision.cover ? [revision.cover] : [])])) {
        if (patch.mail === null || patch.messageId === null || !raw.includes(`<${patch.messageId}>`)) continue;
        expect(await source({ session: "s", mail: patch.mail }, control()), `${name} ${patch.mail}`).toContain(`<${patch.messageId}>`);
        count++;
      }
    }
    expect(count).toBeGreaterThan(500);
  }, 120_000);
});

describe("visibleText", () => {
  it("shows control characters and hidden marks", () => {
    expect(visibleText(encode("a\tb\r\nc\rd\u0000e\u001b[31m\u007f\u0085"))).toBe("a\tb\nc\u240dd\u2400e\u241b[31m\u2421<U+0085>");
    expect(visibleText(encode("x\u202ey\u2069\u2028\u200f\ufeffz"))).toBe("x<U+202E>y<U+2069><U+2028><U+200F><U+FEFF>z");
  });

  it("reads bytes that are no UTF-8 as windows-1252", () => {
    expect(visibleText(new Uint8Array([0x63, 0x61, 0x66, 0xe9, 0x0a]))).toBe("caf\u00e9\n");
  });
});
