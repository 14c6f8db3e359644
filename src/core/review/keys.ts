// Keys of series, revisions, patches and threads: stable over reloads, safe in URIs.

/** Longest readable part of a key. */
const MAX_SLUG = 48;

/** Lower-case letters, digits and single dashes out of any text; "series" when nothing is left. */
export function slugOf(text: string): string {
  const slug = text.slice(0, 400).toLowerCase().replace(/[^a-z0-9]+/g, "-").slice(0, MAX_SLUG).replace(/^-+|-+$/g, "");
  return slug === "" ? "series" : slug;
}

/** A short hash (32-bit FNV-1a, eight hexadecimal digits) to tell things apart; not for safety. */
export function hashOf(text: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, "0");
}

/** Gives each key once: a key that was taken already gets `~2`, `~3` …, in the order of the calls. */
export function uniqueKeys(): (key: string) => string {
  const taken = new Map<string, number>();
  return (key) => {
    const times = (taken.get(key) ?? 0) + 1;
    taken.set(key, times);
    return times === 1 ? key : `${key}~${times}`;
  };
}
