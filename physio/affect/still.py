"""The reading of a face in a still picture, of which nothing else is known."""

import numpy as np

from physio.types import UNIT_COUNT, Affect, Face, FaceReason, FaceState


class StillReader:
    """Reads faces one by one; keeps nothing between them."""

    def read(self, face: Face) -> Affect:
        """The face's reading without its person's own neutral. AU43 counts in the PSPI when the eyes are closed."""
        return Affect(
            np.full(UNIT_COUNT, np.nan),
            np.nan,
            FaceState.NO_FACE,
            FaceReason.OK,
            face.yaw_deg,
            face.pitch_deg,
            0.0,
            roll_deg=face.roll_deg,
        )
