// Open from Lore: a link or Message-ID from the user, the thread's mailbox from its archive, kept beside the copied mails. Only on request.
import * as vscode from "vscode";
import { l10n } from "vscode";
import type { LoreAddress } from "../../core/lore.js";
import { CancelSource } from "../cancel.js";
import type { Engine } from "../engine.js";
import { errors } from "../errors.js";
import { shortId } from "../ids.js";
import { failureText, refusalText } from "./words.js";

export interface LoreContext {
  readonly extension: vscode.ExtensionContext;
  readonly engine: Engine;
}

/** What was fetched: the file that keeps it, and the name of its row. */
export interface Fetched {
  readonly uri: vscode.Uri;
  readonly label: string;
}

/**
 * Fetches a thread; asks for the link when none is given. Undefined when the user has left the box; a UserError says why nothing was
 * fetched, a CancelledError that the user did not want to wait.
 */
export async function fetchFromLore(context: LoreContext, given?: string): Promise<Fetched | undefined> {
  const { engine } = context;
  try {
    const text = given ?? (await askForLink(context));
    if (text === undefined) return undefined;
    const result = await engine.call("address", { text, loopback: isTest(context) });
    if (!("address" in result)) throw errors.noAddress(refusalText(result.refused));
    const bytes = await fetchBytes(context, result.address);
    return { uri: await keep(context.extension, result.address, bytes), label: result.address.messageId };
  } finally {
    engine.rest();
  }
}

/** Takes away what was fetched for a series that is not open any more; nothing happens for other files. */
export async function forgetFetched(extension: vscode.ExtensionContext, uri: vscode.Uri): Promise<void> {
  if (!uri.toString().startsWith(`${folderOf(extension).toString()}/`)) return;
  await vscode.workspace.fs.delete(uri).then(undefined, () => undefined);
}

function askForLink(context: LoreContext): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    title: l10n.t("Open from Lore"), prompt: l10n.t("Link to a message on lore.kernel.org, or its Message-ID. The whole thread is fetched from there over https."),
    placeHolder: "https://lore.kernel.org/r/…", ignoreFocusOut: true,
    validateInput: async (text) => {
      if (text.trim() === "") return null;
      const result = await context.engine.call("address", { text, loopback: isTest(context) });
      return "address" in result ? null : refusalText(result.refused);
    },
  });
}

async function fetchBytes(context: LoreContext, address: LoreAddress): Promise<Uint8Array> {
  const b4 = vscode.workspace.getConfiguration("lifeline").get<boolean>("b4", false);
  const host = b4 ? "b4" : vscode.Uri.parse(address.url).authority;
  const options = { location: vscode.ProgressLocation.Notification, cancellable: true, title: l10n.t("Fetching the thread from {0}", host) };
  const result = await vscode.window.withProgress(options, async (progress, token) => {
    const cancellation = new CancelSource();
    const listener = token.onCancellationRequested(() => cancellation.cancel());
    try {
      return await context.engine.call("fetch", { address, loopback: isTest(context), b4 }, { cancellation, onProgress: (seen) => progress.report({ message: amountText(seen) }) });
    } finally {
      listener.dispose();
    }
  });
  if ("bytes" in result) return result.bytes;
  throw errors.notFetched(failureText(result.failure, result.detail, host), `${b4 ? "b4 " : ""}${address.url}: ${result.failure} ${result.detail}`);
}

/** A file in the extension's own storage, so that the series can be read again after a reload without asking anybody. */
async function keep(extension: vscode.ExtensionContext, address: LoreAddress, bytes: Uint8Array): Promise<vscode.Uri> {
  const folder = folderOf(extension);
  const uri = vscode.Uri.joinPath(folder, `${shortId(address.url)}.mbox.gz`);
  await vscode.workspace.fs.createDirectory(folder);
  await vscode.workspace.fs.writeFile(uri, bytes);
  return uri;
}

function folderOf(extension: vscode.ExtensionContext): vscode.Uri {
  return vscode.Uri.joinPath(extension.storageUri ?? extension.globalStorageUri, "lore");
}

/** Tests have their archive on this machine, without https. */
function isTest({ extension }: LoreContext): boolean {
  return extension.extensionMode !== vscode.ExtensionMode.Production;
}

function amountText(progress: unknown): string {
  const amount = (name: "received" | "total"): number | null => {
    const value = typeof progress === "object" && progress !== null && name in progress ? (progress as Record<string, unknown>)[name] : null; // `in` has shown that it is there.
    return typeof value === "number" ? value : null;
  };
  const [received, total] = [amount("received") ?? 0, amount("total")];
  const kilobytes = (bytes: number): string => String(Math.ceil(bytes / 1000));
  return total === null ? l10n.t("{0} kB", kilobytes(received)) : l10n.t("{0} of {1} kB", kilobytes(received), kilobytes(total));
}
