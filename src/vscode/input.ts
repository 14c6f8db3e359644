// Bytes of what the user opens: read through the editor's file systems, within limits.
import * as vscode from "vscode";
import { l10n } from "vscode";
import { errors, reasonOf } from "./errors.js";

/**
 * The largest input in bytes. Every version of a 26-patch series with 365 mails is 4 MB; a month of a busy list is 60 MB. The bytes are
 * held twice (here and in the worker), and the reader's texts come on top.
 */
export const maxInputBytes = 64 * 1024 * 1024;

/** The whole file, or a UserError that says why not. */
export async function readInput(uri: vscode.Uri): Promise<Uint8Array> {
  const name = nameOf(uri);
  let stat: vscode.FileStat;
  try {
    stat = await vscode.workspace.fs.stat(uri);
  } catch (error) {
    throw errors.unreadable(name, reasonOf(error));
  }
  if ((stat.type & vscode.FileType.Directory) !== 0) throw errors.isFolder(name);
  if (stat.size > maxInputBytes) throw errors.tooLarge(name, megabytes(stat.size), megabytes(maxInputBytes));
  let bytes: Uint8Array;
  try {
    bytes = await vscode.workspace.fs.readFile(uri);
  } catch (error) {
    throw errors.unreadable(name, reasonOf(error));
  }
  // Some file systems do not know a file's size before it is read.
  if (bytes.length > maxInputBytes) throw errors.tooLarge(name, megabytes(bytes.length), megabytes(maxInputBytes));
  if (bytes.length === 0) throw errors.empty(name);
  return bytes;
}

/** The last part of the path, for messages and labels. */
export function nameOf(uri: vscode.Uri): string {
  return uri.path.slice(uri.path.lastIndexOf("/") + 1) || uri.toString(true);
}

function megabytes(bytes: number): string {
  return l10n.t("{0} MB", Math.max(1, Math.round(bytes / (1024 * 1024))));
}
