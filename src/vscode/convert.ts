// Between core's values and the editor's: the only place that makes Uri and Range, and that knows where the editor counts from zero.
import * as vscode from "vscode";
import type { Side, SourceRange } from "../core/patch/types.js";
import type { PatchView, RevisionView } from "../core/review/types.js";
import { scheme } from "./names.js";
import { shortId } from "./ids.js";

/** The path that core gives to a commit message or a cover letter. */
export const messagePath = ":message";

/** The scheme of rows without a mail. */
export const missingScheme = "lifeline-missing";

/** What one of our documents shows. */
export type DocumentPlace =
  | { readonly kind: "patch"; readonly session: string; readonly patchId: string; readonly path: string; readonly side: Side }
  /** A patch as the text that range-diff compares. */
  | { readonly kind: "patchText"; readonly session: string; readonly patchId: string }
  /** The range-diff of two patches. */
  | { readonly kind: "rangeDiff"; readonly session: string; readonly before: string; readonly after: string }
  | { readonly kind: "source"; readonly session: string; readonly mailKey: string }
  | { readonly kind: "kernel"; readonly name: string };

/** Lines from one, inclusive, as whole lines of an editor. */
export function lineRange(fromLine: number, toLine: number): vscode.Range {
  const from = Math.max(0, fromLine - 1);
  return new vscode.Range(from, 0, Math.max(from, toLine - 1), 0);
}

/** A stretch of text whose line is counted from one and whose columns from zero. */
export function textRange(range: Pick<SourceRange, "line" | "column" | "endLine" | "endColumn">): vscode.Range {
  return new vscode.Range(range.line - 1, range.column, range.endLine - 1, range.endColumn);
}

/** A line, counted from one, as a caret at its start. */
export function caretAt(line: number): vscode.Selection {
  const position = new vscode.Position(Math.max(0, line - 1), 0);
  return new vscode.Selection(position, position);
}

/** Lines from one, inclusive, as a fold that the editor may close when it opens the document. */
export function foldOf(fromLine: number, toLine: number): vscode.FoldingRange {
  return new vscode.FoldingRange(fromLine - 1, toLine - 1, vscode.FoldingRangeKind.Imports);
}

/** The text of a line, counted from one, without its line end. */
export function textOfLine(document: vscode.TextDocument, line: number): vscode.Range {
  return document.lineAt(line - 1).range;
}

/**
 * The document of a path on one side: `lifeline://after/v2 patch 5/drivers/vfio/vfio.c?<session>.<patch>`. Side and version are in the
 * parts that the editor shows; what tells two open series apart is in the query. The path is the same on both sides, unless the patch
 * renames the file. It is the same after every reload.
 */
export function documentUri(session: string, revision: RevisionView, patch: PatchView, path: string, side: Side): vscode.Uri {
  const query = `${session}.${patchIdOf(patch.key)}`;
  if (path === messagePath) return vscode.Uri.from({ scheme, authority: "message", path: `/${label(revision, patch)}/${messageName(patch)}`, query });
  return vscode.Uri.from({ scheme, authority: side, path: `/${label(revision, patch)}/${path}`, query });
}

/** A file of the kernel model or a scenario: `lifeline://kernel/model/refcount.c`. */
export function kernelUri(name: string): vscode.Uri {
  return vscode.Uri.from({ scheme, authority: "kernel", path: `/${name}` });
}

/** A patch as the text that range-diff compares: `lifeline://text/as a patch/v2 5 of 5.patch?<session>.<patch>`. */
export function patchTextUri(session: string, revision: RevisionView, patch: PatchView): vscode.Uri {
  return vscode.Uri.from({ scheme, authority: "text", path: `/as a patch/${spelledName(revision, patch)}.patch`, query: `${session}.${patchIdOf(patch.key)}` });
}

