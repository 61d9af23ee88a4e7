/**
 * The drawing: what is clicked in it is a link to its place in the page.
 */

import { element } from "#elements";
import { follow } from "#links";
import { makeStop, rove } from "#roving";

const STOP = "[data-name], [data-path], [data-call]";

export class Drawing {
  id = "drawing";
  title = "Drawing";
  count = null;
  #graph;

  /** @param {import("./graph.js").Graph} graph */
  constructor(graph) {
    this.#graph = graph;
    const host = element("div", { class: "scroller drawing" });
    // Its styles are for itself alone, and the page's are not for it.
    host.attachShadow({ mode: "open" }).append(this.#svg(graph.data.drawing));
    this.element = element(
      "div",
      {},
      element(
        "p",
        { class: "hint" },
        "A click on a scope, a variable or a call leads to its place in the page; so does Enter, and the arrow keys go from one to the next.",
      ),
      host,
    );
  }

  /** The drawing marks nothing. @returns {null} */
  mark() {
    return null;
  }

  #svg(text) {
    const parsed = new DOMParser().parseFromString(text, "image/svg+xml");
    if (parsed.querySelector("parsererror")) return element("p", {}, "The drawing could not be read.");
    disarm(parsed.documentElement); // before it is the page's, which would begin to load what it names
    const svg = document.importNode(parsed.documentElement, true);
    const stops = svg.querySelectorAll(STOP);
    for (const stop of stops) this.#makeLink(stop);
    if (stops.length) makeStop(svg, STOP, stops[0]);
    rove(svg, STOP);
    svg.addEventListener("click", (event) => this.#follow(event.target));
    svg.addEventListener("keydown", (event) => {
      if (event.key === "Enter") this.#follow(event.target);
    });
    return svg;
  }

  #makeLink(stop) {
    stop.setAttribute("tabindex", "-1");
    stop.setAttribute("role", stop.querySelector(STOP) ? "group" : "link");
    const label = stop.querySelector(":scope > title")?.textContent ?? stop.dataset.name ?? stop.dataset.path;
    if (label) stop.setAttribute("aria-label", label);
  }

  #follow(target) {
    const stop = target.closest(STOP);
    const link = stop && this.#linkOf(stop.dataset);
    if (link) follow(link);
  }

  #linkOf({ name, path, call }) {
    if (call !== undefined) return this.#graph.callLink(Number(call));
    if (path === "") return this.#graph.scopeLink(this.#graph.root);
    const variable = this.#graph.indices.get(name);
    if (variable !== undefined) return this.#graph.variableLink(variable);
    const scope = this.#graph.scopes.get(path);
    return scope ? this.#graph.scopeLink(scope) : null;
  }
}

/** @param {SVGElement} svg leaves nothing in it that could run or load: none is expected */
function disarm(svg) {
  for (const harmful of svg.querySelectorAll("script, foreignObject, iframe, image, use:not([href^='#'])"))
    harmful.remove();
  for (const part of [svg, ...svg.querySelectorAll("*")]) {
    for (const { name, value } of [...part.attributes]) {
      const leaves = name.endsWith("href") && !value.startsWith("#");
      if (name.startsWith("on") || leaves) part.removeAttribute(name);
    }
  }
}
