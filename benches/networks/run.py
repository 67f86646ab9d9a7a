#!/usr/bin/env python3
"""Reads networks of others, compares each backend with ONNX Runtime in Python, and writes a table of docs/networks.md.

    benches/networks/run.py --binary negatoscope [--work DIR] [--exported] [NAME ...]

Needs what requirements.txt lists (PyTorch brings several gigabytes) and ORT_DYLIB_PATH. The networks have random
weights: `networks.py` makes them; `--exported` takes those that an earlier run made. Names on the command line choose
among them, and then nothing is written.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import helper

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
EXPORTERS = ("torchscript", "dynamo", "keras", "tf2onnx")
MARKS = ("<!-- made by benches/networks/run.py -->", "<!-- end of it -->")


def negatoscope(binary: Path, *words, backend: str = "") -> subprocess.CompletedProcess:
    environment = {**os.environ, "NEGATOSCOPE_BACKEND": backend, "NEGATOSCOPE_LOG": "error"}
    return subprocess.run([binary, *map(str, words)], capture_output=True, text=True, env=environment)


def reference(path: Path, reading: dict, tensor: np.ndarray) -> np.ndarray:
    """The features by ONNX Runtime, pooled in NumPy."""
    model = onnx.load(path)
    layer = reading["layer"]
    if layer not in {output.name for output in model.graph.output}:
        model.graph.output.append(helper.make_empty_tensor_value_info(layer))
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(model.SerializeToString(), options)
    (values,) = session.run([layer], {reading["input"]: tensor})
    values = values.astype(np.float64)
    if values.ndim == 3:
        return values[0, 0] if reading["pool"] == "cls" else values[0].mean(axis=0)
    if values.ndim == 4:
        # Channels are where there are as many as features.
        is_last = values.shape[3] == reading["n_features"] != values.shape[1]
        return values[0].mean(axis=(0, 1) if is_last else (1, 2))
    return values.reshape(-1)


def row(binary: Path, path: Path, image: Path, work: Path) -> list[str]:
    name, exporter = path.stem.rsplit(".", 1)
    tensor_file = work / "tensor.npy"
    told = negatoscope(binary, "layers", path, "--json", "--image", image, "-o", tensor_file)
    if told.returncode != 0:
        return [name, exporter, told.stderr.strip(), "", "", "", ""]
    told = json.loads(told.stdout)
    reading, layers = told["reading"], told["layers"]
    preset = reading["preprocessing"]["origin"]
    expected = reference(path, reading, np.load(tensor_file))
    differences = []
    for backend in ("native", "embedded"):
        features = work / f"{backend}.npy"
        features.unlink(missing_ok=True)
        cache = work / "cache"
        words = ["embed", "--images", image.parent, "--model", path, "-o", features, "--cache-dir", cache]
        made = negatoscope(binary, *words, backend=backend)
        if made.returncode != 0:
            differences.append(made.stderr.strip().splitlines()[-1].removeprefix("negatoscope: ")[:80])
            continue
        found = np.load(features)[0]
        differences.append(f"{np.abs(found - expected).max() / np.abs(expected).max():.0e}")
    n_unknown = sum(layer["shape"] is None or None in layer["shape"][1:] for layer in layers)
    found = next(layer for layer in layers if layer["is_read"])
    shape = "n, " + ", ".join(map(str, found["shape"][1:])) if found["shape"] else "?"
    pool = f", {reading['pool']}" if len(found["shape"] or ()) > 2 else ""
    layer, unknown = f"`{reading['layer']}` ({shape}{pool})", f"{n_unknown} of {len(layers)}"
    return [name, exporter, layer, preset, unknown, *differences]


def table(rows: list[list[str]]) -> str:
    head = ["network", "exporter", "layer found", "prepared by", "shapes unknown", "native", "embedded"]
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "/") for cell in line) + " |" for line in lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", type=Path, required=True)
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "negatoscope-networks")
    parser.add_argument("--exported", action="store_true")
    parser.add_argument("names", nargs="*")
    args = parser.parse_args()
    folder = args.work / "networks"
    for exporter in () if args.exported else EXPORTERS:
        subprocess.run([sys.executable, HERE / "networks.py", folder, exporter], check=True)
    demo = args.work / "demo"
    negatoscope(args.binary, "demo", demo)
    one = args.work / "one"
    one.mkdir(exist_ok=True)
    image = one / "a.png"
    image.write_bytes(sorted((demo / "images").iterdir())[0].read_bytes())
    rows = []
    for path in sorted(folder.glob("*.onnx")):
        if args.names and not any(name in path.stem for name in args.names):
            continue
        rows.append(row(args.binary, path, image, args.work))
        print(" | ".join(rows[-1]), flush=True)
    if args.names:
        return
    docs = ROOT / "docs" / "networks.md"
    text = docs.read_text()
    before, rest = text.split(MARKS[0])
    after = rest.split(MARKS[1])[1]
    docs.write_text(f"{before}{MARKS[0]}\n\n{table(rows)}\n\n{MARKS[1]}{after}")


if __name__ == "__main__":
    main()
