// `lifeline show`: the JSON that programs read, the text that people read, and the exit status.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { corpusNote, corpusRoot, hasCorpus } from "../../core/corpus.js";
import { lifeline, makeFolder } from "./support.js";

/** git's signature line ends in a blank. */
const SIGNATURE = "-- ";
const PATCH = `From mboxrd@z Thu Jan  1 00:00:00 1970
From: Ann Author <ann@example.org>
Subject: [PATCH v2 1/2] foo: hold a reference
Message-ID: <1@example.org>
Date: Wed, 13 Oct 2021 11:27:45 -0300

Because it can go away.

Signed-off-by: Ann Author <ann@example.org>
---
 foo.c | 2 +-

diff --git a/foo.c b/foo.c
index 1111111..2222222 100644
--- a/foo.c
+++ b/foo.c
@@ -10,3 +10,3 @@ static void foo(void)
 	one();
-	two();
+	three();
 	four();
${SIGNATURE}
2.47.0

`;
const REPLY = `From mboxrd@z Thu Jan  1 00:00:00 1970
From: Bob <bob@example.org>
Subject: Re: [PATCH v2 1/2] foo: hold a reference
Message-ID: <2@example.org>
In-Reply-To: <1@example.org>
Date: Wed, 13 Oct 2021 12:00:00 -0300

On Wed, 13 Oct 2021, Ann Author wrote:
> -	two();
> +	three();

Why \u001b[31mthree?

Reviewed-by: Bob <bob@example.org>

`;

interface Shown {
  readonly messages: readonly Record<string, unknown>[];
  readonly series: unknown;
  readonly problems: readonly unknown[];
}

async function showJson(words: readonly string[], input?: string): Promise<Shown> {
  const { status, out, errors } = await lifeline(["show", ...words, "--json"], input);
  expect([status, errors]).toEqual([0, []]);
  return JSON.parse(out) as Shown; // What the program itself printed; the members are checked below.
}

describe("lifeline show --json", () => {
  it("prints messages, series and anchors as documented", async () => {
    const shown = await showJson(["-"], PATCH + REPLY);
    expect(shown.messages).toEqual([
      {
        id: "1@example.org", inReplyTo: [], references: [], kind: "patch", subject: "[PATCH v2 1/2] foo: hold a reference", title: "foo: hold a reference", version: 2, n: 1, m: 2,
        author: "Ann Author", email: "ann@example.org", date: "2021-10-13T14:27:45.000Z",
        message: "Because it can go away.\n\nSigned-off-by: Ann Author <ann@example.org>\n", trailers: [["Signed-off-by", "Ann Author <ann@example.org>"]],
        files: [{ path: "foo.c", oldPath: null, status: "modified", binary: false, additions: 1, deletions: 1, hunks: 1, oldMode: "100644", newMode: "100644" }],
        anchors: [], problems: [],
      },
      {
        id: "2@example.org", inReplyTo: ["1@example.org"], references: [], kind: "reply", subject: "Re: [PATCH v2 1/2] foo: hold a reference", title: "foo: hold a reference", version: 2, n: 1, m: 2,
        author: "Bob", email: "bob@example.org", date: "2021-10-13T15:00:00.000Z",
        message: REPLY.split("\n\n").slice(1).join("\n\n").replace(/\n\n$/, "\n"), trailers: [["Reviewed-by", "Bob <bob@example.org>"]],
        files: [], anchors: [{ target: "1@example.org", path: "foo.c", side: "after", fromLine: 11, line: 11, quality: "exact", comment: "Why \u001b[31mthree?" }], problems: [],
      },
    ]);
    expect(shown.series).toEqual([{ name: "foo: hold a reference", revisions: [{ version: 2, total: 2, cover: null, patches: { "1": "1@example.org" }, complete: false }] }]);
    expect(shown.problems).toEqual([]);
  });

  it("takes several files, a folder and a maildir, and counts a mail once", async () => {
    const folder = makeFolder({ "1.mbox": PATCH, "2.mbox": REPLY, "notes.txt": "nothing of ours\n" });
    const one = join(folder, "1.mbox");
    expect((await showJson([one, join(folder, "2.mbox")])).messages.length).toBe(2);
    expect((await showJson([one, one])).messages.length).toBe(1);
    expect((await showJson([folder])).messages.map((message) => message["id"])).toEqual(["1@example.org", "2@example.org"]);
    const maildir = makeFolder({});
    for (const name of ["cur", "new", "tmp"]) mkdirSync(join(maildir, name));
    writeFileSync(join(maildir, "cur", "1:2,S"), PATCH.split("\n").slice(1).join("\n"));
    writeFileSync(join(maildir, "new", "2"), REPLY.split("\n").slice(1).join("\n"));
    expect((await showJson([maildir])).messages.length).toBe(2);
  });

  it("reads a bare diff as a patch without an id", async () => {
    const shown = await showJson(["-"], "diff --git a/a b/b\nsimilarity index 90%\nrename from a\nrename to b\n--- a/a\n+++ b/b\n@@ -1 +1 @@\n-x\n+y\n");
    expect(shown.messages[0]).toMatchObject({ id: null, kind: "patch", date: null, files: [{ path: "b", oldPath: "a", status: "renamed" }] });
  });

  it.skipIf(!hasCorpus)(`shows the vfio series${corpusNote}`, async () => {
    const shown = await showJson([join(corpusRoot, "vfio/vfio-group-cdev-all.mbox")]);
    expect(shown.series).toMatchObject([{ name: "Update vfio_group to use the modern cdev lifecycle", revisions: [{ version: 1, complete: true }, { version: 2, complete: true }, { version: 3, complete: true }] }]);
    expect(shown.messages.length).toBe(36);
  });
});

