// The user's own scenarios: C files in the extension's storage, each in a folder named after the patch that it was written for.
import * as vscode from "vscode";
import { l10n } from "vscode";
import type { RunResult, SourceText } from "../../core/simulate/types.js";
import { scenarioFolder } from "../names.js";
import { lineRange, patchIdOf } from "../convert.js";
import { type Disposable, Owner } from "../dispose.js";
import type { Engine } from "../engine.js";
import { errors } from "../errors.js";
import { shortId } from "../ids.js";
import type { PatchInSeries } from "../session/lookup.js";
import type { Session } from "../session/session.js";
import type { Sessions } from "../session/sessions.js";

/** A scenario of the user's, with the document that it stands in. */
export interface WrittenScenario {
  readonly source: SourceText;
  readonly uri: vscode.Uri;
}

/** Longer names of files are cut. */
const nameLength = 60;

export class Scenarios implements Disposable {
  private readonly owner = new Owner();
  private readonly problems = this.owner.own(vscode.languages.createDiagnosticCollection("lifeline-scenarios"));

  constructor(private readonly extension: vscode.ExtensionContext, private readonly engine: Engine, private readonly sessions: Sessions) {
    this.owner.own(vscode.workspace.onDidChangeTextDocument(({ document }) => this.problems.delete(document.uri)));
  }

  /** Writes a scenario for functions of a patch. `reuse`: one that was written for the same functions is taken as it is now. */
  async write(session: Session, place: PatchInSeries, functions: readonly string[], reuse: boolean): Promise<vscode.Uri> {
    const folder = this.folderOf(session.id, place.patch.key);
    const whole = functions.join("-").replace(/\W/g, "-");
    const name = whole.length <= nameLength ? whole : `${whole.slice(0, nameLength)}-${shortId(whole)}`;
    let uri = vscode.Uri.joinPath(folder, `${name}.c`);
    for (let at = 2; await exists(uri); at++) {
      if (reuse) return uri;
      uri = vscode.Uri.joinPath(folder, `${name}-${at}.c`);
    }
    const { text } = await this.engine.call("newScenario", { session: session.id, patchKey: place.patch.key, functions });
    const taken = new Set(await Promise.all((await this.list(session.id, place.patch.key)).map(async (one) => nameOf((await this.read(one)).source.text))));
    await vscode.workspace.fs.createDirectory(folder);
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(renamed(text, taken)));
    return uri;
  }

  /** The documents of what the user has written for a patch, by their names; none when there are none. */
  async list(session: string, patchKey: string): Promise<readonly vscode.Uri[]> {
    const folder = this.folderOf(session, patchKey);
    const entries = await vscode.workspace.fs.readDirectory(folder).then((all) => all, () => []);
    return entries.flatMap(([name, type]) => (type === vscode.FileType.File && name.endsWith(".c") ? [name] : [])).sort().map((name) => vscode.Uri.joinPath(folder, name));
  }

  /** Takes a scenario away, and its editors. */
  async remove(uri: vscode.Uri): Promise<void> {
    const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs).filter((tab) => tab.input instanceof vscode.TabInputText && tab.input.uri.toString() === uri.toString());
    if (!(await vscode.window.tabGroups.close(tabs))) return;
    await vscode.workspace.fs.delete(uri);
    this.problems.delete(uri);
  }

  /** The scenario that stands in a document now, saved or not. */
  async read(uri: vscode.Uri): Promise<WrittenScenario> {
    const document = await vscode.workspace.openTextDocument(uri);
    return { source: { name: `scenarios/${uri.path.slice(uri.path.lastIndexOf("/") + 1)}`, text: document.getText() }, uri };
  }

  /** The patch that a document was written for; a UserError when it is none of ours, or its series is not open. */
  async placeOf(uri: vscode.Uri): Promise<{ session: Session; place: PatchInSeries }> {
    const ids = new RegExp(`/${scenarioFolder}/([0-9a-f]+)\\.([0-9a-f]+)/[^/]+\\.c$`).exec(uri.path);
    if (ids === null) throw errors.noOwnScenario();
    const session = await this.sessions.find(ids[1] ?? "");
    const place = session?.patchById(ids[2] ?? "");
    if (session === undefined || place === undefined) throw errors.noSuchPatch();
    return { session, place };
  }

  /** Shows in its document why a scenario could not be run, or that nothing stands against it any more. */
  tell({ source, uri }: WrittenScenario, { verdict, reason }: Pick<RunResult, "verdict" | "reason">): void {
    if (verdict !== "does-not-apply" || reason === null) return this.problems.delete(uri);
    const named = reason.indexOf(source.name);
    const line = named < 0 ? null : /^(?:,? line |:)(\d+)/.exec(reason.slice(named + source.name.length));
    const diagnostic = new vscode.Diagnostic(lineRange(Number(line?.[1] ?? 1), Number(line?.[1] ?? 1)), l10n.t("The scenario does not apply: {0}", reason), vscode.DiagnosticSeverity.Error);
    diagnostic.source = "Lifeline";
    this.problems.set(uri, [diagnostic]);
  }

  dispose(): void {
    this.owner.dispose();
  }

  private folderOf(session: string, patchKey: string): vscode.Uri {
    return vscode.Uri.joinPath(this.extension.storageUri ?? this.extension.globalStorageUri, scenarioFolder, `${session}.${patchIdOf(patchKey)}`);
  }
}

/** What the header of a scenario says that it is called; empty where it says nothing. */
function nameOf(text: string): string {
  return /^\/\* scenario: *(\S+)/.exec(text)?.[1] ?? "";
}

/** The text with a name that no other scenario of the patch has. */
function renamed(text: string, taken: ReadonlySet<string>): string {
  const name = nameOf(text);
  let free = name;
  for (let at = 2; taken.has(free); at++) free = `${name}-${at}`;
  return text.replace(name, () => free);
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  return vscode.workspace.fs.stat(uri).then(() => true, () => false);
}
