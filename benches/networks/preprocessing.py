#!/usr/bin/env python3
"""How far other preprocessing moves features, beside what a disease does: the second table of docs/networks.md.

    benches/networks/preprocessing.py --binary negatoscope SOUND ILL

SOUND and ILL are folders of X-rays; the first 100 of each by name are taken. The network is the built-in one, whose
own preprocessing is the right one. Needs numpy. Prints Markdown.
"""

import argparse
import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np

N_IMAGES, N_NEIGHBOURS = 100, 5

VARIANTS = {
    "its own, unsmoothed": ["--prepare", "antialias=false"],
    "its own, nearest pixel": ["--prepare", "resize=nearest"],
    "its own, bicubic": ["--prepare", "resize=bicubic"],
    "its own, the middle cut out": ["--prepare", "fit=crop"],
    "its own, letterbox": ["--prepare", "fit=letterbox"],
    "its own, not equalised": ["--prepare", "equalize=false"],
    "`unit`, what would be guessed": ["--preprocessing", "unit"],
    "`raw`": ["--preprocessing", "raw"],
    "`torchxrayvision`": ["--preprocessing", "torchxrayvision"],
}


def features(binary: Path, images: Path, words: list[str], work: Path) -> np.ndarray:
    path = work / "features.npy"
    command = [binary, "embed", "--images", images, "-o", path, "--cache-dir", work / "cache", *words]
    subprocess.run(command, check=True, capture_output=True)
    return np.load(path).astype(np.float64)


def neighbours(values: np.ndarray) -> list[set]:
    distances = np.linalg.norm(values[:, None] - values[None], axis=2)
    np.fill_diagonal(distances, np.inf)
    return [set(row) for row in np.argsort(distances, axis=1, kind="stable")[:, :N_NEIGHBOURS]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", type=Path, required=True)
    parser.add_argument("folders", type=Path, nargs=2)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        work = Path(work)
        images = work / "images"
        images.mkdir()
        for group, folder in enumerate(args.folders):
            for number, path in enumerate(sorted(folder.iterdir())[:N_IMAGES]):
                shutil.copy(path, images / f"{group}-{number:03}{path.suffix}")
        right = features(args.binary, images, [], work)
        # Files are read in the order of their names, so the groups lie one after the other.
        sound, ill = right[: len(right) // 2], right[len(right) // 2 :]
        apart = np.linalg.norm(sound.mean(axis=0) - ill.mean(axis=0))
        near = neighbours(right)
        print("| preprocessing | nearest neighbours kept | moved, of the way from sound to ill |\n| --- | --- | --- |")
        for name, words in VARIANTS.items():
            found = features(args.binary, images, words, work)
            assert found.shape == right.shape, f"{name}: {found.shape}"
            kept = np.mean([len(a & b) / N_NEIGHBOURS for a, b in zip(near, neighbours(found))])
            moved = np.median(np.linalg.norm(found - right, axis=1)) / apart
            print(f"| {name} | {kept:.0%} | {moved:.2f} |")


if __name__ == "__main__":
    main()
