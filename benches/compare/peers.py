"""The peers' side of the comparison, and the judge of both sides' results.

`peers.py FOLDER REPEATS ROW` runs a row of a peer and prints the seconds of each repeat as JSON.
`peers.py FOLDER judge ROW` compares the results that both sides left, and prints JSON too.
"""

import json
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

EPS = np.arange(0.1, 2.0, 0.1)
MIN_SAMPLES = range(5, 20)


def timed(repeats, work):
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return seconds


def sklearn_tsne(features, perplexity):
    from sklearn.manifold import TSNE

    model = TSNE(perplexity=perplexity, init="pca", learning_rate="auto", random_state=42)
    return model.fit_transform(features)


def search(folder, repeats, _):
    """The notebook's search: 179 maps, 285 clusterings of each. Every tenth perplexity is run and the
    seconds are multiplied, since all of it takes minutes."""
    from sklearn.cluster import DBSCAN
    from sklearn.preprocessing import StandardScaler

    features = np.load(folder / "features.npy")
    perplexities = range(5, 180, 10)

    def run():
        for perplexity in perplexities:
            points = StandardScaler().fit_transform(sklearn_tsne(features, perplexity))
            for eps in EPS:
                for min_samples in MIN_SAMPLES:
                    DBSCAN(eps=eps, min_samples=min_samples).fit_predict(points)

    return [179 / len(perplexities) * seconds for seconds in timed(repeats, run)]


def exact(folder, repeats, _):
    features = np.load(folder / "features.npy")
    np.save(folder / "exact_peer.npy", sklearn_tsne(features, 17))
    return timed(repeats, lambda: sklearn_tsne(features, 17))


def tsne(folder, repeats, value):
    """openTSNE with its defaults, interpolation by FFT and two jobs."""
    import openTSNE

    n_samples, iterations = map(int, value.split("-"))
    features = np.load(folder / "blobs.npy", mmap_mode="r")[:n_samples]
    features = np.ascontiguousarray(features)

    def run():
        model = openTSNE.TSNE(
            perplexity=30,
            n_iter=iterations - 250,
            negative_gradient_method="fft",
            n_jobs=2,
            random_state=42,
        )
        np.save(folder / f"tsne_{n_samples}_peer.npy", np.asarray(model.fit(features)))

    return timed(repeats, run)


def umap(folder, repeats, value):
    """umap-learn with its defaults and a seed, which makes it run on one thread; what Numba compiles
    is compiled before."""
    from umap import UMAP

    features = np.load(folder / "blobs.npy", mmap_mode="r")
    features = np.ascontiguousarray(features[: max(int(value), 5_000)])
    for n_samples in (100, 5_000):
        UMAP(random_state=42, n_epochs=2).fit(features[:n_samples])
    features = features[: int(value)]

    def run():
        map = UMAP(random_state=42).fit_transform(features)
        np.save(folder / f"umap_{value}_peer.npy", map)

    return timed(repeats, run)


def dbscan(folder, repeats, value):
    from sklearn.cluster import DBSCAN

    n_samples, eps, min_samples = value.split("-")
    points = np.load(folder / f"points_{n_samples}.npy")
    model = DBSCAN(eps=float(eps), min_samples=int(min_samples))
    np.save(folder / f"dbscan_{value}_peer.npy", model.fit_predict(points).astype(np.int64))
    return timed(repeats, lambda: model.fit_predict(points))


def hdbscan(folder, repeats, value):
    """scikit-learn sorts equal edges in an order that depends on the processor: here by a stable sort,
    so that labels can be compared. It takes nothing of the time."""
    from sklearn.cluster import HDBSCAN
    from sklearn.cluster._hdbscan import hdbscan as inner

    class Stable:
        def __getattr__(self, name):
            return getattr(np, name)

        def argsort(self, lengths):
            return np.argsort(lengths, kind="stable")

    inner.np = Stable()
    n_samples, min_cluster_size = map(int, value.split("-"))
    points = np.load(folder / f"points_{max(n_samples, 1000)}.npy")[:n_samples]
    model = HDBSCAN(min_cluster_size=min_cluster_size, copy=True)

    seconds = timed(repeats, lambda: model.fit(points))
    np.save(folder / f"hdbscan_{value}_peer.npy", model.labels_.astype(np.int64))
    return seconds


def plane(folder, repeats, _):
    """One min_samples of the fifteen at each eps: the neighbours, which all fifteen would look up
    anew, take nearly all of the time. The seconds are multiplied by fifteen."""
    from sklearn.cluster import DBSCAN

    points = np.load(folder / "points_10000.npy")
    found = []

    def run():
        found.clear()
        for index, eps in enumerate(EPS):
            column = index % len(MIN_SAMPLES)
            labels = DBSCAN(eps=eps, min_samples=MIN_SAMPLES[column]).fit_predict(points)
            cell = index * len(MIN_SAMPLES) + column
            found.append((cell, labels.max() + 1, (labels == -1).sum()))

    seconds = [len(MIN_SAMPLES) * s for s in timed(repeats, run)]
    np.save(folder / "plane_peer.npy", np.array(found))
    return seconds


