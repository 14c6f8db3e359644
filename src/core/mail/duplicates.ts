// The same mail from several lists: one copy is kept, the one that was changed least on its way.
import type { Problem } from "../problem.js";
import { moveMessage } from "./message.js";
import type { Message } from "./types.js";

/**
 * Drops copies of a mail: same id, same sender, and the same text but for what list software adds at the end.
 * Two different mails under one id (it happens, by mistake or by intent) are both kept. `index` is counted anew;
 * `places[old]` is the new index of each message, for a dropped one that of the copy that stands for it.
 */
export function dropDuplicates(messages: readonly Message[]): { messages: Message[]; places: number[]; problems: Problem[] } {
  const byId = new Map<string, Message[]>();
  const replaced = new Map<Message, Message>();
  const twins = new Map<Message, Message>();
  const problems: Problem[] = [];
  for (const message of messages) {
    if (message.id === null) continue;
    const same = byId.get(message.id) ?? [];
    byId.set(message.id, same);
    const twin = same.find((other) => isCopy(other, message));
    if (twin === undefined) {
      same.push(message);
      if (same.length > 1) problems.push({ kind: "reused-id", severity: "warning", messageId: message.id, from: message.startByte, to: message.endByte });
      continue;
    }
    twins.set(message, twin);
    problems.push({ kind: "duplicate-message", severity: "note", messageId: message.id, from: message.startByte, to: message.endByte });
    if (listRank(message.listId) < listRank((replaced.get(twin) ?? twin).listId)) replaced.set(twin, message);
  }
  const kept = messages.filter((message) => !twins.has(message));
  const newIndex = new Map(kept.map((message, index) => [message, index]));
  const places = messages.map((message) => newIndex.get(twins.get(message) ?? message) ?? 0);
  const renumbered = kept.map((message, index): Message => {
    const best = replaced.get(message) ?? message;
    const parent = best.guessedParent === undefined ? undefined : places[best.guessedParent];
    if (best.index === index && parent === best.guessedParent) return best;
    return moveMessage(best, index, parent);
  });
  return { messages: renumbered, places, problems };
}

/** Order of trust, as liblore has it: Mailman lists change From and add footers, these do not. */
function listRank(listId: string | null): number {
  if (listId === null) return 3;
  if (listId.endsWith(".feeds.kernel.org")) return 0;
  if (listId.endsWith(".linux.dev")) return 1;
  if (listId.endsWith(".kernel.org")) return 2;
  return 4;
}

function isCopy(first: Message, second: Message): boolean {
  const one = first.text.trimEnd();
  const two = second.text.trimEnd();
  return one === two || (one !== "" && two.startsWith(one)) || (two !== "" && one.startsWith(two));
}
