"""Writes the backend tests of the installed onnx package as files, one folder for each case.

    python tests/onnx_operators/export.py FOLDER

Needs numpy, onnx and onnxruntime. Newer wheels of onnx hold the node tests as code alone; they are
written as onnx has them in its repository: FOLDER/CASE/model.onnx and
test_data_set_0/{input,output}_N.pb. Beside them go the older tests that come as files, which
PyTorch exported, and those of more.py.
"""

import shutil
import sys
from pathlib import Path

import more
import onnx
from onnx import TensorProto, numpy_helper
from onnx.backend.test.case.node import collect_testcases

FILES = Path(onnx.__file__).parent / "backend" / "test" / "data"


def message(value, name: str):
    return value if isinstance(value, TensorProto) else numpy_helper.from_array(value, name)


def is_of_tensors(model: onnx.ModelProto) -> bool:
    values = [*model.graph.input, *model.graph.output]
    return all(value.type.HasField("tensor_type") for value in values)


def write(folder: Path, model: onnx.ModelProto, inputs: list, outputs: list) -> None:
    data = folder / "test_data_set_0"
    data.mkdir(parents=True)
    (folder / "model.onnx").write_bytes(model.SerializeToString(deterministic=True))
    for kind, infos, values in [("input", model.graph.input, inputs), ("output", model.graph.output, outputs)]:
        for index, (info, value) in enumerate(zip(infos, values)):
            (data / f"{kind}_{index}.pb").write_bytes(message(value, info.name).SerializeToString())


def main(folder: Path) -> None:
    for case in collect_testcases():
        if is_of_tensors(case.model):
            (inputs, outputs), *_ = case.data_sets
            write(folder / case.name, case.model, inputs, outputs)
    for name, model, inputs, outputs in more.cases():
        write(folder / name, model, inputs, outputs)
    for group in ["pytorch-converted", "pytorch-operator"]:
        for case in sorted((FILES / group).iterdir()):
            shutil.copytree(case, folder / f"{case.name}.{group}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
