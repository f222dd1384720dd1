"""The reading of a face in a still picture, of which nothing else is known."""

import numpy as np

from physio.affect.action_units import AU_INDEX
from physio.affect.estimator import in_order, unread
from physio.affect.expression import ExpressionModel, valence_arousal
from physio.affect.head_frame import gaze_deg, in_head_frame
from physio.affect.pain import CLOSED_FROM, pspi
from physio.affect.unit_model import UnitModel
from physio.affect.usable import why_not
from physio.types import Affect, Face, FaceReason, FaceState


class StillReader:
    """Reads faces one by one; keeps nothing between them."""

    def __init__(self) -> None:
        self._units = UnitModel.load()
        self._expressions = ExpressionModel.load()

    def read(self, face: Face) -> Affect:
        """The face against other people's at rest. AU43 counts in the PSPI when the eyes are closed: for how long they
        have been, a picture does not tell. Where the face may not be read (reason) all numbers are NaN."""
        reason = why_not(face)
        shape = self._units.shape(face) if reason is FaceReason.OK else None
        if shape is None:
            return unread(reason or FaceReason.NOT_FOUND, 0.0, face)
        reading = self._units.read(shape, None)
        units = in_order(reading.levels)
        units[AU_INDEX["au43"]] = float(units[AU_INDEX["au45"]] >= CLOSED_FROM)
        gaze_yaw, gaze_pitch = gaze_deg(in_head_frame(face.landmarks_px, face.rotation))
        expression = self._expressions.read(face)
        valence, arousal = valence_arousal(expression)
        return Affect(
            action_units=units,
            pspi=float(pspi(units)),
            state=FaceState.NO_FACE,
            reason=FaceReason.OK,
            yaw_deg=face.yaw_deg,
            pitch_deg=face.pitch_deg,
            age_s=np.nan,
            roll_deg=face.roll_deg,
            unit_errors=in_order(reading.errors),
            pspi_error=reading.pspi_error,
            expression=expression,
            valence=valence,
            arousal=arousal,
            gaze_yaw_deg=gaze_yaw,
            gaze_pitch_deg=gaze_pitch,
        )
