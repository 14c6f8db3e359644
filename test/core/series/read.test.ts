// Series from small mailboxes that each show one rule of grouping, linking, threading or credit.
import { describe, expect, it } from "vitest";
import { readMailbox } from "../../../src/core/mail/read.js";
import { readSeries } from "../../../src/core/series/read.js";
import type { SeriesResult } from "../../../src/core/series/types.js";
import { nodePlatform } from "../corpus.js";

interface Mail {
  readonly id?: string;
  readonly subject: string;
  readonly to?: string;
  readonly from?: string;
  readonly body?: string;
  /** Minutes after the start. */
  readonly at?: number;
}

const AUTHOR = "Ann Author <ann@example.org>";
const diff = (name: string): string => `---\n\ndiff --git a/${name} b/${name}\n--- a/${name}\n+++ b/${name}\n@@ -1 +1 @@\n-a\n+b\n-- \n2.47.0\n`;
const patch = (name: string, message = "Because.\n\nSigned-off-by: Ann Author <ann@example.org>\n"): string => message + diff(name);

async function series(...mails: readonly Mail[]): Promise<SeriesResult> {
  const box = mails.map((mail, index) => {
    const minutes = mail.at ?? index;
    const date = `Wed, 13 Oct 2021 ${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}:00 +0000`;
    const headers = [`From: ${mail.from ?? AUTHOR}`, `Subject: ${mail.subject}`, `Date: ${date}`];
    if (mail.id !== undefined) headers.push(`Message-ID: <${mail.id}>`);
    if (mail.to !== undefined) headers.push(`In-Reply-To: <${mail.to}>`);
    return `From mboxrd@z Thu Jan  1 00:00:00 1970\n${headers.join("\n")}\n\n${mail.body ?? "words\n"}\n`;
  });
  const mailbox = await readMailbox(new TextEncoder().encode(box.join("")), nodePlatform);
  return readSeries(mailbox.messages);
}

/** `name: v1 1=2 2=- of 2; v2 …`: each slot with the index of its mail, duplicates after a plus. */
function shape(result: SeriesResult): string[] {
  return result.series.map((one) => {
    const revisions = one.revisions.map((revision) => {
      const slots = revision.slots.map((slot) => `${slot.n}=${slot.mail ?? "-"}${slot.duplicates.map((mail) => `+${mail}`).join("")}`);
      return `v${revision.versionText} ${slots.join(" ")} of ${revision.total}${revision.cover === null ? "" : ` cover ${revision.cover}`}`;
    });
    return `${one.name}: ${revisions.join("; ")}`;
  });
}

