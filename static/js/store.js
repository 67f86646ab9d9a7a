/**
 * The page's state in one place: what is stored, and what is computed from it.
 *
 * Who acts (a hand, an answer of the server) calls `set`; whoever shows something says which keys it watches. A change
 * is complete before anybody hears of it: first come the rules, which keep stored values valid, each once and in the
 * order in which they were made; then the listeners, once each. While they listen nothing may be set: what follows from
 * the state is computed when it is read, and never stored. A spread of the state copies stored values alone. Pure.
 */

/** @import {AppStore, Params, Store, Unmet} from "./types.js" */

/**
 * @typedef {{deps: readonly string[], of: (deps: any) => unknown,
 *   last: {inputs: readonly unknown[], value: unknown} | null}} Derived
 */

/**
 * @template {object} Stored @template {object} [Computed={}]
 * @param {Stored & Computed} initial  what is computed has a stand-in until it is @returns {Store<Stored, Computed>}
 */
export function createStore(initial) {
  const values = valuesOf();
  let state = values.begin(initial);
  /** The state that the listeners know. */
  let told = state;
  let depth = 0;
  let telling = false;
  /** @type {{keys: readonly string[], patch: (state: any) => object}[]} */
  const rules = [];
  /** @type {{keys: readonly string[], listener: (state: any) => void}[]} */
  const listeners = [];
  /** Set soon. @type {object[]} */
  const waiting = [];

  const differs = (/** @type {readonly string[]} */ keys) => keys.some((key) => !Object.is(told[key], state[key]));

  /** Told when the outermost ends, however it ends. @param {() => void} change */
  function batch(change) {
    if (telling) throw new Error("Nothing is set while a change is being told: compute it, or make it a rule.");
    depth += 1;
    try {
      change();
    } finally {
      depth -= 1;
      if (depth === 0 && state !== told) tell();
    }
  }

  /** @param {Record<string, any>} patch */
  function assign(patch) {
    const computed = Object.keys(patch).find(values.isComputed);
    if (computed) throw new Error(`${computed} is computed: set what it follows from.`);
    if (Object.keys(patch).some((key) => !Object.is(state[key], patch[key]))) state = values.next(state, patch);
  }

  function tell() {
    for (const { keys, patch } of rules) if (differs(keys)) assign(patch(state));
    const heard = listeners.filter(({ keys }) => differs(keys));
    told = state;
    listen(heard);
  }

  /** @param {readonly (typeof listeners)[number][]} heard */
  function listen(heard) {
    telling = true;
    try {
      for (const { listener } of heard) listener(state);
    } finally {
      telling = false;
    }
    for (let patch = waiting.shift(); patch; patch = waiting.shift()) set(patch);
  }

  const set = (/** @type {object} */ patch) => batch(() => assign(patch));

  return /** @type {any} */ ({
    get: () => state,
    set,
    batch,
    soon: (/** @type {object} */ patch) => void (telling ? waiting.push(patch) : set(patch)),
    computed: (/** @type {string} */ name, /** @type {string[]} */ deps, /** @type {(deps: any) => unknown} */ of) =>
      batch(() => {
        state = values.compute(state, name, deps, of);
      }),
    rule(/** @type {string[]} */ keys, /** @type {(state: any) => object} */ patch) {
      rules.push({ keys, patch });
      set(patch(state));
    },
    watch: (/** @type {string[]} */ keys, /** @type {(state: any) => void} */ listener) =>
      listeners.push({ keys, listener }),
    join(/** @type {() => void} */ bind) {
      const before = listeners.length;
      bind();
      const late = listeners.slice(before);
      const start = /** @type {any} */ (initial);
      listen(late.filter(({ keys }) => keys.some((key) => !Object.is(state[key], start[key]))));
    },
  });
}

/** States that are never changed, with what is computed of each when it is first asked for. */
function valuesOf() {
  /** @type {Map<string, Derived>} */
  const derived = new Map();
  const shape = {};
  /**
   * What is known of each state, which keeps its answers: two of one state are the same.
   * @type {WeakMap<object, Map<string, unknown>>}
   */
  const known = new WeakMap();

  /** @param {any} state @param {string} name */
  function valueIn(state, name) {
    const of = known.get(state) ?? new Map();
    known.set(state, of);
    if (!of.has(name)) of.set(name, evaluate(/** @type {Derived} */ (derived.get(name)), state));
    return of.get(name);
  }

  /** Anew only where something that it reads is another. @param {Derived} one @param {any} state */
  function evaluate(one, state) {
    const inputs = one.deps.map((key) => state[key]);
    const { last } = one;
    if (last && inputs.every((input, i) => Object.is(input, last.inputs[i]))) return last.value;
    const value = one.of(Object.fromEntries(one.deps.map((key, i) => [key, inputs[i]])));
    one.last = { inputs, value };
    return value;
  }

  /** @param {object} stored @returns {any} */
  const begin = (stored) => Object.assign(Object.create(shape), stored);
  return {
    begin,
    isComputed: (/** @type {string} */ key) => derived.has(key),
    next: (/** @type {object} */ state, /** @type {object} */ patch) => begin({ ...state, ...patch }),
    /**
     * @param {object} before @param {string} name @param {readonly string[]} deps @param {Derived["of"]} of
     * @returns {any}
     */
    compute(before, name, deps, of) {
      if (derived.has(name)) throw new Error(`${name} is computed already.`);
      derived.set(name, { deps, of, last: null });
      Object.defineProperty(shape, name, {
        get() {
          return valueIn(this, name);
        },
      });
      const { [name]: _standIn, ...stored } = /** @type {Record<string, unknown>} */ (before);
      return begin(stored);
    },
  };
}

/** @param {AppStore} store @param {Partial<Params>} patch */
export const changeParams = (store, patch) => store.set({ params: { ...store.get().params, ...patch } });

/**
 * Both of what a link asks for and is not there.
 * @param {Unmet | null} one @param {Unmet | null} other @returns {Unmet | null}
 */
export const joined = (one, other) =>
  one && other ? { says: [...one.says, ...other.says], without: { ...one.without, ...other.without } } : (one ?? other);
