"""The body part of observations, packed: the landmarks of the frames with a person as landmark_codec has them, and of
every frame what else `Analyse` needs to know of it. About 20 bytes a frame on top of the landmarks."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from physio.storage.landmark_codec import PackedLandmarks, pack, unpack
from physio.storage.observed import Landmarks, Observations
from physio.types import FloatArray, Observation, Pose

BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class PackedObservations:
    """n frames at t_s (n,): size_px (n, 2) int32, reason (n,) uint8, changed (n,), brightness (n,) float32, seen (n,)
    whether there is a pose; landmarks of the frames that are seen."""

    t_s: FloatArray
    size_px: npt.NDArray[np.int32]
    reason: npt.NDArray[np.uint8]
    changed: BoolArray
    brightness: npt.NDArray[np.float32]
    seen: BoolArray
    landmarks: PackedLandmarks


def pack_observations(observations: Sequence[Observation]) -> PackedObservations:
    """What was observed, as small as it is stored."""
    return PackedObservations(
        t_s=np.array([one.t_s for one in observations], dtype=np.float64),
        size_px=np.array([one.size_px for one in observations], dtype=np.int32).reshape(-1, 2),
        reason=np.array([one.reason for one in observations], dtype=np.uint8),
        changed=np.array([one.changed for one in observations], dtype=np.bool_),
        brightness=np.array([one.brightness for one in observations], dtype=np.float32),
        seen=np.array([one.pose is not None for one in observations], dtype=np.bool_),
        landmarks=pack(_landmarks([(one.t_s, one.pose) for one in observations if one.pose is not None])),
    )


def unpack_observations(packed: PackedObservations) -> Observations:
    """The observations again, their landmarks within half a step of what was packed."""
    landmarks, count = unpack(packed.landmarks), len(packed.t_s)

    def spread(values: FloatArray) -> FloatArray:
        out = np.full((count, *values.shape[1:]), np.nan)
        out[packed.seen] = values
        return out

    return Observations(
        t_s=packed.t_s,
        size_px=packed.size_px,
        reason=packed.reason,
        changed=packed.changed,
        brightness=packed.brightness.astype(np.float64),
        seen=packed.seen,
        image_px=spread(landmarks.image_px),
        world_m=spread(landmarks.world_m),
        visibility=spread(landmarks.visibility),
    )


def join_observations(parts: Sequence[PackedObservations]) -> PackedObservations:
    """Several parts of one session, in their order, as one."""
    packed = [part.landmarks for part in parts]
    return PackedObservations(
        t_s=np.concatenate([part.t_s for part in parts]),
        size_px=np.concatenate([part.size_px for part in parts]),
        reason=np.concatenate([part.reason for part in parts]),
        changed=np.concatenate([part.changed for part in parts]),
        brightness=np.concatenate([part.brightness for part in parts]),
        seen=np.concatenate([part.seen for part in parts]),
        landmarks=PackedLandmarks(
            t_s=np.concatenate([part.t_s for part in packed]),
            px_step=np.concatenate([part.px_step for part in packed]),
            image=np.concatenate([part.image for part in packed]),
            world=np.concatenate([part.world for part in packed]),
            visibility=np.concatenate([part.visibility for part in packed]),
        ),
    )


def _landmarks(poses: Sequence[tuple[float, Pose]]) -> Landmarks:
    return Landmarks(
        t_s=np.array([t_s for t_s, _ in poses], dtype=np.float64),
        image_px=np.array([pose.image_px for _, pose in poses], dtype=np.float64).reshape(-1, 33, 2),
        world_m=np.array([pose.world_m for _, pose in poses], dtype=np.float64).reshape(-1, 33, 3),
        visibility=np.array([pose.visibility for _, pose in poses], dtype=np.float64).reshape(-1, 33),
    )
