// Random programs for one CPU, in the C that the compiler promises to run as gcc does: the same seed gives the same program.
//
// What C leaves open is kept out: no shift beyond the width, no division by zero, no operand that another one changes. Signed numbers may wrap (gcc gets -fwrapv).
// Values of 64 bits stay below 2^53, as that is what a word of the machine promises.
import { numbers } from "./random.js";

interface Global { readonly name: string; readonly type: string; readonly count: number }

/** One program: its text, and every word of its memory as an expression, in the order in which the machine has them. */
export interface RandomProgram { readonly text: string; readonly entry: string; readonly globals: readonly { readonly name: string; readonly words: readonly string[] }[] }

const SMALL = ["char", "unsigned char", "short", "unsigned short", "int", "unsigned int", "_Bool"];
const LARGE = ["long", "unsigned long"];

export function randomProgram(seed: number): RandomProgram {
  const pick = numbers(seed);
  const one = <T>(list: readonly [T, ...T[]] | readonly T[]): T => {
    const found = list[pick(list.length)];
    if (found === undefined) throw new Error("nothing to choose from");
    return found;
  };
  const p = (name: string): string => `p${String(seed)}_${name}`;
  const globals: Global[] = [...SMALL, ...LARGE].map((type, index) => ({ name: p(`g${String(index)}`), type, count: 1 }));
  const arrays: Global[] = ["int", "unsigned char", "short", "unsigned int"].map((type, index) => ({ name: p(`a${String(index)}`), type, count: 4 }));
  const fields = ["char c", "unsigned short us", "int i", "unsigned int u", "long l", "unsigned int b3 : 3", "int b5 : 5", "int t[2]"];
  const structs = ["s", "r"].map(p);

  /** Values of at most 32 bits, none with an effect. `depth` is how far they may still nest. */
  const small = (locals: readonly string[], depth: number): string => {
    switch (pick(depth > 0 ? 15 : 5)) {
      case 0: return one(["0", "1", "2", "7", "255", "-1", "-128", "65535", "2147483647", "0x80000000", "4294967295u", "'a'", "010"]);
      case 1: return one(globals.filter((global) => SMALL.includes(global.type))).name;
      case 2: return locals.length > 0 ? one(locals) : "3";
      case 3: return `${one(structs)}.${one(["c", "us", "i", "u", "b3", "b5"])}`;
      case 4: return `${one(arrays).name}[${String(pick(4))}]`;
      case 5: case 6: return `(${small(locals, depth - 1)} ${one(["+", "-", "*", "&", "|", "^"])} ${small(locals, depth - 1)})`;
      case 7: return `(${small(locals, depth - 1)} ${one(["<<", ">>"])} (${small(locals, depth - 1)} & 7))`;
      case 8: return `(${small(locals, depth - 1)} ${one(["/", "%"])} ((${small(locals, depth - 1)} & 15) + 1))`;
      case 9: return `(${small(locals, depth - 1)} ${one(["==", "!=", "<", "<=", ">", ">="])} ${small(locals, depth - 1)})`;
      case 10: return `(${small(locals, depth - 1)} ${one(["&&", "||"])} ${small(locals, depth - 1)})`;
      case 11: return `(${one(["!", "~", "-", "+"])} ${small(locals, depth - 1)})`;
      case 12: return `(${small(locals, depth - 1)} ? ${small(locals, depth - 1)} : ${small(locals, depth - 1)})`;
      case 13: return `(${one(SMALL)})${small(locals, depth - 1)}`;
      default: return one([`${one(arrays).name}[${small(locals, depth - 1)} & 3]`, `*(${one(arrays).name} + (${small(locals, depth - 1)} & 3))`, `(int)sizeof(${one([...SMALL, ...LARGE])})`, `${one(structs)}.t[${small(locals, depth - 1)} & 1]`]);
    }
  };
  /** Values of 64 bits that stay small enough. */
  const large = (locals: readonly string[]): string => {
    const part = (): string => one([p("g7"), p("g8"), `${one(structs)}.l`, `(${small(locals, 1)})`, `(long)${small(locals, 1)}`]);
    switch (pick(7)) {
      case 0: return `${part()} + ${part()}`;
      case 1: return `${part()} - ${part()}`;
      case 2: return `(${part()} & 0xffff) * (${part()} & 0xffff)`;
      case 3: return `(${part()} & 0xfff) << (${part()} & 15)`;
      case 4: return `(${part()} & 0xffffffffff) >> (${part()} & 31)`;
      case 5: return `(${part()} & 0xffffff) / ((${part()} & 255) + 1)`;
      default: return `${part()} ${one(["&", "|", "^"])} ${part()}`;
    }
  };
  const target = (locals: readonly string[]): string => one([
    one(globals.filter((global) => SMALL.includes(global.type))).name, `${one(arrays).name}[${small(locals, 1)} & 3]`, `${one(structs)}.${one(["c", "us", "i", "u", "b3", "b5"])}`,
    `${one(structs)}.t[${String(pick(2))}]`, `(&${one(structs)})->${one(["c", "us", "i"])}`, ...(locals.length > 0 ? [one(locals)] : []),
  ]);

  let labels = 0;
  const loops: string[] = [];
  const statement = (locals: readonly string[], depth: number, inLoop: boolean): string => {
    const block = (length: number, loop = inLoop): string => `{ ${Array.from({ length }, () => statement(locals, depth - 1, loop)).join(" ")} }`;
    switch (pick(depth > 0 ? 19 : 9)) {
      case 0: case 1: case 2: return `${target(locals)} = ${small(locals, 3)};`;
      case 3: return `${target(locals)} ${one(["+=", "-=", "*=", "&=", "|=", "^="])} ${small(locals, 2)};`;
      case 4: return `${target(locals)} ${one(["<<=", ">>="])} ${String(pick(5))};`;
      case 5: return one([`${target(locals)}${one(["++", "--"])};`, `${one(["++", "--"])}${target(locals)};`]);
      case 6: return `${one([p("g7"), p("g8"), `${one(structs)}.l`])} = (${large(locals)}) % 1000003;`;
      case 7: return `${p("out")}(${one([small(locals, 2), p("g7"), `${one(structs)}.l`])});`;
      case 8: return one([`${structs[0] ?? ""} = ${structs[1] ?? ""};`, `${one(structs)} = ${p("mix")}(${one(structs)}, ${small(locals, 1)});`, `${p("g4")} = ${p("table")}[${small(locals, 1)} & 1](${small(locals, 1)}, ${small(locals, 1)});`, `${p("g4")} = ${p("sum")}(&${one(structs)}, ${small(locals, 2)});`]);
      case 9: case 10: return `if (${small(locals, 2)}) ${block(1 + pick(2))}${pick(2) === 0 ? ` else ${block(1 + pick(2))}` : ""}`;
      case 11: {
        const counter = p(`i${String(loops.length)}`);
        loops.push(counter);
        return `for (${counter} = 0; ${counter} < ${String(1 + pick(4))}; ${counter}++) ${block(1 + pick(3), true)}`;
      }
      case 12: {
        const counter = p(`i${String(loops.length)}`);
        loops.push(counter);
        return `${counter} = ${String(1 + pick(3))}; ${pick(2) === 0 ? `while (${counter}-- > 0) ${block(1 + pick(2), true)}` : `do ${block(1 + pick(2), true)} while (--${counter} > 0);`}`;
      }
      case 13: return `switch (${small(locals, 1)} & 3) { case 0: ${statement(locals, depth - 1, false)} case 1: ${statement(locals, depth - 1, false)} break; case 2 ... 3: ${statement(locals, depth - 1, false)} break; default: ${statement(locals, depth - 1, false)} }`;
      case 14: {
        const label = `l${String(labels++)}`;
        return `if (${small(locals, 1)}) goto ${label}; ${statement(locals, depth - 1, inLoop)} ${label}: ;`;
      }
      case 15: return inLoop ? `if (${small(locals, 1)}) ${one(["break;", "continue;"])}` : `${target(locals)} = (${p("g4")} = ${small(locals, 1)}, ${small(locals, 1)});`;
      case 16: return `if (${p("g4")}++ ${one(["&&", "||"])} ${small(locals, 1)}) ${p("g5")}--;`;
      case 17: return `{ int v${String(depth)} = ${small(locals, 1)}; unsigned char w${String(depth)} = ${small(locals, 1)}; int *q = &v${String(depth)}; ${[0, 1].map(() => statement([...locals, `v${String(depth)}`, `w${String(depth)}`], depth - 1, inLoop)).join(" ")} *q += 1; ${p("out")}(v${String(depth)} + w${String(depth)}); }`;
      default: return `{ ${p("struct")} x = ${one(structs)}, *y = &x; y->i += 3; y->c--; ${one(structs)} = *y; }`;
    }
  };

  const body = Array.from({ length: 8 + pick(8) }, () => statement([], 3, false)).join("\n\t");
  const declared = (global: Global): string => `${global.type} ${global.name}${global.count > 1 ? `[${String(global.count)}]` : ""}${pick(2) === 0 ? ` = ${global.count > 1 ? `{ ${small2(pick)}, ${small2(pick)} }` : small2(pick)}` : ""};`;
  const text = `
typedef struct { ${fields.map((field) => `${field};`).join(" ")} } ${p("struct")};
${[...globals, ...arrays].map(declared).join("\n")}
${p("struct")} ${structs[0] ?? ""} = { .i = ${small2(pick)}, .t = { 1, 2 } }, ${structs[1] ?? ""} = { 3, 4, .l = 5 };
${loops.map((name) => `int ${name};`).join("\n")}
long ${p("log")}[16];
int ${p("logged")};
static void ${p("out")}(long value) { ${p("log")}[${p("logged")}++ & 15] = value; }
static int ${p("add")}(int a, unsigned char b) { static int calls; calls += a; return calls ^ b; }
static int ${p("sub")}(int a, unsigned char b) { return a - b; }
static int (*${p("table")}[2])(int, unsigned char) = { ${p("add")}, ${p("sub")} };
static int ${p("sum")}(${p("struct")} *s, short n) { int total = n; int i; for (i = 0; i < 2; i++) total += s->t[i]; s->u += total; return total < 0 ? -total : total; }
static ${p("struct")} ${p("mix")}(${p("struct")} s, int n) { s.c += n; s.i = s.i * 3 + n; if (n > 3) return s; s.b3++; s.t[1] = s.t[0]; return s; }
void ${p("main")}(void)
{
	${body}
}
`;
  const wordsOf = (name: string): string[] => ["c", "us", "i", "u", "l", "b3", "b5", "t[0]", "t[1]"].map((field) => `${name}.${field}`);
  const indexed = (name: string, count: number): string[] => Array.from({ length: count }, (_, index) => `${name}[${String(index)}]`);
  return {
    text, entry: p("main"),
    globals: [
      ...globals.map(({ name }) => ({ name, words: [name] })), ...arrays.map(({ name, count }) => ({ name, words: indexed(name, count) })),
      ...structs.map((name) => ({ name, words: wordsOf(name) })), { name: p("log"), words: indexed(p("log"), 16) }, { name: p("logged"), words: [p("logged")] },
    ],
  };
}

function small2(pick: (n: number) => number): string {
  return ["0", "5", "-3", "200", "70000", "0x7fffffff"][pick(6)] ?? "0";
}
