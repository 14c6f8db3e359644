// Which desktop VS Code `npm start` takes, and how it is started; shown on stand-ins for its files.
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { findDesktop } from "../../scripts/host/desktop.mjs";

const root = resolve(__dirname, "../..");
let folder: string;

beforeEach(({ skip }) => {
  skip(process.platform !== "linux", "the stand-ins are laid out as on Linux");
  folder = mkdtempSync(join(tmpdir(), "lifeline-desktop-"));
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

describe("the desktop VS Code on PATH", () => {
  it("is the program beside the command's own folder", () => {
    const program = install("1.101.2");
    expect(findDesktop()).toEqual({ command: join(folder, "bin/code"), program, version: "1.101.2" });
  });

  it("is not taken when it is older than the manifest allows", () => {
    install("1.99.3");
    expect(findDesktop()).toBeNull();
  });

  it("is not the command of a remote session", () => {
    const real = write("server/bin/remote-cli/code", "#!/bin/sh\n");
    link(real);
    expect(findDesktop()).toBeNull();
  });

  it("is only a command when the program cannot be told from it", () => {
    link(write("wrapper/bin/run-anything", "#!/bin/sh\n"));
    expect(findDesktop()).toEqual({ command: join(folder, "bin/code"), program: null, version: null });
  });

  it("is started by npm start with the extension, the sample and settings of its own, and nothing stays behind", () => {
    // The stand-in notes what it was given, and what lies in its folders, in place of opening a window.
    install("1.101.2", `#!/bin/sh\nprintf '%s\\n' "open=$LIFELINE_OPEN" "ipc=$VSCODE_IPC_HOOK_CLI" "$@" > "${folder}/said"\n`);
    const run = spawnSync(process.execPath, [join(root, "scripts/start.mjs")], {
      encoding: "utf8",
      env: { ...process.env, DISPLAY: ":0", VSCODE_IPC_HOOK_CLI: "/nowhere", LIFELINE_HOST: "", TMPDIR: folder },
    });
    expect(run.stderr).toBe("");
    expect(run.status).toBe(0);
    const said = readFileSync(join(folder, "said"), "utf8").trim().split("\n");
    expect(said.slice(0, 2)).toEqual(["open=sample", "ipc="]);
    expect(said).toContain(`--extensionDevelopmentPath=${root}`);
    expect(said.at(-1)).toMatch(/lifeline-start-\w+\/patches$/);
    expect(spawnSync("ls", [folder], { encoding: "utf8" }).stdout).not.toContain("lifeline-start-");
  });
});

/** Lays out a desktop VS Code as its packages do, puts its command on PATH, and gives its program. */
function install(version: string, program = "#!/bin/sh\n"): string {
  write("share/code/resources/app/package.json", JSON.stringify({ version }));
  link(write("share/code/bin/code", "#!/bin/sh\nexit 1\n"));
  return write("share/code/code", program);
}

function write(path: string, content: string): string {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  chmodSync(file, 0o755);
  return file;
}

function link(command: string): void {
  mkdirSync(join(folder, "bin"), { recursive: true });
  symlinkSync(command, join(folder, "bin/code"));
  vi.stubEnv("PATH", `${join(folder, "bin")}:${process.env["PATH"] ?? ""}`);
}
