"""How association.json was made (scikit-learn 1.9.1, scipy 1.17.1, numpy 2.4.6): python make_association.py > association.json

Statistics, adjusted mutual information, q-values and power are the libraries' own. The permutations are written again
here in the plainest way, image by image, so that p-values and chance-corrected statistics can be held against them.
"""
import json
import sys
from collections import defaultdict
from itertools import permutations

import numpy as np
from scipy.optimize import brentq
from scipy.stats import chi2, chi2_contingency, false_discovery_control, kruskal, ncx2, rankdata
from sklearn.metrics import adjusted_mutual_info_score

N_PERMUTATIONS = 4000
rng = np.random.default_rng(3)


def parts(labels, values, numbers):
    """Numerator and denominator of the statistic of one level."""
    k, v = len(set(labels)), len(set(values))
    n = len(labels)
    if numbers:
        ranks = rankdata(values)
        total = ((ranks - ranks.mean()) ** 2).sum()
        if k < 2 or v < 2:
            return 0.0, total
        h = kruskal(*[[x for x, l in zip(values, labels) if l == c] for c in sorted(set(labels))]).statistic
        return h / (n - 1) * total, total
    if min(k, v) < 2:
        return 0.0, 0.0
    table = np.zeros((k, v))
    np.add.at(table, (np.unique(labels, return_inverse=True)[1], np.unique(values, return_inverse=True)[1]), 1)
    return chi2_contingency(table, correction=False).statistic, n * (min(k, v) - 1)


def statistic(labels, values, levels, numbers):
    found = [parts(labels[levels == s], values[levels == s], numbers) for s in np.unique(levels)]
    return sum(f[0] for f in found) / sum(f[1] for f in found)


def permuted(values, groups, levels):
    images = defaultdict(list)
    for image in np.argsort(levels, kind="stable"):
        images[groups[image]].append(image)
    constant = all(len(set(values[i])) == 1 for i in images.values())
    classes = defaultdict(list)
    for group, own in images.items():
        profile = tuple(levels[own])  # sorted: equally many images at each level
        classes[profile].append(group)
    out = values.copy()
    for members in classes.values():
        for target, source in zip(members, rng.permutation(members)):
            if constant:
                out[images[target]] = values[images[source][0]]
                continue
            for level in np.unique(levels[images[target]]):
                to = [i for i in images[target] if levels[i] == level]
                out[to] = rng.permutation([values[i] for i in images[source] if levels[i] == level])
    return out


def bergsma(labels, values, levels):
    sums = [0.0, 0.0]
    for s in np.unique(levels):
        l, v = labels[levels == s], values[levels == s]
        n, k, r = len(l), len(set(l)), len(set(v))
        if min(k, r) < 2:
            continue
        phi2 = parts(l, v, False)[0] / n
        sums[0] += n * max(0.0, phi2 - (k - 1) * (r - 1) / (n - 1))
        sums[1] += n * (min(k - (k - 1) ** 2 / (n - 1), r - (r - 1) ** 2 / (n - 1)) - 1)
    return (sums[0] / sums[1]) ** 0.5


def largest(labels, values, levels):
    between = total = 0.0
    for s in np.unique(levels):
        ranks = np.sort(rankdata(values[levels == s]))
        ranks -= ranks.mean()
        sizes = np.unique(labels[levels == s], return_counts=True)[1]
        total += (ranks**2).sum()
        between += max(
            sum(block.sum() ** 2 / len(block) for block in np.split(ranks, np.cumsum(order)[:-1]))
            for order in permutations(sizes)
        )
    return between / total


def detectable(draws, maximum):
    """The root of what is explained where p <= 0.05 comes up in 80%: c times noncentral chi-squared (Satterthwaite 1946)."""
    critical = np.sort(draws)[::-1][int(0.05 * (len(draws) + 1)) - 1]
    c = draws.var() / (2 * draws.mean())
    df = draws.mean() / c
    lam = brentq(lambda x: ncx2.sf(critical / c, df, x) - 0.8, 1e-9, 1e4, xtol=1e-12, rtol=1e-14)
    effect = (c * lam / (maximum - draws.mean())) ** 0.5
    return effect if effect <= 1 else None


