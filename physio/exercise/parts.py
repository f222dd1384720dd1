"""The parts of an exercise: what is counted, what a repetition is, and what is looked at in each; read from the tables
of its file."""

import math
from dataclasses import dataclass
from typing import Literal, cast, get_args

from physio.exercise.toml_table import TomlTable
from physio.kinematics.angles import ANGLES, BASES
from physio.kinematics.view import View
from physio.messages import Message
from physio.types import Severity

TARGET = "target"
"""Stands for the exercise's target_deg where a criterion needs a limit."""

SIDED = frozenset(angle.base for angle in ANGLES if angle.side)

Direction = Literal["up", "down"]
ContractionType = Literal["eccentric", "concentric"]
Start = Literal["rest", "either"]
Measure = Literal[
    "peak_deg", "rom_deg", "usual_pct", "eccentric_s", "hold_s", "concentric_s", "outward_s", "return_s", "duration_s"
]
Statistic = Literal["peak", "max", "min", "mean", "range", "rise", "drop", "shift", "asymmetry"]


@dataclass(frozen=True, slots=True)
class Signal:
    """What is counted.

    angle: base name of the joint angle; direction: whether it grows ("up") or falls ("down") on the way out of the
    rest position; outward: how the muscles contract on that way; start: "either" when the movement may begin at its far
    end too (sit to stand from standing), the first repetition then decides; leader: base angle that is larger on the
    working side when both sides move, empty to go by the larger excursion; estimate: weights of other angles whose sum
    is used instead in views where the angle itself cannot be measured.
    """

    angle: str
    direction: Direction
    outward: ContractionType
    start: Start
    leader: str
    estimate: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class RepetitionLimits:
    """min_rom_deg: smallest excursion that is a repetition before the person's own range is known; min_duration_s and
    max_duration_s of a whole repetition; max_gap_s: how long the signal may be lost within one."""

    min_rom_deg: float
    min_duration_s: float
    max_duration_s: float
    max_gap_s: float


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing to look at in each repetition.

    label: the therapist's name of the fault; cue: the line that the patient reads; of: a base angle name or a Measure;
    take: which statistic of an angle ("" for a Measure); other_side: look at the side that does not work; view: the
    camera view it needs; low, high: the limits, NaN for none, "target" for the exercise's target; ideal: from where on,
    within the limits, it has its full share of the score, NaN when it has it everywhere there; tolerance: how far
    beyond a limit its share falls to zero.
    """

    id: str
    label: Message
    of: str
    take: str
    other_side: bool
    view: View
    low: float | str
    high: float | str
    tolerance: float
    severity: Severity
    weight: float
    cue: Message
    ideal: float = math.nan


def read_signal(table: TomlTable) -> Signal:
    """The table [signal]."""
    estimate = table.table("estimate", optional=True)
    signal = Signal(
        angle=table.choice("angle", BASES),
        direction=cast(Direction, table.choice("direction", get_args(Direction))),
        outward=cast(ContractionType, table.choice("outward", get_args(ContractionType))),
        start=cast(Start, table.choice("start", get_args(Start), "rest")),
        leader=table.choice("leader", SIDED, ""),
        estimate=estimate.items(BASES, -2, 2),
    )
    table.close()
    return signal


def read_repetition(table: TomlTable) -> RepetitionLimits:
    """The table [repetition]."""
    limits = RepetitionLimits(
        min_rom_deg=table.number("min_rom_deg", 5, 120),
        min_duration_s=table.number("min_duration_s", 0.2, 10, 0.5),
        max_duration_s=table.number("max_duration_s", 5, 300, 30),
        max_gap_s=table.number("max_gap_s", 0.1, 5, 1.0),
    )
    table.close()
    return limits


def read_criterion(table: TomlTable, exercise_code: str) -> Criterion:
    """One table [[criteria]]; exercise_code: what the codes of the exercise's texts begin with."""
    criterion_id = table.text("id")
    of = table.choice("of", (*BASES, *get_args(Measure)))
    criterion = Criterion(
        id=criterion_id,
        label=table.sentence("label", f"{exercise_code}.{criterion_id}.label"),
        of=of,
        take=table.choice("take", get_args(Statistic)) if of in BASES else "",
        other_side=table.choice("side", ("working", "other"), "working") == "other",
        view=cast(View, table.choice("view", get_args(View), "any")),
        low=table.limit("min", TARGET),
        high=table.limit("max", TARGET),
        tolerance=table.number("tolerance", 0.01, 200),
        severity=cast(Severity, table.choice("severity", get_args(Severity))),
        weight=table.number("weight", 0.1, 10, 1),
        cue=table.sentence("cue", f"{exercise_code}.{criterion_id}.cue"),
        ideal=table.number("ideal", -1000, 1000, math.nan),
    )
    table.close()
    if math.isnan(_number(criterion.low)) and math.isnan(_number(criterion.high)):
        raise table.error("exercise_file.no_limit", "min")
    low, high = (math.nan if isinstance(limit, str) else limit for limit in (criterion.low, criterion.high))
    if criterion.ideal < low or criterion.ideal > high:
        raise table.error("exercise_file.ideal_outside", "ideal")
    if criterion.take == "asymmetry" and criterion.of not in SIDED:
        raise table.error("exercise_file.no_sides", "take", angle=criterion.of)
    return criterion


def _number(limit: float | str) -> float:
    return 0.0 if isinstance(limit, str) else limit
