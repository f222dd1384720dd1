"""Does this installation measure what it should? What was measured in clips with known truth against that truth, and
against what this release reached on them.

A limit is what the release reached (data/demo/expected.json, made by python -m tools.expect_demo) plus the margin
below. So a check fails when something on this computer is wrong, such as a damaged model, and not because the method is
imperfect; how imperfect it is stands in the figures. The aims are what the project set itself for an angle in its right
view; they are reported and fail nothing.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from physio.kinematics.angles import angles_of
from physio.selfcheck.truth import Expected, Truth
from physio.types import FloatArray

MARGIN_DEG = 1.0
"""Other processors round differently, which moves landmarks by a fraction of a pixel and single frames by a degree; a
wrong model or a missing correction costs several degrees on average. Tried: without the learned correction twelve of
fourteen clips fail."""
MARGIN_MEAN_DEG = 0.5
"""For the mean over clips, in which such single frames weigh less."""
MARGIN_REFUSED_PCT = 5.0
"""A limb at the edge of what may be shown tips over in a few frames, for the same reason."""
MARGIN_R = 0.1
"""The face is read at most 15 times a second, from frames that depend on the computer's rounding."""
LIVE_FPS = 15.0
"""A live session needs as many frames a second; with fewer it drops frames and reacts late. A warning, because a
busy computer measures as well as an idle one."""
AIM_DEG, AIM_SHOULDER_DEG = 4.0, 3.5

_MAX_APART_S = 0.02

Level = Literal["result", "warning"]


@dataclass(frozen=True, slots=True)
class Measured:
    """What scoring gave: one array (n,) per frame column of METRICS at t_s (n,), counted repetitions, and the frames
    per second that were processed (NaN when it was too short to tell)."""

    t_s: FloatArray
    columns: Mapping[str, FloatArray]
    reps: int
    fps: float


@dataclass(frozen=True, slots=True)
class ClipResult:
    """A clip measured against its truth. angle_error_deg: mean absolute error of the exercise's own angle over the
    frames that it was given in; refused_pct: of those where it is true but was not given; all_error_deg: mean absolute
    error of all given angles; pspi_r: correlation of the facial pain estimate with the true PSPI, NaN for a face
    without pain."""

    clip: str
    signal: str
    frames: int
    angle_error_deg: float
    all_error_deg: float
    refused_pct: float
    reps: int
    true_reps: int
    pspi_r: float
    fps: float

    @property
    def aim_deg(self) -> float:
        """The angle error that the project aims at."""
        return AIM_SHOULDER_DEG if self.signal.startswith("shoulder") else AIM_DEG


@dataclass(frozen=True, slots=True)
class Verdict:
    """A figure held against its limit. sense: which side of the limit is good; a warning does not fail the check."""

    name: str
    value: float
    limit: float
    sense: Literal["at most", "at least", "exactly"]
    level: Level = "result"

    @property
    def passed(self) -> bool:
        """Unknown figures do not pass."""
        if self.sense == "exactly":
            return self.value == self.limit
        return self.value <= self.limit if self.sense == "at most" else self.value >= self.limit


def compare(truth: Truth, measured: Measured) -> ClipResult:
    """Measured against true, frame by frame. Frames of which the truth knows nothing are left out."""
    nearest = np.searchsorted((truth.t_s[:-1] + truth.t_s[1:]) / 2, measured.t_s)
    known = np.abs(truth.t_s[nearest] - measured.t_s) < _MAX_APART_S
    off = {
        name: np.where(known, measured.columns[name] - truth.angles_deg[name][nearest], np.nan)
        for name in truth.angles_deg
    }
    own = angles_of(truth.signal, truth.side)
    defined = np.concatenate([known & np.isfinite(truth.angles_deg[name][nearest]) for name in own])
    given = np.isfinite(np.concatenate([off[name] for name in own]))
    return ClipResult(
        clip=truth.clip,
        signal=truth.signal,
        frames=int(measured.t_s.size),
        angle_error_deg=_mean_size([off[name] for name in own]),
        all_error_deg=_mean_size(list(off.values())),
        refused_pct=float(100 * np.mean(~given[defined])) if defined.any() else math.nan,
        reps=measured.reps,
        true_reps=truth.reps,
        pspi_r=_correlation(measured.columns["pspi"], truth.pspi[nearest]) if truth.painful else math.nan,
        fps=measured.fps,
    )


