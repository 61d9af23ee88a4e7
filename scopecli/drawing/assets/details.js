/**
 * All that is known of a variable, shown below its row.
 */

import { element, nameElement } from "#elements";
import { formatBytes, formatCount, formatShape, formatValue } from "#numbers";
import { flagElements, histogramElement, histogramText, STATISTICS } from "#statistics";

/** @typedef {import("./graph.js").Graph} Graph */

const LARGE = { width: 240, height: 60 };

/** @param {Graph} graph @param {number} index @returns {HTMLElement} */
export function detailsOf(graph, index) {
  const facts = [
    ...variableFacts(graph, index),
    ...statisticsFacts(graph, index),
    ...callFacts(graph, index),
  ];
  return element(
    "dl",
    { class: "facts-list" },
    facts
      .filter(([, what]) => what !== null && what !== "")
      .map(([term, what]) => element("div", {}, element("dt", {}, term), element("dd", {}, what))),
  );
}

function variableFacts(graph, index) {
  const of = (column) => graph.column(column)[index];
  const scope = graph.parents[index];
  const trainable = { true: "yes", false: "no", null: "not known" };
  return [
    [
      "name",
      element(
        "span",
        {},
        nameElement(graph.names[index]),
        graph.local.has(graph.names[index]) ? " (a local variable)" : "",
      ),
    ],
    ["scope", scope.parent && element("a", { href: graph.scopeLink(scope) }, nameElement(`${scope.path}/`))],
    ["key", of("key")],
    ["shape", formatShape(of("shape"))],
    ["dtype", of("dtype")],
    ["kind", of("kind")],
    ["role", of("role")],
    ["trainable", trainable[of("trainable")]],
    ["elements", of("size") === null ? "unknown" : formatCount(of("size"))],
    ["bytes", of("bytes") === null ? "unknown" : `${formatCount(of("bytes"))} (${formatBytes(of("bytes"))})`],
    ["device", of("device")],
    ["collections", graph.collectionsOf(index).join(", ")],
  ];
}

function statisticsFacts(graph, index) {
  const { statistics } = graph.data;
  if (!statistics) return [];
  const numbers = STATISTICS.map((id) => [
    id,
    statistics[id][index] === null ? null : formatValue(statistics[id][index]),
  ]);
  const histogram = statistics.histograms[index];
  const flags = statistics.flags[index];
  return [
    ["flags", flags.length ? flagElements(flags) : null],
    ...numbers,
    [
      "histogram",
      histogram && [histogramElement(histogram, LARGE), element("p", {}, histogramText(histogram))],
    ],
  ];
}

function callFacts(graph, index) {
  const calls = graph.callsOf(index).map((call) => graph.data.calls[call]);
  if (!calls.length) return [];
  const items = calls.map((call) =>
    element(
      "li",
      {},
      element("a", { href: graph.callLink(call.index) }, call.label),
      ` ${call.outcome} at `,
      element("span", { class: "place" }, call.place),
    ),
  );
  const term = calls.length > 1 ? `shared by ${calls.length} calls` : "call";
  return [[term, element("ul", {}, items)]];
}
