/** Numbers as people write them. Reads as `crates/cohort/src/number.rs` does. Pure. */

/**
 * The number that a text is; null where it is none, or a name in digits: with leading zeros, or more digits than a
 * number can hold.
 * @param {string} text @param {boolean} [comma]  whether a comma may stand before the decimals
 */
export function parseNumber(text, comma = false) {
  const found = text.length <= 64 ? /^([+\-\u2212]?)(\d*)(?:([.,])(\d*))?(?:[eE]([+-]?\d{1,4}))?$/.exec(text) : null;
  if (!found) return null;
  const [, sign, whole, point, decimals = "", exponent] = found;
  if (whole + decimals === "" || (point === "," && !comma)) return null;
  const isCode = /^0\d/.test(whole) || (point === undefined && exponent === undefined && whole.length > 15);
  const number = Number(`${whole || "0"}.${decimals || "0"}e${exponent ?? "0"}`);
  const digits = (whole + decimals).replace(/^0+/, "").replace(/0+$/, "");
  if (isCode || !Number.isFinite(number) || !writesBack(number, digits)) return null;
  return sign === "-" || sign === "\u2212" ? -number : number;
}

/** Whether a number that is written with as many digits has these. @param {number} number @param {string} digits */
function writesBack(number, digits) {
  if (digits === "") return number === 0;
  return (
    number
      .toExponential(digits.length - 1)
      .split("e")[0]
      .replace(".", "") === digits
  );
}

/** All of its digits and no exponent: 1e21 as 1000000000000000000000. @param {number} number */
export function plainNumber(number) {
  const text = Object.is(number, -0) ? "-0" : String(number);
  const found = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(text);
  if (!found) return text;
  const [, sign, first, rest = "", power] = found;
  const digits = first + rest;
  const n = Number(power);
  return n < 0 ? `${sign}0.${"0".repeat(-n - 1)}${digits}` : `${sign}${digits}${"0".repeat(n - rest.length)}`;
}
