// How each row of the Patch Series view looks: label, description, icon, tooltip, menu, what a click does. Mail text is plain text here.
import * as vscode from "vscode";
import { l10n } from "vscode";
import type { PatchView, RevisionView, ThreadView } from "../../core/review/types.js";
import { codeWord, isAboutCode } from "../comments/code-thread.js";
import { kindWord } from "../findings/words.js";
import type { Session } from "../session/session.js";
import type { CommandId } from "../command-table.js";
import { messagePath, missingUri } from "../convert.js";
import { problemPlace, problemText } from "../problems.js";
import type { PatchInSeries } from "../session/lookup.js";
import { speakers, threadsOf } from "../session/lookup.js";
import { changeText, dateText, joined, openCount, pendingCount, placeText, questionText, receivedText, shorten, statusLetter, statusWord, sureness, threadCount, threadTitle } from "../text.js";
import type { RevisionStore } from "../revisions/store.js";
import { changeTooltip, nextText, threadChangeText } from "../revisions/words.js";
import type { ThreadRuns } from "../panel/thread-runs.js";
import type { SeenMarks } from "./seen.js";
import { childrenOf, isPresent, lostThreads, parentOf, type TreeNode } from "./nodes.js";

type Node<Kind extends TreeNode["kind"]> = Extract<TreeNode, { kind: Kind }>;

/** Characters of a tooltip; a hostile mail may bring more. */
const tooltipLength = 4000;

/** What the rows say beyond the mails: what newer revisions did (left out while it is not known), and what the user has seen. */
export interface RowFacts {
  readonly revisions: RevisionStore;
  readonly seen: SeenMarks;
  readonly threadRuns: ThreadRuns;
}

export function itemOf(node: TreeNode, facts: RowFacts): vscode.TreeItem {
  const item = describe(node, facts);
  item.id = node.id;
  if (typeof item.tooltip === "string") item.tooltip = shorten(item.tooltip, tooltipLength);
  return item;
}

function describe(node: TreeNode, { revisions, seen, threadRuns }: RowFacts): vscode.TreeItem {
  switch (node.kind) {
    case "source": return sourceItem(node);
    case "series": return seriesItem(node);
    case "revision": return revisionItem(node, seen);
    case "silent": return silentItem(node);
    case "patch": return patchItem(node, revisions, seen);
    case "message": return messageItem(node);
    case "file": return fileItem(node);
    case "thread": return threadItem(node, revisions, threadRuns);
    case "unplaced": return unplacedItem(node);
    case "trailer": return trailerItem(node);
    case "problems": return problemsItem(node);
    case "problem": return problemItem(node);
    case "failed": return failedItem(node);
    default: return node satisfies never;
  }
}

function sourceItem({ session }: Node<"source">): vscode.TreeItem {
  const count = session.view.series.length;
  return row(session.source.label, {
    fold: "open", icon: session.stale ? "warning" : "mail",
    description: joined(count === 1 ? l10n.t("1 series") : l10n.t("{0} series", count), staleText(session.stale)),
    tooltip: vscode.Uri.parse(session.source.uri).toString(true), context: `source${session.stale ? " stale" : ""}`,
  });
}

function seriesItem(node: Node<"series">): vscode.TreeItem {
  const { session, series, only } = node;
  const isRoot = parentOf(node) === undefined;
  const stale = isRoot && session.stale;
  const versions = series.revisions.length;
  const [revision] = series.revisions;
  const unsent = only === null ? "" : pendingCount(session.marks.pending.of(only.patch.key).length);
  const about = only === null || revision === undefined
    ? (versions === 1 ? "" : l10n.t("{0} versions", versions))
    : joined(revision.total === 0 ? "" : `v${revision.versionText}`, dateText(revision.date), countOf(only.patch.threads.length), openText(session, only.patch.threads), unsent);
  return row(series.name, {
    fold: only?.revision.total === 0 ? "closed" : "open", icon: stale ? "warning" : only?.revision.total === 0 ? "mail" : "git-pull-request", description: joined(about, staleText(stale)),
    tooltip: [series.name, series.author, ...(isRoot ? [vscode.Uri.parse(session.source.uri).toString(true)] : [])].join("\n"),
    spoken: l10n.t("Patch series {0}", joined(series.name, about, staleText(stale))),
    context: ["series", ...(isRoot ? ["source"] : []), ...(stale ? ["stale"] : []), ...(only === null ? [] : patchContext(only)), ...(unsent === "" ? [] : ["reply"])].join(" "),
  });
}

