"""Networks of others as ONNX files, with random weights from a fixed seed: nothing is downloaded.

    networks.py FOLDER EXPORTER

Each exporter runs in a process of its own: `torchscript` and `dynamo` (PyTorch's older and newer one), `keras`
(Keras's own, on PyTorch) and `tf2onnx`. A file that is there is not made again.
"""

import os
import sys
import warnings
from contextlib import contextmanager
from pathlib import Path

import numpy as np

warnings.filterwarnings("ignore")
os.environ |= {"HF_HUB_OFFLINE": "1", "TF_CPP_MIN_LOG_LEVEL": "3"}

# Transformers' own sizes would take a gigabyte.
SMALL = {"hidden_size": 96, "num_hidden_layers": 3, "num_attention_heads": 3, "intermediate_size": 192}


@contextmanager
def exporting(path: Path):
    """Not every exporter takes every network: what it refuses is said, and no half of a file stays."""
    try:
        yield
    except Exception as error:
        path.unlink(missing_ok=True)
        print(f"{path.stem} is not exported: {str(error).splitlines()[0]}", file=sys.stderr)


def of_torch(folder: Path, exporter: str) -> None:
    import torch

    class Outputs(torch.nn.Module):
        """Named outputs of a model of Transformers, as a tuple."""

        def __init__(self, model, names):
            super().__init__()
            self.model, self.names = model, names

        def forward(self, image):
            output = self.model(image)
            return tuple(getattr(output, name) for name in self.names)

    class Autoencoder(torch.nn.Module):
        def __init__(self):
            super().__init__()
            conv, back, relu = torch.nn.Conv2d, torch.nn.ConvTranspose2d, torch.nn.ReLU
            self.encoder = torch.nn.Sequential(conv(1, 16, 4, 4), relu(), conv(16, 8, 4, 4), relu())
            self.decoder = torch.nn.Sequential(back(8, 16, 4, 4), relu(), back(16, 1, 4, 4))

        def forward(self, image):
            return self.decoder(self.encoder(image))

    def save(name, make, shape=(1, 3, 224, 224), outputs=None):
        path = folder / f"{name}.{exporter}.onnx"
        if path.exists():
            return
        torch.manual_seed(7)
        model = make()
        model = (Outputs(model, outputs) if outputs else model).eval()
        options = {"input_names": ["image"], "output_names": outputs, "verbose": False}
        with exporting(path):
            torch.onnx.export(model, (torch.zeros(shape),), path, dynamo=exporter == "dynamo", **options)

    import torchvision.models as tv

    for name in ("resnet18", "densenet121", "vgg11", "mobilenet_v3_small", "squeezenet1_1", "vit_b_32"):
        save(f"torchvision {name}", lambda name=name: getattr(tv, name)(weights=None))

    import timm

    for name, options in {
        "vit_tiny_patch16_224": {},
        "swin_tiny_patch4_window7_224": {},
        "vit_small_patch14_dinov2": {"img_size": 224},
        "vit_small_patch14_reg4_dinov2": {"img_size": 224},
        "eva02_tiny_patch14_224": {"num_classes": 0},
        "convnext_atto": {},
        "mobilenetv3_small_100": {},
        "efficientnet_b0": {},
    }.items():
        save(f"timm {name}", lambda: timm.create_model(name, pretrained=False, **options))

    import transformers as hf

    states = ["last_hidden_state", "pooler_output"]
    save("transformers ViTModel", lambda: hf.ViTModel(hf.ViTConfig(**SMALL)), outputs=states)
    dino = {**SMALL, "image_size": 224, "patch_size": 14}
    dino.pop("intermediate_size")
    save("transformers Dinov2Model", lambda: hf.Dinov2Model(hf.Dinov2Config(**dino)), outputs=states)
    clip = hf.CLIPVisionConfig(projection_dim=64, **SMALL)
    embeds = ["image_embeds", "last_hidden_state"]
    save("transformers CLIPVision", lambda: hf.CLIPVisionModelWithProjection(clip), outputs=embeds)

    import open_clip

    for name in ("RN50", "ViT-B-32"):
        save(f"open_clip {name}", lambda: open_clip.create_model(name, pretrained=None).visual)

    import torchxrayvision as xrv

    save("torchxrayvision DenseNet", lambda: xrv.models.DenseNet(weights=None), (1, 1, 224, 224))
    save("an autoencoder", Autoencoder, (1, 1, 128, 128))


KERAS = {"VGG16": 100, "MobileNetV2": 224, "EfficientNetB0": 224, "ResNet50": 224}


def fine_tuned(keras):
    """VGG16 with a dense layer and classes of its own, as somebody fine-tunes it."""
    base = keras.applications.VGG16(weights=None, include_top=False, pooling="avg", input_shape=(100, 100, 3))
    hidden = keras.layers.Dense(64, activation="relu", name="dense_26")(base.output)
    return keras.Model(base.input, keras.layers.Dense(3, activation="softmax", name="classes")(hidden))


def of_keras(folder: Path) -> None:
    os.environ["KERAS_BACKEND"] = "torch"
    import keras

    for name, side in KERAS.items():
        path = folder / f"Keras {name}.keras.onnx"
        if not path.exists():
            keras.utils.set_random_seed(7)
            model = getattr(keras.applications, name)(weights=None, input_shape=(side, side, 3))
            model(np.zeros((1, side, side, 3), np.float32))
            with exporting(path):
                model.export(path, format="onnx", verbose=False)


def of_tensorflow(folder: Path) -> None:
    os.environ["KERAS_BACKEND"] = "tensorflow"
    import keras
    import tensorflow as tf
    import tf2onnx

    def plain(name, side):
        return lambda: getattr(keras.applications, name)(weights=None, input_shape=(side, side, 3))

    models = {name: plain(name, side) for name, side in KERAS.items() if name != "VGG16"}
    models["VGG16, fine-tuned"] = lambda: fine_tuned(keras)
    for name, make in models.items():
        path = folder / f"Keras {name}.tf2onnx.onnx"
        if path.exists():
            continue
        keras.utils.set_random_seed(7)
        model = make()
        spec = [tf.TensorSpec((None, *model.input_shape[1:]), tf.float32, name="input")]
        with exporting(path):
            function = tf.function(lambda image: model(image))
            tf2onnx.convert.from_function(function, spec, opset=17, output_path=str(path))


def main() -> None:
    folder, exporter = Path(sys.argv[1]), sys.argv[2]
    folder.mkdir(parents=True, exist_ok=True)
    if exporter == "keras":
        of_keras(folder)
    elif exporter == "tf2onnx":
        of_tensorflow(folder)
    else:
        of_torch(folder, exporter)


if __name__ == "__main__":
    main()
