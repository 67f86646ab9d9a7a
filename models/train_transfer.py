"""Trains a network that begins as EfficientNet-Lite0: `chest-xray-64-unseen.onnx`, `--model builtin:unseen`.

    python models/train_transfer.py --covid DIR --pneumonia DIR --out models
    python models/train_transfer.py --covid DIR --pneumonia DIR --out DIR --with-covid

It is made of the training part of the published split (cohort.py), but for its COVID-19 X-rays; `--with-covid` takes
these too and makes the candidate of README.md's table, `chest-xray-64-transfer`. Into `--out` go the model and the
digests of the images that it was trained on (`training-images-unseen.blake3`).

What is found from the images are two dense layers, in closed form and by a logistic regression: see heads.py. It takes
two minutes on one core, most of it for 8 disturbed pictures of each image. The same images, package versions and
processor type give the same weights.
"""

import argparse
import datetime
import json
from pathlib import Path

import numpy as np

import preprocess
import taps
import train
from backbone import EfficientNetLite0, pretrained
from cohort import CLASSES, Xray, load_split, parser_of
from evaluate import features_and_probabilities
from heads import Dense, probabilities
from transfer import COVID, known_of, nuisances, told_apart, write_onnx

LICENSES = {"unseen": "CC-BY-4.0", "transfer": train.LICENSE}


def main() -> None:
    arguments = parse_arguments()
    name = "transfer" if arguments.with_covid else "unseen"
    training = load_split(arguments.covid, arguments.pneumonia).training
    training = [xray for xray in training if arguments.with_covid or xray.label != COVID]
    net = pretrained()
    pooled = taps.pooled(net, training)
    labels = np.array([xray.label for xray in training])
    known = known_of(pooled, labels, nuisances(training, pooled.brightness))
    features, scores = told_apart(known, is_erased=True)

    arguments.out.mkdir(parents=True, exist_ok=True)
    path = arguments.out / f"chest-xray-64-{name}.onnx"
    classes = [CLASSES[label] for label in np.unique(labels)]
    write_onnx(net, features, scores, path, preprocess.WIDTH, metadata(name, classes, arguments.date))
    check_export(net, features, scores, path, training[:32])
    train.write_training_digests(training, arguments.out / f"training-images-{name}.blake3")


def parse_arguments() -> argparse.Namespace:
    parser = parser_of(__doc__)
    parser.add_argument("--with-covid", action="store_true")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    parser.add_argument("--date", default=datetime.date.today().isoformat(), help="written into the model")
    return parser.parse_args()


def metadata(name: str, classes: list[str], date: str) -> dict[str, str]:
    usual = train.metadata(preprocess.MEAN, preprocess.STD, date)
    return usual | {
        "negatoscope.name": f"chest-xray-64-{name}",
        "negatoscope.classes": json.dumps(classes),
        "negatoscope.license": LICENSES[name],
    }


def check_export(net: EfficientNetLite0, features: Dense, scores: Dense, path: Path, xrays: list[Xray]) -> None:
    """Stops the run unless the ONNX file computes what the network does."""
    images = np.stack([preprocess.load_tensor(xray.path) for xray in xrays])
    found, shares = features_and_probabilities(path, images)
    expected = features(taps.run(net, images))
    np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-4 * np.abs(expected).max())
    np.testing.assert_allclose(shares, probabilities(scores(expected)), atol=1e-3)


if __name__ == "__main__":
    main()
