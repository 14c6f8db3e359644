// The scenarios that a page offers: those that fit the patch, and beside them one that the user has written.
import type * as vscode from "vscode";
import { l10n } from "vscode";
import type { ScenarioInfo } from "../../core/simulate/types.js";
import type { Engine } from "../engine.js";
import type { WrittenScenario } from "./scenarios.js";

export class OfferedScenarios {
  /** The user's own scenario that is offered beside the shipped ones. */
  private own: { readonly uri: vscode.Uri; readonly info: ScenarioInfo } | null = null;

  constructor(private readonly engine: Engine, private readonly session: string, private readonly read: (uri: vscode.Uri) => Promise<WrittenScenario>) {}

  /** Another patch is shown: the user's scenario was for the one before. */
  forget(): void {
    this.own = null;
  }

  /** Puts a user's scenario among those that can be chosen; returns its name. */
  async offer({ source, uri }: WrittenScenario): Promise<string> {
    const info = await this.engine.call("scenarioInfo", { source });
    this.own = { uri, info: { ...info, title: l10n.t("{0} (your scenario)", info.title) } };
    return info.name;
  }

  /** Those that fit the patch, the user's own first; it stands in the place of a shipped one of its name. */
  async of(patchKey: string): Promise<readonly ScenarioInfo[]> {
    const { own } = this;
    const shipped = await this.engine.call("scenarios", { session: this.session, patchKey });
    return own === null ? shipped : [own.info, ...shipped.filter((one) => one.name !== own.info.name)];
  }

  /** True when `name` is the user's own scenario. */
  isOwn(name: string): boolean {
    return this.own?.info.name === name;
  }

  /** The user's scenario as it is now, when that is what `name` stands for: it may have been written on since it was run. */
  async written(name: string): Promise<WrittenScenario | null> {
    return this.own?.info.name === name ? this.read(this.own.uri) : null;
  }
}
