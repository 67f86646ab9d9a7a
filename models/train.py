"""Trains `chest-xray-64.onnx`, of which erase.py makes the model that negatoscope uses by default.

    python models/train.py --covid DIR --pneumonia DIR --out models

`--covid` is a clone of the COVID-19 image data collection, `--pneumonia` a
folder with `normal/` and `bacteria/`. Into `--out` go the model, the digests of
the images that it was trained on, and the figures on the patients that it has
not seen. README.md says what the model is for, and what it is not.

The run is deterministic: the same images, package versions, processor type and
number of threads give the same weights.
"""

import argparse
import copy
import datetime
import json
import math
from pathlib import Path

import numpy as np
import torch
from blake3 import blake3
from torch import nn

import preprocess
from cohort import CLASSES, Xray, load_split, parser_of
from evaluate import FEATURES, features_and_probabilities, held_out_report, image_tensors
from network import ChestXrayNet, write_onnx

NAME = "chest-xray-64"
LICENSE = "CC-BY-NC-SA-4.0"
SEED = 64
# The number of threads decides the order of floating-point sums, so it is part
# of what makes a run repeatable.
N_THREADS = 2

MAX_EPOCHS = 60
BATCH_SIZE = 32
PEAK_LEARNING_RATE = 2e-3
WEIGHT_DECAY = 0.02
# Three classes need two dimensions, and a classifier left alone folds its 64
# features onto those. This weight holds the features apart; see `redundancy`.
REDUNDANCY_WEIGHT = 1.0


def main() -> None:
    arguments = parse_arguments()
    torch.use_deterministic_algorithms(True)
    torch.set_num_threads(N_THREADS)
    torch.manual_seed(SEED)

    split = load_split(arguments.covid, arguments.pneumonia)
    mean, std = grey_statistics(split.training)
    fit, validation = tensors(split.fit, mean, std), tensors(split.validation, mean, std)
    net = ChestXrayNet(len(CLASSES))
    targets = labels(split.fit), validation, labels(split.validation)
    chosen = train(net, fit, *targets, arguments.epochs)

    arguments.out.mkdir(parents=True, exist_ok=True)
    model_path = arguments.out / f"{NAME}.onnx"
    write_onnx(
        net, model_path, preprocess.HEIGHT, preprocess.WIDTH, metadata(mean, std, arguments.date)
    )
    check_export(net, model_path, validation)
    write_training_digests(split.training, arguments.out / "training-images.blake3")

    report = {"model": f"{NAME}.onnx", "date": arguments.date, "epoch": chosen}
    report |= held_out_report(model_path, split)
    text = json.dumps(report, indent=2)
    (arguments.out / "held-out.json").write_text(text + "\n", encoding="utf-8")
    print(text)


def parse_arguments() -> argparse.Namespace:
    parser = parser_of(__doc__)
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    parser.add_argument("--epochs", type=int, default=MAX_EPOCHS, help="length of the schedule")
    parser.add_argument(
        "--date", default=datetime.date.today().isoformat(), help="written into the model"
    )
    return parser.parse_args()


def grey_statistics(xrays: list[Xray]) -> tuple[float, float]:
    """Mean and standard deviation of the equalised pixels, to four decimals."""
    equalised = image_tensors(xrays, mean=0.0, std=1.0)
    mean = equalised.mean(dtype=np.float64)
    std = equalised.std(dtype=np.float64)
    return round(float(mean), 4), round(float(std), 4)


def tensors(xrays: list[Xray], mean: float, std: float) -> torch.Tensor:
    return torch.from_numpy(image_tensors(xrays, mean, std))


def labels(xrays: list[Xray]) -> torch.Tensor:
    return torch.tensor([xray.label for xray in xrays])


