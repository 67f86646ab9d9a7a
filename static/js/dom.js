/** Building and finding elements. Text is always set as text: nothing that a file contains can become markup. */

const SVG = "http://www.w3.org/2000/svg";

/** @typedef {Node | string | null | undefined | false} Child */

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag @param {Record<string, string | number | boolean | EventListener>} [props]
 *   `on…` listens, `true`/`false` sets or omits an attribute, everything else is an attribute
 * @param {...Child} children @returns {HTMLElementTagNameMap[K]}
 */
export function el(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false) element.setAttribute(name, String(value));
  }
  element.append(...children.filter(isChild));
  return element;
}

/** @param {Child} child @returns {child is Node | string} */
function isChild(child) {
  return child !== null && child !== undefined && child !== false;
}

/**
 * The element with this id, which the template promises.
 * @template {Element} [T=HTMLElement] @param {string} id @param {new () => T} [type] @returns {T}
 */
export function byId(id, type = /** @type {any} */ (HTMLElement)) {
  const element = document.getElementById(id);
  if (!(element instanceof type)) throw new Error(`The page has no ${type.name} #${id}.`);
  return element;
}

/**
 * @template {Element} [T=HTMLElement] @param {ParentNode} root @param {string} selector @param {new () => T} [type]
 * @returns {T}
 */
export function find(root, selector, type = /** @type {any} */ (HTMLElement)) {
  const element = root.querySelector(selector);
  if (!(element instanceof type)) throw new Error(`The page has no ${type.name} at ${selector}.`);
  return element;
}

/**
 * A mark as it is drawn on the map.
 * @param {string} path @param {string} colour @param {number} [diameter] @param {number} [opacity]
 */
export function markIcon(path, colour, diameter = 11, opacity = 1) {
  const svg = document.createElementNS(SVG, "svg");
  for (const [name, value] of Object.entries({
    viewBox: "-1.1 -1.1 2.2 2.2",
    width: diameter,
    height: diameter,
    class: "mark",
    "aria-hidden": "true",
  })) {
    svg.setAttribute(name, String(value));
  }
  const shape = document.createElementNS(SVG, "path");
  shape.setAttribute("d", path);
  shape.setAttribute("fill", colour);
  shape.setAttribute("fill-rule", "evenodd");
  shape.setAttribute("fill-opacity", String(opacity));
  svg.append(shape);
  return svg;
}

/**
 * Whether this key is a button of the page here: alone, and not a letter that somebody writes.
 * @param {KeyboardEvent} event @param {string} key
 */
export function isPageKey({ key: pressed, ctrlKey, metaKey, altKey, defaultPrevented, target }, key) {
  const writes =
    target instanceof Element &&
    target.matches("textarea, select, [contenteditable], input:not([type=range], [type=radio], [type=checkbox])");
  return pressed === key && !ctrlKey && !metaKey && !altKey && !defaultPrevented && !writes;
}

/** A picture that says so when it cannot be shown. @param {string} src @param {string} alt @param {number} side */
export function picture(src, alt, side) {
  const image = el("img", {
    src,
    alt,
    width: side,
    height: side,
    loading: "lazy",
    decoding: "async",
    draggable: "false",
  });
  image.addEventListener("error", () => image.classList.add("broken"));
  image.addEventListener("load", () => image.classList.remove("broken"));
  return image;
}
