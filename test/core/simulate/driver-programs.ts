// Random programs for one CPU of what driver code is made of: macros, registers in unions, tables of functions, lists, flags, structs by value. The same seed gives the same program.
import { numbers } from "./random.js";
import type { RandomProgram } from "./programs.js";

/** What gcc needs and the compiler has built in or gets from the kernel model: in our own words. */
export const KERNEL_WORDS = `
#include <stddef.h>
#include <string.h>
typedef unsigned char u8; typedef signed char s8; typedef unsigned short u16; typedef short s16; typedef unsigned int u32; typedef int s32; typedef unsigned long u64; typedef long s64;
#define bool _Bool
#define container_of(p, t, m) ((t *)((char *)(p) - offsetof(t, m)))
struct list_head { struct list_head *next, *prev; };
#define list_entry(p, t, m) container_of(p, t, m)
#define list_for_each_entry(pos, head, m) for (pos = container_of((head)->next, typeof(*pos), m); &pos->m != (head); pos = container_of(pos->m.next, typeof(*pos), m))
#define list_for_each_entry_safe(pos, n, head, m) for (pos = container_of((head)->next, typeof(*pos), m), n = container_of(pos->m.next, typeof(*pos), m); &pos->m != (head); pos = n, n = container_of(n->m.next, typeof(*n), m))
#define list_first_entry(head, t, m) container_of((head)->next, t, m)
#define min(a, b) ({ typeof(a) __a = (a); typeof(b) __b = (b); __a < __b ? __a : __b; })
#define max(a, b) ({ typeof(a) __a = (a); typeof(b) __b = (b); __a > __b ? __a : __b; })
#define min_t(t, a, b) ({ t __a = (a); t __b = (b); __a < __b ? __a : __b; })
#define max_t(t, a, b) ({ t __a = (a); t __b = (b); __a > __b ? __a : __b; })
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)
#define READ_ONCE(x) (x)
#define WRITE_ONCE(x, v) ((x) = (v))
#define BUILD_BUG_ON(x) ((void) 0)
`;

/** The same types for the compiler. */
const OURS = "typedef unsigned char u8; typedef signed char s8; typedef unsigned short u16; typedef short s16; typedef unsigned int u32; typedef int s32; typedef unsigned long u64; typedef long s64; struct list_head { struct list_head *next, *prev; };\n";

export interface DriverProgram extends RandomProgram { /** What stands in front of the text for the compiler alone. */ readonly ours: string }

const DEFINES = ["SUM 1 + 2", "SHIFTED (1 << 4)", "MIXED 3 * 2 - 1", "OR_ED 0x10 | 0x2", "NEG -1", "TERN 1 ? 5 : 6", "WIDE 0x100000000", "CAST (u8) 300", "FLAG BIT_OF(3)"];

