"""Settings that networks of images have and onnx's own cases lack: older versions of operators,
what they leave out, and sequences of operators that runtimes merge into one.

Each case is (name, version, nodes, values): nodes are (operator, inputs, attributes), each reading
`x`, the constants in `values`, or the node before it as `_`; what ONNX Runtime gives is right.
"""

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

RNG = np.random.default_rng(3)


def floats(*shape):
    return RNG.normal(0, 1, shape).astype(np.float32)


def ints(*values):
    return np.array(values, np.int64)


def f32(*values):
    return np.array(values, np.float32)


def one(name, version, op, x, attributes=None, **values):
    return name, version, [(op, ["x", *values], attributes or {})], {"x": x, **values}


def convolutions():
    x = floats(2, 4, 9, 11)
    w = {"plain": floats(6, 4, 3, 3), "grouped": floats(6, 2, 3, 3), "depthwise": floats(4, 1, 3, 3), "doubled": floats(8, 1, 3, 3)}
    groups = {"plain": 1, "grouped": 2, "depthwise": 4, "doubled": 4}
    settings = {
        "bare": {},
        "padded": {"pads": [1, 1, 1, 1]},
        "strided": {"strides": [2, 2], "pads": [1, 1, 1, 1]},
        "one_sided": {"strides": [2, 2], "pads": [0, 0, 1, 1]},
        "leaning": {"pads": [2, 0, 1, 3]},
        "dilated": {"dilations": [2, 2], "pads": [2, 2, 2, 2]},
        "dilated_strided": {"dilations": [2, 3], "pads": [2, 3, 2, 3], "strides": [2, 1]},
        "same": {"auto_pad": "SAME_UPPER"},
        "same_strided": {"auto_pad": "SAME_UPPER", "strides": [2, 2]},
        "same_dilated": {"auto_pad": "SAME_UPPER", "dilations": [2, 2]},
        "valid": {"auto_pad": "VALID", "strides": [2, 1]},
        "wide": {"pads": [4, 4, 4, 4]},
    }
    for kind, weights in w.items():
        for name, attributes in settings.items():
            attributes = {**attributes, "group": groups[kind]}
            yield one(f"conv_{kind}_{name}", 17, "Conv", x, attributes, w=weights, b=floats(weights.shape[0]))
            yield one(f"conv_{kind}_{name}_told", 11, "Conv", x, {**attributes, "kernel_shape": [3, 3]}, w=weights)
    yield one("conv_1x1_strided", 17, "Conv", x, {"strides": [2, 2]}, w=floats(5, 4, 1, 1))
    yield one("conv_1x1_padded", 17, "Conv", x, {"pads": [1, 1, 1, 1]}, w=floats(5, 4, 1, 1))
    yield one("conv_stem", 17, "Conv", floats(1, 3, 23, 20), {"strides": [2, 2], "pads": [3, 3, 3, 3]}, w=floats(8, 3, 7, 7))
    yield one("conv_flat", 17, "Conv", x, {"pads": [0, 1, 0, 1]}, w=floats(5, 4, 1, 3))
    yield one("conv_patches", 17, "Conv", floats(1, 3, 16, 16), {"strides": [4, 4]}, w=floats(8, 3, 4, 4))
    yield one("conv_1d", 17, "Conv", floats(2, 4, 15), {"pads": [1, 1], "strides": [2]}, w=floats(6, 4, 3))
    yield one("conv_1d_depthwise", 17, "Conv", floats(2, 4, 15), {"pads": [1, 1], "group": 4}, w=floats(4, 1, 3))
    for name, attributes, weights in [
        ("bare", {}, floats(4, 5, 3, 3)),
        ("strided", {"strides": [2, 2], "pads": [1, 1, 1, 1]}, floats(4, 5, 3, 3)),
        ("more", {"strides": [2, 2], "pads": [1, 1, 1, 1], "output_padding": [1, 1]}, floats(4, 5, 3, 3)),
        ("leaning", {"strides": [2, 2], "pads": [0, 1, 1, 0]}, floats(4, 5, 3, 3)),
        ("dilated", {"dilations": [2, 2], "pads": [1, 1, 1, 1]}, floats(4, 5, 3, 3)),
        ("grouped", {"group": 2, "strides": [2, 2]}, floats(4, 3, 2, 2)),
        ("depthwise", {"group": 4, "strides": [2, 2], "pads": [1, 1, 1, 1]}, floats(4, 1, 4, 4)),
        ("same", {"auto_pad": "SAME_UPPER", "strides": [2, 2]}, floats(4, 5, 3, 3)),
        ("same_even", {"auto_pad": "SAME_UPPER", "strides": [2, 2]}, floats(4, 5, 2, 2)),
        ("valid", {"auto_pad": "VALID", "strides": [2, 2]}, floats(4, 5, 3, 3)),
    ]:
        yield one(f"convtranspose_{name}", 17, "ConvTranspose", x, attributes, w=weights)
        told = {**attributes, "kernel_shape": list(weights.shape[2:])}
        yield one(f"convtranspose_{name}_told", 11, "ConvTranspose", x, told, w=weights, b=floats(weights.shape[1] * attributes.get("group", 1)))
    yield one("convtranspose_1d", 17, "ConvTranspose", floats(2, 4, 7), {"strides": [2]}, w=floats(4, 5, 3))


