// Mail and series against the corpus: what git, Python's email and the corpus' own rules say of real mail, field by field.
import { describe, expect, it } from "vitest";
import { readMailbox } from "../../../src/core/mail/read.js";
import { readSeries } from "../../../src/core/series/read.js";
import { parsePatch } from "../../../src/core/patch/parse.js";
import { splitPatchText } from "../../../src/core/series/commit-text.js";
import type { Entry } from "../../../src/core/series/types.js";
import type { Expected } from "../corpus.js";
import { corpusNote, hasCorpus, listBoxes, nodePlatform, readCorpus, readExpected } from "../corpus.js";
import type { Disagreement } from "./score.js";
import { gitForms, gitMessage, Score, scoreMails, scoreSeries } from "./score.js";

/** Where we and the expectation differ on purpose. Each proves itself on the mail, with git where git has an option for it. */
const disagreements: readonly Disagreement[] = [
  {
    fields: /^(?:kind|files\.|additions|deletions|message_sha256|author|email)/,
    reason: "a counter of 0 makes a cover letter, also where its text shows a diff (patchwork #468)",
    holds: ({ entry, wanted }) => wanted.n === 0 && entry.kind === "cover" && wanted.kind === "patch",
  },
  {
    fields: /^kind$/,
    reason: "a root without a counter whose thread is its sender's numbered patches is their cover letter (b4)",
    holds: ({ entry, wanted }) => wanted.kind === "other" && entry.kind === "cover",
  },
  {
    fields: /^(?:message_sha256|text of replies|author|email|trailers)$/,
    reason: "text above scissors is talk; git mailinfo --scissors reads the same as we do",
    // In base64 mail with CR, the line below the scissors is no empty one to git unless it strips them.
    holds: ({ entry, raw }) => {
      const forms = gitForms(messageOf(entry));
      return [["--scissors"], ["--scissors", "--quoted-cr=strip"]].some((options) => forms.includes(gitMessage(raw, ...options) ?? "\0")) && !forms.includes(gitMessage(raw) ?? "");
    },
  },
  {
    fields: /^(?:author|email)$/,
    reason: "in-body headers below scissors name the author; git mailinfo --scissors reads the same commit message",
    holds: ({ entry, raw }) => entry.kind === "patch" && gitForms(entry.commitMessage).includes(gitMessage(raw, "--scissors") ?? ""),
  },
  {
    fields: /^(?:text of replies|trailers)$/,
    reason: "quoted lines of format=flowed mail are joined by their depth (RFC 3676, 4.5), which git leaves out",
    holds: ({ entry, raw }) => entry.kind !== "patch" && /format="?flowed/i.test(new TextDecoder("latin1").decode(raw)),
  },
  {
    fields: /^(?:author|email)$/,
    reason: "a quoted head of an Outlook reply (From: … Sent: …) is no author",
    holds: ({ entry, wanted }) => entry.kind === "reply" && (wanted.author === "" || /\bSent:/.test(wanted.author)),
  },
  {
    fields: /^(?:subject_clean|tags)$/,
    reason: "brackets inside a prefix are flattened, as in b4 and patchwork",
    holds: ({ wanted }) => wanted.subject_clean.startsWith("]"),
  },
  {
    fields: /^(?:message_sha256|text of replies|trailers|patch_part_bytes)$/,
    reason: "git takes every part for text, signatures and HTML twins, too; before them it reads the same",
    holds: ({ entry, raw, wanted }) => {
      return (wanted.mime_parts?.length ?? 0) > 1 && (gitMessage(raw) ?? "").replaceAll("\r", "").startsWith(messageOf(entry).trimEnd());
    },
  },
  {
    fields: /^(?:message_sha256|text of replies|trailers)$/,
    reason: "git leaves boundaries and headers of a multipart within a multipart in the text",
    holds: ({ entry, raw }) => {
      const git = gitMessage(raw) ?? "";
      return /^--\S+\r?\nContent-Type: text\//.test(git) && git.includes(messageOf(entry).slice(0, 40));
    },
  },
  {
    fields: /^(?:message_sha256|text of replies|trailers)$/,
    reason: "of a mail within a mail we show whose it is and git the whole header; above it both read the same",
    holds: ({ entry, raw }) => {
      const above = messageOf(entry).split("\n\nFrom: ")[0] ?? "";
      return /^content-type:\s*message\/rfc822/im.test(new TextDecoder("latin1").decode(raw)) && above !== "" && (gitMessage(raw) ?? "").replaceAll("\r", "").startsWith(above);
    },
  },
  {
    fields: /^message_sha256$/,
    reason: "an attached patch stands below an empty line, also where the text has none before the boundary",
    holds: ({ entry, raw }) => entry.message.attachments.length > 0 && (gitMessage(raw) ?? "").replaceAll("\r", "").replace(/\n+/g, "\n") === messageOf(entry).replace(/\n+/g, "\n"),
  },
  {
    fields: /^(?:message_sha256|text of replies|trailers|patch_part_bytes)$/,
    reason: "git refuses a mail with a charset that it does not know",
    holds: ({ wanted, raw }) => wanted.mailinfo_error !== undefined && gitMessage(raw) === null,
  },
  {
    fields: /^(?:files\.|additions|deletions)/,
    reason: "a patch that stands in the text and is attached, too, is one patch",
    holds: ({ entry, wanted }) => {
      const paths = wanted.patch?.files?.map((file) => file.path) ?? [];
      return entry.message.attachments.length > 0 && new Set(paths).size < paths.length && JSON.stringify([...new Set(paths)]) === JSON.stringify(entry.patch?.files.map((file) => file.path));
    },
  },
  {
    fields: /^(?:files\.|additions|deletions)/,
    reason: "absolute names are refused, which git strips",
    holds: ({ entry }) => /^\+\+\+ \//m.test(entry.message.text) && parsePatch(entry.message.text).problems.some((problem) => problem.kind === "path-refused"),
  },
];