describe("revisions", () => {
  it("gathers patches under their cover letter and marks what is missing", async () => {
    const result = await series(
      { id: "0@x", subject: "[PATCH v2 0/3] all of it" },
      { id: "1@x", to: "0@x", subject: "[PATCH v2 1/3] one", body: patch("one") },
      { id: "3@x", to: "0@x", subject: "[PATCH v2 3/3] three", body: patch("three") },
    );
    expect(shape(result)).toEqual(["all of it: v2 1=1 2=- 3=2 of 3 cover 0"]);
    expect(result.series[0]?.revisions[0]?.complete).toBe(false);
  });

  it("gives patches without a version that of their cover letter, and a cover letter that of its patches", async () => {
    expect(shape(await series({ id: "0@x", subject: "[PATCH v2 0/1] all" }, { id: "1@x", to: "0@x", subject: "[PATCH 1/1] one", body: patch("one") }))).toEqual(["all: v2 1=1 of 1 cover 0"]);
    expect(shape(await series({ id: "0@x", subject: "[PATCH 0/1] all" }, { id: "1@x", to: "0@x", subject: "[PATCH v2 1/1] one", body: patch("one") }))).toEqual(["all: v2 1=1 of 1 cover 0"]);
  });

  it("gathers patches that answer an absent cover letter", async () => {
    const result = await series(
      { id: "a@x", to: "gone@x", subject: "[PATCH 1/2] one", body: patch("one") },
      { id: "b@x", to: "gone@x", subject: "[PATCH 2/2] two", body: patch("two"), at: 300 },
    );
    expect(shape(result)).toEqual(["one: v1 1=0 2=1 of 2"]);
  });

  it("gathers unthreaded patches of one person by time, and keeps those of another apart", async () => {
    const result = await series(
      { id: "a@x", subject: "[PATCH 1/2] one", body: patch("one") },
      { id: "b@y", subject: "[PATCH 2/2] other", body: patch("other"), from: "Bob <bob@example.org>" },
      { id: "c@z", subject: "[PATCH 2/2] two", body: patch("two") },
      { id: "d@w", subject: "[PATCH 1/2] later", body: patch("later"), at: 500 },
    );
    expect(shape(result)).toEqual(["one: v1 1=0 2=2 of 2", "other: v1 1=- 2=1 of 2", "later: v1 1=3 2=- of 2"]);
  });

  it("gathers a cover letter and patches that were sent without threading", async () => {
    const result = await series(
      { id: "a@x", subject: "[PATCH v2 0/2] all" },
      { id: "b@y", subject: "[PATCH v2 1/2] one", body: patch("one") },
      { id: "c@z", subject: "[PATCH v2 2/2] two", body: patch("two") },
    );
    expect(shape(result)).toEqual(["all: v2 1=1 2=2 of 2 cover 0"]);
  });

  it("gathers format-patch files, which have neither ids nor near dates nor one sender", async () => {
    const result = await series({ subject: "[PATCH 1/2] one", body: patch("one") }, { subject: "[PATCH 2/2] two", body: patch("two"), at: 900, from: "Bob <bob@example.org>" });
    expect(shape(result)).toEqual(["one: v1 1=0 2=1 of 2"]);
  });

  it("takes a thread's root without a counter for the cover letter of the patches that answer it", async () => {
    const result = await series({ id: "0@x", subject: "clean up the thing" }, { id: "1@x", to: "0@x", subject: "[PATCH 1/1] one", body: patch("one") });
    expect(shape(result)).toEqual(["clean up the thing: v1 1=1 of 1 cover 0"]);
    expect(result.entries[0]?.kind).toBe("cover");
  });

  it("keeps a patch beyond the total, and a second claim as a duplicate", async () => {
    const result = await series(
      { id: "0@x", subject: "[PATCH v3 0/1] all" },
      { id: "1@x", to: "0@x", subject: "[PATCH 1/1] stale", body: patch("one") },
      { id: "2@x", to: "0@x", subject: "[PATCH v3 1/1] one", body: patch("one") },
      { id: "3@x", to: "0@x", subject: "[PATCH v3 2/1] more", body: patch("two") },
    );
    expect(shape(result)).toEqual(["all: v3 1=2+1 2=3 of 1 cover 0"]);
  });

  it("never lets a reply take a slot", async () => {
    const result = await series({ id: "1@x", subject: "[PATCH 1/1] one", body: patch("one") }, { id: "2@x", to: "1@x", subject: "Re: [PATCH 1/1] one", body: `Try this:\n${diff("one")}` });
    expect(shape(result)).toEqual(["one: v1 1=0 of 1"]);
    expect([result.entries[1]?.kind, result.entries[1]?.patch?.files.length]).toEqual(["reply", 1]);
  });

  it("does not spend ten thousand slots on a hostile counter", async () => {
    const result = await series({ id: "1@x", subject: "[PATCH 1/9999] one", body: patch("one") });
    expect(result.series[0]?.revisions[0]?.slots.length).toBeLessThanOrEqual(1000);
    expect(result.series[0]?.revisions[0]?.complete).toBe(false);
  });
});

