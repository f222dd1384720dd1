"""What fewer pixels and more distance cost: the demo clips, changed frame by frame, against their truth.

    python -m tools.validate.distance

Fewer pixels: the whole frame scaled down and compressed, as a browser does while the computer is busy; the person's
share of the frame stays. Further away: the scene shrunk in a frame of the same size, in the whole clip ("found"), or
slowly, so that who is followed is seen from near first ("given").
"""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np

from physio.capture.video import VideoSource
from physio.config import Settings
from physio.demo import CLIPS as DEMO_CLIPS
from physio.kinematics.angles import ANGLES
from physio.kinematics.correction import AngleCorrection
from physio.kinematics.estimator import AngleEstimator
from physio.kinematics.geometry import wrap_deg
from physio.networks.assets import ModelPaths, ensure_models
from physio.perception.body import MIN_TRUNK_PX, MIN_TRUNK_SHARE, BodyTracker
from physio.perception.body_box import BodyBox
from physio.selfcheck.truth import Truth, read_truth
from physio.types import FloatArray, Frame, Image
from tools.validate.agreement import FAR_DEG, number, table

CLIPS = ("elbow_flexion", "squat", "sit_to_stand", "lunge")
EVERY = 6
FORMER_PX = 40.0
"""The one limit before distance was told from resolution."""
FEWER = (1, 2, 3, 4, 5)
AWAY = (1, 2, 3, 4)
WALK = (1.5, 6.0)
SHARES = ((0.09, 0.2), (0.07, 0.09), (MIN_TRUNK_SHARE, 0.07), (0.04, MIN_TRUNK_SHARE), (0.03, 0.04))
_QUALITY = 75

Change = Callable[[Image, float], Image]
"""A frame, and how far the clip has got, 0-1, to what is looked at instead."""


@dataclass(frozen=True, slots=True)
class Look:
    """One frame: trunk_px, NaN when nobody was found, as a share of the frame's longer side; error_deg (A,) of the
    angles that would be given if neither distance nor resolution were asked, NaN where refused; true (A,): known."""

    trunk_px: float
    share: float
    error_deg: FloatArray
    true: FloatArray


def fewer_pixels(times: int) -> Change:
    """So many times fewer in either direction, compressed."""

    def change(image: Image, _: float) -> Image:
        if times == 1:
            return image
        size = (image.shape[1] // times, image.shape[0] // times)
        small = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
        return np.asarray(
            cv2.imdecode(cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])[1], 1), np.uint8
        )

    return change


def further_away(start: float, end: float) -> Change:
    """From start to end times as far."""

    def change(image: Image, done: float) -> Image:
        times = start + (end - start) * done
        small = cv2.resize(image, None, fx=1 / times, fy=1 / times, interpolation=cv2.INTER_AREA)
        around = np.asarray(cv2.blur(image, (31, 31)), np.uint8)
        top, left = (image.shape[0] - small.shape[0]) // 2, (image.shape[1] - small.shape[1]) // 2
        around[top : top + small.shape[0], left : left + small.shape[1]] = small
        return around

    return change


def looks(folder: Path, models: ModelPaths, change: Change) -> list[Look]:
    """All clips, every EVERY-th frame of them."""
    return [look for name in CLIPS for look in _looks(folder / f"{name}.mp4", models, change)]


def _looks(video: Path, models: ModelPaths, change: Change) -> Iterator[Look]:
    truth = read_truth(video.with_suffix(".json"))
    tracker, angles = BodyTracker(models.pose), AngleEstimator(AngleCorrection.load())
    for frame in VideoSource(video):
        if frame.index % EVERY == 0:
            changed = replace(frame, image=change(frame.image, frame.t_s / float(truth.t_s[-1])))
            yield _look(tracker, angles, changed, _true(truth, frame.t_s))
    tracker.close()


def _true(truth: Truth, t_s: float) -> FloatArray:
    row = int(np.abs(truth.t_s - t_s).argmin())
    return np.array([truth.angles_deg[angle.name][row] for angle in ANGLES])


def _look(tracker: BodyTracker, angles: AngleEstimator, frame: Frame, true: FloatArray) -> Look:
    seen = tracker.step(frame)
    place = BodyBox.of(seen.pose, seen.size_px) if seen.pose is not None else None
    if seen.pose is None or place is None:
        return Look(np.nan, np.nan, np.full(len(ANGLES), np.nan), np.isfinite(true))
    given = angles.step(frame.t_s, seen.pose, seen.size_px).shown.angles_deg
    return Look(place.trunk_px, place.trunk_px / max(seen.size_px), wrap_deg(given - true), np.isfinite(true))


def resolution_table(folder: Path, models: ModelPaths) -> str:
    """One row per resolution: errors of what would be given, and what the limits refuse."""
    rows = []
    for times in FEWER:
        seen = looks(folder, models, fewer_pixels(times))
        px, share = np.array([look.trunk_px for look in seen]), np.array([look.share for look in seen])
        refused = [px < FORMER_PX, share < MIN_TRUNK_SHARE, (share >= MIN_TRUNK_SHARE) & (px < MIN_TRUNK_PX)]
        shares = [number(100 * float(mask.mean()), 0) for mask in refused]
        rows.append([f"1/{times}", number(float(np.nanmedian(px)), 0), *_errors(seen), *shares])
    return table(
        ("size", "trunk, px", *_HEAD, "too far before, %", "too far now, %", "resolution too low now, %"),
        rows,
    )


def distance_table(folder: Path, models: ModelPaths) -> str:
    """One row per distance, as share of the frame: what is found at once, and the errors of who is followed there."""
    walked = looks(folder, models, further_away(*WALK))
    rows = []
    for low, high in SHARES:
        there = [look for look in walked if low <= look.share < high]
        rows.append([f"{low:g}–{high:g}", str(len(there)), *_errors(there)])
    return table(("trunk, share of the longer side", "frames", *_HEAD), rows)


def found_table(folder: Path, models: ModelPaths) -> str:
    """How many frames have a body when the person is so far away from the start."""
    near = looks(folder, models, further_away(1, 1))
    share = float(np.nanmedian([look.share for look in near]))
    rows = []
    for times in AWAY:
        seen = near if times == 1 else looks(folder, models, further_away(times, times))
        rows.append([f"{share / times:.3f}", number(100 * float(np.isfinite([look.share for look in seen]).mean()), 0)])
    return table(("trunk, share of the longer side", "found, %"), rows)


_HEAD = ("MAE", f"beyond {FAR_DEG:.0f}° %", "not given %")


def _errors(seen: list[Look]) -> list[str]:
    if not seen:
        return ["–"] * len(_HEAD)
    error, true = np.array([look.error_deg for look in seen]), np.array([look.true for look in seen])
    given = np.abs(error[np.isfinite(error)])
    lost = 100 * (1 - given.size / true.sum())
    if not given.size:
        return ["–", "–", number(lost, 0)]
    return [number(float(given.mean())), number(100 * float((given > FAR_DEG).mean())), number(lost, 0)]


def main() -> int:
    """Print all three tables."""
    models = ensure_models(Settings.load().models_dir)
    for made in (resolution_table, found_table, distance_table):
        print(made(DEMO_CLIPS, models), end="\n\n", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
