// What every text goes through: line ends, NUL bytes, PGP's clear signature.

/** A color sequence that git prints for terminals: escape, bracket, numbers. */
export const TERMINAL_COLOR = /\p{Cc}\[[0-9;]*[mK]/gu;

/**
 * LF line ends, no NUL bytes. Where every line ends in CR LF, the CRs belong to the transport and go. Where only some
 * do, those of prose go and those inside a diff stay: the patch is for a file with CR LF.
 */
export function cleanText(text: string): string {
  let clean = text.includes("\0") ? text.replaceAll("\0", "") : text;
  if (clean.charCodeAt(0) === 0xfeff) clean = clean.slice(1);
  if (!clean.includes("\r")) return clean;
  // A CR before CR LF is damage of one more gateway.
  if (clean.includes("\r\r\n")) clean = clean.split("\n").map(dropDoubledCr).join("\n");
  if (!/(?:^|[^\r])\n/.test(clean)) return clean.replaceAll("\r\n", "\n");
  let inDiff = false;
  return clean
    .split("\n")
    .map((line) => {
      if (!line.endsWith("\r")) {
        if (/^(?:diff -|--- \S|@@ -)/.test(line)) inDiff = true;
        return line;
      }
      if (/^(?:diff -|--- \S|@@ -|index |\+\+\+ )/.test(line)) {
        inDiff = true;
        return line.slice(0, -1);
      }
      return inDiff && /^[-+ \\]/.test(line) ? line : line.slice(0, -1);
    })
    .join("\n");
}

/** Leaves one of several CRs at the end of a line. A pattern would try each CR of a run as its start. */
function dropDoubledCr(line: string): string {
  let end = line.length;
  while (end > 1 && line.charCodeAt(end - 1) === 0x0d && line.charCodeAt(end - 2) === 0x0d) end -= 1;
  return line.slice(0, end);
}

/** How PGP's armor around a text begins. */
export const CLEAR_SIGNATURE = "-----BEGIN PGP SIGNED MESSAGE-----";

/** Takes off PGP's clear-signature armor and its "- " before lines that begin with a dash (RFC 4880, 7.1). */
export function removeClearSignature(text: string): string {
  if (!text.includes(`${CLEAR_SIGNATURE}\n`)) return text;
  const begin = /^-----BEGIN PGP SIGNED MESSAGE-----\n(?:[A-Za-z][^\n:]*:[^\n]*\n)*\n/m.exec(text);
  if (begin === null) return text;
  const bodyStart = begin.index + begin[0].length;
  const end = text.indexOf("\n-----BEGIN PGP SIGNATURE-----", bodyStart - 1);
  if (end < 0) return text;
  const close = text.indexOf("-----END PGP SIGNATURE-----", end);
  const after = close < 0 ? "" : text.slice(close + "-----END PGP SIGNATURE-----".length).replace(/^\n/, "");
  const body = text.slice(bodyStart, end + 1).replace(/^- /gm, "");
  return text.slice(0, begin.index) + body + after;
}
