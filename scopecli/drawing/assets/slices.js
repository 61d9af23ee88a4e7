/**
 * A long list that is made where it is looked at: a slice of rows at a time, the others stand for their height.
 */

import { element } from "#elements";
import { counted } from "#numbers";

const MOST_PRINTED = 2_000; // rows
const AHEAD = "600px"; // how far from what is seen slices are filled already

/** @template T */
export class Slices {
  #host;
  #options;
  #observer;
  #slices = [];
  #items = [];

  /**
   * @param {HTMLElement} host what the slices go into
   * @param {object} options
   * @param {(item: T, position: number) => HTMLElement[]} options.create the elements of a row; the first stands for it
   * @param {number} options.height about how high a row is, in pixels
   * @param {string} [options.tag] of a slice: `tbody` in a table
   * @param {number} [options.size] rows of a slice
   */
  constructor(host, { create, height, tag = "div", size = 50 }) {
    this.#host = host;
    this.#options = { create, height, tag, size };
    this.#observer = new IntersectionObserver(
      (entries) => {
        for (const entry of entries)
          if (entry.isIntersecting) this.#fill(this.#slices[Number(entry.target.dataset.slice)]);
      },
      { rootMargin: AHEAD, scrollMargin: AHEAD },
    );
  }

  /** @returns {T[]} what is shown */
  get items() {
    return this.#items;
  }

  /** @param {T[]} items what to show @param {number} [from] the position of the first that is not as it was */
  show(items, from = 0) {
    const first = Math.floor(from / this.#options.size);
    for (const slice of this.#slices.splice(first)) {
      this.#observer.unobserve(slice.host);
      slice.host.remove();
    }
    this.#items = items;
    for (let begin = first * this.#options.size; begin < items.length; begin += this.#options.size)
      this.#add(begin);
    if (this.#slices[first]) this.#fill(this.#slices[first]);
    this.#tellOfUnprinted(false);
  }

  /** @param {number} position @returns {HTMLElement} the first element of a row, made if need be */
  rowAt(position) {
    const number = Math.floor(position / this.#options.size);
    // Its neighbours too: were they made once the row is in view, it would be pushed out of it.
    for (const slice of this.#slices.slice(Math.max(number - 1, 0), number + 2)) this.#fill(slice);
    return this.#slices[number].rows[position % this.#options.size];
  }

  /** @param {Element} inside @returns {number} the position of the row that an element is in; -1 for none */
  positionOf(inside) {
    const slice = this.#slices[Number(inside.closest(".slice")?.dataset.slice)];
    const offset = slice?.rows?.findIndex((row) => row.contains(inside)) ?? -1;
    return offset === -1 ? -1 : slice.begin + offset;
  }

  /** Makes all rows, for printing; of very many, the first, and says how many more there are. */
  fillForPrint() {
    for (const slice of this.#slices.slice(0, MOST_PRINTED / this.#options.size)) this.#fill(slice);
    this.#tellOfUnprinted(this.#slices.some((slice) => !slice.rows));
  }

  #add(begin) {
    const { tag, size, height } = this.#options;
    const count = Math.min(size, this.#items.length - begin);
    const host = element(tag, {
      class: "slice",
      role: tag === "tbody" ? "rowgroup" : "presentation",
      "data-slice": this.#slices.length,
    });
    host.append(this.#spacer(count * height));
    this.#slices.push({ host, begin, count, rows: null });
    this.#host.append(host);
    this.#observer.observe(host);
  }

  #spacer(height) {
    const spacer = element(this.#options.tag === "tbody" ? "tr" : "div", {
      class: "spacer",
      "aria-hidden": "true",
    });
    spacer.style.height = `${height}px`;
    return spacer;
  }

  #fill(slice) {
    if (!slice || slice.rows) return;
    const made = this.#items
      .slice(slice.begin, slice.begin + slice.count)
      .map((item, offset) => this.#options.create(item, slice.begin + offset));
    slice.rows = made.map(([row]) => row);
    slice.host.replaceChildren(...made.flat());
    this.#observer.unobserve(slice.host);
  }

  #tellOfUnprinted(isCut) {
    this.#host.parentElement?.querySelector(":scope > .unprinted")?.remove();
    const left = this.#items.length - MOST_PRINTED;
    if (isCut)
      this.#host.after(
        element(
          "p",
          { class: "unprinted" },
          `And ${counted(left, "more row")}, which the page has on a screen.`,
        ),
      );
  }
}

/**
 * Brings an element into view, unless all of it is seen already.
 * @param {Element} shown
 */
export function bringIntoView(shown) {
  const scroller = shown.closest(".scroller");
  const box = shown.getBoundingClientRect();
  const frame = scroller?.getBoundingClientRect() ?? { top: 0, bottom: innerHeight };
  const header = scroller?.querySelector("thead")?.clientHeight ?? 0; // it stays, and covers what is below it
  const top = Math.max(frame.top + header, 0);
  const bottom = Math.min(frame.bottom, innerHeight);
  if (box.top < top || box.bottom > bottom) shown.scrollIntoView({ block: "center" });
}

/**
 * Brings an element into view in what scrolls around it, and leaves the page where it is.
 * @param {Element} shown
 */
export function bringIntoFrame(shown) {
  const scroller = shown.closest(".scroller");
  if (!scroller) return;
  const box = shown.getBoundingClientRect();
  const frame = scroller.getBoundingClientRect();
  if (box.top < frame.top || box.bottom > frame.bottom)
    scroller.scrollTop += box.top - frame.top - frame.height / 3;
}
