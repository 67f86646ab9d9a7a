"""Makes the {% if map.is_some() %}map and the {% endif %}clusters of negatoscope {{ version }} again, with scikit-learn 1.5 or later.

{% if map.is_some() -%}
Run it beside the two files below, which the dashboard exports: the features, and the clusters as JSON.
{%- else -%}
Run it beside the file below, which the dashboard exports: the clusters as JSON. The map was made elsewhere.
{%- endif %}
"""

import json

import numpy as np
from {{ clustering.module }} import {{ clustering.class }}{%- if let Some(map) = map %}
from {{ map.module }} import {{ map.class }}
{%- endif %}
{%- if map.is_some() %}
from sklearn.metrics import adjusted_rand_score
{%- endif %}
from sklearn.preprocessing import StandardScaler

{{ clustering.before }}
{% if map.is_some() %}FEATURES = {{ features }}
{% endif %}CLUSTERS = {{ clusters }}
LABELS_HASH = {{ labels_hash }}
AXES = ["x", "y"{% if n_components == 3 %}, "z"{% endif %}]

{% if map.is_some() %}features = np.load(FEATURES)
{% endif %}with open(CLUSTERS, encoding="utf-8") as file:
    exported = json.load(file)
{% if map.is_some() %}if exported["labels_hash"] != LABELS_HASH or len(exported["records"]) != len(features):
    raise SystemExit(f"{CLUSTERS} or {FEATURES} belongs to another setting or is a part: export both again.")
{% else %}if exported["labels_hash"] != LABELS_HASH:
    raise SystemExit(f"{CLUSTERS} belongs to another setting: export it again.")
{% endif %}coordinates = np.array([[record[axis] for axis in AXES] for record in exported["records"]])
labels = np.array([record["cluster"] for record in exported["records"]])
{%- if n_own > 0 %}
# The last {{ n_own }} clusters were drawn by hand: their images are left out of the comparison.
by_method = labels < {{ n_clusters }} - {{ n_own }}
{%- else %}
by_method = np.full(len(labels), True)
{%- endif %}


def cluster(coordinates):
    """Clusters a map: every axis with mean 0 and standard deviation 1, then {{ clustering.label }}; -1 is noise."""
    points = StandardScaler().fit_transform(coordinates)
    return {{ clustering.class }}({{ clustering.arguments|join(", ") }}).fit_predict(points)


# On the exported coordinates {{ clustering.label }} of Python finds the exported clusters, image by image.
found = cluster(coordinates)
assert np.array_equal(found[by_method], labels[by_method]), "the clusters of the exported map differ"
print(f"{by_method.sum()} labels of {{ clustering.label }} on the exported coordinates are the exported ones.")
{%- if let Some(map) = map %}

# The same parameters make a map that looks alike and need not be the same: t-SNE and UMAP are chaotic, so that a
# difference in the last digit grows until points end elsewhere. How far the clusters agree is a measure of that.
own_map = {{ map.class }}({{ map.arguments|join(", ") }}).fit_transform(features)
agreement = adjusted_rand_score(cluster(own_map)[by_method], labels[by_method])
print(f"Adjusted Rand index between the clusters of Python's own map and the exported ones: {agreement:.3f}")
{%- endif %}
