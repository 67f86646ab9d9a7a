"""Holds candidates for the default model against each other: the table in README.md.

    python models/candidates.py --covid DIR --pneumonia DIR --negatoscope BINARY --work DIR [--out FILE]

Every candidate gives 64 features of an image and the probabilities of the classes. Each is trained

- on the training part of the published split (cohort.py): its figures as a classifier are of the held-out part, and
  what its features of the 193 COVID-19 X-rays hold is told of these;
- on that part without the COVID-19 X-rays, so that the 193, a source of their own, are wholly new to it;
- on the patients outside each of three folds: the network from scratch only with `--folds`.

What takes long (training from scratch: 5 minutes a network; the backbone on disturbed images: 4) is kept in `--work`.
Seeded: the same images, versions and processor give the same figures.
"""

import argparse
import functools
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.metrics import roc_auc_score

import judge
import scratch
import taps
from backbone import pretrained
from cohort import CLASSES, Xray, covid_xrays, load_split, parser_of, pneumonia_xrays
from heads import Dense, classifier, probabilities, whitened, without
from transfer import (
    COVID,
    NUISANCES,
    STRENGTH,
    Head,
    known_of,
    nuisances,
    principal_components,
    told_apart,
    trained_head,
)

N_FOLDS = 3
FOLD_SEED = 2021
VIRUS = len(CLASSES)

# Features and probabilities of all images, given which are for training.
Fitted = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Images:
    """All images: those of the three classes, then children's viral pneumonia, which nothing is trained on."""

    xrays: list[Xray]
    pooled: taps.Taps
    labels: np.ndarray
    fold: np.ndarray
    in_split: set[Path]
    """Training part of the published split."""
    nuisances: np.ndarray

    def training(self, part: str) -> np.ndarray:
        return training_rows(self.xrays, self.fold, self.in_split, part)


def main() -> None:
    arguments = parse_arguments()
    images = load(arguments)
    report = {}
    for name, fit in candidates(images, arguments.work).items():
        has_folds = arguments.folds or name.startswith("transfer")
        report[name] = judged(images, fit, arguments, has_folds)
        print(name, json.dumps(report[name]), flush=True)
        text = json.dumps({"n_folds": N_FOLDS, "candidates": report}, indent=1)
        if arguments.out:
            arguments.out.write_text(text + "\n", encoding="utf-8")
    print(tables(report))


def parse_arguments() -> argparse.Namespace:
    parser = parser_of(__doc__)
    parser.add_argument("--negatoscope", type=Path, required=True, metavar="BINARY")
    parser.add_argument("--work", type=Path, required=True, metavar="DIR")
    parser.add_argument("--out", type=Path, metavar="FILE")
    parser.add_argument("--folds", action="store_true", help="cross-validate the network from scratch, too")
    return parser.parse_args()


def load(arguments: argparse.Namespace) -> Images:
    xrays = all_xrays(arguments.covid, arguments.pneumonia)
    arguments.work.mkdir(parents=True, exist_ok=True)
    pooled = taps.kept(arguments.work / "pooled.npz", pretrained(), xrays)
    split = load_split(arguments.covid, arguments.pneumonia)
    return Images(
        xrays=xrays,
        pooled=pooled,
        labels=np.array([xray.label for xray in xrays]),
        fold=folds(xrays),
        in_split={xray.path for xray in split.training},
        nuisances=nuisances(xrays, pooled.brightness),
    )


