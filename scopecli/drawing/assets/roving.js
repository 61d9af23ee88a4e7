/**
 * A list of which one element is a stop of the Tab key, and arrow keys go on from there.
 */

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
 * @param {HTMLElement|SVGElement|ShadowRoot} host
 * @param {string} selector
 */
export function rove(host, selector) {
  host.addEventListener("focusin", (event) => {
    const stop = event.target.closest(selector);
    if (stop) makeStop(host, selector, stop);
  });
  host.addEventListener("keydown", (event) => {
    const stop = event.target.closest(selector);
    if (!stop || event.ctrlKey || event.metaKey || event.altKey) return;
    const stops = [...host.querySelectorAll(selector)];
    const next = nextPosition(stops.indexOf(stop), event.key, stops.length);
    if (next === null) return;
    event.preventDefault();
    stops[next].focus();
  });
}
