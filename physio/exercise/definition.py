"""An exercise is data: one TOML file in library/, read into a frozen Exercise.

Every key is checked; a wrong or unknown one is an ExerciseError that names the file, the key and what is allowed, so
that a therapist can add an exercise without reading code. docs/adding-an-exercise.md explains the keys.
"""

import hashlib
import math
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast, get_args

from physio.errors import ExerciseError
from physio.exercise.toml_table import TomlTable
from physio.kinematics.angles import ANGLES, BASES
from physio.kinematics.view import View
from physio.types import Severity, Side

LIBRARY = Path(__file__).parent / "library"
TARGET = "target"
"""Stands for the exercise's target_deg where a criterion needs a limit."""
SAFE_LIMIT_CUE = "That is far enough. Come back slowly."

SIDED = frozenset(angle.base for angle in ANGLES if angle.side)

Posture = Literal["standing", "seated", "lying", "kneeling"]
Plane = Literal["sagittal", "frontal", "transverse", "any"]
SideMode = Literal["both", "each"]
Direction = Literal["up", "down"]
Work = Literal["eccentric", "concentric"]
Start = Literal["rest", "either"]
Measure = Literal[
    "peak_deg", "rom_deg", "usual_pct", "eccentric_s", "hold_s", "concentric_s", "outward_s", "return_s", "duration_s"
]
Statistic = Literal["peak", "max", "min", "mean", "range", "rise", "drop", "shift", "asymmetry"]


@dataclass(frozen=True, slots=True)
class Signal:
    """What is counted.

    angle: base name of the joint angle; direction: whether it grows ("up") or falls ("down") on the way out of the
    rest position; outward: which muscle work that way is; start: "either" when the movement may begin at its far end
    too (sit to stand from standing), the first repetition then decides; leader: base angle that is larger on the
    working side when both sides move, empty to go by the larger excursion; estimate: weights of other angles whose sum
    stands in for the angle in views where it cannot be measured.
    """

    angle: str
    direction: Direction
    outward: Work
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

    of: a base angle name or a Measure; take: which statistic of an angle ("" for a Measure); other_side: look at the
    side that does not work; view: the camera view it needs; low, high: the limits, NaN for none, "target" for the
    exercise's target; tolerance: how far beyond a limit the criterion's share of the score falls to zero.
    """

    id: str
    label: str
    of: str
    take: str
    other_side: bool
    view: View
    low: float | str
    high: float | str
    tolerance: float
    severity: Severity
    weight: float
    cue: str

    @property
    def unit(self) -> str:
        """The unit of values and limits: "°", "s" or "%"."""
        return "s" if self.of.endswith("_s") else "%" if self.of.endswith("_pct") else "°"


@dataclass(frozen=True, slots=True)
class Exercise:
    """One exercise. Angles in degrees, neutral 0, flexion positive; target_deg and safe_max_deg are values of the
    signal's angle, safe_max_deg NaN for none. side_mode "both": left and right move together and count once; "each":
    one side at a time, or both in turn. checksum: SHA-256 of the file."""

    id: str
    name: str
    instruction: str
    posture: Posture
    view: View
    joint: str
    plane: Plane
    side_mode: SideMode
    default_side: Side
    target_deg: float
    safe_max_deg: float
    signal: Signal
    repetition: RepetitionLimits
    criteria: tuple[Criterion, ...]
    checksum: str

    @property
    def judged(self) -> tuple[Criterion, ...]:
        """All criteria, the safe limit among them if there is one."""
        return self.criteria if math.isnan(self.safe_max_deg) else (*self.criteria, self._safety())

    def _safety(self) -> Criterion:
        return Criterion(
            id="safe_limit",
            label="Safe limit",
            of=self.signal.angle,
            take="max",
            other_side=False,
            view="any",
            low=math.nan,
            high=self.safe_max_deg,
            tolerance=20.0,
            severity="error",
            weight=3.0,
            cue=SAFE_LIMIT_CUE,
        )

    def limits(self, criterion: Criterion) -> tuple[float, float]:
        """The criterion's lower and upper limit as numbers, NaN for none."""
        low, high = (self.target_deg if v == TARGET else float(v) for v in (criterion.low, criterion.high))
        return low, high

    def criterion(self, criterion_id: str) -> Criterion:
        """The criterion of that id (KeyError when there is none)."""
        return {one.id: one for one in self.judged}[criterion_id]


def exercise_ids(folder: Path = LIBRARY) -> tuple[str, ...]:
    """The ids of all exercises in the folder, sorted."""
    return tuple(sorted(path.stem for path in folder.glob("*.toml")))


