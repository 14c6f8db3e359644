// The lines of a file that a patch changes.
import type { Patch, Side } from "./types.js";

/** Lines, from one, that the patch adds (side "after") or takes away (side "before"), in the order of the patch; paths are those of that side. */
export function changedLines(patch: Patch, side: Side): { readonly path: string; readonly line: number }[] {
  return patch.files.flatMap((file) => {
    const path = side === "before" ? file.pathA : file.pathB;
    if (path === null) return [];
    return file.hunks.flatMap((hunk) => hunk.lines).flatMap((line) => {
      const number = line.sign === " " ? null : side === "before" ? line.lineA : line.lineB;
      return number === null ? [] : [{ path, line: number }];
    });
  });
}
