// Mail text in comments: what is shown is the text, and nothing in it is mark-up.
import { describe, expect, it } from "vitest";
import { blocksOf, escapeProse, maxCommentLength } from "../../src/vscode/comments/prose.js";

/** What a reader sees of escaped prose: entities decoded, hard breaks as line ends. */
function seen(markdown: string): string {
  return markdown
    .replace(/ {2}\n/g, "\n")
    .replace(/&nbsp;/g, " ")
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));
}

describe("escapeProse", () => {
  const hostile = [
    "![pixel](https://evil.example/x.png)", "[click](command:workbench.action.quit)", "<img src=x onerror=alert(1)>", "$(alert)",
    "# heading", "1. list", "- list", "> quote", "```js", "~~~", "    code", "a_b_c *d* `e`", "https://example.org/x?y=1&z=2", "www.example.org",
    "===", "---", "| a | b |", "&amp; &#35; &lt;", "a\\b", "me@example.org", ":smile:", "%%{init: {}}%%",
  ];

  it.each(hostile)("shows %s as it is", (text) => {
    const escaped = escapeProse(text);
    expect(seen(escaped)).toBe(text);
    expect(escaped).toMatch(/^(?:[A-Za-z0-9 ?,;%"'()]|\b[-_/.]\b|(?<=\w)_(?=\w)|&nbsp;|&#\d+;)*$/);
  });

  it("keeps line breaks and paragraphs", () => {
    expect(escapeProse("one\ntwo\n\nthree")).toBe("one  \ntwo\n\nthree");
    expect(escapeProse("a\nb\nc")).toBe("a  \nb  \nc");
  });

  it("leaves names and ordinary sentences readable in the source", () => {
    const text = "Do we need this helper?  Just open coding refcount_inc_not_zero() in drivers/vfio/vfio.c, e.g. twice (or not)";
    expect(escapeProse(text)).toBe(text.replace("e.g. ", "e.g&#46; "));
  });

  it.each(["www.example.org", "1.5 times", "12.x", "_a_ b", "-a", "a-", "a__b", "2.", "x. y"])("leaves no mark-up in %s", (text) => {
    const escaped = escapeProse(text);
    expect(seen(escaped)).toBe(text);
    expect(escaped).not.toMatch(/www\.|^\d+\.|^[-_]|[-_]$|__/);
  });

  it("keeps letters of other scripts", () => {
    expect(escapeProse("Jörg Nečas 李")).toBe("Jörg Nečas 李");
  });

  it("drops characters that turn the direction of text or cannot be seen", () => {
    expect(escapeProse("a\u202Eb\u0007c\u200Bd")).toBe("abcd");
  });

  it("keeps runs of blanks", () => {
    expect(escapeProse("a   b")).toBe("a&nbsp;&nbsp;&nbsp;b");
    expect(seen(escapeProse("  a"))).toBe("  a");
  });
});

describe("blocksOf", () => {
  it("puts code and diffs in a fixed font, and words between them not", () => {
    expect(blocksOf("Like this:\n\n\tif (a)\n\n\t\tb();\n\nor not.")).toEqual([
      { kind: "prose", text: "Like this:" }, { kind: "fixed", text: "\tif (a)\n\n\t\tb();" }, { kind: "prose", text: "or not." },
    ]);
  });

  it("takes a dash of a list for words", () => {
    expect(blocksOf("- one\n- two")).toEqual([{ kind: "prose", text: "- one\n- two" }]);
  });

  it("is empty for an empty comment", () => {
    expect(blocksOf("")).toEqual([]);
    expect(blocksOf(" \n\n")).toEqual([]);
  });

  it("cuts what is too long and says so", () => {
    const [block] = blocksOf("x".repeat(maxCommentLength * 2));
    expect(block?.text.length).toBeLessThan(maxCommentLength + 10);
    expect(block?.text.endsWith("[…]")).toBe(true);
  });
});