function revisionItem({ session, series, revision }: Node<"revision">, marks: SeenMarks): vscode.TreeItem {
  const threads = threadsOf({ ...session.view, series: [{ ...series, revisions: [revision] }] });
  const open = openText(session, threads.map(({ thread }) => thread));
  const { seen, all } = marks.count(session, revision);
  const description = joined(dateText(revision.date), receivedText(revision), countOf(threads.length), open, seen === 0 ? "" : l10n.t("{0} of {1} seen", seen, all), foundText(session, revision));
  return row(`v${revision.versionText}`, {
    fold: revision === series.revisions.at(-1) ? "open" : "closed", icon: "versions", description,
    tooltip: l10n.t("Version {0} of {1}", revision.versionText, series.name), spoken: l10n.t("Version {0}", joined(revision.versionText, description)), context: "revision",
  });
}

function patchItem(node: Node<"patch">, revisions: RevisionStore, marks: SeenMarks): vscode.TreeItem {
  const { place } = node;
  const { patch, revision } = place;
  if (!isPresent(patch)) return missingItem(node);
  const isCover = patch.n === 0;
  const alone = revision.patches.filter(isPresent).length === 1;
  const worst = patch.problems.some((problem) => problem.severity !== "note");
  const later = nextText(revisions.next(node.session, place.series.key, patch.key));
  const unsent = pendingCount(node.session.marks.pending.of(patch.key).length);
  const description = joined(tagsText(patch), countOf(patch.threads.length), openText(node.session, patch.threads), unsent, later, foundInPatch(node.session, patch.key), patch.duplicates === 0 ? "" : l10n.t("sent {0} times", patch.duplicates + 1));
  const name = isCover ? l10n.t("Cover letter") : `${patch.n}/${patch.m} ${patch.title}`;
  const seen = marks.has(node.session, patch);
  const item = row(name, {
    fold: childrenOf(node).length === 0 ? "none" : !isCover && alone ? "open" : "closed",
    icon: worst ? "warning" : isCover ? "mail" : "git-commit", description,
    tooltip: [patch.title, joined(patch.author, dateText(patch.date)), ...[tagsSentence(patch)].filter((text) => text !== ""), ...patch.problems.map(problemText)].join("\n"),
    spoken: l10n.t("Patch {0}", joined(name, description, tagsSentence(patch))), context: [...patchContext(place), ...(unsent === "" ? [] : ["reply"]), seen ? "seen" : "unseen"].join(" "),
    // A row with a checkbox does not unfold when it is clicked; it opens what there is to read, and that unfolds it.
    click: isCover ? { command: "lifeline.openCommitMessage", title: l10n.t("Open Cover Letter"), node }
      : patch.files.length === 0 ? { command: "lifeline.openCommitMessage", title: l10n.t("Open Commit Message"), node }
        : { command: "lifeline.openFileDiff", title: l10n.t("Open Diff"), node },
  });
  item.checkboxState = {
    state: seen ? vscode.TreeItemCheckboxState.Checked : vscode.TreeItemCheckboxState.Unchecked, tooltip: seen ? l10n.t("Seen") : l10n.t("Not seen yet"),
    accessibilityInformation: { label: seen ? l10n.t("Seen") : l10n.t("Not seen yet") },
  };
  return item;
}

/** `R2 A1 T1`: how many people reviewed, acked and tested; "" when nobody did. */
function tagsText({ tags }: PatchView): string {
  return [["R", tags.reviewed], ["A", tags.acked], ["T", tags.tested]].filter(([, count]) => count !== 0).map(([letter, count]) => `${letter}${count}`).join(" ");
}

function tagsSentence({ tags }: PatchView): string {
  return tags.reviewed + tags.acked + tags.tested === 0 ? "" : l10n.t("{0} reviewed, {1} acked, {2} tested", tags.reviewed, tags.acked, tags.tested);
}

function silentItem({ revision }: Node<"silent">): vscode.TreeItem {
  const names = revision.silent.map(({ name, email }) => name || email);
  return row(names.length === 1 ? l10n.t("1 person has not answered") : l10n.t("{0} people have not answered", names.length), {
    fold: "none", icon: "person", description: names.join(", "), tooltip: revision.silent.map(({ name, email }) => (name === "" ? email : `${name} <${email}>`)).join("\n"), context: "silent",
  });
}

/** What is known to be wrong: `✗ use after free new in 3/5, gone in 5/5`. "" while nothing was checked or found. */
function foundText(session: Session, revision: RevisionView): string {
  const told: string[] = [];
  const patches = revision.patches.filter(isPresent);
  for (const patch of patches) {
    for (const finding of session.findings(patch.key) ?? []) {
      if (finding.change !== "new") continue;
      const gone = patches.find((later) => later.n > patch.n && session.findings(later.key)?.some((one) => one.change === "fixed" && one.kind === finding.kind && one.function === finding.function && one.object === finding.object));
      const text = gone === undefined ? l10n.t("✗ {0} new in {1}", kindWord(finding.kind), `${patch.n}/${patch.m}`)
        : l10n.t("✗ {0} new in {1}, gone in {2}", kindWord(finding.kind), `${patch.n}/${patch.m}`, `${gone.n}/${gone.m}`);
      if (!told.includes(text)) told.push(text);
    }
  }
  return joined(...told);
}

