// Who the user is: name and address as git would write them.
import { execFile } from "node:child_process";
import { homedir } from "node:os";
import * as vscode from "vscode";
import type { Person } from "../../core/review/questions.js";

/** Milliseconds that git may take. */
const patience = 5000;

/**
 * `user.name` and `user.email` of the workspace's repository, or of the user; null when git is not there or knows no address. Git is run in
 * the workspace only when that is trusted.
 */
export async function readIdentity(): Promise<Person | null> {
  const folder = vscode.workspace.isTrusted ? vscode.workspace.workspaceFolders?.find((one) => one.uri.scheme === "file")?.uri.fsPath : undefined;
  const [name, email] = await Promise.all(["user.name", "user.email"].map((key) => gitConfig(key, folder ?? homedir())));
  return email === undefined || email === "" ? null : { name: name ?? "", email };
}

function gitConfig(key: string, folder: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile("git", ["config", "--get", key], { cwd: folder, timeout: patience, windowsHide: true }, (error, output) => resolve(error === null ? output.trim() : undefined));
  });
}
