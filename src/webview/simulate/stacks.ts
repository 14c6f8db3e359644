// The stacks of memory findings in the order of the kernel's own reports: who used, who allocated, who freed.
import type { RunResult } from "../../core/simulate/types.js";
import { el } from "../dom.js";
import type { Reveal } from "../links.js";
import { lineButton, linkOfPlace } from "../links.js";
import { findingSentence } from "../words.js";

/** All stacks of a run's findings; null when there are none. */
export function stackBlock(result: RunResult, reveal: Reveal): HTMLElement | null {
  const reports = result.findings.flatMap((finding) => {
    if (finding.stacks === undefined || finding.stacks.length === 0) return [];
    const stacks = finding.stacks.map((stack) =>
      el(
        "div",
        { class: "stack" },
        el("h3", {}, stack.title),
        el(
          "ol",
          {},
          ...stack.frames.map((frame) =>
            el("li", {}, el("code", {}, `${frame.function}()`), " ", lineButton(linkOfPlace(frame.path, frame.line, result.side), reveal)),
          ),
        ),
      ),
    );
    return [el("h2", {}, findingSentence(finding)), el("div", { class: "stacks" }, ...stacks)];
  });
  return reports.length === 0 ? null : el("section", { class: "reports", "aria-label": "Reports" }, ...reports);
}
