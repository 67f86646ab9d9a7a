/** Is it luck? The whole search on cohorts that have no clusters, and where the observed best stands among theirs. */

import { byId, find } from "../dom.js";
import { asSentence, count, formatDuration, plural } from "../format.js";
import { bindRun } from "../jobs.js";
import { part } from "../parts.js";
import { formatRuns, sentenceOf, settingsCount } from "../search/grid.js";

/** @import {AppStore, CurrentGrid, NullResult} from "../types.js" */

/** @param {AppStore} store @param {CurrentGrid} grid  of the search form */
export function bindNull(store, grid) {
  const box = byId("null");
  const answers = byId("null-answers");
  const say = byId("null-say");
  const cohorts = () => Number(find(box, '[name="n_surrogates"]:checked', HTMLInputElement).value);
  let [asked, shown] = ["", ""];
  /** @type {object | null} */
  let nullAsked = null;
  let methods = grid.grid();
  /** @param {Record<string, any>} body */
  function take(body) {
    const searched = Object.keys(grid.body()).map((key) => [key, body[key]]);
    [asked, nullAsked, methods] = [JSON.stringify(Object.fromEntries(searched)), body, grid.grid()];
  }
  const run = bindRun(byId("null-run"), {
    path: "/api/null",
    noun: "cohort",
    body() {
      const early = byId("stop_after", HTMLInputElement).checked ? 10 : null;
      const body = {
        ...grid.body(),
        n_surrogates: cohorts(),
        surrogate: byId("surrogate", HTMLSelectElement).value,
        stop_after: early,
        seed: 42,
      };
      take(body);
      return body;
    },
    again: take,
    done(/** @type {NullResult} */ result) {
      shown = asked;
      const of = methods;
      void part(import("./null-answer.js")).then(({ fillAnswers }) => fillAnswers(store, answers, of, result));
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
