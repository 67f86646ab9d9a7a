"""How agreement.json was made (scikit-learn 1.9.1, numpy 2.4.6, scipy 1.17.1). Run in this folder.

Pairs of settings of dbscan_p17.json, and for each the adjusted Rand index with noise as a class of its own, the same
without the images that are noise in either, and how many images are elsewhere when clusters are matched one to one so that
they share as many images as they can (scipy's linear_sum_assignment), and noise with noise.
"""
import json

import numpy as np
from scipy.optimize import linear_sum_assignment
from sklearn.metrics import adjusted_rand_score
from sklearn.metrics.cluster import contingency_matrix

settings = json.load(open("dbscan_p17.json"))
rng = np.random.default_rng(5)
pairs = [(i, int(j)) for i in range(0, len(settings), 6) for j in rng.choice(len(settings), 2)]
rows = []
for i, j in pairs:
    a, b = (np.array(settings[k]["labels"]) for k in (i, j))
    both = (a >= 0) & (b >= 0)
    table = contingency_matrix(a[both], b[both]) if both.any() else np.zeros((0, 0), int)
    kept = int(((a < 0) & (b < 0)).sum())
    kept += int(table[linear_sum_assignment(table, maximize=True)].sum())
    rows.append(dict(a=i, b=j, ari=float(adjusted_rand_score(a, b)),
                     ari_without_noise=float(adjusted_rand_score(a[both], b[both])) if both.sum() >= 2 else None,
                     n_changed=len(a) - kept))
json.dump(rows, open("agreement.json", "w"), indent=1)
print(len(rows), sum(r["ari_without_noise"] is None for r in rows))
