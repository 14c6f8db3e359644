// Finds a desktop VS Code by the `code` command on PATH.
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { onPath } from "./chromium.mjs";
import { projectRoot } from "./paths.mjs";

/** True where a window can be opened. */
export function hasDisplay() {
  if (process.platform === "darwin" || process.platform === "win32") return true;
  return Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}

/**
 * The desktop VS Code behind `code` on PATH: the command, the program that it starts, which stays in the foreground, and its version.
 * The latter two are null when the command is something else (a snap's wrapper, say). Null when there is no `code`, when it is too
 * old for the extension, or when it is the command of a remote or browser session, which cannot open a window of its own.
 */
export function findDesktop() {
  const command = onPath(["code"]);
  if (!command) return null;
  const real = realpathSync(command);
  if (/[\\/]remote-cli[\\/]/.test(real)) return null;
  const base = dirname(dirname(real));
  const candidates = {
    darwin: [join(base, "../../MacOS/Electron"), join(base, "../../MacOS/Code")],
    win32: [join(base, "Code.exe")],
  }[process.platform] ?? [join(base, "code")];
  const program = candidates.find((path) => path !== real && existsSync(path)) ?? null;
  const version = program ? desktopVersion(program) : null;
  return version && isOlder(version, oldest) ? null : { command, program, version };
}

/** The version of a desktop program, as in "1.100.3"; null when its product file is not where it should be. */
export function desktopVersion(program) {
  for (const place of ["resources/app/package.json", "../Resources/app/package.json"]) {
    const file = join(dirname(program), place);
    if (existsSync(file)) return JSON.parse(readFileSync(file, "utf8")).version;
  }
  return null;
}

/** The oldest version that the manifest accepts. */
const oldest = JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8")).engines.vscode.replace("^", "");

function isOlder(version, than) {
  const [a, b] = [version, than].map((text) => text.split(".").map((part) => Number.parseInt(part, 10)));
  const place = a.findIndex((value, index) => value !== b[index]);
  return place !== -1 && a[place] < b[place];
}
