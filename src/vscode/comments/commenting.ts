// Writing comments: where one may begin, and what the buttons of the editor's comment box do.
import type * as vscode from "vscode";
import type { DocumentView } from "../../core/review/types.js";
import type { LifelinePending, LifelineThread } from "./types.js";
import type { CommandHandlers } from "../commands.js";
import { lineRange, messagePath, readUri } from "../convert.js";
import { answeredWords, type Pending } from "../draft/pending.js";
import { errors } from "../errors.js";
import type { PatchInSeries } from "../session/lookup.js";
import type { Session } from "../session/session.js";
import type { Sessions } from "../session/sessions.js";
import type { Settled } from "./settled.js";
import type { Threads } from "./threads.js";

/** Lines of a range that are remembered to find it again. */
const rememberedLines = 60;

/** Every line that a document knows, on both sides, in messages and in code; the gaps between have nothing to comment on. */
export class CommentingRanges implements vscode.CommentingRangeProvider {
  constructor(private readonly sessions: Sessions) {}

  async provideCommentingRanges(document: vscode.TextDocument): Promise<vscode.Range[]> {
    const found = await placeOf(this.sessions, document.uri);
    const view = found && (await found.session.document(found.place, found.path, found.side));
    return view === undefined || view.absent ? [] : knownRanges(view, document.lineCount);
  }
}

interface Place {
  readonly session: Session;
  readonly place: PatchInSeries;
  readonly path: string;
  readonly side: "before" | "after";
}

export interface CommentingContext {
  readonly sessions: Sessions;
  readonly threads: Threads;
  readonly pending: Pending;
  readonly settled: Settled;
}

type Handled = "lifeline.addComment" | "lifeline.editComment" | "lifeline.saveComment" | "lifeline.cancelEdit" | "lifeline.deleteComment";

export function commentHandlers({ sessions, threads, pending }: CommentingContext): Pick<CommandHandlers, Handled> {
  return {
    "lifeline.addComment": async (reply) => {
      if (reply.text.trim() === "") throw errors.emptyComment();
      if (isOurs(reply.thread)) await answer(reply.thread, reply.text, sessions, pending);
      else {
        await begin(reply, sessions, pending);
        // Ours takes its place.
        reply.thread.dispose();
      }
    },
    "lifeline.editComment": (comment) => threads.edit(comment.pendingId),
    "lifeline.saveComment": async (comment) => {
      const text = typeof comment.body === "string" ? comment.body : comment.body.value;
      if (text.trim() === "") throw errors.emptyComment();
      threads.edit(null);
      await pending.edit(comment.pendingId, text);
    },
    "lifeline.cancelEdit": () => threads.edit(null),
    "lifeline.deleteComment": (comment: LifelinePending) => pending.remove([comment.pendingId]),
  };
}

/** A comment in a discussion answers its last words. */
async function answer(made: LifelineThread, text: string, sessions: Sessions, pending: Pending): Promise<void> {
  const { session: id, place, thread } = made.lifeline;
  const session = sessions.get(id);
  const last = thread.comments.at(-1);
  if (session === undefined || last === undefined) throw errors.noSuchPatch();
  const isLost = thread.anchor.quality === "lost";
  const { side, fromLine, line } = thread.anchor;
  const path = isLost ? messagePath : thread.anchor.path;
  const lines = await linesOf({ session, place, path, side }, fromLine, line);
  await pending.add({ patchKey: place.patch.key, path, side, fromLine, line, lines, text, answers: answeredWords(last) });
}

/** A comment on lines that nobody has commented yet. */
async function begin({ thread, text }: vscode.CommentReply, sessions: Sessions, pending: Pending): Promise<void> {
  const found = await placeOf(sessions, thread.uri);
  if (found === undefined) throw errors.noCommentHere();
  const [fromLine, line] = thread.range === undefined ? [1, 1] : [thread.range.start.line + 1, thread.range.end.line + 1];
  const lines = await linesOf(found, fromLine, line);
  if (lines.length === 0) throw errors.noCommentHere();
  await pending.add({ patchKey: found.place.patch.key, path: found.path, side: found.side, fromLine, line, lines, text, answers: null });
}

async function linesOf({ session, place, path, side }: Place, fromLine: number, line: number): Promise<string[]> {
  const view = await session.document(place, path, side);
  if (view === undefined || view.absent) return [];
  return view.text.split("\n").slice(fromLine - 1, Math.min(line, fromLine - 1 + rememberedLines));
}

async function placeOf(sessions: Sessions, uri: vscode.Uri): Promise<Place | undefined> {
  const read = readUri(uri);
  if (read?.kind !== "patch") return undefined;
  const session = await sessions.find(read.session);
  const place = session?.patchById(read.patchId);
  return session === undefined || place === undefined ? undefined : { session, place, path: read.path, side: read.side };
}

/** The lines between the gaps. */
function knownRanges(view: DocumentView, lineCount: number): vscode.Range[] {
  const ranges: vscode.Range[] = [];
  let from = 1;
  for (const gap of view.gaps) {
    if (gap.from > from) ranges.push(lineRange(from, gap.from - 1));
    from = (gap.to ?? lineCount) + 1;
  }
  if (from <= lineCount) ranges.push(lineRange(from, lineCount));
  return ranges;
}

function isOurs(thread: vscode.CommentThread): thread is LifelineThread {
  return "lifeline" in thread;
}
