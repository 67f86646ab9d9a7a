"""The network, and how it is written as an ONNX file.

Five plain convolutions with early pooling, so that one image costs about
60 million multiplications. Depthwise convolutions would need fewer, but
portable CPU runtimes run them no faster.
"""

from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval, fuse_linear_bn_eval

# Input channels, output channels, kernel width and stride of each convolution.
# A 2 x 2 maximum pooling follows every convolution but the last.
CONVOLUTIONS = ((1, 16, 5, 2), (16, 32, 3, 1), (32, 64, 3, 1), (64, 128, 3, 1), (128, 192, 3, 1))
N_FEATURES = 64

# ONNX Runtime 1.14 and later, and rten, read these versions.
OPSET = 17
IR_VERSION = 8


class ChestXrayNet(nn.Module):
    """(n, 1, 224, 224) to class scores; `features` is the layer before."""

    def __init__(self, n_classes: int):
        super().__init__()
        self.convolutions = nn.ModuleList(
            nn.Conv2d(n_in, n_out, kernel, stride, padding=kernel // 2, bias=False)
            for n_in, n_out, kernel, stride in CONVOLUTIONS
        )
        self.conv_norms = nn.ModuleList(
            nn.BatchNorm2d(conv.out_channels) for conv in self.convolutions
        )
        self.dense = nn.Linear(CONVOLUTIONS[-1][1], N_FEATURES, bias=False)
        # Normalising before the rectifier keeps each unit positive for a good
        # part of the images. Without it some units may never fire, and the
        # features would have fewer dimensions than their number promises.
        self.dense_norm = nn.BatchNorm1d(N_FEATURES)
        self.dropout = nn.Dropout(0.5)
        self.classify = nn.Linear(N_FEATURES, n_classes)

    def layers(self):
        """Each convolution with its normalisation, in order."""
        return zip(self.convolutions, self.conv_norms, strict=True)

    def activations(self, image: torch.Tensor) -> torch.Tensor:
        """The features before their rectifier: (n, N_FEATURES)."""
        x = image
        for index, (conv, norm) in enumerate(self.layers()):
            x = torch.relu(norm(conv(x)))
            if index < len(CONVOLUTIONS) - 1:
                x = nn.functional.max_pool2d(x, 2)
        return self.dense_norm(self.dense(x.mean((2, 3))))

    def features(self, image: torch.Tensor) -> torch.Tensor:
        return torch.relu(self.activations(image))

    def scores(self, activations: torch.Tensor) -> torch.Tensor:
        return self.classify(self.dropout(torch.relu(activations)))

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        return self.scores(self.activations(image))


def write_onnx(
    net: ChestXrayNet, path: Path, height: int, width: int, metadata: dict[str, str]
) -> None:
    """Writes the trained network with its metadata.

    The graph is built node by node instead of traced. That gives every node
    its output's name, which is what a user types to tap a layer, and the same
    weights give the same bytes whatever the exporter's version.
    """
    net.eval()
    graph = GraphBuilder()
    value = "image"
    for index, (conv, norm) in enumerate(net.layers()):
        value = graph.convolution(f"conv{index + 1}", value, fuse_conv_bn_eval(conv, norm))
        if index < len(CONVOLUTIONS) - 1:
            value = graph.node(
                "MaxPool", f"pool{index + 1}", [value], kernel_shape=[2, 2], strides=[2, 2]
            )
    value = graph.node("GlobalAveragePool", "average", [value])
    value = graph.node("Flatten", "flat", [value], axis=1)
    value = graph.dense("dense", value, fuse_linear_bn_eval(net.dense, net.dense_norm))
    value = graph.node("Relu", "features", [value])
    value = graph.dense("scores", value, net.classify)
    graph.node("Softmax", "probabilities", [value], axis=1)

    input_shape, output_shape = ["batch", 1, height, width], ["batch", net.classify.out_features]
    model = graph.model("chest-xray-64", input_shape, output_shape)
    helper.set_model_props(model, metadata)
    model = onnx.shape_inference.infer_shapes(model, strict_mode=True)
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, path)


class GraphBuilder:
    """Collects nodes and weights; each node is called what its output is."""

    def __init__(self):
        self.nodes = []
        self.weights = []

    def node(self, operator: str, name: str, inputs: list[str], **attributes) -> str:
        self.nodes.append(helper.make_node(operator, inputs, [name], name=name, **attributes))
        return name

    def weight(self, name: str, values: torch.Tensor) -> str:
        array = np.ascontiguousarray(values.detach().numpy())
        self.weights.append(numpy_helper.from_array(array, name))
        return name

    def convolution(self, name: str, value: str, conv: nn.Conv2d) -> str:
        """A convolution and its rectifier; its padding is the same on opposite sides."""
        self.bare_convolution(name, value, conv, [*conv.padding, *conv.padding])
        return self.node("Relu", name.replace("conv", "relu"), [name])

    def bare_convolution(self, name: str, value: str, conv: nn.Conv2d, pads: list[int]) -> str:
        """A convolution alone; `pads` are top, left, bottom and right."""
        weights = [
            self.weight(f"{name}.weight", conv.weight),
            self.weight(f"{name}.bias", conv.bias),
        ]
        return self.node(
            "Conv",
            name,
            [value, *weights],
            kernel_shape=list(conv.kernel_size),
            strides=list(conv.stride),
            pads=pads,
            group=conv.groups,
        )

    def dense(self, name: str, value: str, linear: nn.Linear) -> str:
        weights = [
            self.weight(f"{name}.weight", linear.weight),
            self.weight(f"{name}.bias", linear.bias),
        ]
        return self.node("Gemm", name, [value, *weights], transB=1)

    def model(self, name: str, input_shape: list, output_shape: list) -> onnx.ModelProto:
        image = helper.make_tensor_value_info("image", TensorProto.FLOAT, input_shape)
        probabilities = helper.make_tensor_value_info(
            "probabilities", TensorProto.FLOAT, output_shape
        )
        graph = helper.make_graph(self.nodes, name, [image], [probabilities], self.weights)
        return helper.make_model(
            graph,
            producer_name="negatoscope",
            ir_version=IR_VERSION,
            opset_imports=[helper.make_opsetid("", OPSET)],
        )