def candidates(images: Images, work: Path) -> dict[str, Callable[[str], Fitted]]:
    """Each gives features and probabilities of all images, given what it is trained on (`training_rows`)."""

    @functools.cache
    def published() -> Fitted:
        return scratch.published(images.xrays)

    def trained(part: str, rows: np.ndarray) -> Fitted:
        training = [xray for xray, is_known in zip(images.xrays, rows, strict=True) if is_known]
        return scratch.kept(work / f"scratch-{part}.npz", training, images.xrays)

    def from_scratch(change: Callable[[np.ndarray, np.ndarray], Dense] | None) -> Callable[[str], Fitted]:
        """Rectified as they are, or changed: then the classifier is fitted anew on what came of it."""

        def fit(part: str) -> Fitted:
            rows = images.training(part)
            activations, shares = published() if part == "split" else trained(part, rows)
            if change is None:
                return np.maximum(activations, 0.0), shares
            values = change(activations[rows], rows)(activations)
            targets = np.searchsorted(np.unique(images.labels[rows]), images.labels[rows])
            return values, probabilities(classifier(values[rows], targets, STRENGTH)(values))

        return fit

    def transfer(head: Head, is_erased: bool = False) -> Callable[[str], Fitted]:
        return lambda part: transferred(images, images.training(part), head, is_erased)

    def as_it_is(activations: np.ndarray, rows: np.ndarray) -> Dense:
        return Dense(np.eye(activations.shape[1]), np.zeros(activations.shape[1]))

    def erased(activations: np.ndarray, rows: np.ndarray) -> Dense:
        return without(activations, images.nuisances[rows], images.labels[rows] == COVID)

    return {
        "from scratch, as it was trained": from_scratch(None),
        "from scratch, before the rectifier": from_scratch(as_it_is),
        "from scratch, before it, whitened": from_scratch(lambda activations, rows: whitened(activations)),
        "from scratch, before it, erased": from_scratch(erased),
        "transfer, principal components": transfer(principal_components),
        "transfer, trained head": transfer(trained_head),
        "transfer, trained head, erased": transfer(trained_head, is_erased=True),
        "transfer, told apart": transfer(told_apart),
        "transfer, told apart, erased": transfer(told_apart, is_erased=True),
    }


def all_xrays(covid: Path, pneumonia: Path) -> list[Xray]:
    """Those of the three classes, then children's viral pneumonia."""
    xrays = covid_xrays(covid) + pneumonia_xrays(pneumonia)
    for path in sorted((pneumonia / "virus").iterdir()):
        if patient := re.match(r"person\d+", path.name):
            xrays.append(Xray(path, VIRUS, patient.group()))
    return xrays


def folds(xrays: list[Xray]) -> np.ndarray:
    """The fold of each image; patients are dealt out whole, class by class.

    A patient of both kinds of pneumonia is in one fold.
    """
    rng = np.random.default_rng(FOLD_SEED)
    fold_of: dict[str, int] = {}
    for label in sorted({xray.label for xray in xrays}):
        patients = sorted({xray.patient for xray in xrays if xray.label == label} - fold_of.keys())
        fold_of |= {patient: place % N_FOLDS for place, patient in enumerate(rng.permutation(patients))}
    return np.array([fold_of[xray.patient] for xray in xrays])


def training_rows(xrays: list[Xray], fold: np.ndarray, in_split: set[Path], part: str) -> np.ndarray:
    """Which images a network is trained on: `fold0` to `fold2` (all but that one), `split`, or `unseen`."""
    labels = np.array([xray.label for xray in xrays])
    if part.startswith("fold"):
        return (labels != VIRUS) & (fold != int(part.removeprefix("fold")))
    known = np.array([xray.path in in_split for xray in xrays])
    return known & (labels != COVID) if part == "unseen" else known


def transferred(images: Images, rows: np.ndarray, head: Head, is_erased: bool) -> Fitted:
    """Features and probabilities of all images by two dense layers on pooled maps, made of what is known of `rows`."""
    known = known_of(images.pooled.of(rows), images.labels[rows], images.nuisances[rows])
    features, scores = head(known, is_erased)
    values = features(images.pooled.clean)
    return values, probabilities(scores(values))


