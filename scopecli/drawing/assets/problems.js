/**
 * What failed, and what is suspected, with what to write instead.
 */

import { element, markOnly } from "#elements";
import { counted } from "#numbers";
import { Slices } from "#slices";

const MARKS = { error: "✗ error", warning: "! warning", expected: "✓ raised as expected" };

export class Problems {
  id = "problems";
  title = "Problems";
  #slices;
  #calls;
  #graph;

  /** @param {import("./graph.js").Graph} graph */
  constructor(graph) {
    this.#graph = graph;
    const { problems } = graph.data;
    this.#calls = Map.groupBy(graph.data.calls, (call) => call.problem);
    this.count = problems.length;
    this.list = element("div", { role: "list" });
    this.#slices = new Slices(this.list, {
      create: (problem, at) => [this.#createProblem(problem, at)],
      height: 110,
      size: 25,
    });
    const count = (severity) => problems.filter((problem) => problem.severity === severity).length;
    const summary = [
      count("error") && counted(count("error"), "error"),
      count("warning") && counted(count("warning"), "warning"),
      count("expected") && `${count("expected")} raised as expected`,
    ];
    this.element = element(
      "div",
      {},
      element("p", {}, `${summary.filter(Boolean).join(", ")}.`),
      element(
        "div",
        { class: "scroller", tabindex: "0", role: "region", "aria-label": "Problems" },
        this.list,
      ),
    );
    this.#slices.show(problems);
  }

  /** Nothing that is found is a problem: what was marked no longer is. @returns {null} */
  mark() {
    markOnly(this.list, null);
    return null;
  }

  /** @param {number} index @returns {Element|null} the problem, marked; null if there is none */
  markProblem(index) {
    if (index >= this.count) return null;
    const row = this.#slices.rowAt(index);
    markOnly(this.list, row);
    return row;
  }

  /** Makes all problems for printing. */
  unfold() {
    this.#slices.fillForPrint();
  }

  #createProblem(problem, at) {
    const calls = this.#calls.get(at) ?? [];
    return element(
      "article",
      { role: "listitem", class: `entry problem ${problem.severity}`, tabindex: "-1" },
      element(
        "h3",
        {},
        element(
          "span",
          { class: `severity ${problem.severity}` },
          MARKS[problem.severity] ?? problem.severity,
        ),
        " ",
        element("span", { class: "code" }, problem.code),
        " ",
        problem.what,
      ),
      element("p", { class: "message" }, problem.message),
      problem.place && element("p", { class: "place" }, problem.place),
      problem.notes.length > 0 &&
        element(
          "ul",
          { class: "notes" },
          problem.notes.map((note) =>
            element("li", {}, element("span", { class: "place" }, note.place), ` ${note.message}`),
          ),
        ),
      problem.help &&
        element(
          "p",
          { class: "help" },
          element("span", { class: "term" }, "help: "),
          element("span", { class: "message" }, problem.help),
        ),
      calls.length > 0 &&
        element(
          "p",
          {},
          "Call: ",
          calls.map((call) => [element("a", { href: this.#graph.callLink(call.index) }, call.label), " "]),
        ),
    );
  }
}
