// Finds the Chromium that shows the browser-hosted VS Code in tests; on a bare Debian, as root, installs it.
import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Programs that are Chromium, by the names that they have on PATH. */
const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];

/** Switches of every start: no sandbox (root has none), and no name but this machine's can be looked up. */
export const chromiumArguments = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
];

/**
 * The path of a Chromium. Throws with one clear line when there is none and none can be installed.
 * @param {(line: string) => void} log
 */
export function findChromium(log) {
  const named = process.env.CHROME_PATH;
  if (named) {
    if (!isProgram(named)) throw new Error(`CHROME_PATH names ${named}, which is not a program`);
    return named;
  }
  const found = onPath(names) ?? macChrome();
  if (found) return found;
  if (process.getuid?.() === 0 && onPath(["apt-get"])) {
    log("Installing Debian's chromium (once)");
    apt(["update"]);
    const installed = apt(["install", "--yes", "--no-install-recommends", "chromium"]);
    const program = onPath(names);
    if (program) return program;
    throw new Error(`apt-get could not install chromium: ${installed}`);
  }
  throw new Error("no Chromium found: install chromium or google-chrome, or set CHROME_PATH to its program");
}

/** The first of some programs that is on PATH. */
export function onPath(programs) {
  const folders = (process.env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  const endings = process.platform === "win32" ? [".exe", ".cmd"] : [""];
  for (const program of programs) {
    for (const folder of folders) {
      for (const ending of endings) {
        const path = join(folder, program + ending);
        if (isProgram(path)) return path;
      }
    }
  }
  return null;
}

function macChrome() {
  const path = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";
  return process.platform === "darwin" && existsSync(path) ? path : null;
}

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Runs apt-get and returns the end of what it said on standard error. */
function apt(args) {
  const run = spawnSync("apt-get", args, { env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" }, encoding: "utf8" });
  return (run.stderr ?? "").trim().split("\n").at(-1) ?? "";
}
