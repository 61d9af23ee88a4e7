/**
 * A scope's bytes as areas: two levels of what is in it. A click on a scope follows its link, which zooms in.
 */

import { element, markOnly } from "#elements";
import { counted, formatBytes, formatShare } from "#numbers";
import { rove } from "#roving";
import { fullestScope, nameWithin, scopesAround } from "#scopes";

/* global d3 -- the classic script that stands in the page before its modules */

/** @typedef {import("./scopes.js").Scope} Scope */

const HEIGHT = 420; // pixels
const HEADER = 20; // what a scope has of them for its name
const LEAST = 4; // pixels of a side; what is smaller is not seen
const LEAST_FOR_NAME = { width: 34, height: 16 };
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
    const variables = members.filter((member) => typeof member === "number").length;
    const scopes = members.length - variables;
    const inside = [scopes && counted(scopes, "scope"), variables && counted(variables, "variable")];
    const size = `${formatBytes(sums.bytes)} (${counted(sums.bytes, "byte")})`;
    const sentences = [
      `${path ? `${path}/` : "All"}: ${size} in ${inside.filter(Boolean).join(" and ")}.`,
      this.#largestText(),
      sums.unknown && `Not drawn, since their sizes are not known: ${counted(sums.unknown, "variable")}.`,
    ];
    return sentences.filter(Boolean).join(" ");
  }

  /** @returns {string|null} what is largest, unless nothing is */
  #largestText() {
    const members = [...this.#scope.members].sort((one, other) => this.#bytes(other) - this.#bytes(one));
    const [first, second] = members.map((member) => this.#bytes(member));
    if (second === undefined || first === second) return null;
    return `The largest: ${this.#label(members[0])}, ${formatShare(first, this.#scope.sums.bytes)} of it.`;
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
    const root = d3
      .hierarchy(this.#layers(this.#scope, 0))
      .sum((node) => (node.children ? 0 : this.#bytes(node.member)))
      .sort((one, other) => other.value - one.value);
    const lay = d3.treemap().size([width, HEIGHT]).paddingInner(2).paddingOuter(2).round(true);
    const tiles = lay
      .paddingTop((node) => (node.depth ? HEADER : 0))(root)
      .descendants()
      .filter((node) => node.depth && node.x1 - node.x0 >= LEAST && node.y1 - node.y0 >= LEAST);
    this.tiles.replaceChildren(...tiles.map((node) => this.#tile(node, width)));
    this.tiles.firstElementChild?.setAttribute("tabindex", "0");
    this.tiles.style.height = root.value ? `${HEIGHT}px` : "0";
    markOnly(this.tiles, this.tiles.querySelector(`[data-index="${this.#marked}"]`));
  }

  /** @returns {object} a member and what is in it, as many levels as are drawn */
  #layers(member, level) {
    if (typeof member === "number") return { member };
    const scope = level === 0 ? member : fullestScope(member);
    const isLast = level === LEVELS;
    return {
      member: scope,
      children: isLast ? null : scope.members.map((inner) => this.#layers(inner, level + 1)),
    };
  }

  #tile(node, width) {
    const { member } = node.data;
    const isVariable = typeof member === "number";
    const users = isVariable ? this.#graph.usersOf(member) : 0;
    const name = isVariable ? this.#graph.names[member] : `${member.path}/`;
    const label = `${users > 1 ? `×${users} ` : ""}${this.#label(member, node.parent.data.member)}`;
    const size = `${formatBytes(node.value)}, ${formatShare(node.value, this.#graph.root.sums.bytes)}`;
    const title = `${name}: ${size}${users > 1 ? `, used from ${users} places` : ""}`;
    const hasRoom = node.x1 - node.x0 >= LEAST_FOR_NAME.width && node.y1 - node.y0 >= LEAST_FOR_NAME.height;
    const tile = element(
      "a",
      {
        class: `tile ${isVariable ? "leaf" : "group"}${users > 1 ? " sharing" : ""}`,
        href: isVariable ? this.#graph.variableLink(member) : this.#graph.scopeLink(member),
        title,
        "aria-label": hasRoom ? null : title,
        "data-index": isVariable ? member : null,
        tabindex: "-1",
      },
      hasRoom && element("span", { class: "tile-name" }, label),
    );
    // Of the width in parts of it: on paper the tiles have another.
    tile.style.left = `${(100 * node.x0) / width}%`;
    tile.style.width = `${(100 * (node.x1 - node.x0)) / width}%`;
    tile.style.top = `${node.y0}px`;
    tile.style.height = `${node.y1 - node.y0}px`;
    return tile;
  }
}
