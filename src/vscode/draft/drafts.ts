// Reply drafts: one file per patch in the extension's storage. What the editor shows of it is what is saved and handed on, byte for byte.
import * as vscode from "vscode";
import { l10n } from "vscode";
import type { DraftHeader } from "../../core/review/draft/mail.js";
import type { Draft, PendingComment } from "../../core/review/draft/types.js";
import { columnForDocuments } from "../diff/open.js";
import type { Engine } from "../engine.js";
import { errors } from "../errors.js";
import { shortId } from "../ids.js";
import type { PatchInSeries } from "../session/lookup.js";
import type { Session } from "../session/session.js";
import { readIdentity } from "./identity.js";
import type { Pending } from "./pending.js";
import { muttProgram, type Program, sendEmailProgram } from "./programs.js";

/** Begins the name of every draft; menus and the language of a draft look for it. */
const filePrefix = "lifeline-reply-";
const storageKey = "lifeline.drafts";

/** What is remembered of a draft. */
interface Kept {
  readonly patchKey: string;
  readonly file: string;
  /** As it was written last; another text means that the user has edited it. */
  readonly written: string;
  /** Comments that are in it, with their words, by id. */
  readonly comments: readonly (readonly [string, string])[];
  readonly trailers: readonly string[];
}

export class Drafts {
  /** Starts a program in a terminal; tests put their own here. */
  run: (program: Program, title: string) => void = runInTerminal;

  constructor(private readonly context: vscode.ExtensionContext, private readonly engine: Engine, private readonly pending: Pending) {}

  /** Writes the draft of a patch and shows it. One that was edited by hand keeps its text: new comments are added below. */
  async open(session: Session, place: PatchInSeries, options: { readonly rebuild?: boolean } = {}): Promise<vscode.TextDocument> {
    const uri = await this.write(session, place, options.rebuild === true);
    return this.show(uri);
  }

  /** Adds a trailer with the user's name and address to the reply, and shows the draft. */
  async addTrailer(session: Session, place: PatchInSeries, key: string): Promise<void> {
    const identity = await readIdentity();
    if (identity === null) throw errors.noIdentity();
    const trailer = `${key}: ${identity.name === "" ? identity.email : `${identity.name} <${identity.email}>`}`;
    const kept = this.keptOf(place.patch.key);
    if (kept?.trailers.includes(trailer) !== true) await this.keep({ ...(kept ?? this.fresh(place.patch.key)), trailers: [...(kept?.trailers ?? []), trailer] });
    await this.open(session, place);
  }

  /**
   * Adds text, as it stands, to the reply about a patch: below what is there, above the trailers. The draft is made first when there is
   * none yet. Nothing is wrapped or changed.
   */
  async addToDraft(session: Session, place: PatchInSeries, text: string): Promise<vscode.TextDocument> {
    const uri = await this.write(session, place, false);
    await writeText(uri, insertAboveTrailers(await readText(uri) ?? "", text.replace(/\s+$/, "")));
    return this.show(uri);
  }

  /** The patch that a draft file belongs to. */
  patchOf(uri: vscode.Uri): string | undefined {
    return this.remembered().find((kept) => kept.file === uri.toString())?.patchKey;
  }

  /** True when there is a draft of a patch on disk, or was. */
  has(patchKey: string): boolean {
    return this.keptOf(patchKey) !== undefined;
  }

