// Which functions a thread is about.
import { describe, expect, it } from "vitest";
import { functionsOfThread } from "../../../src/core/review/named.js";
import type { CommentView, ThreadView } from "../../../src/core/review/types.js";

const comment = (text: string): CommentView => ({ mail: 0, messageId: null, author: "A", email: "a@x", date: null, text, quote: ["thing_put(thing);"], parentGuessed: false });
const thread = (...texts: string[]): ThreadView => ({
  key: "k", patchKey: "p", anchor: { path: "a.c", side: "after", fromLine: 1, line: 1, quality: "exact", target: 0 }, title: texts[0] ?? "", comments: texts.map(comment),
  question: { state: "open", asks: true, last: "A", turn: null, turnOf: null },
});
const code = { known: ["thing_get", "thing_put", "thing_fops_open", "other_fops_open", "kick"], changed: new Set(["thing_fops_open"]), standsIn: ["thing_create"] };

describe("the functions of a thread", () => {
  it("are those that its mails name, in the order in which they are said", () => {
    expect(functionsOfThread(thread("thing_put races with thing_get()?", "No, thing_put() takes the lock."), code)).toEqual(["thing_put", "thing_get"]);
  });

  it("are those that it stands in when it names none; what is only quoted is not said", () => {
    expect(functionsOfThread(thread("????"), code)).toEqual(["thing_create"]);
    expect(functionsOfThread(thread("kfree() again? and thing_putter"), code)).toEqual(["thing_create"]);
  });

  it("may leave out how the names of the driver begin, where it is clear which one is meant", () => {
    expect(functionsOfThread(thread("put() may be last"), code)).toEqual(["thing_put"]);
    // Two functions end so; the patch changes one of them.
    expect(functionsOfThread(thread("fops_open() could race thing_put"), code)).toEqual(["thing_fops_open", "thing_put"]);
    expect(functionsOfThread(thread("fops_open() could race"), { ...code, changed: new Set() })).toEqual(["thing_create"]);
  });

  it("take a plain word for a function only before parentheses", () => {
    expect(functionsOfThread(thread("this deserves a kick"), code)).toEqual(["thing_create"]);
    expect(functionsOfThread(thread("this deserves a kick()"), code)).toEqual(["kick"]);
  });

  it("are none where nothing is named and nothing is stood in", () => {
    expect(functionsOfThread(thread(""), { ...code, standsIn: [] })).toEqual([]);
  });
});
