"""Rows of one session on their way into the store, in columns: what one flush writes in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from physio.metrics import FRAME_COLUMNS, frame_values
from physio.storage.landmark_codec import PackedLandmarks, pack
from physio.storage.records import Landmarks, SessionCalibration
from physio.types import FloatArray, FrameResult, Pose, RejectedRep, Rep

Float32Array = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Rows:
    """n frames at t_s (n,) with values (n, len(FRAME_COLUMNS)) float32, the landmarks of those that have a pose, the
    repetitions that closed or were rejected with them, and what changed in their calibration. About 570 bytes a
    frame."""

    t_s: FloatArray
    values: Float32Array
    landmarks: PackedLandmarks
    reps: tuple[Rep, ...] = ()
    rejected: tuple[RejectedRep, ...] = ()
    calibration: tuple[SessionCalibration, ...] = ()


def rows_of(results: Sequence[FrameResult], reps: Sequence[Rep] = (), rejected: Sequence[RejectedRep] = ()) -> Rows:
    """The rows of some results, and of repetitions that closed after the last frame."""
    values = [frame_values(result) for result in results]
    return Rows(
        t_s=np.array([result.t_s for result in results], dtype=np.float64),
        values=np.array(values, dtype=np.float32).reshape(-1, len(FRAME_COLUMNS)),
        landmarks=pack(landmarks_of([(result.t_s, result.pose) for result in results])),
        reps=(*(rep for result in results for rep in result.closed), *reps),
        rejected=(*(rep for result in results for rep in result.rejected), *rejected),
        calibration=tuple(
            SessionCalibration(result.t_s, change.in_use, change.line)
            for result in results
            for change in result.calibration
        ),
    )


def landmarks_of(poses: Sequence[tuple[float, Pose | None]]) -> Landmarks:
    """The landmarks of the moments (t_s, pose) at which somebody was seen."""
    seen = [(t_s, pose) for t_s, pose in poses if pose is not None]
    return Landmarks(
        t_s=np.array([t_s for t_s, _ in seen], dtype=np.float64),
        image_px=np.array([pose.image_px for _, pose in seen], dtype=np.float64).reshape(-1, 33, 2),
        world_m=np.array([pose.world_m for _, pose in seen], dtype=np.float64).reshape(-1, 33, 3),
        visibility=np.array([pose.visibility for _, pose in seen], dtype=np.float64).reshape(-1, 33),
    )


def joined(parts: Sequence[Rows]) -> Rows:
    """Several rows of the same session, in their order, as one."""
    packed = [part.landmarks for part in parts]
    return Rows(
        t_s=np.concatenate([part.t_s for part in parts]),
        values=np.concatenate([part.values for part in parts]),
        landmarks=PackedLandmarks(
            t_s=np.concatenate([part.t_s for part in packed]),
            px_step=np.concatenate([part.px_step for part in packed]),
            image=np.concatenate([part.image for part in packed]),
            world=np.concatenate([part.world for part in packed]),
            visibility=np.concatenate([part.visibility for part in packed]),
        ),
        reps=tuple(rep for part in parts for rep in part.reps),
        rejected=tuple(rep for part in parts for rep in part.rejected),
        calibration=tuple(change for part in parts for change in part.calibration),
    )
