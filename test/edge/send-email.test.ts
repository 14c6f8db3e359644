// A draft as git send-email hands it to a mail server: a fake sendmail keeps what it is given. Needs git's send-email.
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readMailbox } from "../../src/core/mail/read.js";
import { readDraftHeader } from "../../src/core/review/draft/mail.js";
import { muttProgram, sendEmailProgram } from "../../src/vscode/draft/programs.js";
import { nodePlatform } from "../../src/worker/platform.js";

const draft = [
  "From: =?UTF-8?q?Zo=C3=AB_Tester?= <zoe@example.org>", "To: Ann Author <ann@example.org>", 'Cc: "Tian, Kevin" <kevin@example.org>,', " list@example.org",
  "Subject: Re: [PATCH v2 1/2] port: keep the count", "In-Reply-To: <p@example.org>", "References: <c@example.org>", " <p@example.org>", "MIME-Version: 1.0",
  "Content-Type: text/plain; charset=UTF-8", "Content-Transfer-Encoding: 8bit", "", "On Mon, Ann wrote:", "> @@ -1 +1 @@", ">  \tint ret; ", ">", "> From the list", "", "Straße.", "From here on:  ", "",
  "Reviewed-by: Zoë Tester <zoe@example.org>", "Cc: nobody@example.org", "",
].join("\n");

/** Listing aliases sends nothing; git fails at it where it has no send-email, whose usage text differs from one packaging to the next. */
const hasSendEmail = spawnSync("git", ["send-email", "--dump-aliases"]).status === 0;

describe("the programs that take a draft", () => {
  it("get words, not a line for a shell", () => {
    expect(muttProgram("/tmp/a b.eml")).toEqual({ path: "mutt", arguments: ["-H", "/tmp/a b.eml"] });
    expect(sendEmailProgram("/tmp/a b.eml", readDraftHeader(draft))).toEqual({
      path: "git", arguments: ["send-email", "--suppress-cc=all", "--from=Zoë Tester <zoe@example.org>", "--cc=kevin@example.org", "--cc=list@example.org", "/tmp/a b.eml"],
    });
  });

  it("send the draft's own text to the people that it names", async ({ skip }) => {
    skip(!hasSendEmail, "git send-email is not installed");
    const folder = mkdtempSync(join(tmpdir(), "lifeline-send-"));
    try {
      const file = join(folder, "reply.eml");
      const server = join(folder, "sendmail");
      writeFileSync(file, draft);
      writeFileSync(server, `#!/bin/sh\nprintf '%s\\n' "$@" > '${folder}/to'\ncat > '${folder}/mail'\n`);
      chmodSync(server, 0o755);
      execFileSync("git", ["init", "-q", folder]);
      const program = sendEmailProgram(file, readDraftHeader(draft));
      const [verb = "", ...rest] = program.arguments;
      execFileSync(program.path, [verb, `--smtp-server=${server}`, "--confirm=never", "--quiet", ...rest], { cwd: folder });
      const sent = readFileSync(join(folder, "mail"), "utf8");
      expect(sent.slice(sent.indexOf("\n\n") + 2)).toBe(draft.slice(draft.indexOf("\n\n") + 2));
      const { messages: [mail] } = await readMailbox(Buffer.from(sent), nodePlatform);
      expect(mail).toMatchObject({ subject: "Re: [PATCH v2 1/2] port: keep the count", inReplyTo: ["p@example.org"], references: ["c@example.org", "p@example.org"], from: { name: "Zoë Tester", email: "zoe@example.org" } });
      expect(mail?.to.map(({ email }) => email)).toEqual(["ann@example.org"]);
      expect(mail?.cc.map(({ email }) => email).sort()).toEqual(["kevin@example.org", "list@example.org"]);
      expect(readFileSync(join(folder, "to"), "utf8").split("\n").filter((line) => line.includes("@")).map((line) => line.replace(/^.*<|>.*$/g, "")).sort()).toEqual(
        expect.arrayContaining(["ann@example.org", "kevin@example.org", "list@example.org"]));
      expect(readFileSync(join(folder, "to"), "utf8")).not.toContain("nobody@example.org");
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
