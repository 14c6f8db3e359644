// Child processes that end with us, together with everything they started.
import { spawn, spawnSync } from "node:child_process";
import { join } from "node:path";
import { projectRoot } from "./paths.mjs";

/** How long a group has to end by itself before it is killed, in milliseconds. */
const grace = 3_000;

/**
 * Starts a program in a process group of its own, under a guard that ends the group when this process is gone.
 * Of its output the last 20,000 characters are kept.
 */
export function spawnGroup(command, args, options = {}) {
  const guard = join(projectRoot, "scripts/host/guard.mjs");
  const child = spawn(process.execPath, [guard, command, ...args], { ...options, stdio: ["pipe", "pipe", "pipe"], detached: process.platform !== "win32" });
  let output = "";
  const keep = (chunk) => (output = (output + chunk).slice(-20_000));
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  // The pipe is only held open; it breaks when the group ends first.
  child.stdin.on("error", () => undefined);
  let running = true;
  const ended = new Promise((resolve) => {
    child.on("error", (error) => {
      running = false;
      keep(`${error.message}\n`);
      resolve(127);
    });
    child.on("exit", (code) => {
      running = false;
      // The head is gone; what it has started may still be there.
      signalGroup(child, "SIGKILL");
      resolve(code ?? 1);
    });
  });
  const stop = async () => {
    if (!running) return;
    signalGroup(child, "SIGTERM");
    const timer = setTimeout(() => signalGroup(child, "SIGKILL"), grace);
    await ended;
    clearTimeout(timer);
  };
  return { ended, stop, output: () => output };
}

/**
 * Calls `stop` once when the user or the system asks this process to end, then ends it with the usual status.
 * A second request ends it at once.
 */
export function stopOnSignals(stop) {
  let asked = false;
  for (const [signal, status] of [["SIGINT", 130], ["SIGTERM", 143], ["SIGHUP", 129]]) {
    process.on(signal, () => {
      if (asked) process.exit(status);
      asked = true;
      void Promise.resolve(stop()).finally(() => process.exit(status));
    });
  }
}

function signalGroup(child, signal) {
  if (child.pid === undefined) return;
  try {
    if (process.platform === "win32") spawnSync("taskkill", ["/pid", String(child.pid), "/T", "/F"]);
    else process.kill(-child.pid, signal);
  } catch (error) {
    // No such group: it has ended already.
    if (error.code !== "ESRCH") throw error;
  }
}