/** The range-diff of two patches: `lifeline://range-diff/as a patch/v2 5 of 5 to v3 5 of 5.diff?<session>.<patch>.<patch>`. */
export function rangeDiffUri(session: string, before: PlaceOfPatch, after: PlaceOfPatch): vscode.Uri {
  const path = `/as a patch/${spelledName(before.revision, before.patch)} to ${spelledName(after.revision, after.patch)}.diff`;
  return vscode.Uri.from({ scheme, authority: "range-diff", path, query: `${session}.${patchIdOf(before.patch.key)}.${patchIdOf(after.patch.key)}` });
}

interface PlaceOfPatch {
  readonly revision: RevisionView;
  readonly patch: PatchView;
}

/** Stands on the row of a patch that is not in the input, so that a decoration can grey it; leads nowhere. */
export function missingUri(row: string): vscode.Uri {
  return vscode.Uri.from({ scheme: missingScheme, path: `/${row}` });
}

/** The raw text of a mail: `lifeline://source/mail source/<title>.eml?<session>.<mail>`. */
export function sourceUri(session: string, mailKey: string, title: string): vscode.Uri {
  // The title is there to be read; what tells mails apart is in the query.
  const name = title.replace(/[\p{C}/\\]+/gu, " ").trim().slice(0, 80).trim() || "mail";
  return vscode.Uri.from({ scheme, authority: "source", path: `/mail source/${name}.eml`, query: `${session}.${mailKey}` });
}

/** What a URI of ours means, or null when it is none: it may come from a restored window or from another extension. */
export function readUri(uri: vscode.Uri): DocumentPlace | null {
  if (uri.scheme !== scheme) return null;
  if (uri.authority === "kernel") return { kind: "kernel", name: uri.path.slice(1) };
  const pair = uri.authority === "range-diff" ? /^([0-9a-f]+)\.([0-9a-f]+)\.([0-9a-f]+)$/.exec(uri.query) : null;
  if (pair !== null) return { kind: "rangeDiff", session: pair[1] ?? "", before: pair[2] ?? "", after: pair[3] ?? "" };
  const ids = /^([0-9a-f]+)\.([0-9a-f]+)$/.exec(uri.query);
  const parts = /^\/[^/]+\/(.+)$/s.exec(uri.path);
  if (ids === null || parts === null) return null;
  const [, session = "", patchId = ""] = ids;
  const [, path = ""] = parts;
  if (uri.authority === "text") return { kind: "patchText", session, patchId };
  if (uri.authority === "source") return { kind: "source", session, mailKey: patchId };
  if (uri.authority === "message") return { kind: "patch", session, patchId, path: messagePath, side: "after" };
  if (uri.authority !== "before" && uri.authority !== "after") return null;
  return { kind: "patch", session, patchId, path, side: uri.authority };
}

/** A patch's key in the form that stands in a URI. */
export function patchIdOf(patchKey: string): string {
  return shortId(patchKey);
}

/** `v2 5/5`, `v2 cover`: how a patch is called in a title. */
export function patchName(revision: RevisionView, patch: PatchView): string {
  return patch.n === 0 ? `v${revision.versionText} cover` : `v${revision.versionText} ${patch.n}/${patch.m}`;
}

/** `v2`: how a revision is called in a title. */
export function revisionName(versionText: string): string {
  return `v${versionText}`;
}

/** The same without a slash, for names of documents. */
function spelledName(revision: RevisionView, patch: PatchView): string {
  return patchName(revision, patch).replace("/", " of ");
}

/** The session and patch of one of our documents, without a slash: the language of a document is chosen by this part of its path. */
function label(revision: RevisionView, patch: PatchView): string {
  const version = revision.versionText.replace(/[^0-9A-Za-z.]/g, "") || String(revision.version);
  return patch.n === 0 ? `v${version} cover` : `v${version} patch ${patch.n}`;
}

function messageName(patch: PatchView): string {
  return patch.n === 0 ? "cover letter" : "commit message";
}
