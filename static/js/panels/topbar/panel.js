/** The bar: which cohort, how much of it, which model. */

import { byId, el } from "../../dom.js";
import { count, groupNoun, plural } from "../../format.js";
import { part } from "../../parts.js";
import { changeParams } from "../../store.js";

/** @import {AppStore, Cohort} from "../../types.js" */

/** @param {AppStore} store @param {(at: string) => void} openReport */
export function bindTopBar(store, openReport) {
  store.watch(["cohort"], ({ cohort }) => {
    if (!cohort) return;
    document.title = `${cohort.name} · negatoscope`;
    byId("cohort-line").replaceChildren(...cohortLine(cohort, openReport, () => changeParams(store, { where: [] })));
    byId("model-line").replaceChildren(
      "model ",
      el("b", {}, [cohort.model.name, cohort.model.layer].filter(Boolean).join(" / ")),
      cohort.model.backend ? ` · ${cohort.model.backend}` : "",
    );
    const notice = byId("notice");
    const say = (/** @type {string[]} */ more) => {
      notice.textContent = [cohort.notice, ...more].join(" ").trim();
      notice.hidden = notice.textContent === "";
    };
    say([]);
    const linked = store.get();
    const here = cohort.made;
    // Few links are of another study.
    if (here && (linked.made || linked.backend))
      part(import("../../made.js")).then(({ madeElsewhere }) => say(madeElsewhere(linked, here)));
  });
}

/**
 * @param {Cohort} cohort @param {(at: string) => void} openReport @param {() => void} bringBack
 */
function cohortLine(cohort, openReport, bringBack) {
  const facts = [
    cohort.reduced_to !== null && "bundle",
    plural(cohort.n_images, "image"),
    cohort.group_column && groupNoun(cohort.group_column, cohort.n_groups),
    `${count(cohort.n_without_country)} without country`,
  ].filter(Boolean);
  const line = `${cohort.name} · ${facts.join(" · ")}`;
  const all = cohort.n_images + cohort.n_excluded;
  const taught = cohort.report.n_in_training;
  const excluded =
    cohort.where.length > 0 &&
    el(
      "button",
      {
        type: "button",
        class: "linkish warning",
        id: "bring-back",
        title: `Excluded by filters: ${cohort.where.join(", ")}. Click to have all ${count(all)} back.`,
        onclick: bringBack,
      },
      `excluded ${count(cohort.n_excluded)} of ${count(all)}`,
    );
  return [
    el("span", { class: "cohort-text", title: line }, el("b", {}, cohort.name), ` · ${facts.join(" · ")}`),
    // On a line of their own where the bar is too narrow for one.
    el(
      "span",
      {},
      ...(excluded ? [excluded, " · "] : []),
      el(
        "button",
        {
          type: "button",
          class: "linkish",
          id: "report-open",
          title: "What was left out, and why",
          onclick: () => openReport("skipped"),
        },
        `${count(cohort.skipped.length)} skipped`,
      ),
      cohort.assumed.length > 0 && " · ",
      cohort.assumed.length > 0 &&
        el(
          "button",
          {
            type: "button",
            class: "linkish",
            id: "assumed-open",
            title: cohort.assumed.map(({ text }) => text).join(" "),
            onclick: () => openReport("assumed"),
          },
          `${count(cohort.assumed.length)} assumed`,
        ),
      // Groups of images that the model was taught may be what it was taught: that is not left to a dialog.
      taught > 0 && " · ",
      taught > 0 &&
        el(
          "button",
          {
            type: "button",
            class: "linkish warning",
            title: cohort.model.warnings.join(" "),
            onclick: () => openReport("report-features"),
          },
          `${count(taught)} seen in training`,
        ),
    ),
  ];
}
