/** The catalogue of settings as the server writes it, for tests of what is read from it. */

import { useCatalogue } from "../../static/js/settings.js";

const all = { part: /** @type {const} */ ("map"), methods: [], label: "" };
const tsne = { ...all, methods: ["tsne"] };
const clusters = { ...all, part: /** @type {const} */ ("clusters") };
const words = (/** @type {string[]} */ ...keys) => ({
  choices: keys.map((key) => ({ key, label: key })),
  default: keys[0],
});
const whole = { whole: true };

export const SETTINGS = useCatalogue({
  method: {
    ...all,
    default: "tsne",
    choices: [
      { key: "tsne", label: "t-SNE" },
      { key: "pca", label: "PCA" },
      { key: "umap", label: "UMAP" },
    ],
  },
  n_components: { ...all, ...whole, min: 2, max: 3, default: 2 },
  perplexity: { ...tsne, label: "Perplexity", min: 1, max: 1e6, default: 17 },
  max_iter: { ...tsne, label: "Iterations", ...whole, min: 250, max: 100_000, default: 1000 },
  random_state: { ...all, label: "Seed", ...whole, methods: ["tsne", "umap"], min: 0, max: 4_294_967_295, default: 42 },
  init: { ...tsne, label: "Start", ...words("pca", "random") },
  metric: { ...all, label: "Distance", methods: ["tsne", "umap"], ...words("euclidean", "cosine", "manhattan") },
  learning_rate: { ...tsne, label: "Learning rate", min: 1e-3, max: 1e6, word: "auto", default: "auto" },
  early_exaggeration: { ...tsne, label: "Early exaggeration", min: 1, max: 1000, default: 12 },
  n_neighbors: { ...all, label: "Neighbours", ...whole, methods: ["umap"], min: 2, max: 1e6, default: 15 },
  clustering: {
    ...clusters,
    default: "dbscan",
    choices: [
      { key: "dbscan", label: "DBSCAN" },
      { key: "hdbscan", label: "HDBSCAN" },
    ],
  },
  eps: { ...clusters, axis: true, label: "eps", methods: ["dbscan"], min: 1e-6, max: 1000, default: 0.4 },
  min_samples: {
    ...clusters,
    axis: true,
    label: "min_samples",
    ...whole,
    methods: ["dbscan", "hdbscan"],
    min: 1,
    max: 1e6,
    default: 14,
  },
  min_cluster_size: {
    ...clusters,
    axis: true,
    label: "min_cluster_size",
    ...whole,
    methods: ["hdbscan"],
    min: 2,
    max: 1e6,
    default: 5,
  },
  cluster_selection_method: { ...clusters, label: "Selection", methods: ["hdbscan"], ...words("eom", "leaf") },
});
