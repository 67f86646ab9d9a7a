/** The k-distance plot of the map that is shown; its line is the eps slider. Loaded when it is first opened. */

import { getAnswer, isAbort, messageOf } from "../api.js";
import { specOf } from "../controls/slider.js";
import { valueAfterKey } from "../controls/slider-maths.js";
import { byId, find } from "../dom.js";
import { count, formatEps } from "../format.js";
import { changeParams } from "../store.js";
import { projectionQuery } from "../url.js";
import { coreCount, curvePath, epsAt, topOf } from "./k-distance-layout.js";

/** @import {AppStore, KDistance} from "../types.js" */

/** @param {AppStore} store */
export function bindKDistance(store) {
  const details = byId("k-distance", HTMLDetailsElement);
  const plot = find(details, ".k-plot");
  const line = find(details, ".k-eps");
  const spec = specOf(find(document, '.slider[data-name="eps"]'));
  /** @type {KDistance | null} */
  let curve = null;
  let asked = "";
  let abort = new AbortController();

  async function ask() {
    const { shown } = store.get();
    const query = shown && `${projectionQuery(shown)}&min_samples=${shown.min_samples}`;
    if (!query || !details.open || query === asked) return;
    asked = query;
    abort.abort();
    abort = new AbortController();
    plot.setAttribute("aria-busy", "true");
    try {
      show(await getAnswer(`/api/k-distance?${query}`, abort.signal));
    } catch (error) {
      if (isAbort(error)) return;
      asked = "";
      show(null, messageOf(error));
    }
    plot.setAttribute("aria-busy", "false");
  }

  /** @param {KDistance | null} next @param {string} [trouble] */
  function show(next, trouble) {
    curve = next && next.distance.length > 0 ? next : null;
    plot.hidden = curve === null;
    const top = curve ? topOf(curve, spec) : 1;
    byId("k-curve", SVGPathElement).setAttribute("d", curve ? curvePath(curve, top) : "");
    label(curve, top);
    byId("k-says").textContent = trouble ?? (next ? `No image can be core: there are fewer than ${next.min_samples}.` : "");
    cut();
  }

  /** Puts the line where eps is. */
  function cut() {
    const { eps } = store.get().params;
    if (!curve) return;
    const [least, most] = coreCount(curve, eps);
    const number = least === most ? count(least) : `${count(least)} to ${count(most)}`;
    const cores = `${number} of ${count(curve.n)} images are core`;
    plot.style.setProperty("--eps", `${100 * Math.min(1, eps / topOf(curve, spec))}%`);
    plot.style.setProperty("--core", `${(100 * most) / curve.n}%`);
    line.setAttribute("aria-valuenow", String(eps));
    line.setAttribute("aria-valuetext", `${formatEps(eps)}: ${cores}`);
    byId("k-says").textContent = `At eps ${formatEps(eps)}, ${cores}. Look where the curve bends: to the left of it images lie dense, to the right apart.`;
  }

  /** @param {PointerEvent} event */
  function drag(event) {
    const box = plot.getBoundingClientRect();
    if (curve) changeParams(store, { eps: epsAt((box.bottom - event.clientY) / box.height, topOf(curve, spec), spec) });
  }

  plot.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    line.focus();
    plot.setPointerCapture(event.pointerId);
    drag(event);
  });
  plot.addEventListener("pointermove", (event) => {
    if (plot.hasPointerCapture(event.pointerId)) drag(event);
  });
  line.addEventListener("keydown", (event) => {
    const eps = valueAfterKey(store.get().params.eps, event.key, event.shiftKey, { ...spec, limit: spec.max });
    if (eps === null) return;
    event.preventDefault();
    changeParams(store, { eps });
  });
  for (const [name, value] of Object.entries({ "aria-valuemin": spec.min, "aria-valuemax": spec.max })) line.setAttribute(name, String(value));
  details.addEventListener("toggle", ask);
  store.on(["shown"], ask);
  store.on(["params"], cut);
  void ask();
}

/** What the axes are of. @param {KDistance | null} curve @param {number} top */
function label(curve, top) {
  byId("k-top").textContent = curve && `${formatEps(Number(top.toFixed(2)))} σ`;
  byId("k-order").textContent = curve && `images, by the distance to neighbour ${curve.min_samples}`;
  byId("k-n").textContent = curve && count(curve.n);
}
