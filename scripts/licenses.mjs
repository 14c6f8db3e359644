// The licences of the packages whose code is in our bundles, as one text that ships with them.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * One section per package, by name. Throws when a package has neither a licence file nor a licence field.
 * @param {string} root the project's folder
 * @param {readonly string[]} inputs the bundled files, from the project's folder, as esbuild names them
 */
export function collectLicenses(root, inputs) {
  const folders = new Set(inputs.map((file) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1]).filter((folder) => folder !== undefined));
  const sections = new Map();
  for (const folder of folders) {
    const manifest = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
    const name = `${manifest.name} ${manifest.version}`;
    const file = readdirSync(join(root, folder)).find((entry) => /^(licen[cs]e|copying)(\.|-|$)/i.test(entry));
    const terms = typeof manifest.license === "string" ? manifest.license : manifest.license?.type;
    if (!file && !terms) throw new Error(`${name} says nothing of its licence`);
    const text = file ? readFileSync(join(root, folder, file), "utf8").trim() : `Licence: ${terms}, ${authorOf(manifest)}`;
    sections.set(name, text.replaceAll("\r\n", "\n"));
  }
  const rule = "=".repeat(72);
  const parts = [...sections].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, text]) => `${rule}\n${name}\n${rule}\n\n${text}\n`);
  return `Lifeline contains code of the packages below, under their licences.\n\n${parts.join("\n")}`;
}

function authorOf({ author }) {
  return typeof author === "string" ? author : (author?.name ?? "its authors");
}
