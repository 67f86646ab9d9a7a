import assert from "node:assert/strict";
import { test } from "node:test";

import { queryFromState } from "../../static/js/link.js";
import { HOME } from "../../static/js/map/camera.js";
import { UNTURNED } from "../../static/js/map/procrustes.js";
import {
  bodyOf,
  clusterQuery,
  defaultParams,
  drawnKey,
  planeQuery,
  projectionQuery,
  readLink,
  stateFromQuery,
} from "../../static/js/url.js";
import { useCatalogue } from "../../static/js/settings.js";
import { SETTINGS } from "./catalogue.mjs";

test("an empty query is the default view", () => {
  const state = stateFromQuery("", SETTINGS);
  assert.deepEqual(state.params, defaultParams(SETTINGS));
  assert.deepEqual(
    [state.params.method, state.params.perplexity, state.params.eps, state.params.min_samples],
    ["tsne", 17, 0.4, 14],
  );
  assert.equal(stateFromQuery("", SETTINGS, "age").breakdown, "age", "named on the command line");
  assert.equal(stateFromQuery("breakdown=sex", SETTINGS, "age").breakdown, "sex");
  assert.deepEqual(
    [state.colour, state.breakdown, state.camera, state.theme, state.image],
    ["cluster", "country", HOME, null, null],
  );
});

test("every part of the state goes round", () => {
  const state = {
    beside: { ...defaultParams(SETTINGS), eps: 0.7, where: ["sex=F"] },
    params: {
      ...defaultParams(SETTINGS),
      method: "pca",
      n_components: 3,
      perplexity: 31.5,
      max_iter: 750,
      random_state: 7,
      learning_rate: 123.4,
      early_exaggeration: 4,
      init: "random",
      metric: "cosine",
      eps: 0.30000000000000004,
      min_samples: 6,
      where: ["view!=L", "age>=40"],
      own: ["a1"],
    },
    dim: ["sex!=", "*~a & b"],
    colour: "a column & its = sign",
    breakdown: "sex",
    noise: "in",
    within: "view",
    marks: "images",
    contours: "on",
    scale: "count",
    camera: { x: -1.25, y: 0.5, zoom: 3.75, yaw: 1.5, pitch: -0.25 },
    turn: [0.6, -0.8, 0, 0, 0, 1, 0.8, 0.6, 0],
    theme: "light",
    image: "abc123",
    backend: "embedded rten 0.27",
    made: "0.1.0~d7d56e02607cd22d~0123456789abcdef",
  };
  assert.deepEqual(stateFromQuery(queryFromState(state), SETTINGS), state);
});

test("the exact eps of a search survives, all sixteen digits", () => {
  const state = stateFromQuery("eps=0.30000000000000004", SETTINGS);
  assert.equal(state.params.eps, 0.1 + 0.2);
  assert.match(queryFromState(state), /eps=0\.30000000000000004/);
});

test("what is unknown or out of range is told, one by one", () => {
  const query =
    "method=tsme&n_components=4&perplexity=-3&max_iter=10.5&random_state=x&eps=NaN&min_samples=2.5&init=&metric=nope&learning_rate=0&early_exaggeration=Infinity&camera=1,2&theme=pink&marks=crosses&nonsense=1";
  const { state, faults } = readLink(query, SETTINGS);
  assert.deepEqual(state.params, defaultParams(SETTINGS));
  assert.deepEqual([state.camera, state.theme, state.marks], [HOME, null, "both"]);
  for (const key of new URLSearchParams(query).keys())
    assert.equal(
      faults.filter((fault) => fault.startsWith(`${key} is`) || fault.startsWith(`“${key}”`)).length,
      1,
      key,
    );
  assert.ok(faults.includes("perplexity is “-3”: it must be a number from 1 to 1000000."), String(faults));
  assert.deepEqual(readLink("eps=0.4&eps=0.5", SETTINGS).faults, ["eps is given twice."]);
  assert.deepEqual(readLink("beside=eps%3Dbanana", SETTINGS).faults.length, 1);
  assert.deepEqual(
    readLink(queryFromState(stateFromQuery("", SETTINGS)), SETTINGS).faults,
    [],
    "what the page writes is sound",
  );
  assert.deepEqual(readLink("learning_rate=auto&code=x&colour=&breakdown=&within=&image=", SETTINGS).faults, []);
  for (const camera of ["a,b,c,d,e", "1,1,0,0,0", "1,1,1e9,0,0", "Infinity,0,1,0,0", ",,,,"]) {
    assert.deepEqual(stateFromQuery(`camera=${camera}`, SETTINGS).camera, HOME, camera);
  }
});

