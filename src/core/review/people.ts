// Who was asked and who has answered: the people in To and Cc of a posting, its replies, and the tags that they gave.
import type { Address } from "../mail/types.js";
import { isSamePerson } from "../series/identity.js";
import type { CreditedTrailer, Entry, Revision } from "../series/types.js";
import type { TagCounts } from "./types.js";

/** People of one posting that are listed; treewide series name hundreds. */
const MAX_PEOPLE = 200;

/** The people whom a revision was sent to by To or Cc and who have not said anything on it, in the order of its headers. */
export function silentPeople(entries: readonly Entry[], revision: Revision): Address[] {
  const posted = new Set([revision.cover, ...revision.slots.map((slot) => slot.mail)].filter((mail) => mail !== null));
  const lists = listAddresses(entries, posted);
  const authors = [...posted].flatMap((mail) => entries[mail]?.message.from ?? []);
  const speakers = answersTo(entries, posted);
  const people: Address[] = [];
  for (const mail of posted) {
    const message = entries[mail]?.message;
    for (const person of [...(message?.to ?? []), ...(message?.cc ?? [])]) {
      if (people.length >= MAX_PEOPLE) return people;
      if (person.email === "" || isList(person, lists)) continue;
      if ([...authors, ...speakers, ...people].some((other) => isSamePerson(person, other))) continue;
      people.push(person);
    }
  }
  return people;
}

/** How many people reviewed, acked and tested a patch; a person counts once for each, a trailer that does not fit its sender not at all. */
export function countTags(trailers: readonly CreditedTrailer[]): TagCounts {
  const count = (pattern: RegExp): number => trailers.filter((trailer) => trailer.mismatch === null && pattern.test(trailer.key)).length;
  return { reviewed: count(/^reviewed-by$/i), acked: count(/^acked-by$/i), tested: count(/^tested-by$/i) };
}

/** Senders of the mails that answer one of some mails, over any number of steps. */
function answersTo(entries: readonly Entry[], posted: ReadonlySet<number>): Address[] {
  const answers = new Map<number, boolean>();
  const isAnswer = (index: number): boolean => {
    const walk: number[] = [];
    let at: number | null = index;
    let found = false;
    while (at !== null && walk.length <= entries.length) {
      const known = answers.get(at);
      if (known !== undefined) {
        found = known;
        break;
      }
      walk.push(at);
      const parent: number | null = entries[at]?.parent ?? null;
      if (parent !== null && posted.has(parent)) {
        found = true;
        break;
      }
      at = parent;
    }
    for (const one of walk) answers.set(one, found);
    return found;
  };
  const people = new Map<string, Address>();
  for (const [index, entry] of entries.entries()) {
    if (entry.kind === "reply" && !posted.has(index) && isAnswer(index)) people.set(`${entry.message.from.name} ${entry.message.from.email}`, entry.message.from);
  }
  return [...people.values()];
}

/** The lists' own addresses, from List-Id: `<kvm.vger.kernel.org>` is kvm@vger.kernel.org. */
function listAddresses(entries: readonly Entry[], posted: ReadonlySet<number>): ReadonlySet<string> {
  const found = new Set<string>();
  for (const mail of posted) {
    const id = /<?([^<>\s]+)>?\s*$/.exec(entries[mail]?.message.listId ?? "")?.[1]?.toLowerCase();
    if (id?.includes(".")) found.add(id.replace(".", "@"));
  }
  return found;
}

/** A list by its id, by its host, or by the way in which lists are named where no display name speaks for a person. */
function isList({ name, email }: Address, lists: ReadonlySet<string>): boolean {
  const address = email.toLowerCase();
  const [local = "", domain = ""] = address.split("@");
  if (lists.has(address) || /^(?:vger\.kernel\.org|googlegroups\.com|lore\.kernel\.org)$|(?:^|\.)lists?\d*\./.test(domain)) return true;
  return name === "" && /^(?:linux-|lkml$|kvm|stable$|patches$)|-(?:devel|dev|list|patches|kernel)$|^list(?:s)?$/.test(local);
}
