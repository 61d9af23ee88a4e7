/**
 * What differs between the two sources of the page.
 */

import { choice, element, nameElement } from "#elements";
import { counted, formatCount } from "#numbers";
import { Slices } from "#slices";

const KINDS = {
  only_a: ["−", "only in A"],
  only_b: ["+", "only in B"],
  renamed: ["~", "renamed"],
  shape: ["≠", "another shape"],
  dtype: ["≠", "another dtype"],
  values: ["≠", "other values"],
};

export class Comparison {
  id = "comparison";
  title = "Comparison";
  #graph;
  #slices;
  #comparison;

  /** @param {any} comparison @param {import("./graph.js").Graph} graph */
  constructor(comparison, graph) {
    this.#graph = graph;
    this.#comparison = comparison;
    this.count = comparison.rows.length;
    this.matches = element("output", { class: "matches", "aria-live": "polite" });
    this.list = element("div", { role: "list", class: "differences" });
    this.#slices = new Slices(this.list, { create: (row) => [this.#createRow(row)], height: 34 });
    this.element = element(
      "div",
      {},
      this.#summary(),
      this.#tools(),
      element(
        "div",
        { class: "scroller", tabindex: "0", role: "region", "aria-label": "Differences" },
        this.list,
      ),
    );
    this.#show("");
  }

  /** Nothing is marked in it. @returns {null} */
  mark() {
    return null;
  }

  /** Makes all rows for printing. */
  unfold() {
    this.#slices.fillForPrint();
  }

  #summary() {
    const { a, b, b_kind: kind, summary, same } = this.#comparison;
    return [
      element(
        "dl",
        { class: "facts-list" },
        [
          ["A", a],
          ["B", `${b} (${kind})`],
        ].map(([term, what]) => element("div", {}, element("dt", {}, term), element("dd", {}, what))),
      ),
      summary.length > 0 &&
        element(
          "ul",
          { class: "summary" },
          summary.map((line) => element("li", {}, line)),
        ),
      element("p", {}, `${counted(same, "variable is", "variables are")} the same in both.`),
    ];
  }

  #tools() {
    const counts = new Map();
    for (const row of this.#comparison.rows) counts.set(row.what, (counts.get(row.what) ?? 0) + 1);
    if (!counts.size) return null;
    const options = [...counts].map(([what, count]) => [what, `${labelOf(what)} (${formatCount(count)})`]);
    const { label } = choice("kind", [["", "all"], ...options], (what) => this.#show(what));
    return element("p", { class: "tools" }, label, this.matches);
  }

  #show(what) {
    const rows = this.#comparison.rows.filter((row) => what === "" || row.what === what);
    this.#slices.show(rows);
    this.matches.textContent = `${formatCount(rows.length)} of ${counted(this.count, "difference")}`;
  }

  #createRow(row) {
    return element(
      "div",
      { role: "listitem", class: `difference ${row.what}` },
      element("span", { class: "sign", "aria-hidden": "true" }, KINDS[row.what]?.[0] ?? "≠"),
      element("span", { class: "what" }, labelOf(row.what), row.sure ? "" : ", not certain"),
      element(
        "span",
        { class: "sides" },
        row.a !== null && [this.#nameInA(row.a), factsElement(row.a_facts)],
        row.a !== null && row.b !== null && " → ",
        row.b !== null && [row.b !== row.a && nameElement(row.b), factsElement(row.b_facts)],
      ),
      row.note && element("span", { class: "note" }, row.note),
    );
  }

  #nameInA(name) {
    const found = this.#graph.indices.get(name);
    const shown = nameElement(name);
    return found === undefined ? shown : element("a", { href: this.#graph.variableLink(found) }, shown);
  }
}

/** @param {string|null} facts @returns {HTMLElement|null} */
const factsElement = (facts) => facts && element("span", { class: "facts" }, ` ${facts}`);

/** @param {string} what @returns {string} */
const labelOf = (what) => KINDS[what]?.[1] ?? what;
