// A schedule as a short text that anyone can paste: `L1.9f3a01c2.-.b8a3(1)a2`.
import type { Move } from "./search.js";

/** The program's fingerprint, the choices of setup, and the moves: a letter for the CPU, a count, choices in brackets. */
export function writeToken(fingerprint: number, setup: readonly number[], moves: readonly Move[]): string {
  const runs: string[] = [];
  for (let at = 0; at < moves.length; ) {
    const move = moves[at];
    if (!move) break;
    let count = 1;
    const same = (other: Move | undefined): boolean => other !== undefined && other.cpu === move.cpu && other.script.length === 0;
    if (move.script.length === 0) while (same(moves[at + count])) count++;
    const choices = move.script.length === 0 ? "" : `(${move.script.join("-")})`;
    runs.push(`${String.fromCharCode(97 + move.cpu)}${count > 1 ? count : ""}${choices}`);
    at += count;
  }
  return `L1.${fingerprint.toString(16).padStart(8, "0")}.${setup.length === 0 ? "-" : setup.join("-")}.${runs.join("")}`;
}

/** What a token says; null when it is none. */
export function readToken(token: string): { readonly fingerprint: number; readonly setup: readonly number[]; readonly moves: readonly Move[] } | null {
  const found = /^L1\.([0-9a-f]{8})\.(-|[\d-]+)\.((?:[a-z]\d*(?:\(\d+(?:-\d+)*\))?)*)$/.exec(token.trim());
  if (!found) return null;
  const numbers = (text: string): number[] => text.split("-").filter((one) => one !== "").map(Number);
  const moves: Move[] = [];
  for (const run of (found[3] ?? "").matchAll(/([a-z])(\d*)(?:\(([\d-]+)\))?/g)) {
    const cpu = (run[1] ?? "a").charCodeAt(0) - 97;
    const count = run[2] === "" || run[2] === undefined ? 1 : Number(run[2]);
    if (moves.length + count > LONGEST) return null;
    for (let at = 0; at < count; at++) moves.push({ cpu, script: run[3] === undefined ? [] : numbers(run[3]) });
  }
  return { fingerprint: Number.parseInt(found[1] ?? "0", 16), setup: numbers(found[2] ?? ""), moves };
}

/** Moves in one token; a longer one is not a trace that anyone reads. */
const LONGEST = 100_000;
