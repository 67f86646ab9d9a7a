/**
 * Where else the network could be read: its layers by the author's blocks, how some images lie by each, a button that
 * reads it there, and the words that a start takes for it.
 */

import { getAnswer, messageOf } from "../../api.js";
import { el } from "../../dom.js";
import { plural } from "../../format.js";
import { canReopen, reopenBox } from "../../reopening.js";

/** @import {AppState, AppStore, LayerMap, ModelLayer, ModelLayers} from "../../types.js" */

/** Side of a small map, in units of its own. */
const SIDE = 200;
const RADIUS = 2.6;

/** @param {HTMLElement} body @param {AppStore} store */
export async function showLayers(body, store) {
  body.setAttribute("aria-busy", "true");
  const parts = await getAnswer("/api/layers").then(
    (/** @type {ModelLayers} */ answer) => listed(answer, store),
    (error) => [el("p", { class: "warning" }, messageOf(error))],
  );
  body.replaceChildren(...parts);
  body.setAttribute("aria-busy", "false");
}

/** @param {ModelLayers} answer @param {AppStore} store */
function listed(answer, store) {
  const { model, layers, read } = answer;
  /** @type {Map<string, ModelLayer[]>} */
  const groups = new Map();
  for (const layer of layers) groups.set(layer.group, [...(groups.get(layer.group) ?? []), layer]);
  const said =
    `${model} can be read at ${plural(layers.length, "layer")}. Each has a small map of its first two principal ` +
    "components, in the map's colours. What is shown stays until another layer is read of all images; one that was " +
    "read before is there at once.";
  return [
    el("p", {}, said),
    ...[...groups].map(([group, its]) => {
      const name = group || "outside any block";
      const block = el(
        "details",
        { class: "layers-block" },
        el("summary", {}, el("code", {}, name), el("span", { class: "quiet" }, plural(its.length, "layer"))),
        ...its.map((layer) => row(layer, answer, store)),
      );
      block.open = its.some(({ name }) => name === read);
      return block;
    }),
  ];
}

/** @param {ModelLayer} layer @param {ModelLayers} list @param {AppStore} store */
function row(layer, { read, default: usual }, store) {
  const body = el("div", { class: "layer-body" });
  const is = [layer.name === read && "read here", layer.name === usual && "default"].filter(Boolean).join(", ");
  const details = el(
    "details",
    { class: "layer" },
    el(
      "summary",
      {},
      el("code", {}, layer.name),
      el("span", { class: "quiet" }, `${layer.op} ${shapeOf(layer)}`),
      is && el("b", {}, is),
    ),
    body,
  );
  details.addEventListener("toggle", () => {
    if (details.open && body.childElementCount === 0) void show(body, layer, layer.name === read, store);
  });
  return details;
}

/** @param {HTMLElement} body @param {ModelLayer} layer @param {boolean} isRead @param {AppStore} store */
async function show(body, layer, isRead, store) {
  const state = store.get();
  const words = `--layer ${quoted(layer.name)}`;
  const copy = el("button", { type: "button", class: "linkish", onclick: copied }, "copy");
  async function copied() {
    copy.textContent = await navigator.clipboard.writeText(words).then(
      () => "copied",
      () => "refused by the browser",
    );
  }
  const drawn = el("div", { "aria-live": "polite" }, el("p", { class: "quiet" }, "Running the network up to here …"));
  const read = canReopen() && !isRead && reopenBox(store, "Read this layer", layer.name);
  const atStart = el("p", { class: "quiet" }, "At a start: ", el("code", {}, words), " ", copy);
  body.replaceChildren(...(read ? [read] : []), atStart, drawn);
  const query = new URLSearchParams([["layer", layer.name], ...state.params.where.map((one) => ["where", one])]);
  const parts = await getAnswer(`/api/layers/map?${query}`).then(
    (/** @type {LayerMap} */ map) => [picture(map, state)],
    (error) => [el("p", { class: "warning" }, messageOf(error))],
  );
  drawn.replaceChildren(...parts);
}

/** @param {LayerMap} map @param {Readonly<AppState>} state */
function picture({ layer, n_features, ids, coordinates }, { cohort, encoding }) {
  const places = new Map(cohort?.records.map(({ id }, place) => [id, place]));
  const spans = [0, 1].map((axis) => {
    const values = coordinates.map((at) => at[axis]);
    return { least: Math.min(...values), largest: Math.max(...values) };
  });
  // One scale for both axes: distances are what is looked at.
  const extent = Math.max(...spans.map(({ least, largest }) => largest - least)) || 1;
  const on = (/** @type {number} */ value, /** @type {number} */ axis) => {
    const { least, largest } = spans[axis];
    return SIDE / 2 + ((value - (least + largest) / 2) / extent) * (SIDE - 4 * RADIUS);
  };
  const dots = coordinates.map(([x, y], k) => {
    const colours = encoding?.style.colours;
    const from = 4 * (places.get(ids[k]) ?? -1);
    const fill = colours && from >= 0 ? `rgb(${colours.slice(from, from + 3).join(" ")})` : "currentColor";
    return svg("circle", { cx: String(on(x, 0)), cy: String(SIDE - on(y, 1)), r: String(RADIUS), fill });
  });
  const label = `${plural(ids.length, "image")} by the layer ${layer}`;
  return el(
    "figure",
    {},
    svg("svg", { viewBox: `0 0 ${SIDE} ${SIDE}`, class: "layer-map", role: "img", "aria-label": label }, ...dots),
    el("figcaption", { class: "quiet" }, `${plural(ids.length, "image")}, ${plural(n_features, "feature")} each`),
  );
}

/** @param {string} tag @param {Record<string, string>} props @param {...Node} children */
function svg(tag, props, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(props)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** "n × 64 × 7 × 7", with ? for what does not follow. @param {ModelLayer} layer */
const shapeOf = ({ shape }) => (shape ? shape.map((size) => size ?? "n").join(" × ") : "?");

/** As a shell takes it. @param {string} name */
const quoted = (name) => (/^[\w./:-]+$/.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`);
