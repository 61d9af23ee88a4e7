// Folds the boxes of a drawing: a click on a box's header, or Enter, hides what is in it, and what is below
// moves up. Positions are worked out anew from the heights that each part carries.

const HEADER = 30;

/** The boxes and variables that stand directly in a part of the drawing, in their order. */
const membersOf = (part) => [...part.children].filter((child) => child.dataset.height !== undefined);

/** @param {SVGGElement} part @returns {number} how far right it stands in the box around it */
const leftOf = (part) => part.getAttribute("transform").match(/\(([-\d.]+)/)[1];

/** Sets the members of a part under each other; returns by how much they are lower than when all is open. */
function stack(part) {
  let saved = 0;
  for (const member of membersOf(part)) {
    member.dataset.top ??= member.getAttribute("transform").match(/([-\d.]+)\)/)[1];
    member.setAttribute("transform", `translate(${leftOf(member)} ${member.dataset.top - saved})`);
    saved += shrink(member);
  }
  return saved;
}

/** Gives a member the height that it needs; returns by how much that is less than its full one. */
function shrink(member) {
  if (!member.classList.contains("box")) return 0;
  const full = Number(member.dataset.height);
  const saved = member.classList.contains("folded") ? full - HEADER : stack(member);
  for (const frame of member.querySelectorAll(":scope > .frame")) frame.setAttribute("height", full - saved);
  return saved;
}

/** Works out a whole drawing anew: what stands below its graphs moves too. */
function layOut(svg) {
  let saved = 0;
  for (const part of svg.children) {
    if (part.classList.contains("graph")) {
      shift(part, saved);
      saved += stack(part);
    } else if (part.tagName === "text" || part.tagName === "g") {
      shift(part, saved);
    }
  }
  svg.dataset.height ??= svg.getAttribute("height");
  const height = svg.dataset.height - saved;
  svg.setAttribute("height", height);
  svg.setAttribute("viewBox", `0 0 ${svg.getAttribute("width")} ${height}`);
}

function shift(part, saved) {
  part.style.translate = `0 ${-saved}px`;
}

function toggle(svg, box) {
  const folded = box.classList.toggle("folded");
  box.querySelector(":scope > .header").setAttribute("aria-expanded", String(!folded));
  layOut(svg);
}

/** Lets the boxes of a drawing be folded. @param {SVGSVGElement} svg */
export function makeFoldable(svg) {
  for (const box of svg.querySelectorAll(".box")) {
    const header = box.querySelector(":scope > .header");
    header.setAttribute("tabindex", "0");
    header.setAttribute("role", "button");
    header.setAttribute("aria-expanded", "true");
    header.addEventListener("click", () => toggle(svg, box));
    header.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      toggle(svg, box);
    });
  }
}
