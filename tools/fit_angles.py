"""Fit the correction of joint angles on rendered people and write models/angles.joblib (plain arrays) and its card.

    make() { python -m tests.synthetic make --out TRAIN --seconds 6 --fps 8 "$@"; }
    make --seed 300 --clips 635
    make --seed 301 --clips 60 --exercise elbow_flexion
    make --seed 302 --clips 40 --exercise shoulder_flexion
    make --seed 303 --clips 30 --exercise shoulder_press
    make --seed 304 --clips 30 --exercise forward_bend
    make --seed 305 --clips 30 --exercise knee_extension
    make --seed 306 --clips 100 --exercise reach_out
    make --seed 307 --clips 141
    make --seed 308 --clips 90 --exercise close
    make --seed 309 --clips 80 --exercise close
    python -m tests.synthetic landmarks --in TRAIN --out train.npz
    python tools/fit_angles.py train.npz --out models/angles.joblib

Needs requirements-dev-synthetic.txt (torch). Each network sees one side of the body and gives, for the angles of that
side, of the trunk and the azimuth, what to add to the geometric value and the expected absolute error (the scale of a
Laplace distribution). Four networks, each without another quarter of the people, are averaged; the people left out
calibrate the expected errors. Seeded: the same data give the same file.
"""

import argparse
from pathlib import Path

import joblib
import numpy as np
import torch

from physio.kinematics.correction import LOG_SCALE, OUTPUTS
from physio.kinematics.features import FEATURES, Bodies, features, mirrored
from physio.kinematics.geometry import wrap_deg
from physio.kinematics.measure import Geometry

SEED = 20261121
FOLDS = 4
HIDDEN = 512
LINEAR = (0, 3, 6)
DROPOUT = 0.2
# Noise on the standardised features and decay keep the networks from learning the people by heart.
JITTER = 0.05
MIN_STD = 0.1
RATE = 1e-3
EPOCHS = 24
BATCH = 512
SCALE_DEG = 30.0


def load(paths):
    """Features of both sides (2N, F), residuals (2N, O) in degrees with NaN where undefined, person (2N,)."""
    rows = [_rows(np.load(path)) for path in paths]
    return tuple(np.concatenate(parts) for parts in zip(*rows, strict=True))


def _rows(data):
    ok = data["found"]
    size = data["size_px"][data["clip"]][ok].astype(float)
    world, image, seen = (data[key][ok].astype(float) for key in ("world_m", "image_px", "visibility"))
    geometry = Geometry.of(world, image)
    x = features(Bodies(world, image, seen, size), geometry)
    truth = np.column_stack([data["angles_deg"][ok], data["azimuth_deg"][ok]])
    base = np.column_stack([geometry.best_deg(), geometry.azimuth_deg])
    residual = wrap_deg(truth - base)
    person = data["body"][data["clip"]][ok]
    twin = residual[:, OUTPUTS.right] * OUTPUTS.twin_sign
    return (
        np.concatenate([x, mirrored(x)]),
        np.concatenate([residual[:, OUTPUTS.left], twin]),
        np.concatenate([person, person]),
    )


def fit(x, y, person):
    """The ensemble as a dict of arrays."""
    people = np.unique(person)
    fold = dict(zip(people, np.random.default_rng(SEED).permutation(len(people)) % FOLDS, strict=True))
    group = np.array([fold[p] for p in person])
    mean, std = x.mean(0), np.maximum(x.std(0), MIN_STD)
    z = torch.tensor((x - mean) / std, dtype=torch.float32)
    target = torch.tensor(y / SCALE_DEG, dtype=torch.float32)
    nets = [_train(z[group != k], target[group != k], seed=SEED + k) for k in range(FOLDS)]
    layers = {
        f"{kind}{i}": np.stack([getattr(net[position], name).detach().numpy().T for net in nets])
        for i, position in enumerate(LINEAR)
        for kind, name in (("w", "weight"), ("b", "bias"))
    }
    arrays = {"mean": mean, "std": std} | layers | {"calibration": _calibration(nets, z, target, group)}
    arrays = {name: values.astype(np.float16) for name, values in arrays.items()}
    return arrays | {"scale_deg": SCALE_DEG, "features": np.array(FEATURES), "outputs": np.array(OUTPUTS.names)}


def _calibration(nets, z, target, group):
    """What each expected error must be multiplied with to be right, on average, for people a network never saw."""
    real, expected = [], []
    for k, net in enumerate(nets):
        with torch.no_grad():
            move, log_scale = net(z[group == k]).chunk(2, dim=1)
        real.append((move - target[group == k]).abs())
        expected.append(log_scale.clamp(*LOG_SCALE).exp())
    real, expected = torch.cat(real), torch.cat(expected)
    known = torch.isfinite(real)
    return (torch.nan_to_num(real).sum(0) / (expected * known).sum(0)).numpy()


def _loss(out, target):
    """Laplace: |error| / scale + log scale, where the truth is defined."""
    move, log_scale = out.chunk(2, dim=1)
    log_scale = log_scale.clamp(*LOG_SCALE)
    known = torch.isfinite(target)
    error = (move - torch.nan_to_num(target)).abs()
    return ((error * torch.exp(-log_scale) + log_scale) * known).sum() / known.sum()


def _train(z, target, seed):
    torch.manual_seed(seed)
    net = torch.nn.Sequential(
        torch.nn.Linear(z.shape[1], HIDDEN), torch.nn.ReLU(), torch.nn.Dropout(DROPOUT),
        torch.nn.Linear(HIDDEN, HIDDEN), torch.nn.ReLU(), torch.nn.Dropout(DROPOUT),
        torch.nn.Linear(HIDDEN, 2 * target.shape[1]),
    )  # fmt: skip
    optimiser = torch.optim.AdamW(net.parameters(), lr=RATE, weight_decay=1.0)
    steps = EPOCHS * (len(z) // BATCH + 1)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps)
    net.train()
    for _ in range(EPOCHS):
        for batch in torch.randperm(len(z)).split(BATCH):
            noisy = z[batch] + JITTER * torch.randn(len(batch), z.shape[1])
            loss = _loss(net(noisy), target[batch])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
    return net.eval()


def main():
    """Fit and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, default=Path("models/angles.joblib"))
    chosen = parser.parse_args()
    torch.set_num_threads(1)
    x, y, person = load(chosen.data)
    print(f"{len(x) // 2} frames of {len(np.unique(person))} people", flush=True)
    joblib.dump(fit(x, y, person), chosen.out, compress=3)


if __name__ == "__main__":
    main()
