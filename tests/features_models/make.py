"""Small networks that are not ours, to test what is inferred of a foreign model.

    python tests/features_models/make.py

Needs numpy, onnx and onnxruntime. Weights are random from a fixed seed. Names are as the usual
exporters write them: the value is not called what its node is called, inner shapes are missing,
and the author's layer is `dense_26`.

- `channels_last.onnx`  (n, 32, 24, 3) as Keras has it: Transpose, Conv, Relu, average, dense, classes
- `tokens.onnx`         (1, 1, 16, 16), patches as tokens, one self-attention, no dense layer after it
- `branch.onnx`         an If whose branches take values from the graph around them
- `two_inputs.onnx`, `whole_batch.onnx`, `integers.onnx`, `free_size.onnx`, `external.onnx`
- `channels_last_layer.onnx`, `squeezed.onnx`, `weights_outside.onnx`, `padded_integers.onnx`,
  `unpadded_integers.onnx`, `function.onnx`, `levels.onnx`, `training_flag.onnx`  kinds that were read wrongly
- `whole_numbers.onnx`  a layer of places, one of levels
- `halves.onnx`, `doubles.onnx`  from the image to the layer
- `mixed.onnx`          a layer whose axes cannot be followed
- `trains.onnx`, `drops.onnx`  saved in training mode
- `not_finite.onnx`     NaN where an image is dark
- `same.onnx`           the same features for every image
- `branch_bare.onnx`, `loop_bare.onnx`  bodies that leave settings out
- `branch_random.onnx`  a branch that draws random numbers
- `sequence.onnx`       a list of maps, and one of it
- `perceptron.onnx`, `headed.onnx`, `last_tokens.onnx`, `projected.onnx`, `autoencoder.onnx`, `pooled_classes.onnx`
                        a layer for the whole image that has to be found
- `pair.onnx`           two images, of which one is chosen
- `normalises.onnx`, `caffe.onnx`  networks that begin with a normalisation
- `all_free.onnx`       no axis of the image has a size
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


def save(name: str, nodes: list, inputs: list, output: onnx.ValueInfoProto, initializers: list, functions: list = ()) -> None:
    graph = helper.make_graph(nodes, name, inputs, [output], initializers)
    opsets = [helper.make_opsetid("", 17), *(helper.make_opsetid(function.domain, 1) for function in functions)]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=8, producer_name="somebody", functions=functions)
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


def bare(op: str, inputs: list, outputs: list, **attributes) -> onnx.NodeProto:
    """A node whose values are called as their authors called them."""
    return helper.make_node(op, inputs, outputs, **attributes)


def channels_last_layer() -> None:
    nodes = [
        bare("Transpose", ["x"], ["p"], perm=[0, 3, 1, 2]),
        bare("Conv", ["p", "k"], ["c"], kernel_shape=[3, 3], strides=[5, 5]),
        bare("Relu", ["c"], ["r"]),
        bare("Transpose", ["r"], ["block_out"], perm=[0, 2, 3, 1]),
        bare("ReduceMean", ["block_out"], ["gap"], axes=[1, 2], keepdims=0),
        bare("MatMul", ["gap", "w"], ["y"]),
    ]
    save("channels_last_layer", nodes, [floats("x", "n", 32, 32, 3)], floats("y", "n", 3), [weights("k", 16, 3, 3, 3), weights("w", 16, 3)])


def squeezed() -> None:
    nodes = [
        bare("Conv", ["x", "k"], ["c"], kernel_shape=[3, 3], strides=[5, 5]),
        bare("GlobalAveragePool", ["c"], ["g"]),
        bare("Squeeze", ["g"], ["feat"]),
        bare("MatMul", ["feat", "w"], ["y"]),
    ]
    save("squeezed", nodes, [floats("x", 1, 1, 32, 32)], floats("y", 3), [weights("k", 8, 1, 3, 3), weights("w", 8, 3)])


def weights_outside() -> None:
    """Weights in a file of their own, as PyTorch's exporter has them."""
    nodes = [
        bare("Conv", ["x", "k"], ["c"], kernel_shape=[3, 3], strides=[5, 5]),
        bare("GlobalAveragePool", ["c"], ["g"]),
        bare("Flatten", ["g"], ["feat"]),
        bare("Gemm", ["feat", "w", "b"], ["y"]),
    ]
    name = "weights_outside"
    save(name, nodes, [floats("x", "n", 1, 32, 32)], floats("y", "n", 3), [weights("k", 8, 1, 3, 3), weights("w", 8, 3), weights("b", 3)])
    data = f"{name}.onnx.data"
    (HERE / data).unlink(missing_ok=True)
    onnx.save(onnx.load(HERE / f"{name}.onnx"), HERE / f"{name}.onnx", save_as_external_data=True, location=data, size_threshold=0)


