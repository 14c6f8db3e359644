// What drivers write of C: each form gives what gcc gives, or is refused with its line; never something else without a word.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { outcome, run } from "./check.js";

const hasGcc = spawnSync("gcc", ["--version"]).status === 0;
const note = hasGcc ? "" : " [skipped: there is no gcc]";

/** Name, body of a function that calls must(), what stands outside of it. */
type Case = readonly [name: string, body: string, globals?: string];

const NUMBERS: readonly Case[] = [
  ["64 bits of ones, and the highest alone", "unsigned long a = 0xffffffffffffffff; must(a == -1); must(a == ~0ull); must((1ull << 63) > 1); must((1ull << 63) >> 63 == 1); must(-(1l << 62) < 0); must(a > 0); must(a % 16 == 15);"],
  ["numbers that are as large as an address", "big = 1ul << 41; must(big >> 41 == 1); big = 0xfffffffffff; must(big + 1 == 1ul << 44); other = big; must(other == big);", "unsigned long big; unsigned long other;"],
  ["casts in a row", "int n = -1; must((u64)(u8)(n) == 255); must((s64)(u32)n == 4294967295); must((u16)(u8)-1 == 255); must((u64)(u32)~n == 0); must((int)(s8)(u8)(n) == -1);", "typedef unsigned char u8; typedef signed char s8; typedef unsigned short u16; typedef unsigned int u32; typedef unsigned long u64; typedef long s64;"],
  ["masks of 64 bits", "unsigned long a = 0xffff000000000000; must(a >> 48 == 65535); must((a & 0xff00000000000000) >> 56 == 255); must((a | 0x100000000) >> 32 == 0xffff0001);"],
  ["-1 beside what is unsigned", "int a = -1; unsigned long b = 5; unsigned int c = 5; must(a > b); must(a > c); must((long) a < 5); must((unsigned short) a == 65535); must((u8) a + 1 == 256);", "typedef unsigned char u8;"],
  ["constants have types, too", "int t[4]; must(SMALL == 44); must(HIGH < 0); must(SHIFTED == 0x0fffffff); must(BIG == 4294967295u); must(sizeof(BIG) == 4); must(MINUS > 0); must(g == 44 && h == 0x0fffffff);",
    "#define SMALL ((unsigned char) 300)\n#define HIGH (1 << 31)\n#define SHIFTED (~0u >> 4)\n#define BIG (-1u)\n#define MINUS (-1 < 0u ? -1 : 1u)\nint g = SMALL; unsigned int h = SHIFTED;"],
  ["characters of any kind", "must('\\xff' == -1); must('\\377' == -1); must('\\0' == 0); must('\\x41' == 'A'); must('\\\\' == 92);"],
  ["bit-fields of more than 32 bits", "struct b x = { 0 }; x.wide = 0x1ffffffffff; must(x.wide == 0xffffffffff); x.sign = -1; must(x.sign == -1); x.sign = 1l << 34; must(x.sign == -(1l << 34));", "struct b { unsigned long wide : 40; long sign : 35; };"],
  ["addresses as constants", "must(*second == 2); must(inner->b == 6); must(*last == 3); must(count == 3);", "struct p { int a; int b; }; int t[3] = { 1, 2, 3 }; struct p ps[2] = { { 3, 4 }, { 5, 6 } }; int *second = t + 1; struct p *inner = ps + 1; int *last = &t[2]; int count = sizeof(t) / sizeof(t[0]);"],
];

const SIZES: readonly Case[] = [
  ["sizeof of structs", "must(sizeof(struct a) == 16); must(sizeof(struct b) == 24); must(sizeof(struct c) == 7); must(sizeof(struct d) == 8); must(sizeof(struct e) == 4); must(sizeof(union u) == 8); must(sizeof(struct f) == 4); must(sizeof(struct a[3]) == 48);",
    "struct a { char c; int i; short s; char t[3]; }; struct b { char c; long l; _Bool f; }; struct c { char c; short s; int i; } __attribute__((packed)); struct d { unsigned a : 3; unsigned b : 30; }; struct e { unsigned char a : 3; unsigned b : 20; }; union u { char c[5]; int i; }; struct f { int n; int items[]; };"],
  ["sizeof of expressions", "char c = 1; int *p = 0; struct s *q = 0; must(sizeof(c) == 1); must(sizeof(c + c) == 4); must(sizeof(*p) == 4); must(sizeof(p) == 8); must(sizeof(q->t) == 6); must(sizeof q->t[0] == 2); must(sizeof(\"abc\") == 4); must(sizeof(char) == 1); must(sizeof(q->inner) == 8); must(sizeof(1ul + 1) == 8); must(sizeof(*q) == 16);",
    "struct s { short t[3]; struct { int a; int b; } inner; };"],
];

