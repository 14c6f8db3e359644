// The findings of the shown patch as a list: what the patch has to do with each, the sentence, its line, and the lines that lead to it, folded.
import type { ListedFinding } from "../../protocol/messages.js";
import { codeText, el } from "../dom.js";
import type { Reveal } from "../links.js";
import { lineButton } from "../links.js";
import { count } from "../words.js";

/** Signs that say the same as the word beside them, as the tree of patches has them. */
const signs: Readonly<Record<ListedFinding["change"], string>> = { new: "✗", fixed: "✓", both: "!", after: "!", before: "·" };

export interface FindingList {
  readonly element: HTMLElement;
  /** Lists findings, or says that there is none; null hides the list. */
  show(findings: readonly ListedFinding[] | null): void;
}

/** Makes a list that is hidden until it is given something. */
export function createFindingList(reveal: Reveal): FindingList {
  const element = el("section", { class: "finding-list", "aria-label": "Findings", hidden: true });

  function show(findings: readonly ListedFinding[] | null): void {
    element.hidden = findings === null;
    if (findings === null) return element.replaceChildren();
    const heading = el("h2", {}, findings.length === 0 ? "Findings" : count(findings.length, "finding"));
    const list = findings.length === 0 ? el("p", { class: "muted" }, "No lifetime mistake was found in what this patch shows.")
      : el("ul", {}, ...findings.map((finding) => entry(finding, reveal)));
    element.replaceChildren(heading, list);
  }

  return { element, show };
}

function entry({ change, word, sentence, function: name, link, steps }: ListedFinding, reveal: Reveal): HTMLElement {
  const side = change === "both" ? [] : [" ", el("span", { class: "side-tag" }, link.side ?? "")];
  return el(
    "li",
    { class: `finding-${change}` },
    el("span", { class: "sign", "aria-hidden": "true" }, signs[change]),
    el("div", {},
      el("p", {}, el("span", { class: "word" }, word), `: ${sentence}, in `, codeText(`${name}()`), " ", lineButton(link, reveal), ...side),
      steps.length === 0 ? null : el("details", {},
        el("summary", {}, `The ${count(steps.length, "line")} that ${steps.length === 1 ? "leads" : "lead"} to it`),
        el("ol", {}, ...steps.map((step) => el("li", {}, lineButton(step.link, reveal), " ", codeText(step.text)))))),
  );
}
