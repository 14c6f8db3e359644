// The stages of an object's life on one side, and what moves it from one to the next.
import type { CodeFunction } from "./code.js";
import type { LifeEvent, StructLife } from "./events.js";
import type { Path } from "./paths.js";
import { PathReader } from "./paths.js";

/** Where an object can be in its life, in order. "used" is beside the others: more references than the first one. */
export type Stage = "start" | "allocated" | "initialized" | "published" | "used" | "unpublished" | "freed";

export const CHAIN: readonly Stage[] = ["start", "allocated", "initialized", "published", "unpublished", "freed"];

/** One event on a transition, under the function that shows it. */
export interface StageCall {
  readonly event: LifeEvent;
  /** True for the drop of a reference that was the last one. */
  readonly isLast?: true;
  /** True for what the driver core undoes by itself when the device is unbound. */
  readonly isManaged?: true;
  /** Where the function that made the object gives it up: on error paths only, or also where nothing tells what is returned (the loser of a race returns another's object). */
  readonly givesUp?: "error" | "untold";
  /** True where the function that made the object frees it and yet tells its caller that all went well. */
  readonly afterSuccess?: true;
  /** The function from whose point of view the transition is told. */
  readonly by: CodeFunction;
}

export interface Transition {
  readonly from: Stage;
  readonly to: Stage;
  readonly calls: readonly StageCall[];
}

export interface Stages {
  readonly transitions: readonly Transition[];
  /** Whether anything was seen that makes the stage. */
  readonly present: ReadonlySet<Stage>;
  /** Where an object that only its owner uses is. */
  readonly home: Stage;
}

/** Works out the stages and transitions of a struct. Empty when the side has no lifetime call on it. */
export function stagesOf(life: StructLife): Stages {
  // What only others call is told behind what its callers here say of it.
  const isHelper = (where: CodeFunction): boolean => life.helpers.has(where.fn.name);
  const functions = [...life.code.functions.filter((where) => !isHelper(where)), ...life.code.functions.filter((where) => isHelper(where) && life.entrances.has(where.fn.name))];
  const reader = new PathReader(life);
  const ways = functions.map((where) => ({ where, paths: inOrder(reader.pathsOf(where)) })).filter(({ paths }) => paths.length > 0);
  const classes = new Set(ways.flatMap(({ paths }) => paths.flatMap(({ events }) => events.map((event) => event.class))));
  const present = new Set<Stage>();
  if (classes.has("alloc")) present.add("allocated");
  if (classes.has("initialize")) present.add("initialized");
  if (classes.has("publish") || classes.has("unpublish")) present.add("published");
  if (classes.has("unpublish")) present.add("unpublished");
  if (classes.has("free")) present.add("freed");
  const made = CHAIN.findLast((stage) => present.has(stage) && stage !== "unpublished" && stage !== "freed");
  // Where the patch does not show how the object is made, it is alive to begin with.
  const home: Stage = made ?? "initialized";
  if (made === undefined && (classes.has("get") || classes.has("put") || classes.has("free"))) present.add(home);
  if (classes.has("get")) present.add("used");
  // An object of which only what it holds is shown begins and ends with that.
  const holdsOnly = [...classes].every((kind) => kind === "hold" || kind === "drop");
  if (holdsOnly && classes.size > 0) present.add(home);
  const keepers = new Map<string, Set<string>>();
  for (const { where, paths } of ways) {
    for (const event of paths.flatMap((path) => path.events)) if (event.class === "hold") keepers.set(event.fact.resource, (keepers.get(event.fact.resource) ?? new Set<string>()).add(where.fn.name));
  }
  const unpublishesEarlier = ways.some(({ where, paths }) => !life.releases.has(where.fn.name) && paths.some(({ events }) => !events.some((event) => event.class === "alloc") && events.some((event) => event.class === "unpublish" && !event.context)));
  const walk = new Walk({ life, reader, present, home, unpublishesEarlier, holdsOnly, isMade: classes.has("alloc") || classes.has("free"), keepers, makers: new Set(ways.filter(({ paths }) => holdsOnly || paths.some(({ events }) => events.some((event) => event.class === "alloc"))).map(({ where }) => where.fn.name)) });
  const found: { where: CodeFunction; path: Path; role: Role }[] = [];
  for (const { where, paths } of ways) {
    const created = paths.some(({ events }) => events.some((event) => event.class === "alloc"));
    const making = !created ? "none" : isTemporary(life.struct, where, paths) ? "temporary" : "lasting";
    const publishes = new Set(paths.flatMap(({ events }) => events.flatMap((event) => (event.class === "publish" && !event.context ? [event.fact.resource] : []))));
    for (const path of paths) found.push({ where, path, role: { making, publishes } });
  }
  // A call that more than one function leads to is told where all goes well.
  // What stands behind a label is told first as it is come to on lines that are shown.
  const rank = (path: Path): number => (path.isJumped ? 2 : path.isError && !path.unseen ? 1 : 0);
  for (const { where, path, role } of found.sort((a, b) => rank(a.path) - rank(b.path))) walk.follow(where, path, role);
  return { transitions: walk.transitions(), present: walk.seen(present), home };
}

