// An image whose rendered text somebody has edited: where its gaps are now.
import { renderImage } from "../patch/render.js";
import type { Gap, Image } from "../patch/types.js";

/**
 * The image that an edited text stands for. A gap is where its quiet line stands, with the blank lines behind it; a quiet line that was deleted
 * takes its gap away, and what is written among the blank lines follows what is not known.
 */
export function editedImage(image: Image, text: string): Image {
  const edited = text.split("\n");
  if (edited.at(-1) === "") edited.pop();
  const rendered = renderImage(image).split("\n");
  const known: (string | undefined)[] = [...edited];
  const gaps: Gap[] = [];
  /** How far lines behind each gap have moved, by the first line behind it. */
  const shifts: { readonly line: number; readonly by: number }[] = [];
  let search = 0;
  for (const gap of image.gaps) {
    const at = edited.indexOf(rendered[gap.from - 1] ?? "", search);
    if (at < 0) continue;
    const size = gap.to === null ? 1 : gap.to - gap.from + 1;
    let end = at + 1;
    while (gap.to !== null && end < at + size && edited[end]?.trim() === "") end++;
    gaps.push({ ...gap, from: at + 1, to: gap.to === null ? null : end });
    for (let line = at; line < end; line++) known[line] = undefined;
    if (gap.to !== null) shifts.push({ line: gap.to + 1, by: end - gap.to });
    search = end;
  }
  // The end of a file that nobody knows is no line of the image.
  if (gaps.at(-1)?.to === null) known.length = Math.min(known.length, (gaps.at(-1)?.from ?? 1) - 1);
  const same = commonStart(rendered, edited);
  const headings = image.headings.flatMap(({ line, text: heading }) => {
    const shift = shifts.findLast((one) => one.line <= line);
    if (line <= same) return [{ line, text: heading }];
    return shift === undefined ? [] : [{ line: line + shift.by, text: heading }];
  });
  const { noNewline: _before, ...rest } = image;
  return { ...rest, lines: known, gaps, headings, whole: gaps.length === 0, ...(text === "" || text.endsWith("\n") ? {} : { noNewline: true as const }) };
}

/** How many lines at the start two texts have in common. */
function commonStart(a: readonly string[], b: readonly string[]): number {
  let count = 0;
  while (count < a.length && count < b.length && a[count] === b[count]) count++;
  return count;
}
