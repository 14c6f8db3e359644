// Helpers for tests that print patches: what of a patch is fact, a patch as if made by a program, and seeded damage.
import type { Patch, PatchFile } from "../../../src/core/patch/types.js";

/** What git would apply, without places in the text and without the spelling. */
export function facts(patch: Patch): unknown {
  return patch.files.map((file) => ({
    path: file.path, pathA: file.pathA, pathB: file.pathB, status: file.status, binary: file.binary, oldMode: file.oldMode, newMode: file.newMode,
    blobs: file.blobA !== null && file.blobB !== null ? [file.blobA, file.blobB] : [],
    hunks: file.hunks.map((hunk) => ({
      range: [hunk.fromA, hunk.countA, hunk.fromB, hunk.countB], heading: hunk.heading,
      lines: hunk.lines.map((line) => [line.sign, line.text, line.lineA, line.lineB, line.noNewline ?? false]),
    })),
    combined: file.combined?.hunks.map((hunk) => hunk.lines.map((line) => [line.signs, line.text, line.lineB])),
  }));
}

/** The same patch without anything of the text that it was parsed from. */
export function asMade(patch: Patch): Patch {
  return {
    files: patch.files.map(({ header: _header, hunks, ...file }): PatchFile => ({
      ...file,
      hunks: hunks.map(({ written: _written, crlf: _crlf, lines, ...hunk }) => ({ ...hunk, lines: lines.map(({ written: _line, ...line }) => line) })),
    })),
    problems: [],
  };
}

/** One of the texts, with lines cut, doubled, swapped, joined or broken as the seed says. */
export function mutate(texts: readonly string[], seed: number): string {
  let state = seed;
  const random = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const pick = (): string => texts[random(texts.length)] ?? "";
  let lines = (pick() + (random(3) === 0 ? pick() : "")).split("\n");
  for (let times = 1 + random(4); times > 0; times--) {
    const at = random(lines.length);
    const line = lines[at] ?? "";
    switch (random(8)) {
      case 0: lines.splice(at, 1 + random(3)); break;
      case 1: lines.splice(at, 0, line); break;
      case 2: lines.splice(at, 1, line.slice(0, random(line.length + 1)), line.slice(random(line.length + 1))); break;
      case 3: lines[at] = `${line}\r`; break;
      case 4: lines[at] = line.slice(1); break;
      case 5: lines[at] = line.replace(/\d/, () => String(random(10))); break;
      case 6: lines[at] = line + String.fromCharCode(random(0x180)); break;
      default: lines = [...lines.slice(at), ...lines.slice(0, at)];
    }
  }
  return lines.join("\n");
}
