/**
 * Where the setting on the screen comes from (proposed, the notebook's or a hand), with the others one click away; and
 * where it shows nothing, the nearest one that does.
 */

import { messageOf } from "../../api.js";
import { trustworthyPerplexity } from "../../controls/slider-maths.js";
import { byId, el } from "../../dom.js";
import { setting } from "../../settings.js";
import { changeParams } from "../../store.js";
import { clusterQuery } from "../../url.js";
import { adviceOn } from "./advice.js";
import { known, proposal } from "./open.js";

/** @import {AppStore, Page, Params, Proposal} from "../../types.js" */

/** @param {Page} page */
export function bindProposal({ store }) {
  const box = byId("proposal");
  const [source, advice] = [el("p", { class: "proposal-of" }), el("p", { class: "proposal-advice", role: "status" })];
  box.replaceChildren(source, advice);
  /** @type {Proposal | null} */
  let found = null;
  let drawn = "";

  const take = (/** @type {Proposal} */ answer) => {
    found = answer;
    draw();
  };
  const propose = async () => {
    try {
      take(await proposal());
      if (found) changeParams(store, found.params);
    } catch (error) {
      store.set({ trouble: messageOf(error) });
    }
  };

  function draw() {
    const { params, cohort } = store.get();
    if (!cohort) return;
    const own = notebooks(params, cohort.n_images);
    const at = found?.proposed && isAt(params, found.params) ? "proposed" : isAt(params, own) ? "notebook" : "";
    // Drawn anew only where it says something else: a button made anew would lose the focus.
    const says = `${at} ${found?.sentence}`;
    if (says === drawn) return;
    drawn = says;
    // Of one map there is nothing to propose.
    const proposed = "given" in document.documentElement.dataset ? [] : [button("the proposed setting", propose)];
    const toNotebooks = button("the notebook's setting", () => changeParams(store, own));
    source.replaceChildren(
      ...(at === "proposed"
        ? [el("b", {}, "Proposed setting."), ` ${found?.sentence} `, toNotebooks]
        : found && !found.proposed
          ? at === "notebook"
            ? [found.sentence]
            : [toNotebooks]
          : at === "notebook"
            ? [el("b", {}, "The notebook's setting."), " ", ...proposed]
            : [...proposed.flatMap((one) => [one, " · "]), toNotebooks]),
    );
  }

  store.watch(["params", "cohort"], draw);
  store.watch(["clusters", "plane", "shown"], ({ clusters, plane, shown }) => {
    const told = clusters && shown ? adviceOn(clusters, plane, shown) : null;
    advice.hidden = told === null;
    if (!told) return;
    const { says, cell, offers, gives } = told;
    const apply = () =>
      cell && changeParams(store, Object.fromEntries(axesOf(store).map((axis) => [axis, cell[axis]])));
    advice.replaceChildren(
      says,
      ...(cell ? [" Nearest that is otherwise: ", button(offers, apply), gives] : [` ${offers}`]),
    );
  });
  void known()?.then(take, () => {});
  draw();
}

/** @param {AppStore} store */
const axesOf = (store) => store.get().plane?.axes ?? [];

/** @param {string} text @param {() => void} onclick */
const button = (text, onclick) => el("button", { type: "button", class: "linkish", onclick }, text);

/**
 * Whether the sliders stand there, whatever images and clusters made by hand.
 * @param {Params} params @param {object} at
 */
const isAt = (params, at) => {
  const query = (/** @type {Params} */ of) => clusterQuery({ ...of, own: [] }, "").toString();
  return query(params) === query({ ...params, ...at });
};

/**
 * The notebook's setting for so many images, as the server has it.
 * @param {Params} params @param {number} n
 */
function notebooks(params, n) {
  const values = Object.keys(params).flatMap((key) => {
    const of = setting(key);
    return of ? [[key, of.default]] : [];
  });
  const all = Object.fromEntries(values);
  return { ...all, perplexity: Math.min(all.perplexity, Math.max(1, trustworthyPerplexity(n))) };
}
