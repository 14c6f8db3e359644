// Opens what is behind a cell of the matrix, and any revision of a file as the left side of a diff.
import * as vscode from "vscode";
import { l10n } from "vscode";
import type { Partner, RangeDiffView } from "../../core/review/revisions.js";
import { messagePath, patchName, patchTextUri, rangeDiffUri, revisionName } from "../convert.js";
import type { Opener } from "../diff/open.js";
import type { Engine } from "../engine.js";
import { errors } from "../errors.js";
import { fileByPath, type PatchInSeries } from "../session/lookup.js";
import type { Session } from "../session/session.js";
import type { Target } from "../targets.js";
import { shorten } from "../text.js";
import { changeWord, threadChangeText } from "./words.js";
import type { RevisionStore } from "./store.js";

export class RevisionOpener {
  constructor(private readonly engine: Engine, private readonly opener: Opener, private readonly store: RevisionStore) {}

  /** Two versions of a patch side by side, as the texts that range-diff compares; a patch without partner is shown with its own changes. */
  async rangeDiff(session: Session, before: string | null, after: string | null): Promise<void> {
    const [one, two] = [before, after].map((key) => (key === null ? undefined : session.patch(key)));
    const only = one ?? two;
    if (only === undefined) throw errors.noSuchPatch();
    if (one === undefined || two === undefined) return this.opener.allChanges(session, only);
    const title = `${patchName(one.revision, one.patch)} ↔ ${patchName(two.revision, two.patch)} ${shorten(two.patch.title, 50)}`.replaceAll("/", "\u2215");
    await vscode.commands.executeCommand("vscode.diff", patchTextUri(session.id, one.revision, one.patch), patchTextUri(session.id, two.revision, two.patch), title, { preview: true });
  }

  /** The range-diff of a patch and its partner in the next revision, or, in the newest, in the one before, as git prints it. */
  async rangeDiffOf({ session, place }: Target): Promise<void> {
    const { revisions } = place.series;
    const partners = await this.engine.call("partners", { session: session.id, patchKey: place.patch.key });
    const at = (revisionKey: string): number => revisions.findIndex(({ key }) => key === revisionKey);
    const own = revisions.indexOf(place.revision);
    const partner = partners.find((one) => at(one.revisionKey) > own) ?? partners.findLast((one) => at(one.revisionKey) < own);
    if (partner === undefined) throw errors.oneRevision();
    const other = partner.patchKey === null ? undefined : session.patch(partner.patchKey);
    if (other === undefined) throw errors.noPartner(place.patch.n, partner.versionText);
    const [before, after] = at(partner.revisionKey) > own ? [place, other] : [other, place];
    await vscode.window.showTextDocument(rangeDiffUri(session.id, before, after), { preview: true });
  }

  /** Asks for a revision and puts it on the left: of a file or a message its document, of a patch the whole patch. */
  async compareWith(target: Target, chosen?: string): Promise<void> {
    const { session, place } = target;
    const partners = place.patch.n === 0 ? coversOf(place) : await this.engine.call("partners", { session: session.id, patchKey: place.patch.key });
    if (partners.length === 0) throw errors.oneRevision();
    const partner = await choose(session, partners, chosen);
    if (partner === undefined) return;
    const other = partner.patchKey === null ? undefined : session.patch(partner.patchKey);
    if (other === undefined) throw errors.noPartner(place.patch.n, partner.versionText);
    const path = target.thread?.anchor.path ?? target.file?.path ?? target.path;
    if (path === messagePath || place.patch.n === 0) await this.documents(session, other, place, messagePath, messagePath);
    else if (path === undefined) await this.rangeDiff(session, ...inOrder(other, place));
    else {
      const file = fileByPath(place.patch, path);
      const left = [path, file?.pathB, file?.pathA].flatMap((name) => (name === null || name === undefined ? [] : (fileByPath(other.patch, name) ?? []))).at(0);
      if (left === undefined) throw errors.fileNotIn(path, patchName(other.revision, other.patch));
      await this.documents(session, other, place, left.path, file?.path ?? path);
    }
  }

  /** The lines of a thread on the left, and what they are now on the right. */
  async changedLines({ session, place, thread }: Target): Promise<void> {
    if (thread === undefined) throw errors.noThreads();
    await this.store.wait(session, place.series.key);
    const change = this.store.thread(session, place.series.key, thread);
    const to = change === undefined || change.to.patchKey === null ? undefined : session.patch(change.to.patchKey);
    if (change === undefined || to === undefined) throw errors.noNewerLines(change === undefined ? "" : threadChangeText(change));
    await this.documents(session, place, to, thread.anchor.path, change.to.path, change.to.fromLine ?? undefined, change.to.side);
  }

  private async documents(session: Session, one: PatchInSeries, two: PatchInSeries, pathOne: string, pathTwo: string, line?: number, side: "before" | "after" = "after"): Promise<void> {
    const isMessage = pathTwo === messagePath;
    const name = isMessage ? (two.patch.n === 0 ? l10n.t("Cover letter") : l10n.t("Commit message")) : pathTwo.slice(pathTwo.lastIndexOf("/") + 1);
    const title = `${name} (${patchName(one.revision, one.patch)} ↔ ${patchName(two.revision, two.patch)})`.replaceAll("/", "\u2215");
    const left = session.uri(one, pathOne, isMessage ? "after" : side);
    const right = session.uri(two, pathTwo, isMessage ? "after" : side);
    await this.opener.pair(left, right, title, line);
  }
}

/** What `lifeline://range-diff/…` shows: the line of the pair, and what git prints below it. */
export function rangeDiffText(view: RangeDiffView, before: PatchInSeries, after: PatchInSeries): string {
  const sign = view.change === "same" ? "=" : "!";
  const head = `${patchName(before.revision, before.patch)} ${sign} ${patchName(after.revision, after.patch)} ${after.patch.title}\n`;
  return head + view.inner.replace(/^(?=.)/gm, "    ");
}

function inOrder(one: PatchInSeries, two: PatchInSeries): [string, string] {
  const { revisions } = one.series;
  return revisions.indexOf(one.revision) <= revisions.indexOf(two.revision) ? [one.patch.key, two.patch.key] : [two.patch.key, one.patch.key];
}

function coversOf({ series, revision }: PatchInSeries): Partner[] {
  return series.revisions.filter((one) => one !== revision && one.cover !== null).map((one) => ({ revisionKey: one.key, versionText: one.versionText, patchKey: one.cover?.key ?? null, change: "changed" }));
}

async function choose(session: Session, partners: readonly Partner[], chosen: string | undefined): Promise<Partner | undefined> {
  if (chosen !== undefined) return partners.find((partner) => partner.versionText === chosen);
  const items = [...partners].reverse().map((partner) => {
    const place = partner.patchKey === null ? undefined : session.patch(partner.patchKey);
    return {
      label: place === undefined ? revisionName(partner.versionText) : patchName(place.revision, place.patch), partner,
      description: place === undefined ? l10n.t("no such patch") : place.patch.n === 0 ? "" : changeWord(partner.change), detail: place?.patch.title ?? "",
    };
  });
  const picked = await vscode.window.showQuickPick(items, { title: l10n.t("Compare with Revision"), placeHolder: l10n.t("The revision for the left side"), matchOnDetail: true });
  return picked?.partner;
}
