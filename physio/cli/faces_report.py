"""What is in still pictures as the JSON of the contract, and as lines to read."""

import math

import numpy as np

from physio.affect.action_units import ACTION_UNITS
from physio.affect.expression import EXPRESSIONS
from physio.cli.report import Json
from physio.language import english
from physio.messages import Message, message
from physio.stills import Still
from physio.terms import term
from physio.types import UNIT_COUNT, Affect, FaceReason, FaceState, FloatArray

_DEGREES, _UNITS, _PROBABILITY = 1, 2, 3  # digits after the point
_SHOWN_FROM = 1.0
_UNIT_NAMES = tuple(unit.name for unit in ACTION_UNITS)
HEAD = f"{'FACE px':>7}{'YAW':>6}{'PITCH':>7}{'ROLL':>6}  {'PSPI':<12}{'EXPRESSION':<17} ACTION UNITS"


def still_report(still: Still) -> Json:
    """The JSON object of one picture. What is unknown is null.

    - path; found: whether there is a face; faces: how many were found, the largest is read
    - size_px: height of the face, forehead to chin, in pixels of the file
    - head: yaw_deg (to the person's left +), pitch_deg (up +), roll_deg (to the person's right shoulder +)
    - action_units, action_unit_errors: au01 … au45, 0-5, and their expected absolute errors
    - pspi (0-16), pspi_error; without the person's own neutral face; AU43 counts when the eyes are closed
    - pain_probability 0-1; expression: probabilities; valence, arousal: -1 to 1
    - reliable: whether the face could be read; reason: why it could not, or that there are several faces
    """
    affect = still.affect or _UNKNOWN
    reason = still_reason(still)
    return {
        "path": str(still.path),
        "found": still.affect is not None,
        "faces": still.faces,
        "size_px": None if still.height_px is None else _number(still.height_px, _DEGREES),
        "head": {
            name: _number(value, _DEGREES)
            for name, value in (
                ("yaw_deg", affect.yaw_deg),
                ("pitch_deg", affect.pitch_deg),
                ("roll_deg", affect.roll_deg),
            )
        },
        "action_units": _named(_UNIT_NAMES, affect.action_units, _UNITS),
        "action_unit_errors": _named(_UNIT_NAMES, affect.unit_errors, _UNITS),
        "pspi": _number(affect.pspi, _UNITS),
        "pspi_error": _number(affect.pspi_error, _UNITS),
        "pain_probability": _number(affect.pain_probability, _PROBABILITY),
        "expression": _named(EXPRESSIONS, affect.expression, _PROBABILITY),
        "valence": _number(affect.valence, _PROBABILITY),
        "arousal": _number(affect.arousal, _PROBABILITY),
        "reliable": _reliable(still),
        "reason": english(reason) if reason else None,
    }


def still_line(still: Still) -> str:
    """The same in a line, without the path, below HEAD."""
    reason = still_reason(still)
    said = f"  ({english(reason)})" if reason else ""
    if still.affect is None:
        return said.strip(" ()")
    affect = still.affect
    head = "".join(
        f"{_text(value, 0):>{width}}"
        for value, width in ((still.height_px, 7), (affect.yaw_deg, 6), (affect.pitch_deg, 7), (affect.roll_deg, 6))
    )
    return (
        f"{head}  {_pspi(affect):<12}{_expression(affect.expression):<17} {_shown(affect.action_units)}{said}".rstrip()
    )


def still_reason(still: Still) -> Message | None:
    """Why the picture has no reliable reading, or what is to be known of the one that it has."""
    if still.problem is not None:
        return still.problem.message
    if still.affect is None:
        return message("cli.no_face")
    if not _reliable(still):
        return term(still.affect.reason)
    return message("cli.several_faces", count=still.faces) if still.faces > 1 else None


def _reliable(still: Still) -> bool:
    return still.affect is not None and still.affect.reason is FaceReason.OK


_UNKNOWN = Affect(
    np.full(UNIT_COUNT, np.nan), math.nan, FaceState.NO_FACE, FaceReason.NOT_FOUND, math.nan, math.nan, math.nan
)


def _number(value: float, digits: int) -> float | None:
    return round(float(value), digits) if math.isfinite(value) else None


def _named(names: tuple[str, ...], values: FloatArray, digits: int) -> dict[str, float | None]:
    return {name: _number(value, digits) for name, value in zip(names, values, strict=True)}


def _text(value: float | None, digits: int) -> str:
    return f"{value:.{digits}f}" if value is not None and math.isfinite(value) else "-"


def _pspi(affect: Affect) -> str:
    error = f" ± {affect.pspi_error:.1f}" if math.isfinite(affect.pspi_error) else ""
    return f"{_text(affect.pspi, 1)}{error}"


def _expression(probabilities: FloatArray) -> str:
    """The most probable one."""
    if not np.isfinite(probabilities).all():
        return "-"
    best = int(np.argmax(probabilities))
    return f"{EXPRESSIONS[best]} {100 * probabilities[best]:.0f}%"


def _shown(units: FloatArray) -> str:
    """The units that can be seen, the strongest first."""
    order = [i for i in np.argsort(-np.nan_to_num(units), kind="stable") if units[i] >= _SHOWN_FROM]
    return ", ".join(f"{_UNIT_NAMES[i].upper()} {units[i]:.1f}" for i in order)