/** The same in short for one patch. */
function foundInPatch(session: Session, patchKey: string): string {
  const found = session.findings(patchKey) ?? [];
  const word = (wanted: "new" | "fixed", sign: string): string => [...new Set(found.filter(({ change }) => change === wanted).map(({ kind }) => `${sign} ${kindWord(kind)}`))].join(", ");
  return joined(word("new", "✗"), word("fixed", "✓"));
}

function missingItem(node: Node<"patch">): vscode.TreeItem {
  const { patch } = node.place;
  const item = row(l10n.t("{0}/{1} not in this mailbox", patch.n, patch.m), {
    fold: "none", icon: "circle-slash", color: "disabledForeground", context: "missing", tooltip: l10n.t("The mail with this patch is not in the file."),
  });
  item.resourceUri = missingUri(node.id);
  return item;
}

function messageItem(node: Node<"message">): vscode.TreeItem {
  const { patch, revision } = node.place;
  return row(patch.n > 0 ? l10n.t("Commit message") : revision.total > 0 ? l10n.t("Cover letter") : l10n.t("Message"), {
    fold: "none", icon: "note", description: joined(patch.author, dateText(patch.date)), tooltip: patch.title,
    context: patchContext(node.place).filter((word) => word !== "changes").join(" "),
    click: { command: "lifeline.openCommitMessage", title: l10n.t("Open Commit Message"), node },
  });
}

function fileItem(node: Node<"file">): vscode.TreeItem {
  const { file } = node;
  const slash = file.path.lastIndexOf("/");
  const folder = slash < 0 ? "" : file.path.slice(0, slash);
  const from = file.status === "renamed" || file.status === "copied" ? l10n.t("from {0}", file.pathA ?? "") : "";
  const [icon, color] = fileIcons[file.status];
  return row(file.path.slice(slash + 1), {
    fold: "none", icon, color, description: joined(`${statusLetter(file.status)} ${changeText(file)}`, folder),
    tooltip: joined(file.path, from, statusWord(file.status), changeText(file)),
    spoken: l10n.t("File {0}", [file.path, statusWord(file.status), changeText(file)].join(", ")), context: "file",
    click: { command: "lifeline.openFileDiff", title: l10n.t("Open Diff"), node },
  });
}

function threadItem(node: Node<"thread">, revisions: RevisionStore, threadRuns: ThreadRuns): vscode.TreeItem {
  const { thread, place } = node;
  const who = speakers(thread).join(" → ");
  const file = thread.anchor.path === messagePath || place.patch.files.length < 2 ? "" : thread.anchor.path.slice(thread.anchor.path.lastIndexOf("/") + 1);
  const change = revisions.thread(node.session, place.series.key, thread);
  const where = joined(file, placeText(thread, place.patch), threadChangeText(change));
  const lost = thread.anchor.quality === "lost";
  const state = node.session.marks.settled.stateOf(thread);
  const question = questionText(thread, state);
  const unsent = pendingCount(node.session.marks.pending.inThread(thread).length);
  const text = thread.comments.map((comment) => `${comment.author}: ${comment.text}`).join("\n\n");
  const verdict = threadRuns.verdict(node.session, thread);
  const item = row(threadTitle(thread), {
    fold: "none", icon: lost ? "question" : state === "settled" ? "pass" : state === "open" ? "comment-unresolved" : "comment-discussion", description: joined(verdict, who, where, question, unsent),
    tooltip: [joined(verdict, question, sureness(thread)), text].filter((part) => part !== "").join("\n\n"),
    spoken: l10n.t("Thread {0}", [threadTitle(thread), verdict, who, where, question, unsent, sureness(thread)].filter((part) => part !== "").join(", ")),
    context: ["thread", ...(thread.comments.some((comment) => comment.messageId !== null) ? ["mail"] : []), ...(change === undefined || change.to.patchKey === null ? [] : ["newer"]), ...(isAboutCode(thread) ? [codeWord] : []), state].join(" "),
    click: { command: "lifeline.openThread", title: l10n.t("Show Thread on Its Lines"), node },
  });
  if (change?.change === "changed") item.tooltip = changeTooltip(shorten(text, tooltipLength), change);
  return item;
}

/** Threads whose quote is nowhere in what they answer: listed, never put on a line. */
function unplacedItem({ place }: Node<"unplaced">): vscode.TreeItem {
  const count = lostThreads(place.patch).length;
  return row(l10n.t("Not placed"), {
    fold: "closed", icon: "question", description: threadCount(count), context: "unplaced",
    tooltip: l10n.t("What these comments quote is not in the patch, so they stand on no line."),
  });
}

