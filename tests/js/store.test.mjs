/** The store: what is stored, what follows from it, and who hears of a change when. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { createStore } from "../../static/js/store.js";

/** @param {Record<string, any>} initial @returns {any} */
const storeOf = (initial) => createStore(initial);

test("those hear of a change who watch one of its keys, once, and nobody else", () => {
  const store = storeOf({ a: 1, b: 1 });
  /** @type {string[]} */
  const heard = [];
  store.watch(["a"], (/** @type {any} */ { a }) => heard.push(`a${a}`));
  store.watch(["a", "b"], (/** @type {any} */ { a, b }) => heard.push(`ab${a}${b}`));
  store.set({ b: 2 });
  store.set({ a: 1 });
  store.set({ a: 3, b: 3 });
  assert.deepEqual(heard, ["ab12", "a3", "ab33"]);
  assert.deepEqual({ ...store.get() }, { a: 3, b: 3 });
});

test("a batch is one change, seen from inside as it goes, and none where all is as it was", () => {
  const store = storeOf({ a: 1, b: 1 });
  /** @type {string[]} */
  const heard = [];
  store.watch(["a", "b"], (/** @type {any} */ { a, b }) => heard.push(`${a}${b}`));
  store.batch(() => {
    store.set({ a: 2 });
    assert.equal(store.get().a, 2);
    store.batch(() => store.set({ b: store.get().a + 1 }));
    assert.deepEqual(heard, []);
  });
  store.batch(() => {
    store.set({ a: 5 });
    store.set({ a: 2 });
  });
  assert.deepEqual(heard, ["23"]);
});

test("a change that breaks off in a batch is told as far as it came", () => {
  const store = storeOf({ a: 1 });
  /** @type {number[]} */
  const heard = [];
  store.watch(["a"], (/** @type {any} */ { a }) => heard.push(a));
  assert.throws(() =>
    store.batch(() => {
      store.set({ a: 2 });
      throw new Error("broken off");
    }),
  );
  store.set({ a: 3 });
  assert.deepEqual(heard, [2, 3]);
});

test("what is computed is asked for when it is wanted, and again only where something that it reads is another", () => {
  const store = storeOf({ a: 1, b: 1, sum: 0 });
  let asked = 0;
  store.computed("sum", ["a", "b"], (/** @type {any} */ deps) => {
    asked += 1;
    assert.deepEqual(Object.keys(deps), ["a", "b"], "it sees nothing else");
    return deps.a + deps.b;
  });
  store.set({ a: 2 });
  assert.equal(asked, 0);
  assert.deepEqual([store.get().sum, store.get().sum, asked], [3, 3, 1]);
  const before = store.get();
  store.set({ a: 3 });
  assert.deepEqual([store.get().sum, before.sum, store.get().sum, asked], [4, 3, 4, 2], "a state keeps its own");
});

test("no listener sees half of a change: what follows from two values that change together is told once", () => {
  const store = storeOf({ a: 1, b: 1, sum: 0, twice: 0 });
  store.computed("sum", ["a", "b"], (/** @type {any} */ { a, b }) => a + b);
  store.computed("twice", ["sum"], (/** @type {any} */ { sum }) => 2 * sum);
  /** @type {string[]} */
  const heard = [];
  store.watch(["a", "twice"], (/** @type {any} */ { a, b, twice }) => heard.push(`${a}+${b}: ${twice}`));
  store.set({ a: 2, b: 2 });
  store.set({ b: 3 });
  store.watch(["sum"], () => heard.push("sum"));
  store.set({ a: 3, b: 2 });
  assert.deepEqual(heard, ["2+2: 8", "2+3: 10", "3+2: 10"], "the sum is the same in the end");
});

test("what is computed has the identity of its inputs: the same object while they are the same", () => {
  const store = storeOf({ a: 1, other: 1, box: null });
  store.computed("box", ["a"], (/** @type {any} */ { a }) => ({ a }));
  const { box } = store.get();
  store.set({ other: 2 });
  assert.equal(store.get().box, box);
});

