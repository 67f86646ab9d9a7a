"""What candidates for the default model are judged by: see candidates.py.

Rows are images. Intervals of 95 % are bootstrapped over patients, drawn within each class, as in evaluate.py.
"""

import csv
import json
import subprocess
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from cohort import CLASSES, Xray
from evaluate import BOOTSTRAP_SEED, resample_patients

N_BOOTSTRAP = 1000
N_BINS = 10

# Columns of the cohort whose share of the features' variance is told.
COLUMNS = ("view", "lateral", "mean_brightness", "source", "sex")


def of_probabilities(xrays: list[Xray], probabilities: np.ndarray) -> dict:
    """Accuracy, area under the curve of each class against the others, calibration; `(n_images, n_classes)`."""
    truth = np.array([xray.label for xray in xrays])
    rng = np.random.default_rng(BOOTSTRAP_SEED)
    drawn = [resample_patients(xrays, rng) for _ in range(N_BOOTSTRAP)]
    estimates = scores(truth, probabilities)
    others = [scores(truth[rows], probabilities[rows]) for rows in drawn]
    return {name: interval(value, [other[name] for other in others]) for name, value in estimates.items()}


def interval(value: float, others: list[float]) -> dict:
    low, high = np.nanpercentile(others, [2.5, 97.5])
    return {"value": round(float(value), 4), "interval_95": [round(float(low), 4), round(float(high), 4)]}


def scores(truth: np.ndarray, probabilities: np.ndarray) -> dict[str, float]:
    is_right = probabilities.argmax(axis=1) == truth
    figures = {"accuracy": is_right.mean()}
    for label, name in enumerate(CLASSES):
        figures[f"auc {name}"] = roc_auc_score(truth == label, probabilities[:, label])
    # Both are children's X-rays of one hospital: neither source nor age tells them apart.
    normal, bacteria = CLASSES.index("normal"), CLASSES.index("bacteria")
    pair = np.isin(truth, (normal, bacteria))
    share = probabilities[pair, bacteria] / probabilities[pair][:, [normal, bacteria]].sum(axis=1)
    figures["auc bacteria against normal"] = roc_auc_score(truth[pair] == bacteria, share)
    one_hot = np.eye(probabilities.shape[1])[truth]
    figures["brier"] = np.square(probabilities - one_hot).sum(axis=1).mean()
    figures["calibration error"] = calibration_error(is_right, probabilities.max(axis=1))
    return figures


def calibration_error(is_right: np.ndarray, confidence: np.ndarray) -> float:
    """Mean distance of confidence and accuracy over ten bins of equally many images (ECE; Naeini et al. 2015)."""
    order = np.argsort(confidence, kind="stable")
    bins = np.array_split(order, N_BINS)
    return sum(len(rows) * abs(is_right[rows].mean() - confidence[rows].mean()) for rows in bins) / len(order)


def of_features(binary: Path, covid: Path, features: np.ndarray, xrays: list[Xray], work: Path) -> dict:
    """What the features of the 193 COVID-19 X-rays hold: shares of their variance beyond chance, and neighbours.

    The shares are those of negatoscope's own test of columns against features (PERMANOVA; Anderson 2001).
    """
    np.save(work / "features.npy", features.astype(np.float32))
    table = work / "lateral.csv"
    with open(table, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["filename", "lateral"])
        writer.writerows((xray.path.name, "yes" if xray.view == "L" else "no") for xray in xrays)
    words = ["--where", "finding~COVID-19", "--where", "modality=X-ray", "--join", table, "--on", "filename"]
    # The map plays no part in this test; a quick one is asked for.
    words += ["--set", "method=pca", "--maps", 20, "--surrogates", 19, "--json"]
    words += ["--cache-dir", work / "cache", "--project", work / "judged.negatoscope"]
    command = [binary, "verdict", covid, "--features", work / "features.npy", *words]
    run = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=True)
    of_column = {column["name"]: column for column in json.loads(run.stdout)["features"]}
    figures = {}
    for name in COLUMNS:
        found = of_column[name]
        low, high = found["interval"]
        figures[name] = {"value": round(found["explained"], 4), "interval_95": [round(low, 4), round(high, 4)]}
    patients = np.array([xray.patient for xray in xrays])
    figures["patient"] = {"value": round(adjusted_r_squared(features, patients), 4)}
    figures["nearest is of the same patient"] = {"value": round(nearest_is_alike(features, patients), 4)}
    return figures


def adjusted_r_squared(features: np.ndarray, labels: np.ndarray) -> float:
    """R² beyond what as many labels would explain by chance, images exchanged freely.

    A patient is what the program's test exchanges, so it cannot test the patient itself.
    """
    total = np.square(features - features.mean(axis=0)).sum()
    names = np.unique(labels)
    within = sum(
        np.square(features[labels == name] - features[labels == name].mean(axis=0)).sum() for name in names
    )
    by_chance = (len(names) - 1) / (len(features) - 1)
    return float((1 - within / total - by_chance) / (1 - by_chance))


def adjusted_r_squared_of_number(features: np.ndarray, column: np.ndarray) -> float:
    """The same of a column of numbers, NaN where it is missing."""
    known = np.isfinite(column)
    values = features[known] - features[known].mean(axis=0)
    column = column[known] - column[known].mean()
    explained = np.square(column @ values).sum() / (np.square(column).sum() * np.square(values).sum())
    by_chance = 1 / (known.sum() - 1)
    return float((explained - by_chance) / (1 - by_chance))


def nearest_is_alike(features: np.ndarray, labels: np.ndarray) -> float:
    """The share of images with another of the same label whose nearest neighbour (Euclidean) has it."""
    distances = np.linalg.norm(features[:, np.newaxis] - features, axis=2)
    np.fill_diagonal(distances, np.inf)
    alike = labels[:, np.newaxis] == labels
    np.fill_diagonal(alike, False)
    rows = alike.any(axis=1)
    return float(alike[rows, distances[rows].argmin(axis=1)].mean())


def probe(features: np.ndarray, is_positive: np.ndarray, is_training: np.ndarray) -> np.ndarray:
    """Log odds by a logistic regression on standardised features, fitted on the rows that are for training."""
    known = features[is_training]
    mean, scale = known.mean(axis=0), np.maximum(known.std(axis=0), 1e-6)
    model = LogisticRegression(C=0.1, max_iter=2000, class_weight="balanced")
    model.fit((known - mean) / scale, is_positive[is_training])
    return model.decision_function((features - mean) / scale)
