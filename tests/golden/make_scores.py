"""How scores.json was made (scikit-learn 1.9.1, hdbscan 0.8.44, numpy 1.26.4). Run in this folder.

The labels are those of dbscan_p17.json: every setting with 2 or more clusters, on the standardised map and in
the space of the features.
"""
import json

import numpy as np
from hdbscan.validity import validity_index
from sklearn.metrics import calinski_harabasz_score, davies_bouldin_score, silhouette_score

spaces = dict(map=np.load("tsne_p17_standardized.npy"), features=np.load("features.npy").astype(np.float64))
rows = []
settings = [s for s in json.load(open("dbscan_p17.json")) if s["n_clusters"] >= 2]
for setting in settings:
    labels = np.array(setting["labels"])
    clustered = labels >= 0
    for space, points in spaces.items():
        x, y = points[clustered], labels[clustered]
        rows.append(dict(space=space, eps=setting["eps"], min_samples=setting["min_samples"],
                         silhouette=silhouette_score(x, y), davies_bouldin=davies_bouldin_score(x, y),
                         calinski_harabasz=calinski_harabasz_score(x, y), dbcv=validity_index(points, labels)))
json.dump(rows, open("scores.json", "w"), indent=1)
print(len(settings), len(rows))
