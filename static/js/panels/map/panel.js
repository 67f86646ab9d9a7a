/** The map's view, bound to the state: which positions, which style, what is bright, what is under the hand. */

import { FRAME_MS } from "../../analysis.js";
import { encodeClusters, surfaceOf } from "../../colour/encode.js";
import { byId } from "../../dom.js";
import { count, formatEps } from "../../format.js";
import { HOME, zoomAbout } from "../../map/camera.js";
import { shared, startOf } from "../../map/carry.js";
import { standardise } from "../../map/points.js";
import { UNTURNED, isTurn, turnTowards, turned } from "../../map/procrustes.js";
import { createMapView } from "../../map/view.js";
import { chosen } from "../../selection/model.js";
import { drawnKey } from "../../url.js";

/** @import {AppState, AppStore, Clusters, Encoding, Focus, ImageRecord, Legend, Value} from "../../types.js" */
/** @import {MapView} from "../../map/view.js" */
/** @import {Choosing, PointStyle, Positions, Tool, Turn} from "../../map/types.js" */

/** @param {AppStore} store @returns {MapView} */
export function bindMap(store) {
  const canvas = byId("map", HTMLCanvasElement);
  const view = createMapView(canvas, byId("pictures", HTMLCanvasElement), {
    hover: (hovered) => store.set({ hovered }),
    pick: (index) => store.set({ image: store.get().cohort?.records[index].id ?? null }),
    camera: (camera) => store.set({ camera }),
    drawn: () => showScale(view, store),
    next: (index, step) => {
      const { clusters, encoding, hidden } = store.get();
      return nextInCluster(clusters, index, step, (i) => !hidden.includes(encoding?.legend.entryOf[i] ?? NaN));
    },
    choose: (indices, how) => choose(store, indices, how),
    alike: (index) => alikeIn(store.get().clusters, index),
    tool: () => store.get().tool,
    outline: (path) => byId("outline", SVGElement).setAttribute("points", path?.join(" ") ?? ""),
  });
  /**
   * The map that is drawn, and whose points they are.
   * @type {{points: Positions | null, records: readonly ImageRecord[]}}
   */
  let drawn = { points: null, records: [] };
  const placesBefore = (/** @type {readonly ImageRecord[]} */ records) =>
    records === drawn.records ? null : placesAmong(drawn.records, records);

  /**
   * Towards the map before it; the first map as the link has it. PCA's axes mean something and are left alone.
   * @param {Positions} next @param {Turn} turn  the one that is wanted for the first @param {Value} [method]
   * @param {readonly number[] | null} [was]  where its points were, if it has others
   */
  const turnOf = (next, turn, method, was) => {
    if (method === "pca") return UNTURNED;
    if (!drawn.points) return isTurn(turn, next.flat) ? turn : UNTURNED;
    return was ? turnTowards(...shared(next, drawn.points, was)) : turnTowards(next, drawn.points);
  };

  /** How each map lay: shown again, it lies as it did, by whatever way. @type {Map<string, Turn>} */
  const turns = new Map();
  const lying = (/** @type {string} */ key, /** @type {() => Turn} */ otherwise) => {
    const turn = turns.get(key) ?? otherwise();
    turns.set(key, turn);
    return turn;
  };

  store.computed("positions", ["projection"], ({ projection }) => standardise(projection?.coordinates ?? []));
  store.computed("drawn", ["projection", "positions", "turn"], ({ projection, positions, turn }) =>
    projection ? turned(positions, turn) : null,
  );
  store.rule(["projection"], ({ projection, positions, cohort, turn }) =>
    projection && cohort
      ? {
          turn: lying(JSON.stringify([projection.params, cohort.where]), () =>
            turnOf(positions, turn, projection.params.method, placesBefore(cohort.records)),
          ),
        }
      : {},
  );
  store.watch(["projection"], ({ drawn: points, cohort }) => {
    if (!points || !cohort) return;
    const was = placesBefore(cohort.records);
    if (drawn.points && was && drawn.points.flat === points.flat) view.setPositions(startOf(points, drawn.points, was));
    drawn = { points, records: cohort.records };
    view.setPositions(points);
  });
  store.watch(["forming"], ({ forming, encoding, scheme, turn }) => {
    if (forming?.coordinates) {
      const frame = standardise(forming.coordinates);
      const labels = new Array(frame.count).fill(-1);
      const none = { labels, core: [], own: [], probabilities: null };
      if (!encoding) view.setStyle(encodeClusters(none, scheme).style, "");
      view.setPositions(turned(frame, turnOf(frame, turn)), FRAME_MS);
    } else if (drawn.points) view.setPositions(drawn.points);
  });
  store.watch(["film"], ({ film }) => {
    if (!drawn.points) return;
    const frame = film && standardise(film);
    view.setPositions(frame ? turned(frame, turnTowards(frame, drawn.points)) : drawn.points);
  });
  store.watch(["encoding", "hidden"], ({ encoding, hidden, shown, colour }) => {
    if (encoding && shown) view.setStyle(withoutHidden(encoding, hidden), drawnKey(shown, colour));
  });
  store.watch(["focus", "selection", "passing", "hidden", "encoding"], (state) => view.setFocus(brightMask(state)));
  store.watch(["camera"], ({ camera }) => view.setCamera(camera));
  store.watch(["hovered"], ({ hovered }) => {
    view.setHovered(hovered);
    canvas.classList.toggle("over-point", hovered >= 0);
  });
  store.watch(["scheme"], ({ scheme }) => view.setSurface(surfaceOf(scheme)));
  store.watch(["params", "shown", "scheme"], () => showScale(view, store));
  view.setSurface(surfaceOf(store.get().scheme));
  view.setCamera(store.get().camera);
  bindZoomButtons(store, view);
  byId("tools").addEventListener("change", ({ target }) => {
    if (target instanceof HTMLInputElement) store.set({ tool: /** @type {Tool} */ (target.value) });
  });
  store.watch(["projection", "tool", "selection"], (state) => showHints(state, view.kind));
  showHints(store.get(), view.kind);
  return view;
}

