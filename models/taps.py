"""The backbone's maps of many images, averaged over their positions, as they are and disturbed."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

import disturb
import preprocess
from backbone import EfficientNetLite0
from cohort import Xray

N_PICTURES = 8
SEED = 64


@dataclass(frozen=True)
class Taps:
    """`clean` is (n_images, n_channels), `disturbed` (n_images, N_PICTURES, n_channels), and `brightness` the mean
    level of each image before it is equalised, 0...255."""

    clean: np.ndarray
    disturbed: np.ndarray
    brightness: np.ndarray

    def of(self, rows: np.ndarray) -> "Taps":
        return Taps(self.clean[rows], self.disturbed[rows], self.brightness[rows])


def pooled(net: EfficientNetLite0, xrays: list[Xray]) -> Taps:
    """Runs the network on one thread, so that the number of cores changes no sum."""
    torch.set_num_threads(1)
    clean, disturbed, brightness = [], [], []
    for index, xray in enumerate(xrays):
        levels = preprocess.resize(preprocess.load_grey(xray.path))
        draws = [np.random.default_rng([SEED, index, picture]) for picture in range(N_PICTURES)]
        pictures = [levels, *(disturb.disturbed(levels, rng) for rng in draws)]
        values = run(net, np.stack([disturb.tensor(picture) for picture in pictures]))
        clean.append(values[0])
        disturbed.append(values[1:])
        brightness.append(levels.mean(dtype=np.float64))
    return Taps(np.array(clean), np.array(disturbed), np.array(brightness))


@torch.no_grad()
def run(net: EfficientNetLite0, images: np.ndarray) -> np.ndarray:
    """Float64 (n_images, n_channels)."""
    return net(torch.from_numpy(images)).numpy().astype(np.float64)


def kept(path: Path, net: EfficientNetLite0, xrays: list[Xray]) -> Taps:
    """The same, from a file where it was made before."""
    if not path.exists():
        made = pooled(net, xrays)
        np.savez(path, **vars(made))
    with np.load(path) as stored:
        return Taps(**stored)
