// What every object is at each step of a trace: whether its memory is there, and the values of its counters.
import { OBJECT_SPAN } from "./ir.js";
import { FREED, HEAP_BASE, KEPT, type Memory, type Words } from "./memory.js";
import type { Names } from "./names.js";
import type { ObjectLane, ObjectState } from "./types.js";

/** Functions of the model whose words are counters. */
const COUNTS = /^(refcount|atomic|atomic64|atomic_long)_/;
/** More lanes than fit beside each other on any screen. */
const MOST_LANES = 24;

export class Lanes {
  /** Words that counting functions have used, by address. */
  private readonly counters = new Set<number>();
  private readonly shots: Words[] = [];

  /** `memory` is used to look into words, and left as it was not. */
  constructor(private readonly memory: Memory, private readonly names: Names) {}

  /** Notes that a function has used a shared word. */
  used(address: number, inFunction: string): void {
    if (COUNTS.test(inFunction)) this.counters.add(address);
  }

  /** Keeps the memory after a step; it must not change afterwards. */
  after(words: Words): void {
    this.shots.push(words);
  }

  /** One lane for each object that counts something, is born or dies; the states of a lane are as many as the steps. */
  result(): readonly ObjectLane[] {
    const addresses = [...this.counters].sort((a, b) => a - b);
    const objects = new Map<number, number[]>();
    for (const address of addresses) {
      const object = Math.floor(address / OBJECT_SPAN);
      objects.set(object, [...(objects.get(object) ?? []), address]);
    }
    for (const object of this.mortal()) if (!objects.has(object)) objects.set(object, []);
    return [...objects].slice(0, MOST_LANES).map(([object, words]) => this.lane(object, words));
  }

  private lane(object: number, addresses: readonly number[]): ObjectLane {
    let touchedZero = false;
    const states = this.shots.map((shot): ObjectState => {
      this.memory.load(shot);
      const status = object < HEAP_BASE ? null : this.memory.object(object);
      if (object >= HEAP_BASE && status === null) return { memory: "absent", counts: addresses.map(() => "") };
      if (status !== null && (status.status & ~KEPT) === FREED) return { memory: "freed", counts: addresses.map(() => "") };
      const values = addresses.map((address) => this.read(address));
      if (values.some((value) => value === 0)) touchedZero = true;
      else if (values.every((value) => value !== null && value > 0)) touchedZero = false;
      const shown = values.map((value) => (value === null ? "" : this.names.value(value, false)));
      return { memory: touchedZero && object >= HEAP_BASE ? "dying" : "live", counts: shown };
    });
    return { object: this.names.objectName(object), counters: addresses.map((address) => this.names.place(address).field), states };
  }

  private read(address: number): number | null {
    const place = this.memory.find(address);
    return place.kind === "bad" ? null : this.memory.words[place.at] ?? 0;
  }

  /** Heap objects that are born or die between two steps. */
  private mortal(): number[] {
    const found = new Set<number>();
    let before: Map<number, boolean> | null = null;
    for (const shot of this.shots) {
      this.memory.load(shot);
      const now = new Map(this.memory.heap().map((one) => [one.id, (one.status & ~KEPT) !== FREED]));
      if (before) for (const [id, alive] of now) if (before.get(id) !== alive) found.add(id);
      before = now;
    }
    return [...found].sort((a, b) => a - b);
  }
}
