/** While there is no map: what is happening, how far it is, or what to do. */

import { byId } from "../../dom.js";
import { asSentence, count, plural } from "../../format.js";

/** @import {AppState, AppStore, Cohort} from "../../types.js" */

/** @param {AppStore} store @param {() => void} openReport */
export function bindWaiting(store, openReport) {
  const box = byId("waiting");
  const text = byId("waiting-text");
  const progress = byId("waiting-progress", HTMLProgressElement);
  const report = byId("waiting-report", HTMLButtonElement);
  const without = byId("waiting-without", HTMLButtonElement);
  report.addEventListener("click", openReport);
  without.addEventListener("click", () => store.set({ ...store.get().unmet?.without, unmet: null }));
  /** @param {Readonly<AppState>} state */
  const show = ({ cohort, clusters, trouble, forming, unmet }) => {
    const state = cohort?.state ?? "pending";
    document.documentElement.dataset.state = state;
    box.hidden = !unmet && (clusters !== null || Boolean(forming?.coordinates));
    without.hidden = !unmet;
    if (box.hidden) return;
    text.textContent = unmet
      ? `This link asks for what is not here, and nothing is shown in its place: ${unmet.says.join(" ")}`
      : sentence(cohort, trouble);
    report.hidden =
      !cohort ||
      cohort.state === "pending" ||
      cohort.skipped.length === 0 ||
      (cohort.state === "ready" && cohort.n_images > 0);
    const going = state === "pending" ? cohort?.progress : null;
    progress.hidden = !going;
    if (!going) return;
    progress.max = Math.max(1, going.total);
    progress.value = going.done;
    progress.setAttribute("aria-label", text.textContent);
  };
  store.watch(["cohort", "clusters", "trouble", "forming", "unmet"], show);
  // A link may be at fault before anything has been asked.
  show(store.get());
}

/** A map that takes its time says how far it is. @param {AppStore} store */
export function bindForming(store) {
  const line = byId("forming");
  store.watch(["forming"], ({ forming }) => {
    line.hidden = forming === null;
    if (!forming) return;
    const of = forming.max_iter ? ` of ${count(forming.max_iter)}` : "";
    line.textContent = `the map is forming: iteration ${count(forming.n_iter)}${of}`;
  });
}

/** @param {Cohort | null} cohort @param {string | null} trouble */
export function sentence(cohort, trouble) {
  if (!cohort) return trouble ?? "Reading the cohort …";
  if (cohort.state === "failed")
    return cohort.error ? asSentence(cohort.error) : "The features could not be computed; the terminal says why.";
  if (cohort.state === "pending") {
    const { done = 0, total = 0 } = cohort.progress ?? {};
    const model = cohort.model.name ? ` with ${cohort.model.name}` : "";
    const far = `${count(done)} of ${plural(total, "X-ray")}`;
    return total > 0
      ? `Computing features${model}: ${far}. They are kept, so the next start is quick.`
      : "Reading the cohort …";
  }
  const other = "start negatoscope with another folder or filter.";
  if (cohort.n_images === 0) return `No image of this cohort can be shown. Look at what was skipped, then ${other}`;
  if (cohort.n_images === 1)
    return "A map takes two images or more, and this cohort has one. Start negatoscope with another folder or filter.";
  return trouble ?? "Making the first map …";
}
