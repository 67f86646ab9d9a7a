/** The page's state in one place. Whoever changes it calls `set`; whoever shows it says which keys it reads. */

/** @import {AppStore, Params, Store, Unmet} from "./types.js" */

/** @template {object} S @param {S} initial @returns {Store<S>} */
export function createStore(initial) {
  let state = initial;
  /** @type {{keys: readonly (keyof S)[], listener: (state: Readonly<S>) => void}[]} */
  const listeners = [];
  return {
    get: () => state,
    set(patch) {
      const keys = /** @type {(keyof S)[]} */ (Object.keys(patch));
      const changed = keys.filter((key) => !Object.is(state[key], patch[key]));
      if (changed.length === 0) return;
      state = { ...state, ...patch };
      for (const { keys: wanted, listener } of listeners) {
        if (wanted.some((key) => changed.includes(key))) listener(state);
      }
    },
    on(keys, listener) {
      listeners.push({ keys, listener });
    },
    join(bind) {
      const before = listeners.length;
      bind();
      for (const { keys, listener } of listeners.slice(before)) {
        if (keys.some((key) => !Object.is(state[key], initial[key]))) listener(state);
      }
    },
  };
}

/** @param {AppStore} store @param {Partial<Params>} patch */
export const changeParams = (store, patch) => store.set({ params: { ...store.get().params, ...patch } });

/** Both of what a link asks for and is not there. @param {Unmet | null} one @param {Unmet | null} other @returns {Unmet | null} */
export const joined = (one, other) =>
  one && other ? { says: [...one.says, ...other.says], without: { ...one.without, ...other.without } } : (one ?? other);

/** A setting of the search, which makes 2-D t-SNE maps alone. @param {AppStore} store @param {{perplexity: number, eps: number, min_samples: number}} setting */
export const applySetting = (store, { perplexity, eps, min_samples }) =>
  changeParams(store, { method: "tsne", n_components: 2, clustering: "dbscan", perplexity, eps, min_samples });