def pools():
    x = floats(2, 3, 10, 13) - 3
    for name, attributes in {
        "bare": {},
        "strided": {"strides": [2, 2]},
        "padded": {"strides": [2, 2], "pads": [1, 1, 1, 1]},
        "one_sided": {"strides": [2, 2], "pads": [0, 0, 1, 1]},
        "up": {"strides": [2, 2], "ceil_mode": 1},
        "up_padded": {"strides": [2, 2], "pads": [1, 1, 1, 1], "ceil_mode": 1},
        "up_far": {"strides": [3, 3], "pads": [1, 1, 1, 1], "ceil_mode": 1},
        "same": {"auto_pad": "SAME_UPPER", "strides": [2, 2]},
        "same_far": {"auto_pad": "SAME_UPPER", "strides": [3, 3]},
        "valid": {"auto_pad": "VALID", "strides": [2, 2]},
    }.items():
        attributes = {**attributes, "kernel_shape": [3, 3]}
        yield one(f"maxpool_{name}", 12, "MaxPool", x, attributes)
        yield one(f"averagepool_{name}", 11, "AveragePool", x, attributes)
        yield one(f"averagepool_{name}_19", 19, "AveragePool", x, attributes)
        yield one(f"averagepool_{name}_all", 11, "AveragePool", x, {**attributes, "count_include_pad": 1})
        yield one(f"averagepool_{name}_all_19", 19, "AveragePool", x, {**attributes, "count_include_pad": 1})
    yield one("maxpool_1d", 12, "MaxPool", floats(2, 3, 11), {"kernel_shape": [3], "strides": [2], "pads": [1, 1]})
    yield one("averagepool_1d", 11, "AveragePool", floats(2, 3, 11), {"kernel_shape": [3], "strides": [2], "pads": [1, 1]})
    yield one("globalaverage_1d", 11, "GlobalAveragePool", floats(2, 3, 11))
    yield one("globalmax_1d", 11, "GlobalMaxPool", floats(2, 3, 11) - 5)


def norms():
    for version in (9, 14, 15):
        for shape in ((2, 4), (2, 4, 5), (2, 4, 5, 3)):
            yield one(f"batchnorm_{version}_{len(shape)}d", version, "BatchNormalization", floats(*shape), {"epsilon": 1e-2}, scale=floats(4), bias=floats(4), mean=floats(4), var=np.abs(floats(4)))
    yield one("batchnorm_momentum", 9, "BatchNormalization", floats(1, 4, 3, 3), {"momentum": 0.5}, scale=floats(4), bias=floats(4), mean=floats(4), var=np.abs(floats(4)))
    yield one("instancenorm", 6, "InstanceNormalization", floats(2, 4, 5, 3), {"epsilon": 1e-3}, scale=floats(4), bias=floats(4))
    yield one("instancenorm_1d", 6, "InstanceNormalization", floats(2, 4, 5), {}, scale=floats(4), bias=floats(4))
    for axis, shape in ((-1, (6,)), (1, (4, 5, 6)), (2, (5, 6))):
        yield one(f"layernorm_{axis}".replace("-", "m"), 17, "LayerNormalization", floats(2, 4, 5, 6), {"axis": axis}, scale=floats(*shape), bias=floats(*shape))
    yield one("layernorm_bare", 17, "LayerNormalization", floats(2, 4, 6), {}, scale=floats(6))
    for p in (1, 2):
        for axis in (1, -1):
            yield one(f"lpnorm_{p}_{axis}".replace("-", "m"), 11, "LpNormalization", floats(2, 4, 5), {"p": p, "axis": axis})
    for version in (9, 11, 13):
        for op in ("Softmax", "LogSoftmax"):
            for attributes in ({}, {"axis": 1}, {"axis": 2}, {"axis": 3}, {"axis": 0}):
                yield one(f"{op.lower()}_{version}_{attributes.get('axis', 'bare')}", version, op, floats(2, 3, 4, 5), attributes)
            yield one(f"{op.lower()}_{version}_thin", version, op, floats(2, 6, 1, 1))
            yield one(f"{op.lower()}_{version}_flat", version, op, floats(2, 6))


