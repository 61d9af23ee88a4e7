/**
 * Links to what a page shows, as the part of its address behind `#`:
 *
 *     model/h0/attn      a variable or a scope of the first graph
 *     model/h0/          a scope, where a variable has that name too
 *     call-12            a call
 *     2:model/h0         what the second graph has; `2:` is the graph itself
 *     :calls             a part of the page
 *
 * Names are percent-encoded, all but `/`. A name that could be read as something else has the character that
 * says so encoded too: a scope `call-12` is `%63all-12`, and a name that ends in `/` ends in `%2F`.
 */

/**
 * What a link says; whether there is such a thing is another question.
 * @typedef {object} Target
 * @property {"part"|"call"|"scope"|"name"} kind `name` is a variable or a scope
 * @property {number} graph the index of the graph
 * @property {string} name the name, or the part of the page; empty for a call
 * @property {number} index the index of the call
 */

const CALL = /^call-(\d+)$/;

/** @param {number} graph @returns {string} what stands before a link to something in a graph */
const prefix = (graph) => (graph === 0 ? "" : `${graph + 1}:`);

/** @param {string} name @returns {string} */
function encodeName(name) {
  const encoded = encodeURIComponent(name).replaceAll("%2F", "/").replace(/\/$/, "%2F");
  return CALL.test(encoded) ? encoded.replace("c", "%63") : encoded;
}

/** @param {string} text @returns {string} the text itself where it is not well encoded: somebody typed it */
function decodeName(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** @param {string} name @param {number} [graph] @returns {string} the address of a variable */
export const variableLink = (name, graph = 0) => `#${prefix(graph)}${encodeName(name)}`;

/**
 * @param {string} path the full name of a scope
 * @param {boolean} isTaken whether a variable has that name too
 * @param {number} [graph]
 * @returns {string}
 */
export function scopeLink(path, isTaken, graph = 0) {
  const needsSlash = isTaken || path === "" || path.endsWith("/");
  return `#${prefix(graph)}${encodeName(path)}${needsSlash ? "/" : ""}`;
}

/** @param {number} [graph] @returns {string} the address of a whole graph */
export const graphLink = (graph = 0) => `#${graph + 1}:`;

/** @param {number} index @param {number} [graph] @returns {string} the address of a call */
export const callLink = (index, graph = 0) => `#${prefix(graph)}call-${index}`;

/** @param {string} part @returns {string} the address of a part of the page */
export const partLink = (part) => `#:${part}`;

/** @param {string} hash what stands in the address, with or without `#` @returns {Target} */
export function parseLink(hash) {
  const [, digits, rest] = /^(?:(\d*):)?([^]*)$/.exec(hash.replace(/^#/, ""));
  const graph = digits ? Number(digits) - 1 : 0;
  if (digits === "") return { kind: "part", graph, name: rest, index: 0 };
  const call = CALL.exec(rest);
  if (call) return { kind: "call", graph, name: "", index: Number(call[1]) };
  if (rest.endsWith("/")) return { kind: "scope", graph, name: decodeName(rest.slice(0, -1)), index: 0 };
  return { kind: "name", graph, name: decodeName(rest), index: 0 };
}

/**
 * Follows a link, also where the address points at it already.
 * @param {string} link
 */
export function follow(link) {
  if (location.hash === link) dispatchEvent(new Event("hashchange"));
  else location.hash = link;
}
