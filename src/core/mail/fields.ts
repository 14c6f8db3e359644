// What single header fields say: ids, content types and their parameters.
import type { HeaderFields } from "./headers.js";
import { MAX_ID_LENGTH, MAX_REFERENCES } from "./limits.js";

/** The ids in an id header, without `<>`, oldest first. What stands outside `<>` is taken only when nothing stands inside. */
export function readIds(value: string | null): string[] {
  if (value === null || value === "") return [];
  const ids = idsInside(value);
  if (ids.length === 0) {
    // Prompts of old git send-email left "y" and "n" here; an id has an at sign.
    for (const word of value.split(/[\s,]+/)) {
      const id = cleanId(word.replace(/[<>]/g, ""));
      if (id.includes("@")) ids.push(id);
    }
  }
  return ids.length > MAX_REFERENCES ? ids.slice(-MAX_REFERENCES) : ids;
}

/** A mail's own id: what is inside `<>`, else the whole value (patchwork keeps it raw, too); null when there is none. */
export function readOwnId(value: string | null): string | null {
  if (value === null) return null;
  const id = idsInside(value)[0] ?? cleanId(value.replace(/[<>]/g, ""));
  return id === "" ? null : id;
}

/** What a Content-Type header says. */
export interface ContentType {
  readonly type: string;
  readonly charset: string | null;
  readonly flowed: boolean;
  readonly delSp: boolean;
}

const PLAIN_TEXT: ContentType = { type: "text/plain", charset: null, flowed: false, delSp: false };

/** Parameters of a Content-Type header. The type is lower case, "text/plain" when the header is missing or means nothing. */
export function readContentType(value: string | null): ContentType {
  if (value === null) return PLAIN_TEXT;
  const type = /^\s*([\w!#$&^.+-]+\/[\w!#$&^.+-]+)/.exec(value)?.[1]?.toLowerCase() ?? "text/plain";
  const charset = readParameter(value, "charset");
  const flowed = /flowed/i.test(value) && readParameter(value, "format")?.toLowerCase() === "flowed";
  return { type, charset, flowed, delSp: flowed && readParameter(value, "delsp")?.toLowerCase() === "yes" };
}

/** The transfer encoding of a mail or part, lower case; "" when it names none. */
export function readEncoding(headers: HeaderFields): string {
  return headers.get("content-transfer-encoding")?.toLowerCase() ?? "";
}

/** One parameter of a structured header (`; name=value`), without its quotes; null when it is not there. */
export function readParameter(value: string, name: string): string | null {
  for (const piece of value.split(";").slice(1)) {
    const equals = piece.indexOf("=");
    if (equals < 0 || piece.slice(0, equals).trim().toLowerCase() !== name) continue;
    const parameter = piece.slice(equals + 1).trim().replace(/^"(.*?)"?$/, "$1").trim();
    return parameter === "" ? null : parameter;
  }
  return null;
}

/** What stands between `<` and `>`, in one pass: a hostile header is nothing but brackets. */
function idsInside(value: string): string[] {
  const ids: string[] = [];
  let open = -1;
  for (let at = 0; at < value.length; at += 1) {
    const code = value.charCodeAt(at);
    if (code === 0x3c) open = at + 1;
    else if (code === 0x3e && open >= 0) {
      const id = cleanId(value.slice(open, at));
      if (id !== "") ids.push(id);
      open = -1;
    }
  }
  return ids;
}

function cleanId(id: string): string {
  // Control characters and blanks inside an id come from folding and from attacks on lookups.
  return id.replace(/[^!-~\u0080-\u{10ffff}]+/gu, "").slice(0, MAX_ID_LENGTH);
}