describe("lifeline show", () => {
  it("lists what a merge's combined diff shows among the problems, for it changes no file by itself", async () => {
    const combined = "diff --cc foo.c\nindex 1111111,2222222..3333333\n--- a/foo.c\n+++ b/foo.c\n@@@ -1,1 -1,1 +1,1 @@@\n- one\n -two\n++three\n";
    const { messages } = await showJson(["-"], PATCH.replace("diff --git", `${combined}diff --git`));
    expect(messages[0]).toMatchObject({ files: [{ path: "foo.c", hunks: 1 }], problems: [{ kind: "combined-diff", file: "foo.c" }] });
  });

  it("prints series, patches, credit and comments as plain text", async () => {
    const { status, out } = await lifeline(["show", "-"], PATCH + REPLY);
    expect(status).toBe(0);
    expect(out).toBe(`foo: hold a reference
by Ann Author

v2, 2021-10-13, 1 of 2 patches
  1/2  foo: hold a reference
       foo.c  +1 -1
       Reviewed-by: Bob <bob@example.org>

     foo.c:11
       > -	two();
       > +	three();
       Bob, 2021-10-13:
         Why \ufffd[31mthree?

  2/2  (missing)
`);
  });

  const wrong: readonly (readonly [readonly string[], string, string])[] = [
    [[], "", "lifeline: no command; lifeline --help lists them"],
    [["fly"], "", 'lifeline: no command "fly"; lifeline --help lists them'],
    [["show"], "", "lifeline: no input: name a file, or - for standard input"],
    [["show", "--fast", "-"], PATCH, "lifeline: Unknown option '--fast'"],
    [["show", "/no/such/file"], "", "lifeline: /no/such/file: no such file"],
    [["show", "-"], "", "lifeline: standard input: the input is empty"],
    [["show", "-"], "hello\n", "lifeline: standard input: not a mailbox, mail, patch or Patchwork page"],
  ];
  for (const [words, input, line] of wrong) {
    it(`ends with status 2 and one line for "${words.join(" ")}"`, async () => {
      expect(await lifeline(words, input)).toEqual({ status: 2, out: "", errors: [line] });
    });
  }

  it("lists only commands that it has", async () => {
    const { status, out } = await lifeline(["--help"]);
    expect(status).toBe(0);
    for (const match of out.matchAll(/^ {2}lifeline (\w+)/gm)) expect((await lifeline([match[1] ?? ""])).errors[0]).not.toContain("no command");
  });

  it("explains one command when that is asked", async () => {
    const { status, out, errors } = await lifeline(["simulate", "--help"]);
    expect({ status, errors }).toEqual({ status: 0, errors: [] });
    expect(new Set([...out.matchAll(/^ {2}lifeline (\w+)/gm)].map(([, name]) => name))).toEqual(new Set(["simulate"]));
    expect((await lifeline(["diagram", "-h"])).out).toContain("lifeline diagram");
  });
});