export function driverProgram(seed: number): DriverProgram {
  const pick = numbers(seed * 7919 + 17);
  const one = <T>(list: readonly T[]): T => {
    const found = list[pick(list.length)];
    if (found === undefined) throw new Error("nothing to choose from");
    return found;
  };
  const x = (name: string): string => `d${String(seed)}_${name}`;
  const defines = DEFINES.map((define) => `#define ${x(define.split(" ")[0] ?? "")} ${define.slice(define.indexOf(" ") + 1).replace("BIT_OF", x("BIT_OF"))}`);
  const names = DEFINES.map((define) => x(define.split(" ")[0] ?? ""));
  const fields = ["a", "b", "c", "d", "s8v", "flag", "low", "sgn"];

  /** Numbers of at most 32 bits without effects. */
  const e = (depth: number): string => {
    switch (pick(depth > 0 ? 30 : 9)) {
      case 0: return one(["0", "1", "3", "7u", "255", "-1", "-128", "65535", "0x7fffffff", "0x80000000", "'a'", "'\\xff'", "1000000"]);
      case 1: return `${x(one(["dev", "other"]))}.${one(fields)}`;
      case 2: return `${x("p")}->${one(fields)}`;
      case 3: return one([x("i"), x("u"), x("h"), x("t")]);
      case 4: return `${x("arr")}[${String(pick(4))}]`;
      case 5: return one(names.filter((name) => !name.endsWith("WIDE")));
      case 6: return `${x("reg")}.${one(["half[0]", "half[1]", "byte[0]", "byte[3]", "lo", "mid", "top", "sign"])}`;
      case 7: return `${x("m")}[${String(pick(2))}][${String(pick(3))}]`;
      case 8: return one([x("RED"), x("GREEN"), x("BLUE")]);
      case 9: case 10: case 11: return `${e(depth - 1)} ${one(["+", "-", "*", "&", "|", "^"])} ${e(depth - 1)}`;
      case 12: return `(${e(depth - 1)} ${one(["<<", ">>"])} ((${e(depth - 1)}) & 7))`;
      case 13: return `((${e(depth - 1)}) ${one(["/", "%"])} (((${e(depth - 1)}) & 15) + 1))`;
      case 14: return `(${e(depth - 1)} ${one(["==", "!=", "<", "<=", ">", ">=", "&&", "||"])} ${e(depth - 1)})`;
      case 15: return `${one(["!", "~", "-", "+"])}${one(["", "(u8)", "(s16)", "(u32)"])}(${e(depth - 1)})`;
      case 16: return `(${one(["u8", "s8", "u16", "s16", "u32", "s32", "bool"])})${one([`(${e(depth - 1)})`, x("i"), `-${x("u")}`, `~${x("i")}`])}`;
      case 17: return `(${e(depth - 1)} ? ${one(["", e(depth - 1)])} : ${e(depth - 1)})`;
      case 18: return `${x("MAX")}(${e(depth - 1)}, ${e(depth - 1)})`;
      case 19: return `${x("RAW")}(${e(0)}, ${e(0)})`;
      case 20: return `${one(["min_t", "max_t"])}(${one(["int", "u32", "u8", "s16"])}, ${e(depth - 1)}, ${e(depth - 1)})`;
      case 21: return `(*${x("row")})[${String(pick(3))}]`;
      case 22: return `${x("ops")}[(${e(depth - 1)}) & 1].run(${e(0)}, ${e(0)})`;
      case 23: return `(int)${one([`sizeof(${x("dev")})`, `sizeof(${x("arr")})`, `sizeof(*${x("p")})`, `sizeof(${x("p")}->name)`, `sizeof(struct ${x("dev")})`, `sizeof(union ${x("reg")})`, `offsetof(struct ${x("dev")}, ${one(["b", "c", "name", "link", "in.z"])})`, `ARRAY_SIZE(${x("arr")})`, "sizeof(u64)", "sizeof('a')", "sizeof(\"abc\")"])}`;
      case 24: return `({ ${one(["int", "u8", "s16", "__auto_type", `typeof(${x("u")})`])} _v = (${e(depth - 1)}) + 0; _v ${one(["+", "-", "^"])} 3; })`;
      case 25: return `${x("str")}[(${e(depth - 1)}) & 3]`;
      case 26: return `(u32)${x("BITS")}(${String(4 + pick(20))}, ${String(pick(4))})`;
      case 27: return `${x("CAT")}(${one(["i", "u"])})`;
      case 28: return `(int)(${x("p")} - ${x("pool")}) + (${x("p")} == &${x("pool")}[${String(pick(3))}])`;
      default: return `container_of(&${x("p")}->in, struct ${x("dev")}, in)->${one(fields)}`;
    }
  };
  const target = (): string => one([x("i"), x("u"), x("h"), x("t"), `${x("p")}->${one(fields)}`, `${x("dev")}.${one(fields)}`, `${x("arr")}[(${e(1)}) & 3]`, `${x("reg")}.${one(["half[1]", "byte[2]", `byte[(${e(1)}) & 3]`, "lo", "mid", "top", "raw", "sign"])}`,
    `(*${x("row")})[(${e(1)}) % 3u]`, `(*(u32 *)&${x("i")})`, `(*(s32 *)&${x("u")})`, `${x("p")}->in.z`, `(*&${x("other")}).b`, `*${x("pp")}`]);
  let labels = 0;
  let loops = 0;
  const s = (depth: number, inLoop: boolean): string => {
    const block = (n: number, loop = inLoop): string => `{ ${Array.from({ length: n }, () => s(depth - 1, loop)).join(" ")} }`;
    switch (pick(depth > 0 ? 27 : 11)) {
      case 0: case 1: return `${target()} = ${e(3)};`;
      case 2: return `${target()} ${one(["+=", "-=", "*=", "&=", "|=", "^="])} ${e(2)};`;
      case 3: return `${one([`${target()}++`, `--${target()}`, `${target()} ${one(["<<=", ">>="])} ${String(pick(5))}`])};`;
      case 4: return `${x("out")}(${e(2)});`;
      case 5: return one([`${x("dev")} = ${x("other")};`, `*${x("p")} = ${x("dev")};`, `${x("other")} = ${x("made")}(${e(1)}, ${x("dev")});`, `${x("p")} = &${x("pool")}[(${e(1)}) & 1];`, `${x("dev")} = (struct ${x("dev")}){ .b = ${e(1)}, .in = { ${e(0)} }, .name = "${one(["a", "xyz", ""])}" };`, `${x("row")} = &${x("m")}[(${e(1)}) & 1];`, `${x("pp")} = &${x("arr")}[(${e(1)}) & 3];`]);
      case 6: return `${x("SET")}(${one([x("i"), x("u"), `${x("p")}->c`, `${x("arr")}[(${e(1)}) & 3]`, `${x("reg")}.byte[1]`])}, ${e(2)});`;
      case 7: return one([`memset(&${x("other")}, 0, sizeof(${x("other")}));`, `memcpy(&${x("other")}, ${x("p")}, sizeof(*${x("p")}));`, `memcpy(${x("m")}[0], ${x("m")}[1], sizeof(${x("m")}[0]));`, `memset(${x("arr")}, ${one(["0", "0xff", "1"])}, sizeof(${x("arr")}));`]);
      case 8: return `${x("w")} = ((${one([x("w"), "WIDE".replace(/^/, x("")), `(u64)${e(1)}`, `(s64)(${e(1)})`])}) ${one(["+", "-", "^", "|", "&"])} (${one([`(u64)(u32)(${e(1)})`, x("WIDE"), `(s64)${e(1)}`])})) & 0xffffffffffff;`;
      case 9: return `${x("out")}((s64)(${x("w")} ${one([">> 3", "% 1000", "/ 7", "& 0xffff", "== 5", "> -1", "<< 2"])}));`;
      case 10: return `${x("n")} = ${x("count")}(${e(1)}) + ${x("n")};`;
      case 11: case 12: return `if (${e(2)}) ${block(1 + pick(2))}${pick(2) === 0 ? ` else ${s(depth - 1, inLoop)}` : ""}`;
      case 13: return `${one(["for_range", "each_of"].map(x))}(${x(`l${String(loops++)}`)}, ${String(1 + pick(3))}) ${block(1 + pick(2), true)}`;
      case 14: return `for (int k = 0; k < ${String(1 + pick(3))}; k++) { ${x("n")} += k; ${s(depth - 1, true)} }`;
      case 15: return `switch (${one([e(1), `(u8)(${e(1)})`, `(${e(1)}) & 7`])}) { case ${x("RED")}: ${s(depth - 1, false)} break; case 2 ... 4: { ${s(depth - 1, false)} case 6: ${s(depth - 1, false)} } break; case -1: case 255: ${s(depth - 1, false)} ${one(["", "break;"])} default: ${s(depth - 1, false)} }`;
      case 16: {
        const label = `q${String(labels++)}`;
        return `if (${e(1)}) goto ${label}; ${s(depth - 1, inLoop)} ${label}: ${s(depth - 1, inLoop)}`;
      }
      case 17: return inLoop ? `if (${e(1)}) ${one(["break;", "continue;"])}` : `${x("out")}(${x("n")});`;
      case 18: return `{ struct ${x("dev")} *pos${pick(2) === 0 ? "" : ", *next"}; list_for_each_entry(pos, &${x("head")}, link) { if (pos->b ${one(["==", "<", ">"])} ${e(1)}) ${one(["break;", "continue;", ""])} pos->a ${one(["+= 1", "= pos->c", "^= 5"])}; ${x("out")}(pos->a); } }`;
      case 19: return `{ static int calls = ${String(pick(5))}; calls += ${e(1)}; ${x("out")}(calls); }`;
      case 20: return `{ u8 i = ${e(2)}; const s16 *q = &${x("h")}; volatile int v = *q; struct ${x("pair")} t = { .y = i }, *tp = &t; tp->x = v; ${x("out")}(i + t.x - tp->y); ${s(depth - 1, inLoop)} }`;
      case 21: return `{ int tmp[] = { ${e(1)}, [2] = ${e(1)}, 4 }; int (*tq)[4] = &tmp; u32 s = 0; for (u32 k = 0; k < ARRAY_SIZE(tmp); k++) s += (*tq)[k]; ${x("out")}(s); }`;
      case 22: return `${x("SWAP")}(${x("arr")}[${String(pick(2))}], ${x("arr")}[${String(2 + pick(2))}]);`;
      case 23: return `do { ${s(depth - 1, true)} ${x("n")}++; } while (0);`;
      case 24: return `{ union ${x("reg")} r = { .raw = ${e(1)} }; r.mid = ${e(1)}; ${x("out")}(r.raw); ${x("reg")} = r; r.byte[1]++; ${x("out")}(r.half[0]); }`;
      case 25: return `{ struct ${x("pair")} t = ${x("ret")}(${e(1)}); ${x("out")}(t.x + ${x("ret")}(t.y).y); }`;
      default: return `if (${x("i")}++ ${one(["&&", "||"])} --${x("u")} ${one(["&&", "||"])} (${x("n")} = ${e(1)})) ${x("out")}(${x("n")});`;
    }
  };
  const body = Array.from({ length: 10 + pick(8) }, () => s(3, false)).join("\n\t");
  const text = `
${defines.join("\n")}
#define ${x("BIT_OF")}(n) (1u << (n))
#define ${x("BITS")}(h, l) (((~0u) >> (31 - (h))) & (~0u << (l)))
#define ${x("MAX")}(a, b) ((a) > (b) ? (a) : (b))
#define ${x("RAW")}(a, b) a + b
#define ${x("CAT")}(v) d${String(seed)}_ ## v
#define ${x("SET")}(l, v) do { \\
	typeof(l) _set = (v); \\
	l = _set; \\
} while (0)
#define ${x("SWAP")}(a, b) do { __auto_type _tmp = (a); (a) = (b); (b) = _tmp; } while (0)
#define ${x("for_range")}(i, n) for ((i) = 0; (i) < (n); (i)++)
#define ${x("each_of")}(i, ...) for ((i) = (__VA_ARGS__); (i) > 0; (i)--)
enum { ${x("RED")}, ${x("GREEN")} = 5, ${x("BLUE")} };
struct ${x("pair")} { int x; s16 y; };
struct ${x("dev")} { u8 a; int b; u16 c; u32 d; s8 s8v; bool flag; u32 low : 5; u32 : 3; s32 sgn : 4; struct list_head link; struct { int z; char q; } in; char name[4]; };
union ${x("reg")} { u32 raw; u16 half[2]; u8 byte[4]; struct { u32 lo : 4; u32 mid : 9; u32 : 10; u32 top : 9; }; s8 sign; };
struct ${x("dev")} ${x("dev")} = { 1, 2, .name = "ab", .low = 33 }, ${x("other")}, ${x("pool")}[3] = { { .a = 4 }, { .b = -5, .in = { 7 } } };
struct ${x("dev")} *${x("p")} = ${x("pool")} + 1;
struct list_head ${x("head")};
union ${x("reg")} ${x("reg")} = { .raw = 0x12345678 };
int ${x("arr")}[4] = { 3, [2] = -2 }, ${x("m")}[2][3] = { { 1, 2, 3 }, 4, 5 }, (*${x("row")})[3] = ${x("m")} + 1, *${x("pp")} = &${x("arr")}[1];
int ${x("i")} = ${one(["0", "-7", "2147483647"])}, ${x("n")}; u32 ${x("u")} = ${one(["0", "4294967295u", "9"])}; s16 ${x("h")} = -3; u8 ${x("t")} = 250; u64 ${x("w")} = 5;
const char ${x("str")}[] = "h\\x80z";
${Array.from({ length: loops }, (_, at) => `int ${x(`l${String(at)}`)};`).join(" ")}
s64 ${x("log")}[64]; int ${x("logged")};
static void ${x("out")}(s64 value) { ${x("log")}[${x("logged")}++ & 63] = value; }
static inline int ${x("add")}(int a, u8 b) { return a + b; }
static int ${x("neg")}(int a, u8 b) { return b ? -a : a - b; }
static const struct { const char *name; int (*run)(int, u8); } ${x("ops")}[] = { { "add", ${x("add")} }, { .run = &${x("neg")} } };
static int ${x("count")}(int by) { static int total = 2; return total += by; }
static struct ${x("dev")} ${x("made")}(int a, struct ${x("dev")} from) { from.a += a; from.in.z = from.b; from.name[1]++; return from; }
static struct ${x("pair")} ${x("ret")}(int v) { struct ${x("pair")} r = { v }; r.y = v; if (v < 0) return r; return (struct ${x("pair")}){ .x = r.y, .y = v >> 1 }; }
void ${x("main")}(void)
{
	${x("head")}.next = &${x("pool")}[0].link; ${x("pool")}[0].link.next = &${x("pool")}[2].link; ${x("pool")}[2].link.next = &${x("head")};
	${body}
	${fields.map((field) => `${x("out")}(${x("dev")}.${field}); ${x("out")}(${x("other")}.${field}); ${x("out")}(${x("p")}->${field});`).join(" ")}
}
`;
  const indexed = (name: string, count: number): string[] => Array.from({ length: count }, (_, index) => `${name}[${String(index)}]`);
  const single = ["i", "n", "u", "h", "t", "w", "logged"].map(x);
  return {
    ours: OURS, text, entry: x("main"),
    globals: [...single.map((name) => ({ name, words: [name] })), { name: x("arr"), words: indexed(x("arr"), 4) }, { name: x("reg"), words: [`${x("reg")}.raw`] }, { name: x("log"), words: indexed(x("log"), 64) }],
  };
}
