"""From a backbone's pooled maps to 64 features and class scores: all of it linear, so that it becomes two dense layers.

Shapes: rows are images, `(n_images, n_in)`; disturbed pictures of them, `(n_images, n_pictures, n_in)`. Float64
throughout, and nothing is drawn at random.
"""

from dataclasses import dataclass

import numpy as np
from scipy.linalg import eigh
from sklearn.linear_model import LogisticRegression

N_FEATURES = 64


@dataclass(frozen=True)
class Dense:
    """x ↦ weight · x + bias, with the weight `(n_out, n_in)`."""

    weight: np.ndarray
    bias: np.ndarray

    def __call__(self, x: np.ndarray) -> np.ndarray:
        return x @ self.weight.T + self.bias

    def then(self, next_: "Dense") -> "Dense":
        """Both in one."""
        return Dense(next_.weight @ self.weight, next_(self.bias))


def standardised(x: np.ndarray) -> Dense:
    """Mean 0 and standard deviation 1 in every direction that has one."""
    scale = 1.0 / np.maximum(x.std(axis=0), 1e-6)
    return Dense(np.diag(scale), -x.mean(axis=0) * scale)


def principal(x: np.ndarray, n: int = N_FEATURES) -> Dense:
    """The first `n` principal components of standardised values."""
    first = standardised(x)
    return first.then(_projection(_eigenvectors(np.cov(first(x).T))[:, :n]))


def whitened(x: np.ndarray) -> Dense:
    """All principal components, each with standard deviation 1."""
    values, vectors = np.linalg.eigh(np.cov(x.T))
    kept = values > 1e-6 * values.max()
    weight = (vectors[:, kept] / np.sqrt(values[kept])).T
    return Dense(weight, -weight @ x.mean(axis=0))


def told_apart(
    pictures: np.ndarray, strata: np.ndarray, n: int = N_FEATURES, ridge: float = 0.3
) -> Dense:
    """The `n` directions in which images differ most in comparison with disturbed pictures of the same image.

    Linear discriminants (Fisher 1936) whose classes are the images: nothing is asked of their labels. Images are
    compared within `strata` (collections), so that no direction is spent on telling collections apart. The length of
    a feature is in units of what a disturbance moves, `ridge` of the whole variance included.
    """
    n_images, n_pictures, n_in = pictures.shape
    first = standardised(pictures.reshape(-1, n_in))
    z = first(pictures)
    of_image = z.mean(axis=1)
    moved = (z - of_image[:, np.newaxis]).reshape(-1, n_in)
    within = moved.T @ moved / (n_images * (n_pictures - 1))
    centred = centred_within(of_image, strata)
    between = centred.T @ centred / n_images
    noise = within + ridge * (within + between).trace() / n_in * np.eye(n_in)
    values, vectors = eigh(between, noise)
    return first.then(_projection(_upright(vectors[:, np.argsort(values)[::-1][:n]])))


def without(x: np.ndarray, nuisances: np.ndarray, strata: np.ndarray, ridge: float = 0.1) -> Dense:
    """Takes out what goes linearly with nuisances `(n_images, n_nuisances)`, and moves all else as little as can be.

    After it no linear function of the values correlates with them within the strata (least-squares concept erasure;
    Belrose et al. 2023, arXiv:2306.03819), but for what the `ridge`, in units of the mean variance, holds back. What is
    missing is NaN and does not count; what is the same everywhere is nothing to be taken out.
    """
    centred = centred_within(x, strata)
    values, vectors = np.linalg.eigh(centred.T @ centred / len(x) + ridge * np.var(centred) * np.eye(x.shape[1]))
    whiten, colour = (vectors / np.sqrt(values)) @ vectors.T, (vectors * np.sqrt(values)) @ vectors.T
    crossed = []
    for column in nuisances.T:
        known = np.isfinite(column)
        if not known.any():
            continue
        value = centred_within(column[known, np.newaxis], strata[known])[:, 0]
        crossed.append(centred_within(x[known], strata[known]).T @ value / known.sum())
    basis, sizes, _ = np.linalg.svd(whiten @ np.array(crossed).T, full_matrices=False)
    basis = basis[:, sizes > 1e-9 * sizes.max()]
    weight = np.eye(x.shape[1]) - colour @ basis @ basis.T @ whiten
    mean = x.mean(axis=0)
    return Dense(weight, mean - weight @ mean)


def classifier(x: np.ndarray, labels: np.ndarray, strength: float) -> Dense:
    """Logistic regression on standardised features, every class counting alike; `strength` is scikit-learn's C."""
    first = standardised(x)
    model = LogisticRegression(C=strength, max_iter=2000, class_weight="balanced", tol=1e-6)
    model.fit(first(x), labels)
    weight, bias = model.coef_, model.intercept_
    if len(weight) == 1:
        # Of two classes scikit-learn tells the second one's log odds alone.
        weight, bias = np.vstack([-weight / 2, weight / 2]), np.append(-bias / 2, bias / 2)
    return first.then(Dense(weight, bias))


def probabilities(scores: np.ndarray) -> np.ndarray:
    """Softmax."""
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def centred_within(x: np.ndarray, strata: np.ndarray) -> np.ndarray:
    """Each stratum's rows less their mean."""
    x = x.copy()
    for stratum in np.unique(strata):
        x[strata == stratum] -= x[strata == stratum].mean(axis=0)
    return x


def _projection(directions: np.ndarray) -> Dense:
    return Dense(directions.T, np.zeros(directions.shape[1]))


def _eigenvectors(symmetric: np.ndarray) -> np.ndarray:
    """As columns, the largest eigenvalue first."""
    return _upright(np.linalg.eigh(symmetric)[1][:, ::-1])


def _upright(vectors: np.ndarray) -> np.ndarray:
    """Each column with its largest entry positive, since its sign means nothing."""
    largest = np.abs(vectors).argmax(axis=0)
    return vectors * np.sign(vectors[largest, np.arange(vectors.shape[1])])
