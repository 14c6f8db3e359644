// Parts of replies to threads: one per discussion, on the line where it began, mails in the order they were written.
import type { Entry } from "../series/types.js";
import type { PlacedPart } from "./anchors.js";
import { hashOf, uniqueKeys } from "./keys.js";
import { type Person, questionOf } from "./questions.js";
import { MESSAGE_PATH } from "./spots.js";
import type { CommentView, ThreadView } from "./types.js";

/**
 * The threads of one posting. `parts` are those whose anchors are on it; `files` gives the order of the paths, the
 * message comes first; `author` is the patch's. Trailers, markers and courtesies alone make no thread.
 */
export function threadsOf(entries: readonly Entry[], parts: readonly PlacedPart[], patchKey: string, files: readonly string[], author: Person): ThreadView[] {
  const byThread = new Map<string, PlacedPart[]>();
  for (const part of parts) {
    if (part.only === "trailers" || part.only === "marker") continue;
    const list = byThread.get(part.thread);
    if (list) list.push(part);
    else byThread.set(part.thread, [part]);
  }
  const times = new Map<number, number>();
  const rank = new Map(files.map((path, index) => [path, index + 1]));
  const order = (path: string): number => (path === MESSAGE_PATH ? 0 : (rank.get(path) ?? files.length + 1));
  const unique = uniqueKeys();
  return [...byThread.values()]
    .filter((thread) => thread.some((part) => !part.only))
    .map((thread) => [...thread].sort((one, two) => timeOf(entries, one.mail, times) - timeOf(entries, two.mail, times) || one.mail - two.mail || one.commentLine - two.commentLine))
    .sort(([one], [two]) => {
      if (!one || !two) return 0;
      const [a, b] = [one.anchor, two.anchor];
      return order(a.path) - order(b.path) || a.line - b.line || (a.side === b.side ? 0 : a.side === "before" ? -1 : 1) || one.mail - two.mail || one.commentLine - two.commentLine;
    })
    .flatMap((thread): ThreadView[] => {
      const first = thread[0];
      if (!first) return [];
      const { path, side, line } = first.anchor;
      const key = unique(hashOf([identityOf(entries[first.mail]), path, side, line, first.commentLine].join("\n")));
      const comments = thread.map((part) => commentOf(entries, part));
      return [{ key, patchKey, anchor: first.anchor, title: first.comment.split("\n")[0]?.trim() ?? "", comments, question: questionOf(comments, author) }];
    });
}

function commentOf(entries: readonly Entry[], part: PlacedPart): CommentView {
  const entry = entries[part.mail];
  return {
    mail: part.mail,
    messageId: entry?.message.id ?? null,
    author: entry?.author.name ?? "",
    email: entry?.author.email ?? "",
    date: entry?.message.date ?? null,
    text: part.comment,
    quote: part.quote,
    parentGuessed: entry?.parentGuessed ?? false,
  };
}

/** What a mail is known by over reloads: its id, else who wrote it when. */
export function identityOf(entry: Entry | undefined): string {
  return entry?.message.id ?? `${entry?.author.name ?? ""} ${entry?.message.date ?? ""} ${entry?.subject.title ?? ""}`;
}

/** When a mail was written; never before the one it answers, whatever its clock said. */
function timeOf(entries: readonly Entry[], mail: number, times: Map<number, number>): number {
  const chain: number[] = [];
  let at: number | null = mail;
  while (at !== null && !times.has(at) && chain.length <= entries.length) {
    chain.push(at);
    at = entries[at]?.parent ?? null;
  }
  let time = at === null ? Number.NEGATIVE_INFINITY : (times.get(at) ?? Number.NEGATIVE_INFINITY);
  for (const index of chain.reverse()) {
    time = Math.max(time, entries[index]?.message.date ?? Number.NEGATIVE_INFINITY);
    times.set(index, time);
  }
  return times.get(mail) ?? time;
}
