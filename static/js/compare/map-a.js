/** The map of A on canvases of its own: drawn as the main map is, and pointing at an image points at it in B. */

import { surfaceOf } from "../colour/encode.js";
import { encodingOf } from "../colour/follow.js";
import { byId, el } from "../dom.js";
import { createMapView } from "../map/view.js";
import { membership } from "../describe.js";
import { contents, place } from "../panels/hover-card/panel.js";
import { alikeIn, brightMask, choose, nextInCluster } from "../panels/map/panel.js";
import { createSource, medoidsOf } from "../panels/pictures/panel.js";
import { drawnKey } from "../url.js";

/** @import {AppStore} from "../types.js" */
/** @import {MapView} from "../map/view.js" */

/** @param {AppStore} store @returns {MapView} */
export function bindMapA(store) {
  const canvas = byId("map-a", HTMLCanvasElement);
  store.computed("encodingA", ["settingA", "cohort", "colour", "scheme"], ({ settingA, cohort, colour, scheme }) =>
    settingA
      ? encodingOf({ cohort, colour, scheme, tints: settingA.tints }, settingA.clusters, settingA.records)
      : null,
  );
  store.computed("styleA", ["encodingA"], ({ encodingA }) => encodingA?.style ?? null);
  // Until B is pointed at, it is A that says what is meant.
  store.computed(
    "pointingA",
    ["pointedA", "hovered"],
    ({ pointedA, hovered }) => pointedA.a >= 0 && pointedA.b === hovered,
  );
  store.computed(
    "hoveredA",
    ["pointedA", "pointingA", "hovered", "joint"],
    ({ pointedA, pointingA, hovered, joint }) => (pointingA ? pointedA.a : (joint?.inA.get(hovered) ?? -1)),
  );
  // One map in two colourings is looked at through one window, two maps through two.
  store.set({ cameraA: store.get().camera });
  store.rule(["camera", "settingA", "isSameMap"], ({ camera, isSameMap }) => (isSameMap ? { cameraA: camera } : {}));
  const view = createMapView(canvas, byId("pictures-a", HTMLCanvasElement), {
    hover: (a) => {
      const b = store.get().joint?.inB.get(a) ?? -1;
      store.set({ pointedA: { a, b }, hovered: b });
    },
    pick: (index) => store.set({ image: store.get().settingA?.records[index].id ?? null }),
    camera: (camera) => store.set(store.get().isSameMap ? { camera } : { cameraA: camera }),
    drawn: () => {},
    next: (index, step) =>
      nextInCluster(store.get().settingA?.clusters ?? null, index, step, (i) => !isHidden(store, i)),
    choose: (indices, how) => choose(store, inB(store, indices), how),
    alike: (index) => alikeIn(store.get().settingA?.clusters ?? null, index),
    tool: () => store.get().tool,
    outline: (path) => byId("outline-a", SVGElement).setAttribute("points", path?.join(" ") ?? ""),
  });
  followA(store, view);
  bindCard(store, view);
  store.watch(["hoveredA"], ({ hoveredA }) => {
    view.setHovered(hoveredA);
    canvas.classList.toggle("over-point", hoveredA >= 0);
  });
  store.watch(["cameraA"], ({ cameraA }) => view.setCamera(cameraA));
  view.setCamera(store.get().cameraA);
  return view;
}

/**
 * Where images of A stand in B; those that B lacks are left out.
 * @param {AppStore} store @param {readonly number[]} indices
 */
const inB = (store, indices) => indices.flatMap((i) => store.get().joint?.inB.get(i) ?? []);

/** Whether B hides the image that has this place in A. @param {AppStore} store @param {number} index */
function isHidden(store, index) {
  const { hidden, encoding, joint } = store.get();
  return hidden.includes(encoding?.legend.entryOf[joint?.inB.get(index) ?? NaN] ?? NaN);
}

/** What is drawn, and how. @param {AppStore} store @param {MapView} view */
function followA(store, view) {
  const show = () => {
    const { settingA: setting, styleA, hidden, colour } = store.get();
    if (!setting || !styleA) return;
    const order = hidden.length === 0 ? styleA.order : styleA.order.filter((i) => !isHidden(store, i));
    view.setStyle({ ...styleA, order }, drawnKey(setting.params, colour));
  };
  const dim = () => {
    const { settingA: setting, joint } = store.get();
    const mask = brightMask(store.get());
    view.setFocus(
      mask && setting && joint ? Uint8Array.from(setting.records, (_, i) => mask[joint.inB.get(i) ?? -1] ?? 0) : null,
    );
  };
  store.watch(["settingA"], ({ settingA: setting, cohort }) => {
    if (!setting) return;
    view.setPositions(setting.drawn);
    view.setPictures(cohort?.has_images ? createSource(setting.records, view.refresh) : null);
    view.setFirst(medoidsOf(setting.clusters, setting.records));
  });
  store.watch(["styleA", "hidden"], show);
  store.watch(["joint"], ({ hidden }) => hidden.length > 0 && show());
  store.watch(["focus", "selection", "passing", "hidden", "encoding", "joint"], dim);
  const surface = () => view.setSurface(surfaceOf(store.get().scheme));
  const marks = () => view.setMarks(store.get().cohort?.has_images ? store.get().marks : "dots");
  store.watch(["scheme"], surface);
  store.watch(["marks"], marks);
  surface();
  marks();
}

/**
 * The card stands in the map that is pointed at, and says where the image is in the other.
 * @param {AppStore} store @param {MapView} view
 */
function bindCard(store, view) {
  const card = byId("hover-card-a");
  const ring = byId("ring-a");
  const show = () => {
    const state = store.get();
    const { settingA: setting, joint, hoveredA: hovered, pointingA: pointing } = state;
    ring.hidden = !setting || hovered < 0;
    card.hidden = ring.hidden || !pointing;
    byId("desk").toggleAttribute("data-pointing-a", !card.hidden);
    if (!setting || !state.cohort || hovered < 0) return;
    const { colour, scheme, changed, film } = state;
    const there = {
      colour,
      scheme,
      tints: setting.tints,
      changed,
      film,
      hovered,
      cohort: { ...state.cohort, records: [...setting.records] },
      clusters: setting.clusters,
      shown: setting.params,
      forming: null,
    };
    if (!card.hidden) card.replaceChildren(...contents(there, setting.positions));
    const elsewhere = pointing
      ? membership(state.clusters, joint?.inB.get(hovered) ?? -1)
      : membership(setting.clusters, hovered);
    const text = (pointing ? card : byId("hover-card")).querySelector(".hover-text");
    text?.querySelector(".elsewhere")?.remove();
    text?.append(el("p", { class: "elsewhere" }, `in ${pointing ? "B" : "A"}: ${elsewhere || "not among its images"}`));
    place(card, ring, view, hovered, setting.params.eps);
  };
  store.watch(["hoveredA", "joint", "cameraA", "pointingA"], show);
}
