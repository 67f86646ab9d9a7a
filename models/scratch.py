"""The network of train.py as it is published, and trained on other images, for candidates.py."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch

import preprocess
import train
from cohort import SPLIT_SEED, VALIDATION_SHARE, Xray, split_by_patient
from evaluate import PROBABILITIES
from network import ChestXrayNet


def kept(path: Path, training: list[Xray], xrays: list[Xray]) -> tuple[np.ndarray, np.ndarray]:
    """Activations before the rectifier, (n_images, 64), and probabilities of all `xrays`, by a network trained on
    `training`; from a file where it was made before."""
    if not path.exists():
        activations, probabilities = applied(trained(training), xrays)
        np.savez(path, activations=activations, probabilities=probabilities)
    with np.load(path) as stored:
        return stored["activations"], stored["probabilities"]


def trained(training: list[Xray]) -> ChestXrayNet:
    """As train.py does it, on one thread; classes are those that occur."""
    torch.use_deterministic_algorithms(True)
    torch.set_num_threads(1)
    torch.manual_seed(train.SEED)
    labels = sorted({xray.label for xray in training})
    training = [replace(xray, label=labels.index(xray.label)) for xray in training]
    fit, validation = split_by_patient(training, VALIDATION_SHARE, np.random.default_rng(SPLIT_SEED))
    net = ChestXrayNet(len(labels))
    targets = train.labels(fit), tensors(validation), train.labels(validation)
    train.train(net, tensors(fit), *targets, train.MAX_EPOCHS)
    return net.eval()


def tensors(xrays: list[Xray]) -> torch.Tensor:
    return train.tensors(xrays, preprocess.MEAN, preprocess.STD)


def published(xrays: list[Xray]) -> tuple[np.ndarray, np.ndarray]:
    """The same of the published file."""
    model = onnx.load(Path(__file__).with_name(f"{train.NAME}.onnx"))
    names = ["dense", PROBABILITIES]
    model.graph.output.append(onnx.ValueInfoProto(name=names[0]))
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    images = (preprocess.load_tensor(xray.path)[np.newaxis] for xray in xrays)
    runs = [session.run(names, {"image": image}) for image in images]
    activations, probabilities = (np.concatenate(values).astype(np.float64) for values in zip(*runs, strict=True))
    return activations, probabilities


@torch.no_grad()
def applied(net: ChestXrayNet, xrays: list[Xray]) -> tuple[np.ndarray, np.ndarray]:
    activations, probabilities = [], []
    for start in range(0, len(xrays), train.BATCH_SIZE):
        values = net.activations(tensors(xrays[start : start + train.BATCH_SIZE]))
        activations.append(values.numpy().astype(np.float64))
        probabilities.append(net.scores(values).softmax(dim=1).numpy().astype(np.float64))
    return np.concatenate(activations), np.concatenate(probabilities)
