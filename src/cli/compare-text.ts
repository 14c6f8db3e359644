// Compared revisions as text: a line for each pair, as git range-diff prints it, with version and number where git has commit ids.
import type { PatchChange } from "../core/patch/range-diff.js";
import type { RevisionPair } from "../core/review/revisions.js";
import type { RevisionView } from "../core/review/types.js";

/** `withDiff` adds what changed in each pair, indented by four blanks. */
export function compareText(compared: readonly { readonly name: string; readonly pairs: readonly RevisionPair[] }[], withDiff: boolean): string {
  return compared.map(({ name, pairs }) => (pairs.length === 0 ? `${name}\n\n  one revision only\n` : `${name}\n${pairs.map((pair) => pairText(pair, withDiff)).join("")}`)).join("\n");
}

const signs: Record<PatchChange, string> = { same: "=", message: "!", whitespace: "!", changed: "!", new: ">", dropped: "<" };
const words: Record<PatchChange, string> = { same: "", message: "message only", whitespace: "whitespace only", changed: "", new: "", dropped: "" };

function pairText({ before, after, rows }: RevisionPair, withDiff: boolean): string {
  const left = rows.map((row) => nameOf(before, row.before));
  const right = rows.map((row) => nameOf(after, row.after));
  const widths = [left, right].map((names) => Math.max(0, ...names.map((name) => name.length)));
  const partial = [before, after].filter(({ complete }) => !complete).map(({ versionText }) => `v${versionText}`);
  const lines = rows.map((row, at) => {
    const notes = [words[row.change], row.moved ? "moved" : ""].filter((note) => note !== "").join(", ");
    const head = `${(left[at] ?? "").padEnd(widths[0] ?? 0)} ${signs[row.change]} ${(right[at] ?? "").padEnd(widths[1] ?? 0)} ${row.title}${notes === "" ? "" : ` (${notes})`}`;
    const diff = withDiff && row.inner !== "" ? row.inner.replace(/\n$/, "").split("\n").map((line) => `\n    ${line}`).join("") : "";
    return `${head.trimEnd()}${diff}\n`;
  });
  const note = partial.length === 0 ? "" : `, mails of ${partial.join(" and ")} are missing`;
  return `\nv${before.versionText}..v${after.versionText}${note}\n${lines.join("")}`;
}

function nameOf(revision: RevisionView, n: number | null): string {
  return n === null ? "-" : `v${revision.versionText} ${n}/${revision.total}`;
}
