/**
 * The scopes as a tree with sums, as the ARIA tree pattern has it: one row of it is a stop of the Tab key.
 */

import { element, markOnly } from "#elements";
import { makeStop, nextPosition } from "#roving";
import { fullestScope, scopesAround } from "#scopes";
import { bringIntoFrame, Slices } from "#slices";
import { scopeCells, variableCells } from "#tree_cells";

/** @typedef {import("./scopes.js").Scope} Scope */

/**
 * A row of the tree: a scope, or a variable in one.
 * @typedef {object} Row
 * @property {Scope|number} member
 * @property {number} level 1 for the first
 * @property {number} position among its siblings, from 1
 * @property {number} siblings how many they are, itself too
 * @property {Scope} parent
 */

const FIRST_ROWS = 24; // how many the tree may have when it is first seen,
const FEW_ROWS = 3; // and how many are too few to fold anything
const ROW = '[role="treeitem"]';

export class Tree {
  id = "scopes";
  title = "Scopes";
  #graph;
  #unfolded;
  #marked = null;
  #slices;

  /** @param {import("./graph.js").Graph} graph */
  constructor(graph) {
    this.#graph = graph;
    this.count = graph.scopes.size;
    this.#unfolded = new Set([graph.root]);
    this.#unfoldWhatFits();
    this.tree = element("div", { role: "tree", "aria-label": "Scopes and variables", class: "tree" });
    this.tree.addEventListener("click", (event) => this.#click(event));
    this.tree.addEventListener("keydown", (event) => this.#press(event));
    this.tree.addEventListener("focusin", (event) => makeStop(this.tree, ROW, event.target.closest(ROW)));
    this.#slices = new Slices(this.tree, { create: (row) => [this.#createRow(row)], height: 28 });
    this.element = element(
      "div",
      {},
      this.#buttons(),
      this.#headers(),
      element("div", { class: "scroller" }, this.tree),
    );
    this.#show();
  }

  /** @param {import("./graph.js").Found|null} found @returns {Element|null} its row */
  mark(found) {
    this.#marked = found?.kind === "scope" ? found.scope : found?.kind === "variable" ? found.index : null;
    markOnly(this.tree, null);
    if (this.#marked === null || this.#marked === this.#graph.root) return null;
    const scope = found.kind === "scope" ? found.scope : this.#graph.parents[found.index];
    for (const around of scopesAround(scope)) this.#unfolded.add(fullestScope(around));
    this.#show();
    const row = this.#rowOf(this.#marked);
    makeStop(this.tree, ROW, row);
    bringIntoFrame(row);
    return row;
  }

  /** Unfolds all for printing. @returns {() => void} what folds it as it was */
  unfold() {
    const before = new Set(this.#unfolded);
    this.#unfoldAll();
    this.#slices.fillForPrint();
    return () => {
      this.#unfolded = before;
      this.#show();
    };
  }

  #unfoldWhatFits() {
    let rows = this.#graph.root.members.length;
    const waiting = [...this.#graph.root.members];
    for (const member of waiting) {
      if (typeof member === "number") continue;
      const scope = fullestScope(member);
      if (rows > FEW_ROWS && rows + scope.members.length > FIRST_ROWS) continue;
      rows += scope.members.length;
      this.#unfolded.add(scope);
      waiting.push(...scope.members);
    }
  }

  #unfoldAll() {
    this.#unfolded = new Set([this.#graph.root, ...[...this.#graph.scopes.values()].map(fullestScope)]);
    this.#show();
  }

  #foldAll() {
    this.#unfolded = new Set([this.#graph.root]);
    this.#show();
  }

  #buttons() {
    return element(
      "p",
      { class: "tools" },
      element("button", { type: "button", click: () => this.#unfoldAll() }, "Unfold all"),
      element("button", { type: "button", click: () => this.#foldAll() }, "Fold all"),
    );
  }

  #headers() {
    const titles = ["variables", "parameters", "bytes"].map((title) =>
      element("span", { class: "number" }, title),
    );
    return element(
      "div",
      { class: "tree-head", "aria-hidden": "true" },
      element("span", {}, "scope"),
      titles,
      element("span", {}, "share of bytes"),
    );
  }

  /** @returns {Row[]} those that are not folded away, in order */
  #rows() {
    const rows = [];
    const add = (parent, level) => {
      parent.members.forEach((shown, at) => {
        const member = typeof shown === "number" ? shown : fullestScope(shown);
        rows.push({ member, level, position: at + 1, siblings: parent.members.length, parent });
        if (this.#unfolded.has(member)) add(member, level + 1);
      });
    };
    add(this.#graph.root, 1);
    return rows;
  }

  #show(from = 0) {
    this.#slices.show(this.#rows(), from);
    if (!this.tree.querySelector(`${ROW}[tabindex="0"]`))
      this.tree.querySelector(ROW)?.setAttribute("tabindex", "0");
  }

  #rowOf(member) {
    return this.#slices.rowAt(this.#slices.items.findIndex((row) => row.member === member));
  }

  /** @param {Row} row @returns {HTMLElement} */
  #createRow(row) {
    const isScope = typeof row.member !== "number";
    const isUnfolded = isScope && this.#unfolded.has(row.member);
    const made = element(
      "div",
      {
        role: "treeitem",
        tabindex: "-1",
        "aria-level": row.level,
        "aria-posinset": row.position,
        "aria-setsize": row.siblings,
        "aria-expanded": isScope ? String(isUnfolded) : null,
        "aria-current": row.member === this.#marked ? "true" : null,
      },
      isScope ? scopeCells(this.#graph, row) : variableCells(this.#graph, row),
    );
    made.style.setProperty("--level", row.level - 1);
    return made;
  }

  #toggle(at) {
    const { member } = this.#slices.items[at];
    if (typeof member === "number") return;
    if (!this.#unfolded.delete(member)) this.#unfolded.add(member);
    this.#show(at);
    this.#slices.rowAt(at).focus();
  }

  #click(event) {
    const row = event.target.closest(ROW);
    if (!row || event.target.closest("a")) return;
    this.#toggle(this.#slices.positionOf(row));
  }

  #press(event) {
    const row = event.target.closest(ROW);
    if (!row || event.ctrlKey || event.metaKey || event.altKey) return;
    const at = this.#slices.positionOf(row);
    const next = this.#goal(at, event.key) ?? nextPosition(at, event.key, this.#slices.items.length);
    if (next !== null) this.#slices.rowAt(next).focus();
    else if (event.key === "ArrowRight" || event.key === "ArrowLeft") this.#foldBy(at, event.key);
    else if (event.key === " ") this.#toggle(at);
    else if (event.key === "Enter") row.querySelector("a").click();
    else return;
    event.preventDefault();
  }

  /** @returns {number|null} where an arrow to the side leads to; null where it folds, unfolds, or does nothing */
  #goal(at, key) {
    const { member, parent } = this.#slices.items[at];
    const isUnfolded = this.#unfolded.has(member);
    if (key === "ArrowRight") return isUnfolded && member.members.length ? at + 1 : null;
    if (key !== "ArrowLeft" || isUnfolded || !parent.parent) return null;
    return this.#slices.items.findIndex((row) => row.member === parent);
  }

  #foldBy(at, key) {
    const isUnfolded = this.#unfolded.has(this.#slices.items[at].member);
    if (isUnfolded === (key === "ArrowLeft")) this.#toggle(at);
  }
}
