"""The record of one look at a face: with numbers, or with the reason why there are none."""

import numpy as np

from physio.affect.action_units import ACTION_UNITS, AU_INDEX
from physio.affect.pain import pspi
from physio.affect.unit_model import Shape, UnitModel, UnitReading
from physio.affect.usable import why_not
from physio.types import Affect, Face, FaceReason, FaceState, FloatArray

_MODEL_UNITS = [AU_INDEX[name] for name in UnitModel.load().units]


def usable_shape(face: Face | None, model: UnitModel) -> tuple[Shape | None, FaceReason]:
    """The shape of a face and OK; None and why it may not be read. A face with broken landmarks is none."""
    reason = why_not(face)
    if face is None or reason is not FaceReason.OK:
        return None, reason
    shape = model.shape(face)
    return (None, FaceReason.NOT_FOUND) if shape is None else (shape, FaceReason.OK)


def unread(reason: FaceReason, age_s: float, face: Face | None = None) -> Affect:
    """A reading without numbers, but for where the head looks when there is a face."""
    head = (np.nan,) * 3 if face is None else (face.yaw_deg, face.pitch_deg, face.roll_deg)
    units = np.full(len(ACTION_UNITS), np.nan)
    return Affect(units, np.nan, FaceState.NO_FACE, reason, head[0], head[1], age_s, roll_deg=head[2])


def read(units: FloatArray, reading: UnitReading, shape: Shape, age_s: float) -> Affect:
    """The reading of a usable face: units (U,) as they are given out, in the order of ACTION_UNITS, and with them their
    PSPI; errors, head and gaze as they were read. Without a state: who reads it says it."""
    yaw, pitch, roll = (float(angle) for angle in shape.turn_deg)
    return Affect(
        action_units=units,
        pspi=float(pspi(units)),
        state=FaceState.NO_FACE,
        reason=FaceReason.OK,
        yaw_deg=yaw,
        pitch_deg=pitch,
        age_s=age_s,
        roll_deg=roll,
        unit_errors=in_order(reading.errors),
        pspi_error=reading.pspi_error,
        gaze_yaw_deg=shape.gaze_deg[0],
        gaze_pitch_deg=shape.gaze_deg[1],
    )


def in_order(values: FloatArray) -> FloatArray:
    """The model's units (M,) in the order of ACTION_UNITS (U,); AU43, which is a matter of time, NaN."""
    ordered = np.full(len(ACTION_UNITS), np.nan)
    ordered[_MODEL_UNITS] = values
    return ordered
