// The shape of the view over real mailboxes: every row has an id of its own and a parent that has it as a child, every document can be served.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { readMailbox } from "../../src/core/mail/read.js";
import { buildReview, type Review } from "../../src/core/review/review.js";
import { readSeries } from "../../src/core/series/read.js";
import { patchesOf, threadsOf } from "../../src/vscode/session/lookup.js";
import type { Session } from "../../src/vscode/session/session.js";
import { childrenOf, parentOf, rootNodes, type TreeNode } from "../../src/vscode/tree/nodes.js";
import { nodePlatform } from "../../src/worker/platform.js";

const corpus = "../shared/corpus";
const folders = ["vfio", "lists/sets", "lists/threads", "lists/odd", "patchwork-pages"];

describe.each(folders)("the view over %s", (folder) => {
  const path = join(corpus, folder);
  const files = existsSync(path) ? readdirSync(path).filter((name) => /\.(mbox|txt|mbox\.gz)$/.test(name)).sort() : [];

  it("has one tree of rows, and a document for every file", { timeout: 120_000 }, async (context) => {
    if (files.length === 0) context.skip("no corpus beside the project");
    for (const name of files) {
      const bytes = readFileSync(join(path, name));
      const mailbox = await readMailbox(name.endsWith(".gz") ? gunzipSync(bytes) : bytes, nodePlatform);
      const review = buildReview(mailbox, readSeries(mailbox.messages, mailbox.page));
      checkRows(name, review);
      checkDocuments(name, review);
    }
  });
});

function checkRows(name: string, { view }: Review): void {
  // Rows need no more of a session than its name and its view.
  const session = { id: "session", view } as unknown as Session;
  const seen = new Set<string>();
  const visit = (nodes: readonly TreeNode[], parent: TreeNode | undefined): void => {
    for (const node of nodes) {
      expect(seen.has(node.id), `${name}: two rows ${node.id}`).toBe(false);
      seen.add(node.id);
      expect(parentOf(node)?.id, `${name}: parent of ${node.id}`).toBe(parent?.id);
      visit(childrenOf(node), node);
    }
  };
  visit(rootNodes([session], []), undefined);
  for (const { thread, patch } of threadsOf(view)) expect(seen, name).toContain(`session/${patch.key}/thread/${thread.key}`);
}

function checkDocuments(name: string, review: Review): void {
  for (const { patch } of patchesOf(review.view)) {
    if (patch.mail === null) continue;
    expect(review.document(patch.key, ":message", "after"), `${name}: message of ${patch.key}`).not.toBeNull();
    for (const file of patch.files) {
      if (file.binary) continue;
      for (const side of ["before", "after"] as const) {
        // The editor asks by the path that the side has.
        const own = (side === "before" ? file.pathA : file.pathB) ?? file.path;
        expect(review.document(patch.key, own, side), `${name}: ${side} of ${own} in ${patch.key}`).not.toBeNull();
      }
    }
    for (const { anchor } of patch.threads) {
      const document = review.document(patch.key, anchor.path, anchor.side);
      expect(document, `${name}: ${anchor.path} of a thread in ${patch.key}`).not.toBeNull();
      if (anchor.quality !== "lost" && document !== null) expect(anchor.line, name).toBeLessThanOrEqual(document.text.split("\n").length);
    }
  }
}
