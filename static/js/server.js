/** The only file that reaches the server; a copy without one has copy/server.js in its place. */

/** @param {string} path @param {RequestInit} init @returns {Promise<Response>} */
export const reach = (path, init) => fetch(path, init);

/** What it tells of a job. @param {string} id */
export const eventsOf = (id) => new EventSource(`/api/jobs/${encodeURIComponent(id)}/events`);

/** @param {string} id @param {number} size  longest side in pixels */
export const thumbnailUrl = (id, size) => `/api/thumbnails/${encodeURIComponent(id)}?size=${size}`;

/** 256 images in the order of the records, 16 squares of 64 pixels to a row. @param {number} page */
export const atlasUrl = (page) => `/api/atlas/${page}`;

/** @param {string} id */
export const imageUrl = (id) => `/api/images/${encodeURIComponent(id)}`;

/** What a picture can be read from, where its pixels are asked for. @param {string} url @returns {Promise<string>} */
export const readable = async (url) => url;