const STRINGS: readonly Case[] = [
  ["literals and their characters", "const char *s = \"a\\x41\\0b\" \"c\"; char t[] = \"hi\"; char u[8] = \"é\"; must(s[1] == 65 && s[2] == 0 && s[3] == 'b' && s[4] == 'c'); must(sizeof(t) == 3); must(*\"xy\" == 'x'); must(\"xyz\"[2] == 'z'); must(u[0] == -61 && u[2] == 0); must(sizeof(\"a\" \"b\") == 3); t[0] = 'H'; must(t[0] == 72); must('ab' == 24930);"],
];

const POINTERS: readonly Case[] = [
  ["pointers to arrays", "int (*p)[3] = m; int (*q)[3]; must((*p)[1] == 2); must(p[1][2] == 6); q = p + 1; must((*q)[0] == 4); must(q - p == 1); must(sizeof(*p) == 12); must(row(m + 1) == 15); must(sum(m, 2) == 21); must(*(*(m + 1) + 1) == 5); p++; must(**p == 4);",
    "int m[2][3] = { { 1, 2, 3 }, { 4, 5, 6 } }; int row(int (*r)[3]) { return (*r)[0] + (*r)[1] + (*r)[2]; } int sum(int t[][3], int n) { int s = 0; int i; int j; for (i = 0; i < n; i++) for (j = 0; j < 3; j++) s += t[i][j]; return s; }"],
  ["pointers to pointers to functions", "fn *table = fns; int (**p)(int) = fns; must((*p)(3) == 4); must(p[1](3) == 6); must((*table[1])(5) == 10); must(pick(1)(4) == 8); must((p + 1)[0](1) == 2); must(apply(pick(0), 1) == 2); must(sizeof(fns) == 16); must(ops.run[1](2) == 4);",
    "typedef int (*fn)(int); int inc(int a) { return a + 1; } int dbl(int a) { return a * 2; } fn fns[2] = { inc, dbl }; static int (*pick(int i))(int) { return fns[i]; } int apply(int f(int), int a) { return f(a); } struct ops { int (*run[2])(int); } ops = { { inc, &dbl } };"],
  ["pointers to pointers", "struct n a = { 1, 0 }; struct n b = { 2, 0 }; struct n *head = 0; struct n **pp; put(&head, &a); put(&head, &b); must(head == &b && head->next == &a); for (pp = &head; *pp; pp = &(*pp)->next) if ((*pp)->v == 1) break; must(*pp == &a); *pp = (*pp)->next; must(head->next == 0); pp = &head; must((*pp)->v == 2); must((**pp).v == 2);",
    "struct n { int v; struct n *next; }; void put(struct n **h, struct n *e) { e->next = *h; *h = e; }"],
  ["container_of by hand", "struct o x = { 1, { 2, 3 }, 4 }; struct i *in = &x.in; struct o *back = (struct o *)((char *)in - offsetof(struct o, in)); must(back == &x); must(outer(in)->z == 4); must(*(int *)((char *)&x + offsetof(struct o, z)) == 4); must(*(int *)((void *)&x + offsetof(struct o, in.b)) == 3); must(offsetof(struct o, z) == 12);",
    "struct i { int a; int b; }; struct o { int x; struct i in; int z; }; \n#define outer(p) ({ const struct i *__m = (p); (struct o *)((char *)__m - offsetof(struct o, in)); })\n"],
  ["private data behind a struct", "struct h *h = make(); struct p *p = priv(h); p->b = 7; must(((struct p *)(h + 1))->b == 7); must(back(p) == h);",
    "struct h { int a; char c; }; struct p { int a; int b; }; struct h heads[2]; struct { struct h h; struct p p; } room; struct h *make(void) { return &room.h; } void *priv(struct h *h) { return (char *)h + sizeof(struct h); } struct h *back(void *p) { return (struct h *)((char *)p - sizeof(struct h)); }"],
  ["pointers of another sign", "unsigned int u = 4294967295u; int *p = (int *)&u; unsigned char t[2] = { 255, 1 }; signed char *s = (signed char *)t; must(*p == -1); *p = -2; must(u == 4294967294u); must(s[0] == -1); s[1] = -3; must(t[1] == 253);"],
  ["comparisons of pointers", "int t[4]; int *p = t; int *e = t + 4; int n = 0; while (p < e) { n++; p++; } must(n == 4); must(p == e && p != t); must(e > t && t <= p); must(!(p < t)); must((unsigned long)p - (unsigned long)e == 0); must(p ? 1 : 0); must(!!p); must(&t[1] > &t[0]);"],
  ["void pointers", "struct s x = { 5 }; void *v = &x; const struct s *y = v; must(((struct s *)v)->a == 5); must(y->a == 5); must(get(&x) == 5); must(v == (void *)y);", "struct s { int a; }; int get(void *d) { struct s *s = d; return s->a; }"],
  ["arrays of structs", "struct e *p = t; int i; int n = 0; for (i = 0; i < 3; i++) n += t[i].v; must(n == 6); must((p + 2)->v == 3 && p[1].k[1] == 8); must(&t[2] - p == 2); p = &t[1]; must(p[-1].v == 1); must(p->k == t[1].k); must(*t[1].k == 7); for (p = t; p->v; p++) ; must(p == t + 3);", "struct e { int v; char k[2]; } t[4] = { { 1 }, { 2, { 7, 8 } }, { .v = 3 } };"],
];