def quantized(name: str, pad: int) -> None:
    """A convolution of whole numbers, as dynamic quantisation makes it."""
    nodes = [
        bare("Sub", ["x", "s"], ["xs"]),
        bare("DynamicQuantizeLinear", ["xs"], ["q", "sc", "z"]),
        bare("ConvInteger", ["q", "W", "z", "wz"], ["ci"], dilations=[1, 1], group=1, kernel_shape=[3, 3], pads=4 * [pad], strides=[2, 2]),
        bare("Cast", ["ci"], ["cf"], to=TensorProto.FLOAT),
        bare("Mul", ["cf", "sc"], ["cm"]),
        bare("GlobalAveragePool", ["cm"], ["y"]),
    ]
    kernel = RNG.integers(-127, 128, (8, 3, 3, 3)).astype(np.int8)
    constants = [numpy_helper.from_array(kernel, "W"), numpy_helper.from_array(np.int8(0), "wz"), numpy_helper.from_array(np.float32(0.45), "s")]
    save(name, nodes, [floats("x", "n", 3, 32, 32)], floats("y", "n", 8, 1, 1), constants)


def five_by_five(name: str) -> None:
    """Neither kernel_shape nor dilations, and what the name says."""
    act = bare("Relu", ["c"], ["r"])
    inputs, functions = [floats("x", "n", 3, 64, 64)], []
    if name == "function":
        act = bare("MyAct", ["c"], ["r"], domain="local")
        body = [bare("Relu", ["a"], ["b"])]
        functions = [helper.make_function("local", "MyAct", ["a"], ["b"], body, [helper.make_opsetid("", 17)])]
    if name == "training_flag":
        inputs.append(floats("keep_prob"))
    nodes = [
        bare("Conv", ["x", "W"], ["c"], pads=[2, 2, 2, 2], strides=[4, 4]),
        act,
        bare("GlobalAveragePool", ["r"], ["g"]),
        bare("Flatten", ["g"], ["f"]),
        bare("MatMul", ["f", "D"], ["y"]),
    ]
    if name == "levels":
        inputs = [helper.make_tensor_value_info("u", TensorProto.UINT8, ["n", 3, 64, 64])]
        nodes.insert(0, bare("Cast", ["u"], ["x"], to=TensorProto.FLOAT))
    save(name, nodes, inputs, floats("y", "n", 7), [weights("W", 16, 3, 5, 5), weights("D", 16, 7)], functions)


def whole_numbers() -> None:
    nodes = [
        bare("Conv", ["image", "k"], ["maps"], kernel_shape=[3, 3]),
        bare("ArgMax", ["maps"], ["places"], axis=1, keepdims=0),
        bare("QuantizeLinear", ["maps", "scale"], ["levels"]),
        bare("DequantizeLinear", ["levels", "scale"], ["again"]),
        bare("GlobalAveragePool", ["again"], ["mean"]),
    ]
    constants = [weights("k", 4, 1, 3, 3), numpy_helper.from_array(np.float32(0.02), "scale")]
    save("whole_numbers", nodes, [floats("image", "n", 1, 8, 8)], floats("mean", "n", 4, 1, 1), constants)


def of_type(name: str, kind: type) -> None:
    element = helper.np_dtype_to_tensor_dtype(np.dtype(kind))
    kernel = numpy_helper.from_array(RNG.normal(0, 0.4, (64, 4)).astype(kind), "k")
    nodes = [
        bare("Flatten", ["image"], ["flat"]),
        bare("MatMul", ["flat", "k"], ["product"]),
        bare("Relu", ["product"], ["f"]),
    ]
    image = helper.make_tensor_value_info("image", element, ["n", 1, 8, 8])
    output = helper.make_tensor_value_info("f", element, ["n", 4])
    save(name, nodes, [image], output, [kernel])


