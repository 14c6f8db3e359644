// Dates of mail headers, mbox lines and Patchwork pages, as milliseconds since 1970 in UTC. No clock, no local time zone.

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

const ZONES: Readonly<Record<string, number>> = {
  ut: 0, utc: 0, gmt: 0, z: 0, est: -300, edt: -240, cst: -360, cdt: -300, mst: -420, mdt: -360, pst: -480, pdt: -420, cet: 60, cest: 120, jst: 540,
};

/**
 * Reads an RFC 5322 date and its common damages (no weekday, two-digit year, named zone, no seconds, ISO 8601,
 * ctime order). Null when there is no date in it. An impossible zone (a day or more) counts as UTC, as in b4.
 */
export function readMailDate(value: string | null): number | null {
  if (value === null) return null;
  const text = value.slice(0, 200);
  const usual = /(\d{1,2})[\s-]+([A-Za-z]{3})[a-z]*[\s-]+(\d{2,4}),?\s+(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?\s*([+-]\d{4}|[A-Za-z]{1,4})?/.exec(text);
  if (usual !== null) return makeDate(usual[3], usual[2], usual[1], usual[4], usual[5], usual[6], usual[7]);
  const iso = /(\d{4})-(\d{2})-(\d{2})[T\s]+(\d{2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?\s*([+-]\d{2}:?\d{2}|Z)?/.exec(text);
  if (iso !== null) return makeDate(iso[1], MONTHS[Number(iso[2]) - 1], iso[3], iso[4], iso[5], iso[6], iso[7]?.replace(":", ""));
  const ctime = /([A-Za-z]{3})\s+(\d{1,2})\s+(\d{1,2}):(\d{2})(?::(\d{2}))?\s+(\d{4})\s*([+-]\d{4})?/.exec(text);
  if (ctime !== null) return makeDate(ctime[6], ctime[1], ctime[2], ctime[3], ctime[4], ctime[5], ctime[7]);
  return null;
}

/** Django's short date, as Patchwork prints it: "Oct. 13, 2021, 5:08 p.m. UTC", "May 1, 2020, 2 p.m. UTC", "Sept. 3, 2021, noon UTC". */
export const PAGE_DATE =
  /((?:Jan|Feb|March|Mar|April|Apr|May|June|Jun|July|Jul|Aug|Sept|Sep|Oct|Nov|Dec)[a-z]*\.?) (\d{1,2}), (\d{4}), (?:(\d{1,2})(?::(\d{2}))? ([ap])\.m\.|(noon|midnight))(?: UTC)?/;

/** Reads a match of `PAGE_DATE`. Null when the day or time is impossible. */
export function readPageDate(match: RegExpExecArray): number | null {
  let hour = match[7] === "noon" ? 12 : match[7] === "midnight" ? 0 : Number(match[4]) % 12;
  if (match[6] === "p") hour += 12;
  return makeDate(match[3], match[1]?.slice(0, 3), match[2], String(hour), match[5] ?? "0", "0", "UTC");
}

function makeDate(
  year: string | undefined, month: string | undefined, day: string | undefined,
  hour: string | undefined, minute: string | undefined, second: string | undefined, zone: string | undefined,
): number | null {
  const monthIndex = MONTHS.indexOf((month ?? "").toLowerCase());
  const dayNumber = Number(day);
  let fullYear = Number(year);
  // RFC 5322, 4.3: two digits below 50 are 20xx, three digits are counted from 1900.
  if (fullYear < 50) fullYear += 2000;
  else if (fullYear < 1000) fullYear += 1900;
  if (monthIndex < 0 || !(dayNumber >= 1 && dayNumber <= 31) || Number(hour) > 24 || Number(minute) > 59) return null;
  const utc = Date.UTC(fullYear, monthIndex, dayNumber, Number(hour), Number(minute), Math.min(Number(second ?? "0"), 60));
  return Number.isNaN(utc) ? null : utc - zoneMinutes(zone) * 60_000;
}

function zoneMinutes(zone: string | undefined): number {
  if (zone === undefined) return 0;
  const digits = /^([+-])(\d{2})(\d{2})$/.exec(zone);
  if (digits === null) return ZONES[zone.toLowerCase()] ?? 0;
  const minutes = Number(digits[2]) * 60 + Number(digits[3]);
  if (minutes >= 24 * 60) return 0;
  return digits[1] === "-" ? -minutes : minutes;
}
