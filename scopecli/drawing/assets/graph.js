/**
 * A graph of the data, with what its parts ask of it: names found, links made.
 */

import { callLink, graphLink, scopeLink, variableLink } from "#links";
import { fullestScope, scopeTree } from "#scopes";

/** @typedef {import("./scopes.js").Scope} Scope */

/**
 * What a link points at, in a graph.
 * @typedef {{kind: "variable", index: number} | {kind: "scope", scope: Scope} | {kind: "call", index: number}} Found
 */

export class Graph {
  /** @param {any} data a graph of the page's data @param {number} number its index there */
  constructor(data, number) {
    this.data = data;
    this.number = number;
    this.names = data.variables.name;
    this.count = this.names.length;
    const { root, scopes, parents } = scopeTree(this.names, data.variables.size, data.variables.bytes);
    this.root = root;
    this.scopes = scopes;
    this.parents = parents;
    this.local = new Set(data.local);
    /** @type {Map<string, number>} */
    this.indices = new Map(this.names.map((name, index) => [name, index]));
  }

  /** @param {string} column @returns {any[]} */
  column(column) {
    return this.data.variables[column];
  }

  /** @param {number} index @returns {number[]} the calls that yielded a variable */
  callsOf(index) {
    return this.column("calls")[index] ?? [];
  }

  /** @param {number} index @returns {number} from how many places a variable is used: by calls, or by its object */
  usersOf(index) {
    const calls = this.callsOf(index);
    const uses = calls.reduce((sum, call) => sum + this.data.calls[call].uses.length, 0);
    return Math.max(calls.length, uses);
  }

  /** @param {number} index @returns {boolean} whether a variable is used from several places */
  isShared(index) {
    return this.usersOf(index) > 1;
  }

  /** @param {number} index @returns {string[]} the collections of a variable */
  collectionsOf(index) {
    const set = this.column("collections")[index];
    return set === null || set === undefined ? [] : this.data.collection_sets[set];
  }

  /** @param {number} index @returns {string} */
  variableLink(index) {
    return variableLink(this.names[index], this.number);
  }

  /** @param {Scope} scope @returns {string} */
  scopeLink(scope) {
    if (!scope.parent) return graphLink(this.number);
    return scopeLink(scope.path, this.indices.has(scope.path), this.number);
  }

  /** @param {number} index @returns {string} */
  callLink(index) {
    return callLink(index, this.number);
  }

  /** @param {string} name @returns {Found|null} the variable of a name, else the scope */
  named(name) {
    const index = this.indices.get(name);
    return index === undefined ? this.#foundScope(name) : { kind: "variable", index };
  }

  /** @param {import("./links.js").Target} target @returns {Found|null} what a link points at; null for nothing */
  find({ kind, name, index }) {
    if (kind === "call") return this.data.calls[index] ? { kind, index } : this.named(`call-${index}`);
    if (kind === "scope") return this.#foundScope(name);
    return name === "" ? { kind: "scope", scope: this.root } : this.named(name);
  }

  #foundScope(path) {
    const scope = this.scopes.get(path);
    return scope ? { kind: "scope", scope: fullestScope(scope) } : null;
  }
}
