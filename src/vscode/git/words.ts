// Sentences for what git could not do, and for a series that was not applied.
import { l10n } from "vscode";

/** By the kinds of `GitFailure`. */
export function gitFailureText(kind: string, detail: string): string {
  switch (kind) {
    case "no-git": return l10n.t("git cannot be run: {0}", detail);
    case "no-repository": return l10n.t("There is no git repository in {0}.", detail);
    case "refused-owner": return l10n.t("git refuses the repository because it belongs to someone else: {0}", detail);
    case "timed-out": return l10n.t("git took too long ({0}).", detail);
    case "cancelled": return l10n.t("Cancelled.");
    case "too-large": return l10n.t("git answered with more than can be read ({0}).", detail);
    default: return l10n.t("git failed: {0}", detail);
  }
}

/** By the kinds of `ApplyRefusal`, and those above. */
export function refusalText(kind: string, detail: string): string {
  switch (kind) {
    case "series": return l10n.t("There is no series to apply.");
    case "no-base": return l10n.t("No commit of the tree has the files that the series was made on.");
    case "no-such-base": return l10n.t("The tree has no commit {0}.", detail);
    case "bad-branch": return l10n.t("\"{0}\" is no name for a branch.", detail);
    case "branch-exists": return l10n.t("There is a branch {0} already.", detail);
    case "no-such-folder": return l10n.t("There is no folder to make {0} in.", detail);
    case "folder-exists": return l10n.t("{0} is there already.", detail);
    case "no-identity": return l10n.t("git does not know who you are: {0}", detail);
    case "path-outside": return l10n.t("A patch names a path outside of the tree: {0}", detail);
    case "path-through-link": return l10n.t("A patch writes through a symbolic link of the tree: {0}", detail);
    case "does-not-apply": return l10n.t("The series does not apply, and nothing was changed: {0}", detail);
    default: return gitFailureText(kind, detail);
  }
}
