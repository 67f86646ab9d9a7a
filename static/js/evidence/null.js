/** Is it luck? The whole search on cohorts that have no clusters, and where the observed best stands among theirs. */

import { byId, el, find } from "../dom.js";
import { asSentence, count, formatDuration, plural, unbroken } from "../format.js";
import { bindRun } from "../jobs.js";
import { applySetting, formatRuns, placeText, sentenceOf, settingsCount } from "../search/grid.js";
import { binsOf } from "./bins.js";
import { splitFirst } from "./ranking.js";

/** @import {AppStore, CurrentGrid, NullResult, NullStatistic, SearchMethods} from "../types.js" */

/** @param {AppStore} store @param {CurrentGrid} grid  of the search form */
export function bindNull(store, grid) {
  const box = byId("null");
  const answers = byId("null-answers");
  const say = byId("null-say");
  const choice = (/** @type {string} */ name) => find(box, `[name="${name}"]:checked`, HTMLInputElement).value;
  let [asked, shown] = ["", ""];
  /** @type {object | null} */
  let nullAsked = null;
  let methods = grid.grid();
  const run = bindRun(byId("null-run"), {
    path: "/api/null",
    noun: "cohort",
    body() {
      asked = JSON.stringify(grid.body());
      methods = grid.grid();
      const early = byId("stop_after", HTMLInputElement).checked ? 10 : null;
      nullAsked = {
        ...grid.body(),
        n_surrogates: Number(choice("n_surrogates")),
        surrogate: choice("surrogate"),
        stop_after: early,
        seed: 42,
      };
      return nullAsked;
    },
    done(/** @type {NullResult} */ result) {
      shown = asked;
      const remarks = result.warnings.map((text) => el("p", { class: "help warned" }, text));
      answers.replaceChildren(...result.statistics.map((statistic) => answer(store, methods, statistic)), ...remarks);
      store.set({ nullAsked });
      compare();
      const left = formatRuns(result.excluded_perplexities, 1);
      const took = `${plural(result.n_surrogates ?? 0, "cohort")} in ${formatDuration(result.elapsed_ms ?? 0)}.`;
      if (!left) return took;
      return `${took} ${asSentence(`${methods.axes[0]} ${left} left out: too close to the number of images`)}`;
    },
  });
  const compare = () => {
    const now = grid.grid();
    run.allow(grid.runnable());
    say.textContent =
      now.axes.length > 0
        ? `The whole search, ${count(settingsCount(now))} settings, again on cohorts without clusters.`
        : sentenceOf(now);
    const stale = shown !== "" && shown !== JSON.stringify(grid.body());
    answers.classList.toggle("stale", stale);
    byId("null-stale").hidden = !stale;
  };
  grid.changed(compare);
  store.watch(["params", "cohort"], compare);
  compare();
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
