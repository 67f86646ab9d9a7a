/** Under the captions of A and B what is found in them: the verdict, and each cluster with its largest values. */

import { getAnswer, isAbort, messageOf } from "../api.js";
import { INKS, clusterMark } from "../colour/palette.js";
import { byId, el, markIcon } from "../dom.js";
import { verdictPath } from "../evidence/paths.js";
import { clusterName, count } from "../format.js";
import { latest } from "../latest.js";
import { SHAPE_PATHS } from "../map/shapes.js";
import { valuesOf } from "./words.js";

/** @import {AppStore, Choice, Clusters, Params} from "../types.js" */

/** One after the other: a first word comes soon. */
const EFFORTS = ["first", "full"];

const MAKING = "The verdict is being made …";

/** @param {AppStore} store */
export function bindFindings(store) {
  const [boxA, boxB] = [byId("findings-a"), byId("findings-b")];
  /** The verdict on A, and what was asked. */
  let [ofA, says] = ["", MAKING];
  const ask = latest(async (/** @type {{params: Params, choice: Choice}} */ { params, choice }, signal) => {
    const path = verdictPath(params, choice);
    try {
      for (const effort of params.own.length > 0 ? [""] : EFFORTS) {
        const answer = await getAnswer(`${path}${effort && `&effort=${effort}`}`, signal);
        says = answer.headline ?? answer.sentence;
        showA();
      }
    } catch (error) {
      if (isAbort(error)) return;
      says = messageOf(error);
      showA();
    }
  }, 0);

  function follow() {
    const { settingA, beside, breakdown, noise, within, cohort } = store.get();
    if (!settingA || !beside || !cohort) return showA();
    const choice = { breakdown, noise, within };
    const path = verdictPath(beside, choice);
    if (path !== ofA && cohort.columns.length > 0) {
      [ofA, says] = [path, MAKING];
      ask({ params: beside, choice });
    }
    showA();
  }
  function showA() {
    const { settingA } = store.get();
    fill(boxA, store, says, settingA?.clusters ?? null, settingA?.tints ?? []);
  }
  function showB() {
    const { clusters, tints, verdict, params } = store.get();
    fill(boxB, store, verdict?.of === params ? verdict.headline : MAKING, clusters, tints);
  }
  store.watch(["settingA", "breakdown", "noise", "within"], follow);
  store.watch(["colour", "scheme"], showA);
  store.watch(["clusters", "tints", "verdict", "params", "colour", "scheme"], showB);
  follow();
  showB();
}

/**
 * @param {HTMLElement} box @param {AppStore} store @param {string} says @param {Clusters | null} clusters
 * @param {readonly number[]} tints
 */
function fill(box, store, says, clusters, tints) {
  const { scheme, colour, cohort } = store.get();
  const mark = (/** @type {number} */ label) => {
    const { colour: ink, shape } = clusterMark(label, scheme, tints);
    return markIcon(
      SHAPE_PATHS[shape],
      colour === "cluster" || label < 0 ? ink : INKS[scheme].neutral,
      label < 0 ? 7 : 10,
    );
  };
  box.replaceChildren(
    el("p", { class: "beside-verdict", title: says }, cohort?.columns.length ? says : ""),
    el(
      "ul",
      { "aria-label": "Clusters" },
      ...(clusters?.breakdown.clusters ?? []).map((cluster) =>
        el(
          "li",
          { title: `${clusterName(cluster.label, clusters?.own ?? [])}: ${valuesOf(cluster)}` },
          mark(cluster.label),
          el("b", {}, cluster.label < 0 ? "in no group" : String(cluster.label)),
          el("span", {}, count(cluster.size)),
          el("span", { class: "beside-values" }, valuesOf(cluster)),
          el("span", {}, `missing ${count(cluster.n_missing)}`),
        ),
      ),
    ),
  );
}