def _mean_size(differences: Sequence[FloatArray]) -> float:
    known = np.concatenate([one[np.isfinite(one)] for one in differences])
    return float(np.mean(np.abs(known))) if known.size else math.nan


def _correlation(a: FloatArray, b: FloatArray) -> float:
    """Pearson's, over the frames where both are known; 0 when one of them never changes, NaN without three frames."""
    both = np.isfinite(a) & np.isfinite(b)
    if both.sum() < 3:
        return math.nan
    if np.ptp(a[both]) == 0 or np.ptp(b[both]) == 0:
        return 0.0
    return float(np.corrcoef(a[both], b[both])[0, 1])


def judge(result: ClipResult, expected: Expected) -> tuple[Verdict, ...]:
    """One clip's figures against what the release reached."""
    return tuple(_judged(result, expected))


def _judged(result: ClipResult, expected: Expected) -> Iterator[Verdict]:
    yield Verdict("angle error", result.angle_error_deg, expected.angle_error_deg + MARGIN_DEG, "at most")
    yield Verdict("error of all angles", result.all_error_deg, expected.all_error_deg + MARGIN_DEG, "at most")
    yield Verdict("refused", result.refused_pct, expected.refused_pct + MARGIN_REFUSED_PCT, "at most")
    yield Verdict("repetitions", float(result.reps), float(expected.reps), "exactly")
    if math.isfinite(expected.pspi_r):
        yield Verdict("PSPI correlation", result.pspi_r, expected.pspi_r - MARGIN_R, "at least")


def judge_all(results: Sequence[ClipResult], expected: Mapping[str, Expected]) -> tuple[Verdict, ...]:
    """All clips together: means over clips, repetitions counted, the painful face, and the speed as a warning."""
    wanted = [expected[result.clip] for result in results]
    own = _mean([e.angle_error_deg for e in wanted]) + MARGIN_MEAN_DEG
    every = _mean([e.all_error_deg for e in wanted]) + MARGIN_MEAN_DEG
    verdicts = [
        Verdict("angle error", _mean([r.angle_error_deg for r in results]), own, "at most"),
        Verdict("error of all angles", _mean([r.all_error_deg for r in results]), every, "at most"),
        Verdict("repetitions", float(sum(r.reps for r in results)), float(sum(e.reps for e in wanted)), "exactly"),
    ]
    limits = [e.pspi_r - MARGIN_R for e in wanted if math.isfinite(e.pspi_r)]
    if limits:
        rs = [r.pspi_r for r, e in zip(results, wanted, strict=True) if math.isfinite(e.pspi_r)]
        verdicts.append(Verdict("PSPI correlation", _mean(rs), _mean(limits), "at least"))
    return (*verdicts, Verdict("frames/s", _speed(results), LIVE_FPS, "at least", "warning"))


def passed(verdicts: Sequence[Verdict]) -> bool:
    """Whether nothing failed; warnings do not count."""
    return all(one.passed for one in verdicts if one.level == "result")


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values)) if values else math.nan


def _speed(results: Sequence[ClipResult]) -> float:
    """Frames of all clips by the time that they took, of those whose speed is known."""
    timed = [one for one in results if one.fps > 0]
    return sum(one.frames for one in timed) / sum(one.frames / one.fps for one in timed) if timed else math.nan


def expected_of(results: Sequence[ClipResult], version: str) -> dict[str, Any]:
    """The content of the file that `read_expected` reads, from what was reached now."""
    return {
        "made_by": f"python -m tools.expect_demo, physio {version}",
        "clips": {
            one.clip: {
                "angle_error_deg": round(one.angle_error_deg, 2),
                "all_error_deg": round(one.all_error_deg, 2),
                "refused_pct": round(one.refused_pct, 1),
                "reps": one.reps,
                "pspi_r": round(one.pspi_r, 3) if math.isfinite(one.pspi_r) else None,
            }
            for one in results
        },
    }
