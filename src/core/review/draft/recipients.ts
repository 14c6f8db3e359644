// Who gets a reply, as lists expect: the author in To, everybody else in Cc, the user in neither, nobody twice.
import type { Address, Message } from "../../mail/types.js";
import type { Person } from "../questions.js";
import { isAddress } from "./header.js";
import type { ReplyFields } from "./types.js";

export interface Recipients {
  readonly to: readonly Address[];
  readonly cc: readonly Address[];
}

/** What of the mail that is answered counts. */
export type Answered = Pick<Message, "from" | "to" | "cc" | "listId">;

/** No header is longer; a hostile mail could name thousands. */
const MAX_RECIPIENTS = 500;

/**
 * Reply to all. Mail-Followup-To, where there is one, is the whole list. A Reply-To is where the author wants answers, unless it is
 * the list's own address, which some lists put there: that one only stays among the others. Who answers himself goes on with the
 * recipients that his mail had.
 */
export function recipientsOf(message: Answered, fields: ReplyFields, user: Person | null): Recipients {
  const own = user?.email.toLowerCase() ?? "";
  const seen = new Set(own === "" ? [] : [own]);
  const fresh = (addresses: readonly Address[]): Address[] => addresses.filter(({ email }) => {
    const key = email.toLowerCase();
    if (!isAddress(email) || seen.has(key) || seen.size > MAX_RECIPIENTS) return false;
    seen.add(key);
    return true;
  });
  if (fields.followupTo.length > 0) return { to: fresh(fields.followupTo), cc: [] };
  const isOwn = own !== "" && message.from.email.toLowerCase() === own;
  const others = [...message.to, ...message.cc];
  const personal = fields.replyTo.filter((address) => !isList(address, message));
  const to = fresh(isOwn ? message.to : personal.length > 0 ? personal : [message.from]);
  const cc = fresh(isOwn ? message.cc : [...others, ...fields.replyTo]);
  // Without a To the rest is all there is.
  return to.length > 0 ? { to, cc } : { to: cc, cc: [] };
}

/** True for an address that the mail went to as well, or that its list id names: then it is the list's, not the author's. */
function isList({ email }: Address, message: Answered): boolean {
  const key = email.toLowerCase();
  if (key === message.from.email.toLowerCase()) return false;
  if (message.listId !== null && message.listId.toLowerCase().replace(/^.*<|>.*$/g, "") === key.replace("@", ".")) return true;
  return [...message.to, ...message.cc].some((other) => other.email.toLowerCase() === key);
}
