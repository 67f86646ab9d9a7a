"""Makes the map and the clusters of negatoscope {{ version }} again, with scikit-learn 1.5 or later.

Run it beside the two files below, which the dashboard exports: the features, and the clusters as JSON.
"""

import json

import numpy as np
from sklearn.cluster import DBSCAN
{%- if tsne.is_some() %}
from sklearn.manifold import TSNE
{%- else %}
from sklearn.decomposition import PCA
{%- endif %}
from sklearn.metrics import adjusted_rand_score
from sklearn.preprocessing import StandardScaler

FEATURES = {{ features }}
CLUSTERS = {{ clusters }}
LABELS_HASH = {{ labels_hash }}
AXES = ["x", "y"{% if n_components == 3 %}, "z"{% endif %}]

features = np.load(FEATURES)
with open(CLUSTERS, encoding="utf-8") as file:
    exported = json.load(file)
if exported["labels_hash"] != LABELS_HASH or len(exported["records"]) != len(features):
    raise SystemExit(f"{CLUSTERS} or {FEATURES} belongs to another setting or is a part: export both again.")
coordinates = np.array([[record[axis] for axis in AXES] for record in exported["records"]])
labels = np.array([record["cluster"] for record in exported["records"]])
{%- if n_own > 0 %}
# The last {{ n_own }} clusters were drawn by hand: their images are left out of the comparison.
by_dbscan = labels < {{ n_clusters }} - {{ n_own }}
{%- else %}
by_dbscan = np.full(len(labels), True)
{%- endif %}


def cluster(coordinates):
    """Clusters a map: every axis with mean 0 and standard deviation 1, then DBSCAN; -1 is noise."""
    points = StandardScaler().fit_transform(coordinates)
    return DBSCAN(eps={{ eps }}, min_samples={{ min_samples }}).fit_predict(points)


# On the exported coordinates scikit-learn finds the exported clusters, image by image.
found = cluster(coordinates)
assert np.array_equal(found[by_dbscan], labels[by_dbscan]), "the clusters of the exported map differ"
print(f"{by_dbscan.sum()} labels of DBSCAN on the exported coordinates are the exported ones.")
{% if let Some(tsne) = tsne %}
# The same parameters make a map that looks alike and is not the same: t-SNE is chaotic, so that a difference
# in the last digit grows until points end elsewhere. How far the clusters agree is a measure of that.
own_map = TSNE(
    n_components={{ n_components }},
    perplexity={{ tsne.perplexity }},
    early_exaggeration={{ tsne.early_exaggeration }},
    learning_rate={{ tsne.learning_rate }},
    max_iter={{ tsne.max_iter }},
    init={{ tsne.init }},
    metric={{ tsne.metric }},
    random_state={{ tsne.random_state }},
    method="exact" if len(features) <= 2500 else "barnes_hut",
).fit_transform(features)
{%- else %}
# PCA is not chaotic: but for the signs of the axes, its map is the exported one.
own_map = PCA(n_components={{ n_components }}, svd_solver="full").fit_transform(features)
{%- endif %}
agreement = adjusted_rand_score(cluster(own_map)[by_dbscan], labels[by_dbscan])
print(f"Adjusted Rand index between the clusters of scikit-learn's own map and the exported ones: {agreement:.3f}")
