// Which scenarios could fit a patch: those whose functions its code has, whole or in part, on one side at least.
import type { CReader } from "../core/c/reader.js";
import type { Image } from "../core/patch/types.js";
import { isCLike } from "../core/patch/render.js";
import type { KernelSources } from "../core/simulate/types.js";

/** Names of the scenarios that fit, by the `needs` of their headers. `sides` are the images of each side. */
export async function fittingScenarios(reader: CReader, kernel: KernelSources, sides: readonly (readonly Image[])[]): Promise<ReadonlySet<string>> {
  const { readHeader } = await import("../core/simulate/scenario.js");
  const shown = sides.map((images) => functionsOf(reader, images));
  const fitting = kernel.scenarios.map(readHeader).filter(({ needs }) => shown.some((names) => needs.every((name) => names.has(name))));
  return new Set(fitting.map(({ name }) => name));
}

function functionsOf(reader: CReader, images: readonly Image[]): Set<string> {
  return new Set(images.filter((image) => isCLike(image.path)).flatMap((image) => reader.readUnit(image).functions.map((one) => one.name)));
}
