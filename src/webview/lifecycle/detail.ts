// The strip of fixed height that explains the item under the pointer or the focus, with links to its lines.
import { appendSegments, el } from "../dom.js";
import type { Reveal } from "../links.js";
import { lineButton, linkOfSite } from "../links.js";
import { count } from "../words.js";
import type { DiagramItem } from "./items.js";

/** More links than this do not fit the strip; the table has them all. */
const shownSites = 4;

export interface Detail {
  readonly element: HTMLElement;
  /** Explains an item; null shows how to use the diagram. */
  show(item: DiagramItem | null): void;
}

export function createDetail(reveal: Reveal): Detail {
  const sentence = el("p", { class: "sentence" });
  const lines = el("p", { class: "lines" });
  const element = el("div", { class: "detail", role: "region", "aria-label": "Explanation" }, sentence, lines);

  function show(item: DiagramItem | null): void {
    sentence.replaceChildren();
    lines.replaceChildren();
    if (item === null) {
      sentence.append("Point at a state or a transition to see where it comes from; click it, or press Enter, to open the line.");
      return;
    }
    appendSegments(sentence, item.sentence);
    for (const site of item.sites.slice(0, shownSites)) {
      lines.append(el("span", { class: "site" }, el("code", {}, `${site.function}()`), " ", lineButton(linkOfSite(site), reveal)));
    }
    const rest = item.sites.length - shownSites;
    if (rest > 0) lines.append(el("span", { class: "muted" }, `and ${count(rest, "more line")}, in the table below`));
  }

  show(null);
  return { element, show };
}
