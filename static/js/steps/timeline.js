/**
 * One order of undo for settings and selections. A setting that rested is an entry of the browser's history and has its
 * number there; what was selected while it stood are moments of it. Pure.
 */

/** @import {ImageRecord} from "../types.js" */

/**
 * `selection` are places in `records`, which may be others by now.
 * @typedef {{entry: number, selection: readonly number[], records: readonly ImageRecord[]}} Moment
 */

/** Each may hold as many numbers as there are images. */
const MOST = 100;

/** @param {Moment} first */
export function createTimeline(first) {
  let moments = [first];
  let at = 0;
  return {
    now: () => moments[at],
    /** What was undone is gone. @param {Moment} moment */
    add(moment) {
      moments = [...moments.slice(0, at + 1), moment].slice(-MOST);
      at = moments.length - 1;
    },
    /** The same moment, among other images. @param {Moment} moment */
    amend(moment) {
      moments[at] = moment;
    },
    /**
     * A selection back or forward.
     * @param {1 | -1} by @returns {boolean}  false where the next moment is of another setting, or there is none
     */
    step(by) {
      const within = moments[at + by]?.entry === moments[at].entry;
      if (within) at += by;
      return within;
    },
    /**
     * To another entry of the browser's history: back to the last moment of it, forward to its first. One that is not
     * known here, as from before the page was loaded anew, begins with what is selected now.
     * @param {number} entry
     */
    enter(entry) {
      const { entry: from, ...rest } = moments[at];
      const is = (/** @type {Moment} */ moment) => moment.entry === entry;
      if (!moments.some(is)) {
        const after = moments.findIndex((moment) => moment.entry > entry);
        moments.splice(after < 0 ? moments.length : after, 0, { entry, ...rest });
      }
      at = entry < from ? moments.findLastIndex(is) : moments.findIndex(is);
    },
  };
}