describe("linking revisions", () => {
  const lone = (id: string, subject: string, body: string, more: Partial<Mail> = {}): Mail => ({ id, subject, body, ...more });

  it("joins versions by title and author, oldest first whatever the order of the box", async () => {
    const result = await series(lone("2@x", "[PATCH v2] one", patch("one"), { at: 600 }), lone("1@x", "[PATCH] one", patch("one"), { at: 0 }));
    expect(shape(result)).toEqual(["one: v1 1=1 of 1; v2 1=0 of 1"]);
  });

  it("joins versions of another title by change-id, by a link, by the thread and by their patches", async () => {
    const changeId = "---\nchange-id: 20211013-the-thing-0123456789ab\n";
    expect((await series(lone("1@x", "[PATCH] one", patch("one", `Because.\n${changeId}`)), lone("2@x", "[PATCH v2] another", patch("one", `Because.\n${changeId}`), { from: "Bob <b@example.org>" }))).series.length).toBe(1);
    expect((await series(lone("1@x", "[PATCH] one", patch("one")), lone("2@x", "[PATCH v2] another", patch("one", "Because.\n---\nv1: https://lore.kernel.org/r/1@x/\n"), { from: "Bob <b@example.org>" }))).series.length).toBe(1);
    expect((await series(lone("1@x", "[PATCH] one", patch("one")), lone("2@x", "[PATCH v2] another", patch("one"), { to: "1@x" }))).series.length).toBe(1);
    const covers = await series(
      { id: "0@x", subject: "[PATCH 0/2] all" },
      { id: "1@x", to: "0@x", subject: "[PATCH 1/2] one", body: patch("one") },
      { id: "2@x", to: "0@x", subject: "[PATCH 2/2] two", body: patch("two") },
      { id: "0@y", subject: "[PATCH v2 0/2] all, renamed" },
      { id: "1@y", to: "0@y", subject: "[PATCH v2 1/2] one", body: patch("one") },
      { id: "2@y", to: "0@y", subject: "[PATCH v2 2/2] second", body: patch("two") },
    );
    expect(shape(covers)).toEqual(["all, renamed: v1 1=1 2=2 of 2 cover 0; v2 1=4 2=5 of 2 cover 3"]);
  });

  it("keeps apart what only looks alike", async () => {
    expect((await series(lone("1@x", "[PATCH] fix typo", patch("one")), lone("2@x", "[PATCH v2] fix typo", patch("one"), { from: "Bob <b@example.org>" }))).series.length).toBe(2);
    expect((await series(lone("1@x", "[PATCH 5.10] one", patch("one")), lone("2@x", "[PATCH 5.4] one", patch("one")))).series.length).toBe(2);
    expect((await series(lone("1@x", "[PATCH] one", patch("one")), lone("2@x", "[PATCH v2] another", patch("two", "Depends on v1 of https://lore.kernel.org/r/1@x/\n\nSigned-off-by: Ann Author <ann@example.org>\n")))).series.length).toBe(2);
  });
});

describe("threads", () => {
  it("prefers In-Reply-To, then the newest reference that is there", async () => {
    const result = await series({ id: "1@x", subject: "[PATCH] one", body: patch("one") }, { id: "2@x", to: "gone@x", subject: "Re: [PATCH] one" }, { id: "3@x", to: "2@x", subject: "Re: [PATCH] one" });
    expect(result.entries.map((entry) => entry.parent)).toEqual([null, null, 1]);
  });

  it("guesses by the subject only when a reply names no id at all", async () => {
    const result = await series({ id: "1@x", subject: "[PATCH v2 1/2] one", body: patch("one") }, { id: "2@x", subject: "Antw: [PATCH v2 1/2] one", body: "hm\n" });
    expect([result.entries[1]?.parent, result.entries[1]?.parentGuessed]).toEqual([0, true]);
  });
});