const TYPES: readonly Case[] = [
  ["typeof and __auto_type", "unsigned char c = 200; typeof(c) d = 300; __auto_type e = c + 1; typeof(x.t[0]) f = 70000; typeof(&x) p = &x; __typeof__(int *) q; must(d == 44); must(e == 201); must(f == 4464); p->a = 3; q = &x.a; must(*q == 3); must(sizeof(typeof(x)) == 8);", "struct s { int a; unsigned short t[2]; } x;"],
  ["statement expressions", "int n = ({ int a = 2; if (a > 1) a = 7; a; }); unsigned char c = ({ 300; }); int m = 0; must(n == 7); must(c == 44); m = ({ int i; int s = 0; for (i = 0; i < 3; i++) s += i; s; }) + 1; must(m == 4); ({ m = 9; }); must(m == 9); must(({ struct p q = { 1, 2 }; q; }).y == 2);", "struct p { int x; int y; };"],
  ["compound literals", "struct p *q = &(struct p){ .y = 3 }; int *t = (int[]){ 4, 5, 6 }; must(q->x == 0 && q->y == 3); must(t[2] == 6); must((struct p){ 1, 2 }.y == 2); *q = (struct p){ 8 }; must(q->x == 8 && q->y == 0); must((int){ 5 } == 5); must(f(&(struct p){ 1, 1 }) == 2); must((unsigned char){ 256 + 7 } == 7);", "struct p { int x; int y; }; int f(struct p *p) { return p->x + p->y; }"],
  ["designated initializers", "struct o a = { .in.b = 2, .t[1] = 7, .in.a = 1, .z = 9 }; struct o b = { 1, { 2 }, .t = { [0 ... 1] = 4 }, 5 }; int t[] = { [3] = 1, 2, [0] = 9 }; int r[6] = { [1 ... 3] = 8, 4 }; must(a.in.a == 1 && a.in.b == 2 && a.t[1] == 7 && a.z == 9 && a.x == 0); must(b.x == 1 && b.in.a == 2 && b.t[1] == 4 && b.z == 5); must(sizeof(t) == 20 && t[4] == 2 && t[0] == 9); must(r[2] == 8 && r[4] == 4 && r[5] == 0); must(g[FIVE].v == 5 && g[1].v == 0 && sizeof(g) == 24); must(names[1][0] == 'b');",
    "enum { FIVE = 5 }; struct i { int a; int b; }; struct o { int x; struct i in; int t[2]; int z; }; struct g { int v; } g[] = { [FIVE] = { .v = 5 } }; static const char *const names[] = { [0] = \"a\", [1] = \"b\" };"],
  ["initializers without inner braces", "struct o a = { 1, 2, 3, 4, 5 }; int m[2][2] = { 1, 2, 3, 4 }; struct q b[2] = { 1, 2, 3 }; must(a.in.b == 3 && a.t[1] == 5); must(m[1][0] == 3 && m[1][1] == 4); must(b[0].b == 2 && b[1].a == 3 && b[1].b == 0); must(g.in.b == 3 && g.t[0] == 4); must(gm[1][1] == 4); must(h.in.a == 7 && h.t[1] == 8);",
    "struct i { int a; int b; }; struct o { int x; struct i in; int t[2]; }; struct q { int a; int b; }; struct o g = { 1, 2, 3, 4, 5 }; int gm[2][2] = { 1, 2, 3, 4 }; struct o h = { .in = { 7 }, .t = { 0, 8 } };"],
  ["bit-fields", "struct b x = { 0 }; x.a = 9; x.s = 5; x.f = 2; must(x.a == 1); must(x.s == -3); must(x.f == 1); x.a++; must(x.a == 2); x.a += 7; must(x.a == 1); x.s = -1; must(x.s == -1 && x.s < 0); x.w |= 0x1f; must(x.w == 15); must((x.a = 15) == 7); must(x.a - 8 < 0); must(sizeof(x) == 4); must(sizeof(struct hole) == 8); struct hole h = { 1, 2, 3 }; must(h.a == 1 && h.b == 2 && h.c == 3);", "struct hole { unsigned int a : 3; unsigned int : 5; unsigned char b; unsigned int : 0; unsigned int c : 4; };\n#define WIDTH 4\nstruct b { unsigned a : 3; int s : 3; _Bool f : 1; unsigned w : WIDTH; };"],
  ["flexible array members", "struct f *f = (struct f *)room; f->n = 2; f->items[1] = 5; must(f->items[1] == 5); must(sizeof(*f) == 4); must(sizeof(struct f) == offsetof(struct f, items));", "struct f { int n; int items[]; }; int room[4];"],
  ["enums", "enum color c = GREEN; enum { LOCAL = 40, NEXT }; must(c + 1 == BLUE); must(sizeof(c) == 4); must(LAST == 7); must(NEXT == 41); must((c | 8) == 13); must(MASK == 12); switch (c) { case RED: must(0); break; case GREEN: break; default: must(0); } must(t[BLUE - GREEN] == 2); must(arr[NEGATIVE + 3] == 2);", "enum color { RED, GREEN = 5, BLUE, LAST, MASK = (1 << 2) | (1 << 3), NEGATIVE = -2 }; int t[LAST - 4] = { 1, 2 }; int arr[] = { 1, 2 };"],
  ["nested unions and anonymous members", "struct v x = { .kind = 1, .b = 7, .in.q = 3 }; struct v y = x; must(y.b == 7 && y.a == 7 && y.in.q == 3); x.p.y = 9; must(x.p.y == 9); must(y.p.x == 7); must(sizeof(struct v) == 20); must(offsetof(struct v, in) == 12); must((&x)->in.q == 3);", "struct v { int kind; union { int a; int b; struct { int x; int y; } p; }; struct { int q; int r; } in; };"],
  ["const, volatile, and annotations", "const int a = 3; volatile int b = 4; int const *p = &a; int *const q = (int *)&b; register int r = 5; static const int t[] = { 1, 2 }; struct s __user *u = 0; struct s __rcu *v = &g; const struct s *const w = &g; must(a + b + *p + *q + r + t[1] == 21); must(!u && v == w); must(unused(1) == 1);", "#define __user\n#define __rcu\n#define __maybe_unused __attribute__((unused))\nstruct s { int a; } g; static inline int unused(int a) { int b __attribute__((unused)) = 2; return a; }"],
  ["structs by value", "struct p a = { 1, 2 }; struct p b; struct w w = { { 3, 4 }, 5 }; b = flip(a); must(b.x == 2 && b.y == 1); must(flip(flip(a)).x == 1); w.p = a; must(w.p.y == 2); b = w.p; a = b = (struct p){ 7, 8 }; must(a.x == 7 && b.y == 8); must(flip(w.p).x == 2); a = 1 ? b : a; must(a.y == 8); must(made(3).p.y == 4 && made(3).n == 5); *(&a) = flip(a); must(a.x == 8);",
    "struct p { int x; int y; }; struct w { struct p p; int n; }; struct p flip(struct p p) { int t = p.x; p.x = p.y; p.y = t; return p; } struct w made(int n) { return (struct w){ .p = { n, n + 1 }, .n = n + 2 }; }"],
  ["the same names in other scopes", "int n = 1; { int n = 2; must(n == 2); { char n = 3; must(sizeof(n) == 1); } } must(n == 1); for (int n = 5; n < 6; n++) must(n == 5); if (n) { int n = 7; must(n == 7); } must(n == 1 && g == 9); { extern int g; must(g == 9); } must(f(4) == 4);", "int g = 9; int f(int g) { { int g = 3; (void)g; } return g; }"],
  ["unsigned and signed arithmetic", "u8 a = 200; u8 b = 100; s8 c = -100; u16 d = 65535; u32 e = 1; s64 f = -1; u64 h = 1; must(a + b == 300); must((u8)(a + b) == 44); must((s8)(c - b) == 56); must(d * d == -131071); must(e - 2 > 0); must(f < 0 && h > f == 0); must((u32)f == 4294967295u); must((f >> 1) == -1); a += 100; must(a == 44); a <<= 1; must(a == 88); d++; must(d == 0); c = -c; must(c == 100); b = ~b; must(b == 155); must((u16)-1 == 65535); must(-5 % 3 == -2 && -5 / 3 == -1); e = 1u << 31; must(e >> 31 == 1); must((int)e >> 31 == -1); must(h - 2 > 1000);",
    "typedef unsigned char u8; typedef signed char s8; typedef unsigned short u16; typedef unsigned int u32; typedef long s64; typedef unsigned long u64;"],
];

