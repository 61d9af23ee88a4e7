/**
 * The page: reads its data, shows a graph, and follows what its address points at.
 */

import { Calls } from "#calls";
import { Comparison } from "#comparison";
import { readData } from "#data";
import { Drawing } from "#drawing";
import { element } from "#elements";
import { Graph } from "#graph";
import { follow, parseLink } from "#links";
import { Problems } from "#problems";
import { bringIntoView } from "#slices";
import { graphPicker, partLinks, summaryOf } from "#summary";
import { VariableTable } from "#table";
import { Tree } from "#tree";
import { Treemap } from "#treemap";

/**
 * A part of the page. `mark` shows what the address points at, and returns the element that does; `unfold` makes
 * what is left to be made before printing, and may return what undoes it.
 * @typedef {{id: string, title: string, count: number|null, element: HTMLElement,
 *   mark: (found: import("./graph.js").Found|null) => Element|null, unfold?: () => ((() => void)|void)}} Part
 */

const HOMES = { variable: "variables", scope: "scopes", call: "calls" }; // the part where each thing has its place
const PROBLEM = /^problem-(\d+)$/;
const EMPTY = "The report is empty: it has no variables, no calls and no problems.";
const at = (id) => document.getElementById(id);

class Page {
  /** @type {Part[]} */
  parts = [];
  graph = null;

  /** @param {any} data */
  constructor(data) {
    this.data = data;
    this.graphs = data.graphs.map((graph, index) => new Graph(graph, index));
    at(":footer").textContent = `Written by scopecli ${data.scopecli}.`;
    addEventListener("hashchange", () => this.follow());
    document.addEventListener("click", (event) => this.#noteClick(event));
    document.addEventListener("keydown", (event) => this.#press(event));
    this.#handlePrinting();
    if (this.graphs.length) this.#show(this.graphs[0]);
    else at(":content").append(element("p", {}, "There is no graph in this report."));
  }

  /** Shows and marks what the address points at. */
  follow() {
    const origin = this.clickedIn;
    this.clickedIn = null;
    this.#notice("");
    if (location.hash.length < 2 || !this.graphs.length) return this.#mark(null);
    const target = parseLink(location.hash);
    if (target.kind === "part") return this.#goToPart(target.name);
    const graph = this.#graphOf(target);
    const found = graph?.find(target);
    if (!found) return this.#tellOfNothing(target.name || location.hash);
    if (graph !== this.graph) this.#show(graph);
    return this.#goTo(found, origin);
  }

  /** @returns {Graph|undefined} the one that a link names, or the first that has what it points at */
  #graphOf(target) {
    const named = this.graphs[target.graph];
    if (target.graph !== 0 || named.find(target)) return named;
    return this.graphs.find((graph) => graph.find(target));
  }

  #goTo(found, origin) {
    const marks = this.#mark(found);
    const isWhole = found.kind === "scope" && !found.scope.parent;
    const home = origin === "sizes" && found.kind === "scope" ? "sizes" : HOMES[found.kind];
    const marked = marks.get(home);
    if (isWhole || !marked || home === "sizes") return;
    bringIntoView(marked);
    (marked.querySelector(".row-link") ?? marked).focus({ preventScroll: true });
  }

  #goToPart(name) {
    this.#mark(null);
    const problem = PROBLEM.exec(name);
    const marked =
      problem && this.parts.find((part) => part.id === "problems")?.markProblem(Number(problem[1]));
    const goal = marked ?? at(`:${name}`);
    if (!goal) return this.#tellOfNothing(name);
    if (marked) bringIntoView(marked);
    else goal.scrollIntoView();
    (goal.querySelector("h2") ?? goal).focus({ preventScroll: true });
  }

  #mark(found) {
    return new Map(this.parts.map((part) => [part.id, part.mark(found)]));
  }

  #tellOfNothing(name) {
    this.#mark(null);
    this.#notice(`There is nothing called “${name}” in this page.`);
  }

  #notice(text) {
    at(":notice").textContent = text;
  }

  #show(graph) {
    const isPicking = at(":about").contains(document.activeElement);
    this.graph = graph;
    this.parts = partsOf(graph, this.data.comparison);
    const picker = graphPicker(this.graphs, graph, follow);
    at(":about").replaceChildren(...[picker, ...summaryOf(graph, this.data.title)].filter(Boolean));
    if (isPicking) at(":about").querySelector("select").focus();
    at(":parts").replaceChildren(partLinks(this.parts));
    at(":content").replaceChildren(...this.parts.map(sectionOf));
    if (!this.parts.length) at(":content").append(element("p", {}, EMPTY));
  }

  /** Remembers in which part a link was clicked; one to where the address points already is followed again. */
  #noteClick(event) {
    const link = event.composedPath()[0].closest?.("a[href^='#']");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    this.clickedIn = link.closest("section")?.dataset.part ?? null;
    if (link.getAttribute("href") === location.hash) follow(location.hash);
  }

  #press(event) {
    const isTyping = event.target.closest("input, select, textarea");
    if (event.key !== "/" || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
    const table = this.parts.find((part) => part.id === "variables");
    if (!table) return;
    event.preventDefault();
    table.focusSearch();
  }

  #handlePrinting() {
    let undo = [];
    addEventListener("beforeprint", () => {
      undo = this.parts.map((part) => part.unfold?.());
    });
    addEventListener("afterprint", () => {
      for (const fold of undo) fold?.();
    });
  }
}

/** @param {Graph} graph @param {any} comparison @returns {Part[]} those that have something to show */
function partsOf(graph, comparison) {
  const { problems, drawing, calls } = graph.data;
  return [
    problems.length && new Problems(graph),
    comparison && new Comparison(comparison, graph),
    drawing && new Drawing(graph),
    graph.scopes.size && new Tree(graph),
    graph.root.sums.bytes && new Treemap(graph),
    graph.count && new VariableTable(graph),
    calls.length && new Calls(graph),
  ].filter(Boolean);
}

/** @param {Part} part @returns {HTMLElement} */
function sectionOf(part) {
  const title = element("h2", { id: `:${part.id}-title`, tabindex: "-1" }, part.title);
  return element(
    "section",
    { id: `:${part.id}`, "data-part": part.id, "aria-labelledby": title.id },
    title,
    part.element,
  );
}

try {
  new Page(await readData()).follow();
} catch (error) {
  at(":notice").textContent = `This page could not be shown: ${error.message}`;
  throw error;
}