/** The ways of success first, and the longer ones before those that are part of them. */
function inOrder(paths: readonly Path[]): Path[] {
  const rank = (path: Path): number => (path.isError ? 2 : 0) + (path.unseen ? 1 : 0);
  return [...paths].sort((a, b) => rank(a) - rank(b) || b.events.length - a.events.length);
}

/** What the walk has to know of a whole side. */
interface SideFacts {
  readonly life: StructLife;
  readonly reader: PathReader;
  readonly present: ReadonlySet<Stage>;
  readonly home: Stage;
  /** True when another function than the one that runs with the last reference makes the object unreachable. */
  readonly unpublishesEarlier: boolean;
  /** True when nothing is seen of the object but what it holds. */
  readonly holdsOnly: boolean;
  /** True when the side shows how the memory comes or goes. */
  readonly isMade: boolean;
  /** By resource, the functions that take it for the object. */
  readonly keepers: ReadonlyMap<string, ReadonlySet<string>>;
  /** The functions that make objects. */
  readonly makers: ReadonlySet<string>;
}

/** What a function does on all of its ways together. */
interface Role {
  /** Whether it makes objects of the struct, and whether they outlive it on any of the ways. */
  readonly making: "none" | "temporary" | "lasting";
  /** The resources by which it makes objects reachable. */
  readonly publishes: ReadonlySet<string>;
}

/** True when no object that the function makes is seen outside of it: each of its ways ends the life that it began. */
function isTemporary(struct: string, where: CodeFunction, paths: readonly Path[]): boolean {
  const gives = where.fn.returns.name === struct && where.fn.returns.pointers > 0;
  return !gives && paths.every(({ events, unseen }) => {
    const kinds = new Set(events.map((event) => event.class));
    return !unseen && !kinds.has("publish") && (!kinds.has("alloc") || kinds.has("free") || kinds.has("put"));
  });
}

/** How functions that end an object are called. */
const TEARDOWN = /(^|_)(remove|disconnect|exit|shutdown|destroy|free|release|delete|cleanup|unregister|uninit|fini|detach|unbind|teardown)(_|$)/;

/** True when the same call also makes the object reachable, or ends that: what it takes is told with that step. */
function isPartOfStep(events: readonly LifeEvent[], event: LifeEvent): boolean {
  return events.some((other) => other !== event && other.fact.where === event.fact.where && other.fact.span.from === event.fact.span.from && (other.class === "publish" || other.class === "unpublish"));
}

/** Goes through functions one by one and files their events under transitions. */
class Walk {
  private readonly found = new Map<string, { from: Stage; to: Stage; calls: StageCall[] }>();
  /** The place of each call on the way at hand. */
  private order: ReadonlyMap<LifeEvent["fact"], number> = new Map();

  private readonly life: StructLife;
  private readonly present: ReadonlySet<Stage>;
  private readonly home: Stage;

  constructor(private readonly side: SideFacts) {
    ({ life: this.life, present: this.present, home: this.home } = side);
  }

  transitions(): Transition[] {
    const order = (stage: Stage): number => (stage === "used" ? 3.5 : CHAIN.indexOf(stage));
    // Those that take the object out of reach are the ones that mean to end it.
    const ending = new Set([...this.found.values()].filter((one) => one.to === "unpublished").flatMap((one) => one.calls.map((call) => call.by)));
    for (const one of this.found.values()) if (one.to === "freed") one.calls = [...one.calls.filter((call) => ending.has(call.by)), ...one.calls.filter((call) => !ending.has(call.by))];
    return [...this.found.values()].filter((one) => one.calls.length > 0).sort((a, b) => order(a.from) - order(b.from) || order(a.to) - order(b.to));
  }

  seen(present: ReadonlySet<Stage>): Set<Stage> {
    const seen = new Set(present);
    for (const { from, to, calls } of this.found.values()) if (calls.length > 0) [from, to].forEach((stage) => stage !== "start" && seen.add(stage));
    return seen;
  }

