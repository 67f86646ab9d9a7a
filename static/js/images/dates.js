/**
 * Dates as people write them: "2020", "2020-03", "January 22, 2020", "1/22/2020 4:05 PM". Their precision is kept,
 * because a year alone says nothing about the order within it. Reads as `crates/cohort/src/date.rs` does. Pure.
 */

/** @import {DateOrder, GivenDate} from "../types.js" */

const MONTHS = [
  "january",
  "february",
  "march",
  "april",
  "may",
  "june",
  "july",
  "august",
  "september",
  "october",
  "november",
  "december",
];
const DAY_MS = 86_400_000;

/** @typedef {{year: number, month: number | null, day: number | null}} Parts */
/**
 * @typedef {{clock: string, first: number, length: number}} Time  clock in ISO 8601; ms since the day began, and how
 *   long it may be
 */

/**
 * A date, or null where a text is none, or may be one of two.
 * @param {string} text @param {DateOrder} [order]  of a column's numeric dates @returns {GivenDate | null}
 */
export function parseDate(text, order = null) {
  if (text.length > 64 || !/[0-9]/.test(text)) return null;
  const { date, time } = splitTime(text.trim());
  const parts = numeric(date, order) ?? named(date);
  if (parts === null || parts === "ambiguous" || (time && parts.day === null)) return null;
  return given(parts, time);
}

/** @param {Parts} parts @param {Time | null} time @returns {GivenDate} */
function given({ year, month, day }, time) {
  const start = Date.UTC(year, (month ?? 1) - 1, day ?? 1);
  const next = month === null ? Date.UTC(year + 1, 0, 1) : day === null ? Date.UTC(year, month, 1) : start + DAY_MS;
  const iso = [String(year).padStart(4, "0"), month, day]
    .filter((part) => part !== null)
    .map((part) => String(part).padStart(2, "0"))
    .join("-");
  return {
    day: start / DAY_MS,
    precision: month === null ? "year" : day === null ? "month" : "day",
    iso: time ? `${iso}T${time.clock}` : iso,
    first: start + (time?.first ?? 0),
    end: time ? start + time.first + time.length : next,
  };
}

/** Cuts a time of day off the end. @param {string} text @returns {{date: string, time: Time | null}} */
function splitTime(text) {
  for (const { index } of text.matchAll(/[T ]/g)) {
    const time = index > 0 ? readTime(text.slice(index + 1).trim()) : null;
    if (time) return { date: text.slice(0, index).trimEnd().replace(/,+$/, ""), time };
  }
  return { date: text, time: null };
}

/** `16:05`, `16:05:00.5+01:00`, `4:05:00 PM`, `4 p.m.` @param {string} text @returns {Time | null} */
function readTime(text) {
  const half = /[ap]m$/.exec(text.toLowerCase().replaceAll(".", ""))?.[0];
  const zoned = half ? { clock: text.replace(/[A-Za-z.]+$/, "").trimEnd(), zone: "" } : splitZone(text);
  const found = zoned && /^(\d{1,2})(?::(\d\d)(?::(\d\d)(?:\.(\d{0,9}))?)?)?$/.exec(zoned.clock);
  if (!zoned || !found) return null;
  const [hour, minute, second] = [found[1], found[2], found[3]].map((digits) => Number(digits ?? 0));
  if (found[2] === undefined && !half) return null;
  if (minute > 59 || second > 60 || (half ? hour < 1 || hour > 12 : hour > 23)) return null;
  const hours = half ? (hour % 12) + (half === "pm" ? 12 : 0) : hour;
  const fraction = found[4] ? `.${found[4]}` : "";
  const two = (/** @type {number} */ number) => String(number).padStart(2, "0");
  return {
    clock: `${two(hours)}:${two(minute)}${found[3] === undefined ? "" : `:${two(second)}${fraction}`}${zoned.zone}`,
    first: (hours * 3600 + minute * 60 + second + Number(`0${fraction || ".0"}`)) * 1000,
    length: found[3] === undefined ? 60_000 : 1000 / 10 ** (found[4]?.length ?? 0),
  };
}

