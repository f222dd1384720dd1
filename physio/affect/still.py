"""The reading of a face in a still picture, of which nothing else is known."""

from dataclasses import replace

import numpy as np

from physio.affect.action_units import AU_INDEX
from physio.affect.expression import ExpressionModel, valence_arousal
from physio.affect.pain import CLOSED_FROM
from physio.affect.reading import in_order, read, unread, usable_shape
from physio.affect.unit_model import UnitModel
from physio.types import Affect, Face, FaceReason


class StillReader:
    """Reads faces one by one; keeps nothing between them."""

    def __init__(self) -> None:
        self._model = UnitModel.load()
        self._expressions = ExpressionModel.load()

    def read(self, face: Face) -> Affect:
        """The face against other people's at rest. AU43 counts in the PSPI when the eyes are closed: for how long they
        have been, a picture does not tell. Where the face may not be read (reason) all numbers are NaN, but for the
        expression of a face that is turned away: photographs of such faces were among those it was fitted on. No
        state."""
        shape, reason = usable_shape(face, self._model)
        if shape is None:
            nothing = unread(reason, np.nan, face)
            return self._expressed(nothing, face) if reason is FaceReason.TURNED_AWAY else nothing
        reading = self._model.read(shape, None)
        units = in_order(reading.levels)
        units[AU_INDEX["au43"]] = float(units[AU_INDEX["au45"]] >= CLOSED_FROM)
        return self._expressed(read(units, reading, shape, np.nan), face)

    def _expressed(self, known: Affect, face: Face) -> Affect:
        expression = self._expressions.read(face)
        valence, arousal = valence_arousal(expression)
        return replace(known, expression=expression, valence=valence, arousal=arousal)
