// Trailers to patches: each patch's own, those given in answers to it, and those given to the cover letter.
import { isSamePerson, nameKey, readPerson } from "./identity.js";
import { isPersonTrailer } from "./trailers.js";
import type { CreditedTrailer, Entry } from "./types.js";

/**
 * Credits trailers, by mail index of the patch or cover letter that they are for. A reply's trailers go up its chain to
 * the first mail that is no reply (b4). Quoted trailers were never read, so they cannot count.
 */
export function creditReplies(entries: readonly Entry[]): Map<number, CreditedTrailer[]> {
  const given = new Map<number, CreditedTrailer[]>();
  const targets = new Map<number, number | null>();
  for (const [index, entry] of entries.entries()) {
    if (entry.kind !== "reply" || entry.trailers.length === 0) continue;
    const target = findTarget(entries, index, targets);
    if (target === null) continue;
    const list = given.get(target) ?? [];
    given.set(target, list);
    for (const trailer of entry.trailers) {
      list.push({ ...trailer, mail: index, origin: entries[target]?.kind === "cover" ? "cover" : "reply", mismatch: findMismatch(entry, trailer.key, trailer.value) });
    }
  }
  return given;
}

/** A patch's own trailers, then what answers gave it, then what the cover letter was given; each once. */
export function trailersOfPatch(
  entries: readonly Entry[], given: ReadonlyMap<number, readonly CreditedTrailer[]>, patch: number, duplicates: readonly number[], cover: number | null,
): CreditedTrailer[] {
  const own = (entries[patch]?.trailers ?? []).map((trailer): CreditedTrailer => ({ ...trailer, mail: patch, origin: "own", mismatch: null }));
  const fromReplies = [patch, ...duplicates].flatMap((mail) => given.get(mail) ?? []);
  const fromCover = cover === null ? [] : (given.get(cover) ?? []).map((trailer): CreditedTrailer => ({ ...trailer, origin: "cover" }));
  const seen = new Set<string>();
  const all: CreditedTrailer[] = [];
  for (const trailer of own) {
    seen.add(trailerKey(trailer));
    all.push(trailer);
  }
  // A trailer that counts takes the place of one that does not, wherever it stands.
  const answers = [...fromReplies, ...fromCover];
  for (const trailer of [...answers.filter((one) => one.mismatch === null), ...answers.filter((one) => one.mismatch !== null)]) {
    const key = trailerKey(trailer);
    if (seen.has(key)) continue;
    seen.add(key);
    all.push(trailer);
  }
  return all;
}

/** The first mail above a reply that is a patch or cover letter. What is found is kept for all on the way: threads may be long. */
function findTarget(entries: readonly Entry[], index: number, targets: Map<number, number | null>): number | null {
  const walk: number[] = [];
  let at: number | null = index;
  let target: number | null = null;
  while (at !== null && walk.length <= entries.length) {
    const kept = targets.get(at);
    if (kept !== undefined) {
      target = kept;
      break;
    }
    walk.push(at);
    const parent: number | null = entries[at]?.parent ?? null;
    const kind = parent === null ? undefined : entries[parent]?.kind;
    if (kind === "patch" || kind === "cover") {
      target = parent;
      break;
    }
    at = parent;
  }
  for (const mail of walk) targets.set(mail, target);
  return target;
}

/** Utilities speak for nobody. A page names people without addresses; then the names decide alone. */
function findMismatch(entry: Entry, key: string, value: string): "sender" | null {
  if (!isPersonTrailer(key)) return null;
  return isSamePerson(readPerson(value), entry.message.from) ? null : "sender";
}

/** Equal for the same endorsement by the same person, however it is written. */
function trailerKey(trailer: CreditedTrailer): string {
  const key = trailer.key.toLowerCase();
  if (!isPersonTrailer(trailer.key) && key !== "cc") return `${key}:${trailer.value.toLowerCase()}`;
  const person = readPerson(trailer.value);
  return `${key}:${person.email === "" ? nameKey(person.name) : person.email.toLowerCase()}`;
}
