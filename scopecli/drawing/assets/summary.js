/**
 * The head of the page: what it is of, and what is in it.
 */

import { choice, element } from "#elements";
import { graphLink, partLink } from "#links";
import { counted, formatBytes, formatCount } from "#numbers";

/**
 * @param {import("./graph.js").Graph} graph
 * @param {string} heading what stands above already
 * @returns {HTMLElement[]} what is known of a graph as a whole
 */
export function summaryOf(graph, heading) {
  const { path, kind, title, description, tensorflow, notes, local } = graph.data;
  const facts = [
    path !== heading && element("span", { class: "place" }, path),
    kind,
    tensorflow && `TensorFlow ${tensorflow}`,
    ...notes,
  ].filter(Boolean);
  return [
    title && title !== heading && element("p", { class: "graph-title" }, title),
    description && element("p", { class: "message" }, description),
    element(
      "ul",
      { class: "facts-line" },
      facts.map((fact) => element("li", {}, fact)),
    ),
    element("p", { class: "totals" }, totalsText(graph.data.totals)),
    local.length > 0 &&
      element("p", {}, `Listed too, but not counted here: ${counted(local.length, "local variable")}.`),
  ].filter(Boolean);
}

/** @returns {string} the totals in words */
function totalsText({ variables, parameters, trainable_parameters: trainable, bytes }) {
  const ofThem = trainable === null ? "" : ` (${formatCount(trainable)} trainable)`;
  return `${counted(variables, "variable")}, ${counted(parameters, "parameter")}${ofThem}, ${formatBytes(bytes)}`;
}

/**
 * @param {import("./graph.js").Graph[]} graphs
 * @param {import("./graph.js").Graph} chosen
 * @param {(link: string) => void} go
 * @returns {HTMLElement|null} a choice of graphs, if there are several
 */
export function graphPicker(graphs, chosen, go) {
  if (graphs.length < 2) return null;
  const options = graphs.map((graph, index) => [
    graphLink(index),
    `${index + 1}. ${graph.data.title ?? graph.data.path}`,
  ]);
  const { label, select } = choice("Graph", options, go);
  select.value = graphLink(chosen.number);
  return element("p", { class: "picker" }, label);
}

/** @param {{id: string, title: string, count: number|null}[]} parts @returns {HTMLElement} links to the parts */
export const partLinks = (parts) =>
  element(
    "ul",
    {},
    parts.map(({ id, title, count }) =>
      element(
        "li",
        {},
        element("a", { href: partLink(id) }, title, count === null ? "" : ` ${formatCount(count)}`),
      ),
    ),
  );