const UNIONS: readonly Case[] = [
  ["members of other widths", "union u x = { 0 }; x.w = 0x12345678; must(x.b[0] == 0x78 && x.b[3] == 0x12); must(x.h == 0x5678); x.b[1] = 0xff; must(x.w == 0x1234ff78); x.s = -1; must(x.w == 0x1234ffff && x.h == 65535); must(sizeof(x) == 4); x.w++; must(x.h == 0); x.b[2] += 1; must(x.w == 0x12360000 - 0); must(y.b[3] == 1);",
    "union u { unsigned int w; unsigned short h; signed short s; unsigned char b[4]; }; union u y = { .w = 0x01020304 };"],
  ["bits of a register", "union r r = { .raw = 0xa5 }; must(r.low == 5 && r.high == 10); r.low = 3; must(r.raw == 0xa3); r.high = 31; must(r.raw == 0xf3); r.top = 1; must(r.raw == 0x800000f3); set(&r, 4); must(r.low == 4);", "union r { struct { unsigned int low : 4; unsigned int high : 4; unsigned int rest : 23; unsigned int top : 1; }; unsigned int raw; }; void set(union r *r, int v) { r->low = v; }"],
  ["halves of 64 bits", "union q q; q.all = 0x100000002; must(q.half[0] == 2 && q.half[1] == 1); must(q.lo == 2 && q.hi == 1); q.hi = 0; must(q.all == 2); q.lo = -1; must(q.all == 0xffffffff);", "union q { unsigned long all; unsigned int half[2]; struct { unsigned int lo; unsigned int hi; }; };"],
  ["tagged unions", "struct m m = { .kind = 1, .u.fd = 5 }; must(m.u.fd == 5); m.u.ptr = &m; must(m.u.ptr == &m); m.u.pair.a = 1; m.u.pair.b = 2; must(m.u.pair.b == 2);", "struct m { int kind; union { int fd; void *ptr; struct { long a; long b; } pair; } u; };"],
];