/** @param {Encoding} encoding @param {readonly number[]} hidden  entries @returns {PointStyle} */
function withoutHidden({ style, legend }, hidden) {
  return hidden.length === 0
    ? style
    : { ...style, order: style.order.filter((i) => !hidden.includes(legend.entryOf[i])) };
}

/**
 * What stays bright: what is pointed at, or else what is selected; of that, what meets the filters. Pointing at what is
 * hidden dims nothing: there would be nothing bright.
 * @param {Pick<AppState, "focus" | "selection" | "passing" | "hidden" | "clusters" | "encoding">} state
 * @returns {Uint8Array | null}  null where nothing is dimmed
 */
export function brightMask({ focus, selection, passing, hidden, clusters, encoding }) {
  if (!clusters || !encoding) return null;
  const pointed = focus?.kind === "entry" && hidden.includes(focus.index) ? null : focus;
  const bright = pointed
    ? focusMask(pointed, clusters.labels, encoding.legend)
    : selection.length > 0
      ? new Uint8Array(clusters.labels.length)
      : null;
  if (bright && !pointed) for (const i of selection) bright[i] = 1;
  return bright && passing ? bright.map((kept, i) => kept & passing[i]) : (bright ?? passing);
}

/**
 * What a filter has dimmed is not caught by an outline drawn round it.
 * @param {AppStore} store @param {readonly number[]} indices @param {Choosing} how
 */
export function choose(store, indices, how) {
  const { selection, passing } = store.get();
  store.set({
    selection: chosen(selection, how === "toggle" ? indices : indices.filter((i) => passing?.[i] ?? 1), how),
  });
}

/** @param {Clusters | null} clusters @param {number} index */
export const alikeIn = (clusters, index) =>
  clusters?.labels.flatMap((label, i) => (label === clusters.labels[index] ? [i] : [])) ?? [];

/** @param {Focus} focus @param {readonly number[]} labels @param {Legend} legend @returns {Uint8Array} */
function focusMask(focus, labels, legend) {
  if (focus.kind === "records") return focus.mask;
  return Uint8Array.from(labels, (label, i) => {
    const kept = focus.kind === "cluster" ? label === focus.label : legend.entryOf[i] === focus.index;
    return kept ? 1 : 0;
  });
}

/**
 * For each record its place among those before, or -1.
 * @param {readonly ImageRecord[]} before @param {readonly ImageRecord[]} records
 */
function placesAmong(before, records) {
  const places = new Map(before.map(({ id }, i) => [id, i]));
  return records.map(({ id }) => places.get(id) ?? -1);
}

/**
 * The next image of the same cluster, round and round; from nowhere, the first.
 * @param {Clusters | null} clusters @param {number} index @param {1 | -1} step
 * @param {(index: number) => boolean} [shown]  who is not is passed over
 */
export function nextInCluster(clusters, index, step, shown = () => true) {
  const labels = clusters?.labels ?? [];
  const count = labels.length;
  const start = index >= 0 ? index : step > 0 ? -1 : count;
  for (let k = 1; k <= count; k++) {
    const next = (start + step * k + (k + 1) * count) % count;
    if ((index < 0 || labels[next] === labels[index]) && shown(next)) return next;
  }
  return index;
}

/** @param {AppStore} store @param {MapView} view */
function bindZoomButtons(store, view) {
  /** @param {number} factor */
  const zoom = (factor) => () => {
    const { width, height } = view.size();
    const frame = { centre: /** @type {const} */ ([0, 0, 0]), halfWidth: 1, halfHeight: 1 };
    store.set({
      camera: zoomAbout(store.get().camera, { width, height, frame, flat: true }, width / 2, height / 2, factor),
    });
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
  scale.hidden = shown === null || params.clustering !== "dbscan" || length < 3 || length > 0.4 * view.size().width;
  byId("scale-bar").style.width = `${length.toFixed(1)}px`;
  byId("scale-text").textContent = `eps ${formatEps(params.eps)} σ`;
}

/** @param {Readonly<AppState>} state @param {"webgl2" | "canvas2d"} kind */
function showHints({ projection, tool, selection }, kind) {
  const flat = (projection?.coordinates[0]?.length ?? 2) < 3;
  const hand =
    tool !== "pan"
      ? "draw round images, Ctrl adds · right-drag moves"
      : `click opens · ${flat ? "Shift+drag selects" : "drag turns"}`;
  const slow = kind === "canvas2d" ? "without WebGL2: slower · " : "";
  byId("hints").textContent =
    selection.length > 0 ? `${count(selection.length)} selected · Esc clears, Ctrl+Z undoes` : slow + hand;
}