test("what is computed cannot be set, nor computed twice; a stand-in that was another is a change", () => {
  const store = storeOf({ a: 1, double: 0 });
  /** @type {number[]} */
  const heard = [];
  store.watch(["double"], (/** @type {any} */ { double }) => heard.push(double));
  store.computed("double", ["a"], (/** @type {any} */ { a }) => 2 * a);
  assert.deepEqual(heard, [2]);
  assert.throws(() => store.set({ double: 3 }), /double is computed/);
  assert.throws(() => store.computed("double", ["a"], () => 0), /computed already/);
});

test("nothing is set while a change is being told, neither at once nor in a batch", () => {
  const store = storeOf({ a: 1, b: 1 });
  store.watch(["a"], () => store.set({ b: 2 }));
  assert.throws(() => store.set({ a: 2 }), /while a change is being told/);
  assert.equal(store.get().b, 1);
  store.set({ b: 3 });
  assert.equal(store.get().b, 3, "afterwards it can be set again");
});

test("what the browser says meanwhile is set soon: once everybody has heard, as changes of their own", () => {
  const store = storeOf({ a: 1, b: 1 });
  /** @type {string[]} */
  const heard = [];
  store.watch(["a"], (/** @type {any} */ { a }) => {
    store.soon({ b: 10 * a });
    store.soon({ b: 20 * a });
    heard.push(`first a${a}`);
  });
  store.watch(["a", "b"], (/** @type {any} */ { a, b }) => heard.push(`then a${a} b${b}`));
  store.set({ a: 2 });
  assert.deepEqual(heard, ["first a2", "then a2 b1", "then a2 b20", "then a2 b40"]);
  store.soon({ b: 5 });
  assert.equal(store.get().b, 5, "at once where nobody is being told");
});

test("a rule is part of the change that calls for it, and holds from when it is made", () => {
  const store = storeOf({ columns: ["x"], chosen: "z", half: 0 });
  store.rule(["columns"], (/** @type {any} */ { columns, chosen }) =>
    columns.includes(chosen) ? {} : { chosen: columns[0] },
  );
  assert.equal(store.get().chosen, "x");
  /** @type {string[]} */
  const heard = [];
  store.watch(["columns", "chosen"], (/** @type {any} */ { columns, chosen }) => heard.push(`${columns}: ${chosen}`));
  store.set({ columns: ["y", "x"] });
  store.set({ columns: ["y"] });
  assert.deepEqual(heard, ["y,x: x", "y: y"], "nobody hears of a column that is not there");
});

test("a rule follows from what is computed, and sees what the rules before it did", () => {
  const store = storeOf({ a: 1, parity: 1, pointed: null, seen: null });
  store.computed("parity", ["a"], (/** @type {any} */ { a }) => a % 2);
  store.rule(["parity"], () => ({ pointed: null }));
  store.rule(["a"], (/** @type {any} */ { pointed }) => ({ seen: pointed }));
  store.set({ pointed: "p" });
  store.set({ a: 3 });
  assert.deepEqual([store.get().pointed, store.get().seen], ["p", "p"]);
  store.set({ a: 4 });
  assert.deepEqual([store.get().pointed, store.get().seen], [null, null]);
});

test("who joins late hears once of what has changed, and then of every change", () => {
  const store = storeOf({ a: 1, b: 1, c: 1, double: 2 });
  store.set({ a: 2, b: 2 });
  /** @type {string[]} */
  const heard = [];
  store.join(() => {
    store.computed("double", ["a"], (/** @type {any} */ { a }) => 2 * a);
    store.watch(["a", "b"], (/** @type {any} */ { a, b }) => heard.push(`ab${a}${b}`));
    store.watch(["c"], (/** @type {any} */ { c }) => heard.push(`c${c}`));
    store.watch(["double"], (/** @type {any} */ { double }) => heard.push(`double${double}`));
  });
  assert.deepEqual(heard, ["ab22", "double4"]);
  store.set({ c: 3 });
  assert.deepEqual(heard, ["ab22", "double4", "c3"]);
});