def products():
    for a, b in [((3,), (3, 4)), ((3,), (2, 3, 4)), ((2, 3), (3,)), ((2, 4, 3), (3,)), ((3,), (3,)), ((2, 1, 4, 3), (5, 3, 2)), ((1, 4, 3), (2, 3, 2)), ((2, 5, 4, 3), (3, 6))]:
        yield one(f"matmul_{'x'.join(map(str, a))}_{'x'.join(map(str, b))}", 13, "MatMul", floats(*a), w=floats(*b))
    for name, attributes, a, b, c in [
        ("bare", {}, (2, 3), (3, 4), None),
        ("turned", {"transB": 1}, (2, 3), (4, 3), (4,)),
        ("both", {"transA": 1, "transB": 1, "alpha": 0.5, "beta": 2.0}, (3, 2), (4, 3), (2, 4)),
        ("column", {"beta": 0.3}, (2, 3), (3, 4), (2, 1)),
        ("row", {}, (2, 3), (3, 4), (1, 4)),
        ("one", {"alpha": 3.0}, (2, 3), (3, 4), (1,)),
        ("scalar", {}, (2, 3), (3, 4), ()),
    ]:
        rest = {} if c is None else {"c": floats(*c)}
        yield one(f"gemm_{name}", 13, "Gemm", floats(*a), attributes, w=floats(*b), **rest)
    for name, equation, a, b in [
        ("scores", "bhid,bhjd->bhij", (1, 2, 3, 4), (1, 2, 5, 4)),
        ("dense", "bij,jk->bik", (2, 3, 4), (4, 5)),
        ("turned", "bij,kj->bki", (2, 3, 4), (5, 4)),
        ("outer", "i,j->ij", (3,), (4,)),
        ("sum", "bij,bij->b", (2, 3, 4), (2, 3, 4)),
        ("implicit", "ij,jk", (2, 3), (3, 4)),
        ("dots", "...ij,...jk->...ik", (2, 3, 4), (2, 4, 5)),
        ("channels", "nchw,cd->ndhw", (1, 3, 4, 5), (3, 6)),
        ("planes", "nctkv,kvw->nctw", (1, 2, 3, 2, 4), (2, 4, 5)),
    ]:
        yield one(f"einsum_{name}", 13, "Einsum", floats(*a), {"equation": equation}, w=floats(*b))
    yield one("einsum_turn", 13, "Einsum", floats(2, 3, 4), {"equation": "bij->bji"})
    yield one("einsum_diagonal", 13, "Einsum", floats(3, 3), {"equation": "ii->i"})


