/** Small drawings of words, 96 × 56, in the colours of the page. */

const SVG = "http://www.w3.org/2000/svg";

/** How large a dot of each kind is. @type {Readonly<Record<string, number>>} */
const RADII = Object.freeze({ a: 2.6, b: 2.6, n: 2, A: 3.8 });

/**
 * One letter for what is drawn, then where: dots of a group (`a`, `b`), of none (`n`), a core (`A`), a pale dot or path
 * (`f`), a circle (`o`), a bar (`B`, `N`) and a cell (`r`) by corner and size, lines (`l`, dashed `d`, marked `w`), and
 * a word (`t`).
 * @param {string} drawing
 */
export function draw(drawing) {
  const svg = node("svg", {
    viewBox: "0 0 96 56",
    width: 96,
    height: 56,
    class: "word-drawing",
    "aria-hidden": "true",
  });
  svg.append(...drawing.split(";").flatMap(parts));
  return svg;
}

/** @param {string} part @returns {Element[]} */
function parts(part) {
  const kind = part[0];
  const rest = part.slice(2);
  const places = () => rest.split(" ").map((place) => place.split(",").map(Number));
  if (kind in RADII)
    return places().map(([cx, cy]) => node("circle", { cx, cy, r: RADII[kind], class: `draw-${kind.toLowerCase()}` }));
  if (kind === "f" && !rest.startsWith("M"))
    return places().map(([cx, cy, r]) => node("circle", { cx, cy, r, class: "draw-a draw-pale" }));
  if (kind === "f") return [node("path", { d: rest, class: "draw-a" })];
  if (kind === "o") return places().map(([cx, cy, r]) => node("circle", { cx, cy, r, class: "draw-line draw-d" }));
  if ("BNr".includes(kind))
    return places().map(([x, y, width, height]) =>
      node("rect", { x, y, width, height, class: kind === "N" ? "draw-n" : "draw-a" }),
    );
  if (kind === "t") {
    const [, x, y, word] = /^(\d+),(\d+) (.*)$/.exec(rest) ?? [];
    const text = node("text", { x: Number(x), y: Number(y), class: "draw-text" });
    text.textContent = word;
    return [text];
  }
  return [node("path", { d: rest, class: `draw-line draw-${kind}` })];
}

/** @param {string} tag @param {Record<string, string | number>} props */
function node(tag, props) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(props)) made.setAttribute(name, String(value));
  return made;
}
