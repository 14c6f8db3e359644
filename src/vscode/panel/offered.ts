// The scenarios that a page offers: those that fit the patch, and beside them those that the user has written for it.
import * as vscode from "vscode";
import { l10n } from "vscode";
import type { OfferedScenario } from "../../protocol/messages.js";
import { columnForDocuments } from "../diff/open.js";
import type { Engine } from "../engine.js";
import type { Scenarios, WrittenScenario } from "./scenarios.js";

interface Own {
  readonly uri: vscode.Uri;
  readonly info: OfferedScenario;
}

export class OfferedScenarios {
  /** The user's scenarios as they were told last. */
  private own: readonly Own[] = [];
  /** The one that was run or written last: it stands before another of its name. */
  private last: vscode.Uri | null = null;
  /** Counts what was asked for, so that an answer that comes too late changes nothing. */
  private asked = 0;

  constructor(private readonly engine: Engine, private readonly session: string, private readonly scenarios: Scenarios) {}

  /** Another patch is shown: the user's scenarios were for the one before. */
  forget(): void {
    this.own = [];
    this.last = null;
    this.asked++;
  }

  /** Puts a user's scenario before others of its name; returns that name. */
  async offer(written: WrittenScenario): Promise<string> {
    this.last = written.uri;
    const info = await this.infoOf(written);
    this.own = [{ uri: written.uri, info }, ...this.own.filter((one) => one.info.name !== info.name)];
    return info.name;
  }

  /** Those that fit the patch, and the user's own, each of which stands in the place of a shipped one of its name. */
  async of(patchKey: string): Promise<readonly OfferedScenario[]> {
    const turn = ++this.asked;
    const [shipped, uris] = await Promise.all([this.engine.call("scenarios", { session: this.session, patchKey }), this.scenarios.list(this.session, patchKey)]);
    const isLast = (uri: vscode.Uri): boolean => uri.toString() === this.last?.toString();
    const ordered = [...uris.filter(isLast), ...uris.filter((uri) => !isLast(uri))];
    // One that cannot be read any more is not offered.
    const read = await Promise.all(ordered.map(async (uri): Promise<Own | null> => this.scenarios.read(uri).then(async (written) => ({ uri, info: await this.infoOf(written) }), () => null)));
    const own = read.filter((one) => one !== null).filter((one, at, all) => all.findIndex((other) => other.info.name === one.info.name) === at);
    if (turn === this.asked) this.own = own;
    return [...shipped.filter((one) => own.every((mine) => mine.info.name !== one.name)), ...own.map((one) => one.info)];
  }

  /** True when `name` is a scenario of the user's own. */
  isOwn(name: string): boolean {
    return this.documentOf(name) !== null;
  }

  /** The user's scenario as it is now, when that is what `name` stands for: it may have been written on since it was run. */
  async written(name: string): Promise<WrittenScenario | null> {
    const uri = this.documentOf(name);
    return uri === null ? null : this.scenarios.read(uri);
  }

  /** Shows its C in an editor. */
  async open(name: string): Promise<void> {
    const uri = this.documentOf(name);
    if (uri !== null) await vscode.window.showTextDocument(uri, { preview: false, viewColumn: columnForDocuments() });
  }

  /** Where the user's scenario of this name stands; null for another. */
  private documentOf(name: string): vscode.Uri | null {
    return this.own.find((one) => one.info.name === name)?.uri ?? null;
  }

  private async infoOf({ source }: WrittenScenario): Promise<OfferedScenario> {
    const info = await this.engine.call("scenarioInfo", { source });
    return { ...info, title: l10n.t("{0} (your scenario)", info.title), isOwn: true };
  }
}
