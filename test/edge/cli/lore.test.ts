// `lifeline show URL`: a thread from an archive on this machine, and one clear line for what cannot be had.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LoreServer, startLoreServer } from "../loreServer.js";
import { lifeline, makeFolder } from "./support.js";

const id = "1@example.org";
const THREAD = `From mboxrd@z Thu Jan  1 00:00:00 1970
From: Ann Author <ann@example.org>
Subject: [PATCH] foo: hold a reference
Message-ID: <${id}>
Date: Wed, 13 Oct 2021 11:27:45 -0300

Because it can go away.
---
diff --git a/foo.c b/foo.c
--- a/foo.c
+++ b/foo.c
@@ -10 +10 @@
-	two();
+	three();
`;
let server: LoreServer;

beforeAll(async () => {
  server = await startLoreServer({ [id]: THREAD });
});

afterAll(() => server.close());

describe("lifeline show URL", () => {
  it.each(["", "raw", "T/#u", "t.mbox.gz"])("shows the thread of a link that ends in /%s", async (rest) => {
    const { status, out, errors } = await lifeline(["show", `${server.origin}/all/${id}/${rest}`, "--json"]);
    expect([status, errors]).toEqual([0, []]);
    expect(JSON.parse(out)).toMatchObject({ messages: [{ id, kind: "patch", files: [{ path: "foo.c", additions: 1, deletions: 1 }] }] });
    expect(server.asked.at(-1)).toBe(`/all/${id}/t.mbox.gz`);
  });

  it("takes links and files together", async () => {
    const folder = makeFolder({ "1.mbox": THREAD.replace(`<${id}>`, "<2@example.org>") });
    const { out } = await lifeline(["show", `${folder}/1.mbox`, `${server.origin}/all/${id}/`, "--json"]);
    expect((JSON.parse(out) as { messages: { id: string }[] }).messages.map((message) => message.id)).toEqual(["2@example.org", id]);
  });

  it("reads a file whose name looks like a Message-ID", async () => {
    const folder = makeFolder({ [id]: THREAD });
    const before = process.cwd();
    process.chdir(folder);
    try {
      expect((await lifeline(["show", id])).status).toBe(0);
    } finally {
      process.chdir(before);
    }
  });

  it.each([
    ["/all/9@example.org/", "the archive has no such message (404)"],
    ["/page/1@example.org/", "a web page came instead of the mailbox (the archive may want a browser's check); save t.mbox.gz from your browser and open that (200)"],
    ["/plain/1@example.org/", "what came is not a gzipped mailbox (200)"],
    ["/elsewhere/1@example.org/", "the archive leads to another place, which is not followed (https://example.org/all/x@y/t.mbox.gz)"],
    ["/all/", "no Message-ID in the link; copy the link of one message or thread"],
  ])("ends with status 2 and one line for %s", async (path, line) => {
    expect(await lifeline(["show", server.origin + path])).toEqual({ status: 2, out: "", errors: [`lifeline: ${server.origin}${path}: ${line}`] });
  });

  it.each([
    ["ftp://example.org/all/1@example.org/", "only https links can be opened"],
    ["http://example.org/all/1@example.org/", "only https is used; this link is plain http"],
    ["https://me:secret@example.org/all/1@example.org/", "a link with a user name or password is not followed"],
    ["logo@2x.patch", "no such file"],
    ["no/such@folder", "no such file"],
  ])("asks nobody for %s", async (name, line) => {
    const asked = server.asked.length;
    expect((await lifeline(["show", name])).errors).toEqual([`lifeline: ${name}: ${line}`]);
    expect(server.asked.length).toBe(asked);
  });
});
