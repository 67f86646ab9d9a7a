"""Measures a trained model on the held-out patients.

    python models/evaluate.py --covid DIR --pneumonia DIR --model models/chest-xray-64.onnx

Runs the ONNX file itself, through ONNX Runtime, and prints the figures as JSON.
train.py writes the same figures to held-out.json.
"""

import json
from collections import defaultdict
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, confusion_matrix, recall_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import preprocess
from cohort import CLASSES, Split, Xray, load_split, parser_of

FEATURES = "features"
PROBABILITIES = "probabilities"
BATCH_SIZE = 16

N_BOOTSTRAP = 2000
BOOTSTRAP_SEED = 7


def main() -> None:
    parser = parser_of(__doc__)
    parser.add_argument("--model", type=Path, required=True, metavar="FILE")
    arguments = parser.parse_args()
    split = load_split(arguments.covid, arguments.pneumonia)
    print(json.dumps(held_out_report(arguments.model, split), indent=2))


def held_out_report(model_path: Path, split: Split) -> dict:
    """Figures on the held-out patients, with what cheaper means achieve."""
    mean, std = normalisation(model_path)
    truth = np.array([xray.label for xray in split.held_out])
    images = image_tensors(split.held_out, mean, std)
    _, probabilities = features_and_probabilities(model_path, images)
    covid = [xray for xray in split.training + split.held_out if CLASSES[xray.label] == "COVID-19"]
    covid_features, _ = features_and_probabilities(model_path, image_tensors(covid, mean, std))
    return {
        "classes": list(CLASSES),
        "n_images": {part: class_counts(xrays) for part, xrays in vars(split).items()},
        "n_patients": {part: patient_counts(xrays) for part, xrays in vars(split).items()},
        "held_out": scores_with_intervals(split.held_out, truth, probabilities.argmax(axis=1)),
        "source_baselines": source_baselines(split, images, truth, mean, std),
        "covid_features": describe_features(covid_features),
        "covid_neighbours": describe_neighbours(covid, covid_features),
    }


def normalisation(model_path: Path) -> tuple[float, float]:
    """Mean and standard deviation from the model file's metadata."""
    properties = {entry.key: entry.value for entry in onnx.load(model_path).metadata_props}
    preprocessing = json.loads(properties["negatoscope.preprocessing"])
    return preprocessing["mean"][0], preprocessing["std"][0]


def image_tensors(xrays: list[Xray], mean: float, std: float) -> np.ndarray:
    return np.stack([preprocess.load_tensor(xray.path, mean, std) for xray in xrays])


