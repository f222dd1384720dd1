"""What was observed in the frames of a session, in columns: what goes into the store and what comes out of it."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from physio.errors import StoreError
from physio.types import FloatArray, Observation, Pose, Reason


@dataclass(frozen=True, slots=True)
class Landmarks:
    """Body landmarks of the frames at t_s (n,): image_px (n, 33, 2), world_m (n, 33, 3), visibility (n, 33), as in
    types.Pose. What could not be stored is NaN."""

    t_s: FloatArray
    image_px: FloatArray
    world_m: FloatArray
    visibility: FloatArray


@dataclass(frozen=True, slots=True)
class Observations:
    """The body part of what was observed in the frames at t_s (n,), as in types.Observation.

    size_px (n, 2) int32 of the frame, 0 when an earlier version did not store it; reason (n,) uint8; changed (n,);
    brightness (n,); seen (n,): whether there is a pose; its image_px (n, 33, 2), world_m (n, 33, 3) and visibility
    (n, 33), NaN where there is none."""

    t_s: FloatArray
    size_px: npt.NDArray[np.int32]
    reason: npt.NDArray[np.uint8]
    changed: npt.NDArray[np.bool_]
    brightness: FloatArray
    seen: npt.NDArray[np.bool_]
    image_px: FloatArray
    world_m: FloatArray
    visibility: FloatArray

    @property
    def complete(self) -> bool:
        """Whether there are any, and all that an analysis needs of them was stored."""
        return bool(self.size_px.size and self.size_px.all())

    def replay(self) -> Iterator[Observation]:
        """One Observation after the other, without faces, for `Analyse`. Raises StoreError when they cannot be analysed
        again."""
        if not self.size_px.all():
            raise StoreError("storage.cannot_be_measured_again")
        for i, t_s in enumerate(self.t_s.tolist()):
            yield Observation(
                index=i,
                t_s=t_s,
                size_px=(int(self.size_px[i, 0]), int(self.size_px[i, 1])),
                pose=Pose(self.image_px[i], self.world_m[i], self.visibility[i]) if self.seen[i] else None,
                reason=Reason(self.reason[i]),
                changed=bool(self.changed[i]),
                brightness=float(self.brightness[i]),
            )
