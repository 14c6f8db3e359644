// Puts the VS Code server of the npm package code-server under .vscode-test/, once, and tells where it is.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { projectRoot } from "./paths.mjs";

/** 4.100.3 is the newest code-server that runs on Node 20; it holds VS Code 1.100.3. */
export const serverPackage = "code-server@4.100.3";

const store = join(projectRoot, ".vscode-test");
const installed = join(store, serverPackage.replace("@", "-"));

/**
 * The folder of the VS Code server (the one with `out/server-main.js`), installed first if it is not there yet.
 * Every run installs into a folder of its own, which is moved to its place in one step: an interrupted run leaves nothing
 * that looks complete, and of two runs at a time the slower one takes what the faster one has put there.
 * @param {(line: string) => void} log
 */
export async function installServer(log) {
  const server = join(installed, "node_modules/code-server/lib/vscode");
  if (existsSync(installed)) return server;
  await mkdir(store, { recursive: true });
  await removeLeftovers();
  const started = Date.now();
  log(`Installing ${serverPackage} under .vscode-test/ (once, about a minute)`);
  const part = join(store, `part-${process.pid}`);
  await mkdir(part, { recursive: true });
  try {
    await writeFile(join(part, "package.json"), JSON.stringify({ private: true }));
    await npm(part, ["install", "--ignore-scripts", "--no-package-lock", "--no-save", serverPackage]);
    // The server's own dependencies come from the shrinkwrap beside it; its native modules are left unbuilt, it runs without them.
    await npm(join(part, "node_modules/code-server/lib/vscode"), ["install", "--ignore-scripts", "--omit=dev"]);
    await rename(part, installed).catch((error) => {
      if (!existsSync(installed)) throw error;
    });
  } finally {
    await rm(part, { recursive: true, force: true });
  }
  log(`Installed in ${Math.round((Date.now() - started) / 1000)} s`);
  return server;
}

/** The version of VS Code in an installed server, as in "1.100.3". */
export async function serverVersion(server) {
  return JSON.parse(await readFile(join(server, "package.json"), "utf8")).version;
}

/** Removes what runs that are no longer alive have left half done. */
async function removeLeftovers() {
  for (const name of await readdir(store)) {
    const owner = /^part-(\d+)$/.exec(name);
    if (owner && !isAlive(Number(owner[1]))) await rm(join(store, name), { recursive: true, force: true });
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

/** Runs npm quietly; what it printed is shown when it fails. */
function npm(cwd, args) {
  return new Promise((resolve, reject) => {
    // Settings that npm hands to its scripts (prefix, workspace, local config) are not for an install elsewhere.
    const env = Object.fromEntries(Object.entries(process.env).filter(([key]) => !/^npm_(config_local_prefix|config_prefix|package_|lifecycle_)/i.test(key)));
    const child = spawn("npm", [...args, "--no-audit", "--no-fund", "--loglevel=error"], {
      cwd,
      env,
      shell: process.platform === "win32",
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    child.stdout.on("data", (chunk) => (output += chunk));
    child.stderr.on("data", (chunk) => (output += chunk));
    child.on("error", reject);
    child.on("close", (code) => (code === 0 ? resolve() : reject(new Error(`npm ${args.join(" ")} ended with ${code}\n${output}`))));
  });
}
