// Opens a real VS Code with the built extension and the bundled sample series: `npm start`, or `npm start -- FILE` for another input.
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { findDesktop, hasDisplay } from "./host/desktop.mjs";
import { projectRoot } from "./host/paths.mjs";
import { spawnGroup, stopOnSignals } from "./host/processes.mjs";
import { startServer } from "./host/server.mjs";
import { quietSettings } from "./host/settings.mjs";

// npm runs scripts in the project's folder; a path on its command line is meant from where the user is.
const input = process.argv[2] ? resolve(process.env.INIT_CWD ?? ".", process.argv[2]) : null;
if (input && !existsSync(input)) {
  console.error(`There is no file ${input}`);
  process.exit(2);
}

const dataDir = await mkdtemp(join(tmpdir(), "lifeline-start-"));
const stops = [() => rm(dataDir, { recursive: true, force: true, maxRetries: 5 })];
stopOnSignals(stopAll);
try {
  const folder = await makeFolder();
  const env = { LIFELINE_OPEN: input ?? "sample" };
  const desktop = process.env.LIFELINE_HOST === "server" || !hasDisplay() ? null : findDesktop();
  process.exitCode = desktop ? await openDesktop(desktop, folder, env) : await openServer(folder, env);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  await stopAll();
}

/** A throwaway folder to have open, with a copy of the samples in it for the explorer's menu. */
async function makeFolder() {
  const folder = join(dataDir, "patches");
  await mkdir(folder);
  const samples = join(projectRoot, "media/samples");
  if (!input && existsSync(samples)) await cp(samples, folder, { recursive: true });
  if (input) await cp(input, join(folder, basename(input)), { recursive: true });
  return folder;
}

/** Opens a window of the desktop VS Code, with settings and extensions of its own, and waits until it is closed. */
async function openDesktop({ command, program, version }, folder, env) {
  const userDir = join(dataDir, "user");
  await mkdir(join(userDir, "User"), { recursive: true });
  await writeFile(join(userDir, "User/settings.json"), JSON.stringify(quietSettings, null, 2));
  const args = ["--user-data-dir", userDir, "--extensions-dir", join(dataDir, "extensions"), "--new-window", "--skip-release-notes", "--disable-workspace-trust", `--extensionDevelopmentPath=${projectRoot}`, folder];
  // Electron refuses to start as root with its sandbox.
  if (process.getuid?.() === 0) args.unshift("--no-sandbox");
  console.log(`VS Code ${version ?? "(desktop)"} opens. Close its window or press Ctrl-C to end.`);
  // The program itself stays in the foreground and can be ended as a group; where only the command is known, --wait keeps it there.
  const window = spawnGroup(program ?? command, program ? args : ["--wait", ...args], {
    env: { ...environmentOutsideEditors(), ...env },
  });
  stops.push(() => window.stop());
  const status = await window.ended;
  if (status !== 0) console.error(window.output());
  return status;
}

/** Starts the browser-hosted VS Code and serves it until Ctrl-C. */
async function openServer(folder, env) {
  const server = await startServer({ dataDir: join(dataDir, "server"), token: randomBytes(18).toString("hex"), env, log: console.log });
  stops.push(() => server.stop());
  console.log(`VS Code ${server.version} is served to this machine only. Open it in a browser:\n`);
  console.log(`  ${server.workbenchUrl({ folder, extensionDevelopmentPath: projectRoot })}\n`);
  console.log("Press Ctrl-C to end it.");
  return server.ended;
}

/** This environment without the variables by which `code` would find the window that it was started in. */
function environmentOutsideEditors() {
  return Object.fromEntries(Object.entries(process.env).filter(([key]) => !/^(VSCODE_|ELECTRON_)/.test(key)));
}

/** Ends what was started, last first. */
async function stopAll() {
  for (const stop of stops.splice(0).reverse()) await stop();
}
