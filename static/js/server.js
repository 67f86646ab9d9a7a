/** The only file that reaches the server; a copy without one has copy/server.js in its place. */

/** The number of the study that is shown, where another one may take its place: what is asked is about this one. */
const study = globalThis.document?.documentElement.dataset.study;

/** As it is preloaded: with another header it would be fetched a second time. */
const PRELOADED = "/api/cohort";

/** @param {string} path @param {RequestInit} init @returns {Promise<Response>} */
export const reach = (path, init) =>
  fetch(path, study && path !== PRELOADED ? { ...init, headers: { ...init.headers, "x-study": study } } : init);

/** A picture's address, which no other study answers. @param {string} path @param {string} [query] */
const ofStudy = (path, query = "") => {
  const words = [query, study && `study=${study}`].filter(Boolean).join("&");
  return words ? `${path}?${words}` : path;
};

/** What it tells of a job. @param {string} id */
export const eventsOf = (id) => new EventSource(`/api/jobs/${encodeURIComponent(id)}/events`);

/** @param {string} id @param {number} size  longest side in pixels */
export const thumbnailUrl = (id, size) => ofStudy(`/api/thumbnails/${encodeURIComponent(id)}`, `size=${size}`);

/** 256 images in the order of the records, 16 squares of 64 pixels to a row. @param {number} page */
export const atlasUrl = (page) => ofStudy(`/api/atlas/${page}`);

/** @param {string} id @param {string} [part]  what of it, where it is not the picture as it is */
export const imageUrl = (id, part = "") => ofStudy(`/api/images/${encodeURIComponent(id)}${part}`);

/** What a picture can be read from, where its pixels are asked for. @param {string} url @returns {Promise<string>} */
export const readable = async (url) => url;
