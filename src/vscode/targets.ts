// What a command is about: a row of the tree, a document, a comment thread, or, from the palette, what is being looked at.
import * as vscode from "vscode";
import type { FileView, ThreadView } from "../core/review/types.js";
import type { LifelineComment, LifelineThread } from "./comments/types.js";
import type { PatchTarget } from "./command-table.js";
import { messagePath, readUri } from "./convert.js";
import { findMail, mailKey } from "./documents/source.js";
import { errors } from "./errors.js";
import { defaultPatch, fileByPath, findPatch, type PatchInSeries } from "./session/lookup.js";
import type { Session } from "./session/session.js";
import type { Sessions } from "./session/sessions.js";
import type { TreeNode } from "./tree/nodes.js";

export interface Target {
  readonly session: Session;
  readonly place: PatchInSeries;
  readonly file?: FileView | undefined;
  /** `:message` where the commit message or cover letter itself is meant. */
  readonly path?: string | undefined;
  readonly thread?: ThreadView | undefined;
}

/** The patch that is meant; a UserError when nothing fits. A hidden command can be called with anything, so all is checked. */
export async function resolveTarget(sessions: Sessions, given: PatchTarget | undefined, selected: TreeNode | undefined): Promise<Target> {
  const target = (await targetOf(sessions, given)) ?? (given === undefined ? await ambientTarget(sessions, selected) : undefined);
  if (target !== undefined) return checked(target);
  throw sessions.all.length === 0 ? errors.nothingOpen() : errors.noSuchPatch();
}

/** The same where code is needed: a cover letter stands for the last patch of its revision. */
export async function resolveCode(sessions: Sessions, given: PatchTarget | undefined, selected: TreeNode | undefined): Promise<Target> {
  const target = await resolveTarget(sessions, given, selected);
  if (target.place.patch.files.length > 0) return target;
  const { series, revision } = target.place;
  const place = defaultPatch({ ...target.session.view, series: [{ ...series, revisions: [revision] }] });
  if (place === undefined || place.patch.files.length === 0) throw errors.noChanges();
  return { session: target.session, place };
}

/** The session that is meant: of a row, of a document, or the only one. */
export async function resolveSession(sessions: Sessions, given: PatchTarget | undefined, selected: TreeNode | undefined): Promise<string> {
  const node = isNode(given) ? given : given === undefined ? selected : undefined;
  if (node?.kind === "failed") return node.failed.source.id;
  const session = isNode(given) && given.kind !== "failed" ? given.session : (await targetOf(sessions, given))?.session ?? (await ambientTarget(sessions, selected))?.session;
  if (session === undefined) throw errors.nothingOpen();
  return session.id;
}

/** The mail whose id is meant: a comment's, a thread's first one's, a patch's. */
export function messageIdOf(given: PatchTarget | LifelineComment | undefined): string | null | undefined {
  if (isComment(given)) return given.messageId;
  if (isThread(given)) return firstId(given.lifeline.thread);
  if (!isNode(given)) return undefined;
  switch (given.kind) {
    case "thread": return firstId(given.thread);
    case "patch":
    case "message":
    case "file": return given.place.patch.messageId;
    case "series": return given.only?.patch.messageId;
    default: return undefined;
  }
}

/** The mail whose source is meant: of a comment, of a thread its first one, of a row or a document the patch's. */
export async function resolveMail(sessions: Sessions, given: PatchTarget | LifelineComment | undefined, selected: TreeNode | undefined): Promise<{ session: Session; mail: number }> {
  if (isComment(given)) {
    const session = sessions.get(given.session);
    if (session === undefined) throw errors.noSuchPatch();
    return { session, mail: given.mail };
  }
  const { session, place, thread } = await resolveTarget(sessions, given, selected);
  const mail = thread?.comments[0]?.mail ?? place.patch.mail;
  if (mail === null) throw errors.missingPatch(place.patch.n, place.patch.m);
  return { session, mail };
}

/** Of the row, document or thread itself; undefined when it is none of ours. */
async function targetOf(sessions: Sessions, given: PatchTarget | LifelineComment | undefined): Promise<Target | undefined> {
  if (isThread(given)) {
    const session = sessions.get(given.lifeline.session);
    return session === undefined ? undefined : { session, place: given.lifeline.place, thread: given.lifeline.thread };
  }
  if (given instanceof vscode.Uri) return uriTarget(sessions, given);
  return isNode(given) ? nodeTarget(given) : undefined;
}

