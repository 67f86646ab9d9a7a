"""Trustworthiness and continuity of tsne_p17_embedding.npy (scikit-learn 1.9.1, numpy 2.4.6). Run beside the .npy files."""
import json

import numpy as np
from sklearn.manifold import trustworthiness
from sklearn.metrics import pairwise_distances
from sklearn.neighbors import NearestNeighbors

F = np.load("features.npy").astype(np.float64)
Y = np.load("tsne_p17_embedding.npy").astype(np.float64)


def neighbors(distances, k):
    return NearestNeighbors(n_neighbors=k, metric="precomputed").fit(distances).kneighbors(return_distance=False)


rows = []
for metric in ("euclidean", "cosine", "manhattan"):
    D = pairwise_distances(F, metric=metric)
    np.fill_diagonal(D, 0)
    for k in (5, 12, 96):
        # With the roles exchanged, trustworthiness() would take Euclidean neighbours of the features whatever the metric.
        here, there = neighbors(D, k), neighbors(pairwise_distances(Y), k)
        ranks = np.argsort(np.argsort(pairwise_distances(Y) + np.diag(np.full(len(Y), np.inf)), axis=1), axis=1) + 1
        beyond = sum(int(max(0, ranks[i, j] - k)) for i in range(len(Y)) for j in here[i])
        n = len(Y)
        continuity = 1 - beyond * 2 / (n * k * (2 * n - 3 * k - 1))
        if metric == "euclidean":
            assert abs(continuity - trustworthiness(Y, F, n_neighbors=k)) < 1e-12
        rows.append(dict(metric=metric, n_neighbors=k, trustworthiness=float(trustworthiness(F, Y, n_neighbors=k, metric=metric)),
                         continuity=float(continuity),
                         knn_overlap=float(np.mean([len(set(a) & set(b)) / k for a, b in zip(here, there)]))))
json.dump(rows, open("fidelity.json", "w"), indent=1)