def mixed() -> None:
    nodes = [
        bare("Conv", ["image", "k"], ["maps"], kernel_shape=[3, 3]),
        bare("Reshape", ["maps", "four"], ["of_four"]),
        bare("Reshape", ["maps", "five"], ["of_five"]),
        bare("Relu", ["of_five"], ["last"]),
    ]
    constants = [weights("k", 4, 1, 3, 3), integers("four", 0, 9, 4, 4), integers("five", 0, 9, 2, 2, 4)]
    save("mixed", nodes, [floats("image", "n", 1, 8, 8)], floats("last", "n", 9, 2, 2, 4), constants)


def trains(name: str) -> None:
    nodes = [bare("Conv", ["image", "k"], ["maps"], kernel_shape=[3, 3])]
    constants = [weights("k", 4, 1, 3, 3)]
    if name == "trains":
        outputs = ["normed", "new_mean", "new_var"]
        nodes.append(bare("BatchNormalization", ["maps", "scale", "bias", "mean", "var"], outputs, training_mode=1))
        constants += [numpy_helper.from_array(np.ones(4, np.float32), part) for part in ("scale", "bias", "mean", "var")]
    else:
        nodes.append(bare("Dropout", ["maps", "ratio", "mode"], ["normed"]))
        constants += [numpy_helper.from_array(np.float32(0.5), "ratio"), numpy_helper.from_array(np.array(True), "mode")]
    save(name, nodes, [floats("image", "n", 1, 8, 8)], floats("normed", "n", 4, 6, 6), constants)


def not_finite() -> None:
    """Roots of what is negative for images that are darker than 0.3."""
    nodes = [
        bare("GlobalAveragePool", ["image"], ["mean"]),
        bare("Flatten", ["mean"], ["level"]),
        bare("Sub", ["level", "limit"], ["above"]),
        bare("Sqrt", ["above"], ["root"]),
        bare("MatMul", ["root", "w"], ["f"]),
    ]
    constants = [numpy_helper.from_array(np.float32(0.3), "limit"), weights("w", 1, 4)]
    save("not_finite", nodes, [floats("image", "n", 1, 8, 8)], floats("f", "n", 4), constants)


def same() -> None:
    nodes = [
        bare("GlobalAveragePool", ["image"], ["mean"]),
        bare("Flatten", ["mean"], ["level"]),
        bare("Mul", ["level", "nothing"], ["none"]),
        bare("Gemm", ["none", "w", "b"], ["f"]),
    ]
    constants = [numpy_helper.from_array(np.float32(0), "nothing"), weights("w", 1, 4), weights("b", 4)]
    save("same", nodes, [floats("image", "n", 1, 8, 8)], floats("f", "n", 4), constants)


def branch_bare() -> None:
    """Convolutions in the branches say nothing of their kernels: one is inside, one around."""
    def body(name: str, kernel: str, inside: list) -> onnx.GraphProto:
        nodes = [
            bare("Conv", ["image", kernel], [f"{name}_c"]),
            bare("MaxPool", [f"{name}_c"], [f"{name}_out"], kernel_shape=[2, 2]),
        ]
        return helper.make_graph(nodes, name, [], [floats(f"{name}_out", "n", 4, 5, 5)], inside)

    nodes = [
        bare("ReduceSum", ["image"], ["sum"], keepdims=0),
        bare("Greater", ["sum", "threshold"], ["is_bright"]),
        bare("If", ["is_bright"], ["chosen"], then_branch=body("then", "outer", []), else_branch=body("else", "inner", [weights("inner", 4, 1, 3, 3)])),
        bare("GlobalAveragePool", ["chosen"], ["mean"]),
        bare("Flatten", ["mean"], ["f"]),
    ]
    constants = [weights("outer", 4, 1, 3, 3), numpy_helper.from_array(np.float32(1), "threshold")]
    save("branch_bare", nodes, [floats("image", "n", 1, 8, 8)], floats("f", "n", 4), constants)


