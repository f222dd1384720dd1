r"""Fit the networks that read action units from a face and write models/face_units.joblib (plain arrays).

    python -m tests.synthetic face-set --out SET --people N --seed S ...
    python -m tests.synthetic face-landmarks --in SET --out set.npz
    python tools/fit_face_units.py set.npz [...] --landmarks LANDMARKS.npz --crops CROPS.npz \
        --out models/face_units.joblib

SET: rendered faces (several files may be given; which made the file that physio ships stands in its card).
LANDMARKS, CROPS: photographs of real people with labels, see tools/real_faces.py. Needs requirements-dev.txt and torch
(requirements-dev-synthetic.txt). People, not pictures, are kept apart: a seventh of the rendered and a third of the
real ones are not fitted, and what holds on them is printed. Seeded.

A network sees a face and, three times of four, up to five pictures of the same person at rest, or none; six times of
ten what the expression network made of it, else landmarks alone: it must do with what a session has. Its outputs are
means and, on a logarithmic scale, standard deviations of a normal distribution for each unit and for the sum that PSPI
is (beta-NLL, Seitzer et al. 2022, beta 0.5); few and small layers, because larger ones learn the people by heart.
"""

import argparse
import itertools
import sys
from dataclasses import dataclass
from pathlib import Path

import joblib
import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parent))

from face_unit_rows import RESTING, Rows, expression_network, mirror_of, real_rows, rendered_rows

from physio.affect.unit_model import _LOG_SCALE, _TURN_UNIT_DEG, _USUAL_EYES_PX
from tests.synthetic.truth import ACTION_UNITS

UNITS = tuple(sorted({*ACTION_UNITS, "au25"}))
SEED = 20261121
PARTS, RESTING_PARTS = 80, 24
HIDDEN = (96, 64)
NETWORKS, STEPS, BATCH, WORKERS = 4, 5000, 512, 2
RATE, DECAY, JITTER = 2e-3, 5e-2, 0.006
APPEARANCE_SPREADS = 3.0
REAL_SHARE, ALONE, ALONE_REAL = 0.25, 0.25, 0.5
BLIND, BLIND_REAL = 0.4, 0.15
MOST_RESTING, RESTING_SHOWN = 40, 5
_PSPI = ("au04", ("au06", "au07"), ("au09", "au10"))


@dataclass(frozen=True)
class Faces:
    """Rows and their mirror images as the networks see them, and for each group the rows at rest (padded, counted)."""

    parts: torch.Tensor
    turns: torch.Tensor
    sizes: torch.Tensor
    appearance: torch.Tensor
    levels: torch.Tensor
    weights: torch.Tensor
    group: np.ndarray
    resting: np.ndarray
    counts: np.ndarray


@dataclass(frozen=True)
class Space:
    """mean (478, 3) and basis (K, 1434) of the shapes; other (478,): the landmark on the other side; usual, unit (P,):
    mean and scale of the appearance."""

    mean: np.ndarray
    basis: np.ndarray
    other: np.ndarray
    usual: np.ndarray
    unit: np.ndarray

    def parts(self, in_head: np.ndarray) -> np.ndarray:
        """Principal components (n, K) of landmarks (n, 478, 3) in the head frame."""
        return ((in_head - self.mean).reshape(len(in_head), -1) @ self.basis.T).astype(np.float32)


def space_of(rows: Rows) -> Space:
    """Principal components of faces and their mirror images; the first has a standard deviation of 1."""
    mean, other = mirror_of(rows.in_head[rows.real & (rows.kind == RESTING)].astype(np.float64))
    flat = (rows.in_head - mean).reshape(len(rows.in_head), -1)
    mirrored = (rows.in_head[:, other] * (-1, 1, 1) - mean).reshape(len(flat), -1)
    values, vectors = np.linalg.eigh((flat.T @ flat + mirrored.T @ mirrored) / (2 * len(flat)))
    basis = vectors[:, ::-1][:, :PARTS].T / np.sqrt(values[-1])
    spread = APPEARANCE_SPREADS * rows.appearance.std(axis=0) + 1e-6
    return Space(mean, basis, other, rows.appearance.mean(axis=0), spread)


