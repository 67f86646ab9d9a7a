/** Small lines that say how a 3-D map is turned, and how much of the features the axes of a PCA map carry. */

import { byId, el } from "../../dom.js";
import { axisDirections } from "../../map/camera.js";

/** @import {Page} from "../../types.js" */

const SVG = "http://www.w3.org/2000/svg";
const LENGTH = 24;

/** @param {Page} page */
export function bindAxes({ store }) {
  const svg = byId("axes", SVGSVGElement);
  const lines = [0, 1, 2].map(() => document.createElementNS(SVG, "line"));
  const names = [1, 2, 3].map((name) => {
    const text = document.createElementNS(SVG, "text");
    text.textContent = String(name);
    return text;
  });
  svg.append(...lines, ...names);
  store.watch(["camera", "projection", "turn"], ({ camera, projection, turn }) => {
    const flat = projection?.coordinates[0]?.length !== 3;
    // The axes of a flat t-SNE map mean nothing.
    svg.toggleAttribute("hidden", flat && !projection?.explained_variance_ratio);
    axisDirections(flat ? { ...camera, yaw: 0, pitch: 0 } : camera, turn).forEach(({ x, y, near }, axis) => {
      place(lines[axis], { x2: LENGTH * x, y2: LENGTH * y });
      place(names[axis], { x: (LENGTH + 8) * x, y: (LENGTH + 8) * y });
      for (const part of [lines[axis], names[axis]])
        part.setAttribute("opacity", String(flat && axis === 2 ? 0 : 0.7 + 0.3 * near));
    });
  });
  const shares = byId("axes-variance");
  store.watch(["projection"], ({ projection }) => {
    const ratios = projection?.explained_variance_ratio;
    shares.hidden = !ratios;
    if (ratios)
      shares.replaceChildren(
        el("span", {}, "explained variance"),
        ...ratios.map((ratio, axis) => el("span", {}, `${axis + 1}: ${(100 * ratio).toFixed(1)}%`)),
      );
  });
}

/** @param {Element} element @param {Record<string, number>} attributes */
function place(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value.toFixed(2));
}
