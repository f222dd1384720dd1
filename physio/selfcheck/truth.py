"""What is true in a rendered clip, and what a release measured in it: the files beside the clips of data/demo.

The truth file's fields are described in tests/synthetic/truthfile.py.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from physio.errors import PhysioError
from physio.kinematics.angles import ANGLE_INDEX, BASES
from physio.types import FloatArray, Side

EXPECTED_FILE = "expected.json"
PAINFUL_FROM_PSPI = 3.0
"""A clip whose true PSPI reaches this shows facial pain."""


@dataclass(frozen=True, slots=True)
class Truth:
    """What is true in a clip: t_s (T,), angles_deg name to (T,) and pspi (T,), NaN where not defined; how many
    repetitions were done; exercise_id, side, and the angle that the exercise is about, its base."""

    clip: str
    exercise_id: str
    side: Side
    signal: str
    t_s: FloatArray
    angles_deg: Mapping[str, FloatArray]
    pspi: FloatArray
    reps: int

    @property
    def painful(self) -> bool:
        """Whether its PSPI reaches PAINFUL_FROM_PSPI."""
        return bool(np.nanmax(self.pspi, initial=0.0) >= PAINFUL_FROM_PSPI)


@dataclass(frozen=True, slots=True)
class Expected:
    """What this release reached on a clip."""

    angle_error_deg: float
    all_error_deg: float
    refused_pct: float
    reps: int
    pspi_r: float


def read_truth(path: Path) -> Truth:
    """The truth file of a clip. Raises PhysioError when it is missing or broken."""
    found = _json(path)
    try:
        frames = found["frames"]
        t_s = _column(frames["t_s"])
        truth = Truth(
            clip=str(found["clip"]),
            exercise_id=str(found["movement"]),
            side=found["side"],
            signal=str(found["signal"]),
            t_s=t_s,
            angles_deg={name: _column(frames["angles"][name], t_s.size) for name in ANGLE_INDEX},
            pspi=_column(frames["pspi"], t_s.size),
            reps=len(found["reps"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise PhysioError("selfcheck.no_truth", path=str(path), problem=repr(error)) from error
    if truth.signal not in BASES or truth.side not in ("left", "right", "both") or t_s.size < 2:
        raise PhysioError("selfcheck.no_truth", path=str(path), problem=f"signal {truth.signal!r}, side {truth.side!r}")
    return truth


def read_expected(path: Path) -> dict[str, Expected]:
    """What the release reached, by the clip's file name. Raises PhysioError when the file is missing or broken."""
    try:
        expected = {str(clip): _expected(figures) for clip, figures in _json(path)["clips"].items()}
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise PhysioError("selfcheck.no_expectation", path=str(path), problem=repr(error)) from error
    if not expected:
        raise PhysioError("selfcheck.no_expectation", path=str(path), problem="clips")
    return expected


def _expected(figures: Mapping[str, float | None]) -> Expected:
    def known(name: str) -> float:
        value = figures[name]
        return math.nan if value is None else float(value)

    return Expected(
        angle_error_deg=known("angle_error_deg"),
        all_error_deg=known("all_error_deg"),
        refused_pct=known("refused_pct"),
        reps=int(known("reps")),
        pspi_r=known("pspi_r"),
    )


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise PhysioError("selfcheck.cannot_be_read", path=str(path), problem=str(error.strerror)) from error
    except ValueError as error:
        raise PhysioError("selfcheck.damaged", path=str(path), problem=str(error)) from error


def _column(values: Sequence[float | None], count: int | None = None) -> FloatArray:
    column = np.array([math.nan if value is None else value for value in values], dtype=np.float64)
    if count is not None and column.size != count:
        raise ValueError(f"{column.size} values for {count} frames")
    return column
