"""Golden data for preprocessing and for the default model.

    python tests/golden/preprocess/make.py [--covid DIR]

Draws a few synthetic images from fixed seeds, and computes by the reference
path (Pillow, models/preprocess.py, ONNX Runtime in Python) what each of them
must become:

- `<name>.<ext>`         the image
- `<name>.tensor.npy`    float32 (1, 56, 56): every 4th row and column of the
                         model's input, starting with the first, to keep it small
- `features.npy`         float32 (n_images, 64), in the order of `golden.json`
- `golden.json`          the images in order, the model's digest, the versions

With `--covid`, a clone of the COVID-19 image data collection, it also writes
`../cohort_features.npy`, float32 (n_images, 64), and `../cohort_features.json`,
the file names of its rows in the order of the CSV. The X-rays themselves are
not ours to ship.

JPEG decoders may differ by one grey level from each other, so a comparison
that includes decoding should allow the JPEGs more than the PNGs.
"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import PIL
from blake3 import blake3
from PIL import Image

HERE = Path(__file__).resolve().parent
MODELS = HERE.parents[2] / "models"
sys.path.insert(0, str(MODELS))

import preprocess  # noqa: E402 (the path has to be set first)
from cohort import covid_xrays  # noqa: E402
from evaluate import features_and_probabilities, normalisation  # noqa: E402

MODEL = MODELS / "chest-xray-64-erased.onnx"
TENSOR_STEP = 4
EXIF_ORIENTATION = 0x0112


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--covid", type=Path, metavar="DIR")
    arguments = parser.parse_args()

    paths = draw_images()
    tensors = load_tensors(paths)
    for path, tensor in zip(paths, tensors, strict=True):
        np.save(HERE / f"{path.stem}.tensor.npy", tensor[:, ::TENSOR_STEP, ::TENSOR_STEP])
    save_features(HERE / "features.npy", tensors)
    write_json(HERE / "golden.json", golden_index(paths))

    if arguments.covid:
        cohort = [xray.path for xray in covid_xrays(arguments.covid)]
        save_features(HERE.parent / "cohort_features.npy", load_tensors(cohort))
        write_json(HERE.parent / "cohort_features.json", [path.name for path in cohort])


def draw_images() -> list[Path]:
    """One image for each way in which pixels are decoded."""
    grey = to_8_bit(scene(257, 301, seed=1) + noise(257, 301, seed=2, amplitude=0.04))
    channels = [scene(480, 640, seed=seed) for seed in (3, 4, 5)]
    deep = scene(200, 300, seed=6) + noise(200, 300, seed=7, amplitude=0.01)
    photo = to_8_bit(scene(400, 500, seed=8) + noise(400, 500, seed=9, amplitude=0.03))
    turned = to_8_bit(scene(320, 240, seed=10))

    # Orientation 6: a viewer has to turn the picture clockwise by 90 degrees.
    turn = Image.Exif()
    turn[EXIF_ORIENTATION] = 6
    return [
        save(Image.fromarray(grey), "grey_8_bit.png", optimize=True),
        save(Image.fromarray(to_8_bit(np.stack(channels, axis=-1))), "colour.png", optimize=True),
        save(
            Image.fromarray(np.rint(np.clip(deep, 0, 1) * 65535).astype(np.uint16)),
            "grey_16_bit.png",
        ),
        save(Image.fromarray(photo), "grey.jpg", quality=90),
        save(Image.fromarray(turned), "turned.jpg", quality=90, exif=turn),
    ]


def save(image: Image.Image, name: str, **options) -> Path:
    image.save(HERE / name, **options)
    return HERE / name


def scene(height: int, width: int, seed: int) -> np.ndarray:
    """A slanted gradient with bright and dark blobs: float64, about 0...1."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j]
    levels = 0.3 + rng.uniform(-0.3, 0.3) * x + rng.uniform(0.1, 0.4) * y
    for _ in range(8):
        centre_y, centre_x, strength = rng.uniform([0, 0, -0.4], [1, 1, 0.5])
        radius = rng.uniform(0.04, 0.25)
        distance_squared = (y - centre_y) ** 2 + (x - centre_x) ** 2
        levels = levels + strength * np.exp(-distance_squared / (2 * radius**2))
    return levels


def noise(height: int, width: int, seed: int, amplitude: float) -> np.ndarray:
    return np.random.default_rng(seed).normal(0.0, amplitude, (height, width))


def to_8_bit(levels: np.ndarray) -> np.ndarray:
    return np.rint(np.clip(levels, 0.0, 1.0) * 255).astype(np.uint8)


def load_tensors(paths: list[Path]) -> np.ndarray:
    mean, std = normalisation(MODEL)
    return np.stack([preprocess.load_tensor(path, mean, std) for path in paths])


def save_features(path: Path, tensors: np.ndarray) -> None:
    features, _ = features_and_probabilities(MODEL, tensors)
    np.save(path, features)


def golden_index(paths: list[Path]) -> dict:
    return {
        "images": [path.name for path in paths],
        "tensor_step": TENSOR_STEP,
        "model_blake3": blake3(MODEL.read_bytes()).hexdigest(),
        "versions": {
            "numpy": np.__version__,
            "onnx": onnx.__version__,
            "onnxruntime": onnxruntime.__version__,
            "pillow": PIL.__version__,
        },
    }


def write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
