/**
 * Every call: what it asked for, where and in which mode, what came of it and why.
 */

import { element, markOnly, nameElement } from "#elements";
import { counted } from "#numbers";
import { makeStop, rove } from "#roving";
import { Slices } from "#slices";

const LINK = ".row-link";

export class Calls {
  id = "calls";
  title = "Calls";
  #graph;
  #slices;
  #marked = null;

  /** @param {import("./graph.js").Graph} graph */
  constructor(graph) {
    this.#graph = graph;
    this.count = graph.data.calls.length;
    this.list = element("div", { role: "list", class: "calls" });
    this.#slices = new Slices(this.list, {
      create: (call, at) => [this.#createCall(call, at)],
      height: 96,
      size: 25,
    });
    rove(this.list, LINK, this.#slices);
    const counts = ["created", "reused", "raised"].map((outcome) => [
      graph.data.calls.filter((call) => call.outcome === outcome).length,
      outcome,
    ]);
    const summary = counts
      .filter(([count]) => count)
      .map(([count, outcome]) => `${counted(count, "call")} ${outcome}`);
    this.element = element(
      "div",
      {},
      element("p", {}, `${summary.join(", ")}.`),
      element("div", { class: "scroller" }, this.list),
    );
    this.#slices.show(graph.data.calls);
    this.list.querySelector(LINK)?.setAttribute("tabindex", "0");
  }

  /** @param {import("./graph.js").Found|null} found @returns {Element|null} its place in the list */
  mark(found) {
    this.#marked = found?.kind === "call" ? found.index : null;
    markOnly(this.list, null);
    if (this.#marked === null) return null;
    const row = this.#slices.rowAt(this.#marked);
    markOnly(this.list, row);
    makeStop(this.list, LINK, row.querySelector(LINK));
    return row;
  }

  /** Makes all calls for printing. */
  unfold() {
    this.#slices.fillForPrint();
  }

  #createCall(call, at) {
    return element(
      "article",
      {
        role: "listitem",
        class: `entry ${call.outcome}`,
        "data-index": at,
        "aria-current": at === this.#marked ? "true" : null,
      },
      this.#heading(call),
      element("p", { class: "circumstances" }, this.#circumstances(call)),
      call.source_line && element("pre", { class: "source" }, call.source_line),
      call.why.length > 0 &&
        element(
          "ul",
          { class: "why" },
          call.why.map((reason) => element("li", {}, reason)),
        ),
      call.value !== null &&
        call.value !== "" &&
        element(
          "div",
          { class: "value" },
          element("span", { class: "term" }, "value "),
          element("pre", {}, call.value),
        ),
      this.#uses(call),
      call.problem !== null &&
        element(
          "p",
          {},
          element(
            "a",
            { href: `#:problem-${call.problem}` },
            `Problem ${this.#graph.data.problems[call.problem].code}`,
          ),
        ),
    );
  }

  #heading(call) {
    const first = call.first_call === null ? null : this.#graph.data.calls[call.first_call];
    return element(
      "h3",
      {},
      element("a", { class: "row-link", href: this.#graph.callLink(call.index), tabindex: "-1" }, call.label),
      " ",
      element(
        "span",
        { class: "asked" },
        `${call.step} `,
        element("span", { class: "name" }, `“${call.name}”`),
      ),
      " ",
      element(
        "span",
        { class: `outcome ${call.outcome}` },
        { created: "+ created", reused: "↺ reused", raised: "✗ raised" }[call.outcome] ?? call.outcome,
      ),
      " ",
      this.#variable(call),
      call.outcome === "reused" &&
        first && [" of ", element("a", { href: this.#graph.callLink(first.index) }, first.label)],
    );
  }

  #variable(call) {
    if (call.variable !== null)
      return element(
        "a",
        { href: this.#graph.variableLink(call.variable) },
        nameElement(this.#graph.names[call.variable]),
      );
    return call.variable_name && nameElement(call.variable_name);
  }

  #circumstances(call) {
    const scope = this.#graph.scopes.get(call.scope);
    const scopeText = nameElement(`${call.scope}/`);
    return [
      call.scope === ""
        ? "at the top"
        : ["in ", scope ? element("a", { href: this.#graph.scopeLink(scope) }, scopeText) : scopeText],
      ` · reuse=${call.reuse}`,
      call.reuse_set_at && [" set at ", element("span", { class: "place" }, call.reuse_set_at)],
      " · ",
      element("span", { class: "place" }, call.place),
    ];
  }

  #uses(call) {
    if (!call.uses.length) return null;
    const uses = call.uses.map((use) =>
      element("li", {}, element("span", { class: "place" }, use.place), ` ${use.op}`),
    );
    return element(
      "div",
      { class: "uses" },
      element("span", { class: "term" }, "its variable is used at"),
      element("ul", {}, uses),
    );
  }
}
