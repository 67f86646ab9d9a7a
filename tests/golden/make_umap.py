"""The digits of scikit-learn 1.9.1 (UCI, Alpaydin and Kaynak 1998) and what umap-learn 0.5.12 makes of them (numpy 2.4.6). Run beside features.npy."""
import json
import warnings

import numpy as np
from sklearn.datasets import load_digits
from sklearn.manifold import trustworthiness
from sklearn.metrics import pairwise_distances
from umap import UMAP
from umap.umap_ import fuzzy_simplicial_set

warnings.filterwarnings("ignore", message="n_jobs value")
digits = load_digits().data.astype(np.uint8)
np.save("digits.npy", digits)
maps = [UMAP(random_state=seed).fit_transform(digits.astype(np.float32)) for seed in range(10)]
seeds = [float(trustworthiness(digits, map, n_neighbors=15)) for map in maps]

graphs = []
F = np.load("features.npy")
for metric in ("euclidean", "cosine", "manhattan"):
    for k in (5, 15, 60):
        # Not the graph_ of a fit, of which the weakest edges are set to zero.
        distances = pairwise_distances(F.astype(np.float64), metric=metric)
        graph = fuzzy_simplicial_set(distances, k, np.random.RandomState(0), "precomputed")[0]
        graphs.append(dict(metric=metric, n_neighbors=k, n_edges=int(graph.nnz), degrees=np.asarray(graph.sum(axis=1)).ravel().astype(float).tolist()))

json.dump(dict(n_neighbors=15, trustworthiness=seeds, median=float(np.median(seeds)), graphs=graphs), open("umap.json", "w"), indent=1)
