"""What was done during a session is done again at its time, and the face keeps its frames."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from physio.metrics import AFFECT_COLUMNS, FRAME_COLUMNS
from physio.scoring.rescore import _do_again, _results, _with_face_of
from physio.storage.records import Control, ControlKind
from physio.types import CalibrationLine
from tests.scored_examples import made_rows

KNEE = CalibrationLine("knee_flexion_l", "goniometer", 90.0, -6.0)


class Analyse:
    """Writes down what happens, in order."""

    def __init__(self):
        self.log = []
        note = self.log.append
        self.calibrator = SimpleNamespace(
            zero_now=lambda: note("zero"), undo_zero=lambda: note("undo"), use=lambda lines: note(lines)
        )

    def step(self, seen):
        self.log.append(seen.t_s)
        return seen


def test_controls_come_before_the_first_frame_after_them_and_in_their_order():
    analyse = Analyse()
    replay = [SimpleNamespace(t_s=t_s) for t_s in (0.0, 1.0, 2.0, 3.0)]
    controls = [
        Control(0.5, ControlKind.ZERO_NOW),
        Control(1.0, ControlKind.USE_CALIBRATION, lines=(KNEE,)),
        Control(1.5, ControlKind.UNDO_ZERO),
        Control(9.0, ControlKind.ZERO_NOW),
    ]
    given = list(_results(analyse, SimpleNamespace(replay=lambda: iter(replay)), controls))
    assert given == replay
    assert analyse.log == [0.0, "zero", 1.0, (KNEE,), "undo", 2.0, 3.0]
    assert len(controls) == 4, "the caller's own"


@pytest.mark.parametrize(
    ("kind", "done"),
    [
        (ControlKind.ZERO_NOW, ["zero"]),
        (ControlKind.UNDO_ZERO, ["undo"]),
        (ControlKind.USE_CALIBRATION, [(KNEE,)]),
        (ControlKind.FOLLOW, []),
    ],
)
def test_each_control_does_its_own(kind, done):
    analyse = Analyse()
    _do_again(Control(0.0, kind, (KNEE,)), analyse.calibrator)
    assert analyse.log == done


def test_the_face_is_taken_from_the_frames_of_the_same_times():
    """Of four stored frames the second was not replayed."""
    rows = made_rows(4)
    frames = {name: np.arange(4) + 10.0 * k for k, name in enumerate(AFFECT_COLUMNS)} | {"t_s": rows.t_s}
    kept = np.array([0, 2, 3])
    some = replace(rows, t_s=rows.t_s[kept], values=rows.values[kept])
    made = _with_face_of(some, frames)
    for k, name in enumerate(AFFECT_COLUMNS):
        assert made.values[:, FRAME_COLUMNS.index(name)] == pytest.approx(kept + 10.0 * k)
    others = [i for i, name in enumerate(FRAME_COLUMNS) if name not in AFFECT_COLUMNS]
    np.testing.assert_array_equal(made.values[:, others], some.values[:, others])