  /** Files what happens on one way through a function. */
  follow(where: CodeFunction, path: Path, { making, publishes }: Role): void {
    const { events } = path;
    const created = making !== "none";
    this.order = new Map(events.map(({ fact }, index) => [fact, index]));
    const isRelease = this.life.releases.has(where.fn.name);
    // Behind a label that no shown line leads to or runs into stands the clean-up of an error.
    const isCleanup = path.isJumped && !isRelease;
    /** What others can find on this way, by the resource. */
    const reachable = new Set<string>();
    let stage: Stage = "start";
    let wasUnpublished = false;
    /** True where a function that made the object gave it back when others could find it already. */
    let wasHandedOver = false;
    let last: LifeEvent | null = null;
    /** The transition that was filed last, and whether it ends something. */
    const latest: { edge: StageCall[] | null; isEnding: boolean } = { edge: null, isEnding: false };
    let waiting: StageCall[] = [];
    const file = (from: Stage, to: Stage, event: LifeEvent, mark: Pick<StageCall, "givesUp" | "afterSuccess"> = {}): void => {
      const target = this.edge(from, to);
      const isEnding = to === "unpublished" || to === "freed" || from === "published";
      // What is given back before a step that begins something is no part of it.
      for (const held of waiting) if (isEnding || held.event.class !== "drop") this.add(target, { ...held, ...mark });
      waiting = [];
      latest.isEnding = isEnding;
      this.add(target, { event, by: where, ...mark });
      latest.edge = target;
    };
    /** The end of an object in the function that made it: an error path, a success that is none, or the end of a use that was meant to be short. */
    const giveUp = (from: Stage, event: LifeEvent): void => {
      if (making === "lasting" && path.isSuccess && !path.unseen) file(reachable.size > 0 ? "published" : from, "freed", event, { afterSuccess: true });
      else if (making === "temporary") file(from, "freed", event);
      else file(from, "freed", event, { givesUp: !path.isError && !path.unseen && path.returns !== null ? "untold" : "error" });
    };
    for (const [index, event] of events.entries()) {
      const aborting: Stage = wasHandedOver && stage === "published" ? stage : stage === "start" ? this.before("freed") : CHAIN[Math.min(CHAIN.indexOf(stage), CHAIN.indexOf("initialized"))] ?? stage;
      switch (event.class) {
        case "alloc":
          file("start", "allocated", event);
          if (event.fact.row.managed) this.add(this.edge(this.dying(), "freed"), { event, by: where, isManaged: true });
          stage = "allocated";
          break;
        case "initialize":
          file(this.before("initialized"), "initialized", event);
          stage = "initialized";
          break;
        case "publish":
          file(this.before("published"), "published", event);
          wasHandedOver ||= event.context;
          if (event.fact.row.managed && !this.side.isMade) this.add(this.edge("published", "freed"), { event, by: where, isManaged: true });
          reachable.add(event.fact.resource);
          stage = "published";
          break;
        case "unpublish":
          reachable.delete(event.fact.resource);
          if (created || (isRelease && this.side.unpublishesEarlier)) {
            waiting.push({ event, by: where });
            break;
          }
          if (path.isError && publishes.has(event.fact.resource) && this.before("published") !== "start") {
            file("published", this.before("published"), event, { givesUp: "error" });
            break;
          }
          if (last !== null) waiting.unshift({ event: last, by: where, isLast: true });
          last = null;
          file(this.present.has("published") ? "published" : this.home, "unpublished", event);
          wasUnpublished = true;
          break;
        case "get":
          if (!event.context) this.add(this.edge(this.home, "used"), { event, by: where });
          break;
        case "put": {
          if (event.context) break;
          const owner = this.isOwner(event);
          if (created && owner) {
            giveUp(this.existing(aborting), event);
            break;
          }
          if (created) break;
          if (owner && isCleanup && !wasUnpublished) {
            file(this.first(), "freed", event, { givesUp: "error" });
            break;
          }
          if (owner && (wasUnpublished || isRelease)) {
            file("unpublished", "freed", event);
            break;
          }
          const ends = owner || (event.isLast ?? this.endsLife(events, index));
          if (this.present.has("used") || !ends) this.add(this.edge("used", this.home), { event, by: where });
          if (owner && this.releaseUnpublishes(event)) this.add(this.edge(this.present.has("published") ? "published" : this.home, "unpublished"), { event, by: where, isLast: true });
          else if (owner) file(this.dying(), "freed", event);
          else if (ends) last = event;
          break;
        }
        case "free":
          if (last !== null) waiting.unshift({ event: last, by: where, isLast: true });
          last = null;
          if (created) giveUp(this.existing(aborting), event);
          else if (isCleanup && !wasUnpublished) file(this.first(), "freed", event, { givesUp: "error" });
          else file(wasUnpublished ? "unpublished" : this.dying(), "freed", event);
          break;
        case "hold":
          if (latest.edge !== null && !isPartOfStep(events, event)) this.add(latest.edge, { event, by: where });
          else waiting.push({ event, by: where });
          break;
        case "drop": {
          // What a function only borrows tells nothing of the object's life.
          const taken = waiting.findIndex((one) => one.event.class === "hold" && one.event.fact.resource === event.fact.resource);
          if (taken >= 0 && !this.side.holdsOnly) waiting.splice(taken, 1);
          else waiting.push({ event, by: where });
          break;
        }
      }
    }
    if (this.side.holdsOnly || (this.side.makers.size === 0 && latest.edge === null && events.every((event) => event.class === "hold" || event.class === "drop"))) this.followHeld(waiting, path);
    else if (latest.edge === null && !created && !path.isError) for (const held of waiting) if (this.isTornDown(held)) this.add(this.edge(this.dying(), "freed"), held);
    const rest = latest.edge;
    if (rest !== null && !created && latest.isEnding && rest.some((call) => call.by === where)) for (const held of waiting) this.add(rest, held);
  }

