"""Small networks that are not ours, to test what is inferred of a foreign model.

    python tests/features_models/make.py

Needs numpy, onnx and onnxruntime. Weights are random from a fixed seed. Names are as the usual
exporters write them: the value is not called what its node is called, inner shapes are missing,
and the author's layer is `dense_26`.

- `channels_last.onnx`  (n, 32, 24, 3) as Keras has it: Transpose, Conv, Relu, average, dense, classes
- `tokens.onnx`         (1, 1, 16, 16), patches as tokens, one self-attention, no dense layer after it
- `branch.onnx`         an If whose branches take values from the graph around them
- `two_inputs.onnx`, `whole_batch.onnx`, `integers.onnx`, `free_size.onnx`, `external.onnx`
- `expected.json`       features by ONNX Runtime for the input ((i * 37 % 101) / 101) in memory order
"""

import json
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

HERE = Path(__file__).resolve().parent
RNG = np.random.default_rng(7)


def weights(name: str, *shape: int) -> TensorProto:
    values = RNG.normal(0, 0.4, shape).astype(np.float32)
    return numpy_helper.from_array(values, name)


def integers(name: str, *values: int) -> TensorProto:
    return numpy_helper.from_array(np.array(values, dtype=np.int64), name)


def node(op: str, name: str, *inputs: str, **attributes) -> onnx.NodeProto:
    return helper.make_node(op, list(inputs), [f"{name}:0"], name=name, **attributes)


def floats(name: str, *shape) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)


def save(name: str, nodes: list, inputs: list, output: onnx.ValueInfoProto, initializers: list) -> None:
    graph = helper.make_graph(nodes, name, inputs, [output], initializers)
    opsets = [helper.make_opsetid("", 17)]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=8, producer_name="somebody")
    onnx.checker.check_model(model)
    onnx.save(model, HERE / f"{name}.onnx")


def dense_head(value: str) -> tuple[list, list]:
    """Average over positions, Dense(8, relu) called dense_26, three classes."""
    nodes = [
        node("GlobalAveragePool", "model/average", value),
        node("Flatten", "model/flatten", "model/average:0", axis=1),
        node("MatMul", "model/dense_26/MatMul", "model/flatten:0", "dense_26/kernel"),
        node("Add", "model/dense_26/BiasAdd", "model/dense_26/MatMul:0", "dense_26/bias"),
        node("Relu", "model/dense_26/Relu", "model/dense_26/BiasAdd:0"),
        node("MatMul", "model/classes/MatMul", "model/dense_26/Relu:0", "classes/kernel"),
        node("Softmax", "model/classes/Softmax", "model/classes/MatMul:0", axis=1),
    ]
    return nodes, [weights("dense_26/kernel", 4, 8), weights("dense_26/bias", 8), weights("classes/kernel", 8, 3)]


def channels_last() -> None:
    head, head_weights = dense_head("model/conv/Relu:0")
    nodes = [
        node("Transpose", "model/to_planes", "input_1", perm=[0, 3, 1, 2]),
        node("Conv", "model/conv/Conv2D", "model/to_planes:0", "conv/kernel", kernel_shape=[3, 3]),
        node("Relu", "model/conv/Relu", "model/conv/Conv2D:0"),
        *head,
    ]
    inputs = [floats("input_1", "n", 32, 24, 3)]
    save("channels_last", nodes, inputs, floats("model/classes/Softmax:0", "n", 3), [weights("conv/kernel", 4, 3, 3, 3), *head_weights])


def tokens() -> None:
    nodes = [
        node("Conv", "patches", "image", "kernel", kernel_shape=[4, 4], strides=[4, 4]),
        node("Reshape", "rows", "patches:0", "shape"),
        node("Transpose", "tokens", "rows:0", perm=[0, 2, 1]),
        node("MatMul", "pairs", "tokens:0", "rows:0"),
        node("Softmax", "attention", "pairs:0", axis=-1),
        node("MatMul", "mixed", "attention:0", "tokens:0"),
    ]
    save("tokens", nodes, [floats("image", 1, 1, 16, 16)], floats("mixed:0", 1, 16, 6), [weights("kernel", 6, 1, 4, 4), integers("shape", 1, 6, 16)])


