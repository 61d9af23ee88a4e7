/**
 * A list of which one element is a stop of the Tab key, and arrow keys go on from there.
 */

/** @typedef {import("./slices.js").Slices<any>} Slices */

const SIDEWAYS = { ArrowRight: "ArrowDown", ArrowLeft: "ArrowUp" };
const STEPS = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -Infinity, End: Infinity };

/**
 * @param {number} position
 * @param {string} key
 * @param {number} count
 * @returns {number|null} where a key leads to among some elements; null for a key that leads nowhere
 */
export function nextPosition(position, key, count) {
  if (!(key in STEPS)) return null;
  return Math.min(Math.max(position + STEPS[key], 0), count - 1);
}

/** @param {Element} host @param {string} selector of its stops @param {HTMLElement|SVGElement} stop the one to be */
export function makeStop(host, selector, stop) {
  for (const before of host.querySelectorAll(`${selector}[tabindex="0"]`))
    before.setAttribute("tabindex", "-1");
  stop.setAttribute("tabindex", "0");
}

/**
 * Has arrow keys go through some elements of a host, of which one is made a stop of the Tab key when it is focused.
 * @param {HTMLElement|SVGElement} host
 * @param {string} selector
 * @param {Slices|null} [slices] where the elements are one a row of these: then up and down only
 */
export function rove(host, selector, slices = null) {
  host.addEventListener("focusin", (event) => {
    const stop = event.target.closest(selector);
    if (stop) makeStop(host, selector, stop);
  });
  host.addEventListener("keydown", (event) => {
    const stop = event.target.closest(selector);
    if (!stop || event.ctrlKey || event.metaKey || event.altKey) return;
    const next = slices
      ? nextInSlices(slices, stop, event.key)
      : nextOf([...host.querySelectorAll(selector)], stop, event.key);
    if (!next) return;
    event.preventDefault();
    (slices ? next.querySelector(selector) : next).focus();
  });
}

/** @returns {Element|undefined} the stop that a key leads to */
function nextOf(stops, stop, key) {
  return stops[nextPosition(stops.indexOf(stop), SIDEWAYS[key] ?? key, stops.length)];
}

/** @returns {Element|null} the row that a key leads to, made if need be */
function nextInSlices(slices, stop, key) {
  const next = nextPosition(slices.positionOf(stop), key, slices.items.length);
  return next === null ? null : slices.rowAt(next);
}
