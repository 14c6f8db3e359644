// From the facts that core hands over to lines that the editor can show.
import type { Site } from "../core/lifecycle/types.js";
import type { Side, SourceRange } from "../core/patch/types.js";
import type { LineLink } from "../protocol/messages.js";
import { button } from "./dom.js";
import { fileName } from "./words.js";

/** Shows a line in the editor. */
export type Reveal = (link: LineLink) => void;

/** The line of a fact of the lifecycle. */
export function linkOfSite(site: Site): LineLink {
  return linkOfRange(site.range);
}

/** The lines of a range in a patch's image. */
export function linkOfRange(range: SourceRange): LineLink {
  return { path: range.path, side: range.side, line: range.line, endLine: range.endLine };
}

/** A line of a run: of the patch's image on the side that was run, or of the kernel model or a scenario (side null). */
export function linkOfPlace(path: string, line: number, side: Side): LineLink {
  const ours = /^(model|fills|scenarios)\//.test(path);
  return { path, side: ours ? null : side, line, endLine: line };
}

/** "vfio.c:468", or "model/kref.c:12" for our own files, whose folder matters. */
export function linkText(link: LineLink): string {
  return `${link.side === null ? link.path : fileName(link.path)}:${link.line}`;
}

/** A link to a line, as a button: links with an address would leave the page. */
export function lineButton(link: LineLink, reveal: Reveal): HTMLButtonElement {
  const where = link.side === null ? link.path : `${link.path}, ${link.side}`;
  const attributes = { class: "link code", title: `${where}, line ${link.line}`, "aria-label": `Open ${linkText(link)}` };
  return button(attributes, () => reveal(link), linkText(link));
}
