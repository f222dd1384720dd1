"""Observations in the store: what was seen in the frames of a session, whatever was made of it."""

from typing import Any

import numpy as np
import numpy.typing as npt

from physio.storage.landmark_codec import PackedLandmarks
from physio.storage.observation_codec import PackedObservations, unpack_observations
from physio.storage.observed import Observations
from physio.storage.repository import MINE, Repository, floats
from physio.types import Reason

_OBSERVED = f"""
    select t_s, width_px, height_px, reason, person_changed, brightness, px_step, image, world, visibility
    from observation where session_id = ? and exists (select 1 from session where id = session_id and {MINE})
    order by t_s
"""


class ObservationReading(Repository):
    """What was observed in sessions whom the user may see. `Analyses.append` writes it."""

    def of(self, session_id: str) -> Observations:
        """The observations of a session by time; of a session that is not there none. What versions before analyses
        stored are the frames with a body, without the frame's size."""
        found = self._columns(_OBSERVED, session_id, self.mine)
        px_step = floats(found["px_step"])
        seen = np.isfinite(px_step)
        return unpack_observations(
            PackedObservations(
                t_s=floats(found["t_s"]),
                size_px=np.stack([_filled(found[name], 0) for name in ("width_px", "height_px")], 1).astype(np.int32),
                reason=_filled(found["reason"], Reason.OK).astype(np.uint8),
                changed=_filled(found["person_changed"], False).astype(np.bool_),
                brightness=floats(found["brightness"]).astype(np.float32),
                seen=seen,
                landmarks=PackedLandmarks(
                    t_s=floats(found["t_s"])[seen],
                    px_step=px_step[seen],
                    image=_matrix(found["image"], seen, 66).astype(np.int16),
                    world=_matrix(found["world"], seen, 99).astype(np.int16),
                    visibility=_matrix(found["visibility"], seen, 33).astype(np.uint8),
                ),
            )
        )


def _filled(values: npt.NDArray[Any], unknown: int) -> npt.NDArray[Any]:
    return np.asarray(np.ma.filled(values, unknown))


def _matrix(values: npt.NDArray[Any], seen: npt.NDArray[np.bool_], width: int) -> npt.NDArray[Any]:
    """An array column comes as n objects, each an array (width,) where it is known."""
    return np.concatenate([np.empty(0, np.int16), *np.ma.getdata(values)[seen]]).reshape(-1, width)