def features_and_probabilities(
    model_path: Path, images: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Runs (n, 1, height, width) through the model, features tapped inside."""
    model = onnx.load(model_path)
    model.graph.output.append(onnx.ValueInfoProto(name=FEATURES))
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    batches = [
        session.run([FEATURES, PROBABILITIES], {"image": images[start : start + BATCH_SIZE]})
        for start in range(0, len(images), BATCH_SIZE)
    ]
    features, probabilities = zip(*batches, strict=True)
    return np.concatenate(features), np.concatenate(probabilities)


def class_counts(xrays: list[Xray]) -> dict[str, int]:
    return {name: sum(CLASSES[xray.label] == name for xray in xrays) for name in CLASSES}


def patient_counts(xrays: list[Xray]) -> dict[str, int]:
    return {
        name: len({xray.patient for xray in xrays if CLASSES[xray.label] == name})
        for name in CLASSES
    }


def scores_with_intervals(xrays: list[Xray], truth: np.ndarray, predicted: np.ndarray) -> dict:
    """Accuracy and recalls with 95 % bootstrap intervals over patients.

    Patients are drawn, not images: two images of one patient succeed and fail
    together, and counting them as two would make the interval too narrow.
    """
    names = ["accuracy", "mean_recall", *(f"recall {name}" for name in CLASSES)]
    estimates = scores(truth, predicted)
    rng = np.random.default_rng(BOOTSTRAP_SEED)
    resampled = []
    for _ in range(N_BOOTSTRAP):
        rows = resample_patients(xrays, rng)
        resampled.append(scores(truth[rows], predicted[rows]))
    low, high = np.percentile(resampled, [2.5, 97.5], axis=0)
    report = {
        name: {"value": round(value, 4), "interval_95": [round(a, 4), round(b, 4)]}
        for name, value, a, b in zip(names, estimates, low.tolist(), high.tolist(), strict=True)
    }
    report["confusion"] = confusion_matrix(truth, predicted, labels=range(len(CLASSES))).tolist()
    return report


def scores(truth: np.ndarray, predicted: np.ndarray) -> list[float]:
    recalls = recall_score(truth, predicted, labels=range(len(CLASSES)), average=None)
    return [accuracy_score(truth, predicted), recalls.mean().item(), *recalls.tolist()]


def resample_patients(xrays: list[Xray], rng: np.random.Generator) -> np.ndarray:
    """Row numbers of as many patients of each class, drawn with replacement."""
    rows_of_patient = [defaultdict(list) for _ in CLASSES]
    for row, xray in enumerate(xrays):
        rows_of_patient[xray.label][xray.patient].append(row)
    rows = []
    for patients in rows_of_patient:
        groups = list(patients.values())
        for index in rng.integers(len(groups), size=len(groups)):
            rows.extend(groups[index])
    return np.array(rows)


def source_baselines(
    split: Split, held_out: np.ndarray, truth: np.ndarray, mean: float, std: float
) -> dict:
    """How far one gets without seeing what a radiologist sees.

    Logistic regressions on 16 x 16 block means: of the whole image, too coarse
    for any finding, and of its outer two blocks alone, which hold shoulders,
    borders and letters but little lung. What the second reaches is owed mostly
    to age, framing and source.
    """
    training_truth = [xray.label for xray in split.training]
    training = block_means(image_tensors(split.training, mean, std))
    held_out = block_means(held_out)
    frame = np.ones((16, 16), dtype=bool)
    frame[2:-2, 2:-2] = False
    report = {}
    for name, blocks in {"whole image": np.ones_like(frame), "outer frame": frame}.items():
        classifier = make_pipeline(
            StandardScaler(), LogisticRegression(C=0.01, max_iter=2000, class_weight="balanced")
        )
        classifier.fit(training[:, blocks], training_truth)
        accuracy, mean_recall, *recalls = scores(truth, classifier.predict(held_out[:, blocks]))
        report[name] = {"accuracy": round(accuracy, 4), "mean_recall": round(mean_recall, 4)}
        report[name] |= {
            f"recall {label}": round(value, 4)
            for label, value in zip(CLASSES, recalls, strict=True)
        }
    return report


def block_means(images: np.ndarray) -> np.ndarray:
    """(n, 1, height, width) to (n, 16, 16)."""
    n, _, height, width = images.shape
    return images.reshape(n, 16, height // 16, 16, width // 16).mean(axis=(2, 4))


def describe_features(features: np.ndarray) -> dict:
    """How many units ever fire, and how many dimensions the rest spans."""
    variances = np.linalg.svd(features - features.mean(axis=0), compute_uv=False) ** 2
    shares = variances / variances.sum()
    return {
        "n_images": len(features),
        "n_units_ever_nonzero": int((features > 0).any(axis=0).sum()),
        "mean_share_nonzero": round(float((features > 0).mean()), 4),
        "pca_explained_variance_first_10": [round(float(share), 4) for share in shares[:10]],
        "n_components_for_95_percent": int(np.searchsorted(shares.cumsum(), 0.95) + 1),
    }


def describe_neighbours(xrays: list[Xray], features: np.ndarray) -> dict:
    """What an image and its nearest neighbour (Euclidean) have in common.

    Each share is over the images that could agree with another: those of
    patients with several images, and those of a lateral view. `by_chance` is
    what a neighbour drawn at random from the others would give.
    """
    distances = np.linalg.norm(features[:, np.newaxis] - features, axis=2)
    np.fill_diagonal(distances, np.inf)
    nearest = distances.argmin(axis=1)
    patient = np.array([xray.patient for xray in xrays])
    lateral = np.array([xray.view == "L" for xray in xrays])

    same_patient = patient[:, np.newaxis] == patient
    both_lateral = lateral[:, np.newaxis] & lateral
    report = {}
    for name, alike in {"same patient": same_patient, "lateral view": both_lateral}.items():
        np.fill_diagonal(alike, False)
        rows = alike.any(axis=1).nonzero()[0]
        report[name] = {
            "n_images": len(rows),
            "share": round(float(alike[rows, nearest[rows]].mean()), 4),
            "by_chance": round(float(alike[rows].sum(axis=1).mean() / (len(xrays) - 1)), 4),
        }
    return report


if __name__ == "__main__":
    main()
