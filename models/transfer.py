"""The network that begins as EfficientNet-Lite0: its two dense layers, and how it is written as an ONNX file."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import helper

import heads
import trained_head as descent
from backbone import TAPPED, EfficientNetLite0
from cohort import CLASSES, Xray
from heads import Dense
from network import GraphBuilder
from taps import Taps

COVID = CLASSES.index("COVID-19")
# What may be taken out of the features; see `nuisances`.
NUISANCES = ("mean_brightness", "lateral", "in front")
# Strength of the logistic regression on features (scikit-learn's C).
STRENGTH = 0.1


@dataclass(frozen=True)
class Known:
    """What heads are made of: of each image its own pooled maps and those of its disturbed pictures (the first is its
    own), the number of its class, its collection, and its nuisances."""

    pictures: np.ndarray
    targets: np.ndarray
    collections: np.ndarray
    nuisances: np.ndarray


# Features of pooled maps, and class scores of features.
Head = Callable[[Known, bool], tuple[Dense, Dense]]


def known_of(pooled: Taps, labels: np.ndarray, nuisances_: np.ndarray) -> Known:
    return Known(
        pictures=np.concatenate([pooled.clean[:, np.newaxis], pooled.disturbed], axis=1),
        # Classes that do not occur get no number.
        targets=np.searchsorted(np.unique(labels), labels),
        collections=labels == COVID,
        nuisances=nuisances_,
    )


def nuisances(xrays: list[Xray], brightness: np.ndarray) -> np.ndarray:
    """(n_images, 3): mean brightness; whether it is lateral; whether it is from in front (AP) and not behind (PA).
    NaN where nobody says."""
    lateral = [float(xray.view == "L") if xray.view else np.nan for xray in xrays]
    in_front = [float(xray.view.startswith("AP")) if xray.view not in ("", "L") else np.nan for xray in xrays]
    return np.column_stack([brightness, lateral, in_front])


def principal_components(known: Known, is_erased: bool) -> tuple[Dense, Dense]:
    return with_scores(heads.principal(known.pictures[:, 0]), known, is_erased)


def told_apart(known: Known, is_erased: bool) -> tuple[Dense, Dense]:
    return with_scores(heads.told_apart(known.pictures[:, 1:], known.collections), known, is_erased)


def trained_head(known: Known, is_erased: bool) -> tuple[Dense, Dense]:
    features, scores = descent.trained(known.pictures, known.targets, int(known.targets.max()) + 1)
    return with_scores(features, known, is_erased) if is_erased else (features, scores)


def with_scores(features: Dense, known: Known, is_erased: bool) -> tuple[Dense, Dense]:
    """Takes the nuisances out where that is asked for, and fits a classifier."""
    if is_erased:
        values = features(known.pictures[:, 0])
        features = features.then(heads.without(values, known.nuisances, known.collections))
    n_images, n_pictures, n_in = known.pictures.shape
    values = features(known.pictures.reshape(-1, n_in))
    return features, heads.classifier(values, known.targets.repeat(n_pictures), STRENGTH)


def write_onnx(
    net: EfficientNetLite0, features: Dense, scores: Dense, path: Path, size: int, metadata: dict[str, str]
) -> None:
    """Writes backbone, means and the two dense layers with metadata, node by node as network.py does it."""
    graph = GraphBuilder()
    limits = graph.weight("zero", torch.tensor(0.0)), graph.weight("six", torch.tensor(6.0))

    def convolution(name: str, value: str, conv: torch.nn.Conv2d) -> str:
        return graph.bare_convolution(name, value, conv, list(conv.pads))

    def rectified(name: str, value: str, conv: torch.nn.Conv2d) -> str:
        return graph.node("Clip", name, [convolution(f"{name}.conv", value, conv), *limits])

    value, means = rectified("stem", "image", net.stem), []
    for number, block in enumerate(net.blocks, start=1):
        name, start = f"block{number}", value
        if block.expand is not None:
            value = rectified(f"{name}.expand", value, block.expand)
        value = rectified(f"{name}.depthwise", value, block.depthwise)
        value = convolution(f"{name}.project" if block.is_residual else name, value, block.project)
        if block.is_residual:
            value = graph.node("Add", name, [start, value])
        if number in TAPPED:
            means.append(graph.node("GlobalAveragePool", f"{name}.mean", [value]))
    value = graph.node("Concat", "means", means, axis=1)
    value = graph.node("Flatten", "flat", [value], axis=1)
    value = graph.dense("features", value, linear(features))
    value = graph.dense("scores", value, linear(scores))
    graph.node("Softmax", "probabilities", [value], axis=1)

    model = graph.model(metadata["negatoscope.name"], ["batch", 1, size, size], ["batch", len(scores.bias)])
    helper.set_model_props(model, metadata)
    model = onnx.shape_inference.infer_shapes(model, strict_mode=True)
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, path)


def linear(dense: Dense) -> torch.nn.Linear:
    layer = torch.nn.Linear(dense.weight.shape[1], dense.weight.shape[0])
    layer.load_state_dict({"weight": torch.tensor(dense.weight), "bias": torch.tensor(dense.bias)})
    return layer