def train(
    net: ChestXrayNet,
    images: torch.Tensor,
    targets: torch.Tensor,
    validation_images: torch.Tensor,
    validation_targets: torch.Tensor,
    n_epochs: int,
) -> dict:
    """Trains `net` and leaves it with the weights of the best epoch.

    The best epoch has the lowest class-balanced loss on the validation
    patients. The loss decides instead of the accuracy because a few dozen
    patients give many epochs the same accuracy.
    """
    n_classes = net.classify.out_features
    steps_per_epoch = targets.bincount().max().item() * n_classes // BATCH_SIZE
    optimizer = torch.optim.AdamW(net.parameters(), PEAK_LEARNING_RATE, weight_decay=WEIGHT_DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, PEAK_LEARNING_RATE, epochs=n_epochs, steps_per_epoch=steps_per_epoch
    )
    random = torch.Generator().manual_seed(SEED)
    chosen, best_weights = {"validation_loss": math.inf}, None
    for epoch in range(1, n_epochs + 1):
        net.train()
        # Whole batches only: the statistics of a short one are too noisy.
        for batch in balanced_order(targets, n_classes, random).split(BATCH_SIZE)[:steps_per_epoch]:
            activations = net.activations(augment(images[batch], random))
            loss = nn.functional.cross_entropy(net.scores(activations), targets[batch])
            loss = loss + REDUNDANCY_WEIGHT * redundancy(activations)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
        validation_loss, recall = validate(net, validation_images, validation_targets)
        print(
            f"epoch {epoch:3}  validation loss {validation_loss:.4f}  mean recall {recall:.3f}",
            flush=True,
        )
        if validation_loss < chosen["validation_loss"]:
            chosen = {
                "number": epoch,
                "of": n_epochs,
                "validation_loss": round(validation_loss, 4),
                "validation_mean_recall": round(recall, 4),
            }
            best_weights = copy.deepcopy(net.state_dict())
    net.load_state_dict(best_weights)
    return chosen


def redundancy(activations: torch.Tensor) -> torch.Tensor:
    """Mean squared correlation between two different features of a batch."""
    correlation = torch.corrcoef(activations.T)
    n = len(correlation)
    return (correlation.square().sum() - n) / (n * (n - 1))


