// Patchwork pages of the corpus, in the three forms that a copy can have.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readMailbox } from "../../../src/core/mail/read.js";
import { readSeries } from "../../../src/core/series/read.js";
import { corpusNote, corpusRoot, hasCorpus, nodePlatform, readCorpus } from "../corpus.js";

interface ExpectedPage {
  readonly message_id: string;
  readonly title: string;
  readonly subject_clean: string;
  readonly version: number;
  readonly n: number;
  readonly m: number;
  readonly kind?: string;
  readonly series: string;
  readonly state?: string;
  readonly submitter: string;
  readonly epoch?: number;
  readonly message?: string;
  readonly trailers: readonly (readonly [string, string])[];
  readonly patch: { readonly files?: readonly { readonly path: string; readonly additions: number; readonly deletions: number; readonly hunks: number }[] };
  readonly comments: readonly { readonly author: string; readonly number: number; readonly epoch?: number; readonly first_line?: string; readonly text_sha256?: string; readonly lines?: number }[];
}

async function readPage(name: string): Promise<ReturnType<typeof readSeries> & { page: { series: string; state: string } | undefined; kinds: string[] }> {
  const mailbox = await readMailbox(readCorpus(name), nodePlatform);
  expect(mailbox.format, name).toBe("patchwork-page");
  return { ...readSeries(mailbox.messages, mailbox.page), page: mailbox.page, kinds: mailbox.problems.map((problem) => problem.kind) };
}

async function checkPage(name: string, expected: ExpectedPage): Promise<void> {
  const found = await readPage(name);
  const first = found.entries[0];
  expect(found.kinds, name).toEqual([]);
  expect(first?.message.id).toBe(expected.message_id);
  expect(first?.message.subject).toBe(expected.title);
  expect([first?.subject.title, first?.subject.version, first?.subject.n, first?.subject.m]).toEqual([expected.subject_clean, expected.version, expected.n, expected.m]);
  expect(first?.kind).toBe(expected.kind ?? "patch");
  expect(first?.author.name).toBe(expected.submitter);
  if (expected.epoch !== undefined) expect(first?.message.date).toBe(expected.epoch * 1000);
  expect(first?.trailers.map((trailer) => [trailer.key, trailer.value])).toEqual(expected.trailers);
  if (expected.message !== undefined) expect(first?.commitMessage).toBe(expected.message);
  const files = first?.patch?.files.map((file) => [file.path, file.additions, file.deletions, file.hunks.length]);
  expect(files).toEqual(expected.patch.files?.map((file) => [file.path, file.additions, file.deletions, file.hunks]));
  expect(found.page?.series).toBe(expected.series);
  expect(found.series[0]?.name).toBe(expected.kind === "cover" ? expected.subject_clean : expected.series);
  const comments = found.entries.slice(1);
  expect(comments.length).toBe(expected.comments.length);
  for (const [at, wanted] of expected.comments.entries()) {
    const { message, kind } = comments[at] ?? expect.unreachable();
    expect([kind, message.from.name]).toEqual(["reply", wanted.author]);
    if (wanted.epoch !== undefined) expect(message.date).toBe(wanted.epoch * 1000);
    if (wanted.first_line !== undefined) expect(message.text.split("\n")[0]).toBe(wanted.first_line);
    if (wanted.lines !== undefined) expect(message.text.split("\n").length).toBe(wanted.lines);
    if (wanted.text_sha256 !== undefined) expect([message.text, `${message.text}\n`].map((text) => createHash("sha256").update(text).digest("hex"))).toContain(wanted.text_sha256);
  }
}

describe.skipIf(!hasCorpus)(`Patchwork pages of the corpus${corpusNote}`, () => {
  const folder = join(corpusRoot, "patchwork-pages");
  const names = hasCorpus ? readdirSync(folder).filter((name) => name.endsWith(".expected.json")).map((name) => name.replace(".expected.json", "")) : [];
  for (const name of names) {
    for (const form of ["browser", "tabbed", "table"]) {
      it(`reads ${name} as copied from the ${form} form`, async () => {
        const expected = JSON.parse(readFileSync(join(folder, `${name}.expected.json`), "utf8")) as ExpectedPage; // The corpus' own file.
        await checkPage(`patchwork-pages/${name}.${form}.txt`, expected);
      });
    }
  }

  it("reads the seed, and infers who answers whom", async () => {
    const expected = JSON.parse(readFileSync(join(corpusRoot, "vfio/patchwork-page-v2-5of5.expected.json"), "utf8")) as ExpectedPage; // The corpus' own file.
    await checkPage("vfio/patchwork-page-v2-5of5.txt", expected);
    const found = await readPage("vfio/patchwork-page-v2-5of5.txt");
    expect(found.entries.map((entry) => [entry.message.from.name, entry.parent, entry.parentGuessed])).toEqual([
      ["Jason Gunthorpe", null, false],
      ["Christoph Hellwig", 0, true],
      ["Jason Gunthorpe", 1, true],
      ["Tian, Kevin", 0, true],
      ["Alex Williamson", 2, true],
    ]);
    const slot = found.series[0]?.revisions[0]?.slots.find((one) => one.n === 5);
    expect(slot?.trailers.map((trailer) => [trailer.value, trailer.origin, trailer.mismatch])).toEqual([
      ["Jason Gunthorpe <jgg@nvidia.com>", "own", null],
      ["Christoph Hellwig <hch@lst.de>", "reply", null],
      ["Kevin Tian <kevin.tian@intel.com>", "reply", null],
    ]);
    expect(found.page?.state).toBe("New, archived");
  });

  it("infers the parents that the same pages have as mail", async () => {
    const wanted: Readonly<Record<string, readonly (number | null)[]>> = {
      "cifs-cifs-fix-support-for-nfs-style-repa-5": [null, 0, 1, 2],
      "hyperv-mm-memory_hotplug-allow-to-specif-31": [null, 0, 0],
      "integrity-optee-register-drivers-on-opte-2": [null, 0, 1, 0, 3],
      "man-prctl-2-man-page-updates-for-linux-5-61": [null, 0, 0],
      "vfio-group-cdev-all-11": [null, 0],
      "vfio-group-cdev-all-27": [null, 0, 0],
    };
    for (const [name, parents] of Object.entries(wanted)) {
      const found = await readPage(`patchwork-pages/${name}.browser.txt`);
      expect(found.entries.map((entry) => entry.parent), name).toEqual(parents);
    }
  });
});
