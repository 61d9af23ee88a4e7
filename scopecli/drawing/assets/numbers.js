/**
 * Numbers as people read them.
 */

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
const WHOLE = new Intl.NumberFormat("en-US");
// As Python rounds: what lies between two goes to the even one.
const DIGITS = new Intl.NumberFormat("en-US", {
  maximumSignificantDigits: 3,
  roundingMode: "halfEven",
  useGrouping: false,
});
export const NONE = "–"; // what stands where nothing is known

/** @param {number|null} number @returns {string} with separators of thousands */
export const formatCount = (number) => (number === null ? NONE : WHOLE.format(number));

/** @param {number} number @param {string} one @param {string} [many] @returns {string} such as `1 call`, `2 calls` */
export const counted = (number, one, many = `${one}s`) =>
  `${formatCount(number)} ${number === 1 ? one : many}`;

/** @param {number|null} count @returns {string} three digits and a unit of a power of 1024 */
export function formatBytes(count) {
  if (count === null) return NONE;
  let [amount, unit] = [count, 0];
  for (; amount >= 1024 && unit < UNITS.length - 1; unit += 1) amount /= 1024;
  return `${amount < 1000 ? DIGITS.format(amount) : Math.round(amount)} ${UNITS[unit]}`;
}

/** @param {number} part @param {number} whole @returns {string} */
export function formatShare(part, whole) {
  const percent = whole ? (100 * part) / whole : 0;
  return percent > 0 && percent < 0.1 ? "<0.1 %" : `${Number(percent.toFixed(1))} %`;
}

/** @param {number|string|null} value `"NaN"` and the infinities are strings @returns {string} four digits of it */
export function formatValue(value) {
  if (value === null) return NONE;
  if (typeof value === "string") return value;
  if (Number.isInteger(value) && Math.abs(value) < 1e6) return formatCount(value);
  const isPlain = Math.abs(value) >= 1e-3 && Math.abs(value) < 1e6;
  return isPlain ? String(Number(value.toPrecision(4))) : value.toExponential(3).replace(/\.?0*e/, "e");
}

/** @param {(number|null)[]|null} shape null for an unknown rank @returns {string} as Python writes it */
export function formatShape(shape) {
  if (shape === null) return "unknown";
  const sizes = shape.map((size) => size ?? "?");
  return sizes.length === 1 ? `(${sizes[0]},)` : `(${sizes.join(", ")})`;
}
