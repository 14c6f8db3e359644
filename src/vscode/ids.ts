// Short names that are the same after every reload, made from longer ones.

/** FNV-1a over UTF-16 units, 64 bits, as 16 hexadecimal digits. For telling things apart, not for security. */
export function shortId(text: string): string {
  const mask = 0xffff_ffff_ffff_ffffn;
  let hash = 0xcbf2_9ce4_8422_2325n;
  for (let at = 0; at < text.length; at++) hash = ((hash ^ BigInt(text.charCodeAt(at))) * 0x100_0000_01b3n) & mask;
  return hash.toString(16).padStart(16, "0");
}