def shapes():
    x = floats(2, 3, 4, 5)
    for version in (9, 11, 13, 18):
        inputs = version >= 18
        for op in ("ReduceMean", "ReduceMax", "ReduceMin", "ReduceL2", "ReduceL1", "ReduceSum", "ReduceProd", "ReduceSumSquare", "ReduceLogSumExp"):
            by_input = inputs or op == "ReduceSum" and version >= 13
            for name, axes, keep in [("places", [2, 3], 1), ("last", [-1] if version >= 11 else [3], 0), ("channels", [1], 1), ("all", None, 0)]:
                attributes, values = {"keepdims": keep}, {}
                if axes and by_input:
                    values["axes"] = ints(*axes)
                elif axes:
                    attributes["axes"] = axes
                yield one(f"{op.lower()}_{version}_{name}", version, op, x, attributes, **values)
    thin = floats(1, 3, 1, 5)
    yield one("squeeze_11", 11, "Squeeze", thin, {"axes": [0, 2]})
    yield one("squeeze_11_bare", 11, "Squeeze", thin)
    yield one("squeeze_13", 13, "Squeeze", thin, {}, axes=ints(-2))
    yield one("squeeze_13_bare", 13, "Squeeze", thin)
    yield one("unsqueeze_11", 11, "Unsqueeze", x, {"axes": [0, 4]})
    yield one("unsqueeze_13", 13, "Unsqueeze", x, {}, axes=ints(-1, 1))
    for name, attributes in {"bare": {}, "zero": {"axis": 0}, "two": {"axis": 2}, "last": {"axis": -1}, "end": {"axis": 4}}.items():
        yield one(f"flatten_{name}", 13, "Flatten", x, attributes)
    yield one("transpose_bare", 13, "Transpose", x)
    yield one("reshape_kept", 13, "Reshape", x, {}, shape=ints(0, -1, 5))
    yield one("reshape_all", 13, "Reshape", x, {}, shape=ints(-1))
    yield one("reshape_5", 5, "Reshape", x, {}, shape=ints(0, 0, -1))
    yield one("expand_both", 13, "Expand", floats(3, 1), {}, shape=ints(2, 1, 6))
    yield one("expand_less", 13, "Expand", x, {}, shape=ints(1))
    yield one("tile", 13, "Tile", floats(2, 3), {}, repeats=ints(2, 3))
    for version, pads in [(2, True), (10, True)]:
        for mode in ("constant", "reflect", "edge"):
            yield one(f"pad_{version}_{mode}", version, "Pad", x, {"mode": mode, "pads": [0, 0, 1, 2, 0, 0, 2, 1], **({"value": 0.7} if mode == "constant" else {})})
    for mode in ("constant", "reflect", "edge"):
        yield one(f"pad_13_{mode}", 13, "Pad", x, {"mode": mode}, pads=ints(0, 0, 1, 2, 0, 0, 2, 1))
    yield one("pad_13_value", 13, "Pad", x, {}, pads=ints(0, 1, 1, 2, 0, 0, 2, 1), value=np.float32(-1.5))
    yield one("pad_13_less", 13, "Pad", x, {}, pads=ints(0, 0, -1, 0, 0, 0, 1, -2))
    yield one("pad_19_wrap", 19, "Pad", x, {"mode": "wrap"}, pads=ints(0, 0, 1, 2, 0, 0, 2, 1))
    yield one("slice_9", 9, "Slice", x, {"starts": [0, 1], "ends": [2, 100], "axes": [1, 3]})
    yield one("slice_9_bare", 9, "Slice", x, {"starts": [0, 1], "ends": [2, -1]})
    yield one("slice_13", 13, "Slice", x, {}, starts=ints(1), ends=ints(2**62), axes=ints(-1))
    yield one("slice_13_steps", 13, "Slice", x, {}, starts=ints(-1, 0), ends=ints(-(2**62), 4), axes=ints(3, 2), steps=ints(-2, 2))
    yield one("gather_behind", 13, "Gather", x, {"axis": 1}, indices=ints(-1, 0))
    yield one("gather_one", 13, "Gather", x, {"axis": 2}, indices=np.array(1, np.int64))
    yield one("gather_square", 13, "Gather", x, {"axis": -1}, indices=np.array([[0, 4], [2, 2]], np.int64))
    yield one("concat_behind", 13, "Concat", x, {"axis": -3}, y=floats(2, 2, 4, 5))
    for mode in ("DCR", "CRD"):
        yield one(f"depthtospace_{mode.lower()}", 13, "DepthToSpace", floats(1, 8, 2, 3), {"blocksize": 2, "mode": mode})
    yield one("depthtospace_bare", 11, "DepthToSpace", floats(1, 8, 2, 3), {"blocksize": 2})
    yield one("trilu_up", 14, "Trilu", floats(2, 4, 5), {"upper": 1}, k=np.array(1, np.int64))
    yield one("trilu_down", 14, "Trilu", floats(2, 4, 5), {"upper": 0}, k=np.array(-1, np.int64))
    yield one("cumsum", 14, "CumSum", floats(3, 4), {"exclusive": 1, "reverse": 1}, axis=np.array(1, np.int64))
    for name, attributes in {"bare": {}, "places": {"axis": 1}, "behind": {"axis": -2, "keepdims": 0}}.items():
        yield one(f"argmin_{name}", 13, "ArgMin", x, attributes)


