// goto, and the cases of a switch: what the blocks that a jump leaves have to do, and what those have made that it comes into behind their declarations.
import type { Span } from "../../c/ast.js";
import type { FunctionContext, Made, Scope } from "./context.js";
import { Label } from "./label.js";
import type { Unit } from "./link.js";

/** Where something stands: the open blocks, and how much each has made so far. */
type Mark = readonly { readonly scope: Scope; readonly count: number }[];

/** A jump to a label that comes later: `label` is where it goes, `left` how many blocks stay open of those around it. */
interface Forward { readonly name: string; readonly label: Label; readonly from: Mark; readonly left: number; readonly unit: Unit; readonly span: Span }

/** The labels of one function and the jumps to them. */
export class Jumps {
  private readonly placed = new Map<string, { readonly label: Label; readonly mark: Mark }>();
  private readonly forward: Forward[] = [];

  /** The label stands here; false where it stands somewhere already. */
  place(ctx: FunctionContext, name: string): boolean {
    if (this.placed.has(name)) return false;
    const label = new Label();
    ctx.place(label);
    this.placed.set(name, { label, mark: markOf(ctx) });
    return true;
  }

  /** A jump to a label, in front of which `depth` blocks are open as far as the text says. */
  jump(ctx: FunctionContext, name: string, depth: number): void {
    const from = markOf(ctx);
    const known = this.placed.get(name);
    if (known) {
      cross(ctx, name, from, known.mark, from.length);
      return ctx.jump(known.label);
    }
    ctx.leaveTo(depth);
    // Blocks with nothing to do are left nowhere.
    const undone = from.findIndex(({ scope }, at) => at >= depth && scope.made.some((made) => made.leave !== null));
    const left = undone < 0 ? from.length : undone;
    const label = new Label();
    ctx.jump(label);
    this.forward.push({ name, label, from, left, unit: ctx.unit, span: ctx.span });
  }

  /** Behind the end of the function: jumps go to their labels, by way of what is still to be done. */
  finish(ctx: FunctionContext): void {
    for (const { name, label, from, left, unit, span } of this.forward) {
      const to = this.placed.get(name);
      if (to && !isCrossing(from.slice(0, left), to.mark)) label.at = to.label.at;
      else {
        ctx.elsewhere(unit, span, from.map(({ scope }) => scope), () => {
          ctx.place(label);
          if (!to) return void ctx.missing(`the label ${name} is in lines that are not run`);
          cross(ctx, name, from, to.mark, left);
          ctx.jump(to.label);
        });
      }
    }
  }
}

/** A case of the switch around: what its blocks have made in front of it is made here, too, for those who come from the head. */
export function enterCase(ctx: FunctionContext, label: Label): void {
  const depth = ctx.loops.findLast((loop) => loop.onContinue === null)?.depth ?? ctx.scopes.length;
  const made = ctx.scopes.slice(depth).flatMap((scope) => scope.made);
  if (made.length === 0) return ctx.place(label);
  const behind = new Label();
  ctx.jump(behind);
  ctx.place(label);
  enter(ctx, made, "a case");
  ctx.place(behind);
}

const markOf = (ctx: FunctionContext): Mark => ctx.scopes.map((scope) => ({ scope, count: scope.made.length }));

/** How many blocks, from the outermost, are around both. */
function shared(from: Mark, to: Mark): number {
  const different = to.findIndex(({ scope }, at) => from[at]?.scope !== scope);
  return different < 0 ? to.length : different;
}

/** True when blocks have to be left or entered, other than those whose number the text gives. */
function isCrossing(from: Mark, to: Mark): boolean {
  const around = shared(from, to);
  const leaves = ({ scope, count }: Mark[number], stays: number): boolean => scope.made.slice(stays, count).some((made) => made.leave !== null);
  return from.some((mark, at) => (at < around ? mark.count < (to[at]?.count ?? 0) || leaves(mark, to[at]?.count ?? 0) : leaves(mark, 0))) || to.slice(around).some(({ count }) => count > 0);
}

/** Leaves what is not around the label, of the `left` outermost blocks, and makes what stands in front of the label there. */
function cross(ctx: FunctionContext, name: string, from: Mark, to: Mark, left: number): void {
  const around = shared(from, to);
  if (around > left) {
    ctx.missing(`a jump to ${name} goes into a block in a way that is not run`);
    return;
  }
  for (let at = left - 1; at >= 0; at--) {
    const { scope, count } = from[at] ?? { scope: ctx.scope(), count: 0 };
    const stays = at < around ? to[at]?.count ?? 0 : 0;
    for (let index = count - 1; index >= stays; index--) scope.made[index]?.leave?.();
  }
  to.forEach(({ scope, count }, at) => enter(ctx, scope.made.slice(at < around ? from[at]?.count ?? 0 : 0, count), `a jump to ${name}`));
}

function enter(ctx: FunctionContext, made: readonly Made[], what: string): void {
  for (const one of made) {
    if (one.enter) one.enter();
    else ctx.missing(`${what} goes past something that is undone at the end of its block, and comes in behind it`);
  }
}
