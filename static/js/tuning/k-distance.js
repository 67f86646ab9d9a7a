/** The k-distance plot of the map that is shown; its line is the eps slider. Loaded when it is first opened. */

import { getAnswer, isAbort, messageOf } from "../api.js";
import { byId, find } from "../dom.js";
import { count, formatEps } from "../format.js";
import { changeParams } from "../store.js";
import { projectionQuery } from "../url.js";
import { coreCount, curvePath, topOf } from "./k-distance-layout.js";

/** @import {AppStore, KDistance} from "../types.js" */

/** @param {AppStore} store */
export function bindKDistance(store) {
  const details = byId("k-distance", HTMLDetailsElement);
  const plot = find(details, ".k-plot");
  const line = find(plot, "input", HTMLInputElement);
  const track = find(document, "#eps-track", HTMLInputElement);
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
      show(null);
      byId("k-says").textContent = messageOf(error);
    }
    plot.setAttribute("aria-busy", "false");
  }

  /** @param {KDistance | null} next */
  function show(next) {
    curve = next;
    find(details, "div").hidden = curve === null;
    if (!curve) return;
    const top = topOf(curve, Number(track.max), Number(track.step));
    Object.assign(line, { min: 0, max: top, step: track.step });
    find(plot, "path", SVGPathElement).setAttribute("d", curvePath(curve, top));
    byId("k-top").textContent = `${top} σ`;
    byId("k-order").textContent = `images, by the distance to neighbour ${curve.min_samples}`;
    byId("k-n").textContent = count(curve.n);
    cut();
  }

  /** Puts the line where eps is. */
  function cut() {
    const { eps } = store.get().params;
    if (!curve) return;
    const [least, most] = coreCount(curve, eps);
    const cores = `${count(least)}${least < most ? ` to ${count(most)}` : ""} of ${count(curve.n)} images are core`;
    line.value = String(eps);
    line.setAttribute("aria-valuetext", `${formatEps(eps)}: ${cores}`);
    plot.style.setProperty("--eps", `${Math.min(100, (100 * eps) / Number(line.max))}%`);
    plot.style.setProperty("--core", `${(100 * most) / curve.n}%`);
    byId("k-says").textContent =
      `At eps ${formatEps(eps)}, ${cores}. ` +
      "Look where the curve bends: to the left of it images lie dense, to the right apart.";
  }

  line.addEventListener("input", () => changeParams(store, { eps: Math.max(Number(track.min), line.valueAsNumber) }));
  details.addEventListener("toggle", ask);
  store.watch(["shown"], ask);
  store.watch(["params"], cut);
  void ask();
}