function nodeTarget(node: TreeNode): Target | undefined {
  switch (node.kind) {
    case "series": {
      const place = node.only ?? defaultPatch({ ...node.session.view, series: [node.series] });
      return place === undefined ? undefined : { session: node.session, place };
    }
    case "silent":
    case "revision": {
      const place = defaultPatch({ ...node.session.view, series: [{ ...node.series, revisions: [node.revision] }] });
      return place === undefined ? undefined : { session: node.session, place };
    }
    case "file": return { session: node.session, place: node.place, file: node.file };
    case "thread": return { session: node.session, place: node.place, thread: node.thread };
    case "message": return { session: node.session, place: node.place, path: messagePath };
    case "patch":
    case "unplaced":
    case "trailer": return { session: node.session, place: node.place };
    case "source": {
      const place = defaultPatch(node.session.view);
      return place === undefined ? undefined : { session: node.session, place };
    }
    case "problem":
      return node.place === null ? undefined : { session: node.session, place: node.place };
    case "problems":
    case "failed": return undefined;
    default: return node satisfies never;
  }
}

async function uriTarget(sessions: Sessions, uri: vscode.Uri): Promise<Target | undefined> {
  const read = readUri(uri);
  if (read === null || read.kind === "kernel") return undefined;
  const session = await sessions.find(read.session);
  if (read.kind === "patchText" || read.kind === "rangeDiff") {
    const shown = session?.patchById(read.kind === "patchText" ? read.patchId : read.after);
    return session === undefined || shown === undefined ? undefined : { session, place: shown };
  }
  if (read.kind === "source") return session && sourceTarget(session, read.mailKey);
  const place = session?.patchById(read.patchId);
  return session === undefined || place === undefined ? undefined : { session, place, file: fileByPath(place.patch, read.path), path: read.path === messagePath ? messagePath : undefined };
}

/** The patch that a raw mail holds, or is an answer to. */
function sourceTarget(session: Session, key: string): Target | undefined {
  const mail = findMail(session.view, (one) => mailKey(one) === key)?.mail;
  const place = findPatch(session.view, (patch) => patch.mail === mail || patch.threads.some((thread) => thread.comments.some((comment) => comment.mail === mail)));
  return mail === undefined || place === undefined ? undefined : { session, place };
}

/** What is being looked at: the active document, else the selected row, else the only open series. */
async function ambientTarget(sessions: Sessions, selected: TreeNode | undefined): Promise<Target | undefined> {
  const active = vscode.window.activeTextEditor?.document.uri ?? activeTabUri();
  const shown = active === undefined ? undefined : await uriTarget(sessions, active);
  if (shown !== undefined) return shown;
  const row = selected === undefined ? undefined : nodeTarget(selected);
  if (row !== undefined && sessions.all.includes(row.session)) return row;
  for (const session of sessions.all) {
    const place = defaultPatch(session.view);
    if (place !== undefined) return { session, place };
  }
  return undefined;
}

function activeTabUri(): vscode.Uri | undefined {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  if (input instanceof vscode.TabInputTextDiff) return input.modified;
  return input instanceof vscode.TabInputText ? input.uri : undefined;
}

/** A row that was kept while its series was read again means the same patch in the new reading. */
function checked(target: Target): Target {
  const place = target.session.patch(target.place.patch.key);
  if (target.session.owner.disposed || place === undefined) throw errors.noSuchPatch();
  if (place.patch.mail === null) throw errors.missingPatch(place.patch.n, place.patch.m);
  return {
    session: target.session, place, path: target.path,
    file: target.file === undefined ? undefined : fileByPath(place.patch, target.file.path),
    thread: target.thread === undefined ? undefined : place.patch.threads.find((thread) => thread.key === target.thread?.key),
  };
}

function firstId(thread: ThreadView): string | null {
  return thread.comments.find((comment) => comment.messageId !== null)?.messageId ?? null;
}

function isThread(value: unknown): value is LifelineThread {
  return typeof value === "object" && value !== null && "lifeline" in value;
}

function isComment(value: unknown): value is LifelineComment {
  return typeof value === "object" && value !== null && "messageId" in value && "body" in value && "mail" in value;
}

/** Whether a command was given a row of the tree. */
export function isNode(value: unknown): value is TreeNode {
  // Rows are made in `nodes.ts` only; all but the failed ones carry their session.
  return typeof value === "object" && value !== null && "kind" in value && "id" in value && ("session" in value || "failed" in value);
}