def load_exercise(exercise_id: str, folder: Path = LIBRARY) -> Exercise:
    """The exercise of that id. Raises ExerciseError with the list of ids when there is none, or with the place of the
    mistake when its file is wrong."""
    ids = exercise_ids(folder)
    if exercise_id not in ids:
        raise ExerciseError(f"There is no exercise {exercise_id!r}. Known exercises: {', '.join(ids) or 'none'}.")
    return read_exercise(folder / f"{exercise_id}.toml")


def library(folder: Path = LIBRARY) -> tuple[Exercise, ...]:
    """All exercises in the folder, sorted by id."""
    return tuple(load_exercise(exercise_id, folder) for exercise_id in exercise_ids(folder))


def read_exercise(path: Path) -> Exercise:
    """The exercise in one file; ExerciseError when the file is wrong."""
    raw = path.read_bytes()
    try:
        values = tomllib.loads(raw.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ExerciseError(f"{path.name}: this is not a TOML file in UTF-8 ({error}).") from error
    top = TomlTable(values, path.name)
    exercise = _exercise(top, hashlib.sha256(raw).hexdigest())
    if exercise.id != path.stem:
        raise top.error("id", f"is {exercise.id!r} but must be the file's name, {path.stem!r}")
    return exercise


def _exercise(top: TomlTable, checksum: str) -> Exercise:
    side_mode = cast(SideMode, top.choice("side_mode", get_args(SideMode)))
    exercise = Exercise(
        id=top.text("id"),
        name=top.text("name"),
        instruction=top.text("instruction"),
        posture=cast(Posture, top.choice("posture", get_args(Posture))),
        view=cast(View, top.choice("view", get_args(View))),
        joint=top.text("joint"),
        plane=cast(Plane, top.choice("plane", get_args(Plane))),
        side_mode=side_mode,
        default_side=cast(Side, top.choice("default_side", get_args(Side), "both")),
        target_deg=top.number("target_deg", -60, 200),
        safe_max_deg=top.number("safe_max_deg", -60, 200, math.nan),
        signal=_signal(top.table("signal")),
        repetition=_repetition(top.table("repetition")),
        criteria=_criteria(top),
        checksum=checksum,
    )
    top.close()
    return exercise


def _signal(table: TomlTable) -> Signal:
    estimate = table.table("estimate", optional=True)
    signal = Signal(
        angle=table.choice("angle", BASES),
        direction=cast(Direction, table.choice("direction", get_args(Direction))),
        outward=cast(Work, table.choice("outward", get_args(Work))),
        start=cast(Start, table.choice("start", get_args(Start), "rest")),
        leader=table.choice("leader", SIDED, ""),
        estimate=estimate.items(BASES, -2, 2),
    )
    table.close()
    return signal


def _repetition(table: TomlTable) -> RepetitionLimits:
    limits = RepetitionLimits(
        min_rom_deg=table.number("min_rom_deg", 5, 120),
        min_duration_s=table.number("min_duration_s", 0.2, 10, 0.5),
        max_duration_s=table.number("max_duration_s", 5, 300, 30),
        max_gap_s=table.number("max_gap_s", 0.1, 5, 1.0),
    )
    table.close()
    return limits


def _criteria(top: TomlTable) -> tuple[Criterion, ...]:
    criteria = tuple(_criterion(table) for table in top.tables("criteria"))
    ids = [criterion.id for criterion in criteria]
    for one in ids:
        if ids.count(one) > 1:
            raise top.error("criteria", f"has the id {one!r} twice")
    return criteria


def _criterion(table: TomlTable) -> Criterion:
    of = table.choice("of", (*BASES, *get_args(Measure)))
    criterion = Criterion(
        id=table.text("id"),
        label=table.text("label"),
        of=of,
        take=table.choice("take", get_args(Statistic)) if of in BASES else "",
        other_side=table.choice("side", ("working", "other"), "working") == "other",
        view=cast(View, table.choice("view", get_args(View), "any")),
        low=table.limit("min", TARGET),
        high=table.limit("max", TARGET),
        tolerance=table.number("tolerance", 0.01, 200),
        severity=cast(Severity, table.choice("severity", get_args(Severity))),
        weight=table.number("weight", 0.1, 10, 1),
        cue=table.text("cue"),
    )
    table.close()
    if math.isnan(_plain(criterion.low)) and math.isnan(_plain(criterion.high)):
        raise table.error("min", "or max must be given")
    if criterion.take == "asymmetry" and criterion.of not in SIDED:
        raise table.error("take", f"cannot be 'asymmetry' of {criterion.of}, which has no left and right")
    return criterion


def _plain(limit: float | str) -> float:
    return 0.0 if isinstance(limit, str) else limit
