/** What a comparison with cohorts without clusters found, drawn; fetched when there is something to draw. */

import { el } from "../dom.js";
import { count, unbroken } from "../format.js";
import { applySetting, placeText } from "../search/grid.js";
import { binsOf } from "./bins.js";
import { splitFirst } from "./ranking.js";

/** @import {AppStore, NullResult, NullStatistic, SearchMethods} from "../types.js" */

/** @param {AppStore} store @param {HTMLElement} box @param {SearchMethods} methods @param {NullResult} result */
export function fillAnswers(store, box, methods, { statistics, warnings }) {
  const remarks = warnings.map((text) => el("p", { class: "help warned" }, text));
  box.replaceChildren(...statistics.map((statistic) => answer(store, methods, statistic)), ...remarks);
}

/** @param {AppStore} store @param {SearchMethods} methods @param {NullStatistic} statistic */
function answer(store, methods, { name, question, sentence, observed, setting, best, lower_is_better }) {
  const [asked, more] = splitFirst(question);
  return el(
    "article",
    { class: "answer", "data-name": name },
    el("h3", {}, asked),
    more && el("p", { class: "help" }, more),
    observed !== null && histogram(best, observed, lower_is_better, sentence),
    el("p", { class: "told" }, unbroken(sentence)),
    setting &&
      el(
        "button",
        { type: "button", class: "linkish quiet", onclick: () => applySetting(store, methods, setting) },
        placeText(methods.axes, setting),
      ),
  );
}

/**
 * @param {readonly (number | null)[]} best @param {number} observed @param {boolean} lowerIsBetter
 * @param {string} sentence
 */
function histogram(best, observed, lowerIsBetter, sentence) {
  const { bars, low, high, edge } = binsOf(best, observed, lowerIsBetter);
  const short = (/** @type {number} */ value) =>
    high - low > 20 ? count(Math.round(value)) : String(Number(value.toPrecision(2)));
  const most = Math.max(1, ...bars.map((bar) => bar.count));
  const columns = bars.map((own) => {
    const bar = el("i", { class: own.asGood ? "as-good" : "" });
    bar.style.height = `${(100 * own.count) / most}%`;
    return bar;
  });
  const mark = el("b", { class: 2 * edge > bars.length ? "left" : "" }, "observed");
  mark.style.left = `${(100 * edge) / bars.length}%`;
  return el(
    "figure",
    { class: "histogram", role: "img", "aria-label": sentence },
    el("div", {}, ...columns, mark),
    el(
      "figcaption",
      {},
      ...[short(low), lowerIsBetter ? "← better" : "better →", short(high)].map((end) => el("span", {}, end)),
    ),
  );
}