def faces_of(rows: Rows, space: Space) -> Faces:
    """Both sides of every row."""
    mirrored = rows.in_head[:, space.other] * np.array((-1, 1, 1), np.float32)
    twice = np.tile(np.arange(len(rows.kind)), 2)
    side = np.repeat([0, 1], len(rows.kind))
    _, group = np.unique(rows.group[twice] * 2 + side, return_inverse=True)
    resting, counts = _resting(group, rows.kind[twice] == RESTING)
    turns = np.concatenate([rows.turn_deg, rows.turn_deg * (-1, 1, -1)]) / _TURN_UNIT_DEG
    return Faces(
        parts=_tensor(np.concatenate([space.parts(rows.in_head), space.parts(mirrored)])),
        turns=_tensor(turns),
        sizes=_tensor(np.log(rows.eyes_px[twice, None] / _USUAL_EYES_PX)),
        appearance=_tensor((rows.appearance[twice] - space.usual) / space.unit),
        levels=_tensor(rows.levels[twice]),
        weights=_tensor(rows.weights[twice]),
        group=group,
        resting=resting,
        counts=counts,
    )


def _resting(group: np.ndarray, at_rest: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each group its rows at rest (G, MOST_RESTING) and how many they are (G,)."""
    chance = np.random.default_rng(SEED)
    table, counts = np.zeros((group.max() + 1, MOST_RESTING), np.int64), np.zeros(group.max() + 1, np.int64)
    rows = np.flatnonzero(at_rest)
    for members in np.split(rows[np.argsort(group[rows], kind="stable")], _edges(np.sort(group[rows]))):
        if len(members):
            chosen = chance.permutation(members)[:MOST_RESTING]
            table[group[members[0]], : len(chosen)], counts[group[members[0]]] = chosen, len(chosen)
    return table, counts


def _edges(ordered: np.ndarray) -> np.ndarray:
    return np.flatnonzero(np.diff(ordered)) + 1


def _tensor(values: np.ndarray) -> torch.Tensor:
    return torch.tensor(np.asarray(values, np.float32))


def inputs(faces: Faces, rows: np.ndarray, rest: tuple[torch.Tensor, ...], seen: torch.Tensor) -> torch.Tensor:
    """As UnitModel.inputs: rest is (parts, turns, appearance, known), seen (n, 1) whether there is an appearance."""
    parts, turns, appearance, known = rest
    now = faces.appearance[rows]
    return torch.cat(
        [
            faces.parts[rows] - parts,
            parts[:, :RESTING_PARTS],
            faces.turns[rows],
            turns,
            known,
            faces.sizes[rows],
            now * seen,
            (now - appearance) * seen * known,
            seen,
        ],
        dim=1,
    )


def rest_of(faces: Faces, chosen: np.ndarray, shown: np.ndarray) -> tuple[torch.Tensor, ...]:
    """Means over rows at rest: chosen (n, k) rows, of which shown (n, k) count; nothing (zeros) where none does."""
    mask = _tensor(shown)[..., None]
    total = mask.sum(dim=1)
    known = (total > 0).float()
    means = [(values[chosen] * mask).sum(dim=1) / total.clamp(min=1) for values in (faces.parts, faces.turns)]
    seen = (faces.appearance[chosen] * mask).sum(dim=1) / total.clamp(min=1)
    return means[0], means[1], seen, known


def network(width: int) -> torch.nn.Sequential:
    """Layers with SiLU between them."""
    sizes = (width, *HIDDEN, 2 * len(UNITS) + 1)
    layers: list[torch.nn.Module] = []
    for first, second in itertools.pairwise(sizes):
        layers += [torch.nn.Linear(first, second), torch.nn.SiLU()]
    return torch.nn.Sequential(*layers[:-1])


def loss(out: torch.Tensor, levels: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
    """Beta-NLL of all units, and of the sum that PSPI is."""
    count = len(UNITS)
    means, scales = out[:, :count], out[:, count:].clamp(*_LOG_SCALE)
    units = _nll(means - levels, scales[:, :count], 0.02, 4.0) * weights
    pain = _nll(pspi(means.clamp(0, 5)) - pspi(levels), scales[:, count], 0.05, 9.0) * weights[:, UNITS.index("au04")]
    return units.sum(dim=1).mean() + pain.mean()


def _nll(error: torch.Tensor, scale: torch.Tensor, low: float, high: float) -> torch.Tensor:
    variance = torch.exp(2 * scale)
    return (0.5 * error**2 / variance + scale) * variance.detach().clamp(low, high) ** 0.5


def pspi(levels):  # type: ignore[no-untyped-def]
    """The part of PSPI that levels make, of an array or tensor (n, U)."""
    first, *pairs = _PSPI
    larger = torch.maximum if isinstance(levels, torch.Tensor) else np.maximum
    of = {name: levels[:, i] for i, name in enumerate(UNITS)}
    return of[first] + sum(larger(of[a], of[b]) for a, b in pairs)


def fit(faces: Faces, chosen: dict[str, np.ndarray], seed: int) -> torch.nn.Sequential:
    """One network. chosen: rows of stills, sequences and real faces that may be fitted."""
    chance = np.random.default_rng(seed)
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    real = int(BATCH * REAL_SHARE)
    moving = (BATCH - real) // 2
    size = {"stills": BATCH - real - moving, "sequences": moving, "real": real}
    is_real = np.repeat([name == "real" for name in size], list(size.values()))
    width = PARTS + RESTING_PARTS + 3 + 3 + 1 + 1 + 2 * faces.appearance.shape[1] + 1
    net = network(width)
    optimiser = torch.optim.AdamW(net.parameters(), lr=RATE, weight_decay=DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=STEPS, pct_start=0.1)
    for _ in range(STEPS):
        rows = np.concatenate([chance.choice(chosen[name], count) for name, count in size.items()])
        group = faces.group[rows]
        picks = chance.integers(0, 1 << 30, (BATCH, RESTING_SHOWN)) % np.maximum(faces.counts[group], 1)[:, None]
        at_rest = faces.resting[group[:, None], picks]
        alone = chance.random(BATCH) < np.where(is_real, ALONE_REAL, ALONE)
        shown = np.arange(RESTING_SHOWN) < chance.integers(1, RESTING_SHOWN + 1, BATCH)[:, None]
        shown &= (~alone & (faces.counts[group] > 0))[:, None] & (at_rest != rows[:, None])
        seen = _tensor(chance.random(BATCH) >= np.where(is_real, BLIND_REAL, BLIND))[:, None]
        x = inputs(faces, rows, rest_of(faces, at_rest, shown), seen)
        x[:, :PARTS] += JITTER * torch.randn(BATCH, PARTS)
        optimiser.zero_grad()
        loss(net(x), faces.levels[rows], faces.weights[rows]).backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 5.0)
        optimiser.step()
        schedule.step()
    return net.eval()


def held_out(rows: Rows) -> np.ndarray:
    """(n,): a seventh of the rendered people and a third of the real ones."""
    chance = np.random.default_rng(SEED)
    kept = []
    for real, share in ((False, 7), (True, 3)):
        people = np.unique(rows.person[rows.real == real])
        kept.append(chance.permutation(people)[: len(people) // share])
    return np.isin(rows.person, np.concatenate(kept))


@torch.no_grad()
def predict(nets: list, faces: Faces, rows: np.ndarray, alone: bool, seen: bool) -> tuple[np.ndarray, np.ndarray]:
    """Levels (n, U) and standard deviations (n, U + 1), against some pictures at rest, or against none (alone)."""
    group = faces.group[rows]
    at_rest = faces.resting[group][:, : RESTING_SHOWN + 1]
    shown = (np.arange(RESTING_SHOWN + 1) < faces.counts[group][:, None]) & (at_rest != rows[:, None]) & (not alone)
    x = inputs(faces, rows, rest_of(faces, at_rest, shown), torch.full((len(rows), 1), float(seen)))
    outs = [net(x).numpy() for net in nets]
    levels = np.clip(np.mean([out[:, : len(UNITS)] for out in outs], axis=0), 0, 5)
    return levels, np.mean([np.exp(np.clip(out[:, len(UNITS) :], *_LOG_SCALE)) for out in outs], axis=0)


def calibration(nets: list, faces: Faces, rows: np.ndarray) -> np.ndarray:
    """What the expected errors (U + 1,) are multiplied with so that they are right on average for rows not fitted."""
    levels, scales = predict(nets, faces, rows, alone=False, seen=True)
    truth = faces.levels[rows].numpy()
    errors = np.column_stack([np.abs(levels - truth), np.abs(pspi(levels) - pspi(truth))])
    return errors.mean(axis=0) / (np.sqrt(2 / np.pi) * scales.mean(axis=0))


def report(nets: list, faces: Faces, rows: Rows, kept: np.ndarray) -> None:
    """What holds on people not fitted, as a table."""
    here = np.flatnonzero(kept & ~rows.real)
    print(
        f"| {len(np.unique(rows.person[here]))} rendered people not fitted | r: " + " | ".join(UNITS) + " | PSPI MAE |"
    )
    for alone in (False, True):
        for seen in (True, False):
            levels, _ = predict(nets, faces, here, alone, seen)
            truth = faces.levels[here].numpy()
            r = [np.corrcoef(levels[:, i], truth[:, i])[0, 1] for i in range(len(UNITS))]
            name = f"{'against nobody' if alone else 'own rest'}, {'with' if seen else 'without'} appearance"
            off = np.abs(pspi(levels) - pspi(truth)).mean()
            print(f"| {name} | " + " | ".join(f"{one:.2f}" for one in r) + f" | {off:.2f} |")
    here = np.flatnonzero(kept & rows.real)
    levels, _ = predict(nets, faces, here, alone=True, seen=True)
    for unit, label in (("au04", "anger"), ("au12", "happiness"), ("au09", "disgust"), ("au15", "sadness")):
        chosen = np.isin(rows.kind[here], (RESTING, label))
        area = auc(levels[chosen, UNITS.index(unit)], rows.kind[here][chosen] == label)
        print(f"{unit} {label} against neutral: AUC {area:.3f}")


def auc(values: np.ndarray, positive: np.ndarray) -> float:
    """Area under the ROC curve (the Mann-Whitney statistic)."""
    ranks = np.argsort(np.argsort(values)) + 1
    ones = int(positive.sum())
    return float((ranks[positive].sum() - ones * (ones + 1) / 2) / (ones * (len(values) - ones)))


def arrays(nets: list, space: Space, scale: np.ndarray) -> dict:
    """What physio.affect.unit_model reads."""
    linear = [[layer for layer in net if isinstance(layer, torch.nn.Linear)] for net in nets]
    layers = {}
    for i in range(len(linear[0])):
        layers[f"w{i}"] = np.stack([net[i].weight.detach().numpy().T for net in linear])
        layers[f"b{i}"] = np.stack([net[i].bias.detach().numpy() for net in linear])
    return layers | {
        "layers": len(linear[0]),
        "units": list(UNITS),
        "mean": space.mean.astype(np.float32),
        "basis": space.basis.astype(np.float32),
        "resting_parts": RESTING_PARTS,
        "appearance_mean": space.usual.astype(np.float32),
        "appearance_unit": space.unit.astype(np.float32),
        "calibration": scale.astype(np.float32),
    }


def main() -> None:
    """Fit, report, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rendered", type=Path, nargs="+")
    parser.add_argument("--landmarks", type=Path, required=True)
    parser.add_argument("--crops", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    appearance = expression_network()
    parts = [rendered_rows(path, number, UNITS, appearance) for number, path in enumerate(given.rendered, start=1)]
    rows = Rows.joined([*parts, real_rows(given.landmarks, given.crops, UNITS, appearance)])
    space = space_of(rows)
    faces, kept = faces_of(rows, space), held_out(rows)
    both = np.concatenate([~kept, ~kept])
    kinds = {"stills": ~rows.real & ~rows.moving, "sequences": rows.moving, "real": rows.real}
    chosen = {name: np.flatnonzero(np.tile(of, 2) & both) for name, of in kinds.items()}
    nets = joblib.Parallel(n_jobs=WORKERS)(joblib.delayed(fit)(faces, chosen, SEED + k) for k in range(NETWORKS))
    report(nets, faces, rows, kept)
    scale = calibration(nets, faces, np.flatnonzero(kept & ~rows.real))
    joblib.dump(arrays(nets, space, scale), given.out, compress=3)


if __name__ == "__main__":
    main()
