/**
 * What stands in a row of the tree.
 */

import { element, nameElement, titleOf } from "#elements";
import { counted, formatBytes, formatCount, formatShape, formatShare } from "#numbers";
import { nameWithin } from "#scopes";

/** @typedef {import("./graph.js").Graph} Graph */
/** @typedef {import("./tree.js").Row} Row */

/** @param {Graph} graph @param {Row} row of a scope @returns {HTMLElement[]} */
export function scopeCells(graph, { member, parent }) {
  const { sums, path } = member;
  return [
    element(
      "span",
      { class: "label" },
      element("span", { class: "fold", "aria-hidden": "true" }),
      nameLink(graph.scopeLink(member), path, `${nameWithin(parent, path)}/`),
    ),
    number(formatCount(sums.variables), counted(sums.variables, "variable")),
    number(...atLeast(sums, formatCount(sums.parameters), counted(sums.parameters, "parameter"))),
    number(...atLeast(sums, formatBytes(sums.bytes), counted(sums.bytes, "byte"))),
    shareBar(graph, sums.bytes),
  ];
}

/** @param {Graph} graph @param {Row} row of a variable @returns {HTMLElement[]} */
export function variableCells(graph, { member, parent }) {
  const name = graph.names[member];
  const [size, bytes] = [graph.column("size")[member], graph.column("bytes")[member]];
  const users = graph.usersOf(member);
  const shape = graph.column("shape")[member];
  const facts = `${shape ? formatShape(shape) : "unknown shape"} ${graph.column("dtype")[member]}`;
  const isKnown = bytes !== null;
  return [
    element(
      "span",
      { class: "label" },
      nameLink(graph.variableLink(member), name, nameWithin(parent, name)),
      element("span", { class: "facts" }, ` ${facts}`),
      users > 1 && element("span", { class: "shared", title: `used from ${users} places` }, `×${users}`),
      graph.local.has(name) && element("span", { class: "tag" }, "local"),
    ),
    number("", null),
    number(formatCount(isKnown ? size : null), isKnown ? counted(size, "parameter") : null),
    number(formatBytes(bytes), isKnown ? counted(bytes, "byte") : "unknown size"),
    shareBar(graph, bytes ?? 0),
  ];
}

const nameLink = (href, path, label) =>
  element("a", { href, tabindex: "-1", title: titleOf(path) }, nameElement(label));

const number = (text, title) => element("span", { class: "number", title }, text);

/** @param {import("./scopes.js").Sums} sums @returns {[string, string]} a sum and its title: not all may be known */
function atLeast({ unknown }, text, title) {
  if (!unknown) return [text, title];
  return [`≥ ${text}`, `at least ${title}: ${counted(unknown, "variable")} of unknown size`];
}

function shareBar(graph, bytes) {
  const whole = graph.root.sums.bytes;
  const bar = element("span", { class: "bar", "aria-hidden": "true" });
  bar.style.setProperty("--share", whole ? bytes / whole : 0);
  const percent = element("span", { class: "percent" }, whole ? formatShare(bytes, whole) : "");
  return element("span", { class: "share" }, bar, percent);
}
