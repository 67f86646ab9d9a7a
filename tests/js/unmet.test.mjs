/** What a link asks for and a cohort does not have is said, each in a sentence. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { queryFromState } from "../../static/js/link.js";
import { useCatalogue } from "../../static/js/settings.js";
import { unmetBy } from "../../static/js/unmet.js";
import { readLink } from "../../static/js/url.js";
import { SETTINGS } from "./catalogue.mjs";

useCatalogue(SETTINGS);

const cohort = /** @type {any} */ ({
  n_images: 20,
  has_images: false,
  where: [],
  missing_words: [],
  columns: [{ name: "country", kind: "category", n_unique: 3, n_missing: 0, derived: true }],
  records: [{ id: "a" }],
});

/** @param {string} query */
const saidOf = (query) => unmetBy(cohort, readLink(query, SETTINGS).state, query)?.says ?? [];

test("columns, measures, pictures and images that are not there", () => {
  assert.deepEqual(saidOf("colour=cluster&breakdown=country"), []);
  for (const [query, said] of [
    ["colour=age", /^colour is “age”/],
    ["breakdown=age", /^breakdown is “age”/],
    ["within=age", /^within is “age”/],
    ["image=b", /^image is “b”/],
    ["dim=age%3D4", /age/],
    ["colour=image%3A+stability", /^colour is “image: stability”: that is there once/],
    ["marks=images", /^marks is “images”: this cohort has no pictures/],
  ]) {
    assert.equal(saidOf(/** @type {string} */ (query)).length, 1, String(query));
    assert.match(saidOf(/** @type {string} */ (query))[0], /** @type {RegExp} */ (said));
  }
});

test("a map that so few images cannot make", () => {
  assert.match(saidOf("method=tsne&perplexity=20")[0], /^perplexity is 20: it must be below 20/);
  assert.match(saidOf("method=umap&n_neighbors=21")[0], /^n_neighbors is 21: it must be at most 20/);
  assert.deepEqual(saidOf("method=pca&perplexity=20&n_neighbors=21"), []);
  assert.deepEqual(saidOf("beside=perplexity%3D30"), [], "A says so in its own place");
});

test("A says no more than a setting", () => {
  assert.deepEqual(readLink("beside=eps%3D0.5%26own%3Dx%26where%3Da%3D1", SETTINGS).faults, []);
  assert.deepEqual(readLink("beside=colour%3Dage", SETTINGS).faults, ["“colour” is nothing that a link can ask for."]);
});

test("a link names the backend that is here, not the one of the link before it", () => {
  const { state } = readLink("backend=native+1", SETTINGS);
  assert.equal(state.backend, "native 1");
  assert.match(queryFromState(state), /backend=native\+1/);
  assert.match(queryFromState(state, { made: null, backend: "embedded 2" }), /backend=embedded\+2/);
  assert.doesNotMatch(queryFromState(readLink("", SETTINGS).state), /backend/);
});