def scales():
    x = floats(1, 2, 5, 6)
    for mode in ("nearest", "linear"):
        for name, factors in (("whole", f32(1, 1, 2, 3)), ("part", f32(1, 1, 1.5, 1.7))):
            yield one(f"upsample_9_{mode}_{name}", 9, "Upsample", x, {"mode": mode}, scales=factors)
            yield one(f"resize_10_{mode}_{name}", 10, "Resize", x, {"mode": mode}, scales=factors)
        yield one(f"resize_10_{mode}_less", 10, "Resize", x, {"mode": mode}, scales=f32(1, 1, 0.6, 0.5))
        places = ("half_pixel", "pytorch_half_pixel", "align_corners", "asymmetric")
        for place in places:
            rounds = ("round_prefer_floor", "round_prefer_ceil", "floor", "ceil") if mode == "nearest" else (None,)
            for rounding in rounds:
                attributes = {"mode": mode, "coordinate_transformation_mode": place, **({"nearest_mode": rounding} if rounding else {})}
                for name, scales, sizes in [
                    ("double", f32(1, 1, 2, 2), None),
                    ("part", f32(1, 1, 1.7, 0.6), None),
                    ("sizes", None, ints(1, 2, 8, 4)),
                    ("one", None, ints(1, 2, 1, 9)),
                ]:
                    inputs = ["x", "", "scales"] if sizes is None else ["x", "", "", "sizes"]
                    values = {"x": x, inputs[-1]: scales if sizes is None else sizes}
                    yield f"resize_{mode}_{place}_{rounding}_{name}", 13, [("Resize", inputs, attributes)], values


def elements():
    x = np.concatenate([floats(2, 3, 4, 5).ravel(), f32(0, -0.5, 0.5, 1.5, 2.5, -1.5, 100, -100, 30, -30)]).reshape(13, 10)
    for op, attributes in [
        ("Relu", {}), ("LeakyRelu", {}), ("LeakyRelu", {"alpha": 0.3}), ("Elu", {}), ("Elu", {"alpha": 0.5}), ("Sigmoid", {}),
        ("HardSigmoid", {}), ("HardSigmoid", {"alpha": 0.1666, "beta": 0.5}), ("Tanh", {}), ("Erf", {}), ("Exp", {}),
        ("Softsign", {}), ("Floor", {}), ("Ceil", {}), ("Round", {}), ("Abs", {}), ("Neg", {}), ("Identity", {}), ("HardSwish", {}),
        ("Sin", {}), ("Cos", {}), ("Selu", {}), ("Not", {}),
    ]:
        if op != "Not":
            yield one(f"{op.lower()}_{len(attributes)}", 14, op, x, attributes)
    for approximate in ("none", "tanh"):
        yield one(f"gelu_{approximate}", 20, "Gelu", x, {"approximate": approximate})
    yield one("mish", 18, "Mish", x)
    for op in ("Sqrt", "Log", "Reciprocal"):
        yield one(op.lower(), 13, op, np.abs(x) + np.float32(1e-3))
    # Beyond 88 the embedded runtime gives infinity, which is refused where it reaches the features.
    yield one("softplus", 13, "Softplus", np.minimum(x, 80))
    maps = floats(2, 3, 4, 5)
    for version, low, high in ((6, True, True), (6, True, False), (6, False, True)):
        yield one(f"clip_6_{low}_{high}", 6, "Clip", x, {**({"min": 0.0} if low else {}), **({"max": 6.0} if high else {})})
    yield one("clip_6_bare", 6, "Clip", x)
    yield one("clip_13", 13, "Clip", x, {}, low=np.float32(0), high=np.float32(6))
    yield "clip_13_high", 13, [("Clip", ["x", "", "high"], {})], {"x": x, "high": np.float32(1)}
    yield one("prelu_channels", 9, "PRelu", maps, {}, slope=floats(3, 1, 1))
    yield one("prelu_one", 9, "PRelu", maps, {}, slope=floats(1))
    for op in ("Add", "Sub", "Mul", "Div", "Pow"):
        for name, other in {"one": f32(2), "scalar": np.float32(2), "channels": np.abs(floats(3, 1, 1)) + 1, "wide": np.abs(floats(4, 1, 1, 1, 5)) + 1}.items():
            base = np.abs(maps) if op == "Pow" else maps
            base = base if name != "wide" else base[:1]
            yield one(f"{op.lower()}_{name}", 13, op, base, {}, y=other)
    yield one("pow_cube", 13, "Pow", maps, {}, y=np.float32(3))
    yield one("pow_root", 13, "Pow", np.abs(maps), {}, y=np.float32(0.5))
    yield one("pow_inverse", 13, "Pow", np.abs(maps) + 1, {}, y=np.float32(-0.5))
    yield one("div_whole", 13, "Div", ints(-7, 7, -8, 5), {}, y=ints(2, -2, 3, 3))
    yield one("mod_whole", 13, "Mod", ints(-7, 7, -8, 5), {}, y=ints(2, -2, 3, 3))
    yield one("mod_float", 13, "Mod", f32(-7.5, 7.5, -8, 5), {"fmod": 1}, y=f32(2, -2, 3, 3))
    for to in (TensorProto.INT64, TensorProto.INT32, TensorProto.BOOL, TensorProto.FLOAT16, TensorProto.DOUBLE):
        yield one(f"cast_{to}", 13, "Cast", f32(-2.7, -0.4, 0.0, 0.6, 3.9), {"to": to})
    for to in (TensorProto.UINT8, TensorProto.INT8):
        yield one(f"cast_{to}", 13, "Cast", f32(0.4, 3.9, 100.2), {"to": to})
    for op in ("Max", "Min", "Sum", "Mean"):
        yield one(f"{op.lower()}_three", 13, op, maps, {}, y=floats(3, 1, 1), z=floats(2, 1, 4, 5))
    for op in ("Greater", "Less", "Equal", "GreaterOrEqual", "LessOrEqual"):
        yield one(f"{op.lower()}", 16, op, maps, {}, y=maps[:1])
    yield "where", 16, [("Greater", ["x", "zero"], {}), ("Where", ["_", "x", "y"], {})], {"x": maps, "zero": np.float32(0), "y": floats(3, 1, 1)}
    yield "dropout_7", 7, [("Dropout", ["x"], {"ratio": 0.4})], {"x": maps}
    yield "dropout_13", 13, [("Dropout", ["x", "ratio"], {})], {"x": maps, "ratio": np.float32(0.4)}
    yield "dropout_13_mode", 13, [("Dropout", ["x", "ratio", "mode"], {})], {"x": maps, "ratio": np.float32(0.4), "mode": np.array(False)}


