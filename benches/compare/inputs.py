"""The inputs of every row, made once and the same on every machine: seeded, nothing downloaded."""

import csv
import shutil
from pathlib import Path

import numpy as np
from PIL import Image

CLUSTERS = 40


def make(folder: Path, golden: Path) -> None:
    """Fills `folder`; a folder that is complete is left as it is."""
    done = folder / "inputs.done"
    if done.exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(golden / "features.npy", folder / "features.npy")
    rng = np.random.default_rng(0)
    np.save(folder / "blobs.npy", blobs(rng, 100_000, 64).astype(np.float32))
    for n in (1_000, 10_000, 100_000, 1_000_000):
        np.save(folder / f"points_{n}.npy", standardized(blobs(rng, n, 2)))
    x_rays(folder / "x-rays", 193)
    ready_vectors(folder / "10000", 10_000, np.load(folder / "blobs.npy")[:10_000])
    ready_vectors(folder / "100000", 100_000, np.load(folder / "blobs.npy"))
    done.touch()


def blobs(rng: np.random.Generator, n: int, d: int) -> np.ndarray:
    """Normal numbers around normal centres that are three times as wide."""
    centres = 3.0 * rng.normal(size=(CLUSTERS, d))
    return centres[rng.integers(CLUSTERS, size=n)] + rng.normal(size=(n, d))


def standardized(points: np.ndarray) -> np.ndarray:
    return (points - points.mean(axis=0)) / points.std(axis=0)


def x_rays(folder: Path, n: int) -> None:
    """Grey pictures of the sizes of X-rays from the public collections: two in three are JPEG, with
    smooth shapes and film grain, so that they compress about as X-rays do."""
    (folder / "images").mkdir(parents=True)
    rng = np.random.default_rng(1)
    rows = []
    for i in range(n):
        width, height = rng.integers(700, 2500, size=2)
        y, x = np.mgrid[0:height, 0:width] / max(width, height)
        shade = 128.0 + np.zeros((height, width))
        for _ in range(6):
            cx, cy, radius = rng.uniform(0, 1), rng.uniform(0, 1), rng.uniform(0.1, 0.5)
            shade += rng.uniform(-80, 80) * np.exp(-((x - cx) ** 2 + (y - cy) ** 2) / radius**2)
        shade += rng.normal(scale=4.0, size=shade.shape)
        name = f"x{i:03}.{'png' if i % 3 == 0 else 'jpg'}"
        Image.fromarray(np.clip(shade, 0, 255).astype(np.uint8)).save(folder / "images" / name)
        rows.append((f"p{i}", name))
    table(folder, rows)


def ready_vectors(folder: Path, n: int, features: np.ndarray) -> None:
    """A cohort whose pictures are tiny, for rows about what comes after the features."""
    (folder / "images").mkdir(parents=True)
    np.save(folder / "features.npy", features)
    tiny = np.random.default_rng(2).integers(0, 255, size=(32, 32), dtype=np.uint8)
    Image.fromarray(tiny).save(folder / "tiny.png")
    content = (folder / "tiny.png").read_bytes()
    rows = [(f"p{i // 2}", f"x{i:06}.png") for i in range(n)]
    for _, name in rows:
        (folder / "images" / name).write_bytes(content)
    table(folder, rows)


def table(folder: Path, rows: list[tuple[str, str]]) -> None:
    with open(folder / "metadata.csv", "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["patientid", "filename"])
        writer.writerows(rows)
