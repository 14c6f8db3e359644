// The plain text of findings: one line each, in the words of the command line.
import type { FindingChange, PatchFinding } from "../core/lifecycle/findings/types.js";
import { makeSafe } from "./show-text.js";

const CHANGES: Readonly<Record<FindingChange, string>> = {
  new: "new in this patch", fixed: "fixed by this patch", both: "before and after", before: "before", after: "after",
};

/** One finding: place, what the patch has to do with it, what is wrong. `place` names revision and patch. */
export function findingText(place: string, finding: PatchFinding): string {
  const where = `${finding.range.path}:${finding.range.line} ${finding.function}()`;
  return `${makeSafe(`${place.padEnd(8)} ${CHANGES[finding.change]}: ${where}: ${sentenceOf(finding)} [${finding.kind}]`)}\n`;
}

/** The lines that lead to it, below the finding's own. */
export function pathText(finding: PatchFinding): string {
  return finding.path.map((step) => `${makeSafe(`           ${String(step.range.line).padStart(5)}  ${step.note.padEnd(11)} ${step.text}`)}\n`).join("");
}

function sentenceOf(finding: PatchFinding): string {
  const { object, call, other } = finding;
  switch (finding.kind) {
    case "missing-half": return `${call}() has no other half on this path: ${object}`;
    case "guard-leak": return `the error path loses what ${call}() took: ${object}`;
    case "double-put": return `${call}() gives up ${object}, which ${other}() gave up before`;
    case "use-after-put": return other === "return" ? `returns ${object}, which ${call}() gave up before` : `uses ${object} behind ${call}()`;
    case "frees-live": return `${call}() frees ${object}, which ${liveText(other)}`;
    case "wrong-lock": return `${call}() may drop the last reference of ${object} under ${other.split(" against ")[0] ?? ""}, but it is looked up under ${other.split(" against ")[1] ?? ""}`;
    case "no-release": return `${call}() registers ${object}, which has no release function`;
    case "no-destroy": return `${other}() frees the memory around ${object}, which ${call}() set up and nothing tears down`;
    case "two-owners": return `${call}() frees ${object}, whose memory also belongs to ${other}`;
    case "lock-held": return `returns with ${object} held, which other paths give back`;
  }
}

function liveText(other: string): string {
  const parts = other.split(", ");
  const lists = parts.filter((part) => part !== "return");
  const isReturned = parts.includes("return");
  const onList = lists.length === 0 ? "" : `others still reach (${lists.join(", ")})`;
  return [onList, isReturned ? "the function returns" : ""].filter((part) => part !== "").join(" and which ");
}
