"""From an image file to the tensor that the `chest-xray-64` networks read.

This is the reference for the Rust implementation, which must agree with it to
1e-3 from the same decoded pixels. Every step is therefore continuous: a grey
level that differs in its last digit moves the result by about as little.
Rounding to 8 bit between resizing and equalising would not have that
property, because equalisation can stretch one grey level into many.

The steps, in order:

1. Decode the first frame and turn it upright by its EXIF orientation.
2. Grey, 8 bit: ITU-R 601 luma in Pillow's integer form,
   (19595 R + 38470 G + 7471 B + 32768) >> 16. Sixteen-bit grey is divided by
   257 and rounded. Alpha is ignored.
3. Resize to 224 x 224 without keeping the aspect ratio: triangle filter,
   widened by the reduction factor (antialiasing), in float32.
4. Clamp to 0...255.
5. Equalise the histogram (see `equalize`); values are then in 0...1.
6. Subtract the mean, divide by the standard deviation: (1, height, width).

Needs numpy and Pillow only.
"""

from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

VERSION = 1
WIDTH = 224
HEIGHT = 224

# Equalising spreads the grey levels evenly over 0...1, so the mean is 1/2 by
# construction and the standard deviation comes close to sqrt(1/12) = 0.2887.
# train.py measures both on the training images; the figures that it found are
# these, and they travel in the model file's metadata.
MEAN = 0.5
STD = 0.2885


def load_tensor(path: Path, mean: float = MEAN, std: float = STD) -> np.ndarray:
    """The model's input for one image file: float32 (1, HEIGHT, WIDTH)."""
    return tensor_from_grey(load_grey(path), mean, std)


def load_grey(path: Path) -> np.ndarray:
    """Decodes a file to upright 8-bit grey: uint8 (rows, columns)."""
    with Image.open(path) as image:
        image.seek(0)
        upright = ImageOps.exif_transpose(image)
        if upright.mode.startswith("I"):
            return grey_from_16_bit(np.asarray(upright))
        return np.asarray(upright.convert("L"))


def grey_from_16_bit(levels: np.ndarray) -> np.ndarray:
    """Maps 0...65535 to 0...255; 65535 = 257 * 255, so both ends are exact."""
    return np.rint(np.clip(levels, 0, 65535) / 257.0).astype(np.uint8)


def tensor_from_grey(grey_u8: np.ndarray, mean: float = MEAN, std: float = STD) -> np.ndarray:
    """Steps 3 to 6, from decoded pixels (rows, columns) to (1, HEIGHT, WIDTH)."""
    equalised = equalize(resize(grey_u8))
    return ((equalised - mean) / std).astype(np.float32)[np.newaxis]


def resize(grey_u8: np.ndarray) -> np.ndarray:
    """Stretches to float32 (HEIGHT, WIDTH), clamped to 0...255.

    Mode "F" makes Pillow filter in floating point; in mode "L" it would round
    to whole grey levels after each of its two passes.
    """
    image = Image.fromarray(grey_u8.astype(np.float32))
    resized = image.resize((WIDTH, HEIGHT), Image.Resampling.BILINEAR)
    return np.clip(np.asarray(resized), 0.0, 255.0)


def equalize(levels: np.ndarray) -> np.ndarray:
    """Replaces each level in 0...255 by its place in the image's distribution.

    A pixel at v = i + f counts as 1 - f in bin i and f in bin i + 1. Bin k
    stands for the share of pixels below it plus half of its own (the midpoint
    cumulative distribution), and between bins the result is interpolated, so
    that it is continuous in every pixel. Float64 in and out; a constant image
    gives 0.5 everywhere.
    """
    v = levels.astype(np.float64)
    lower = np.floor(v).astype(np.intp)
    upper = np.minimum(lower + 1, 255)  # At v = 255 the upper share is zero.
    fraction = v - lower

    histogram = np.bincount(lower.ravel(), (1.0 - fraction).ravel(), minlength=256)
    histogram += np.bincount(upper.ravel(), fraction.ravel(), minlength=256)
    midpoint_cdf = (np.cumsum(histogram) - histogram / 2.0) / v.size
    return midpoint_cdf[lower] * (1.0 - fraction) + midpoint_cdf[upper] * fraction
