/** One job of the server: asked for, followed, cancelled. */

import { getAnswer } from "./api.js";
import { eventsOf, reach } from "./server.js";

/** @import {Job} from "./types.js" */

/** @param {string} id @returns {Promise<Job>} */
export const getJob = (id) => getAnswer(`/api/jobs/${encodeURIComponent(id)}`);

/** @param {string} id */
export async function cancelJob(id) {
  await reach(`/api/jobs/${encodeURIComponent(id)}`, { method: "DELETE", keepalive: true });
}

/**
 * Follows a job until it ends. The stream carries progress; should it break, the job is asked for once a second.
 * @param {string} id @param {(job: Job) => void} listener @returns {() => void}  stops listening
 */
export function followJob(id, listener) {
  const stream = eventsOf(id);
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let timer;
  const stop = () => {
    stream.close();
    clearInterval(timer);
  };
  const take = (/** @type {Job} */ job) => {
    if (isOver(job)) stop();
    listener(job);
  };
  stream.onmessage = (event) => take(JSON.parse(event.data));
  stream.onerror = () => {
    stream.close();
    timer ??= setInterval(() => getJob(id).then(take, (error) => error.status === 404 && take(forgotten(id))), 1000);
  };
  return stop;
}

/**
 * What is left of a job that the server no longer knows, because it was started again.
 * @param {string} id @returns {Job}
 */
function forgotten(id) {
  return {
    id,
    state: "failed",
    done: 0,
    total: 0,
    eta_ms: null,
    result: null,
    error: "The server was started again and has lost this work.",
  };
}

/** @param {Job} job */
export const isOver = ({ state }) => ["done", "failed", "cancelled"].includes(state);