/** Cuts `Z` or `+01:00` off a time. @param {string} text @returns {{clock: string, zone: string} | null} */
function splitZone(text) {
  if (/z$/i.test(text)) return { clock: text.slice(0, -1), zone: "Z" };
  const at = Math.max(text.lastIndexOf("+"), text.lastIndexOf("-"));
  if (at < 0) return { clock: text, zone: "" };
  const zone = /^(\d\d):?(\d\d)?$/.exec(text.slice(at + 1));
  if (!zone) return null;
  const minutes = 60 * Number(zone[1]) + Number(zone[2] ?? 0);
  return {
    clock: text.slice(0, at),
    zone:
      minutes === 0
        ? "Z"
        : `${text[at]}${[Math.floor(minutes / 60), minutes % 60].map((n) => String(n).padStart(2, "0")).join(":")}`,
  };
}

/** Dates of digits alone. @param {string} text @param {DateOrder} order @returns {Parts | "ambiguous" | null} */
function numeric(text, order) {
  if (/^\d*$/.test(text)) {
    if (text.length === 4) return parts(yearAlone(text), null, null);
    return text.length === 8
      ? parts(yearAlone(text.slice(0, 4)), Number(text.slice(4, 6)), Number(text.slice(6)))
      : null;
  }
  const slashed = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{2}|\d{4})$/.exec(text);
  const year = slashed ? shortYear(slashed[3]) : null;
  if (slashed && year !== null) {
    const [first, second] = [Number(slashed[1]), Number(slashed[2])];
    const monthFirst = text.includes(".")
      ? false
      : order
        ? order === "month_first"
        : first === second || second > 12
          ? true
          : first > 12
            ? false
            : null;
    if (monthFirst === null) return "ambiguous";
    return monthFirst ? parts(year, first, second) : parts(year, second, first);
  }
  const full = /^(\d{4})[-/_.](\d{1,2})[-/_.](\d{1,2})$/.exec(text);
  if (full) return parts(fourDigits(full[1]), Number(full[2]), Number(full[3]));
  // `2020.03` would be a number with decimals.
  const yearFirst = /^(\d{4})[-/_](\d{1,2})$/.exec(text);
  if (yearFirst) return parts(yearAlone(yearFirst[1]), Number(yearFirst[2]), null);
  const yearLast = /^(\d{1,2})[-/_](\d{4})$/.exec(text);
  return yearLast ? parts(yearAlone(yearLast[2]), Number(yearLast[1]), null) : null;
}

/** Dates with the month's English name. @param {string} text @returns {Parts | null} */
function named(text) {
  const words = text.split(/[ ,\-/._]/).filter((word) => word !== "");
  const months = words.map(monthOf);
  const month = months.find((found) => found !== null);
  const rest = words.filter((_, i) => months[i] === null);
  if (month === undefined || month === null || words.length - rest.length !== 1) return null;
  if (rest.length === 1) return parts(fourDigits(rest[0]), month, null);
  if (rest.length !== 2) return null;
  return rest[0].length === 4
    ? parts(fourDigits(rest[0]), month, dayOf(rest[1]))
    : parts(shortYear(rest[1]), month, dayOf(rest[0]));
}

/** 1 to 12, or null. @param {string} word */
function monthOf(word) {
  const index = word.length < 3 ? -1 : MONTHS.findIndex((month) => month.startsWith(word.toLowerCase()));
  return index < 0 ? null : index + 1;
}

/** @param {string} word */
const dayOf = (word) => (/^\d{1,2}(st|nd|rd|th)?$/.test(word) ? parseInt(word, 10) : NaN);

/** A year in four digits, beside a month. @param {string} text */
const fourDigits = (text) => (/^[1-9]\d{3}$/.test(text) ? Number(text) : null);

/** A year that says of itself that it is one. @param {string} text */
function yearAlone(text) {
  const year = fourDigits(text);
  return year !== null && year >= 1800 && year < 3000 ? year : null;
}

/** 00–49 are of this century, 50–99 of the one before. @param {string} text */
function shortYear(text) {
  if (!/^\d\d$/.test(text)) return fourDigits(text);
  return Number(text) + (Number(text) < 50 ? 2000 : 1900);
}

/**
 * Null where the calendar has no such day.
 * @param {number | null} year @param {number | null} month @param {number | null} day @returns {Parts | null}
 */
function parts(year, month, day) {
  if (year === null) return null;
  if (month !== null && !(month >= 1 && month <= 12)) return null;
  if (day !== null && !(month !== null && day >= 1 && day <= new Date(Date.UTC(year, month, 0)).getUTCDate()))
    return null;
  return { year, month, day };
}
