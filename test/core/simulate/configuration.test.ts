// Branches of the preprocessor: one configuration runs, never several at once, and what its choice rests on is said.
import { describe, expect, it } from "vitest";
import { outcome, run } from "./check.js";

const must = (name: string): string => `/* scenario: configuration */\nvoid must(int holds) { if (!holds) __report("warn", "not so"); }\nvoid cpu0(void)\n{\n\tmust(f() == ${name});\n}\n`;
const branches = (directive: string, more = ""): string => `${more}int f(void)\n{\n\tint n = 0;\n${directive}\n\tn += 1;\n#else\n\tn += 2;\n#endif\n\treturn n;\n}\n`;
const said = (code: string): string[] => run(must("1"), code).assumptions.flatMap(({ text }) => /^drivers\/driver\.c, (line .*)$/.exec(text)?.[1] ?? []);

describe("branches of a function", () => {
  it.each([
    ["#if 0", "2", ""], ["#if 1", "1", ""], ["#ifdef NEVER", "2", ""], ["#ifndef NEVER", "1", ""], ["#ifdef NAME", "1", "#define NAME\n"], ["#ifdef NAME", "2", "#define NAME\n#undef NAME\n"],
    ["#ifdef CONFIG_X", "1", ""], ["#ifndef CONFIG_X", "2", ""], ["#if IS_ENABLED(CONFIG_X)", "1", ""], ["#if !IS_ENABLED(CONFIG_X) && defined(A)", "2", ""], ["#if IS_MODULE(CONFIG_X)", "2", ""],
    ["#if defined CONFIG_X && !defined(CONFIG_X_MODULE)", "1", ""], ["#if BITS_PER_LONG == 64", "1", ""], ["#if N > 3", "1", "#define N 4\n"], ["#if (N << 1) > 3", "1", "#define N 4\n"], ["#if N - 4", "2", "#define N 4\n"],
    ["#if SOMEBODY_KNOWS(3, 4) >= 5", "1", ""], ["#if 0 && SOMEBODY", "2", ""], ["#if 0\n#elif 1", "1", ""], ["#if 1\n\tn++;\n#elif 1", "1", ""], ["#ifdef CONFIG_X\n\tn++;\n#ifdef NEVER\n\tn++;\n#endif\n#elif 1", "1", ""],
    ["#if 0\n#if 1\n#define f g\n#endif\n\tn += 10;\n#elif defined(f)\n\tn += 20;\n#elif 1", "1", ""],
  ])("%s gives %s", (directive, value, more) => {
    expect(outcome(must(value), branches(directive, more))).toBe("clean");
  });

  it.each([
    ["#if 0", "", []], ["#ifdef NAME", "#define NAME\n", []], ["#ifdef CONFIG_X", "", ["line 4: CONFIG_X is taken as set"]], ["#if IS_ENABLED(CONFIG_32BIT)", "", ["line 4: CONFIG_32BIT is taken as not set"]],
    ["#ifdef NEVER", "", ["line 4: NEVER is defined nowhere in the file: it is taken as not defined"]], ["#if SIZE  > 3", "", ["line 4: the condition \"SIZE > 3\" is not known: it is taken as true"]],
  ])("%s says what it rests on", (directive, more, expected) => {
    expect(said(branches(directive, more))).toEqual(expected);
  });

  it("are told of the function that runs, and of what stands in none", () => {
    const code = "#ifdef CONFIG_A\nstruct s { int a; };\n#endif\nint g(void)\n{\n#ifdef CONFIG_B\n\treturn 2;\n#endif\n\treturn 3;\n}\n#ifdef CONFIG_C\nint f(void)\n{\n\treturn 1;\n}\n#else\nint f(void)\n{\n\treturn 2;\n}\n#endif\n";
    expect(outcome(must("1"), code)).toBe("clean");
    expect(said(code)).toEqual(["line 1: CONFIG_A is taken as set", "line 11: CONFIG_C is taken as set"]);
  });

  it("are one where lines between them are missing", () => {
    const code = "int f(void)\n{\n\tint n = 1;\n#ifdef NEVER\n\tn = 2;\n... int f(void)\n\tn = 3;\n#else\n\tn++;\n#endif\n\treturn n;\n}\n";
    expect(outcome(must("2").replace("configuration */", "configuration\ngaps: nothing\n*/"), code)).toBe("clean");
    expect(outcome(must("2"), code)).toMatch(/^does-not-apply: .*lines 6 to 15 are not known, and nothing fills them in$/);
  });

  it("agree with what C itself asks of options", () => {
    expect(outcome(must("1"), "int f(void)\n{\n#ifdef CONFIG_X\n\treturn IS_ENABLED(CONFIG_X);\n#endif\n\treturn 5;\n}\n")).toBe("clean");
    expect(said("int f(void)\n{\n\treturn IS_ENABLED(CONFIG_X);\n}\n")).toEqual(["line 3: CONFIG_X is taken as set"]);
  });

  it("decide which definitions count", () => {
    expect(outcome(must("7"), "#ifdef NEVER\n#define N 6\n#define M(x) 1\n#else\n#define N 7\n#define M(x) (x)\n#endif\nint f(void)\n{\n\treturn M(N);\n}\n")).toBe("clean");
    expect(outcome(must("4"), "struct s {\n#ifdef NEVER\n\tlong a;\n#else\n\tint a;\n#endif\n};\nint f(void)\n{\n\treturn sizeof(struct s);\n}\n")).toBe("clean");
  });
});
