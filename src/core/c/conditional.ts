// Conditional compilation: which branches of #if … #else … #endif are read together.
import type { Directive, Token } from "./scan.js";

/** Ranges of text that are left out, because the branches cannot all be read as one text. */
export interface LeftOut {
  readonly from: number;
  readonly to: number;
  /** True for `#if 0`, which no compiler reads. */
  readonly dead: boolean;
}

interface Branch {
  /** Offsets of the text between the directives. */
  readonly from: number;
  to: number;
  /** Tokens of the branch: first, and one past the last. */
  readonly tokenFrom: number;
  tokenTo: number;
  readonly dead: boolean;
}

/**
 * Every branch that keeps its brackets balanced is read, so that no fact is lost to a configuration that we do not
 * know. Where a branch does not balance, only the first branch of that group is read. `#if 0` is never read.
 */
export function leaveOutBranches(tokens: readonly Token[], directives: readonly Directive[]): LeftOut[] {
  return groupsOf(directives).flatMap((group) => judge(group, tokens));
}

/** The branches that are read behind another one of their group, although a compiler reads one of them only. */
export function furtherBranches(tokens: readonly Token[], directives: readonly Directive[]): { readonly from: number; readonly to: number }[] {
  return groupsOf(directives).flatMap((group) => {
    const leftOut = new Set(judge(group, tokens).map(({ from }) => from));
    return group.filter((branch) => branch.tokenTo > branch.tokenFrom && !leftOut.has(branch.from)).slice(1).map(({ from, to }) => ({ from, to }));
  });
}

/** The groups of branches, in the order of their ends. */
function groupsOf(directives: readonly Directive[]): Branch[][] {
  const groups: Branch[][] = [];
  const open: Branch[][] = [];
  for (const directive of directives) {
    const name = directive.name;
    if (name === "if" || name === "ifdef" || name === "ifndef") {
      open.push([startBranch(directive, name === "if" && directive.rest === "0")]);
      continue;
    }
    const group = open.at(-1);
    if (group === undefined) continue;
    if (name !== "else" && name !== "elif" && name !== "elifdef" && name !== "elifndef" && name !== "endif") continue;
    endBranch(group, directive);
    if (name !== "endif") {
      group.push(startBranch(directive, false));
      continue;
    }
    open.pop();
    groups.push(group);
  }
  return groups;
}

function startBranch(directive: Directive, dead: boolean): Branch {
  return { from: directive.to, to: directive.to, tokenFrom: directive.tokensBefore, tokenTo: directive.tokensBefore, dead };
}

function endBranch(group: Branch[], directive: Directive): void {
  const last = group.at(-1);
  if (last === undefined) return;
  last.to = directive.from;
  last.tokenTo = directive.tokensBefore;
}

function judge(group: readonly Branch[], tokens: readonly Token[]): LeftOut[] {
  const alive = group.filter((branch) => !branch.dead);
  const dropped = group.filter((branch) => branch.dead);
  const balanced = alive.every((branch) => isBalanced(tokens, branch.tokenFrom, branch.tokenTo));
  if (!balanced && alive.length > 1) dropped.push(...alive.slice(1));
  return dropped.filter((branch) => branch.tokenTo > branch.tokenFrom).map(({ from, to, dead }) => ({ from, to, dead }));
}

function isBalanced(tokens: readonly Token[], from: number, to: number): boolean {
  const open: string[] = [];
  for (let index = from; index < to; index++) {
    const token = tokens[index];
    if (token === undefined || token.kind !== "mark") continue;
    if (token.text === "(" || token.text === "{" || token.text === "[") open.push(token.text);
    else if (token.text === ")" && open.pop() !== "(") return false;
    else if (token.text === "}" && open.pop() !== "{") return false;
    else if (token.text === "]" && open.pop() !== "[") return false;
  }
  return open.length === 0;
}
