"""The reading of a face in a still picture, of which nothing else is known."""

from dataclasses import replace

import numpy as np

from physio.affect.action_units import AU_INDEX
from physio.affect.expression import ExpressionModel, valence_arousal
from physio.affect.pain import CLOSED_FROM
from physio.affect.reading import in_order, read, unread, usable_shape
from physio.affect.unit_model import UnitModel
from physio.types import Affect, Face


class StillReader:
    """Reads faces one by one; keeps nothing between them."""

    def __init__(self) -> None:
        self._model = UnitModel.load()
        self._expressions = ExpressionModel.load()

    def read(self, face: Face) -> Affect:
        """The face against other people's at rest. AU43 counts in the PSPI when the eyes are closed: for how long they
        have been, a picture does not tell. Where the face may not be read (reason) all numbers are NaN. No state."""
        shape, reason = usable_shape(face, self._model)
        if shape is None:
            return unread(reason, np.nan, face)
        reading = self._model.read(shape, None)
        units = in_order(reading.levels)
        units[AU_INDEX["au43"]] = float(units[AU_INDEX["au45"]] >= CLOSED_FROM)
        expression = self._expressions.read(face)
        valence, arousal = valence_arousal(expression)
        return replace(read(units, reading, shape, np.nan), expression=expression, valence=valence, arousal=arousal)
