// Once before all UI tests: the server is installed, a Chromium is there, and old pictures are gone.
import { rm } from "node:fs/promises";
import { findChromium } from "../../scripts/host/chromium.mjs";
import { installServer } from "../../scripts/host/install.mjs";
import { picturesFolder } from "./harness.js";

export default async function setup(): Promise<void> {
  findChromium(console.log);
  await installServer(console.log);
  await rm(picturesFolder, { recursive: true, force: true });
}
