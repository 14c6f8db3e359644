// What is known at one point of one path through a function: values, objects, holds and locks.
import type { Span } from "../../c/ast.js";
import type { StepNote } from "./types.js";
import type { ApiRow } from "../api.js";

/**
 * What a value can be, as bits: zero (NULL, false, success), below zero (an ERR_PTR is such a number) or anything else.
 * The id of a value is a text that says where it came from; the same id is the same value.
 */
export const ZERO = 1;
export const NEGATIVE = 2;
export const VALID = 4;
/** Where an object is kept of which nothing more can be told. */
export const IN_ARRAY = "[]";
/** What a call was given begins so, in what its step is about; the roots of its arguments follow, with blanks between them. */
export const GIVEN = "given ";
/** What a step is about that goes round a loop, or not. */
export const LOOP = "loop";
export const ANY = ZERO | NEGATIVE | VALID;

/** One thing that happened on a path, and what happened before it. */
export interface Trail {
  readonly note: StepNote;
  readonly span: Span;
  /** The object that it happened to; "" for a decision. */
  readonly about: string;
  readonly before: Trail | null;
}

export interface Held {
  readonly row: ApiRow;
  readonly span: Span;
  /** The expression that named it. */
  readonly label: string;
  /** It is held only where this value is one of these bits; null when it is held in any case. */
  readonly only: { readonly value: string; readonly bits: number } | null;
  /** True for an object that this function made and that others know by now: they may give it back. */
  readonly known?: boolean;
}

/** An object that this path did something to. */
export interface Subject {
  /** How the function came to own it; null when it does not. */
  readonly owned: Held | null;
  /** It was stored, passed on or returned: others answer for it now. */
  readonly escaped: boolean;
  /** The object of ours in which a pointer to it is kept; "" when there is none. */
  readonly parkedIn: string;
  /** One more reference was taken on this path, which may be in other hands by now. */
  readonly shared: boolean;
  /** Where its memory, or the only reference to it, was given up. */
  readonly gone: { readonly span: Span; readonly call: string; readonly label: string; readonly frees: boolean } | null;
  /** Lists and other structures that hold it, by the member: where it was put there, and the object that the list belongs to. */
  readonly listed: ReadonlyMap<string, { readonly span: Span; readonly holder: string; readonly only: Held["only"]; readonly isId: boolean }>;
  /** Embedded counts and objects that were started, by the member. */
  readonly started: ReadonlyMap<string, { readonly row: ApiRow; readonly span: Span; readonly only: Held["only"] }>;
}

const NOTHING: Subject = { owned: null, escaped: false, parkedIn: "", shared: false, gone: null, listed: new Map(), started: new Map() };

export class State {
  private constructor(
    /** What a place holds; places are variables, and members behind a value: `p:group;->users`. */
    readonly env: Map<string, string>,
    readonly bits: Map<string, number>,
    readonly subjects: Map<string, Subject>,
    /** Resources of objects that are not ours: a reference of an argument, a clock that was switched on. */
    readonly holds: Map<string, Held>,
    readonly locks: Map<string, { readonly span: Span; readonly family: string; readonly only: Held["only"] }>,
    readonly visits: Map<number, number>,
    public trail: Trail | null,
    public returned: string | null,
    /** False after code that is not shown: locks may have been taken or given back there. */
    public locksKnown: boolean,
    /** True once a lock was given back that this function had not taken. */
    public gaveForeignLock: boolean,
  ) {}

  static start(): State {
    return new State(new Map(), new Map(), new Map(), new Map(), new Map(), new Map(), null, null, true, false);
  }

  copy(): State {
    return new State(new Map(this.env), new Map(this.bits), new Map(this.subjects), new Map(this.holds), new Map(this.locks), new Map(this.visits), this.trail, this.returned, this.locksKnown, this.gaveForeignLock);
  }

  /** Forgets everything: code that is not shown may have done anything. */
  forget(): void {
    this.env.clear();
    this.bits.clear();
    this.subjects.clear();
    this.holds.clear();
    this.locks.clear();
    this.locksKnown = false;
  }

