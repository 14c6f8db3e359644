// Who answers whom: by In-Reply-To, then References from the newest; without ids by the inferred parent or the subject.
import { once } from "../mail/lazy.js";
import type { LooseEntry } from "./entries.js";

export interface Parent {
  readonly index: number | null;
  readonly guessed: boolean;
}

/** The parent of every entry. A chain never comes back to where it started. */
export function findParents(entries: readonly LooseEntry[]): Parent[] {
  const byId = new Map<string, number>();
  for (const [index, entry] of entries.entries()) {
    const id = entry.message.id;
    if (id !== null && !byId.has(id)) byId.set(id, index);
  }
  const bySubject = once(() => {
    const found = new Map<string, number>();
    for (const [index, entry] of entries.entries()) {
      const key = entry.kind === "reply" ? null : subjectKey(entry);
      if (key !== null && !found.has(key)) found.set(key, index);
    }
    return found;
  });
  return breakLoops(entries.map((entry, index) => findParent(entries.length, byId, bySubject, entry, index)));
}

const NO_PARENT: Parent = { index: null, guessed: false };

function findParent(count: number, byId: ReadonlyMap<string, number>, bySubject: () => ReadonlyMap<string, number>, entry: LooseEntry, index: number): Parent {
  const { inReplyTo, references, guessedParent: guess } = entry.message;
  const byReference = findKnown(byId, inReplyTo, 0, inReplyTo.length, index) ?? findKnown(byId, references, references.length - 1, -1, index);
  if (byReference !== null) return { index: byReference, guessed: false };
  if (guess !== undefined && guess >= 0 && guess < count && guess !== index) return { index: guess, guessed: true };
  // Some programs answer without any id; the subject still says which patch is meant.
  if (inReplyTo.length === 0 && references.length === 0 && entry.subject.reply && entry.subject.title !== "") {
    const found = bySubject().get(subjectKey(entry));
    if (found !== undefined && found !== index) return { index: found, guessed: true };
  }
  return NO_PARENT;
}

/** The first of some ids, from place `from` to before `to`, that another mail has. */
function findKnown(byId: ReadonlyMap<string, number>, ids: readonly string[], from: number, to: number, self: number): number | null {
  const step = from <= to ? 1 : -1;
  for (let at = from; at !== to; at += step) {
    const found = byId.get(ids[at] ?? "");
    if (found !== undefined && found !== self) return found;
  }
  return null;
}

/** Equal for a mail and the answers to it, whose subjects differ only in the reply word. */
function subjectKey(entry: LooseEntry): string {
  return JSON.stringify([entry.subject.title, entry.subject.n, entry.subject.version]);
}

function breakLoops(parents: readonly Parent[]): Parent[] {
  const result = [...parents];
  /** 0 not seen, 1 on the walk, 2 known to end. */
  const state = new Uint8Array(parents.length);
  for (let start = 0; start < parents.length; start += 1) {
    const walk: number[] = [];
    let at: number | null = start;
    while (at !== null && state[at] === 0) {
      state[at] = 1;
      walk.push(at);
      const next: number | null = result[at]?.index ?? null;
      if (next !== null && state[next] === 1) {
        result[at] = { index: null, guessed: false };
        break;
      }
      at = next;
    }
    for (const index of walk) state[index] = 2;
  }
  return result;
}

/** Longest chain of answers that is walked: in a hostile box every mail answers the one before it. Real threads stay below 100. */
const MAX_ANCESTORS = 500;

/** The ancestors of an entry, nearest first. */
export function ancestorsOf(parents: readonly Parent[], index: number): number[] {
  const chain: number[] = [];
  let at = parents[index]?.index ?? null;
  while (at !== null && chain.length < MAX_ANCESTORS) {
    chain.push(at);
    at = parents[at]?.index ?? null;
  }
  return chain;
}
