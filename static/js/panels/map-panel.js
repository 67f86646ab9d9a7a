/** The map's view, bound to the state: which positions, which style, what is bright, what is under the cursor. */

import { FRAME_MS } from "../analysis.js";
import { encodeClusters, surfaceOf } from "../colour/encode.js";
import { byId } from "../dom.js";
import { formatEps } from "../format.js";
import { HOME, zoomAbout } from "../map/camera.js";
import { standardise } from "../map/points.js";
import { UNTURNED, isTurn, turnTowards, turned } from "../map/procrustes.js";
import { createMapView } from "../map/view.js";
import { drawnKey } from "../url.js";

/** @import {AppStore, Clusters, Focus, Legend, Value} from "../types.js" */
/** @import {MapView} from "../map/view.js" */
/** @import {Positions} from "../map/types.js" */

/** @param {AppStore} store @returns {{view: MapView, positions: () => Positions}} */
export function bindMap(store) {
  const canvas = byId("map", HTMLCanvasElement);
  const view = createMapView(canvas, byId("pictures", HTMLCanvasElement), {
    hover: (hovered) => store.set({ hovered }),
    pick: (index) => store.set({ image: store.get().cohort?.records[index].id ?? null }),
    camera: (camera) => store.set({ camera }),
    drawn: () => showScale(view, store),
    next: (index, step) => nextInCluster(store.get().clusters, index, step),
  });
  /** As they are clustered. */
  let positions = standardise([]);
  /** The same as they are drawn. @type {Positions | null} */
  let drawn = null;

  /**
   * Towards the map before it; the first map as the link has it. PCA's axes mean something and are left alone.
   * @param {Positions} next @param {Value} [method]
   */
  const turnOf = (next, method) => {
    const { turn } = store.get();
    if (method === "pca") return UNTURNED;
    return drawn ? turnTowards(next, drawn) : isTurn(turn, next.flat) ? turn : UNTURNED;
  };

  store.on(["projection"], ({ projection }) => {
    if (!projection) return;
    positions = standardise(projection.coordinates);
    const turn = turnOf(positions, projection.params.method);
    drawn = turned(positions, turn);
    view.setPositions(drawn);
    store.set({ turn });
    showHints(positions.flat, view.kind);
  });
  store.on(["forming"], ({ forming, encoding, scheme }) => {
    if (forming?.coordinates) {
      const frame = standardise(forming.coordinates);
      if (!encoding) view.setStyle(encodeClusters(new Array(frame.count).fill(-1), [], scheme).style, "");
      view.setPositions(turned(frame, turnOf(frame)), FRAME_MS);
    } else if (drawn) view.setPositions(drawn);
  });
  store.on(["film"], ({ film }) => {
    if (!drawn) return;
    const frame = film && standardise(film);
    view.setPositions(frame ? turned(frame, turnTowards(frame, drawn)) : drawn);
  });
  store.on(["encoding"], ({ encoding, shown, colour }) => {
    if (encoding && shown) view.setStyle(encoding.style, drawnKey(shown, colour));
  });
  store.on(["focus"], ({ focus, encoding, clusters }) => {
    view.setFocus(focus && encoding && clusters ? focusMask(focus, clusters.labels, encoding.legend) : null);
  });
  store.on(["camera"], ({ camera }) => view.setCamera(camera));
  store.on(["hovered"], ({ hovered }) => {
    view.setHovered(hovered);
    canvas.classList.toggle("over-point", hovered >= 0);
  });
  store.on(["scheme"], ({ scheme }) => view.setSurface(surfaceOf(scheme)));
  store.on(["params", "shown", "scheme"], () => showScale(view, store));
  view.setSurface(surfaceOf(store.get().scheme));
  view.setCamera(store.get().camera);
  bindZoomButtons(store, view);
  showHints(true, view.kind);
  return { view, positions: () => positions };
}

/** @param {Focus} focus @param {readonly number[]} labels @param {Legend} legend @returns {Uint8Array} */
export function focusMask(focus, labels, legend) {
  if (focus.kind === "records") return focus.mask;
  return Uint8Array.from(labels, (label, i) => {
    const kept = focus.kind === "cluster" ? label === focus.label : legend.entryOf[i] === focus.index;
    return kept ? 1 : 0;
  });
}

/** The next image of the same cluster, round and round; from nowhere, the first. @param {Clusters | null} clusters @param {number} index @param {1 | -1} step */
export function nextInCluster(clusters, index, step) {
  const labels = clusters?.labels ?? [];
  if (labels.length === 0) return -1;
  if (index < 0) return step > 0 ? 0 : labels.length - 1;
  for (let k = 1; k <= labels.length; k++) {
    const next = (index + step * k + k * labels.length) % labels.length;
    if (labels[next] === labels[index]) return next;
  }
  return index;
}

/** @param {AppStore} store @param {MapView} view */
function bindZoomButtons(store, view) {
  /** @param {number} factor */
  const zoom = (factor) => () => {
    const { width, height } = view.size();
    const frame = { centre: /** @type {const} */ ([0, 0, 0]), halfWidth: 1, halfHeight: 1 };
    store.set({ camera: zoomAbout(store.get().camera, { width, height, frame, flat: true }, width / 2, height / 2, factor) });
  };
  byId("zoom-in", HTMLButtonElement).addEventListener("click", zoom(1.4));
  byId("zoom-out", HTMLButtonElement).addEventListener("click", zoom(1 / 1.4));
  byId("zoom-home", HTMLButtonElement).addEventListener("click", () => store.set({ camera: HOME }));
}

/** eps as a length on the map: what the slider's number means here. @param {MapView} view @param {AppStore} store */
function showScale(view, store) {
  const { params, shown } = store.get();
  const length = params.eps * view.pixelsPerUnit();
  const scale = byId("scale");
  scale.hidden = shown === null || length < 3 || length > 0.4 * view.size().width;
  byId("scale-bar").style.width = `${length.toFixed(1)}px`;
  byId("scale-text").textContent = `eps ${formatEps(params.eps)} σ`;
}

/** @param {boolean} flat @param {"webgl2" | "canvas2d"} kind */
function showHints(flat, kind) {
  const hand = flat ? "drag to pan" : "drag to turn, with Shift to pan";
  const slow = kind === "canvas2d" ? "without WebGL2, drawn in Canvas 2D: slower on large cohorts · " : "";
  byId("hints").textContent = `${slow}${hand} · scroll to zoom · click for the X-ray · 0 resets`;
}