  /** Files what an object takes and gives back where nothing is known of how it is made. */
  private followHeld(waiting: readonly StageCall[], path: Path): void {
    const taken = new Set(waiting.flatMap(({ event }) => (event.class === "hold" ? [event.fact.resource] : [])));
    for (const held of waiting) {
      const { event } = held;
      if (event.class === "hold" && !path.isError) {
        this.add(this.edge("start", this.first()), held);
        if (event.fact.row.managed) this.add(this.edge(this.home, "freed"), { ...held, isManaged: true });
      } else if (event.class === "drop" && path.isError) {
        this.add(this.edge(this.first(), "freed"), { ...held, givesUp: "error" });
      } else if (event.class === "drop" && !taken.has(event.fact.resource) && (this.side.holdsOnly || this.isTornDown(held))) {
        this.add(this.edge(this.dying(), "freed"), held);
      }
    }
  }

  /** True when a function gives back what the object had from its beginning, and not only for a while. */
  private isTornDown({ event, by }: StageCall): boolean {
    const keepers = [...(this.side.keepers.get(event.fact.resource) ?? [])];
    // Where nothing is shown that makes the object, the name of the function is what tells.
    if (this.side.makers.size === 0) return event.class === "drop" && TEARDOWN.test(by.fn.name);
    const isKept = keepers.some((name) => this.side.makers.has(name));
    return isKept && event.class === "drop" && (keepers.every((name) => this.side.makers.has(name)) || TEARDOWN.test(by.fn.name));
  }

  private edge(from: Stage, to: Stage): StageCall[] {
    const key = `${from} ${to}`;
    let entry = this.found.get(key);
    if (entry === undefined) this.found.set(key, (entry = { from, to, calls: [] }));
    return entry.calls;
  }

  private add(calls: StageCall[], call: StageCall): void {
    if (call.event.context) return;
    if (calls.some((one) => one.event.fact === call.event.fact)) return;
    // What another way has filed already may come behind it on this one.
    const own = this.order.get(call.event.fact) ?? 0;
    const at = calls.findIndex((one) => one.by === call.by && (this.order.get(one.event.fact) ?? -1) > own);
    calls.splice(at < 0 ? calls.length : at, 0, call);
  }

  /** The stage before one, among those that this side has. */
  private before(stage: Stage): Stage {
    return CHAIN.findLast((one, index) => index < CHAIN.indexOf(stage) && (one === "start" || this.present.has(one))) ?? "start";
  }

  private existing(stage: Stage): Stage {
    return stage === "start" || this.present.has(stage) ? stage : this.before(stage);
  }

  /** The first state that the side has. */
  private first(): Stage {
    return CHAIN.find((one) => one !== "start" && this.present.has(one)) ?? this.home;
  }

  /** From where the last reference or a plain free ends the life. */
  private dying(): Stage {
    return this.present.has("unpublished") ? "unpublished" : this.home;
  }

  /** True when the count is one whose end frees the object from a callback. */
  private isOwner(event: LifeEvent): boolean {
    const field = event.fact.place.path.join(".");
    return [...this.life.releases.values()].includes(event.fact.place.path[0] ?? "") || [...this.life.releases.values()].includes(field);
  }

  /** True when the function that runs with the last reference is the one that makes the object unreachable. */
  private releaseUnpublishes(event: LifeEvent): boolean {
    if (this.side.unpublishesEarlier) return false;
    for (const [name, field] of this.life.releases) {
      const where = this.life.code.byName.get(name);
      if (where === undefined || (field !== event.fact.place.path[0] && field !== event.fact.place.path.join("."))) continue;
      if (this.side.reader.pathsOf(where).some((path) => path.events.some((later) => later.class === "unpublish"))) return true;
    }
    return false;
  }

  private endsLife(events: readonly LifeEvent[], index: number): boolean {
    return events.slice(index + 1).some((later) => later.class === "unpublish" || later.class === "free" || (later.class === "put" && this.isOwner(later)));
  }
}