def loop_bare() -> None:
    body = helper.make_graph(
        [
            bare("Conv", ["before", "turning"], ["turned"]),
            bare("Identity", ["go_on"], ["goes_on"]),
        ],
        "body",
        [
            helper.make_tensor_value_info("step", TensorProto.INT64, []),
            helper.make_tensor_value_info("go_on", TensorProto.BOOL, []),
            floats("before", "n", 4, "h", "w"),
        ],
        [helper.make_tensor_value_info("goes_on", TensorProto.BOOL, []), floats("turned", "n", 4, "h", "w")],
        [weights("turning", 4, 4, 3, 3)],
    )
    nodes = [
        bare("Conv", ["image", "k"], ["maps"]),
        bare("Loop", ["twice", "always", "maps"], ["looped"], body=body),
        bare("GlobalAveragePool", ["looped"], ["mean"]),
        bare("Flatten", ["mean"], ["f"]),
    ]
    constants = [weights("k", 4, 1, 3, 3), numpy_helper.from_array(np.int64(2), "twice"), numpy_helper.from_array(np.array(True), "always")]
    save("loop_bare", nodes, [floats("image", "n", 1, 12, 12)], floats("f", "n", 4), constants)


def sequence() -> None:
    nodes = [
        bare("Conv", ["image", "k"], ["maps"], kernel_shape=[3, 3]),
        bare("SplitToSequence", ["maps", "each"], ["list"], axis=1),
        bare("SequenceAt", ["list", "second"], ["taken"]),
    ]
    constants = [weights("k", 4, 1, 3, 3), numpy_helper.from_array(np.int64(2), "each"), numpy_helper.from_array(np.int64(1), "second")]
    save("sequence", nodes, [floats("image", "n", 1, 8, 8)], floats("taken", "n", 2, 6, 6), constants)


def branch_random() -> None:
    """Noise where an image is bright."""
    noise = [bare("RandomNormalLike", ["maps"], ["noise"]), bare("Add", ["maps", "noise"], ["noisy"])]
    then = helper.make_graph(noise, "then", [], [floats("noisy", "n", 4, 6, 6)])
    other = helper.make_graph([bare("Identity", ["maps"], ["as_it_is"])], "else", [], [floats("as_it_is", "n", 4, 6, 6)])
    nodes = [
        bare("Conv", ["image", "k"], ["maps"], kernel_shape=[3, 3]),
        bare("ReduceSum", ["image"], ["sum"], keepdims=0),
        bare("Greater", ["sum", "threshold"], ["is_bright"]),
        bare("If", ["is_bright"], ["chosen"], then_branch=then, else_branch=other),
    ]
    constants = [weights("k", 4, 1, 3, 3), numpy_helper.from_array(np.float32(1), "threshold")]
    save("branch_random", nodes, [floats("image", "n", 1, 8, 8)], floats("chosen", "n", 4, 6, 6), constants)


def perceptron() -> None:
    """Maps, their mean, two dense layers and classes."""
    nodes = [
        bare("Conv", ["image", "k"], ["maps"], kernel_shape=[3, 3]),
        bare("Relu", ["maps"], ["active"]),
        bare("GlobalAveragePool", ["active"], ["mean"]),
        bare("Flatten", ["mean"], ["vector"]),
        bare("Gemm", ["vector", "w1", "b1"], ["dense_1"]),
        bare("Sigmoid", ["dense_1"], ["gate"]),
        bare("Mul", ["dense_1", "gate"], ["silu"]),
        bare("Gemm", ["silu", "w2", "b2"], ["dense_2"]),
        bare("Relu", ["dense_2"], ["hidden"]),
        bare("Gemm", ["hidden", "w3", "b3"], ["answer"]),
    ]
    sizes = {"w1": (6, 5), "b1": (5,), "w2": (5, 4), "b2": (4,), "w3": (4, 3), "b3": (3,)}
    constants = [weights("k", 6, 1, 3, 3), *(weights(name, *shape) for name, shape in sizes.items())]
    save("perceptron", nodes, [floats("image", "n", 1, 8, 8)], floats("answer", "n", 3), constants)


