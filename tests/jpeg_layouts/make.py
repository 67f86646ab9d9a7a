"""Writes the JPEG files of this folder: one drawing in every layout that a JPEG may have.

Needs cjpeg and jpegtran (libjpeg-turbo 2.1) and Pillow. Names say what is in a file:
SAMPLING_MODE_WIDTHxHEIGHT.jpg, where SAMPLING is H×V of luma, then of the two colours if not 1x1.
"""

import json
import pathlib
import subprocess

from PIL import Image

HERE = pathlib.Path(__file__).parent
SIZES = [(33, 47), (64, 40)]
SAMPLINGS = ["1x1", "2x1", "2x2", "1x2", "4x1", "4x2", "1x4", "2x4", "4x4", "3x1", "2x2,2x1", "2x2,1x2", "2x1,1x2", "2x2,2x1,1x2", "3x2", "1x3",
             "2x1,2x1,2x1", "1x2,1x2,1x2", "2x2,2x1,2x1", "2x2,1x2,1x2"]
SCRIPTS = {
    "separate": "0: 0-63, 0, 0; 1: 0-63, 0, 0; 2: 0-63, 0, 0;",
    "pair": "0: 0-63, 0, 0; 1 2: 0-63, 0, 0;",
    "bands": "0,1,2: 0-0, 0, 0; 0: 1-63, 0, 0; 1: 1-63, 0, 0; 2: 1-63, 0, 0;",
    "bits": "0: 0-0, 0, 1; 1: 0-0, 0, 1; 2: 0-0, 0, 1; 0: 1-5, 0, 2; 2: 1-63, 0, 1; 1: 1-63, 0, 1; 0: 6-63, 0, 2;"
    " 0: 1-63, 2, 1; 0,1,2: 0-0, 1, 0; 2: 1-63, 1, 0; 1: 1-63, 1, 0; 0: 1-63, 1, 0;",
}


def drawing(width, height):
    """Bright at the top, reddish at the right, a dark disc with a sharp rim, and a fine pattern."""
    image = Image.new("RGB", (width, height))
    for y in range(height):
        for x in range(width):
            disc = (x - 0.6 * width) ** 2 + (y - 0.4 * height) ** 2 < (0.25 * width) ** 2
            fine = 12 if (x // 2 + y // 3) % 2 else 0
            grey = 40 if disc else 200 - 110 * y // height + fine
            image.putpixel((x, y), (min(255, grey + 50 * x // width), grey, max(0, grey - 30 * x // width)))
    return image


def run(*command, source):
    return subprocess.run(command, input=source, stdout=subprocess.PIPE, check=True).stdout


def main():
    for old in HERE.glob("*.jpg"):
        old.unlink()
    for width, height in SIZES:
        ppm = HERE / "drawing.ppm"
        drawing(width, height).save(ppm)
        source, size = ppm.read_bytes(), f"{width}x{height}"
        ppm.unlink()
        scripts = {}
        for name, text in SCRIPTS.items():
            scripts[name] = HERE / f"{name}.txt"
            scripts[name].write_text(text)
        for sampling in SAMPLINGS:
            base = ["cjpeg", "-quality", "80", "-sample", sampling]
            modes = {
                "baseline": base,
                "restart": [*base, "-restart", "1B", "-optimize"],
                "progressive": [*base, "-progressive"],
                "progressive-restart": [*base, "-progressive", "-restart", "2B"],
                **{name: [*base, "-scans", str(path)] for name, path in scripts.items()},
            }
            for mode, command in modes.items():
                # cjpeg refuses interleaved units of more than ten blocks.
                done = subprocess.run(command, input=source, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
                if done.returncode == 0:
                    (HERE / f"{sampling.replace(',', '-')}_{mode}_{size}.jpg").write_bytes(done.stdout)
        grey = run("cjpeg", "-quality", "80", "-grayscale", source=source)
        (HERE / f"grey_baseline_{size}.jpg").write_bytes(grey)
        (HERE / f"grey_progressive_{size}.jpg").write_bytes(run("jpegtran", "-progressive", source=grey))
        (HERE / f"grey_restart_{size}.jpg").write_bytes(run("jpegtran", "-restart", "2B", source=grey))
        # A single component is laid out alike whatever sampling it claims.
        frame = grey.index(b"\xff\xc0")
        (HERE / f"grey-2x2_baseline_{size}.jpg").write_bytes(grey[: frame + 11] + b"\x22" + grey[frame + 12 :])
        (HERE / f"rgb_baseline_{size}.jpg").write_bytes(run("cjpeg", "-quality", "80", "-rgb", source=source))
        (HERE / f"rgb_progressive_{size}.jpg").write_bytes(run("cjpeg", "-quality", "80", "-rgb", "-progressive", source=source))
        turned = run("jpegtran", "-rotate", "90", source=run("cjpeg", "-quality", "80", "-sample", "2x1", source=source))
        (HERE / f"turned-2x1_progressive_{size}.jpg").write_bytes(run("jpegtran", "-progressive", source=turned))
        inks = drawing(width, height).convert("CMYK")
        for kind, progressive in (("baseline", False), ("progressive", True)):
            inks.save(HERE / f"cmyk_{kind}_{size}.jpg", quality=80, progressive=progressive)
        # Not read, and said so.
        (HERE / f"arithmetic_refused_{size}.jpg").write_bytes(run("cjpeg", "-quality", "80", "-arithmetic", source=source))
    for path in HERE.glob("*.txt"):
        path.unlink()
    means = {path.stem: quarters(path) for path in sorted(HERE.glob("*.jpg")) if "refused" not in path.stem}
    rows = ",\n".join(f"{json.dumps(name)}: {json.dumps(values)}" for name, values in means.items())
    (HERE / "expected.json").write_text("{\n" + rows + "\n}\n")


def quarters(path):
    """Mean red, green and blue of the four quarters, as libjpeg-turbo decodes them."""
    image = Image.open(path).convert("RGB")
    x, y = image.width // 2, image.height // 2
    boxes = [(0, 0, x, y), (x, 0, 2 * x, y), (0, y, x, 2 * y), (x, y, 2 * x, 2 * y)]
    means = []
    for box in boxes:
        pixels = list(image.crop(box).getdata())
        means.append([round(sum(p[c] for p in pixels) / len(pixels), 1) for c in range(3)])
    return means


if __name__ == "__main__":
    main()
