// Runs a program for as long as its own standard input stays open: whoever started it holds the other end, and when that process is
// gone, however it went, the program and all it has started are ended. Called by processes.mjs as the head of a process group.
import { spawn, spawnSync } from "node:child_process";

const [command, ...args] = process.argv.slice(2);
const child = spawn(command, args, { stdio: ["ignore", "inherit", "inherit"], shell: /\.cmd$/i.test(command) });
child.on("error", (error) => {
  console.error(error.message);
  process.exit(127);
});
child.on("exit", (code) => process.exit(code ?? 1));
// A signal to the group reaches the program too; its end is awaited.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => undefined);
process.stdin.on("error", endGroup).on("close", endGroup).resume();

function endGroup() {
  if (process.platform === "win32") spawnSync("taskkill", ["/pid", String(process.pid), "/T", "/F"]);
  else process.kill(-process.pid, "SIGKILL");
}
