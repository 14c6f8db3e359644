// Starts the browser-hosted VS Code: one server on 127.0.0.1 that calls nobody, with a data folder of its own.
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { installServer, serverVersion } from "./install.mjs";
import { quietSettings } from "./settings.mjs";
import { spawnGroup } from "./processes.mjs";

/** How long a server may take from its start to its first answer, in milliseconds. It needs 200 on a quiet machine. */
const startLimit = 60_000;

/**
 * @param {object} options
 * @param {string} options.dataDir where the server keeps settings, state and logs; made if it is not there
 * @param {Record<string, unknown>} [options.settings] user settings on top of the quiet ones
 * @param {Record<string, string>} [options.env] environment of the server and of its extension host
 * @param {string} [options.token] a connection token; without one everybody on this machine may connect
 * @param {(line: string) => void} options.log
 * @returns {Promise<{ origin: string, authority: string, version: string, workbenchUrl(options: object): string, ended: Promise<number>, stop(): Promise<void> }>}
 */
export async function startServer({ dataDir, settings = {}, env = {}, token, log }) {
  const server = await installServer(log);
  const version = await serverVersion(server);
  await mkdir(join(dataDir, "data/User"), { recursive: true });
  // Written before the start: this host does not notice a later edit of the file.
  await writeFile(join(dataDir, "data/User/settings.json"), JSON.stringify({ ...quietSettings, ...settings }, null, 2));
  const tokenArguments = ["--without-connection-token"];
  if (token) {
    const file = join(dataDir, "token");
    await writeFile(file, token, { mode: 0o600 });
    tokenArguments.splice(0, 1, "--connection-token-file", file);
  }
  // VS Code takes a theme that lies below the extension under development for that extension's own, and switches to it. The server lies
  // below this project, so it is shown its built-in extensions, themes among them, by a path that does not.
  const builtins = join(dataDir, "builtin-extensions");
  await symlink(join(server, "extensions"), builtins, "junction");
  // A port that was free a moment ago can be taken by the time the server binds it, so another one is tried.
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const started = spawnGroup(process.execPath, [
      join(server, "out/server-main.js"),
      ...["--host", "127.0.0.1", "--port", String(port), ...tokenArguments],
      ...["--accept-server-license-terms", "--disable-update-check", "--telemetry-level", "off", "--server-data-dir", dataDir, "--builtin-extensions-dir", builtins],
    ], { env: { ...serverEnvironment(), ...env }, cwd: dataDir });
    const authority = `127.0.0.1:${port}`;
    const origin = `http://${authority}`;
    if (await answers(`${origin}/version`, started)) {
      return {
        origin,
        authority,
        version,
        workbenchUrl: (options) => workbenchUrl({ origin, authority, token, ...options }),
        ended: started.ended,
        stop: started.stop,
      };
    }
    await started.stop();
    if (attempt === 3) throw new Error(`the VS Code server did not start\n${started.output()}`);
  }
}

/**
 * Installs a packaged extension where a server with this data folder will find it, as its `--install-extension` does for users.
 *
 * @param {{ dataDir: string, file: string, log: (line: string) => void }} options
 * @returns {Promise<void>} rejected with what the installer said
 */
export async function installPackage({ dataDir, file, log }) {
  const server = await installServer(log);
  await mkdir(dataDir, { recursive: true });
  const started = spawnGroup(process.execPath, [
    join(server, "out/server-main.js"),
    ...["--install-extension", file, "--server-data-dir", dataDir, "--accept-server-license-terms", "--telemetry-level", "off"],
  ], { env: serverEnvironment(), cwd: dataDir });
  const status = await started.ended;
  if (status !== 0) throw new Error(`the package was not installed (status ${status})\n${started.output()}`);
}

/** The address of the workbench with a folder open and an extension under development. */
function workbenchUrl({ origin, authority, token, folder, extensionDevelopmentPath, extensionTestsPath }) {
  const payload = [["skipWelcome", "true"]];
  if (extensionDevelopmentPath) payload.push(["extensionDevelopmentPath", `vscode-remote://${authority}${urlPath(extensionDevelopmentPath)}`]);
  if (extensionTestsPath) payload.push(["extensionTestsPath", `vscode-remote://${authority}${urlPath(extensionTestsPath)}`]);
  const query = new URLSearchParams();
  if (token) query.set("tkn", token);
  if (folder) query.set("folder", urlPath(folder));
  query.set("payload", JSON.stringify(payload));
  return `${origin}/?${query}`;
}

/** A path as VS Code's addresses have it: with forward slashes, and one at its front. */
function urlPath(path) {
  const slashed = path.replaceAll("\\", "/");
  return slashed.startsWith("/") ? slashed : `/${slashed}`;
}

/** This process's environment without what belongs to an editor that it may run in, and with an extension gallery of nowhere. */
function serverEnvironment() {
  const inherited = Object.entries(process.env).filter(([key]) => !/^(VSCODE_|ELECTRON_)/.test(key));
  return { ...Object.fromEntries(inherited), EXTENSIONS_GALLERY: "{}" };
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

/** Waits until an address answers; false when the process ends first or the time is up. */
async function answers(url, started) {
  let ended = false;
  void started.ended.then(() => (ended = true));
  const deadline = Date.now() + startLimit;
  while (!ended && Date.now() < deadline) {
    const response = await fetch(url).catch(() => null);
    if (response?.ok) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}