/** The commit message of a patch; of another mail what would be its message if it were one, as git reads it. */
function messageOf(entry: Entry): string {
  return entry.kind === "patch" ? entry.commitMessage : splitPatchText(entry.message.text).commitMessage;
}

/** Reads and scores the boxes of a folder; SHOW_MISSES=field (or empty for all) prints every disagreement that is not known. */
async function scoreFolder(folder: string, score: Score): Promise<void> {
  for (const name of listBoxes(folder)) {
    const file = readCorpus(name);
    const bytes = name.endsWith(".gz") ? (nodePlatform.gunzip(file, 1 << 28) ?? file) : file;
    const expected = readExpected<Expected>(name);
    const mailbox = await readMailbox(bytes, nodePlatform);
    const series = readSeries(mailbox.messages, mailbox.page);
    expect(series.entries.length, name).toBe(expected.messages.length);
    scoreMails(score, name, bytes, series.entries, expected);
    scoreSeries(score, name, series, expected);
  }
}

describe.skipIf(!hasCorpus)(`the corpus, field by field${corpusNote}`, { timeout: 120_000 }, () => {
  it("reads the vfio series without a miss", async () => {
    const score = new Score([]);
    await scoreFolder("vfio", score);
    expect(score.misses).toEqual([]);
  });

  it("agrees on 99.5 % of all fields, and every disagreement is known", async () => {
    const score = new Score(disagreements);
    for (const folder of ["vfio", "git-history", "lists/sets", "lists/threads", "lists/odd"]) await scoreFolder(folder, score);
    console.log(`The corpus, field by field:\n${score.toString()}`);
    const wanted = process.env["SHOW_MISSES"];
    if (wanted !== undefined) for (const miss of score.misses.filter((one) => one.startsWith(wanted))) console.log(miss);
    expect(score.share("text of replies")).toBeGreaterThan(0.995);
    expect(score.misses).toEqual([]);
  });
});
