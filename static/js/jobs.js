/**
 * Long work on the server, the same for every kind of it: a button that starts and cancels, a bar, and a line that says
 * how it goes. What comes of the work is the caller's.
 */

import { messageOf, startJob } from "./api.js";
import { asSentence, count, formatDuration, plural } from "./format.js";
import { cancelJob, followJob, getJob, isOver } from "./job.js";

/** @import {Job} from "./types.js" */

/**
 * Shows the job at every step; a start that fails is shown as a job that failed.
 * One with `again` runs on past a reload, which goes on showing it, its result too: `again` gets what was asked.
 * @param {{path: string, body: () => object, show: (job: Job) => void, again?: (asked: any) => void}} work
 */
export function createJob({ path, body, show, again }) {
  /** Empty while the server has not yet named it. @type {string | null} */
  let id = null;
  const keep = (/** @type {object | null} */ asked) => {
    if (again) sessionStorage.setItem(path, JSON.stringify({ id, asked }));
  };
  /** @param {Job} job */
  const take = (job) => {
    if (isOver(job)) id = null;
    show(job);
  };
  // Work stops when nobody waits: a page that is closed or loaded again could not cancel it any more.
  addEventListener("pagehide", () => !again && id && cancelJob(id));
  if (again) void resume(again);

  /** @param {(asked: any) => void} again */
  async function resume(again) {
    const kept = JSON.parse(sessionStorage.getItem(path) ?? "null");
    const job = kept?.id ? await getJob(kept.id).catch(() => null) : null;
    if (!job || id !== null) return sessionStorage.removeItem(path);
    again(kept.asked);
    id = kept.id;
    take(job);
    if (!isOver(job)) followJob(kept.id, take);
  }

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
        const asked = body();
        ({ id } = await startJob(path, asked));
        keep(asked);
        followJob(id, take);
      } catch (error) {
        take({ ...job, state: "failed", error: messageOf(error) });
      }
    },
  };
}

/**
 * What is run: `done` takes the result and says so in one line, `again` is as for a job.
 * @typedef {{
 *   path: string, body: () => object, noun: string, done: (result: any) => string, again?: (asked: any) => void
 * }} Work
 */

/**
 * The usual way to show a job.
 * @param {HTMLElement} box  holds a button, a progress and a role=status
 * @param {Work} work
 */
export function bindRun(box, { path, body, noun, done, again }) {
  const [button, progress, status] = /** @type {[HTMLButtonElement, HTMLProgressElement, HTMLElement]} */ (
    ["button", "progress", "[role=status]"].map((part) => box.querySelector(part))
  );
  const label = button.textContent;
  let runnable = true;
  const job = createJob({
    path,
    body,
    again,
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
