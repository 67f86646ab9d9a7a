/** Undo and redo of selections, whoever made them. */

/** @import {AppStore} from "../types.js" */

/** Each may hold as many numbers as there are images. */
const MOST_STEPS = 50;

/** @param {AppStore} store */
export function followHistory(store) {
  let steps = [store.get().selection];
  let at = 0;
  store.watch(["selection"], ({ selection }) => {
    if (selection === steps[at]) return;
    steps = [...steps.slice(0, at + 1), selection].slice(-MOST_STEPS);
    at = steps.length - 1;
  });
  return {
    /** @param {1 | -1} by  forward or back */
    step(by) {
      at = Math.max(0, Math.min(steps.length - 1, at + by));
      store.set({ selection: steps[at] });
    },
    /** Among other images, indices mean others. @param {readonly number[]} selection  what is selected there */
    restart(selection) {
      steps = [selection];
      at = 0;
    },
  };
}
