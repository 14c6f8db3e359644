import { it } from "vitest";
import { readMailbox } from "../../../src/core/mail/read.js";
import { buildReview } from "../../../src/core/review/review.js";
import { readSeries } from "../../../src/core/series/read.js";
import { compareRevisions } from "../../../src/core/review/revisions.js";
import { changesOfThreads } from "../../../src/core/review/changes.js";
import { nodePlatform, readCorpus } from "../corpus.js";
it("x", async () => {
  const mailbox = await readMailbox(readCorpus(process.env.BOX ?? "vfio/vfio-group-cdev-all.mbox"), nodePlatform);
  const read = readSeries(mailbox.messages, mailbox.page);
  const review = buildReview(mailbox, read);
  const revisions = compareRevisions(review, read);
  for (const s of review.view.series) {
    const m = revisions.matrix(s.key);
    if (m) console.log([m.revisions.map((r) => r.versionText).join(" "), ...m.rows.map((r) => r.cells.map((c) => c === null ? "." : `${c.n ?? "-"} ${c.change}${c.moved ? " moved" : ""}`).join(" | ") + "  " + r.title)].join("\n"));
    for (const r of s.revisions) for (const p of [...(r.cover ? [r.cover] : []), ...r.patches]) for (const c of changesOfThreads(review, revisions, p)) {
      const t = p.threads.find((x) => x.key === c.threadKey)!;
      console.log(`v${r.versionText} ${p.n} "${t.title.slice(0, 60)}" ${t.anchor.path}:${t.anchor.fromLine}-${t.anchor.line} ${t.anchor.side} => ${c.change} v${c.to.versionText} ${c.to.n} ${c.to.fromLine}-${c.to.line}\n` + c.lines.map((l) => `   ${l.kind === "kept" ? " " : l.kind === "was" ? "-" : "+"} ${l.lineA ?? ""}/${l.lineB ?? ""} ${l.text}`).join("\n") + (c.elsewhere.length ? "\n  elsewhere\n" + c.elsewhere.map((l) => `   ${l.kind} ${l.lineA ?? ""}/${l.lineB ?? ""} ${l.text}`).join("\n") : ""));
    }
    const show = (v: number, n: number, from: number, to: number) => { const p = s.revisions[v - 1]!.patches[n - 1]!; const d = review.document(p.key, "drivers/vfio/vfio.c", "after")!.text.split("\n"); console.log(d.slice(from - 1, to).map((l, i) => `${from + i} ${l}`).join("\n")); };
    show(1, 3, 395, 445); show(2, 3, 395, 445);
  }
});
