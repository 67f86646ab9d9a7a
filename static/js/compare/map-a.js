/** The map of A on canvases of its own: drawn as the main map is, and pointing at an image points at it in B. */

import { surfaceOf } from "../colour/encode.js";
import { encodingOf } from "../colour/follow.js";
import { byId, el } from "../dom.js";
import { createMapView } from "../map/view.js";
import { membership } from "../describe.js";
import { contents, place } from "../panels/hover-card/panel.js";
import { alikeIn, brightMask, choose, nextInCluster } from "../panels/map/panel.js";
import { createSource, medoidsOf } from "../panels/pictures/panel.js";
import { drawnKey, projectionQuery } from "../url.js";

/** @import {AppStore, CompareStore} from "../types.js" */
/** @import {MapView} from "../map/view.js" */

/** @param {AppStore} store @param {CompareStore} own @returns {MapView} */
export function bindMapA(store, own) {
  const canvas = byId("map-a", HTMLCanvasElement);
  /** Whether it is A that says what is pointed at. */
  let speaking = false;
  const view = createMapView(canvas, byId("pictures-a", HTMLCanvasElement), {
    hover: (hovered) => {
      speaking = true;
      own.set({ hovered, pointing: hovered >= 0 });
      store.set({ hovered: own.get().joint?.inB.get(hovered) ?? -1 });
      speaking = false;
    },
    pick: (index) => store.set({ image: own.get().setting?.records[index].id ?? null }),
    camera: (camera) => (isSameMap(store) ? store.set({ camera }) : own.set({ camera })),
    drawn: () => {},
    next: (index, step) =>
      nextInCluster(own.get().setting?.clusters ?? null, index, step, (i) => !isHidden(store, own, i)),
    choose: (indices, how) => choose(store, inB(own, indices), how),
    alike: (index) => alikeIn(own.get().setting?.clusters ?? null, index),
    tool: () => store.get().tool,
    outline: (path) => byId("outline-a", SVGElement).setAttribute("points", path?.join(" ") ?? ""),
  });
  followA(store, own, view);
  bindCard(store, own, view);
  own.on(["hovered"], ({ hovered }) => {
    view.setHovered(hovered);
    canvas.classList.toggle("over-point", hovered >= 0);
  });
  store.on(["hovered"], ({ hovered }) => {
    if (!speaking) own.set({ hovered: own.get().joint?.inA.get(hovered) ?? -1, pointing: false });
  });
  // One map in two colourings is looked at through one window, two maps through two.
  own.on(["camera"], ({ camera }) => view.setCamera(camera));
  store.on(["camera"], ({ camera }) => isSameMap(store) && own.set({ camera }));
  own.on(["setting"], () => isSameMap(store) && own.set({ camera: store.get().camera }));
  return view;
}

/** Where images of A stand in B; those that B lacks are left out. @param {CompareStore} own @param {readonly number[]} indices */
const inB = (own, indices) => indices.flatMap((i) => own.get().joint?.inB.get(i) ?? []);

/** @param {AppStore} store */
function isSameMap(store) {
  const { beside, shown } = store.get();
  return beside !== null && shown !== null && projectionQuery(beside).toString() === projectionQuery(shown).toString();
}

/** Whether B hides the image that has this place in A. @param {AppStore} store @param {CompareStore} own @param {number} index */
function isHidden(store, own, index) {
  const { hidden, encoding } = store.get();
  return hidden.includes(encoding?.legend.entryOf[own.get().joint?.inB.get(index) ?? NaN] ?? NaN);
}

/** What is drawn, and how. @param {AppStore} store @param {CompareStore} own @param {MapView} view */
function followA(store, own, view) {
  const dress = () => {
    const { setting } = own.get();
    const state = store.get();
    if (setting) own.set({ styleA: encodingOf(state, setting.clusters, setting.records).style });
  };
  const show = () => {
    const { setting, styleA } = own.get();
    const { hidden, colour } = store.get();
    if (!setting || !styleA) return;
    const order = hidden.length === 0 ? styleA.order : styleA.order.filter((i) => !isHidden(store, own, i));
    view.setStyle({ ...styleA, order }, drawnKey(setting.params, colour));
  };
  const dim = () => {
    const { setting, joint } = own.get();
    const mask = brightMask(store.get());
    view.setFocus(
      mask && setting && joint ? Uint8Array.from(setting.records, (_, i) => mask[joint.inB.get(i) ?? -1] ?? 0) : null,
    );
  };
  own.on(["setting"], ({ setting }) => {
    if (!setting) return;
    const { cohort } = store.get();
    view.setPositions(setting.drawn);
    view.setPictures(cohort?.has_images ? createSource(setting.records, view.refresh) : null);
    view.setFirst(medoidsOf(setting.clusters, setting.records));
    dress();
  });
  store.on(["colour", "scheme"], dress);
  own.on(["styleA"], show);
  store.on(["hidden"], show);
  own.on(["joint"], () => store.get().hidden.length > 0 && show());
  store.on(["focus", "selection", "passing", "hidden", "encoding"], dim);
  own.on(["joint"], dim);
  const surface = () => view.setSurface(surfaceOf(store.get().scheme));
  const marks = () => view.setMarks(store.get().cohort?.has_images ? store.get().marks : "dots");
  store.on(["scheme"], surface);
  store.on(["marks"], marks);
  surface();
  marks();
}

/** The card stands in the map that is pointed at, and says where the image is in the other. @param {AppStore} store @param {CompareStore} own @param {MapView} view */
function bindCard(store, own, view) {
  const card = byId("hover-card-a");
  const ring = byId("ring-a");
  const show = () => {
    const { setting, joint, hovered, pointing } = own.get();
    const state = store.get();
    ring.hidden = !setting || hovered < 0;
    card.hidden = ring.hidden || !pointing;
    byId("desk").toggleAttribute("data-pointing-a", !card.hidden);
    if (!setting || !state.cohort || hovered < 0) return;
    const there = {
      ...state,
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
  own.on(["hovered", "joint", "camera", "pointing"], show);
}
