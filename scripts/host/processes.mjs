// Child processes that end with us, together with everything they started.
import { spawn, spawnSync } from "node:child_process";

/** How long a group has to end by itself before it is killed, in milliseconds. */
const grace = 3_000;

/** The groups that run now; when this process ends, however it ends short of being killed, they are killed too. */
const groups = new Set();

process.on("exit", () => {
  for (const child of groups) signalGroup(child, "SIGKILL");
});

/**
 * Starts a program as the head of a process group of its own.
 * Its output is kept (the last 20,000 characters) unless `stdio` says otherwise.
 */
export function spawnGroup(command, args, { stdio = ["ignore", "pipe", "pipe"], ...options } = {}) {
  const child = spawn(command, args, { ...options, stdio, detached: process.platform !== "win32" });
  groups.add(child);
  let output = "";
  const keep = (chunk) => (output = (output + chunk).slice(-20_000));
  child.stdout?.on("data", keep);
  child.stderr?.on("data", keep);
  const ended = new Promise((resolve) => {
    child.on("error", (error) => {
      keep(`${error.message}\n`);
      groups.delete(child);
      resolve(127);
    });
    child.on("exit", (code, signal) => {
      // The head is gone; what it has started may still be there.
      signalGroup(child, "SIGKILL");
      groups.delete(child);
      resolve(code ?? (signal ? 1 : 0));
    });
  });
  const stop = async () => {
    if (!groups.has(child)) return;
    signalGroup(child, "SIGTERM");
    const timer = setTimeout(() => signalGroup(child, "SIGKILL"), grace);
    await ended;
    clearTimeout(timer);
  };
  return { child, ended, stop, output: () => output };
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
