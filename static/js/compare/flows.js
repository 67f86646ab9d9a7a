/** How many images go from which cluster of A to which of B: the legend of A, and a table to point at. */

import { INKS, clusterMark } from "../colour/palette.js";
import { byId, el, markIcon } from "../dom.js";
import { count, plural } from "../format.js";
import { SHAPE_PATHS } from "../map/shapes.js";

/** @import {AppStore, Flow, Joint} from "../types.js" */

/** @typedef {{point: (flow: Flow | null) => void, choose: (flow: Flow) => void}} Events */
/** @typedef {(label: number, of: "A" | "B") => Element} Mark  of a cluster of either */

/** More is no table that anybody reads; the rest is counted. */
const MOST_ROWS = 120;

/** @param {AppStore} store */
export function bindFlows(store) {
  const box = byId("flows");
  const events = {
    point: (/** @type {Flow | null} */ flow) => {
      const { joint, clusters } = store.get();
      const mask = flow && maskOf(imagesOf(flow, joint), clusters?.labels.length ?? 0);
      store.soon({ pointedFlow: flow, focus: mask && { kind: "records", mask } });
    },
    choose: (/** @type {Flow} */ flow) => store.set({ selection: imagesOf(flow, store.get().joint) }),
  };
  const show = () => {
    const { joint, settingA, scheme, colour, tints } = store.get();
    box.hidden = !joint;
    const neutral = INKS[scheme].neutral;
    /** @type {Mark} */
    const mark = (label, of) => {
      const { colour: own, shape } = clusterMark(label, scheme, of === "A" ? settingA?.tints : tints);
      return markIcon(SHAPE_PATHS[shape], colour === "cluster" || label < 0 ? own : neutral, label < 0 ? 7 : 10);
    };
    if (joint) fill(byId("flow-rows"), joint.agreement.flows, mark, events);
  };
  // A row that was pointed at goes without saying so.
  store.rule(["joint"], () => ({ pointedFlow: null }));
  store.watch(["joint", "scheme", "colour", "tints"], show);
}

/** Their places in B, ascending. @param {Flow} flow @param {Joint | null} joint */
function imagesOf({ from, to }, joint) {
  return joint
    ? joint.b.filter((_, k) => joint.labelsA[k] === from && joint.labelsB[k] === to).sort((p, q) => p - q)
    : [];
}

/** @param {readonly number[]} indices @param {number} count */
function maskOf(indices, count) {
  const mask = new Uint8Array(count);
  for (const index of indices) mask[index] = 1;
  return mask;
}

/** @param {HTMLElement} box @param {readonly Flow[]} flows @param {Mark} mark @param {Events} events */
function fill(box, flows, mark, events) {
  const rest = flows.length - MOST_ROWS;
  box.replaceChildren(
    ...flows.slice(0, MOST_ROWS).map((flow) => row(flow, mark, events)),
    ...(rest > 0 ? [el("p", { class: "flow-rest" }, `and ${plural(rest, "more row")}`)] : []),
  );
}

/** @param {Flow} flow @param {Mark} mark @param {Events} events */
function row(flow, mark, { point, choose }) {
  const on = () => point(flow);
  const off = () => point(null);
  const verb = flow.kept ? "stay in" : "go to";
  const label = `${plural(flow.count, "image")} from ${nameOf(flow.from)} of A ${verb} ${nameOf(flow.to)} of B`;
  return el(
    "button",
    {
      type: "button",
      class: "flow",
      "data-kept": String(flow.kept),
      title: `${label}; a click selects them`,
      onpointerenter: on,
      onpointerleave: off,
      onfocus: on,
      onblur: off,
      onclick: () => choose(flow),
    },
    el("span", { class: "hidden" }, label),
    ...[flow.from, flow.to].map((label, end) =>
      el(
        "span",
        { class: "flow-end", "aria-hidden": "true" },
        end > 0 && "→ ",
        mark(label, end === 0 ? "A" : "B"),
        shortName(label),
      ),
    ),
    el("span", { class: "flow-count", "aria-hidden": "true" }, count(flow.count)),
  );
}

/** @param {number} label */
const nameOf = (label) => (label < 0 ? "no group" : `cluster ${label}`);

/** @param {number} label */
const shortName = (label) => (label < 0 ? "no group" : String(label));
