/**
 * Making elements. Whatever comes from the data goes in as text, never as markup.
 */

const SVG = "http://www.w3.org/2000/svg";
const LONG = 60; // characters of a name that may not fit: the whole is in a title then

/**
 * Sets attributes and adds children: null and false stand for none, true for an attribute without a value, a
 * function for a listener.
 * @template {Element} E
 * @param {E} made
 * @param {Record<string, any>} attributes
 * @param {any[]} children nodes, texts, null for none, or lists of these
 * @returns {E}
 */
function furnish(made, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name, value);
    else if (value !== null && value !== undefined && value !== false)
      made.setAttribute(name, value === true ? "" : value);
  }
  made.append(
    ...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false),
  );
  return made;
}

/** @param {string} tag @param {Record<string, any>} [attributes] @param {...any} children @returns {HTMLElement} */
export const element = (tag, attributes = {}, ...children) =>
  furnish(document.createElement(tag), attributes, children);

/** @param {string} tag @param {Record<string, any>} [attributes] @param {...any} children @returns {SVGElement} */
export const svgElement = (tag, attributes = {}, ...children) =>
  furnish(document.createElementNS(SVG, tag), attributes, children);

/** @param {string} name @returns {string|null} a title for a name that may be shown shortened */
export const titleOf = (name) => (name.length > LONG ? name : null);

/**
 * @param {string} name the full name of a variable or a scope
 * @returns {HTMLElement} it, breakable after each `/`, its last part standing out
 */
export function nameElement(name) {
  const parts = name.split(/(?<=\/)(?=[^])/);
  const own = parts.pop() ?? "";
  const around = parts.flatMap((part) => [part, document.createElement("wbr")]);
  return element(
    "span",
    { class: "name", title: titleOf(name) },
    element("span", { class: "around" }, around),
    own,
  );
}

/**
 * Marks one element as what the address of the page points at, and no other.
 * @param {Element} host
 * @param {Element|null} marked
 */
export function markOnly(host, marked) {
  for (const before of host.querySelectorAll("[aria-current]")) before.removeAttribute("aria-current");
  marked?.setAttribute("aria-current", "true");
}

/**
 * A choice of one, with a label.
 * @param {string} label
 * @param {[string, string][]} options value and text
 * @param {(value: string) => void} choose
 * @returns {{label: HTMLElement, select: HTMLSelectElement}}
 */
export function choice(label, options, choose) {
  const select = /** @type {HTMLSelectElement} */ (
    element(
      "select",
      { change: () => choose(select.value) },
      options.map(([value, text]) => element("option", { value }, text)),
    )
  );
  return { label: element("label", {}, `${label} `, select), select };
}
