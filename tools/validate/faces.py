"""How well physio reads rendered faces, of which all actions are known, through its whole pipeline.

    python -m tests.synthetic make --out FOLDER --clips 24 --seed SEED --exercise faces --seconds 20 --fps 15
    python -m tools.validate.faces FOLDER

Every frame with a number counts; what was refused is given as a share. Truth is arithmetic on the driving coefficients
(tests.synthetic.truth).
"""

import json
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from physio.affect.action_units import ACTION_UNITS
from physio.capture.video import VideoSource
from physio.config import Settings
from physio.exercise.assignment import Assignment
from physio.networks.assets import ModelPaths, ensure_models
from physio.pipeline import Pipeline
from physio.types import FaceReason, FloatArray
from tools.validate.agreement import number, table

STRONG, NONE_BELOW = 3.0, 0.5
SETTLED_S = 1.0
"""Nothing is given while the face at rest is learned; of later frames a missing number is a refusal."""
CORE = ("au04", "au06", "au07", "au09", "au10", "au12", "au45")


@dataclass(frozen=True)
class Read:
    """Frames (n,) of clips: true and read pspi, its expected error, units (n, U) true and read in the order of
    ACTION_UNITS (NaN without a truth), true head yaw, height of the face in pixels, age, skin of the person, reason,
    pain_probability and clip."""

    true: FloatArray
    read: FloatArray
    error: FloatArray
    true_units: FloatArray
    units: FloatArray
    yaw_deg: FloatArray
    height_px: FloatArray
    age_years: FloatArray
    probability: FloatArray
    reason: np.ndarray
    clip: np.ndarray

    def of(self, chosen: np.ndarray) -> "Read":
        """Some of the frames."""
        return Read(*(getattr(self, name)[chosen] for name in self.__dataclass_fields__))


def read_clip(path: Path, models: ModelPaths) -> Read:
    """Every frame of a clip with its truth beside it."""
    truth = np.load(path.with_suffix(".npz"))
    person = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))["person"]
    with Pipeline(models, Assignment(None)) as pipeline:
        results = list(pipeline.run(VideoSource(path)))
    t_s = truth["t_s"]
    rows = np.array([int(np.argmin(np.abs(t_s - result.t_s))) for result in results])
    names = [str(name) for name in truth["unit_names"]]
    columns = [names.index(unit.name) if unit.name in names else -1 for unit in ACTION_UNITS]
    known = np.column_stack([truth["units"], np.full(len(t_s), np.nan)])[rows][:, columns]
    height = [result.observation.face.height_px if result.observation.face else np.nan for result in results]
    late = np.array([result.t_s for result in results]) >= SETTLED_S
    count = len(results)
    return Read(
        true=truth["pspi"][rows],
        read=np.array([result.affect.pspi for result in results]),
        error=np.array([result.affect.pspi_error for result in results]),
        true_units=known,
        units=np.array([result.affect.action_units for result in results]),
        yaw_deg=truth["head_deg"][rows, 0],
        height_px=np.array(height),
        age_years=np.full(count, float(person["age_years"])),
        probability=np.array([result.affect.pain_probability for result in results]),
        reason=np.array([result.affect.reason for result in results]),
        clip=np.full(count, path.stem),
    ).of(late)


def icc(a: FloatArray, b: FloatArray) -> float:
    """ICC(3,1), two raters, consistency (Shrout & Fleiss 1979)."""
    pairs = np.stack([a, b], axis=1)
    mean, rows, columns = pairs.mean(), pairs.mean(axis=1), pairs.mean(axis=0)
    between = 2 * ((rows - mean) ** 2).sum() / (len(a) - 1)
    rest = ((pairs - rows[:, None] - columns + mean) ** 2).sum() / (len(a) - 1)
    return float((between - rest) / (between + rest))


HEAD = ("", "frames", "refused %", "ICC(3,1)", "MAE", "expected", "painless that reach 3, %")


