// Where the project lies.
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of package.json. */
export const projectRoot = resolve(fileURLToPath(import.meta.url), "../../..");
