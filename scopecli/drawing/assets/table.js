/**
 * The table of variables: searched, filtered, sorted by a column, a row of it opened for its details.
 */

import { columnsOf } from "#columns";
import { detailsOf } from "#details";
import { element, markOnly } from "#elements";
import { Filters, matchesText } from "#filters";
import { makeStop, rove } from "#roving";
import { Slices } from "#slices";

/** @typedef {import("./graph.js").Graph} Graph */
/** @typedef {import("./columns.js").Column} Column */

const LINK = ".row-link";
const COLLATOR = new Intl.Collator("en", { numeric: true });
const NEXT = { none: "ascending", ascending: "descending", descending: "none" };

export class VariableTable {
  id = "variables";
  title = "Variables";
  #graph;
  #columns;
  #filters;
  #slices;
  #sorting = { column: null, direction: "none" };
  #order;
  #marked = null;

  /** @param {Graph} graph */
  constructor(graph) {
    this.#graph = graph;
    this.count = graph.count;
    this.#columns = columnsOf(graph);
    this.#order = graph.names.map((_, index) => index);
    this.#filters = new Filters(graph, () => this.#update());
    this.head = element("thead", { role: "rowgroup" });
    this.columnGroup = element("colgroup");
    this.matches = element("output", { class: "matches", "aria-live": "polite" });
    this.resetButton = element(
      "button",
      { type: "button", hidden: true, click: () => this.#filters.reset() },
      "Show all",
    );
    this.table = element(
      "table",
      { role: "table", "aria-label": "Variables", class: "variables" },
      this.columnGroup,
      this.head,
    );
    this.scroller = element("div", { class: "scroller" }, this.table);
    this.element = element(
      "div",
      {},
      this.#filters.element,
      element("p", { class: "tools" }, this.matches, this.resetButton, this.#columnChooser()),
      this.scroller,
    );
    this.#slices = new Slices(this.table, {
      create: (index, at) => this.#createRow(index, at),
      height: 29,
      tag: "tbody",
      size: 30,
    });
    rove(this.table, LINK, this.#slices);
    this.#showColumns();
  }

  /** Puts the cursor into the search. */
  focusSearch() {
    this.#filters.search.focus();
    this.#filters.search.select();
  }

  /** @param {import("./graph.js").Found|null} found @returns {Element|null} its row, with its details below it */
  mark(found) {
    this.table.querySelector("tr.details")?.remove();
    this.#marked = found?.kind === "variable" ? found.index : null;
    markOnly(this.table, null);
    if (this.#marked === null) return null;
    if (!this.#filters.passes(this.#marked)) this.#filters.reset();
    const row = this.#slices.rowAt(this.#slices.items.indexOf(this.#marked));
    markOnly(this.table, row);
    if (!row.nextElementSibling?.matches(".details")) row.after(this.#createDetails(this.#marked));
    makeStop(this.table, LINK, row.querySelector(LINK));
    return row;
  }

  /** Makes all rows for printing. */
  unfold() {
    this.#slices.fillForPrint();
  }

  get #shown() {
    return this.#columns.filter((column) => column.isShown);
  }

  #showColumns() {
    const [name, ...others] = this.#shown;
    const width = others.reduce((sum, column) => sum + column.width, 0);
    this.table.style.setProperty("--least-width", `${name.width + width}rem`);
    this.columnGroup.replaceChildren(
      element("col"),
      ...others.map((column) => {
        const made = element("col");
        made.style.width = `${column.width}rem`;
        return made;
      }),
    );
    this.head.replaceChildren(
      element(
        "tr",
        { role: "row" },
        this.#shown.map((column) => this.#createHeader(column)),
      ),
    );
    this.#update();
  }

  #createHeader(column) {
    const { direction } = this.#sorting.column === column ? this.#sorting : { direction: "none" };
    const attributes = {
      role: "columnheader",
      scope: "col",
      "data-column": column.id,
      class: column.isNumeric ? "number" : null,
    };
    if (!column.key) return element("th", attributes, column.label);
    const button = element("button", { type: "button", click: () => this.#sortBy(column) }, column.label);
    return element("th", { ...attributes, "aria-sort": direction }, button);
  }

  #sortBy(column) {
    const before = this.#sorting.column === column ? this.#sorting.direction : "none";
    const direction = NEXT[before];
    this.#sorting = { column: direction === "none" ? null : column, direction };
    this.#order = this.#sorted(column, direction);
    this.head.querySelector("tr").replaceChildren(...this.#shown.map((shown) => this.#createHeader(shown)));
    this.head.querySelector(`[data-column="${column.id}"] button`).focus();
    this.#update();
  }

  /** @returns {number[]} all variables; those without a value come last in either direction */
  #sorted(column, direction) {
    const indices = this.#graph.names.map((_, index) => index);
    if (direction === "none") return indices;
    const keys = indices.map(column.key);
    const sign = direction === "ascending" ? 1 : -1;
    const compare = (one, other) => (typeof one === "string" ? COLLATOR.compare(one, other) : one - other);
    const hasKey = indices.filter((index) => keys[index] !== null);
    hasKey.sort((one, other) => sign * compare(keys[one], keys[other]) || one - other);
    return [...hasKey, ...indices.filter((index) => keys[index] === null)];
  }

  #update() {
    const shown = this.#order.filter((index) => this.#filters.passes(index));
    this.scroller.scrollTop = 0; // before anything changes: afterwards it would have all laid out at once
    this.#slices.show(shown);
    this.table.setAttribute("aria-rowcount", shown.length + 1);
    this.matches.textContent = shown.length ? matchesText(this.#graph, shown) : "No variable matches.";
    this.resetButton.hidden = !this.#filters.isOn;
    if (!this.table.querySelector(`${LINK}[tabindex="0"]`))
      this.table.querySelector(LINK)?.setAttribute("tabindex", "0");
  }

  #createRow(index, at) {
    const isMarked = index === this.#marked;
    const cells = this.#shown.map(({ id, isNumeric, label, cell }) =>
      element(
        "td",
        { role: "cell", class: isNumeric ? "number" : null, "data-column": id, "data-label": label },
        cell(index),
      ),
    );
    const row = element(
      "tr",
      { role: "row", "aria-rowindex": at + 2, "data-index": index, "aria-current": isMarked ? "true" : null },
      cells,
    );
    row.addEventListener("click", (event) => {
      if (!event.target.closest("a") && !getSelection().toString()) row.querySelector(LINK).click();
    });
    return isMarked ? [row, this.#createDetails(index)] : [row];
  }

  #createDetails(index) {
    return element(
      "tr",
      { class: "details", role: "row" },
      element("td", { role: "cell", colspan: this.#shown.length }, detailsOf(this.#graph, index)),
    );
  }

  #columnChooser() {
    const boxes = this.#columns.slice(1).map((column) => {
      const change = () => {
        column.isShown = box.checked;
        this.#showColumns();
      };
      const box = element("input", { type: "checkbox", checked: column.isShown, change });
      return element("label", {}, box, ` ${column.label}`);
    });
    return element(
      "details",
      { class: "chooser" },
      element("summary", {}, "Columns"),
      element("div", { class: "menu" }, boxes),
    );
  }
}
