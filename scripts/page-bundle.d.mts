// Types of page-bundle.mjs, for the UI tests.
import type { BuildOptions } from "esbuild";

/** esbuild's options for the page, without what differs between a build and a test; `root` is the project's folder. */
export function pageOptions(root: string): BuildOptions;
