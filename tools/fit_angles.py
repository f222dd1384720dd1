"""Fit the correction of joint angles on rendered people and write models/angles.joblib (plain arrays) and its card.

    python -m tests.synthetic make --out TRAIN --clips 260 --seed 100
    python -m tests.synthetic landmarks --in TRAIN --out train.npz
    python tools/fit_angles.py train.npz [more.npz] --out models/angles.joblib

Needs requirements-dev-synthetic.txt (torch). Each network sees one side of the body and gives, for the angles of that
side, of the trunk and the azimuth, what to add to the geometric value and the expected absolute error (the scale of a
Laplace distribution). Five networks, each without another fifth of the people, are averaged; the people left out decide
when to stop. Seeded: the same data give the same file.
"""

import argparse
from pathlib import Path

import joblib
import numpy as np
import torch

from physio.kinematics.correction import LEARNED, OUTPUTS, TWIN_SIGN
from physio.kinematics.features import FEATURES, Bodies, features, mirrored
from physio.kinematics.geometry import wrap_deg
from physio.kinematics.measure import Geometry

SEED = 20261121
FOLDS = 5
HIDDEN = 128
SCALE_DEG = 30.0
JITTER = 0.02


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
    twin = residual[:, LEARNED.right] * TWIN_SIGN
    return (
        np.concatenate([x, mirrored(x)]),
        np.concatenate([residual[:, LEARNED.left], twin]),
        np.concatenate([person, person]),
    )


def fit(x, y, person):
    """The ensemble as a dict of arrays."""
    people = np.unique(person)
    fold = dict(zip(people, np.random.default_rng(SEED).permutation(len(people)) % FOLDS, strict=True))
    group = np.array([fold[p] for p in person])
    mean, std = x.mean(0), x.std(0) + 1e-3
    z = torch.tensor((x - mean) / std, dtype=torch.float32)
    target = torch.tensor(y / SCALE_DEG, dtype=torch.float32)
    nets = [_train(z, target, torch.tensor(group != k), seed=SEED + k) for k in range(FOLDS)]
    layers = {
        f"{kind}{i}": np.stack([net[position].__getattr__(name).detach().numpy().T for net in nets])
        for i, position in enumerate((0, 3, 6))
        for kind, name in (("w", "weight"), ("b", "bias"))
    }
    return {"mean": mean, "std": std, "features": np.array(FEATURES), "outputs": np.array(OUTPUTS)} | layers


def _loss(out, target):
    """Laplace: |error| / scale + log scale, where the truth is defined."""
    move, log_scale = out.chunk(2, dim=1)
    log_scale = log_scale.clamp(-5, 2)
    known = torch.isfinite(target)
    error = (move - torch.nan_to_num(target)).abs()
    return ((error * torch.exp(-log_scale) + log_scale) * known).sum() / known.sum()


def _train(z, target, train, seed):
    torch.manual_seed(seed)
    net = torch.nn.Sequential(
        torch.nn.Linear(z.shape[1], HIDDEN), torch.nn.ReLU(), torch.nn.Dropout(0.15),
        torch.nn.Linear(HIDDEN, HIDDEN), torch.nn.ReLU(), torch.nn.Dropout(0.15),
        torch.nn.Linear(HIDDEN, 2 * target.shape[1]),
    )  # fmt: skip
    optimiser = torch.optim.AdamW(net.parameters(), lr=2e-3, weight_decay=0.05)
    rows, held = torch.nonzero(train).squeeze(1), torch.nonzero(~train).squeeze(1)
    best, best_loss, since = None, float("inf"), 0
    for epoch in range(120):
        for group in optimiser.param_groups:
            group["lr"] = 2e-3 * 0.5 * (1 + np.cos(np.pi * epoch / 120)) + 1e-5
        net.train()
        for batch in rows[torch.randperm(len(rows))].split(512):
            noisy = z[batch] + JITTER * torch.randn(len(batch), z.shape[1])
            loss = _loss(net(noisy), target[batch])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
        net.eval()
        with torch.no_grad():
            held_loss = float(_loss(net(z[held]), target[held]))
        if held_loss < best_loss:
            best, best_loss, since = {k: v.clone() for k, v in net.state_dict().items()}, held_loss, 0
        else:
            since += 1
        if since > 20:
            break
    print(f"left-out people: loss {best_loss:.3f} after {epoch + 1} epochs", flush=True)
    net.load_state_dict(best)
    return net


def main():
    """Fit and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, default=Path("models/angles.joblib"))
    chosen = parser.parse_args()
    torch.set_num_threads(1)
    x, y, person = load(chosen.data)
    print(f"{len(x) // 2} frames of {len(np.unique(person))} people", flush=True)
    arrays = fit(x, y, person)
    arrays = {k: v.astype(np.float32) if v.dtype.kind == "f" else v for k, v in arrays.items()}
    joblib.dump(arrays | {"scale_deg": np.float32(SCALE_DEG)}, chosen.out, compress=3)


if __name__ == "__main__":
    main()