def features(folder, repeats, value):
    """Pillow, numpy and onnxruntime on two threads that each take whole images; `value` images."""
    import onnxruntime
    from onnxruntime import InferenceSession, SessionOptions

    onnxruntime.disable_telemetry_events()
    models = Path(__file__).resolve().parents[2] / "models"
    sys.path.insert(0, str(models))
    from preprocess import load_tensor

    paths = sorted((folder / "x-rays" / "images").iterdir())[: int(value)]

    def run():
        options = SessionOptions()
        options.intra_op_num_threads = 1
        # Protobuf messages merge: these bytes make the inner layer an output of the graph.
        output = b"\x3a\x0c\x62\x0a\x0a\x08features"
        model = (models / "chest-xray-64.onnx").read_bytes() + output
        session = InferenceSession(model, options, providers=["CPUExecutionProvider"])

        def one(path):
            return session.run(["features"], {"image": load_tensor(path)[None]})[0][0]

        with ThreadPoolExecutor(2) as pool:
            np.save(folder / "features_peer.npy", np.array(list(pool.map(one, paths))))

    return timed(repeats, run)


def judge_exact(folder, _):
    """The divergence of both maps from scikit-learn's own dense affinities."""
    from scipy.spatial.distance import squareform
    from sklearn.manifold._t_sne import _joint_probabilities
    from sklearn.metrics import pairwise_distances

    features = np.load(folder / "features.npy")
    distances = pairwise_distances(features, metric="euclidean", squared=True)
    p = squareform(_joint_probabilities(distances.astype(np.float32), 17, 0))
    rows, columns = np.nonzero(p)
    return divergences(folder, "exact", rows, columns, p[rows, columns])


def judge_tsne(folder, value):
    """The divergence of both maps from affinities among the exact 91 nearest neighbours."""
    from openTSNE.affinity import joint_probabilities_nn

    n_samples = int(value.split("-")[0])
    features = np.load(folder / "blobs.npy", mmap_mode="r")[:n_samples]
    indices, distances = nearest(np.ascontiguousarray(features), 91)
    p = joint_probabilities_nn(indices, distances, [30.0], normalization="pair-wise", n_jobs=2)
    p = p.tocoo()
    return divergences(folder, f"tsne_{n_samples}", p.row, p.col, p.data)


def nearest(x, k):
    """The k nearest others of each row: candidates in single precision, distances in double."""
    squares = (x**2).sum(axis=1)
    indices = np.empty((len(x), k), np.int32)
    distances = np.empty((len(x), k))
    for first in range(0, len(x), 500):
        rows = np.arange(first, min(first + 500, len(x)))
        squared = squares - 2 * x[rows] @ x.T
        squared[rows - first, rows] = np.inf
        found = np.argpartition(squared, k, axis=1)[:, :k]
        exact = np.sqrt(((x[rows, None].astype(np.float64) - x[found]) ** 2).sum(axis=2))
        order = np.argsort(exact, axis=1)
        indices[rows] = np.take_along_axis(found, order, axis=1)
        distances[rows] = np.take_along_axis(exact, order, axis=1)
    return indices, distances


def divergences(folder, name, rows, columns, p):
    """Σ p ln(p / q) in double precision; the sum of all similarities is over all pairs."""
    result = {}
    for side in ("ours", "peer"):
        y = np.load(folder / f"{name}_{side}.npy").astype(np.float64)
        near = 1 / (1 + ((y[rows] - y[columns]) ** 2).sum(axis=1))
        total = -float(len(y))
        single = y.astype(np.float32)
        for first in range(0, len(y), 500):
            block = 1 + (single[first : first + 500, None, 0] - single[:, 0]) ** 2
            block += (single[first : first + 500, None, 1] - single[:, 1]) ** 2
            total += np.reciprocal(block).sum(dtype=np.float64)
        result[side] = float((p * np.log(p * total / near)).sum())
    return result


def judge_umap(folder, value):
    """The trustworthiness (15 neighbours) of both maps, of all samples or 10,000 of them."""
    from sklearn.manifold import trustworthiness

    features = np.load(folder / "blobs.npy", mmap_mode="r")[: int(value)]
    kept = np.random.default_rng(0).permutation(len(features))[:10_000]
    maps = {side: np.load(folder / f"umap_{value}_{side}.npy") for side in ("ours", "peer")}
    features = np.ascontiguousarray(features)[kept]
    return {
        "trustworthiness": {
            side: float(trustworthiness(features, map[kept], n_neighbors=15))
            for side, map in maps.items()
        }
    }


def judge_dbscan(folder, value, name="dbscan"):
    ours, peer = (np.load(folder / f"{name}_{value}_{side}.npy") for side in ("ours", "peer"))
    return {"identical": bool((ours == peer).all()), "n_clusters": int(peer.max()) + 1}


def judge_hdbscan(folder, value):
    return judge_dbscan(folder, value, "hdbscan")


def judge_plane(folder, _):
    ours, peer = np.load(folder / "plane_ours.npy"), np.load(folder / "plane_peer.npy")
    return {"identical": bool((ours[peer[:, 0]] == peer[:, 1:]).all()), "n_cells": len(peer)}


def judge_features(folder, _):
    ours, peer = np.load(folder / "features_ours.npy"), np.load(folder / "features_peer.npy")
    return {"largest_difference": float(np.abs(ours - peer).max()), "largest": float(peer.max())}


if __name__ == "__main__":
    folder, repeats, row = Path(sys.argv[1]), *sys.argv[2:4]
    name, _, value = row.partition("-")
    if repeats == "judge":
        print(json.dumps(globals()[f"judge_{name}"](folder, value)))
    else:
        os.environ["ORT_DISABLE_TELEMETRY"] = "1"
        print(json.dumps(globals()[name](folder, int(repeats), value)))
