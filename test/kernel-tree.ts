// A real kernel tree to read, where there is one: the environment names a folder, or Debian's source package is installed.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface KernelTree {
  readonly folder: string;
  /** Removes what was unpacked for this use; nothing of a folder that was there. */
  readonly dispose: () => void;
}

/** Where Debian's `linux-source-*` packages put their archive. */
const PACKAGES = "/usr/src";

/** The folder that `LIFELINE_KERNEL` names, with drivers/ and fs/ below it; null when it is not set or is no kernel. */
export function namedKernelTree(): string | null {
  const folder = process.env["LIFELINE_KERNEL"] ?? "";
  return folder !== "" && existsSync(join(folder, "drivers")) && existsSync(join(folder, "fs")) ? folder : null;
}

/** The named tree, or the C of drivers/ and fs/ out of an installed source package; a string says why there is none. */
export function openKernelTree(): KernelTree | string {
  const named = namedKernelTree();
  if (named !== null) return { folder: named, dispose: () => undefined };
  const archive = existsSync(PACKAGES) ? readdirSync(PACKAGES).find((name) => /^linux-source-[\d.]+\.tar\.xz$/.test(name)) : undefined;
  if (archive === undefined) return "LIFELINE_KERNEL names no kernel tree, and no linux-source package is installed";
  const folder = mkdtempSync(join(tmpdir(), "lifeline-kernel-"));
  const dispose = (): void => rmSync(folder, { recursive: true, force: true });
  const run = spawnSync("tar", ["-xJf", join(PACKAGES, archive), "-C", folder, "--strip-components=1", "--wildcards", "*/drivers/*.[ch]", "*/fs/*.[ch]"], { encoding: "utf8" });
  if (run.status === 0) return { folder, dispose };
  dispose();
  return `${archive} could not be unpacked: ${run.stderr.slice(-200)}`;
}

/** Every .c and .h below the folders of a tree, sorted. */
export function kernelFiles(tree: string, folders: readonly string[]): string[] {
  return folders.flatMap((folder) => readdirSync(join(tree, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.[ch]$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))).sort();
}

/** A sample without repetition, the same for the same seed (a linear congruential generator, Numerical Recipes' constants). */
export function sampleOf<T>(all: readonly T[], count: number, seed: number): T[] {
  const left = [...all];
  const taken: T[] = [];
  let state = seed >>> 0;
  while (taken.length < count && left.length > 0) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const at = Math.floor((state / 2 ** 32) * left.length);
    const one = left[at];
    const last = left.pop();
    if (one !== undefined) taken.push(one);
    if (at < left.length && last !== undefined) left[at] = last;
  }
  return taken;
}
