"""A bottleneck of 64 and a classifier, trained by descent on a backbone's pooled maps.

The counterpart of heads.py: the same two dense layers, but found as train.py finds its own, with the same penalty on
correlated features, and with one on features that a disturbance moves.
"""

import numpy as np
import torch
from torch import nn

from heads import N_FEATURES, Dense, standardised
from train import BATCH_SIZE, REDUNDANCY_WEIGHT, SEED, balanced_order, redundancy

N_EPOCHS = 40
LEARNING_RATE = 3e-3
WEIGHT_DECAY = 0.02
# Of the mean square of a feature's change from one picture of an image to another, in units of its variance.
ALIKE_WEIGHT = 1.0


def trained(pictures: np.ndarray, labels: np.ndarray, n_classes: int) -> tuple[Dense, Dense]:
    """Features and scores, from `(n_images, n_pictures, n_in)` and `(n_images,)`."""
    torch.set_num_threads(1)
    torch.manual_seed(SEED)
    random = torch.Generator().manual_seed(SEED)
    n_images, n_pictures, n_in = pictures.shape
    first = standardised(pictures.reshape(-1, n_in))
    values = torch.from_numpy(first(pictures)).float()
    targets = torch.from_numpy(labels)
    dense, norm = nn.Linear(n_in, N_FEATURES, bias=False), nn.BatchNorm1d(N_FEATURES)
    classify = nn.Sequential(nn.Dropout(0.5), nn.Linear(N_FEATURES, n_classes))
    parts = nn.ModuleList([dense, norm, classify]).train()
    optimizer = torch.optim.AdamW(parts.parameters(), LEARNING_RATE, weight_decay=WEIGHT_DECAY)
    for _ in range(N_EPOCHS):
        for batch in balanced_order(targets, n_classes, random).split(BATCH_SIZE):
            if len(batch) < BATCH_SIZE:
                continue
            drawn = torch.rand(len(batch), n_pictures, generator=random).argsort(dim=1)[:, :2]
            pair = values[batch[:, None], drawn].transpose(0, 1)
            features = norm(dense(pair.reshape(-1, n_in)))
            one, other = features.view(2, len(batch), -1)
            loss = nn.functional.cross_entropy(classify(features), targets[batch].repeat(2))
            loss = loss + REDUNDANCY_WEIGHT * redundancy(features)
            loss = loss + ALIKE_WEIGHT * (one - other).square().mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    parts.eval()
    scale = norm.weight / (norm.running_var + norm.eps).sqrt()
    with torch.no_grad():
        weight = (dense.weight * scale[:, None]).double().numpy()
        bias = (norm.bias - norm.running_mean * scale).double().numpy()
        scores = Dense(classify[1].weight.double().numpy(), classify[1].bias.double().numpy())
    return first.then(Dense(weight, bias)), scores
