/**
 * Which variables the table has: those whose names have the words that are searched, and that pass the filters.
 */

import { choice, element } from "#elements";
import { counted, formatCount } from "#numbers";

/** @typedef {import("./graph.js").Graph} Graph */
/** @typedef {(index: number) => boolean} Test */

const MOST_SUGGESTED = 300; // scopes
const ANY = "";

export class Filters {
  #graph;
  #lowered;
  /** @type {Map<string, Test>} the tests in force, by filter */
  #tests = new Map();
  #controls = [];

  /** @param {Graph} graph @param {() => void} changed is called when other variables pass */
  constructor(graph, changed) {
    this.#graph = graph;
    this.changed = changed;
    this.#lowered = graph.names.map((name) => name.toLowerCase());
    const search = this.#field("Search names", { type: "search" }, (words) => this.#searchTest(words));
    this.search = search.control;
    this.element = element(
      "form",
      {
        class: "tools",
        role: "search",
        "aria-label": "Variables",
        submit: (event) => event.preventDefault(),
      },
      search,
      this.#otherFields(),
    );
  }

  /** @returns {boolean} whether anything is searched or filtered */
  get isOn() {
    return this.#tests.size > 0;
  }

  /** @param {number} index @returns {boolean} whether a variable passes */
  passes(index) {
    for (const test of this.#tests.values()) if (!test(index)) return false;
    return true;
  }

  /** Lets every variable pass. */
  reset() {
    this.#tests.clear();
    for (const control of this.#controls) {
      if (control.type === "checkbox") control.checked = false;
      else control.value = ANY;
    }
    this.changed();
  }

  #otherFields() {
    const graph = this.#graph;
    const { statistics } = graph.data;
    const trainable = { true: "trainable", false: "not trainable", null: "not known" };
    return [
      graph.scopes.size > 0 && this.#scopeField(),
      this.#choice("role", (index) => graph.column("role")[index]),
      this.#choice("dtype", (index) => graph.column("dtype")[index]),
      this.#choice("trainable", (index) => trainable[graph.column("trainable")[index]]),
      statistics && this.#flagField(statistics.flags),
      graph.names.some((_, index) => graph.isShared(index)) && this.#sharedField(),
    ];
  }

  #set(id, test) {
    if (test) this.#tests.set(id, test);
    else this.#tests.delete(id);
    this.changed();
  }

  /** @returns {HTMLLabelElement} a field for text, with its label */
  #field(label, attributes, testOf) {
    const change = () => this.#set(label, testOf(input.value));
    const input = element("input", {
      spellcheck: "false",
      autocomplete: "off",
      ...attributes,
      input: change,
    });
    this.#controls.push(input);
    return element("label", {}, `${label} `, input);
  }

  /** @returns {Test|null} whether a name has each word, in letters of either case */
  #searchTest(text) {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    return words.length ? (index) => words.every((word) => this.#lowered[index].includes(word)) : null;
  }

  #scopeField() {
    const scopes = [...this.#graph.scopes.keys()].slice(0, MOST_SUGGESTED);
    const field = this.#field("in scope", { list: ":scope-names" }, (text) => {
      const begin = `${text.replace(/\/$/, "")}/`;
      return text ? (index) => this.#graph.names[index].startsWith(begin) : null;
    });
    const names = element(
      "datalist",
      { id: ":scope-names" },
      scopes.map((value) => element("option", { value })),
    );
    return [field, names];
  }

  /** @returns {HTMLElement|null} a choice among what variables have; null where all have the same */
  #choice(label, valueOf) {
    const values = this.#graph.names.map((_, index) => valueOf(index) ?? "none");
    const counts = new Map();
    for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
    if (counts.size < 2) return null;
    const options = [...counts].map(([value, count]) => [value, `${value} (${count})`]);
    return this.#select(label, options, (value) => (index) => values[index] === value);
  }

  #flagField(flags) {
    const counts = new Map();
    for (const flag of flags.flat()) counts.set(flag, (counts.get(flag) ?? 0) + 1);
    if (!counts.size) return null;
    const options = [...counts].map(([value, count]) => [`has ${value}`, `${value} (${count})`]);
    return this.#select("flag", [["any flag", "any flag"], ...options], (value) =>
      value === "any flag"
        ? (index) => flags[index].length > 0
        : (index) => flags[index].includes(value.slice("has ".length)),
    );
  }

  #select(label, options, testOf) {
    const choose = (value) => this.#set(label, value === ANY ? null : testOf(value));
    const { label: field, select } = choice(label, [[ANY, "any"], ...options], choose);
    this.#controls.push(select);
    return field;
  }

  #sharedField() {
    const change = () => this.#set("shared", box.checked ? (index) => this.#graph.isShared(index) : null);
    const box = element("input", { type: "checkbox", change });
    this.#controls.push(box);
    return element("label", {}, box, " used from several places");
  }
}

/**
 * @param {Graph} graph
 * @param {number[]} shown the variables that pass
 * @returns {string} how many they are, and what they sum up to
 */
export function matchesText(graph, shown) {
  const all = counted(graph.count, "variable");
  if (shown.length === graph.count) return all;
  let [elements, bytes, unknown] = [0, 0, 0];
  for (const index of shown) {
    if (graph.column("bytes")[index] === null) unknown += 1;
    else {
      elements += graph.column("size")[index] ?? 0;
      bytes += graph.column("bytes")[index];
    }
  }
  const sums = [
    counted(elements, "parameter"),
    counted(bytes, "byte"),
    unknown && `${formatCount(unknown)} of unknown size`,
  ];
  return `${formatCount(shown.length)} of ${all}: ${sums.filter(Boolean).join(", ")}`;
}
