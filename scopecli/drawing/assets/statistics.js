/**
 * Statistics of a variable's values: what is in which column, and histograms.
 */

import { element, svgElement } from "#elements";
import { counted, formatCount, formatValue } from "#numbers";

/** @typedef {{low: number|string, high: number|string, counts: number[]}} Histogram */

export const STATISTICS = ["min", "max", "mean", "std", "l2", "zeros", "nan", "inf"];

/** @param {string|number|null} value @returns {number|null} to sort by: what is no number comes as none */
export const comparable = (value) => {
  const number = value === null ? NaN : Number(value);
  return Number.isNaN(number) ? null : number;
};

/** @param {Histogram} histogram @returns {string} in words what it shows */
export function histogramText({ low, high, counts }) {
  const most = counts.indexOf(Math.max(...counts));
  const width = (Number(high) - Number(low)) / counts.length;
  const [from, to] = [Number(low) + most * width, Number(low) + (most + 1) * width].map(formatValue);
  const sum = counts.reduce((before, count) => before + count, 0);
  const range = `${counted(sum, "value")} from ${formatValue(low)} to ${formatValue(high)}`;
  return `Histogram of ${range}; most, ${formatCount(counts[most])}, between ${from} and ${to}.`;
}

/**
 * @param {Histogram|null} histogram
 * @param {{width: number, height: number}} size in pixels
 * @returns {SVGElement|string} empty for none
 */
export function histogramElement(histogram, { width, height }) {
  if (!histogram) return "";
  const text = histogramText(histogram);
  const frame = { role: "img", "aria-label": text, width, height, viewBox: `0 0 ${width} ${height}` };
  const bars = svgElement("path", { d: barsPath(histogram.counts, width, height) });
  return svgElement("svg", { class: "histogram", ...frame }, svgElement("title", {}, text), bars);
}

/** @returns {string} the outline of all bars: one element, since a table has many histograms */
function barsPath(counts, width, height) {
  const most = Math.max(...counts, 1);
  const step = width / counts.length;
  const bars = counts.map((count, at) => {
    const length = count ? Math.max((count / most) * height, 1) : 0;
    return `M${at * step} ${height}v${-length}h${Math.max(step - 1, 1)}v${length}z`;
  });
  return bars.join("");
}

/** @param {string[]} flags @returns {HTMLElement[]} */
export const flagElements = (flags) => flags.map((flag) => element("span", { class: "flag" }, flag));