test("a turn that would stretch the map, or tilt a flat one, is ignored", () => {
  const turnOf = (/** @type {string} */ query) => stateFromQuery(query, SETTINGS).turn;
  assert.deepEqual(turnOf("turn=0.6,-0.8,0,0.8,0.6,0,0,0,1"), [0.6, -0.8, 0, 0.8, 0.6, 0, 0, 0, 1]);
  assert.deepEqual(turnOf("n_components=3&turn=0,0,1,0,1,0,1,0,0"), [0, 0, 1, 0, 1, 0, 1, 0, 0]);
  for (const turn of [
    "0,0,1,0,1,0,1,0,0",
    "2,0,0,0,2,0,0,0,2",
    "1,0,0,0,1,0",
    "1,1,0,0,1,0,0,0,1",
    "a,0,0,0,1,0,0,0,1",
    "NaN",
    "",
    "1,0,0,0,1,0,0,0,1,0",
  ]) {
    assert.equal(turnOf(`turn=${turn}`), UNTURNED, turn);
  }
});

test("theme, image, marks, contours, scale, camera and turn are in the link only when they say something", () => {
  const query = queryFromState(stateFromQuery("", SETTINGS));
  assert.doesNotMatch(query, /theme|image|marks|contours|scale|camera|turn/);
  assert.match(query, /method=tsne.*perplexity=17.*clustering=dbscan.*eps=0.4.*min_samples=14/);
});

test("PCA is asked for without t-SNE's parameters, and no projection knows eps", () => {
  const params = defaultParams(SETTINGS);
  assert.equal(projectionQuery({ ...params, method: "pca" }).toString(), "method=pca&n_components=2");
  const tsne = projectionQuery(params);
  assert.equal(tsne.get("perplexity"), "17");
  for (const key of ["eps", "min_samples", "clustering", "n_neighbors"]) assert.equal(tsne.get(key), null, key);
  assert.equal(projectionQuery({ ...params, learning_rate: 200 }).get("learning_rate"), "200");
});

test("a plane hangs on its map and on the choices of its method, not on where in it the setting stands", () => {
  const params = { ...defaultParams(SETTINGS), clustering: "hdbscan" };
  const asked = planeQuery(params).toString();
  assert.equal(planeQuery({ ...params, min_samples: 3, min_cluster_size: 9, eps: 1 }).toString(), asked);
  assert.notEqual(planeQuery({ ...params, cluster_selection_method: "leaf" }).toString(), asked);
  assert.notEqual(planeQuery({ ...params, clustering: "dbscan" }).toString(), asked);
  // A number that no plane goes along makes another plane, too.
  useCatalogue({ ...SETTINGS, alpha: { ...SETTINGS.min_cluster_size, axis: false } });
  assert.notEqual(planeQuery({ ...params, alpha: 1 }).toString(), planeQuery({ ...params, alpha: 2 }).toString());
  useCatalogue(SETTINGS);
  assert.equal(planeQuery(defaultParams(SETTINGS)).get("cluster_selection_method"), null);
});

test("a job is asked with the numbers of the query as numbers", () => {
  assert.deepEqual(bodyOf(clusterQuery({ ...defaultParams(SETTINGS), learning_rate: 200 }, "42")), {
    method: "tsne",
    n_components: 2,
    perplexity: 17,
    max_iter: 1000,
    random_state: 42,
    learning_rate: 200,
    early_exaggeration: 12,
    init: "pca",
    metric: "euclidean",
    clustering: "dbscan",
    eps: 0.4,
    min_samples: 14,
    breakdown: "42",
  });
});

test("the drawn key tells every setting apart", () => {
  const params = defaultParams(SETTINGS);
  const keys = [
    drawnKey(params, "cluster"),
    drawnKey({ ...params, eps: 0.41 }, "cluster"),
    drawnKey(params, "country"),
    drawnKey({ ...params, n_components: 3 }, "cluster"),
  ];
  assert.equal(new Set(keys).size, keys.length);
});
