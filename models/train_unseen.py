"""Trains `chest-xray-64-unseen.onnx`, which is `--model builtin:unseen`.

    python models/train_unseen.py --covid DIR --pneumonia DIR --out models

The network and the training of train.py, on the training part of the same split but for its COVID-19 X-rays: nothing
of that collection has a say in the weights, and none of it is read but for the draw of the split. It has two classes,
normal and bacteria. Into `--out` go the model and the digests of the images that it was trained on. It takes five
minutes on one core; the same images, versions and processor type give the same bytes.
"""

import datetime
import json
from pathlib import Path

import numpy as np

import preprocess
import scratch
import train
from cohort import CLASSES, load_split, parser_of, pneumonia_xrays
from network import write_onnx

NAME = f"{train.NAME}-unseen"
# That of the images alone: those of the other collection have a stricter one.
LICENSE = "CC-BY-4.0"


def main() -> None:
    parser = parser_of(__doc__)
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    parser.add_argument("--date", default=datetime.date.today().isoformat(), help="written into the model")
    arguments = parser.parse_args()

    # In the order of the files, which decides in which order they are drawn.
    in_split = set(load_split(arguments.covid, arguments.pneumonia).training)
    training = [xray for xray in pneumonia_xrays(arguments.pneumonia) if xray in in_split]
    net = scratch.trained(training)
    classes = [CLASSES[label] for label in np.unique([xray.label for xray in training])]
    metadata = train.metadata(preprocess.MEAN, preprocess.STD, arguments.date)
    metadata |= {
        "negatoscope.name": NAME,
        "negatoscope.classes": json.dumps(classes),
        "negatoscope.license": LICENSE,
    }
    path = arguments.out / f"{NAME}.onnx"
    write_onnx(net, path, preprocess.HEIGHT, preprocess.WIDTH, metadata)
    train.check_export(net, path, scratch.tensors(training[:64]))
    train.write_training_digests(training, arguments.out / "training-images-unseen.blake3")


if __name__ == "__main__":
    main()
