"""How hdbscan.json, hdbscan_points.npy, hdbscan_digits.npy and hdbscan_probabilities.npy were made (scikit-learn
1.9.1, numpy 2.4.6). Run in this folder.

HDBSCAN sorts the edges of its tree by np.argsort, which leaves the order of equal ones to the processor (AVX2,
AVX-512 and neither give three orders). Here the sort is the stable one; `determined` says whether 20 other
orders of the equal edges, drawn at random, and the order of the processor at hand all give the same labels.
"""
import json

import numpy as np
from sklearn.cluster import HDBSCAN
from sklearn.cluster._hdbscan import hdbscan as inner
from sklearn.datasets import load_digits, load_iris, make_blobs, make_moons
from sklearn.preprocessing import StandardScaler
from sklearn.utils import shuffle


class Numpy:
    """numpy with another argsort."""

    def __init__(self, argsort):
        self.argsort = argsort

    def __getattr__(self, name):
        return getattr(np, name)


def fit(points, argsort, **settings):
    inner.np = Numpy(argsort)
    try:
        found = HDBSCAN(copy=True, **settings).fit(points)
    finally:
        inner.np = np
    return found.labels_, found.probabilities_


def stable(lengths):
    return np.argsort(lengths, kind="stable")


def at_random(seed):
    rng = np.random.default_rng(seed)
    return lambda lengths: np.lexsort((rng.random(len(lengths)), lengths))


def sets():
    rng = np.random.default_rng(0)
    # Those of scikit-learn's own tests, sklearn/cluster/tests/test_hdbscan.py.
    x, y = make_blobs(n_samples=200, random_state=10)
    x = StandardScaler().fit_transform(shuffle(x, y, random_state=7)[0])
    yield "blobs", x
    yield "two blobs", make_blobs(500, random_state=0, centers=[(0.0, 0.0), (3.0, 3.0)], cluster_std=0.5)[0]
    yield "single linkage", make_blobs(200, centers=[[0, 0], [3, 3], [3, -3]], cluster_std=0.4, random_state=0)[0]
    centers = [[-0.85, -0.85], [-0.85, 0.85], [3, 3], [3, -3]]
    yield "four densities", make_blobs(750, random_state=0, centers=centers, cluster_std=[0.2, 0.35, 1.35, 1.35])[0]
    yield "uniform", np.random.RandomState(0).random((200, 2))
    outliers = x.copy()
    outliers[:10] = rng.uniform(-6, 6, size=(10, 2))
    yield "blobs with outliers", outliers
    yield "moons", make_moons(200, noise=0.08, random_state=0)[0]
    yield "iris", load_iris().data
    yield "iris, standardised, in space", StandardScaler().fit_transform(load_iris().data)[:, 1:]
    yield "map", np.load("tsne_p17_standardized.npy")
    # Equal distances and points.
    yield "lattice", np.array([[i % 12, i // 12] for i in rng.permutation(144)], float)
    yield "integers", rng.integers(0, 12, size=(150, 2)).astype(float)
    yield "duplicates", np.repeat(make_blobs(40, random_state=1)[0], 5, axis=0)[rng.permutation(200)]
    yield "integers on a line", rng.integers(0, 90, size=(60, 1)).astype(float)
    yield "integers in space", rng.integers(0, 5, size=(120, 3)).astype(float)
    # Enough points for the tree.
    yield "many integers", np.round(make_blobs(900, centers=6, cluster_std=1.2, random_state=3)[0], 1)
    yield "one spot and others", np.concatenate([np.zeros((300, 2)), np.round(rng.normal(size=(400, 2)), 1)])
    yield "digits", load_digits().data


rows, points_of, probabilities = [], [], []
for name, points in sets():
    if name == "digits":
        np.save("hdbscan_digits.npy", points.astype(np.uint8))
    else:
        points_of.append(points.ravel())
    few = [(5, None), (15, 4)] if len(points) > 300 else [(5, None), (2, 1), (4, 10), (12, 3), (60, 2)]
    for method in ("eom", "leaf"):
        for min_cluster_size, min_samples in few:
            settings = dict(min_cluster_size=min_cluster_size, min_samples=min_samples, cluster_selection_method=method)
            labels, found = fit(points, stable, **settings)
            others = [np.argsort] + [at_random(seed) for seed in range(20)]
            same = [np.array_equal(fit(points, other, **settings)[0], labels) for other in others]
            rows.append(dict(set=name, n_samples=len(points), n_components=points.shape[1], **settings,
                             determined=all(same), labels=labels.tolist()))
            probabilities.append(found)
            print(f"{name:30} {method:5} {min_cluster_size:3} {min_samples} clusters {labels.max() + 1:3} noise"
                  f" {(labels == -1).sum():4} this processor {same[0]} others {sum(same[1:])}/20")
np.save("hdbscan_points.npy", np.concatenate(points_of))
np.save("hdbscan_probabilities.npy", np.concatenate(probabilities))
json.dump(rows, open("hdbscan.json", "w"), separators=(",", ":"))
