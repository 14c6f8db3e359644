// Which scenarios could fit a patch, and which of them its reviewers talk about.
import type { CReader } from "../core/c/reader.js";
import { isCLike } from "../core/patch/render.js";
import type { Image } from "../core/patch/types.js";
import type { PatchView } from "../core/review/types.js";
import type { KernelSources } from "../core/simulate/types.js";

/**
 * Names of the scenarios whose functions the code has, whole or in part, on one side at least (by the `needs` of their headers). The one that
 * the discussion of the patch is most about comes first: it shares the most names with the replies and what they quote.
 */
export async function fittingScenarios(reader: CReader, kernel: KernelSources, sides: readonly (readonly Image[])[], patch: PatchView | undefined): Promise<string[]> {
  const { readHeader } = await import("../core/simulate/scenario.js");
  const shown = sides.map((images) => functionsOf(reader, images));
  const said = patch === undefined ? new Set<string>() : namesIn(patch.threads.flatMap((thread) => thread.comments.flatMap((comment) => [comment.text, ...comment.quote])).join("\n"));
  return kernel.scenarios
    .map((source) => ({ header: readHeader(source), shared: [...namesIn(source.text)].filter((name) => said.has(name)).length }))
    .filter(({ header }) => shown.some((names) => header.needs.every((name) => names.has(name))))
    // Sorting is stable: without a discussion the order of the files stays.
    .sort((a, b) => b.shared - a.shared)
    .map(({ header }) => header.name);
}

function functionsOf(reader: CReader, images: readonly Image[]): Set<string> {
  return new Set(images.filter((image) => isCLike(image.path)).flatMap((image) => reader.readUnit(image).functions.map((one) => one.name)));
}

/** Names with an underscore in them: those of functions and fields, hardly ever words of prose. */
function namesIn(text: string): Set<string> {
  return new Set(text.match(/\b[A-Za-z]\w*_\w+\b/g) ?? []);
}
