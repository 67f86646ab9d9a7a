"""Takes view and exposure out of the trained network's features: `chest-xray-64-erased`, which is the default.

    python models/erase.py --covid DIR --pneumonia DIR --out FILE

The convolutions stay. Of the dense layer after them, before its rectifier, what goes linearly with mean brightness,
lateral view and AP against PA is projected out (heads.py, `without`), which another weight and bias of the same layer
do; the classifier is a logistic regression on that. It is fitted on the training part of the published split, and has
nothing random in it.
"""

import datetime
from pathlib import Path

import numpy as np
import onnx
from onnx import helper, numpy_helper

import preprocess
import scratch
import train
from cohort import load_split, parser_of
from evaluate import FEATURES
from heads import Dense, classifier, without
from transfer import COVID, STRENGTH, nuisances

NAME = f"{train.NAME}-erased"


def main() -> None:
    parser = parser_of(__doc__)
    parser.add_argument("--out", type=Path, required=True, metavar="FILE")
    parser.add_argument("--date", default=datetime.date.today().isoformat(), help="written into the model")
    arguments = parser.parse_args()

    training = load_split(arguments.covid, arguments.pneumonia).training
    labels = np.array([xray.label for xray in training])
    levels = [preprocess.resize(preprocess.load_grey(xray.path)).mean(dtype=np.float64) for xray in training]
    activations, _ = scratch.published(training)
    erased = without(activations, nuisances(training, np.array(levels)), labels == COVID)
    scores = classifier(erased(activations), labels, STRENGTH)
    model = onnx.load(Path(__file__).with_name(f"{train.NAME}.onnx"))
    replace_end(model, erased, scores)
    metadata = {entry.key: entry.value for entry in model.metadata_props}
    metadata |= {"negatoscope.name": NAME, "negatoscope.date": arguments.date}
    helper.set_model_props(model, metadata)
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, arguments.out)


def replace_end(model: onnx.ModelProto, erased: Dense, scores: Dense) -> None:
    """The dense layer gives the features, without a rectifier, and the classifier reads them."""
    weights = {weight.name: weight for weight in model.graph.initializer}
    dense = Dense(*(numpy_helper.to_array(weights[f"dense.{part}"]).astype(np.float64) for part in ("weight", "bias")))
    for name, layer in {"dense": dense.then(erased), "scores": scores}.items():
        for part, values in {"weight": layer.weight, "bias": layer.bias}.items():
            array = numpy_helper.from_array(values.astype(np.float32), f"{name}.{part}")
            weights[f"{name}.{part}"].CopyFrom(array)
    nodes = {node.name: node for node in model.graph.node}
    model.graph.node.remove(nodes[FEATURES])
    nodes["dense"].name = nodes["dense"].output[0] = FEATURES
    stale = [value for value in model.graph.value_info if value.name == "dense"]
    for value in stale:
        model.graph.value_info.remove(value)


if __name__ == "__main__":
    main()