def judged(images: Images, fit: Callable[[str], Fitted], arguments: argparse.Namespace, has_folds: bool) -> dict:
    features, shares = fit("split")
    held_out = ~images.training("split") & ((images.labels != VIRUS) | (images.fold == 0))
    figures = {"held out": as_classifier(images, shares, held_out)}
    figures["held out"]["auc virus against bacteria"] = area_of_virus(images, features, held_out)
    figures["features, held out"] = linear_shares(images, features, held_out)
    for part in ("split", "unseen"):
        features, shares = fit(part)
        rows = np.flatnonzero(images.labels == COVID)
        cohort = [images.xrays[row] for row in rows]
        figures[f"features, {part}"] = judge.of_features(
            arguments.negatoscope, arguments.covid, features[rows], cohort, arguments.work
        )
    # Of the two classes that it knows.
    new = held_out & np.isin(images.labels, (CLASSES.index("normal"), CLASSES.index("bacteria")))
    area = roc_auc_score(images.labels[new] == CLASSES.index("bacteria"), shares[new, 1])
    figures["features, unseen"]["auc bacteria against normal"] = {"value": round(float(area), 4)}
    if has_folds:
        out_of_fold = np.zeros((len(images.labels), len(CLASSES)))
        areas = []
        for fold in range(N_FOLDS):
            features, shares = fit(f"fold{fold}")
            out_of_fold[images.fold == fold] = shares[images.fold == fold]
            areas.append(area_of_virus(images, features, images.fold == fold)["value"])
        figures["folds"] = as_classifier(images, out_of_fold, images.labels != VIRUS)
        figures["folds"]["auc virus against bacteria"] = {"value": round(float(np.mean(areas)), 4)}
    return figures


def as_classifier(images: Images, shares: np.ndarray, rows: np.ndarray) -> dict:
    rows = np.flatnonzero(rows & (images.labels != VIRUS))
    return judge.of_probabilities([images.xrays[row] for row in rows], shares[rows])


def area_of_virus(images: Images, features: np.ndarray, held_out: np.ndarray) -> dict:
    """Whether the features tell children's viral pneumonia, which nothing was trained on, from bacterial."""
    rows = np.isin(images.labels, (CLASSES.index("bacteria"), VIRUS))
    is_virus, is_new = images.labels[rows] == VIRUS, held_out[rows]
    log_odds = judge.probe(features[rows], is_virus, ~is_new)
    return {"value": round(float(roc_auc_score(is_virus[is_new], log_odds[is_new])), 4)}


def linear_shares(images: Images, features: np.ndarray, rows: np.ndarray) -> dict:
    """What may have been taken out, in the COVID-19 X-rays of patients that nothing was fitted on."""
    rows = rows & (images.labels == COVID)
    columns = zip(NUISANCES, images.nuisances[rows].T, strict=True)
    found = {name: judge.adjusted_r_squared_of_number(features[rows], column) for name, column in columns}
    return {name: {"value": round(value, 4)} for name, value in found.items()}


# Headings of the tables in README.md.
PARTS = {
    "held out": "As classifiers: the held-out part of the split",
    "folds": "As classifiers: three folds",
    "features, held out": "Taken out or not: shares of the variance in the held-out COVID-19 X-rays",
    "features, split": "The features of the 193, of networks trained on three quarters of them",
    "features, unseen": "The features of the 193, of networks that have seen none of them",
}


def tables(report: dict) -> str:
    lines = []
    for part, heading in PARTS.items():
        found = {candidate: figures[part] for candidate, figures in report.items() if part in figures}
        names = list(next(iter(found.values())))
        lines += ["", f"#### {heading}", "", f"| | {' | '.join(names)} |", "|---" * (len(names) + 1) + "|"]
        for candidate, figures in found.items():
            lines.append(f"| {candidate} | {' | '.join(written(figures[name]) for name in names)} |")
    return "\n".join(lines)


def written(figure: dict) -> str:
    low_high = figure.get("interval_95")
    return f"{figure['value']:.3f}" + ("" if low_high is None else f" ({low_high[0]:.3f} to {low_high[1]:.3f})")


if __name__ == "__main__":
    main()