const CONTROL: readonly Case[] = [
  ["a ?: b, the comma, and the order of effects", "int i = 0; int t[3] = { 5, 6, 7 }; must((g ?: 4) == 4); must((next() ?: 9) == 1 && calls == 1); i = (calls = 5, calls + 1); must(i == 6); i = 0; must(t[i++] == 5 && i == 1); t[i] = i + 10; must(t[1] == 11); must((i = 2) + i == 4); i = i++ + 1; must(g || (i = 8)); must(i == 8); must(!(g && (i = 9)) && i == 8);", "int g; int calls; int next(void) { return ++calls; }"],
  ["switches of every kind", "must(f(0) == 1); must(f(1) == 12); must(f(5) == 3); must(f(9) == 4); must(f('a') == 7); must(f(-1) == 8); must(h(2) == 1); must(k(3) == 6); must(l(4294967295u) == 2); must(e(3) == 0);",
    "int f(int n) { int r = 0; switch (n) { case 0: r = 1; break; case 1: r = 10; /* fallthrough */ case 2: r += 2; break; case 4 ... 6: return 3; case 'a': { r = 7; break; } case -1: r = 8; break; default: r = 4; } return r; } int h(int n) { switch (n) { default: return 0; case 1: case 2: return 1; } } int k(int n) { int s = 0; switch (n) { case 3: for (;;) { s += 2; if (s > 5) break; } break; } return s; } int l(unsigned int n) { switch (n) { case -1: return 2; } return 0; } int e(int n) { switch (n) { } return 0; }"],
  ["a case inside a block", "must(f(1) == 3 && f(2) == 2 && f(0) == 0);", "int f(int n) { int r = 0; switch (n) { case 1: { r = 1; case 2: r += 2; } break; default: ; } return r; }"],
  ["goto and labels", "must(f(0) == 7 && f(1) == 3); must(loop() == 10);", "int f(int x) { int r = 1; if (x) goto out; r = 5; again: r += 2; if (r < 7) goto again; return r; out: r = 3; return r; } int loop(void) { int i = 0; int j; for (;;) { for (j = 0; j < 5; j++) { i++; if (i == 10) goto done; } } done: return i; }"],
  ["loops of every kind", "int i; int j; int n = 0; for (i = 0, j = 10; i < j; i++, j--) n++; must(n == 5); for (;;) { if (n++ > 7) break; } must(n == 9); while (n --> 3) ; must(n == 2); do n++; while (n < 5); must(n == 5); for (i = 3; i--; ) n++; must(n == 8); for (unsigned int k = 2; k < 3; --k) { n++; } must(n == 11); do { continue; } while (n++ < 11); must(n == 12); while (1) if (n) break; else n = 1;"],
  ["statics of functions", "must(count() == 6 && count() == 7); must(other() == 1 && other() == 2); must(count() == 8); must(table(1) == 5);", "int count(void) { static int n = 5; return ++n; } int other(void) { static int n; { static int n = 100; n++; } return ++n; } int table(int i) { static const int t[] = { 4, 5 }; return t[i]; }"],
  ["recursion", "must(fact(5) == 120); must(even(6) && !even(7)); must(ack(2, 2) == 7);", "int odd(int n); int fact(int n) { return n <= 1 ? 1 : n * fact(n - 1); } int even(int n) { return n == 0 ? 1 : odd(n - 1); } int odd(int n) { return n == 0 ? 0 : even(n - 1); } int ack(int m, int n) { return m == 0 ? n + 1 : n == 0 ? ack(m - 1, 1) : ack(m - 1, ack(m, n - 1)); }"],
];

