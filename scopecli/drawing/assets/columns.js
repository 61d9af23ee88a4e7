/**
 * The columns of the table of variables: what each shows, what it sorts by, and whether it is shown at first.
 */

import { element, nameElement } from "#elements";
import { formatCount, formatShape, formatValue, NONE } from "#numbers";
import { comparable, flagElements, histogramElement, STATISTICS } from "#statistics";

/** @typedef {import("./graph.js").Graph} Graph */

/**
 * A column. Its functions take the index of a variable.
 * @typedef {object} Column
 * @property {string} id
 * @property {string} label
 * @property {number} width in rem; of the name, the least
 * @property {boolean} isNumeric
 * @property {boolean} isShown
 * @property {((index: number) => string|number|null)|null} key what it sorts by; null where that makes no sense
 * @property {(index: number) => any} cell what is in it: texts and elements
 */

const YES_NO = { true: "yes", false: "no", null: null };
const CALLS_IN_CELL = 2; // labels; the rest is in the details
const OUTLINE = { width: 80, height: 20 };

/** @param {Graph} graph @returns {Column[]} those that have something to show */
export function columnsOf(graph) {
  const has = (id) => graph.column(id).some((value) => value !== null && value !== "");
  const columns = [
    column("name", "name", 16, plain(graph, "name"), { cell: (index) => nameLink(graph, index) }),
    column("key", "key", 14, plain(graph, "key"), {
      isShown: keyDiffers(graph),
      cell: (index) => nameElement(graph.column("key")[index] ?? NONE),
    }),
    column("shape", "shape", 7.5, plain(graph, "size"), {
      cell: (index) => formatShape(graph.column("shape")[index]),
    }),
    column("dtype", "dtype", 5.5, plain(graph, "dtype")),
    column("trainable", "trainable", 5.5, (index) => YES_NO[graph.column("trainable")[index]]),
    column("role", "role", 7.5, plain(graph, "role")),
    numeric("size", "elements", 6.5, plain(graph, "size")),
    numeric("bytes", "bytes", 7, plain(graph, "bytes")),
    column("calls", "calls", 9, (index) => graph.callsOf(index).length, {
      cell: (index) => callsCell(graph, index),
    }),
    column("kind", "kind", 5.5, plain(graph, "kind"), { isShown: false }),
    column("device", "device", 9, plain(graph, "device"), { isShown: false }),
    column("collections", "collections", 12, (index) => graph.collectionsOf(index).join(", "), {
      isShown: false,
    }),
  ];
  const lists = { calls: graph.data.calls.length > 0, collections: graph.data.collection_sets.length > 0 };
  return [...columns.filter(({ id }) => lists[id] ?? has(id)), ...statisticsColumns(graph)];
}

/** @returns {Column} */
function column(id, label, width, key, { isShown = true, cell = (index) => key(index) ?? NONE } = {}) {
  return { id, label, width, isNumeric: false, isShown, key, cell };
}

/** @returns {Column} */
function numeric(id, label, width, key, format = formatCount) {
  return { id, label, width, isNumeric: true, isShown: true, key, cell: (index) => format(key(index)) };
}

const plain = (graph, id) => (index) => (graph.column(id)[index] === "" ? null : graph.column(id)[index]);

const keyDiffers = (graph) =>
  graph.column("key").some((key, index) => key !== null && key !== graph.names[index]);

function nameLink(graph, index) {
  const link = element(
    "a",
    { href: graph.variableLink(index), tabindex: "-1", class: "row-link" },
    nameElement(graph.names[index]),
  );
  return graph.local.has(graph.names[index]) ? [link, " ", element("span", { class: "tag" }, "local")] : link;
}

function callsCell(graph, index) {
  const calls = graph.callsOf(index);
  if (!calls.length) return NONE;
  const links = calls
    .slice(0, CALLS_IN_CELL)
    .flatMap((call) => [
      element("a", { href: graph.callLink(call), tabindex: "-1" }, graph.data.calls[call].label),
      " ",
    ]);
  const more = calls.length - CALLS_IN_CELL;
  return [
    graph.isShared(index) && element("span", { class: "shared" }, `×${graph.usersOf(index)}`),
    " ",
    links,
    more > 0 && `+${more}`,
  ];
}

/** @returns {Column[]} */
function statisticsColumns(graph) {
  const { statistics } = graph.data;
  if (!statistics) return [];
  const columns = STATISTICS.map((id) => {
    const values = statistics[id];
    const isCount = id === "nan" || id === "inf";
    return {
      ...numeric(id, id, 5.5, (index) => comparable(values[index])),
      isShown: values.some((value) => value !== null && !(isCount && value === 0)),
      cell: (index) => formatValue(values[index]),
    };
  });
  return [
    column("flags", "flags", 6.5, (index) => statistics.flags[index].join(", ") || null, {
      cell: (index) => flagElements(statistics.flags[index]),
    }),
    ...columns,
    column("histogram", "histogram", 6.5, null, {
      cell: (index) => histogramElement(statistics.histograms[index], OUTLINE),
    }),
  ];
}
