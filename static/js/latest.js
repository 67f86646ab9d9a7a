/**
 * One request at a time, and the last value wins.
 *
 * A newer value aborts the request before it, but not at once: a slider sends values faster than a map is made, and
 * if each one killed the last, nothing would be drawn before the hand rests. A request may live for `graceMs` while
 * newer values wait; if it ends in time its map is shown and the newest value goes next, so the map follows the hand.
 */

/**
 * @template T
 * @param {(value: T, signal: AbortSignal) => Promise<void>} run  is to pass the signal on, and to settle when it fires
 * @param {number} graceMs
 * @returns {(value: T) => void}
 */
export function latest(run, graceMs) {
  /** @type {{value: T} | null} */
  let waiting = null;
  /** @type {{abort: AbortController, startedAt: number} | null} */
  let running = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  const start = async () => {
    if (running || !waiting) return;
    const { value } = waiting;
    waiting = null;
    running = { abort: new AbortController(), startedAt: Date.now() };
    try {
      await run(value, running.abort.signal);
    } finally {
      clearTimeout(timer);
      running = null;
      void start();
    }
  };

  return (value) => {
    waiting = { value };
    if (running) {
      const age = Date.now() - running.startedAt;
      const { abort } = running;
      clearTimeout(timer);
      timer = setTimeout(() => abort.abort(), Math.max(0, graceMs - age));
    } else {
      void start();
    }
  };
}