describe("commit text", () => {
  async function one(body: string, subject = "[PATCH] one"): Promise<SeriesResult["entries"][number]> {
    return (await series({ id: "1@x", subject, body })).entries[0] ?? expect.unreachable();
  }

  it("takes in-body headers off and believes them", async () => {
    const entry = await one(`From: Real Author <real@example.org>\nSubject: [PATCH] the real title\n\nBecause.\n${diff("one")}`);
    expect([entry.author, entry.subject.title, entry.commitMessage, entry.commitLine]).toEqual([{ name: "Real Author", email: "real@example.org" }, "the real title", "Because.\n", 4]);
  });

  it("separates message, notes and diff, and counts lines of the mail", async () => {
    const entry = await one(`Because.\n---\nv2: better\n\n f | 2 +-\n 1 file changed\n\ndiff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a\n+b\n`);
    expect([entry.commitMessage, entry.notes, entry.diffLine, entry.message.text.split("\n")[entry.diffLine - 1]]).toEqual(["Because.\n", "v2: better\n\n f | 2 +-\n 1 file changed", 8, "diff --git a/f b/f"]);
    expect(entry.patch?.files.map((file) => file.path)).toEqual(["f"]);
  });

  it("drops what stands above scissors", async () => {
    const entry = await one(`Hi,\n\nhow about this?\n\n-- >8 --\nFrom: Real Author <real@example.org>\n\nBecause.\n${diff("one")}`);
    expect([entry.commitMessage, entry.author.name]).toEqual(["Because.\n", "Real Author"]);
  });

  it("lets 0/N win over a range-diff in a cover letter, and cuts its signature", async () => {
    const entry = await one("About.\n\n1:  111 ! 1:  222 one\n    @@ f\n    -a\n    +b\n\n-- \n2.47.0\n", "[PATCH v2 0/1] all");
    expect([entry.kind, entry.patch, entry.commitMessage.endsWith("+b\n\n")]).toEqual(["cover", null, true]);
  });

  it("calls a pull request neither patch nor reply", async () => {
    const entry = await one(`The following changes since commit 0123456789abcdef:\n\n  x\n\nare available in the Git repository at:\n\n  git://example.org/x\n\n${diff("one")}`, "[GIT PULL] things");
    expect(entry.kind).toBe("other");
  });

  it("reads the last paragraph as trailers by git's rule, folded values too", async () => {
    const entry = await one(`Because: not a trailer.\n\nFixes: 0123456789ab ("a title\n that is folded")\nSigned-off-by: Ann Author <ann@example.org>\n[bob: changed a word]\nSigned-off-by: Bob <bob@example.org> # note\n${diff("one")}`);
    expect(entry.trailers.map((trailer) => [trailer.key, trailer.value, trailer.line])).toEqual([
      ["Fixes", '0123456789ab ("a title that is folded")', 3],
      ["Signed-off-by", "Ann Author <ann@example.org>", 5],
      ["Signed-off-by", "Bob <bob@example.org> # note", 7],
    ]);
  });

  it("keeps the blanks before a fold, as git does", async () => {
    const entry = await one(`Because.\n\nDiffstat: one.c | 1 \n  two.c | 2  \n\tthree.c | 3 \n${diff("one")}`);
    expect(entry.trailers.map((trailer) => trailer.value)).toEqual(["one.c | 1  two.c | 2   three.c | 3"]);
  });
});

