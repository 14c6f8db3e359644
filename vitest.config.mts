// The test projects that plain Node runs. Host tests run inside VS Code (scripts/host-tests.mjs), not here.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      { test: { name: "tidy", include: ["test/*.test.ts"] } },
      // Most take milliseconds; the limit is for what hangs, also on a machine that does much else.
      { test: { name: "core", include: ["test/core/**/*.test.ts"], testTimeout: 60_000, hookTimeout: 60_000 } },
      // Edge tests use what was built: the worker, the command line.
      { test: { name: "edge", include: ["test/edge/**/*.test.ts"], testTimeout: 90_000, hookTimeout: 90_000 } },
      // What other programs say of the same input; takes minutes, so only `npm run verify` runs it.
      { test: { name: "verify", include: ["test/verify/**/*.test.ts"], testTimeout: 600_000 } },
      {
        test: {
          name: "ui",
          include: ["test/ui/**/*.ui.ts"],
          // Every file starts a VS Code server and a browser of its own, so one at a time.
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // The workbench is not ours and may swallow a click while it lays itself out; what it showed is printed each time.
          retry: 1,
          globalSetup: ["test/ui/setup.ts"],
          // What a test waits for in the workbench may take long on a busy machine.
          expect: { poll: { timeout: 20_000, interval: 100 } },
        },
      },
    ],
  },
});
