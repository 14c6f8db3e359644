// Findings in words: what is wrong, what the patch has to do with it, why a line is on the way.
import { l10n } from "vscode";
import type { ListedFinding } from "../../protocol/messages.js";
import type { FindingKind as RunFindingKind } from "../../core/simulate/types.js";
import type { FindingKind, FindingStep, PatchFinding } from "../../core/lifecycle/findings/types.js";

/** One sentence for a finding, with what the patch has to do with it in front. */
export function findingText(finding: PatchFinding): string {
  return l10n.t("{0}: {1}", changeWord(finding), sentenceOf(finding));
}

/** A finding for the list of the page. */
export function listed(finding: PatchFinding): ListedFinding {
  const linkOf = ({ path, side, line, endLine }: PatchFinding["range"]): ListedFinding["link"] => ({ path, side, line, endLine });
  return {
    change: finding.change, word: changeWord(finding), sentence: sentenceOf(finding), function: finding.function, link: linkOf(finding.range),
    steps: finding.path.map((step) => ({ text: stepText(step), link: linkOf(step.range) })),
  };
}

/** What the patch has to do with a finding. */
export function changeWord({ change }: PatchFinding): string {
  switch (change) {
    case "new": return l10n.t("New in this patch");
    case "fixed": return l10n.t("Fixed by this patch");
    case "both": return l10n.t("Before and after");
    case "before": return l10n.t("Before");
    case "after": return l10n.t("After");
  }
}

function sentenceOf({ kind, object, call, other }: PatchFinding): string {
  switch (kind) {
    case "missing-half": return l10n.t("{0}() has no other half on this path: {1}", call, object);
    case "guard-leak": return l10n.t("the error path loses what {0}() took: {1}", call, object);
    case "double-put": return l10n.t("{0}() gives up {1}, which {2}() gave up before", call, object, other);
    case "use-after-put": return other === "return" ? l10n.t("returns {0}, which {1}() gave up before", object, call) : l10n.t("uses {0} behind {1}()", object, call);
    case "frees-live": return liveText(object, call, other);
    case "wrong-lock": return lockText(object, call, other);
    case "no-release": return l10n.t("{0}() registers {1}, which has no release function", call, object);
    case "no-destroy": return l10n.t("{0}() frees the memory around {1}, which {2}() set up and nothing tears down", other, object, call);
    case "two-owners": return l10n.t("{0}() frees {1}, whose memory also belongs to {2}", call, object, other);
    case "lock-held": return l10n.t("returns with {0} held, which other paths give back", object);
  }
}

function liveText(object: string, call: string, other: string): string {
  const lists = other.split(", ").filter((part) => part !== "return").join(", ");
  if (lists === "") return l10n.t("{0}() frees {1}, which the function returns", call, object);
  if (other.endsWith("return")) return l10n.t("{0}() frees {1}, which others still reach ({2}) and is returned", call, object, lists);
  return l10n.t("{0}() frees {1}, which others still reach ({2})", call, object, lists);
}

function lockText(object: string, call: string, other: string): string {
  const [held = "", against = ""] = other.split(" against ");
  if (held === "no lock") return l10n.t("{0}() may drop the last reference of {1} without {2}, under which it is looked up", call, object, against);
  return l10n.t("{0}() may drop the last reference of {1} under {2}, but it is looked up under {3}", call, object, held, against);
}

/** Why a line is on the way to a finding. */
export function stepText(step: FindingStep): string {
  switch (step.note) {
    case "acquired": return l10n.t("taken: {0}", step.text);
    case "released": return l10n.t("given back: {0}", step.text);
    case "published": return l10n.t("made known: {0}", step.text);
    case "removed": return l10n.t("taken away: {0}", step.text);
    case "initialized": return l10n.t("set up: {0}", step.text);
    case "locked": return l10n.t("locked: {0}", step.text);
    case "unlocked": return l10n.t("unlocked: {0}", step.text);
    case "true": return l10n.t("when this holds: {0}", step.text);
    case "false": return l10n.t("when this does not hold: {0}", step.text);
    case "used": return l10n.t("used: {0}", step.text);
    case "returned": return l10n.t("leaves here: {0}", step.text);
    case "owner": return l10n.t("other owner: {0}", step.text);
  }
}

/** A few words for a row of the tree. */
export function kindWord(kind: FindingKind): string {
  switch (kind) {
    case "missing-half":
    case "guard-leak": return l10n.t("leak");
    case "double-put": return l10n.t("double put");
    case "use-after-put":
    case "frees-live": return l10n.t("use after free");
    case "wrong-lock": return l10n.t("wrong lock");
    case "no-release": return l10n.t("no release function");
    case "no-destroy": return l10n.t("not torn down");
    case "two-owners": return l10n.t("two owners");
    case "lock-held": return l10n.t("lock held");
  }
}

/** What a run of the simulator has found, in a word or two. */
export function runKindWord(kind: RunFindingKind): string {
  switch (kind) {
    case "use-after-free": return l10n.t("use after free");
    case "double-free": return l10n.t("double free");
    case "refcount": return l10n.t("refcount misuse");
    case "deadlock": return l10n.t("deadlock");
    case "leak": return l10n.t("leak");
    case "lock": return l10n.t("lock misuse");
    case "null": return l10n.t("bad pointer");
    case "list": return l10n.t("list corruption");
    case "id": return l10n.t("identifier misuse");
    case "warn": return l10n.t("warning");
    case "race": return l10n.t("data race");
  }
}
