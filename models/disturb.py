"""What may differ between two pictures of one chest, done to grey levels before they are equalised.

`train.py` moves, blurs and covers equalised images. Frames, letters and saturated levels act through the
equalisation too: a black frame moves every other level. Here they are drawn first.
There is no mirroring: the heart lies on one side.
"""

import numpy as np
from PIL import Image, ImageDraw, ImageFont

import preprocess

LETTERS = "RLAPSITDEMUNOX0123456789"


def disturbed(grey: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Another picture of the same chest: levels 0...255 (rows, columns) to the same, float32."""
    image = moved(Image.fromarray(grey), rng)
    if rng.random() < 0.5:
        image = softened(image, rng.uniform(1.2, 2.5))
    levels = exposed(np.asarray(image, np.float32), rng)
    image = Image.fromarray(levels)
    for draw in (patches, letters, frame):
        draw(image, rng)
    return np.clip(np.asarray(image), 0.0, 255.0)


def moved(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Rotates by up to 8 degrees, scales by up to 12 % an axis, shifts by up to 6 %."""
    width, height = image.size
    angle = np.deg2rad(rng.uniform(-8.0, 8.0))
    scale_x, scale_y = rng.uniform(0.88, 1.12, 2)
    shift_x, shift_y = rng.uniform(-0.06, 0.06, 2) * image.size
    cos, sin = np.cos(angle), np.sin(angle)
    a, b, d, e = cos * scale_x, -sin * scale_y, sin * scale_x, cos * scale_y
    x, y = width / 2, height / 2
    affine = (a, b, x - a * x - b * y + shift_x, d, e, y - d * x - e * y + shift_y)
    # What comes from beyond the edge is the edge's own level, on average.
    edge = np.asarray(image)
    ground = float(np.median(np.concatenate([edge[0], edge[-1], edge[:, 0], edge[:, -1]])))
    resample = Image.Resampling.BILINEAR
    return image.transform(image.size, Image.Transform.AFFINE, affine, resample, fillcolor=ground)


def softened(image: Image.Image, factor: float) -> Image.Image:
    """Reduced by a factor and enlarged again: sharpness betrays the source."""
    small = (round(image.width / factor), round(image.height / factor))
    return image.resize(small, Image.Resampling.BILINEAR).resize(image.size, Image.Resampling.BICUBIC)


def exposed(levels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Another exposure: a power, a window that cuts levels off at either end, and noise.

    Equalisation undoes the power but for what the cuts leave.
    """
    low, high = np.percentile(levels, [rng.uniform(0.0, 6.0), rng.uniform(94.0, 100.0)])
    unit = np.clip((levels - low) / max(high - low, 1.0), 0.0, 1.0) ** np.exp(rng.uniform(-0.7, 0.7))
    noise = rng.normal(0.0, rng.uniform(0.0, 0.008), levels.shape)
    return (255.0 * np.clip(unit + noise, 0.0, 1.0)).astype(np.float32)


def patches(image: Image.Image, rng: np.random.Generator) -> None:
    """Covers up to three rectangles with one level each."""
    draw, (width, height) = ImageDraw.Draw(image), image.size
    for _ in range(rng.integers(0, 4)):
        left, top = rng.uniform(-0.1, 0.95, 2) * image.size
        wide, tall = rng.uniform(0.05, 0.22, 2) * image.size
        draw.rectangle((left, top, left + wide, top + tall), fill=rng.uniform(0.0, 255.0))


def letters(image: Image.Image, rng: np.random.Generator) -> None:
    """Writes up to three words near the edges, white, black or grey, some in a box."""
    draw, (width, height) = ImageDraw.Draw(image), image.size
    for _ in range(rng.integers(0, 4)):
        word = "".join(rng.choice(list(LETTERS), rng.integers(1, 7)))
        font = ImageFont.load_default(float(rng.uniform(7.0, 22.0)))
        level = float(rng.choice([255.0, 255.0, 0.0, rng.uniform(0.0, 255.0)]))
        x = rng.choice([rng.uniform(0.0, 0.2), rng.uniform(0.7, 0.95)]) * width
        y = rng.uniform(0.0, 0.95) * height if rng.random() < 0.3 else rng.choice([0.02, 0.05, 0.88, 0.93]) * height
        if rng.random() < 0.2:
            draw.rectangle(draw.textbbox((x, y), word, font=font), fill=255.0 - level)
        draw.text((x, y), word, fill=level, font=font)


def frame(image: Image.Image, rng: np.random.Generator) -> None:
    """Frames half of the images, on any of the four sides, mostly in black."""
    if rng.random() < 0.5:
        return
    draw, (width, height) = ImageDraw.Draw(image), image.size
    level = float(rng.choice([0.0, 0.0, 0.0, 255.0, rng.uniform(0.0, 255.0)]))
    left, top, right, bottom = rng.uniform(0.0, 0.12, 4) * (rng.random(4) < 0.6)
    draw.rectangle((0, 0, width, top * height), fill=level)
    draw.rectangle((0, 0, left * width, height), fill=level)
    draw.rectangle((0, height - bottom * height, width, height), fill=level)
    draw.rectangle((width - right * width, 0, width, height), fill=level)


def tensor(levels: np.ndarray) -> np.ndarray:
    """The last steps of preprocess.py: float32 (1, height, width)."""
    return ((preprocess.equalize(levels) - preprocess.MEAN) / preprocess.STD).astype(np.float32)[np.newaxis]