const MACROS: readonly Case[] = [
  ["bodies without parentheses", "must(A * 2 == 5); must(2 * A == 4); must(A * A == 5); must(10 - A == 11); must(!A == 2); must((unsigned char)WIDE == 344); must(DBL(1 + 2) == 5); must(-A == 1); must(t[A] == 4); must(A ? A : 0); must(sq(1 + 1) == 3); must(x == 5);", "#define A 1 + 2\n#define WIDE 300 + 300 - 44 + 44\n#define DBL(x) x * 2\n#define sq(x) x * x\nint t[4] = { 1, 2, 3, 4 }; int x = A * 2;"],
  ["function-like macros", "int n = 0; int a = 1; int b = 2; must(MAX(3, 4) == 4); SET(n, 5); must(n == 5); SWAP(a, b); must(a == 2 && b == 1); if (n) SET(n, 6); else SET(n, 7); must(n == 6); must(EMPTY() + 1 == 1); must(TWO (3) == 5); must(NEST(TWO(1)) == 6); INC(n) must(n == 7);", "#define MAX(a, b) ((a) > (b) ? (a) : (b))\n#define SET(v, x) do { \\\n\tint __t = (x); \\\n\t(v) = __t; \\\n} while (0)\n#define SWAP(x, y) do { typeof(x) tmp = (x); (x) = (y); (y) = tmp; } while (0)\n#define EMPTY() 0\n#define TWO(x) ((x) + 2)\n#define NEST(x) (TWO(x) + 1)\n#define INC(x) (x)++;\n"],
  ["# and ##", "int val_1 = 4; const char *s = STR(a + 1); must(CAT(val_, 1) == 4); must(s[0] == 'a' && s[2] == '+' && sizeof(STR(x)) == 2); must(FIELD(p, a) == 1); must(GETTER(b) == 2); must(sizeof(XSTR(ONE)) == 2); must(STR(\"q\")[0] == '\"');", "#define CAT(a, b) a##b\n#define STR(x) #x\n#define XSTR(x) STR(x)\n#define ONE 1\n#define FIELD(v, f) v.m_##f\n#define GETTER(f) p.m_##f\nstruct { int m_a; int m_b; } p = { 1, 2 };\n"],
  ["macros with any number of arguments", "must(SUM(1, 2) == 3); must(FIRST(4, 5, 6) == 4); must(CALL(add) == 0); must(CALL(add3, 1, 2, 3) == 6); LOG(\"x\", 1); LOG(\"y\"); must(logged == 2);", "int logged; int add(void) { return 0; } int add3(int a, int b, int c) { return a + b + c; } void out(const char *f, ...) { logged++; }\n#define SUM(a, ...) ((a) + __VA_ARGS__)\n#define FIRST(x, ...) (x)\n#define CALL(f, args...) f(args)\n#define LOG(fmt, ...) out(fmt, ##__VA_ARGS__)\n"],
  ["loops in macros", "int i; int n = 0; for_range(i, 4) n += i; must(n == 6); for_range(i, 3) { if (i == 1) continue; n++; } must(n == 8); each(e) n += e->v; must(n == 11); each(e) { if (e->v == 1) break; n = 100; } must(n == 11);", "struct e { int v; } es[2] = { { 1 }, { 2 } };\n#define for_range(i, n) for ((i) = 0; (i) < (n); (i)++)\n#define each(p) for (struct e *p = es; p < es + 2; p++)\n"],
  ["macros that hide names", "int x = 1; must(cur->v == 5); cur->v = 6; must(thing.v == 6); must(IS_SET(FLAG_A)); must(!IS_SET(FLAG_B)); must(ALIAS(2) == 3); must(fold == 8); must(OR == 3);", "struct t { int v; } thing = { 5 };\n#define cur (&thing)\nint flags = 1;\n#define FLAG_A BIT(0)\n#define FLAG_B BIT(1)\n#define BIT(n) (1ul << (n))\n#define IS_SET(f) (!!(flags & (f)))\nint inc(int a) { return a + 1; }\n#define ALIAS inc\n#define fold (x + 7)\n#define OR 1 | 2\n"],
  ["redefined and conditional macros", "must(V == 2); must(W == 3); must(on == 1);", "#define V 1\n#undef V\n#define V 2\n#ifdef V\n#define W 3\n#else\n#define W 4\n#endif\n#ifndef NEVER\nint on = 1;\n#endif\n"],
];
const KERNEL: readonly Case[] = [
  ["exchanges", "int old = 3; struct t *was; must(xchg(&n, 3) == 1 && n == 3); must(cmpxchg(&n, 2, 9) == 3 && n == 3); must(cmpxchg(&n, 3, 4) == 3 && n == 4); must(!try_cmpxchg(&n, &old, 7) && old == 4 && n == 4); must(try_cmpxchg(&n, &old, 7) && old == 4 && n == 7); was = xchg(&cur, &b); must(was == &a && cur->v == 6); must(cmpxchg(&cur, &a, 0) == &b && cur == &b); must(cmpxchg(&cur->v, 6, 300) == 6 && b.v == 44); must(xchg(&t[n - 6], 5) == 2 && t[1] == 5);",
    "int n = 1; int t[2] = { 1, 2 }; struct t { unsigned char v; } a = { 5 }, b = { 6 }; struct t *cur = &a;"],
  ["memory of structs", "struct s a = { 1, 2, { 3, 4 } }; struct s b; struct s *p = &b; memcpy(&b, &a, sizeof(b)); must(b.t[1] == 4); must(memcmp(&a, &b, sizeof(a)) == 0); b.y = 3; must(memcmp(&a, &b, sizeof(a)) != 0); memset(p, 0, sizeof(*p)); must(b.x == 0 && b.t[0] == 0); memcpy(b.t, a.t, sizeof(a.t)); must(b.t[0] == 3); memset(b.t, 0xff, sizeof(b.t)); must(b.t[1] == -1); memset(c, 'x', 3); must(c[2] == 'x' && c[3] == 0);", "void *memcpy(void *, const void *, unsigned long); void *memset(void *, int, unsigned long); int memcmp(const void *, const void *, unsigned long); struct s { int x; int y; int t[2]; }; char c[4];"],
];