def branch() -> None:
    def body(name: str, op: str) -> onnx.GraphProto:
        inner = helper.make_node(op, ["maps:0", "factor"], [f"{name}_out"])
        return helper.make_graph([inner], name, [], [floats(f"{name}_out", "n", 4, 6, 6)])

    head, head_weights = dense_head("chosen:0")
    nodes = [
        node("Conv", "maps", "image", "kernel", kernel_shape=[3, 3]),
        node("ReduceSum", "sum", "image", keepdims=0),
        node("Greater", "is_bright", "sum:0", "threshold"),
        node("If", "chosen", "is_bright:0", then_branch=body("then", "Mul"), else_branch=body("else", "Add")),
        *head,
    ]
    constants = [numpy_helper.from_array(np.float32(2), "factor"), numpy_helper.from_array(np.float32(1), "threshold")]
    save("branch", nodes, [floats("image", "n", 1, 8, 8)], floats("model/classes/Softmax:0", "n", 3), [weights("kernel", 4, 1, 3, 3), *constants, *head_weights])


def small(name: str, inputs: list) -> None:
    nodes = [node("Conv", "conv", inputs[0].name, "kernel", kernel_shape=[3, 3]), node("Relu", "relu", "conv:0")]
    if len(inputs) > 1:
        nodes.append(node("Mul", "scaled", "relu:0", inputs[1].name))
    if name == "integers":
        nodes.insert(0, node("Cast", "cast", inputs[0].name, to=TensorProto.FLOAT))
        nodes[1].input[0] = "cast:0"
    save(name, nodes, inputs, floats(nodes[-1].output[0], *("abcd")), [weights("kernel", 2, 1, 3, 3)])


def external() -> None:
    """Weights in a file of their own, which is left out: it must be refused before it is missed."""
    model = onnx.load(HERE / "free_size.onnx")
    kernel = model.graph.initializer[0]
    kernel.ClearField("raw_data")
    kernel.data_location = TensorProto.EXTERNAL
    entry = kernel.external_data.add()
    entry.key, entry.value = "location", "free_size.onnx.data"
    onnx.save(model, HERE / "external.onnx")


def expected() -> dict:
    def features(name: str, shape: tuple, output: str, places: tuple = (2, 3)) -> list:
        model = onnx.load(HERE / f"{name}.onnx")
        model.graph.output.append(helper.make_empty_tensor_value_info(output))
        session = onnxruntime.InferenceSession(model.SerializeToString())
        image = np.arange(np.prod(shape)) * 37 % 101 / 101
        read = session.get_inputs()[0]
        image = image if read.type == "tensor(float)" else np.round(image * 255)
        image = image.reshape(shape).astype(np.float32 if read.type == "tensor(float)" else np.uint8)
        others = {other.name: np.array(0, np.float32) for other in session.get_inputs()[1:]}
        (values,) = session.run([output], {read.name: image, **others})
        axes = {2: (), 3: (1,), 4: places}[values.ndim]
        return [float(value) for value in values.mean(axis=axes)[0]] if axes else values[0].tolist()

    return {
        "channels_last": features("channels_last", (1, 32, 24, 3), "model/dense_26/Relu:0"),
        "channels_last_conv": features("channels_last", (1, 32, 24, 3), "model/conv/Conv2D:0"),
        "tokens": features("tokens", (1, 1, 16, 16), "mixed:0"),
        "channels_last_layer": features("channels_last_layer", (1, 32, 32, 3), "block_out", (1, 2)),
        "weights_outside": features("weights_outside", (1, 1, 32, 32), "feat"),
        "function": features("function", (1, 3, 64, 64), "f"),
        "levels": features("levels", (1, 3, 64, 64), "f"),
        "training_flag": features("training_flag", (1, 3, 64, 64), "f"),
        "unpadded_integers": features("unpadded_integers", (1, 3, 32, 32), "y"),
        "padded_integers": features("padded_integers", (1, 3, 32, 32), "y"),
        "branch": features("branch", (1, 1, 8, 8), "model/dense_26/Relu:0"),
    }


def main() -> None:
    channels_last()
    tokens()
    branch()
    small("two_inputs", [floats("image", "n", 1, 8, 8), floats("age", 1)])
    small("whole_batch", [floats("image", 16, 1, 8, 8)])
    small("integers", [helper.make_tensor_value_info("image", TensorProto.UINT8, ["n", 1, 8, 8])])
    small("free_size", [floats("image", "n", 1, "height", "width")])
    external()
    # channels_last_layer, squeezed, weights_outside, padded_integers, unpadded_integers, function,
    # training_flag and levels are drawn networks that were reported as read wrongly.
    (HERE / "expected.json").write_text(json.dumps(expected(), indent=1) + "\n")


if __name__ == "__main__":
    main()
