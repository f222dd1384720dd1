"""Rendered people with known truth: angles, azimuth, expected errors and repetitions, for every view."""

import itertools
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from physio.kinematics.angles import ANGLES
from physio.kinematics.geometry import wrap_deg
from physio.kinematics.view import off_view_deg
from physio.networks.assets import ModelPaths
from physio.types import FloatArray
from tools.validate.agreement import FAR_DEG, FIGURES, Agreement, agreement, figures, number, table
from tools.validate.measured import measure

VIEWS = (("front or back (0–30°)", 0.0, 30.0), ("oblique (30–60°)", 30.0, 60.0), ("side (60–90°)", 60.0, 90.1))
_FRONT, _OBLIQUE, _SIDE = range(3)
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Clips:
    """All frames of all clips (T) beside the truth. given_deg, expected_deg, picture_deg, world_deg, true_deg (T, A);
    azimuth_deg, azimuth_error_deg (measured minus true) and off_deg (T,): how far the camera truly stood from the front
    or back, 0-90; plain (T, A): nothing hidden on purpose, nobody walking past, and the angle's joints in the frame;
    counts: repetitions (counted, true) of the clips that show an exercise; people: how many; body_pct: share of frames
    with a body."""

    given_deg: FloatArray
    expected_deg: FloatArray
    picture_deg: FloatArray
    world_deg: FloatArray
    true_deg: FloatArray
    azimuth_deg: FloatArray
    azimuth_error_deg: FloatArray
    off_deg: FloatArray
    plain: Mask
    counts: tuple[tuple[int, int], ...]
    people: int
    body_pct: float

    @property
    def error_deg(self) -> FloatArray:
        """Measured minus true, NaN where nothing was given or the truth has no value."""
        return np.asarray(wrap_deg(self.given_deg - self.true_deg))


def read(folder: Path, models: ModelPaths) -> Clips:
    """Score every clip of a folder made by python -m tests.synthetic make."""
    clips = [_clip(path, models) for path in sorted(folder.glob("*.mp4")) if not path.name.endswith(".part.mp4")]
    if not clips:
        raise SystemExit(f"No clips in {folder}: python -m tests.synthetic make --out {folder} --clips 60 --seed 900")
    arrays = {key: np.concatenate([clip[key] for clip in clips]) for key in clips[0] if key not in ("count", "person")}
    return Clips(
        counts=tuple(clip["count"] for clip in clips if clip["count"] is not None),
        people=len({clip["person"] for clip in clips}),
        body_pct=100 * float(np.isfinite(arrays["azimuth_error_deg"]).mean()),
        **arrays,
    )


def _clip(path: Path, models: ModelPaths) -> dict[str, Any]:
    facts = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    truth = np.load(path.with_suffix(".npz"))
    seen = measure(path, models, facts["movement"], facts["side"])
    row = np.abs(truth["t_s"][:, None] - seen.t_s[None]).argmin(axis=0)
    azimuth, conditions = truth["azimuth_deg"][row], facts["conditions"]
    easy = not (conditions["occluded"] or conditions["second_person"])
    counted = seen.scored.exercise is not None
    return {
        "given_deg": seen.given_deg,
        "expected_deg": seen.error_deg,
        "picture_deg": seen.picture_deg,
        "world_deg": seen.world_deg,
        "true_deg": truth["angles_deg"][row],
        "azimuth_deg": azimuth,
        "azimuth_error_deg": wrap_deg(seen.azimuth_deg - azimuth),
        "off_deg": off_view_deg("front", azimuth),
        "plain": _in_frame(truth)[row] & easy,
        "count": (len(seen.scored.rows.reps), len(facts["reps"])) if counted else None,
        "person": facts["person"]["shape_seed"],
    }


def _in_frame(truth: Any) -> Mask:
    """(T, A): all joints of an angle lie in the frame."""
    points, names = truth["points_px"], list(truth["point_names"])
    inside = ((points >= 0) & (points < truth["size_px"])).all(axis=-1)
    return np.column_stack([inside[:, [names.index(name) for name in angle.landmarks]].all(axis=1) for angle in ANGLES])


def columns(*bases: str) -> list[int]:
    """Columns of ANGLES of these angles, both sides."""
    return [i for i, angle in enumerate(ANGLES) if angle.base in bases]


def in_view(clips: Clips, view: int) -> Mask:
    """Frames (T,) seen from one of VIEWS."""
    _, low, high = VIEWS[view]
    return np.asarray((clips.off_deg >= low) & (clips.off_deg < high))


def near(clips: Clips) -> Mask:
    """(T, A): angles of the trunk and of the side of the body that the camera sees."""
    left = np.sin(np.radians(clips.azimuth_deg)) > 0
    sides = {"l": left, "r": ~left, "": np.ones_like(left)}
    return np.column_stack([sides[angle.side] for angle in ANGLES])