def transformer(name: str) -> None:
    """Four patches and a token for the whole image; what comes of it is what the name says."""
    nodes = [
        bare("Conv", ["image", "patch_kernel"], ["patches"], kernel_shape=[4, 4], strides=[4, 4]),
        bare("Reshape", ["patches", "rows"], ["flat"]),
        bare("Transpose", ["flat"], ["tokens"], perm=[0, 2, 1]),
        bare("Shape", ["image"], ["shape"]),
        bare("Gather", ["shape", "zero"], ["batch"], axis=0),
        bare("Unsqueeze", ["batch", "axis_0"], ["batch_1"]),
        bare("Concat", ["batch_1", "one_by_six"], ["class_shape"], axis=0),
        bare("Expand", ["class_token", "class_shape"], ["class_tokens"]),
        bare("Concat", ["class_tokens", "tokens"], ["all"], axis=1),
        bare("MatMul", ["all", "mix"], ["mixed"]),
        bare("Tanh", ["mixed"], ["bent"]),
        bare("Add", ["all", "bent"], ["sum"]),
        bare("LayerNormalization", ["sum", "gain", "shift"], ["normed"], axis=-1),
    ]
    constants = [
        weights("patch_kernel", 6, 1, 4, 4), integers("rows", 0, 6, -1), numpy_helper.from_array(np.int64(0), "zero"),
        integers("axis_0", 0), integers("one_by_six", 1, 6), weights("class_token", 1, 1, 6), weights("mix", 6, 6),
        weights("gain", 6), weights("shift", 6),
    ]
    output = floats("normed", "n", 5, 6)
    if name != "last_tokens":
        nodes.append(bare("Gather", ["normed", "zero"], ["class"], axis=1))
    if name == "headed":
        nodes.append(bare("Gemm", ["class", "head.weight", "head.bias"], ["answer"]))
        constants += [weights("head.weight", 6, 4), weights("head.bias", 4)]
        output = floats("answer", "n", 4)
    if name == "projected":
        nodes.append(bare("MatMul", ["class", "visual.proj"], ["answer"]))
        constants.append(weights("visual.proj", 6, 4))
        output = floats("answer", "n", 4)
    save(name, nodes, [floats("image", "n", 1, 8, 8)], output, constants)


def autoencoder() -> None:
    nodes = [
        bare("Conv", ["image", "k1"], ["down_1"], kernel_shape=[2, 2], strides=[2, 2]),
        bare("Relu", ["down_1"], ["active_1"]),
        bare("Conv", ["active_1", "k2"], ["down_2"], kernel_shape=[2, 2], strides=[2, 2]),
        bare("Relu", ["down_2"], ["code"]),
        bare("ConvTranspose", ["code", "k3"], ["up_1"], kernel_shape=[2, 2], strides=[2, 2]),
        bare("Relu", ["up_1"], ["active_2"]),
        bare("ConvTranspose", ["active_2", "k4"], ["again"], kernel_shape=[2, 2], strides=[2, 2]),
    ]
    constants = [weights("k1", 4, 1, 2, 2), weights("k2", 3, 4, 2, 2), weights("k3", 3, 4, 2, 2), weights("k4", 4, 1, 2, 2)]
    save("autoencoder", nodes, [floats("image", "n", 1, 8, 8)], floats("again", "n", 1, 8, 8), constants)


def pooled_classes() -> None:
    """Classes at each place, averaged, as SqueezeNet has them."""
    nodes = [
        bare("Conv", ["image", "k"], ["maps"], kernel_shape=[3, 3]),
        bare("Relu", ["maps"], ["active"]),
        bare("Conv", ["active", "classes"], ["each"], kernel_shape=[1, 1]),
        bare("GlobalAveragePool", ["each"], ["mean"]),
        bare("Flatten", ["mean"], ["answer"]),
    ]
    save("pooled_classes", nodes, [floats("image", "n", 1, 8, 8)], floats("answer", "n", 3), [weights("k", 5, 1, 3, 3), weights("classes", 3, 5, 1, 1)])


def pair() -> None:
    """Two views, each with its maps, and an answer of both."""
    nodes = [
        bare("Conv", ["front", "k"], ["front_maps"], kernel_shape=[3, 3]),
        bare("GlobalAveragePool", ["front_maps"], ["front_mean"]),
        bare("Flatten", ["front_mean"], ["front_embedding"]),
        bare("Conv", ["side", "k"], ["side_maps"], kernel_shape=[3, 3]),
        bare("GlobalAveragePool", ["side_maps"], ["side_mean"]),
        bare("Flatten", ["side_mean"], ["side_embedding"]),
        bare("Mul", ["front_embedding", "side_embedding"], ["both"]),
    ]
    graph = helper.make_graph(
        nodes, "pair", [floats("front", "n", 1, 8, 8), floats("side", "n", 1, 8, 8)],
        [floats("both", "n", 5), floats("front_embedding", "n", 5), floats("side_embedding", "n", 5)], [weights("k", 5, 1, 3, 3)],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8, producer_name="somebody")
    onnx.checker.check_model(model)
    onnx.save(model, HERE / "pair.onnx")