const ALL: readonly Case[] = [...NUMBERS, ...SIZES, ...STRINGS, ...POINTERS, ...TYPES, ...UNIONS, ...CONTROL, ...MACROS, ...KERNEL];

describe("the subset of C", () => {
  it.each(ALL.map(([name, body, globals = ""]) => [name, body, globals] as const))("%s", (_name, body, globals) => {
    expect(single(body, globals)).toBe("clean");
  });

  it.skipIf(!hasGcc)(`says what gcc says${note}`, () => {
    expect(nativeFailures(ALL)).toEqual([]);
  });
});

/** What is not run, with what is said of it. */
const REFUSED: readonly (readonly [name: string, text: string, said: RegExp])[] = [
  ["a number that does not fit in 53 bits", "void cpu0(void)\n{\n\tlong a = 0x123456789abcdef1;\n\t(void)a;\n}", /cpu0\(\) in scenarios\/test\.c, line 4: the number 0x123456789abcdef1 does not fit in 53 bits/],
  ["a product that does not fit", "long g = 3037000499;\nvoid cpu0(void)\n{\n\tlong a = g * g;\n\t(void)a;\n}", /line 5: a value of 64 bits is computed that does not fit in 53/],
  ["~ of the highest bit", "unsigned long g = 1ul << 63;\nvoid cpu0(void)\n{\n\tg = ~g;\n}", /line 5: a value of 64 bits/],
  ["a shift that is too far", "int n = 40;\nvoid cpu0(void)\n{\n\tn = 1 << n;\n}", /^warn: UBSAN: shift-out-of-bounds: shift exponent 40 is too large for 32-bit type 'int'$/],
  ["a constant shift that is too far", "long n;\nvoid cpu0(void)\n{\n\tn = 1ul << 64;\n}", /^warn: UBSAN: shift-out-of-bounds: shift exponent 64 is too large for 64-bit type 'unsigned long'$/],
  ["a shift by less than nothing", "int n = -1;\nvoid cpu0(void)\n{\n\tn = 8 >> n;\n}", /^warn: UBSAN: shift-out-of-bounds: shift exponent -1 is negative$/],
  ["the smallest number by -1", "int n = -2147483648;\nvoid cpu0(void)\n{\n\tn = n / -1;\n}", /^warn: divide error: cpu0\(\) divides the smallest number by -1$/],
  ["a write to a literal", "char *g = \"abc\";\nvoid cpu0(void)\n{\n\tg[1] = 'x';\n}", /^null: cpu0\(\) writes to "abc", which is a literal and read-only$/],
  ["an end without the value that a function returns", "int f(int n)\n{\n\tif (n)\n\t\treturn 1;\n}\nvoid cpu0(void) { f(0); }", /^does-not-apply: f\(\) in scenarios\/test\.c, line 6: the function ends here, and has to return a value$/],
  ["a variable that is declared twice", "void cpu0(void)\n{\n\tint n = 1;\n\tint n = 2;\n\t(void)n;\n}", /line 5: n is declared a second time in one block$/],
  ["a label that stands twice", "void cpu0(void)\n{\n\tint n = 0;\nout: n++;\nout: n++;\n}", /line 6: the label out stands in the function a second time$/],
  ["a case that stands twice", "void cpu0(void)\n{\n\tint n = 0;\n\tswitch (n) {\n\tcase 1 ... 3: n = 5; break;\n\tcase 2: n = 6;\n\t}\n}", /line 7: the case 2 stands in its switch a second time$/],
  ["a case that is no constant", "int g;\nvoid cpu0(void)\n{\n\tswitch (1) {\n\tcase g: break;\n\t}\n}", /line 6: a case is no constant$/],
  ["bytes of a number", "int g = 1;\nvoid cpu0(void)\n{\n\tunsigned char *p = (unsigned char *)&g;\n\tg = p[1];\n}", /line 6: a number of 32 bits is accessed as one of 8: memory is kept in words, not in bytes$/],
  ["steps of bytes through numbers", "int t[4];\nvoid cpu0(void)\n{\n\tvoid *p = t;\n\tint *q = p + 4;\n\t*q = 1;\n}", /line 6: a number of 32 bits is accessed as one of 8/],
  ["a struct laid over a buffer", "struct h { int a; short b; };\nunsigned char buf[16];\nvoid cpu0(void)\n{\n\tstruct h *h = (struct h *)buf;\n\th->a = 1;\n}", /line 6: memory that is made as something else is seen as struct h/],
  ["the address of a part of a union", "union u { int w; unsigned char b[4]; } u;\nint f(unsigned char *p) { return *p; }\nvoid cpu0(void)\n{\n\tu.w = f(u.b);\n}", /line 6: an array or a struct inside of a union is used whole whose members are of several widths$/],
  ["a call through a pointer with too few arguments", "int add(int a, int b) { return a + b; }\nint (*by)(int, int) = add;\nvoid cpu0(void)\n{\n\tby(1);\n}", /line 6: a function is called that takes 2 arguments, with 1$/],
  ["arguments of any number", "int sum(int n, ...)\n{\n\tva_list ap;\n\tva_start(ap, n);\n\treturn 1;\n}\nvoid cpu0(void) { sum(1, 5); }", /line 5: arguments of any number are not read$/],
  ["recursion without an end", "int f(int n) { return f(n + 1); }\nvoid cpu0(void) { f(0); }", /^bounded: /],
];

