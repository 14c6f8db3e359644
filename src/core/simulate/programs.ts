// The programs that were compiled last: a run is often asked for again, replayed, driven by hand, or handed to Spin.
import type { Image } from "../patch/types.js";
import type { Readings } from "./drafts.js";
import { prepare, type Prepared } from "./prepare.js";
import type { KernelSources, RunRequest } from "./types.js";

/** Programs kept; each is a few hundred kilobytes. */
const MOST_KEPT = 8;

export class Programs {
  private kept: { readonly key: string; readonly images: readonly Image[]; readonly prepared: Prepared }[] = [];

  constructor(private readonly readings: Readings, private readonly kernel: KernelSources) {}

  /** The program of a request: compiled once for the same images, scenario, what-if and number of users. */
  prepare(images: readonly Image[], request: RunRequest): Prepared {
    const key = JSON.stringify([request.side, request.scenario, request.whatIf, request.users]);
    const found = this.kept.find((one) => one.key === key && one.images.length === images.length && one.images.every((image, at) => image === images[at]));
    const entry = found ?? { key, images, prepared: prepare(this.readings, this.kernel, images, request) };
    this.kept = [entry, ...this.kept.filter((one) => one !== entry)].slice(0, MOST_KEPT);
    return entry.prepared;
  }
}
