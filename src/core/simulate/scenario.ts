// Reads a scenario: the header comment, and the fills among its C.
import type { CReader } from "../c/reader.js";
import { lineStarts } from "../patch/render.js";
import type { Fill, Unit } from "./compile/link.js";
import { withFunctions } from "./compile/stored.js";
import type { Edit, ScenarioInfo, SourceText, WhatIf } from "./types.js";

/** What the header of a scenario says. */
export interface ScenarioHeader {
  readonly name: string;
  readonly title: string;
  readonly asks: string;
  readonly whatIfs: readonly WhatIf[];
  /** Lines of what-ifs that look like edits and are none. */
  readonly misread: readonly { readonly whatIf: string; readonly line: number; readonly text: string }[];
  /** Functions that the code must have, whole or in part. */
  readonly needs: readonly string[];
  /** How many identical users there are unless the request says more. */
  readonly users: number;
  /** `gaps: nothing`: lines that nobody shows and nothing fills in are taken as empty; else who runs into one cannot go on. */
  readonly gapsAreNothing: boolean;
  /** `unset: set-up`: a run that stumbles over what setup() has left unset says nothing about the code. */
  readonly unsetIsSetup: boolean;
  /** A WARN says nothing of the code: it is of values that setup() has made up. */
  readonly warningsAreNothing: boolean;
  /** `leaks: nothing`: what is alive at the end is not looked at, because nothing that runs would give it back. */
  readonly leaksAreNothing: boolean;
  /** Names to show, by function: "cpu0", "user". */
  readonly cpuNames: ReadonlyMap<string, string>;
}

const ACTIONS = /^(replace|drop|repeat|move)\s+(\w+)\s*:\s*(.*)$/;