describe("what is no such number, or cannot be run", () => {
  it.each(REFUSED)("%s", (_name, text, said) => {
    expect(outcome(`/* scenario: refused */\n${text}\n`)).toMatch(said);
  });
});

/** Runs `body` on one CPU; `must(x)` in it is a finding where x is 0. */
function single(body: string, globals = ""): string {
  const text = `/* scenario: single */\n${globals}\nvoid must(int holds) { if (!holds) __report("warn", "not so"); }\nvoid cpu0(void)\n{\n\t${body.replaceAll("; ", ";\n\t")}\n}\n`;
  const result = run(text);
  if (result.verdict !== "violation") return result.verdict === "clean" ? "clean" : `${result.verdict}: ${result.reason ?? result.stoppedBy ?? ""}`;
  return result.findings.map((finding) => `${finding.kind}: ${finding.message}: ${text.split("\n")[(finding.stacks?.[0]?.frames[1]?.line ?? 0) - 1] ?? ""}`).join("; ");
}

/** What gcc calls the kernel's exchanges. */
const EXCHANGES = "#define xchg(p, v) __atomic_exchange_n(p, v, 5)\n#define cmpxchg(p, o, n) __sync_val_compare_and_swap(p, o, n)\n#define try_cmpxchg(p, o, n) __atomic_compare_exchange_n(p, o, n, 0, 5, 5)\n";

/** Names of the cases in which a must() does not hold natively. */
function nativeFailures(cases: readonly Case[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), "lifeline-subset-"));
  try {
    return cases.flatMap(([name, body, globals = ""]) => {
      writeFileSync(join(folder, "one.c"), `#include <stddef.h>\n#define bool _Bool\n${EXCHANGES}${globals}\nint failed;\nvoid must(int holds) { if (!holds) failed = 1; }\nint main(void)\n{\n${body}\nreturn failed;\n}\n`);
      execFileSync("gcc", ["-O0", "-w", "-fwrapv", "-fno-strict-aliasing", "-fsigned-char", "-o", join(folder, "one"), join(folder, "one.c")]);
      return spawnSync(join(folder, "one")).status === 0 ? [] : [name];
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
