"""Writes the vectors of this folder as others write them (numpy 2.4.6, safetensors 0.6, pandas 3.1.1): the same four
rows of three numbers each, exact in half precision."""

from pathlib import Path

import numpy as np
import pandas as pd
from safetensors.numpy import save_file

HERE = Path(__file__).parent
ROWS = np.array([[1.5, -2.25, 0.5], [3, 4, -5], [0.125, 8, 16], [-1, 0, 2]])
NAMES = ["a/one.png", "two.png", "drei ü.png", "four.png"]

np.savez(HERE / "named.npz", features=ROWS.astype("float16"), filenames=np.array(NAMES))
np.savez_compressed(HERE / "several.npz", logits=np.eye(2), Embedding=ROWS.astype(">f8"), ids=np.array([b"i", b"ii", b"iii", b"iv"]))
np.savez(HERE / "pickled.npz", names=np.array(NAMES, dtype=object))
save_file({"scale": np.ones(3, "float32"), "vectors": ROWS.astype("float16")}, HERE / "half.safetensors")
save_file({"a": ROWS, "b": ROWS}, HERE / "two.safetensors")
frame = pd.DataFrame(ROWS, columns=["u", "v", "w"])
frame.assign(filename=NAMES, site=["x", "y", "x", "y"]).to_csv(HERE / "frame.csv")
frame.rename(columns={"u": "feature_2", "v": "feature_0", "w": "feature_1"}).assign(age=[1, 2, 3, 4]).to_csv(HERE / "numbered.tsv", sep="\t", index=False)
