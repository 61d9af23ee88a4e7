/**
 * A scope's bytes as areas: two levels of what is in it. A click on a scope follows its link, which zooms in.
 */

import { element, markOnly } from "#elements";
import { counted, formatBytes, formatCount, formatShare } from "#numbers";
import { rove } from "#roving";
import { fullestScope, nameWithin, scopesAround } from "#scopes";

/* global d3 -- the classic script that stands in the page before its modules */

/** @typedef {import("./scopes.js").Scope} Scope */

const HEIGHT = 420; // pixels
const HEADER = 20; // what a scope has of them for its name
const LEAST = 4; // pixels of a side; what is smaller is not seen
const LEVELS = 2;

export class Treemap {
  id = "sizes";
  title = "Sizes";
  count = null;
  #graph;
  #scope;
  #marked = null;

  /** @param {import("./graph.js").Graph} graph */
  constructor(graph) {
    this.#graph = graph;
    this.#scope = fullestScope(graph.root);
    this.crumbs = element("ol", { class: "crumbs", "aria-label": "Scopes around what is drawn" });
    this.caption = element("figcaption", { id: ":sizes-caption" });
    this.tiles = element("div", { class: "tiles", role: "group", "aria-labelledby": ":sizes-caption" });
    rove(this.tiles, ".tile");
    this.element = element(
      "figure",
      { class: "treemap" },
      element("nav", { "aria-label": "Zoom" }, this.crumbs),
      this.tiles,
      this.caption,
    );
    new ResizeObserver(() => this.#draw()).observe(this.tiles);
    this.#show();
  }

  /** @param {import("./graph.js").Found|null} found @returns {Element|null} what shows it */
  mark(found) {
    if (found?.kind === "call" || found === null) return null;
    this.#marked = found.kind === "variable" ? found.index : null;
    const hasFocus = this.element.contains(document.activeElement);
    this.#scope = found.kind === "variable" ? this.#graph.parents[found.index] : fullestScope(found.scope);
    this.#show();
    if (hasFocus) this.crumbs.querySelector("li:last-child a").focus({ preventScroll: true });
    return this.tiles;
  }

  #show() {
    const around = scopesAround(this.#scope);
    this.crumbs.replaceChildren(
      ...around.map((scope, at) => {
        const label = scope.parent ? nameWithin(scope.parent, scope.path) : "all";
        return element(
          "li",
          {},
          element(
            "a",
            {
              href: this.#graph.scopeLink(scope),
              "aria-current": at === around.length - 1 ? "location" : null,
            },
            label || "(empty)",
          ),
        );
      }),
    );
    this.caption.textContent = this.#description();
    this.#draw();
  }

  /** @returns {string} in words what the areas show */
  #description() {
    const { sums, members, path } = this.#scope;
    const scopes = members.filter((member) => typeof member !== "number").length;
    const inside = [
      scopes && counted(scopes, "scope"),
      members.length - scopes && counted(members.length - scopes, "variable"),
    ];
    const largest = members
      .map((member) => [this.#bytes(member), this.#label(member)])
      .sort(([one], [other]) => other - one)[0];
    return [
      `${path ? `${path}/` : "All"}: ${formatBytes(sums.bytes)} (${formatCount(sums.bytes)} bytes) in ${inside.filter(Boolean).join(" and ")}.`,
      members.length > 1 && largest[0]
        ? `The largest: ${largest[1]}, ${formatShare(largest[0], sums.bytes)}.`
        : "",
      sums.unknown
        ? `${counted(sums.unknown, "variable")} of unknown size ${sums.unknown === 1 ? "is" : "are"} not drawn.`
        : "",
      sums.bytes ? "" : "There are no bytes to draw.",
    ]
      .filter(Boolean)
      .join(" ");
  }

  #bytes(member) {
    return (typeof member === "number" ? this.#graph.column("bytes")[member] : member.sums.bytes) ?? 0;
  }

  /** @returns {string} what a member is called in a scope around it */
  #label(member, scope = this.#scope) {
    if (typeof member === "number") return nameWithin(scope, this.#graph.names[member]);
    return `${nameWithin(scope, member.path)}/`;
  }

  #draw() {
    const width = this.tiles.clientWidth;
    if (!width) return;
    const children = (member) => (typeof member === "number" ? null : fullestScope(member).members);
    const layers = (member, level) => ({
      member: typeof member === "number" || level === 0 ? member : fullestScope(member),
      children: level < LEVELS ? children(member)?.map((child) => layers(child, level + 1)) : null,
    });
    const root = d3
      .hierarchy(layers(this.#scope, 0))
      .sum((node) => (node.children ? 0 : this.#bytes(node.member)))
      .sort((one, other) => other.value - one.value);
    d3
      .treemap()
      .size([width, HEIGHT])
      .paddingInner(2)
      .paddingOuter(2)
      .paddingTop((node) => (node.depth ? HEADER : 0))
      .round(true)(root);
    const seen = root
      .descendants()
      .filter((node) => node.depth && node.x1 - node.x0 >= LEAST && node.y1 - node.y0 >= LEAST);
    this.tiles.replaceChildren(...seen.map((node) => this.#tile(node)));
    this.tiles.firstElementChild?.setAttribute("tabindex", "0");
    this.tiles.style.height = root.value ? `${HEIGHT}px` : "0";
    markOnly(this.tiles, this.tiles.querySelector(`[data-index="${this.#marked}"]`));
  }

  #tile(node) {
    const { member } = node.data;
    const isVariable = typeof member === "number";
    const calls = isVariable ? this.#graph.callsOf(member).length : 0;
    const label = this.#label(member, node.parent.data.member);
    const size = `${formatBytes(node.value)}, ${formatShare(node.value, this.#graph.root.sums.bytes)}`;
    const shared = calls > 1 ? `, yielded by ${calls} calls` : "";
    const tile = element(
      "a",
      {
        class: `tile ${isVariable ? "leaf" : "group"}${calls > 1 ? " sharing" : ""}`,
        href: isVariable ? this.#graph.variableLink(member) : this.#graph.scopeLink(member),
        title: `${isVariable ? this.#graph.names[member] : `${member.path}/`}: ${size}${shared}`,
        "data-index": isVariable ? member : null,
        "data-depth": node.depth,
        tabindex: "-1",
      },
      node.x1 - node.x0 > 34 &&
        node.y1 - node.y0 > 15 &&
        element("span", { class: "tile-name" }, calls > 1 ? `×${calls} ` : "", label),
    );
    if (!tile.textContent) tile.setAttribute("aria-label", tile.title);
    for (const [side, pixels] of Object.entries({
      left: node.x0,
      top: node.y0,
      width: node.x1 - node.x0,
      height: node.y1 - node.y0,
    }))
      tile.style[side] = `${pixels}px`;
    return tile;
  }
}