def quantized():
    x = floats(2, 4, 5, 6) * 2
    for kind in (np.int8, np.uint8):
        zero = np.array(3, kind)
        yield f"qdq_{kind.__name__}", 13, [("QuantizeLinear", ["x", "s", "z"], {}), ("DequantizeLinear", ["_", "s", "z"], {})], {"x": x, "s": np.float32(0.013), "z": zero}
        yield one(f"quantize_{kind.__name__}", 13, "QuantizeLinear", x, {}, s=np.float32(0.013), z=zero)
        scales, zeros = np.abs(floats(4)) * np.float32(0.02) + np.float32(0.01), np.arange(4).astype(kind)
        yield f"qdq_channels_{kind.__name__}", 13, [("QuantizeLinear", ["x", "s", "z"], {"axis": 1}), ("DequantizeLinear", ["_", "s", "z"], {"axis": 1})], {"x": x, "s": scales, "z": zeros}
        scales, zeros = np.abs(floats(6)) * np.float32(0.02) + np.float32(0.01), np.arange(6).astype(kind)
        w = RNG.integers(np.iinfo(kind).min, np.iinfo(kind).max, (6, 4, 3, 3)).astype(kind)
        nodes = [("DequantizeLinear", ["w", "s", "z"], {"axis": 0}), ("Conv", ["x", "_"], {"pads": [1, 1, 1, 1]})]
        yield f"qdq_conv_{kind.__name__}", 13, nodes, {"x": x, "w": w, "s": scales, "z": zeros}
        for other in (np.int8, np.uint8):
            a = RNG.integers(0, np.iinfo(kind).max, (5, 6)).astype(kind)
            yield one(f"matmulinteger_{kind.__name__}_{other.__name__}", 13, "MatMulInteger", a, {}, w=RNG.integers(np.iinfo(other).min, np.iinfo(other).max, (6, 7)).astype(other))
        m = RNG.integers(np.iinfo(kind).min, np.iinfo(kind).max, (6, 7)).astype(kind)
        for name, zero in {"one": np.array(5, kind), "column": np.arange(7).astype(kind), "none": None}.items():
            if name == "column" and kind is np.uint8:
                continue
            nodes = [("DynamicQuantizeLinear", ["x"], {}), ("MatMulInteger", ["_", "w", "_2", *(["z"] if zero is not None else [])], {}), ("Cast", ["_"], {"to": TensorProto.FLOAT})]
            yield f"dynamic_matmul_{name}_{kind.__name__}", 13, nodes, {"x": RNG.integers(0, 256, (2, 4, 6)).astype(np.float32), "w": m, **({"z": zero} if zero is not None else {})}
    b = RNG.integers(-1000, 1000, 6).astype(np.int32)
    yield "dequantize_bias", 13, [("DequantizeLinear", ["b", "s"], {"axis": 0}), ("Add", ["x", "_"], {})], {"x": floats(2, 6), "b": b, "s": np.abs(floats(6))}


