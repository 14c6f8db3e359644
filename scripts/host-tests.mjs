// Runs test/host inside a real VS Code and keeps the counts: `node scripts/host-tests.mjs [mocha grep]`. dist/ and out/test/ must be built.
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { downloadAndUnzipVSCode, runTests } from "@vscode/test-electron";
import { desktopVersion, findDesktop, hasDisplay } from "./host/desktop.mjs";
import { projectRoot } from "./host/paths.mjs";

const results = process.env.LIFELINE_RESULTS ?? join(projectRoot, "test-results/host.json");
await mkdir(join(results, ".."), { recursive: true });
await rm(results, { force: true });
const folder = await mkdtemp(join(tmpdir(), "lifeline-folder-"));
try {
  await runTests({
    vscodeExecutablePath: await chooseHost(),
    extensionDevelopmentPath: projectRoot,
    extensionTestsPath: join(projectRoot, "out/test/host/index.js"),
    extensionTestsEnv: { LIFELINE_RESULTS: results, ...(process.argv[2] ? { LIFELINE_TEST_GREP: process.argv[2] } : {}) },
    launchArgs: [folder],
  });
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}

/**
 * The program that runs the tests: a desktop VS Code from PATH, else a downloaded one, both only where there is a display;
 * else the launcher of the browser-hosted one. LIFELINE_HOST=server or desktop forces the choice.
 */
async function chooseHost() {
  const launcher = join(projectRoot, "scripts/host/launcher.mjs");
  const wanted = process.env.LIFELINE_HOST;
  if (wanted === "server" || (wanted !== "desktop" && !hasDisplay())) return launcher;
  const found = findDesktop();
  if (found?.program) {
    console.log(`Host: VS Code ${found.version} (desktop)`);
    return found.program;
  }
  try {
    const program = await downloadAndUnzipVSCode({ version: "stable", cachePath: join(projectRoot, ".vscode-test"), timeout: 10_000 });
    console.log(`Host: VS Code ${desktopVersion(program)} (desktop, downloaded)`);
    return program;
  } catch (error) {
    if (wanted === "desktop") throw error;
    console.log(`No desktop VS Code could be downloaded (${error.message}); the browser-hosted one takes its place`);
    return launcher;
  }
}
