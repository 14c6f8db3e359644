// Where a discussion stands: open or answered, who spoke last, and so whose turn it is.
import type { CommentView, Question } from "./types.js";

/** A person as mails name one; a Patchwork page gives names only. */
export interface Person {
  readonly name: string;
  readonly email: string;
}

/** Longer comments say more than that they agree. */
const MAX_PRAISE = 400;
const MAX_PRAISE_WORDS = 16;
/** Longest lead to a trailer: "With that changed:". */
const MAX_LEAD_WORDS = 6;
/** How a sentence begins that agrees, praises, thanks or promises. */
const PRAISE = new RegExp(
  "^(?:and |so |then |but |well,? |otherwise,? |overall,? |(?:for|to) me,? |i think )?(?:(?:this|that|it|all|everything|patch|series|code|the (?:\\w+ ){0,3}\\w+)\\s+)?(?:" +
  "(?:now |still |all |also )?(?:looks?|seems?|sounds?|reads?)(?: \\w+)?(?: good| great| fine| nice| ok| okay| sane| correct| right| reasonable| better)|" +
  "(?:is|are|was) (?:\\w+ )?(?:good|great|fine|nice|ok|okay|correct|right|perfect|much better)|" +
  "lgtm|very nice|nice|great|good|excellent|awesome|perfect|cool|thanks?|thank you|thx|many thanks|cheers|applied|queued|merged|pushed|picked|" +
  "agreed?|i agree|fully agree|ack|acked|ok|okay|makes sense|fair enough|fair|right|yes|yep|yeah|yup|sure|indeed|exactly|correct|true|got it|i see|understood|" +
  "works for me|fine (?:by|with) me|no objections?|no problem|will do|will fix|i will|i'll|done|fixed|of course|ah|oh|oops|my bad|welcome|you're welcome|" +
  "i(?:'m| am) (?:fine|ok|okay|good|happy) with)\\b", "i",
);
/** What makes of praise a wish. */
const WISH = /\b(?:but|however|though|except|unless|please|should|could|would|nit|instead|why|wrong|missing|not sure|bug)\b/i;
const TRAILER = /^\s*[A-Za-z][A-Za-z-]*-[Bb]y\s*:\s+\S/;

/**
 * A thread is *open* when somebody waits for an answer, else *answered*:
 *
 * - a reviewer has the last word: open, the author's turn; unless all that is said is praise, or the last word only accepts what the author
 *   had answered;
 * - the author has the last word: answered, and the reviewer may accept or insist; open when the author asks back.
 *
 * A thread that is praise, thanks or an author's note alone asks nothing. `comments` are in the order in which they were written.
 */
export function questionOf(comments: readonly CommentView[], author: Person): Question {
  const last = comments.at(-1);
  const isAuthor = (comment: CommentView): boolean => isSame(comment, author);
  const reviewer = comments.findLast((comment) => !isAuthor(comment));
  const nameOf = (comment: CommentView | undefined): string => comment?.author || comment?.email || "";
  const make = (state: Question["state"], turnOf: Question["turnOf"], asks = true): Question => {
    const turn = turnOf === "author" ? author.name || author.email : turnOf === "reviewer" ? nameOf(reviewer) : "";
    return { state, asks, last: nameOf(last), turn: turn === "" ? null : turn, turnOf: turn === "" ? null : turnOf };
  };
  if (last === undefined) return make("answered", null, false);
  if (isAuthor(last)) {
    if (hasQuestion(last.text)) return make("open", "reviewer");
    const asks = reviewer !== undefined && comments.some((comment) => !isPraise(comment.text));
    return make("answered", asks ? "reviewer" : null, asks);
  }
  if (comments.every((comment) => isPraise(comment.text))) return make("answered", null, false);
  const hasAnswer = comments.some((comment) => isAuthor(comment) && !hasQuestion(comment.text));
  return hasAnswer && isPraise(last.text) ? make("answered", null) : make("open", "author");
}

/** True for words that only agree, praise, thank or promise. */
export function isPraise(text: string): boolean {
  if (text.length > MAX_PRAISE || text.includes("?") || WISH.test(text)) return false;
  const lines = text.split("\n").filter((line) => !TRAILER.test(line));
  const sentences = lines.join("\n").split(/[.!;]+(?:\s+|$)|\n{2,}|:-?\)/).map((sentence) => sentence.replace(/\s+/g, " ").trim()).filter((sentence) => /[\p{L}\p{N}]/u.test(sentence));
  return sentences.length > 0 && sentences.every((sentence) => {
    const words = sentence.split(" ").length;
    return isName(sentence) || (PRAISE.test(sentence) && words <= MAX_PRAISE_WORDS) || (sentence.endsWith(":") && words <= MAX_LEAD_WORDS);
  });
}

/** A question mark in words; one in code (a conditional expression) or in an address asks nothing. */
function hasQuestion(text: string): boolean {
  return text.split("\n").some((line) => !/^(?:\t| {4}|[-+>|])/.test(line) && /\?+(?=[\s)"'\]!.,]|$)/.test(line.replace(/https?:\/\/\S+/g, "")));
}

/** A closing that is a name or two, alone. */
function isName(sentence: string): boolean {
  return /^(?:\p{Lu}[\p{L}.-]*,? ?){1,3}$/u.test(sentence);
}

function isSame(comment: CommentView, person: Person): boolean {
  const [one, two] = [comment.email.toLowerCase(), person.email.toLowerCase()];
  if (one !== "" && one === two) return true;
  return comment.author !== "" && comment.author.toLowerCase() === person.name.toLowerCase();
}