def merged():
    """Sequences that runtimes have a kernel of their own for."""
    x = floats(2, 5, 8)
    half, root, one_, eps = np.float32(0.5), np.float32(2**0.5), np.float32(1), np.float32(1e-5)
    yield "swish", 13, [("Sigmoid", ["x"], {}), ("Mul", ["x", "_"], {})], {"x": x}
    yield "swish_not", 13, [("Sigmoid", ["x"], {}), ("Mul", ["y", "_"], {})], {"x": x, "y": floats(2, 5, 8)}
    yield "swish_scaled", 13, [("Mul", ["x", "a"], {}), ("Sigmoid", ["_"], {}), ("Mul", ["x", "_"], {})], {"x": x, "a": np.float32(1.702)}
    gelu = [("Div", ["x", "root"], {}), ("Erf", ["_"], {}), ("Add", ["_", "one"], {}), ("Mul", ["x", "_"], {}), ("Mul", ["_", "half"], {})]
    yield "gelu_parts", 13, gelu, {"x": x, "root": root, "one": one_, "half": half}
    yield "gelu_not", 13, gelu, {"x": x, "root": np.float32(1.3), "one": np.float32(0.9), "half": np.float32(0.4)}
    tanh = [("Pow", ["x", "three"], {}), ("Mul", ["_", "a"], {}), ("Add", ["x", "_"], {}), ("Mul", ["_", "b"], {}), ("Tanh", ["_"], {}), ("Add", ["_", "one"], {}), ("Mul", ["x", "_"], {}), ("Mul", ["half", "_"], {})]
    yield "gelu_tanh_parts", 13, tanh, {"x": x, "three": np.float32(3), "a": np.float32(0.044715), "b": np.float32(0.7978845), "one": one_, "half": half}
    yield "mish_parts", 13, [("Softplus", ["x"], {}), ("Tanh", ["_"], {}), ("Mul", ["x", "_"], {})], {"x": x}
    yield "hardswish_parts", 13, [("HardSigmoid", ["x"], {"alpha": 1 / 6}), ("Mul", ["x", "_"], {})], {"x": x}
    for name, axis, shape in (("last", -1, (8,)), ("middle", 1, (5, 1)), ("plain", -1, None)):
        norm = [("ReduceMean", ["x"], {"axes": [axis]}), ("Sub", ["x", "_"], {}), ("Pow", ["_", "two"], {}), ("ReduceMean", ["_"], {"axes": [axis]}), ("Add", ["_", "eps"], {}), ("Sqrt", ["_"], {}), ("Div", ["@1", "_"], {})]
        values = {"x": x, "two": np.float32(2), "eps": eps}
        if shape:
            norm += [("Mul", ["_", "w"], {}), ("Add", ["_", "b"], {})]
            values |= {"w": floats(*shape), "b": floats(*shape)}
        yield f"layernorm_parts_{name}", 13, norm, values
    rms = [("Pow", ["x", "two"], {}), ("ReduceMean", ["_"], {"axes": [-1]}), ("Add", ["_", "eps"], {}), ("Sqrt", ["_"], {}), ("Reciprocal", ["_"], {}), ("Mul", ["x", "_"], {}), ("Mul", ["_", "w"], {})]
    yield "rmsnorm_parts", 13, rms, {"x": x, "two": np.float32(2), "eps": eps, "w": floats(8)}
    yield "matmul_bias", 13, [("MatMul", ["x", "w"], {}), ("Add", ["_", "b"], {})], {"x": x, "w": floats(8, 6), "b": floats(6)}
    yield "matmul_bias_first", 13, [("MatMul", ["x", "w"], {}), ("Add", ["b", "_"], {})], {"x": x, "w": floats(8, 6), "b": floats(6)}
    yield "matmul_bias_rows", 13, [("MatMul", ["x", "w"], {}), ("Add", ["_", "b"], {})], {"x": x, "w": floats(8, 6), "b": floats(5, 1)}
    yield "matmul_bias_one", 13, [("MatMul", ["x", "w"], {}), ("Add", ["_", "b"], {})], {"x": x, "w": floats(8, 6), "b": floats(1)}
    yield "matmul_scaled", 13, [("MatMul", ["x", "w"], {}), ("Div", ["_", "a"], {}), ("Softmax", ["_"], {"axis": -1})], {"x": x, "w": floats(8, 6), "a": np.float32(2.8)}
    yield "matmul_turned", 13, [("Transpose", ["x"], {"perm": [0, 2, 1]}), ("MatMul", ["x", "_"], {}), ("Mul", ["_", "a"], {})], {"x": x, "a": np.float32(0.35)}
    yield "matmul_turned_weights", 13, [("Transpose", ["w"], {"perm": [1, 0]}), ("MatMul", ["x", "_"], {})], {"x": x, "w": floats(6, 8)}
    yield "softmax_masked", 13, [("Add", ["x", "m"], {}), ("Softmax", ["_"], {"axis": -1})], {"x": x, "m": np.where(floats(5, 8) > 0, 0, -1e9).astype(np.float32)}
    maps = floats(1, 4, 7, 7)
    yield "conv_batchnorm_relu", 13, [("Conv", ["x", "w"], {"pads": [1, 1, 1, 1]}), ("BatchNormalization", ["_", "s", "b", "m", "v"], {}), ("Relu", ["_"], {})], {"x": maps, "w": floats(6, 4, 3, 3), "s": floats(6), "b": floats(6), "m": floats(6), "v": np.abs(floats(6))}
    yield "pad_conv", 13, [("Pad", ["x", "p"], {}), ("Conv", ["_", "w"], {"strides": [2, 2]})], {"x": maps, "p": ints(0, 0, 0, 1, 0, 0, 1, 0), "w": floats(6, 4, 3, 3)}
    yield "conv_add_relu", 13, [("Conv", ["x", "w"], {"pads": [1, 1, 1, 1]}), ("Add", ["_", "x"], {}), ("Relu", ["_"], {})], {"x": maps, "w": floats(4, 4, 3, 3)}
    yield "shuffle", 13, [("Reshape", ["x", "a"], {}), ("Transpose", ["_"], {"perm": [0, 2, 1, 3, 4]}), ("Reshape", ["_", "b"], {})], {"x": maps, "a": ints(1, 2, 2, 7, 7), "b": ints(1, 4, 7, 7)}
    yield "squeeze_excite", 13, [("ReduceMean", ["x"], {"axes": [2, 3]}), ("Conv", ["_", "w"], {}), ("HardSigmoid", ["_"], {}), ("Mul", ["x", "_"], {})], {"x": maps, "w": floats(4, 4, 1, 1)}
    yield "l2_normalised", 13, [("ReduceL2", ["x"], {"axes": [-1]}), ("Clip", ["_", "eps"], {}), ("Div", ["x", "_"], {})], {"x": x, "eps": np.float32(1e-12)}