n, n_groups = 140, 80
groups = np.concatenate([np.arange(n_groups), rng.integers(0, n_groups, n - n_groups)])
main = rng.integers(0, 4, n_groups)
labels = np.where(rng.random(n) < 0.8, main[groups], rng.integers(-1, 4, n))
leaning = np.where(rng.random(n_groups) < 0.3, main % 3, rng.integers(0, 3, n_groups))
site = rng.integers(0, 2, n_groups)
columns = {
    "constant": leaning[groups],
    "varying": np.where(rng.random(n) < 0.7, leaning[groups], rng.integers(0, 4, n)),
    "many": rng.integers(0, 25, n_groups)[groups],
    "age": np.round(rng.normal(50, 15, n_groups) + 5 * main)[groups],
    "offset": np.round(rng.exponential(6, n) + labels),
}
view = np.where(rng.random(n) < 0.7, site[groups], 1 - site[groups])
missing = {name: rng.random(n) < 0.1 for name in [*columns, "view"]}

results = []
for name, values in columns.items():
    for within in (None, "view"):
        numbers = name in ("age", "offset")
        gone = missing[name] | (missing["view"] if within else False)
        keep = ~gone & (labels >= 0)
        l, v, g = labels[keep], values[keep], groups[keep]
        s = view[keep] if within else np.zeros(keep.sum(), int)
        observed = statistic(l, v, s, numbers)
        draws = np.array([statistic(l, permuted(v, g, s), s, numbers) for _ in range(N_PERMUTATIONS)])
        maximum = largest(l, v, s) if numbers else 1.0
        results.append(dict(
            column=name, within=within is not None, n_images=int(keep.sum()), n_groups=len(set(g)), n_missing=int(gone.sum()),
            statistic=observed, cramers_v=None if numbers else bergsma(l, v, s),
            ami=None if numbers or within else adjusted_mutual_info_score(l, v),
            detectable_effect=detectable(draws, maximum),
            p_value=float((1 + (draws >= observed - 1e-12).sum()) / (N_PERMUTATIONS + 1)),
            explained=float((observed - draws.mean()) / (maximum - draws.mean())),
        ))

pairs = [([0, 0, 1, 1], [0, 1, 2, 3]), ([0, 0, 1, 2], [0, 0, 1, 1]), ([0, 1, 2, 3], [3, 2, 1, 0]), ([0, 1, 2], [0, 0, 0])]
pairs += [(rng.integers(0, k, m).tolist(), rng.integers(0, c, m).tolist()) for k, c, m in [(3, 2, 40), (8, 30, 60), (5, 5, 12)]]
half = rng.integers(0, 6, 300)
pairs.append((half.tolist(), np.where(rng.random(300) < 0.6, half, rng.integers(0, 6, 300)).tolist()))
p_values = np.round(rng.random(30) ** 3, 4)
# Pasted into the unit test in chi_squared.rs.
for df, lam, x in [(1, 0, 0.5), (3, 0, 9), (77, 0, 60), (500, 0, 590), (1, 9, 4), (3, 0.5, 12), (10, 9, 40), (77, 80, 99), (500, 80, 640)]:
    print(f"({df}.0, {float(lam)}, {float(x)}, {ncx2.sf(x, df, lam) if lam else chi2.sf(x, df):.15e}),", file=sys.stderr)


def listed(values, gone):
    return [None if m else x for x, m in zip(values.tolist(), gone)]


print(json.dumps(dict(
    labels=[None if x < 0 else x for x in labels.tolist()], groups=groups.tolist(),
    columns={name: listed(values, missing[name]) for name, values in columns.items()}, view=listed(view, missing["view"]),
    results=results,
    ami=[dict(a=a, b=b, ami=adjusted_mutual_info_score(a, b)) for a, b in pairs],
    p_values=p_values.tolist(), q_values=false_discovery_control(p_values).tolist(),
), separators=(",", ":")))