def figures(name: str, frames: Read) -> list[str]:
    """One row of a table."""
    given = frames.of(np.isfinite(frames.read))
    if len(given.read) < 30:
        return [name, str(len(frames.read)), number(100 * (1 - len(given.read) / max(len(frames.read), 1)), 0), *"––––"]
    painless = given.true < NONE_BELOW
    return [
        name,
        str(len(frames.read)),
        number(100 * (1 - len(given.read) / len(frames.read)), 0),
        number(icc(given.read, given.true), 2),
        number(float(np.abs(given.read - given.true).mean()), 2),
        number(float(given.error.mean()), 2),
        number(float(100 * np.mean(given.read[painless] >= STRONG))) if painless.any() else "–",
    ]


def groups(frames: Read) -> list[tuple[str, np.ndarray]]:
    """The gaps that are looked at: head, size and age."""
    turned, height, age = np.abs(frames.yaw_deg), frames.height_px, frames.age_years
    return [
        ("all", np.ones(len(turned), bool)),
        *((f"head turned {a}–{b}°", (turned >= a) & (turned < b)) for a, b in ((0, 15), (15, 30), (30, 40))),
        *((f"face {a}–{b} px", (height >= a) & (height < b)) for a, b in ((24, 50), (50, 80), (80, 120), (120, 400))),
        *((f"age {a}–{b}", (age >= a) & (age < b)) for a, b in ((0, 18), (18, 50), (50, 100))),
    ]


def unit_rows(frames: Read) -> list[list[str]]:
    """Correlation, mean absolute error and mean level of each unit with a truth that varies."""
    given = frames.of(np.isfinite(frames.read))
    rows = []
    for i, unit in enumerate(ACTION_UNITS):
        true, read = given.true_units[:, i], given.units[:, i]
        if np.isfinite(true).all() and true.std() > 0:
            r = float(np.corrcoef(true, read)[0, 1])
            off = float(np.abs(true - read).mean())
            rows.append([unit.label, number(r, 2), number(off, 2), number(float(true.mean()), 2)])
    return rows


def peaks(frames: Read) -> list[float]:
    """Of each clip whose true PSPI reaches 8, the highest that was read as a share of the true peak."""
    shares = []
    for clip in np.unique(frames.clip):
        own = frames.of((frames.clip == clip) & np.isfinite(frames.read))
        if len(own.true) and own.true.max() >= 8:
            shares.append(float(own.read.max() / own.true.max()))
    return shares


def main() -> int:
    """Print the tables."""
    models = ensure_models(Settings.load().models_dir)
    clips = [read_clip(path, models) for path in sorted(Path(sys.argv[1]).glob("*.mp4"))]
    frames = Read(*(np.concatenate([getattr(clip, name) for clip in clips]) for name in Read.__dataclass_fields__))
    print(table(HEAD, [figures(name, frames.of(one)) for name, one in groups(frames) if one.any()]), end="\n\n")
    print(table(("unit", "r", "MAE", "true mean"), unit_rows(frames)), end="\n\n")
    names = [unit.name for unit in ACTION_UNITS]
    given = frames.of(np.isfinite(frames.read))
    core = [np.corrcoef(given.true_units[:, names.index(u)], given.units[:, names.index(u)])[0, 1] for u in CORE]
    print(f"mean r of AU4, 6, 7, 9, 10, 12 and the lids: {np.mean(core):.2f}")
    shares = peaks(frames)
    print(f"peak read of true, {len(shares)} clips with 8 or more: {100 * np.median(shares):.0f} % (median)")
    reasons, counts = np.unique(frames.reason, return_counts=True)
    said = [
        f"{FaceReason(int(r)).name.lower()} {100 * n / len(frames.read):.1f}"
        for r, n in zip(reasons, counts, strict=True)
    ]
    print("frames by reason, %: " + ", ".join(said))
    return 0


if __name__ == "__main__":
    sys.exit(main())