def angle_table(clips: Clips) -> str:
    """One row per angle and view, MediaPipe's plain readings beside physio's."""
    rows = []
    for view, (label, _, _) in enumerate(VIEWS):
        frames = in_view(clips, view)
        for base in dict.fromkeys(angle.base for angle in ANGLES):
            cell = np.ix_(np.flatnonzero(frames), columns(base))
            true = clips.true_deg[cell]
            raw = [
                number(agreement(wrap_deg(plain[cell] - true)).mae_deg)
                for plain in (clips.picture_deg, clips.world_deg)
            ]
            got = agreement(clips.error_deg[cell], int(np.isfinite(true).sum()))
            rows.append([label, base, *raw, *figures(got)])
    return table(("view", "angle", "2-D", "3-D", *FIGURES), rows)


def _pick(clips: Clips, rows: Mask, bases: tuple[str, ...], only: Mask | None = None) -> Agreement:
    """Agreement over some frames and angles; only (T, A): of these alone."""
    cell = np.ix_(np.flatnonzero(rows), columns(*bases))
    wanted = np.isfinite(clips.true_deg[cell]) & (True if only is None else only[cell])
    return agreement(np.where(wanted, clips.error_deg[cell], np.nan), int(wanted.sum()))


_SAGITTAL = ("knee_flexion", "hip_flexion", "elbow_flexion")
_OBLIQUE_TOO = (*_SAGITTAL, "shoulder_flexion", "shoulder_abduction", "trunk_flexion", "trunk_lateral_flexion")


def goals_table(clips: Clips) -> str:
    """What was to be reached, beside what was."""
    front, oblique, side = (in_view(clips, view) for view in range(len(VIEWS)))
    seen = near(clips)
    maes = [
        *((f"{base}, side view, near limb", _pick(clips, side, (base,), seen), 4.0) for base in _SAGITTAL),
        *((f"{base}, side view, both limbs", _pick(clips, side, (base,)), 4.0) for base in _SAGITTAL),
        ("shoulder_flexion, side view, near limb", _pick(clips, side, ("shoulder_flexion",), seen), 3.5),
        ("shoulder_abduction, front view", _pick(clips, front, ("shoulder_abduction",)), 3.5),
        ("trunk_flexion, side view", _pick(clips, side, ("trunk_flexion",)), 3.0),
        ("trunk_flexion, all views", _pick(clips, side | oblique | front, ("trunk_flexion",)), 3.0),
        ("trunk_lateral_flexion, front view", _pick(clips, front, ("trunk_lateral_flexion",)), 3.0),
        ("the same angles, 30–60° off the best view", _pick(clips, oblique, _OBLIQUE_TOO), 8.0),
    ]
    rows = [[name, number(got.mae_deg), f"≤ {goal:g}", _met(got.mae_deg <= goal)] for name, got, goal in maes]
    azimuth = float(np.nanmean(np.abs(clips.azimuth_error_deg)))
    every = agreement(clips.error_deg)
    refused = _refused_in_view(clips, front, side)
    return table(
        ("figure", "reached", "expected", ""),
        [
            *rows,
            ["azimuth, MAE", number(azimuth), "≤ 10", _met(azimuth <= 10)],
            [
                f"given although off by more than {FAR_DEG:.0f}°, % of given",
                number(every.far_pct),
                "≤ 3",
                _met(every.far_pct <= 3),
            ],
            [
                "refused in the right view, joints in the frame, near limb, %",
                number(refused),
                "≤ 3",
                _met(refused <= 3),
            ],
        ],
    )


def _met(yes: bool) -> str:
    return "met" if yes else "**missed**"


def _refused_in_view(clips: Clips, front: Mask, side: Mask) -> float:
    """Share of refusals, per cent, where the angle's own plane faces the camera and the limb is on its side."""
    wanted = np.isfinite(clips.true_deg) & near(clips) & clips.plain
    own = np.column_stack(
        [{"sagittal": side, "frontal": front}.get(angle.plane, np.zeros_like(side)) for angle in ANGLES]
    )
    chosen = wanted & own
    return float(100 * np.mean(~np.isfinite(clips.given_deg[chosen])))


def expected_table(clips: Clips) -> str:
    """Whether the number behind the ± is right: the real error of what was given, by expected error."""
    edges = (0.0, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 20.0)
    known = np.isfinite(clips.error_deg)
    real, expected = np.abs(clips.error_deg[known]), clips.expected_deg[known]
    rows = []
    for low, high in itertools.pairwise(edges):
        inside = (expected >= low) & (expected < high)
        if inside.sum() >= 100:
            share = 100 * float(inside.mean())
            rows.append(
                [
                    f"{low:g}–{high:g}°",
                    number(share),
                    number(float(expected[inside].mean())),
                    number(float(real[inside].mean())),
                ]
            )
    return table(("expected error", "% of numbers", "mean expected", "mean real"), rows)