def model(version, nodes, values):
    made, last = [], None
    for index, (op, inputs, attributes) in enumerate(nodes):
        def named(name):
            if name.startswith("@"):
                return f"v{name[1:]}"
            return name.replace("_", f"v{index - 1}", 1) if name in ("_", "_2") else name
        outputs = [f"v{index}"] if op != "DynamicQuantizeLinear" else [f"v{index}", f"v{index}s", f"v{index}z"]
        inputs = [made[0].output[2] if name == "_2" else named(name) for name in inputs]
        made.append(helper.make_node(op, inputs, outputs, **attributes))
    inputs = [helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(np.asarray(value).dtype), np.shape(value)) for name, value in values.items()]
    output = helper.make_empty_tensor_value_info(made[-1].output[0])
    graph = helper.make_graph(made, "case", inputs, [output])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", version)], ir_version=8)


def cases():
    """(name, model, inputs, outputs), as far as ONNX Runtime takes them."""
    groups = (convolutions, pools, norms, products, shapes, scales, elements, quantized, merged)
    onnxruntime.set_default_logger_severity(4)
    for name, version, nodes, values in (case for group in groups for case in group()):
        made = model(version, nodes, values)
        try:
            session = onnxruntime.InferenceSession(made.SerializeToString())
            outputs = session.run(None, {name: np.asarray(value) for name, value in values.items()})
        except Exception as error:  # noqa: BLE001
            # A convolution that is dilated and padded to the same size is all that it refuses.
            assert "same_dilated" in name, f"{name}: {error}"
            continue
        yield f"more_{name}", made, list(values.values()), outputs
