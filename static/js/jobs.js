/**
 * Long work on the server, the same for every kind of it: a button that starts and cancels, a bar, and a line that says
 * how it goes. What comes of the work is the caller's.
 */

import { cancelJob, followJob, isOver, messageOf, startJob } from "./api.js";
import { asSentence, count, formatDuration, plural } from "./format.js";

/** @import {Job} from "./types.js" */

/**
 * Shows the job at every step; a start that fails is shown as a job that failed.
 * @param {{path: string, body: () => object, show: (job: Job) => void}} work
 */
export function createJob({ path, body, show }) {
  /** Empty while the server has not yet named it. @type {string | null} */
  let id = null;
  /** @param {Job} job */
  const take = (job) => {
    if (isOver(job)) id = null;
    show(job);
  };
  // Work stops when nobody waits: a page that is closed or loaded again could not cancel it any more.
  addEventListener("pagehide", () => id && cancelJob(id));
  return {
    running: () => id !== null,
    async toggle() {
      if (id !== null) return id === "" ? undefined : cancelJob(id).catch(() => {});
      const job = {
        id: "",
        state: /** @type {const} */ ("queued"),
        done: 0,
        total: 0,
        eta_ms: null,
        result: null,
        error: null,
      };
      id = "";
      show(job);
      try {
        ({ id } = await startJob(path, body()));
        followJob(id, take);
      } catch (error) {
        take({ ...job, state: "failed", error: messageOf(error) });
      }
    },
  };
}

/**
 * The usual way to show a job.
 * @param {HTMLElement} box  holds a button, a progress and a role=status
 * @param {{path: string, body: () => object, noun: string, done: (result: any) => string}} work  `done` takes the
 *   result and says so in one line
 */
export function bindRun(box, { path, body, noun, done }) {
  const [button, progress, status] = /** @type {[HTMLButtonElement, HTMLProgressElement, HTMLElement]} */ (
    ["button", "progress", "[role=status]"].map((part) => box.querySelector(part))
  );
  const label = button.textContent;
  let runnable = true;
  const job = createJob({
    path,
    body,
    show(now) {
      const over = isOver(now);
      button.textContent = over ? label : "Cancel";
      button.disabled = over && !runnable;
      progress.hidden = over;
      if (now.done > 0) Object.assign(progress, { max: Math.max(1, now.total), value: now.done });
      else progress.removeAttribute("value");
      box.dataset.job = now.state;
      status.textContent = now.state === "done" ? done(now.result) : describe(now, noun);
    },
  });
  button.addEventListener("click", job.toggle);
  return {
    /** @param {boolean} can */
    allow(can) {
      runnable = can;
      button.disabled = !can && !job.running();
    },
  };
}

/** @param {Job} job @param {string} noun  what is counted */
export function describe(job, noun) {
  if (job.state === "failed") return job.error ? asSentence(job.error) : "It failed; the terminal says why.";
  if (job.state === "cancelled") return `Cancelled after ${count(job.done)} of ${plural(job.total, noun)}.`;
  if (job.state === "queued") return "Waiting for its turn …";
  const left = job.eta_ms === null ? "" : ` · ${formatDuration(Math.max(1000, job.eta_ms))} left`;
  return `${count(job.done)} of ${plural(job.total, noun)}${left}`;
}