  /** Saves a draft's bytes under another name. */
  async saveAs(patchKey: string, target: vscode.Uri): Promise<void> {
    const { text } = await this.ready(patchKey);
    await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(text));
  }

  async openInMutt(patchKey: string): Promise<void> {
    const { file } = await this.ready(patchKey);
    this.run(muttProgram(file.fsPath), l10n.t("Reply in mutt"));
  }

  async sendWithGit(patchKey: string): Promise<void> {
    const { file, header } = await this.ready(patchKey);
    if (header.to.length === 0) throw errors.noRecipient();
    this.run(sendEmailProgram(file.fsPath, header), l10n.t("Send reply"));
  }

  /** Takes the draft and the comments of a patch away. */
  async discard(patchKey: string): Promise<void> {
    const kept = this.keptOf(patchKey);
    await this.pending.remove(this.pending.of(patchKey).map((comment) => comment.id));
    if (kept === undefined) return;
    const uri = vscode.Uri.parse(kept.file);
    const document = openDocument(uri);
    // An unsaved document would ask a question when it is closed.
    if (document?.isDirty === true) await document.save();
    const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs).filter(({ input }) => input instanceof vscode.TabInputText && input.uri.toString() === kept.file);
    if (tabs.length > 0) await vscode.window.tabGroups.close(tabs, true);
    await vscode.workspace.fs.delete(uri).then(undefined, () => undefined);
    await this.context.workspaceState.update(storageKey, this.remembered().filter((one) => one.patchKey !== patchKey));
  }

  private async write(session: Session, place: PatchInSeries, rebuild: boolean): Promise<vscode.Uri> {
    const patchKey = place.patch.key;
    const kept = this.keptOf(patchKey) ?? this.fresh(patchKey);
    const uri = vscode.Uri.parse(kept.file);
    const comments = this.pending.of(patchKey);
    const current = await readText(uri);
    const build = async (some: readonly PendingComment[], trailers: readonly string[]): Promise<Draft> => {
      const request = { patchKey, comments: some, trailers, identity: await readIdentity() };
      const draft = await this.engine.call("draft", { session: session.id, request });
      if (draft === null) throw errors.noSuchPatch();
      return draft;
    };
    if (current === undefined || current === kept.written || rebuild) {
      const { text } = await build(comments, kept.trailers);
      await writeText(uri, text);
      await this.keep({ ...kept, written: text, comments: comments.map((comment) => [comment.id, comment.text]) });
      return uri;
    }
    // Edited by hand: nothing of it is touched.
    const known = new Map(kept.comments);
    const fresh = comments.filter((comment) => !known.has(comment.id));
    if (fresh.length > 0) await writeText(uri, insertAboveTrailers(current, bodyOf((await build(fresh, [])).text)));
    const missing = kept.trailers.filter((trailer) => !current.includes(trailer));
    if (missing.length > 0) await writeText(uri, `${(await readText(uri) ?? current).replace(/\s+$/, "")}\n\n${missing.join("\n")}\n`);
    await this.keep({ ...kept, comments: [...kept.comments, ...fresh.map((comment) => [comment.id, comment.text] as const)] });
    const changed = kept.comments.some(([id, text]) => comments.find((comment) => comment.id === id)?.text !== text);
    if (changed) this.offerRebuild(session, place);
    return uri;
  }

  private offerRebuild(session: Session, place: PatchInSeries): void {
    const action = l10n.t("Write It Anew");
    const message = l10n.t("This reply was edited by hand, so comments that were changed or deleted since are not taken over.");
    void vscode.window.showWarningMessage(message, action).then((chosen) => (chosen === action ? this.open(session, place, { rebuild: true }) : undefined));
  }

  /** The draft saved, in the form in which it can travel. */
  private async ready(patchKey: string): Promise<{ readonly text: string; readonly file: vscode.Uri; readonly header: DraftHeader }> {
    const kept = this.keptOf(patchKey);
    const file = kept === undefined ? undefined : vscode.Uri.parse(kept.file);
    const shown = file === undefined ? undefined : await readText(file);
    if (file === undefined || shown === undefined) throw errors.noDraft();
    const { text, header } = await this.engine.call("mailOfDraft", { text: shown });
    // What leaves is what is seen, so a change that is needed is made in the document.
    if (text !== shown) await writeText(file, text);
    await openDocument(file)?.save();
    this.engine.rest();
    return { text, file, header };
  }

  private async show(uri: vscode.Uri): Promise<vscode.TextDocument> {
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document, { preview: false, viewColumn: columnForDocuments() });
    return document;
  }

  private fresh(patchKey: string): Kept {
    // The tab shows the name alone; the folder tells apart what has the same one.
    const folder = vscode.Uri.joinPath(this.context.storageUri ?? this.context.globalStorageUri, "drafts", shortId(patchKey));
    const [, version = "", n = ""] = /([^/]+)\/([^/]+)$/.exec(patchKey) ?? [];
    const name = `${filePrefix}v${version}-${n === "0" ? "cover" : n}.eml`.replace(/[^\w.-]+/g, "-");
    return { patchKey, file: vscode.Uri.joinPath(folder, name).toString(), written: "", comments: [], trailers: [] };
  }

  private keptOf(patchKey: string): Kept | undefined {
    return this.remembered().find((kept) => kept.patchKey === patchKey);
  }

  private async keep(kept: Kept): Promise<void> {
    await this.context.workspaceState.update(storageKey, [...this.remembered().filter((one) => one.patchKey !== kept.patchKey), kept]);
  }

  /** Checked: the storage may hold anything. */
  private remembered(): Kept[] {
    const stored = this.context.workspaceState.get<unknown>(storageKey);
    return Array.isArray(stored) ? stored.filter(isKept) : [];
  }
}

/** Puts text below the body and above the trailers that end it. */
export function insertAboveTrailers(mail: string, text: string): string {
  const whole = mail.replace(/\s+$/, "");
  const trailers = /\n\n((?:[A-Za-z][A-Za-z-]*-by: .+\n?)+)$/i.exec(whole)?.[1] ?? "";
  const above = (trailers === "" ? whole : whole.slice(0, -trailers.length)).replace(/\s+$/, "");
  return `${above}\n\n${text.replace(/\s+$/, "")}\n${trailers === "" ? "" : `\n${trailers}\n`}`;
}

function bodyOf(mail: string): string {
  return mail.slice(mail.indexOf("\n\n") + 2);
}

function openDocument(uri: vscode.Uri): vscode.TextDocument | undefined {
  return vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString() && !document.isClosed);
}

/** As the editor shows it, saved or not; else as it is on disk; undefined where there is none. */
async function readText(uri: vscode.Uri): Promise<string | undefined> {
  const document = openDocument(uri);
  if (document !== undefined) return document.getText();
  try {
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
  } catch {
    return undefined;
  }
}

async function writeText(uri: vscode.Uri, text: string): Promise<void> {
  const document = openDocument(uri);
  if (document === undefined) {
    await vscode.workspace.fs.createDirectory(vscode.Uri.joinPath(uri, ".."));
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
    return;
  }
  const edit = new vscode.WorkspaceEdit();
  edit.replace(uri, new vscode.Range(0, 0, document.lineCount, 0), text);
  await vscode.workspace.applyEdit(edit);
  await document.save();
}

/** A program of its own in a terminal, without a shell between. */
function runInTerminal(program: Program, title: string): void {
  if (!vscode.workspace.isTrusted) throw errors.notTrusted();
  vscode.window.createTerminal({ name: title, shellPath: program.path, shellArgs: [...program.arguments] }).show();
}

function isKept(value: unknown): value is Kept {
  if (typeof value !== "object" || value === null) return false;
  const fields = value as Record<string, unknown>;
  return ["patchKey", "file", "written"].every((name) => typeof fields[name] === "string") && ["comments", "trailers"].every((name) => Array.isArray(fields[name]));
}