def balanced_order(targets: torch.Tensor, n_classes: int, random: torch.Generator) -> torch.Tensor:
    """One epoch: every class as often as the largest, all in random order.

    A smaller class is gone through more than once; every round is complete
    before the next begins, so no image of it is left out.
    """
    n_each = targets.bincount().max().item()
    drawn = []
    for label in range(n_classes):
        members = (targets == label).nonzero().flatten()
        rounds = [
            members[torch.randperm(len(members), generator=random)]
            for _ in range(n_each // len(members) + 1)
        ]
        drawn.append(torch.cat(rounds)[:n_each])
    order = torch.cat(drawn)
    return order[torch.randperm(len(order), generator=random)]


def augment(images: torch.Tensor, random: torch.Generator) -> torch.Tensor:
    """What may differ between two pictures of one chest without meaning it.

    There is no mirroring: the heart lies on one side, and a mirrored film is a
    finding or a mistake that a reader should see as different.
    """
    images = move(images, random)
    images = blur_some(images, random)
    # Equalisation undoes every monotonic change of the grey levels, so this
    # one stays small: it stands for what a burned-in frame does to the rest.
    contrast = uniform(len(images), 0.85, 1.15, random)
    brightness = uniform(len(images), -0.15, 0.15, random)
    images = images * contrast.view(-1, 1, 1, 1) + brightness.view(-1, 1, 1, 1)
    return erase_patches(images, random)


def move(images: torch.Tensor, random: torch.Generator) -> torch.Tensor:
    """Rotates by up to 8 degrees, scales by up to 12 %, shifts by up to 6 %."""
    n = len(images)
    angle = uniform(n, -8.0, 8.0, random).deg2rad()
    scale_x, scale_y = uniform(n, 0.88, 1.12, random), uniform(n, 0.88, 1.12, random)
    # The grid runs from -1 to 1, so 0.12 is 6 % of the width.
    shift_x, shift_y = uniform(n, -0.12, 0.12, random), uniform(n, -0.12, 0.12, random)
    row_x = torch.stack([angle.cos() * scale_x, -angle.sin() * scale_y, shift_x], dim=1)
    row_y = torch.stack([angle.sin() * scale_x, angle.cos() * scale_y, shift_y], dim=1)
    affine = torch.stack([row_x, row_y], dim=1)
    grid = nn.functional.affine_grid(affine, list(images.shape), align_corners=False)
    return nn.functional.grid_sample(images, grid, padding_mode="border", align_corners=False)


def blur_some(images: torch.Tensor, random: torch.Generator) -> torch.Tensor:
    """Blurs every other image a little: sharpness betrays the source."""
    blurred = nn.functional.avg_pool2d(images, 3, stride=1, padding=1, count_include_pad=False)
    chosen = uniform(len(images), 0.0, 1.0, random) < 0.5
    return torch.where(chosen.view(-1, 1, 1, 1), blurred, images)


def erase_patches(images: torch.Tensor, random: torch.Generator) -> torch.Tensor:
    """Covers three rectangles an image, so that no single mark decides."""
    images = images.clone()
    _, _, height, width = images.shape
    for image in images:
        for _ in range(3):
            top, left = uniform(2, -0.1, 0.95, random).tolist()
            tall, wide = uniform(2, 0.05, 0.25, random).tolist()
            rows = slice(max(0, int(top * height)), max(0, int((top + tall) * height)))
            columns = slice(max(0, int(left * width)), max(0, int((left + wide) * width)))
            image[:, rows, columns] = 0.0
    return images


def uniform(n: int, low: float, high: float, random: torch.Generator) -> torch.Tensor:
    return torch.rand(n, generator=random) * (high - low) + low


def validate(net: ChestXrayNet, images: torch.Tensor, targets: torch.Tensor) -> tuple[float, float]:
    """Class-balanced loss, and the mean of the classes' recalls."""
    scores = run(net, images)
    losses = nn.functional.cross_entropy(scores, targets, reduction="none")
    hits = (scores.argmax(dim=1) == targets).double()
    of_class = [targets == label for label in range(net.classify.out_features)]
    loss = sum(losses[members].mean().item() for members in of_class) / len(of_class)
    recall = sum(hits[members].mean().item() for members in of_class) / len(of_class)
    return loss, recall


@torch.no_grad()
def run(net: ChestXrayNet, images: torch.Tensor) -> torch.Tensor:
    net.eval()
    return torch.cat([net(batch) for batch in images.split(BATCH_SIZE)])


def metadata(mean: float, std: float, date: str) -> dict[str, str]:
    """What a program needs to know to use the file without this script."""
    preprocessing = {
        "version": preprocess.VERSION,
        "width": preprocess.WIDTH,
        "height": preprocess.HEIGHT,
        "channels": 1,
        "resize": "bilinear",
        "fit": "stretch",
        "equalize": True,
        "scale": 1 / 255,
        "mean": [mean],
        "std": [std],
        "layout": "NCHW",
    }
    return {
        "negatoscope.preprocessing": json.dumps(preprocessing),
        "negatoscope.name": NAME,
        "negatoscope.layer": FEATURES,
        "negatoscope.classes": json.dumps(CLASSES),
        "negatoscope.license": LICENSE,
        "negatoscope.date": date,
    }


@torch.no_grad()
def check_export(net: ChestXrayNet, model_path: Path, images: torch.Tensor) -> None:
    """Stops the run unless the ONNX file computes what the network does."""
    net.eval()
    features, probabilities = features_and_probabilities(model_path, images.numpy())
    expected = net.features(images)
    np.testing.assert_allclose(features, expected, rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(
        probabilities, net.classify(expected).softmax(dim=1), rtol=1e-4, atol=1e-5
    )


def write_training_digests(xrays: list[Xray], path: Path) -> None:
    """A line for each file with the BLAKE3 digest of its bytes and how many they are, so that
    images can be told apart from unseen ones without shipping them."""
    files = (xray.path.read_bytes() for xray in xrays)
    lines = sorted({f"{blake3(file).hexdigest()} {len(file)}" for file in files})
    path.write_text("\n".join(lines) + "\n", encoding="ascii")


if __name__ == "__main__":
    main()