function trailerItem({ trailer }: Node<"trailer">): vscode.TreeItem {
  const person = /^(.*?)\s*<([^<>]*)>\s*(.*)$/.exec(trailer.value);
  const [, name = "", address = "", rest = ""] = person ?? [];
  const given = trailer.origin === "own" ? "" : trailer.origin === "cover" ? l10n.t("given for the whole series") : l10n.t("given in a reply");
  const warning = trailer.mismatch === null ? "" : l10n.t("does not count: sent by {0}", trailer.sender);
  return row(`${trailer.key}: ${name === "" ? trailer.value : name}`, {
    fold: "none", icon: trailer.mismatch !== null ? "warning" : trailer.origin === "own" ? "check" : "verified",
    description: joined(name === "" ? "" : address, rest, warning), tooltip: joined(`${trailer.key}: ${trailer.value}`, given, warning), context: "trailer",
  });
}

function problemsItem({ session }: Node<"problems">): vscode.TreeItem {
  const { problems } = session.view;
  return row(problems.length === 1 ? l10n.t("1 problem in this file") : l10n.t("{0} problems in this file", problems.length), {
    fold: "closed", icon: problems.some((problem) => problem.severity !== "note") ? "warning" : "info", context: "problems",
    tooltip: problems.slice(0, 20).map((problem) => joined(problemText(problem), problemPlace(problem))).join("\n"),
  });
}

function problemItem({ problem }: Node<"problem">): vscode.TreeItem {
  const icon = problem.severity === "error" ? "error" : problem.severity === "warning" ? "warning" : "info";
  return row(problemText(problem), {
    fold: "none", icon, description: problemPlace(problem), context: "problem", tooltip: joined(problemText(problem), problemPlace(problem)),
  });
}

function failedItem({ failed }: Node<"failed">): vscode.TreeItem {
  return row(failed.source.label, {
    fold: "none", icon: "error", description: failed.error.message, tooltip: failed.error.message, context: "failed source stale",
    spoken: l10n.t("{0} could not be opened again: {1}", failed.source.label, failed.error.message),
  });
}

const fileIcons = {
  added: ["diff-added", "gitDecoration.addedResourceForeground"],
  deleted: ["diff-removed", "gitDecoration.deletedResourceForeground"],
  modified: ["diff-modified", "gitDecoration.modifiedResourceForeground"],
  renamed: ["diff-renamed", "gitDecoration.renamedResourceForeground"],
  copied: ["diff-renamed", "gitDecoration.addedResourceForeground"],
} as const;

/** Words that the menus of `contributions.ts` look for. */
function patchContext({ patch }: PatchInSeries): string[] {
  return [patch.n === 0 ? "cover" : "patch", "text", ...(patch.files.length > 0 ? ["changes"] : []), ...(patch.messageId === null ? [] : ["mail"])];
}

/** How many questions wait; "" where nobody asks anything. */
function openText(session: Session, threads: readonly ThreadView[]): string {
  const asked = threads.filter((thread) => thread.question.asks);
  return openCount(asked.filter((thread) => session.marks.settled.stateOf(thread) === "open").length, asked.length);
}

function countOf(threads: number): string {
  return threads === 0 ? "" : threadCount(threads);
}

function staleText(stale: boolean): string {
  return stale ? l10n.t("changed on disk") : "";
}

interface Look {
  readonly fold: "open" | "closed" | "none";
  readonly icon: string;
  readonly color?: string;
  readonly description?: string;
  readonly tooltip: string;
  readonly context: string;
  /** What a screen reader says; absent: label and description. */
  readonly spoken?: string;
  readonly click?: { readonly command: CommandId; readonly title: string; readonly node: TreeNode };
}

function row(label: string, look: Look): vscode.TreeItem {
  const folds = { open: vscode.TreeItemCollapsibleState.Expanded, closed: vscode.TreeItemCollapsibleState.Collapsed, none: vscode.TreeItemCollapsibleState.None };
  const item = new vscode.TreeItem(shorten(label, 300), folds[look.fold]);
  item.iconPath = new vscode.ThemeIcon(look.icon, look.color === undefined ? undefined : new vscode.ThemeColor(look.color));
  if (look.description !== undefined && look.description !== "") item.description = look.description;
  item.tooltip = look.tooltip;
  item.contextValue = look.context;
  item.accessibilityInformation = { label: look.spoken ?? joined(label, look.description ?? "") };
  if (look.click !== undefined) item.command = { command: look.click.command, title: look.click.title, arguments: [look.click.node] };
  return item;
}
