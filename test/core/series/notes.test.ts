// What stands around a commit message, why revisions belong together, and re-rolls of single patches.
import { describe, expect, it } from "vitest";
import { readMailbox } from "../../../src/core/mail/read.js";
import { readSeries } from "../../../src/core/series/read.js";
import type { SeriesResult } from "../../../src/core/series/types.js";
import { nodePlatform } from "../corpus.js";

const DIFF = "diff --git a/one b/one\n--- a/one\n+++ b/one\n@@ -1 +1 @@\n-a\n+b\n";
const HASH = "0123456789012345678901234567890123456789";

async function series(...mails: readonly { readonly subject: string; readonly id: string; readonly to?: string; readonly body?: string }[]): Promise<SeriesResult> {
  const box = mails.map(({ subject, id, to, body }, index) => {
    const reply = to === undefined ? "" : `In-Reply-To: <${to}>\n`;
    return `From mboxrd@z Thu Jan  1 00:00:00 1970\nFrom: Ann Author <ann@example.org>\nSubject: ${subject}\nDate: Wed, 13 Oct 2021 1${index}:00:00 +0000\nMessage-ID: <${id}>\n${reply}\n${body ?? `Because.\n---\n${DIFF}`}\n`;
  });
  return readSeries((await readMailbox(new TextEncoder().encode(box.join("")), nodePlatform)).messages);
}

describe("notes", () => {
  it("keeps the changelog, the diffstat and the base of a patch apart", async () => {
    const body = `Because.\n\nSigned-off-by: Ann Author <ann@example.org>\n---\nv2: Hold the lock.\n\n one | 2 +-\n 1 file changed, 1 insertion(+), 1 deletion(-)\n create mode 100644 two\n\n${DIFF}\nbase-commit: ${HASH}\nprerequisite-patch-id: ${HASH}\nprerequisite-message-id: <x@y>\n-- \n2.47.0\n`;
    const { entries } = await series({ subject: "[PATCH v2] one", id: "1@x", body });
    expect(entries[0]?.about).toEqual({
      changelog: "v2: Hold the lock.",
      diffstat: " one | 2 +-\n 1 file changed, 1 insertion(+), 1 deletion(-)\n create mode 100644 two",
      baseCommit: HASH,
      prerequisites: [{ kind: "patch-id", value: HASH }, { kind: "message-id", value: "x@y" }],
      changeId: null,
    });
  });

  it("finds the changelog of a cover letter between its heading and the shortlog", async () => {
    const body = "About.\n\nChanges in v2:\n- Hold the lock.\n- Say why.\n\nAnn Author (1):\n  one\n\n one | 2 +-\n 1 file changed, 1 insertion(+), 1 deletion(-)\n\nchange-id: 20211013-one-0123456789ab\n";
    const { entries } = await series({ subject: "[PATCH v2 0/1] all", id: "0@x", body });
    expect([entries[0]?.about?.changelog, entries[0]?.about?.changeId]).toEqual(["Changes in v2:\n- Hold the lock.\n- Say why.", "20211013-one-0123456789ab"]);
  });

  it("takes a content line for nothing but content", async () => {
    const { entries } = await series({ subject: "[PATCH] one", id: "1@x", body: `Because.\n---\n${DIFF.replace("+b", `+base-commit: ${HASH}`)}` });
    expect(entries[0]?.about?.baseCommit).toBe(null);
  });

  it("names who a cover letter says it is from, apart from its sender", async () => {
    const { entries } = await series({ subject: "[PATCH 0/1] all", id: "0@x", body: "From: Bob Builder <bob@example.org>\n\nAbout.\n" });
    expect([entries[0]?.author.name, entries[0]?.namedAuthor?.name]).toEqual(["Ann Author", "Bob Builder"]);
  });
});

describe("links between revisions", () => {
  it("says change-id, link, thread, title and patches", async () => {
    const { series: all } = await series(
      { subject: "[PATCH 0/1] all", id: "1@x", body: "About.\n\nchange-id: 20211013-one-0123456789ab\n" },
      { subject: "[PATCH 1/1] one", id: "2@x", to: "1@x" },
      { subject: "[PATCH v2 0/1] all", id: "3@x", to: "1@x", body: "About.\n\nv1: https://lore.kernel.org/r/1@x\n\nchange-id: 20211013-one-0123456789ab\n" },
      { subject: "[PATCH v2 1/1] one", id: "4@x", to: "3@x" },
      { subject: "[PATCH v3 0/1] renamed", id: "5@x" },
      { subject: "[PATCH v3 1/1] one", id: "6@x", to: "5@x" },
    );
    const links = all[0]?.revisions.map((revision) => revision.linkedBy?.map((link) => `${link.reason} ${link.to}`).sort());
    expect(links).toEqual([[], ["change-id 0", "link 0", "thread 0", "title 0"], ["patches 0", "patches 1"]]);
  });

  it("keeps a series that answers another series apart", async () => {
    const { series: all } = await series(
      { subject: "[PATCH 1/1] one", id: "1@x" },
      { subject: "[PATCH 1/1] something else", id: "2@x", to: "1@x", body: `Because.\n---\n${DIFF.replaceAll("one", "two")}` },
    );
    expect(all.map((one) => one.name)).toEqual(["one", "something else"]);
  });
});

describe("partial re-rolls", () => {
  it("fills the slots of a patch sent again in answer to the first version", async () => {
    const { series: all } = await series(
      { subject: "[PATCH 0/2] all", id: "0@x", body: "About.\n" },
      { subject: "[PATCH 1/2] one", id: "1@x", to: "0@x" },
      { subject: "[PATCH 2/2] two", id: "2@x", to: "0@x" },
      { subject: "[PATCH v2 2/2] two", id: "3@x", to: "2@x" },
    );
    expect(all.length).toBe(1);
    const [first, second] = all[0]?.revisions ?? [];
    expect([first?.partial, second?.partial]).toEqual([false, true]);
    expect(second?.slots.map((slot) => [slot.n, slot.mail, slot.inherited ?? null])).toEqual([[1, null, 1], [2, 3, null]]);
  });
});