/** Reads the first comment of a scenario. A text without one gets the file's name as its name. */
export function readHeader(source: SourceText): ScenarioHeader {
  const comment = /^\s*\/\*([\s\S]*?)\*\//.exec(source.text)?.[1] ?? "";
  const fields = new Map<string, string>();
  const cpuNames = new Map<string, string>();
  const whatIfs: { name: string; title: string; edits: Edit[][] }[] = [];
  const misread: { whatIf: string; line: number; text: string }[] = [];
  let current: string | null = null;
  const before = source.text.indexOf(comment);
  const firstLine = source.text.slice(0, before).split("\n").length;
  for (const [index, raw] of comment.split("\n").entries()) {
    const line = raw.replace(/^\s*\*(?!\/)/, (stars) => stars.replace("*", "")).trimEnd();
    const text = line.trim();
    if (text === "") continue;
    const whatIf = /^what-if\s+([\w-]+)\s*:\s*(.*)$/.exec(text);
    const edit = ACTIONS.exec(text.replace(/^or\s+/, ""));
    const field = /^([a-z][\w-]*)\s*:\s*(.*)$/.exec(text);
    if (whatIf) {
      whatIfs.push({ name: whatIf[1] ?? "", title: whatIf[2] ?? "", edits: [] });
      current = null;
    } else if (edit && whatIfs.length > 0) {
      const read = readEdit(edit[1] ?? "", edit[2] ?? "", edit[3] ?? "");
      if (read.find === "" || read.with === "" && edit[1] === "move" || edit[1] === "replace" && !(edit[3] ?? "").includes("=>")) misread.push({ whatIf: whatIfs.at(-1)?.name ?? "", line: firstLine + index, text });
      const groups = whatIfs.at(-1)?.edits ?? [];
      if (text.startsWith("or ")) (groups.at(-1) ?? []).push(read);
      else groups.push([read]);
    } else if (field && ["scenario", "title", "asks", "needs", "gaps", "unset", "leaks", "warnings", "users", "user"].includes(field[1] ?? "") || field && /^cpu\d+$/.test(field[1] ?? "")) {
      const name = field?.[1] ?? "";
      current = name;
      if (/^(cpu\d+|user)$/.test(name)) cpuNames.set(name, field?.[2] ?? "");
      else fields.set(name, field?.[2] ?? "");
    } else if (current !== null && fields.has(current)) fields.set(current, `${fields.get(current) ?? ""} ${text}`);
    else if (whatIfs.length > 0 && current === null) {
      const last = whatIfs.at(-1);
      if (last && (last.edits.length > 0 || /^(or\s+)?\w+\s+\w+\s*:/.test(text))) misread.push({ whatIf: last.name, line: firstLine + index, text });
      else if (last && last.edits.length === 0) last.title = `${last.title} ${text}`;
    }
  }
  const name = fields.get("scenario") ?? source.name.replace(/^.*\//, "").replace(/\.c$/, "");
  const users = Number.parseInt(fields.get("users") ?? "1", 10);
  return {
    name, title: fields.get("title") ?? name, asks: fields.get("asks") ?? "", whatIfs, misread, cpuNames, gapsAreNothing: fields.get("gaps")?.trim() === "nothing", leaksAreNothing: fields.get("leaks")?.trim() === "nothing", warningsAreNothing: fields.get("warnings")?.trim() === "nothing", unsetIsSetup: fields.get("unset")?.trim() === "set-up",
    needs: (fields.get("needs") ?? "").split(",").map((one) => one.trim()).filter((one) => one !== ""),
    users: Number.isFinite(users) && users >= 0 ? users : 1,
  };
}

export function infoOf(header: ScenarioHeader): ScenarioInfo {
  return { name: header.name, title: header.title, asks: header.asks, whatIfs: header.whatIfs.map((whatIf) => ({ name: whatIf.name, title: whatIf.title })) };
}

/**
 * The files that a scenario includes, and those that they include, each once. `#include "fills/NAME.c"` means a shared file of that very name among `known`;
 * it is no path, so nothing else can be named. A file that is not there is told with its line.
 */
export function includedFills(source: SourceText, known: readonly SourceText[]): { readonly fills: readonly SourceText[] } | { readonly missing: string } {
  const fills: SourceText[] = [];
  const queue: SourceText[] = [source];
  for (let text = queue.shift(); text; text = queue.shift()) {
    for (const [number, line] of text.text.split("\n").entries()) {
      const name = /^\s*#\s*include\s*"([^"]*)"/.exec(line)?.[1];
      if (name === undefined) continue;
      const found = known.find((one) => one.name === name);
      if (!found) return { missing: `${text.name}, line ${String(number + 1)}: there is no "${name}" to include` };
      if (fills.includes(found)) continue;
      fills.push(found);
      queue.push(found);
    }
  }
  return { fills };
}

/** A scenario as a unit, and its fills. `text` is what was parsed: the markers of fills are masked, offsets stay. */
export function readScenario(reader: CReader, path: string, text: string, original: (offset: number) => number): { readonly unit: Unit; readonly fills: readonly Fill[] } {
  const marks: { readonly at: number; readonly where: "head" | "tail"; readonly name: string }[] = [];
  // `__head(name)` and `void name ()` have the same length.
  const masked = maskIntrinsics(text).replace(/\b__(head|tail)\((\w+)\)/g, (whole: string, where: string, name: string, at: number) => {
    marks.push({ at, where: where === "head" ? "head" : "tail", name });
    return `void ${name}()`.padEnd(whole.length);
  });
  const read = reader.readText(path, masked);
  const fills: Fill[] = [];
  const unit: Unit = {
    path, origin: "scenario", side: null, text, starts: lineStarts(text), original,
    unit: withFunctions(read, read.functions.filter((fn) => !marks.some((mark) => mark.at === fn.span.from))),
  };
  for (const fn of read.functions) {
    const mark = marks.find((one) => one.at === fn.span.from);
    if (mark && fn.body) fills.push({ function: mark.name, where: mark.where, unit, body: fn.body, line: fn.span.line, text: text.slice(fn.span.from, fn.span.to) });
  }
  return { unit, fills };
}

/**
 * The C reader takes `__free(x)` for the cleanup attribute of that name (include/linux/cleanup.h), which stands behind the name of a variable. Elsewhere it
 * is the intrinsic, which gets another name of the same length.
 */
export function maskIntrinsics(text: string): string {
  return text.replace(/\b__free(?=\()/g, (word: string, at: number) => (/[\w\]]\s*$/.test(text.slice(Math.max(0, at - 100), at)) && !/\b(else|do|return)\s*$/.test(text.slice(Math.max(0, at - 100), at)) ? word : FREE_INTRINSIC));
}

/** What the compiler knows the intrinsic by. */
export const FREE_INTRINSIC = "__give";

function readEdit(action: string, fn: string, rest: string): Edit {
  const kind = action === "replace" || action === "drop" || action === "repeat" ? action : "move";
  const separator = kind === "replace" ? /\s*=>\s*/ : kind === "move" ? /\s+after\s+/ : null;
  if (!separator) return { action: kind, function: fn, find: rest.trim() };
  const found = separator.exec(rest);
  const find = found ? rest.slice(0, found.index) : rest;
  const target = found ? rest.slice(found.index + found[0].length) : "";
  return { action: kind, function: fn, find: find.trim(), with: target.trim() };
}