def normalises(name: str) -> None:
    """Levels from 0 to 255 go in, and are normalised inside."""
    numbers = lambda name, *values: numpy_helper.from_array(np.array(values, np.float32).reshape(1, -1, 1, 1), name)
    nodes = [
        bare("Mul", ["image", "unit"], ["scaled"]),
        bare("Sub", ["scaled", "mean"], ["centred"]),
        bare("Div", ["centred", "std"], ["normal"]),
        bare("Conv", ["normal", "k"], ["maps"], kernel_shape=[3, 3]),
        bare("GlobalAveragePool", ["maps"], ["features"]),
    ]
    constants = [numbers("unit", 1 / 255), numbers("mean", 0.485, 0.456, 0.406), numbers("std", 0.229, 0.224, 0.225), weights("k", 5, 3, 3, 3)]
    if name == "caffe":
        nodes = [bare("Sub", ["image", "mean"], ["normal"]), *nodes[3:]]
        constants = [numbers("mean", 123.68, 116.779, 103.939), constants[3]]
    save(name, nodes, [floats("image", "n", 3, 8, 8)], floats("features", "n", 5, 1, 1), constants)


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
    def features(name: str, shape: tuple, output: str, places: tuple = (2, 3), token=None, batch: int = 1) -> list:
        model = onnx.load(HERE / f"{name}.onnx")
        model.graph.output.append(helper.make_empty_tensor_value_info(output))
        session = onnxruntime.InferenceSession(model.SerializeToString())
        image = np.arange(np.prod(shape)) * 37 % 101 / 101
        read = session.get_inputs()[0]
        kinds = {"tensor(float)": np.float32, "tensor(float16)": np.float16, "tensor(double)": np.float64}
        image = image if read.type in kinds else np.round(image * 255)
        image = np.repeat(image.reshape(shape).astype(kinds.get(read.type, np.uint8)), batch, axis=0)
        others = {other.name: np.array(0, np.float32) for other in session.get_inputs()[1:]}
        (values,) = session.run([output], {read.name: image, **others})
        if token is not None:
            return (values[0].max(axis=0) if token == "max" else values[0, token]).tolist()
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
        "halves": features("halves", (1, 1, 8, 8), "f"),
        "doubles": features("doubles", (1, 1, 8, 8), "f"),
        "mixed": features("mixed", (1, 1, 8, 8), "of_four"),
        "branch_bare": features("branch_bare", (1, 1, 8, 8), "f"),
        "sequence": features("sequence", (1, 1, 8, 8), "taken"),
        "loop_bare": features("loop_bare", (1, 1, 12, 12), "f"),
        "perceptron": features("perceptron", (1, 1, 8, 8), "mean"),
        "headed": features("headed", (1, 1, 8, 8), "class"),
        "last_tokens": features("last_tokens", (1, 1, 8, 8), "normed", token=0),
        "last_tokens_mean": features("last_tokens", (1, 1, 8, 8), "normed"),
        "last_tokens_max": features("last_tokens", (1, 1, 8, 8), "normed", token="max"),
        "projected": features("projected", (1, 1, 8, 8), "answer"),
        "autoencoder": features("autoencoder", (1, 1, 8, 8), "code"),
        "pooled_classes": features("pooled_classes", (1, 1, 8, 8), "active"),
        "whole_batch": features("whole_batch", (1, 1, 8, 8), "relu:0", batch=16),
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
    channels_last_layer()
    squeezed()
    weights_outside()
    quantized("padded_integers", 1)
    quantized("unpadded_integers", 0)
    for name in ("function", "levels", "training_flag"):
        five_by_five(name)
    whole_numbers()
    of_type("halves", np.float16)
    of_type("doubles", np.float64)
    mixed()
    trains("trains")
    trains("drops")
    not_finite()
    same()
    branch_bare()
    loop_bare()
    sequence()
    branch_random()
    perceptron()
    for name in ("headed", "last_tokens", "projected"):
        transformer(name)
    autoencoder()
    pooled_classes()
    pair()
    normalises("normalises")
    normalises("caffe")
    small("all_free", [floats("image", "n", "c", "h", "w")])
    (HERE / "expected.json").write_text(json.dumps(expected(), indent=1) + "\n")


if __name__ == "__main__":
    main()