  /** Another round of a loop: what memory leads to (`head->next`) may be another object by now, an entry of an array only with another index. */
  startRound(): void {
    for (const [id, subject] of [...this.subjects]) {
      if (subject.gone !== null && id.includes("l:") && (!id.includes("[") || /\[[^\]]*->|[.>](next|prev|first|last|rb_\w+);/.test(id))) this.subjects.delete(id);
    }
    for (const id of [...this.bits.keys()]) if (id.startsWith("c:")) this.bits.delete(id);
  }

  /** What lies at the address was overwritten as a whole. */
  forgetMembers(address: string): void {
    const place = address.startsWith("&") ? address.slice(1) : `${address}->`;
    const isInside = (key: string): boolean => key.startsWith(place) && (place.endsWith(">") || /^[.[]/.test(key.slice(place.length)));
    for (const key of [...this.env.keys()]) if (isInside(key)) this.env.delete(key);
    for (const [id, { gone }] of [...this.subjects]) if (gone !== null && id.startsWith("l:") && isInside(id.slice(2))) this.subjects.delete(id);
  }

  /** Drops what is known of values that nothing leads to any more. */
  prune(): void {
    const live = new Set([...this.env.values(), ...this.subjects.keys()]);
    for (const value of [...live]) for (const made of value.match(/s:\d+\.\d+;/g) ?? []) live.add(made);
    for (const key of this.holds.keys()) live.add(key.slice(key.indexOf(" ") + 1));
    for (const { only } of [...this.holds.values(), ...this.locks.values()]) if (only !== null) live.add(only.value);
    for (const { owned, started, listed } of this.subjects.values()) for (const one of [owned, ...started.values(), ...listed.values()]) {
        const only = one?.only ?? null;
        if (only !== null) live.add(only.value);
      }
    if (this.returned !== null) live.add(this.returned);
    for (const id of [...this.bits.keys()]) {
      if (live.has(id)) continue;
      const made = id.match(/s:\d+\.\d+;/g) ?? [];
      if (made.some((one) => !live.has(one))) this.bits.delete(id);
    }
  }

  /** How much a copy costs. */
  get size(): number {
    return this.env.size + this.bits.size + this.subjects.size + this.holds.size;
  }

  bitsOf(value: string): number {
    return this.bits.get(value) ?? (value.startsWith("&") ? VALID : ANY);
  }

  /** Keeps only some of what the value can be. False when nothing is left: the path cannot be taken. */
  narrow(value: string, bits: number): boolean {
    const left = this.bitsOf(value) & bits;
    this.bits.set(value, left);
    return left !== 0;
  }

  subject(id: string): Subject {
    return this.subjects.get(id) ?? NOTHING;
  }

  change(id: string, change: Partial<Subject>): void {
    this.subjects.set(id, { ...this.subject(id), ...change });
  }

  note(note: StepNote, span: Span, about: string): void {
    this.trail = { note, span, about, before: this.trail };
  }

  /** True when the hold is there for sure. */
  isHeld(only: Held["only"]): boolean {
    return only === null || (this.bitsOf(only.value) & ~only.bits) === 0;
  }

  /** True when the hold may be there. */
  mayBeHeld(only: Held["only"]): boolean {
    return only === null || (this.bitsOf(only.value) & only.bits) !== 0;
  }

  /**
   * Others may know the object from here on, and what is kept in it. `keepsHolds`: they do not give back by themselves what this function
   * took; what it had made is held on for them then.
   */
  escape(value: string, keepsHolds = false): void {
    // What is reckoned from an address leads there; what compares one does not.
    if (value.startsWith("b:")) {
      const isComparison = /[=!<>]=|[<>]|&&|\|\|/.test(value.replace(/->|<<|>>/g, ""));
      if (!isComparison) for (const id of value.match(/[sp]:[\w.]+;/g) ?? []) if (id.startsWith("p:") || this.subjects.has(id)) this.escape(id);
      return;
    }
    // A member that nobody has written is an array inside the object: its address was handed on.
    const inside = /^l:(s:\d+\.\d+;)->/.exec(value)?.[1];
    if (inside !== undefined && this.subjects.get(inside)?.escaped === false) this.escape(inside, keepsHolds);
    const root = rootOf(value);
    if (!keepsHolds) for (const key of [...this.holds.keys()]) if (key.includes(root)) this.holds.delete(key);
    const known = this.subjects.get(root);
    if (known?.escaped === true) return;
    this.subjects.set(root, { ...(known ?? NOTHING), escaped: true });
    if (keepsHolds && known !== undefined && known.owned !== null && known.gone === null && !known.owned.row.managed) this.holds.set(`${known.owned.row.kind} ${root}`, { ...known.owned, known: true });
    this.handOnContents(root);
  }

  /** Code that is not shown may have given back what others know, or anything. */
  loseHolds(all: boolean): void {
    for (const [key, held] of [...this.holds]) if (all || held.known === true) this.holds.delete(key);
  }

  /** Others have everything from here on. */
  forgetHolds(): void {
    this.holds.clear();
    for (const [id, { owned, gone }] of [...this.subjects]) if (owned !== null && gone === null) this.change(id, { escaped: true });
  }

  /** What is kept in an object goes the way of the object. */
  handOnContents(root: string): void {
    for (const [id, subject] of [...this.subjects]) if (subject.parkedIn === root) this.escape(id);
  }

  /** A place of creation is run again (a loop): what was known of the value before does not hold for the new one. */
  renew(id: string): void {
    if (!this.bits.has(id) && !this.subjects.has(id)) return;
    this.settle(id);
    for (const map of [this.env, this.bits, this.subjects, this.holds] as const) for (const key of [...map.keys()]) if (key.includes(id)) map.delete(key);
    for (const [key, value] of [...this.env]) {
      if (!value.includes(id)) continue;
      this.env.delete(key);
      this.subjects.delete(`l:${key};`);
    }
  }

  /** What is held depending on a value that is about to be forgotten is held, or not, or is left to others. */
  private settle(id: string): void {
    settleAll(this, this.locks, id);
    settleAll(this, this.holds, id);
    for (const [about, { owned, listed, started }] of this.subjects) {
      if (owned?.only?.value === id) this.change(about, this.isHeld(owned.only) ? { owned: { ...owned, only: null } } : this.mayBeHeld(owned.only) ? { escaped: true } : { owned: null });
      for (const [kept, map] of [["listed", listed], ["started", started]] as const) {
        if ([...map.values()].some(({ only }) => only?.value === id)) this.change(about, { [kept]: new Map([...map].filter(([, { only }]) => only?.value !== id || this.isHeld(only)).map(([member, one]) => [member, one.only?.value === id ? { ...one, only: null } : one])) });
      }
    }
  }

  /** Equal for states that behave the same from here on. */
  key(): string {
    const list = (map: ReadonlyMap<string, unknown>, show: (value: never) => string): string =>
      [...map].map(([key, value]) => `${key}=${show(value as never)}`).sort().join("|");
    return [
      list(this.env, (value: string) => value), list(this.bits, (value: number) => String(value)),
      list(this.subjects, (one: Subject) => `${one.owned?.span.from ?? ""},${one.escaped ? 1 : 0},${one.parkedIn},${one.gone?.span.from ?? ""},${[...one.listed.keys()].join("+")},${[...one.started.keys()].join("+")}`),
      list(this.holds, (one: Held) => String(one.span.from)), list(this.locks, (one: { span: Span }) => String(one.span.from)), this.locksKnown ? "" : "?",
    ].join("\n");
  }
}

function settleAll<T extends Pick<Held, "only">>(state: State, all: Map<string, T>, id: string): void {
  for (const [key, one] of [...all]) {
    if (one.only?.value !== id) continue;
    if (state.isHeld(one.only)) all.set(key, { ...one, only: null });
    else all.delete(key);
  }
}

/** The object that a value points into: `&p:group;->dev` is inside `p:group;`. */
export function rootOf(value: string): string {
  if (!value.startsWith("&")) return value;
  const place = value.slice(1);
  const arrow = place.lastIndexOf("->");
  return arrow >= 0 ? rootOf(place.slice(0, arrow)) : `&${place.replace(/[.[].*$/s, "")}`;
}

/** The member that a value is the address of, from its root; "" for the object itself. */
export function memberOf(value: string): string {
  if (!value.startsWith("&")) return "";
  const place = value.slice(1);
  const arrow = place.lastIndexOf("->");
  return arrow >= 0 ? place.slice(arrow + 2) : (/[.[](.*)$/s.exec(place)?.[1] ?? "");
}
