import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from physio.affect.action_units import ACTION_UNITS, AU_INDEX
from physio.affect.expression import EXPRESSIONS
from physio.cli.faces_report import HEAD, still_line, still_report
from physio.errors import PictureError
from physio.stills import Still
from physio.types import Affect, FaceReason, FaceState

UNITS = np.arange(19) / 4
SEEN = Affect(
    UNITS,
    3.456,
    FaceState.PAIN,
    FaceReason.OK,
    yaw_deg=-12.34,
    pitch_deg=5.06,
    age_s=0.0,
    roll_deg=0.5,
    unit_errors=UNITS / 10,
    pspi_error=1.25,
    pain_probability=0.8125,
    expression=np.array([0.6, 0.1, 0.1, 0.05, 0.05, 0.05, 0.05]),
    valence=-0.5,
    arousal=0.25,
)
STILL = Still(Path("people") / "a.jpg", 1, 211.04, SEEN)
NOTHING = Affect(np.full(19, np.nan), math.nan, FaceState.NO_FACE, FaceReason.BLURRED, 10.0, 0.0, 0.0, roll_deg=1.0)


def test_the_report_has_the_shape_of_the_contract():
    assert still_report(STILL) == {
        "path": str(Path("people") / "a.jpg"),
        "found": True,
        "faces": 1,
        "size_px": 211.0,
        "head": {"yaw_deg": -12.3, "pitch_deg": 5.1, "roll_deg": 0.5},
        "action_units": {unit.name: pytest.approx(i / 4) for i, unit in enumerate(ACTION_UNITS)},
        "action_unit_errors": {unit.name: pytest.approx(i / 40, abs=0.006) for i, unit in enumerate(ACTION_UNITS)},
        "pspi": 3.46,
        "pspi_error": 1.25,
        "pain_probability": 0.812,
        "expression": dict(zip(EXPRESSIONS, SEEN.expression.tolist(), strict=True)),
        "valence": -0.5,
        "arousal": 0.25,
        "reliable": True,
        "reason": None,
    }


@pytest.mark.parametrize(
    ("still", "found", "reason"),
    [
        (Still(Path("a.jpg")), False, "no face found"),
        (Still(Path("a.jpg"), problem=PictureError("capture.picture_empty", name="a.jpg")), False, "a.jpg is empty"),
        (Still(Path("a.jpg"), 1, 100.0, NOTHING), True, "face blurred"),
    ],
)
def test_what_is_unknown_is_null_with_the_reason_and_never_0(still, found, reason):
    shown = json.loads(json.dumps(still_report(still), allow_nan=False))
    assert list(shown) == list(still_report(STILL))
    assert (shown["found"], shown["reliable"]) == (found, False)
    assert shown["reason"].startswith(reason)
    measured = [shown[name] for name in ("pspi", "pspi_error", "pain_probability", "valence", "arousal")]
    for group in ("action_units", "action_unit_errors", "expression"):
        assert list(shown[group]) == list(still_report(STILL)[group])
        measured += shown[group].values()
    assert set(measured) == {None}
    assert (shown["size_px"], shown["head"]["yaw_deg"]) == ((100.0, 10.0) if found else (None, None))


def test_of_several_faces_it_is_said_that_the_largest_was_read():
    shown = still_report(replace(STILL, faces=3))
    assert (shown["reliable"], shown["faces"], shown["reason"]) == (True, 3, "3 faces; the largest was read")
    assert still_line(replace(STILL, faces=3)).endswith("(3 faces; the largest was read)")


def test_a_line_names_what_is_seen_the_strongest_unit_first():
    line = still_line(STILL)
    assert line.split()[:8] == ["211", "-12", "5", "0", "3.5", "±", "1.2", "anger"]
    units = [part for part in line.split() if part.startswith("AU")]
    assert units[0] == ACTION_UNITS[-1].name.upper()
    assert len(units) == len([unit for unit in UNITS if unit >= 1])
    assert line.index("anger") == HEAD.index("EXPRESSION")


def test_a_unit_that_is_unknown_is_not_shown():
    units = UNITS.copy()
    units[AU_INDEX["au45"]] = np.nan
    assert "AU45" not in still_line(replace(STILL, affect=replace(SEEN, action_units=units)))


@pytest.mark.parametrize(("affect", "said"), [(None, "no face found"), (NOTHING, "(face blurred)")])
def test_a_line_says_why_there_is_nothing_and_has_no_nan(affect, said):
    line = still_line(Still(Path("a.jpg"), 0 if affect is None else 1, None if affect is None else 50.0, affect))
    assert said in line
    assert "nan" not in line