describe("credit", () => {
  const one: Mail = { id: "1@x", subject: "[PATCH 1/1] one", body: patch("one") };
  async function credited(...mails: readonly Mail[]): Promise<string[]> {
    const result = await series(...mails);
    const slots = result.series.flatMap((each) => each.revisions.flatMap((revision) => revision.slots));
    return slots.flatMap((slot) => slot.trailers.map((trailer) => `${slot.n} ${trailer.origin}${trailer.mismatch === null ? "" : " mismatch"} ${trailer.key}: ${trailer.value}`));
  }
  const reply = (id: string, to: string, from: string, body: string): Mail => ({ id, to, from, subject: "Re: [PATCH 1/1] one", body });
  const own = "1 own Signed-off-by: Ann Author <ann@example.org>";

  it("credits a reply, and a reply to a reply, to the patch", async () => {
    expect(await credited(one, reply("2@x", "1@x", "Bob <bob@example.org>", "Reviewed-by: Bob <bob@example.org>\n"), reply("3@x", "2@x", "Cyd <cyd@example.org>", "> Reviewed-by: Bob <bob@example.org>\n\nAcked-by: Cyd <cyd@example.org>\n"))).toEqual([
      own, "1 reply Reviewed-by: Bob <bob@example.org>", "1 reply Acked-by: Cyd <cyd@example.org>",
    ]);
  });

  it("counts a cover letter's trailers for every patch, once", async () => {
    const found = await credited(
      { id: "0@x", subject: "[PATCH 0/2] all" },
      { id: "1@x", to: "0@x", subject: "[PATCH 1/2] one", body: patch("one") },
      { id: "2@x", to: "0@x", subject: "[PATCH 2/2] two", body: patch("two") },
      { id: "3@x", to: "0@x", subject: "Re: [PATCH 0/2] all", from: "Bob <bob@example.org>", body: "For the series:\nReviewed-by: Bob <bob@example.org>\n" },
      { id: "4@x", to: "1@x", subject: "Re: [PATCH 1/2] one", from: "Bob <bob@example.org>", body: "Reviewed-by: Bob B. <BOB@example.org>\n" },
    );
    expect(found.filter((line) => line.includes("Reviewed"))).toEqual(["1 reply Reviewed-by: Bob B. <BOB@example.org>", "2 cover Reviewed-by: Bob <bob@example.org>"]);
  });

  const people: readonly (readonly [string, string, boolean])[] = [
    ["Bob <bob@example.org>", "Bob <bob@example.org>", true],
    ["Bob <bob@example.org>", "Robert <bob+lists@example.org>", true],
    ["Bob <bob@example.org>", "Robert <bob@mail.example.org>", true],
    ["Bob <bob@example.org>", "Robert <bob@a.b.example.org>", false],
    ["Bob Bobson <bob@example.org>", "Bob Bobson <bb@elsewhere.example>", true],
    ["\"Bobson, Bob\" <bob@example.org>", "Bob Bobson <bb@elsewhere.example>", true],
    ["Bob Bobson (man-pages) <bob@example.org>", "Bob Bobson <bb@elsewhere.example>", true],
    ["Bob <bob@example.org>", "Mallory <mallory@example.org>", false],
  ];
  for (const [from, person, agrees] of people) {
    it(`${agrees ? "believes" : "does not believe"} ${from} speaking as ${person}`, async () => {
      expect(await credited(one, reply("2@x", "1@x", from, `Reviewed-by: ${person}\n`))).toEqual([own, `1 reply${agrees ? "" : " mismatch"} Reviewed-by: ${person}`]);
    });
  }

  it("says nothing twice that the patch carries already", async () => {
    const carried: Mail = { ...one, body: patch("one", "Because.\n\nReviewed-by: Bob <bob@example.org>\nSigned-off-by: Ann Author <ann@example.org>\n") };
    expect((await credited(carried, reply("2@x", "1@x", "Mallory <m@example.org>", "Reviewed-by: Bob <bob@example.org>\n"))).length).toBe(2);
  });

  it("keeps the trailers of a patch that a reply proposes apart from what the reply gives", async () => {
    const body = `How about this? Then:\nAcked-by: Bob <bob@example.org>\n\nBecause.\n\nSigned-off-by: Bob <bob@example.org>\n${diff("two")}`.replace(/-- \n2\.47\.0\n$/, "\nReviewed-by: Bob <bob@example.org>\nReviewed-by: Cyd <cyd@example.org>\n");
    expect(await credited(one, reply("2@x", "1@x", "Bob <bob@example.org>", body))).toEqual([own, "1 reply Acked-by: Bob <bob@example.org>", "1 reply Reviewed-by: Bob <bob@example.org>"]);
  });

  it("joins an address that a mailer put on the next line, and ignores prose and signatures", async () => {
    expect(await credited(one, reply("2@x", "1@x", "Bob <bob@example.org>", "Note: this is fine.\nReviewed-by: Bob\n<bob@example.org>\n-- \nTested-by: Bob <bob@example.org>\n"))).toEqual([own, "1 reply Reviewed-by: Bob <bob@example.org>"]);
  });
});
