// Whose turn it is in a discussion: `a` is the patch's author, `r` and `s` are reviewers.
import { describe, expect, it } from "vitest";
import { isPraise, questionOf } from "../../../src/core/review/questions.js";
import type { CommentView } from "../../../src/core/review/types.js";

const people: Record<string, { name: string; email: string }> = {
  a: { name: "Ann Author", email: "ann@example.org" }, r: { name: "Rob Reviewer", email: "rob@example.org" }, s: { name: "Sue Second", email: "sue@example.org" },
};

/** `r: words` by line; the result as `state whose-turn`, with "note" for what asks nothing. */
function check(...lines: string[]): string {
  const comments = lines.map((line, mail): CommentView => {
    const [who = "", ...text] = line.split(": ");
    return { mail, messageId: null, author: people[who]?.name ?? "", email: people[who]?.email.toUpperCase() ?? "", date: null, text: text.join(": "), quote: [], parentGuessed: false };
  });
  const { state, asks, turn, turnOf } = questionOf(comments, people["a"] ?? { name: "", email: "" });
  expect(turn === null).toBe(turnOf === null);
  return [asks ? state : `note ${state}`, turn ?? "nobody"].join(", ");
}

describe("questionOf", () => {
  it("waits for the author after a reviewer's word", () => {
    expect(check("r: Can this fail?")).toBe("open, Ann Author");
    expect(check("r: This leaks the reference on the error path.")).toBe("open, Ann Author");
    expect(check("r: ????")).toBe("open, Ann Author");
    expect(check("r: Can this fail?", "s: I wonder, too.")).toBe("open, Ann Author");
    expect(check("r: Can this fail?", "s: Agreed.")).toBe("open, Ann Author");
  });

  it("is answered when the author has the last word, and the reviewer may insist", () => {
    expect(check("r: Can this fail?", "a: No, the caller holds the lock.")).toBe("answered, Rob Reviewer");
    expect(check("r: Can this fail?", "a: No.", "r: It can, see port_stop().")).toBe("open, Ann Author");
    expect(check("r: Can this fail?", "a: No.", "s: It can, see port_stop().")).toBe("open, Ann Author");
  });

  it("is the reviewer's turn when the author asks back", () => {
    expect(check("r: This may fail.", "a: How?")).toBe("open, Rob Reviewer");
    expect(check("r: This may fail.", "a: No.\n\tx = y ? z : 0;")).toBe("answered, Rob Reviewer");
    expect(check("r: This may fail.", "a: No, see https://example.org/?id=1")).toBe("answered, Rob Reviewer");
    expect(check("a: Is this the right tree?")).toBe("open, nobody");
  });

  it("is nobody's turn once the answer is accepted", () => {
    expect(check("r: Can this fail?", "a: No.", "r: Makes sense, thanks.\n\nRob")).toBe("answered, nobody");
    expect(check("r: Can this fail?", "a: I will use a lock.", "r: With that changed:\n\nReviewed-by: Rob Reviewer <rob@example.org>")).toBe("answered, nobody");
  });

  it("takes praise, thanks and an author's notes for no question", () => {
    expect(check("r: Looks good to me.\n\nThanks,\nRob")).toBe("note answered, nobody");
    expect(check("r: Applied to the next branch for v5.16. Thanks,\n\nRob")).toBe("note answered, nobody");
    expect(check("r: Nice cleanup.", "a: Thanks!")).toBe("note answered, nobody");
    expect(check("a: I will fold this into the next version.")).toBe("note answered, nobody");
  });
});

describe("isPraise", () => {
  it("sees the wish in praise", () => {
    expect(isPraise("Looks good.")).toBe(true);
    expect(isPraise("The patch itself looks fine to me.")).toBe(true);
    expect(isPraise("Looks good, but please rename it.")).toBe(false);
    expect(isPraise("Nice, why not everywhere")).toBe(false);
    expect(isPraise("Looks good?")).toBe(false);
    expect(isPraise("^^^^^")).toBe(false);
  });
});
