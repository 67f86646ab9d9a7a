/**
 * Parts of the page that are fetched when they are wanted. One that cannot be had is a sign that the server has gone,
 * or
 * is another one with other parts: the page starts again as soon as it answers.
 */

import { serverLost } from "./api.js";

let missing = false;

/** Whether some part could not be had. */
export const lacksParts = () => missing;

/**
 * What `import()` gives; where that fails, whoever waits is not answered any more.
 * @template T @param {Promise<T>} imported @returns {Promise<T>}
 */
export const part = (imported) =>
  imported.catch((error) => {
    console.error(error);
    missing = true;
    serverLost();
    return new Promise(() => {});
  });
