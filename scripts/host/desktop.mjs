// Finds a desktop VS Code by the `code` command on PATH.
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { onPath } from "./chromium.mjs";

/** True where a window can be opened. */
export function hasDisplay() {
  if (process.platform === "darwin" || process.platform === "win32") return true;
  return Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}

/**
 * The desktop VS Code behind `code` on PATH: the command, and the program that it starts, which stays in the foreground.
 * `program` is null when the command is something else (a snap's wrapper, say). Null when there is no `code`, or when it
 * is the command of a remote or browser session, which opens files in that session's window and cannot open one.
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
  return { command, program: candidates.find((path) => path !== real && existsSync(path)) ?? null };
}

/** The version of a desktop program, as in "1.100.3"; "of unknown version" when its product file is not where it should be. */
export function desktopVersion(program) {
  for (const place of ["resources/app/package.json", "../Resources/app/package.json"]) {
    const file = join(dirname(program), place);
    if (existsSync(file)) return JSON.parse(readFileSync(file, "utf8")).version;
  }
  return "of unknown version";
}
