// Whether two spellings of a person are one person.

export interface Person {
  readonly name: string;
  readonly email: string;
}

/** Reads the value of a person trailer. No address parser: quotes, commas and brackets in names break those (b4). */
export function readPerson(value: string): Person {
  const angle = /<\s*([^<>\s]+@[^<>\s]+)\s*>/.exec(value);
  if (angle !== null) return { name: value.slice(0, angle.index).trim(), email: angle[1] ?? "" };
  const bare = /[^\s<>()[\],;:"]+@[^\s<>()[\],;:"]+/.exec(value);
  if (bare !== null) return { name: value.slice(0, bare.index).replace(/[<(]\s*$/, "").trim(), email: bare[0] };
  return { name: value.replace(/\s*[([].*$/, "").trim(), email: "" };
}

/**
 * b4's rule: the addresses are equal (case aside, `+tag` removed, one level of sub-domain may differ), or the display
 * names are equal. "Last, First" and "First Last" are one name; a bracketed note is none of the name.
 */
export function isSamePerson(first: Person, second: Person): boolean {
  if (first.email !== "" && second.email !== "" && isSameAddress(first.email, second.email)) return true;
  const one = nameKey(first.name);
  return one !== "" && one === nameKey(second.name);
}

/** Case aside, without `+tag`, with at most one label of the domain more on one side. */
export function isSameAddress(first: string, second: string): boolean {
  const one = splitAddress(first);
  const two = splitAddress(second);
  if (one.local === "" || one.local !== two.local) return false;
  return one.domain === two.domain || isSubDomain(one.domain, two.domain) || isSubDomain(two.domain, one.domain);
}

/** A key equal for all spellings of one name: its words in order of the alphabet; "" for less than a word. */
export function nameKey(name: string): string {
  const words = name
    .replace(/\([^()]*\)|\[[^\]]*\]/g, " ")
    .toLowerCase()
    .normalize("NFC")
    .split(/[^\p{L}\p{N}\p{M}]+/u)
    .filter((word) => word !== "");
  return words.sort().join(" ");
}

function splitAddress(address: string): { local: string; domain: string } {
  const at = address.lastIndexOf("@");
  const local = address.slice(0, Math.max(0, at)).toLowerCase().replace(/\+.*$/, "");
  return { local, domain: address.slice(at + 1).toLowerCase() };
}

function isSubDomain(short: string, long: string): boolean {
  if (!short.includes(".") || !long.endsWith(`.${short}`)) return false;
  return !long.slice(0, -short.length - 1).includes(".");
}
