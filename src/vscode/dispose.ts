// Ownership: who frees what, and in which order.

/** Anything that holds something until it is told to let go. */
export interface Disposable {
  dispose(): unknown;
}

/** Owns things and frees them in reverse order, once. What is handed over after that is freed at once. */
export class Owner implements Disposable {
  private owned: Disposable[] | null = [];

  /** How many things are held now. */
  get size(): number {
    return this.owned?.length ?? 0;
  }

  get disposed(): boolean {
    return this.owned === null;
  }

  /** Takes `thing` over and returns it. */
  own<T extends Disposable>(thing: T): T {
    if (this.owned === null) thing.dispose();
    else this.owned.push(thing);
    return thing;
  }

  /** Frees one thing before the others; nothing happens when it is not owned here. */
  free(thing: Disposable): void {
    const place = this.owned?.indexOf(thing) ?? -1;
    if (place < 0) return;
    this.owned?.splice(place, 1);
    thing.dispose();
  }

  /** Frees all, the newest first. One that fails does not keep the others from being freed. */
  dispose(): void {
    const owned = this.owned ?? [];
    this.owned = null;
    const failures: unknown[] = [];
    for (const thing of owned.reverse()) {
      try {
        thing.dispose();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}

/** Holds one thing at a time; setting another frees the old one first. */
export class Slot<T extends Disposable> implements Disposable {
  private held: T | undefined;
  private closed = false;

  get value(): T | undefined {
    return this.held;
  }

  set value(next: T | undefined) {
    if (next === this.held) return;
    this.held?.dispose();
    this.held = next;
    if (this.closed) {
      this.held?.dispose();
      this.held = undefined;
    }
  }

  dispose(): void {
    this.closed = true;
    this.held?.dispose();
    this.held = undefined;
  }
}
