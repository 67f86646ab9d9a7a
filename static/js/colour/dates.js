/**
 * Dates as the server writes them: ISO 8601, cut to what is known. A year alone says nothing about the order within it.
 * Pure.
 */

/**
 * What is no date, and was left as it was given, is null.
 * @param {string} text @returns {{day: number, precision: "year" | "month" | "day"} | null}  `day` counts from 1970
 */
export function isoDate(text) {
  const found = /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T[\d:.+Z-]+)?)?)?$/.exec(text);
  if (!found) return null;
  const [, year, month, day] = found;
  return {
    day: Date.UTC(Number(year), Number(month ?? 1) - 1, Number(day ?? 1)) / 86_400_000,
    precision: day ? "day" : month ? "month" : "year",
  };
}
