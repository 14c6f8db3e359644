// Names of memory for people: `group #1`, `vfio.group_lock`, values as the kernel would print them.
import { OBJECT_SPAN, type Program } from "./ir.js";
import type { Machine } from "./machine.js";
import { FRAME_BASE, HEAP_BASE } from "./memory.js";
import { isOwn, OWN_BASE, ownSlot } from "./own-heap.js";

/** Names are given to heap objects in the order in which a trace allocates them. */
export class Names {
  private readonly heap = new Map<number, { readonly name: string; readonly type: number }>();
  private readonly counts = new Map<string, number>();
  private readonly typeOfName = new Map<string, number>();

  /** The CPU whose own objects are meant. */
  cpu = -1;

  constructor(private readonly program: Program, private readonly machine: Machine) {}

  /** Notes an allocation by the frame that made it. */
  allocated(object: number, cpu: number, site: number, inPatch: boolean): void {
    if (object < OWN_BASE && this.heap.has(object)) return;
    const { type, name } = this.machine.frames.sites[site] ?? { type: -1, name: "" };
    const struct = this.program.types[type]?.name.replace(/^(struct|union) /, "") ?? "object";
    // The variable's name is the patch's own word for it; two structs under one name are told apart by theirs.
    let base = name === "" || !inPatch ? struct : name;
    const known = this.typeOfName.get(base);
    if (known !== undefined && known !== type) base = struct;
    if (!this.typeOfName.has(base)) this.typeOfName.set(base, type);
    const count = (this.counts.get(base) ?? 0) + 1;
    this.counts.set(base, count);
    this.heap.set(this.key(object, cpu), { name: `${base} #${count}`, type });
  }

  /** The object goes on under another number. */
  published(from: number, cpu: number, to: number): void {
    const known = this.heap.get(this.key(from, cpu));
    if (known) this.heap.set(to, known);
  }

  /** The object and the field of an address. The field is "" for a plain variable. */
  place(address: number): { readonly object: string; readonly field: string; readonly isPointer: boolean } {
    const object = Math.floor(address / OBJECT_SPAN);
    const slot = isOwn(address) ? ownSlot(address) : address - object * OBJECT_SPAN;
    if (object >= FRAME_BASE) return { object: "a local variable", field: "", isPointer: false };
    const type = this.program.types[this.typeOf(object)];
    const path = type?.paths[slot] ?? (slot === 0 ? "" : `word ${slot}`);
    return { object: this.objectName(object), field: path, isPointer: type?.pointers[slot] ?? false };
  }

  objectName(object: number): string {
    if (object >= HEAP_BASE) return this.heap.get(this.key(object, this.cpu))?.name ?? "an object";
    return this.program.objects[object - 1]?.name ?? "memory";
  }

  /** `vfio.group_lock`: an address as one word. */
  address(address: number): string {
    const { object, field } = this.place(address);
    return field === "" ? object : `${object}.${field}`;
  }

  /** What a pointer points to: the largest member that begins there, or the whole object. */
  target(address: number): string {
    const object = Math.floor(address / OBJECT_SPAN);
    const slot = isOwn(address) ? ownSlot(address) : address - object * OBJECT_SPAN;
    if (slot === 0) return this.objectName(object);
    if (object < HEAP_BASE && !this.program.objects[object - 1]) return `address 0x${address.toString(16)}`;
    const paths = this.program.types[this.typeOf(object)]?.paths ?? [];
    const parts = (paths[slot] ?? `word ${slot}`).split(".");
    for (let length = 1; length < parts.length; length++) {
      const prefix = parts.slice(0, length).join(".");
      const inside = (path: string | undefined): boolean => path !== undefined && (path === prefix || path.startsWith(`${prefix}.`));
      if (inside(paths[slot]) && !inside(paths[slot - 1])) return `${this.objectName(object)}.${prefix}`;
    }
    return `${this.objectName(object)}.${parts.join(".")}`;
  }

  /** A lock by its address: a lock of several words is called by the whole. */
  lock(address: number): string {
    const name = this.address(address);
    const beside = this.place(address + 1);
    const cut = name.lastIndexOf(".");
    const isPart = cut > 0 && beside.field !== "" && `${beside.object}.${beside.field}`.startsWith(name.slice(0, cut + 1)) && /\.(readers|writer|locked|count|owner|word \d+)$/.test(name);
    return isPart ? name.slice(0, cut) : name;
  }

  value(value: number, isPointer: boolean): string {
    if (value === -1073741824) return "saturated";
    if (value >= OBJECT_SPAN && isPointer) {
      const object = Math.floor(value / OBJECT_SPAN);
      if (object >= HEAP_BASE || this.program.objects[object - 1]) return this.target(value);
    }
    if (!isPointer) return String(value);
    if (value === 0) return "NULL";
    if (value < -4095) return "poison";
    return value < 0 ? `ERR_PTR(${value})` : String(value);
  }

  private key(object: number, cpu: number): number {
    return object >= OWN_BASE && object < FRAME_BASE ? object + (cpu + 1) * FRAME_BASE : object;
  }

  private typeOf(object: number): number {
    if (object >= HEAP_BASE) return this.heap.get(this.key(object, this.cpu))?.type ?? -1;
    return this.program.objects[object - 1]?.type ?? -1;
  }
}
