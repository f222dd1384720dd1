"""An exercise is data: one TOML file in library/, read into a frozen Exercise.

Every key is checked; a wrong or unknown one is an ExerciseError that names the file, the key and what is allowed, so
that a therapist can add an exercise without reading code. docs/adding-an-exercise.md explains the keys.
"""

import hashlib
import math
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, cast, get_args

from physio.errors import ExerciseError
from physio.exercise.parts import (
    TARGET,
    Criterion,
    RepetitionLimits,
    Signal,
    read_criterion,
    read_repetition,
    read_signal,
)
from physio.exercise.toml_table import TomlTable
from physio.kinematics.view import View
from physio.language import DEFAULT, language
from physio.messages import OWN_TEXT, Message, message
from physio.types import Side

LIBRARY = Path(__file__).parent / "library"
LOWEST_DEG, HIGHEST_DEG = -60.0, 200.0
"""Between these a target or a safe limit must lie."""

Posture = Literal["standing", "seated", "lying", "kneeling"]
Plane = Literal["sagittal", "frontal", "transverse", "any"]
SideMode = Literal["both", "each"]


@dataclass(frozen=True, slots=True)
class Exercise:
    """One exercise. Angles in degrees, neutral 0, flexion positive; target_deg and safe_max_deg are values of the
    signal's angle, safe_max_deg NaN for none. side_mode "both": left and right move together and count once; "each":
    one side at a time, or both in turn. full_range: whether it aims for all that the joint's
    angle can reach. text: its file's content, checksum: SHA-256 of that."""

    id: str
    name: Message
    instruction: Message
    posture: Posture
    view: View
    joint: str
    plane: Plane
    side_mode: SideMode
    default_side: Side
    target_deg: float
    safe_max_deg: float
    full_range: bool
    signal: Signal
    repetition: RepetitionLimits
    criteria: tuple[Criterion, ...]
    text: str = field(repr=False)
    checksum: str

    @property
    def judged(self) -> tuple[Criterion, ...]:
        """All criteria, the safe limit among them if there is one."""
        return self.criteria if math.isnan(self.safe_max_deg) else (*self.criteria, self._safety())

    def _safety(self) -> Criterion:
        return Criterion(
            id="safe_limit",
            label=message("criterion.safe_limit.label"),
            of=self.signal.angle,
            take="max",
            other_side=False,
            view="any",
            low=math.nan,
            high=self.safe_max_deg,
            tolerance=20.0,
            severity="error",
            weight=3.0,
            cue=message("criterion.safe_limit.cue"),
        )

    def limits(self, criterion: Criterion) -> tuple[float, float]:
        """The criterion's lower and upper limit as numbers, NaN for none."""
        low, high = (self.target_deg if v == TARGET else float(v) for v in (criterion.low, criterion.high))
        return low, high

    def criterion(self, criterion_id: str) -> Criterion:
        """The criterion of that id (KeyError when there is none)."""
        return {one.id: one for one in self.judged}[criterion_id]

    @property
    def sides(self) -> tuple[Side, ...]:
        """The sides that can be asked for."""
        return ("both",) if self.side_mode == "both" else ("left", "right", "both")

    @property
    def texts(self) -> tuple[Message, ...]:
        """All that people read about it."""
        return (self.name, self.instruction, *(text for one in self.criteria for text in (one.label, one.cue)))


def exercise_ids(folder: Path = LIBRARY) -> tuple[str, ...]:
    """The ids of all exercises in the folder, sorted."""
    return tuple(sorted(path.stem for path in folder.glob("*.toml")))


def load_exercise(exercise_id: str, folder: Path = LIBRARY) -> Exercise:
    """The exercise of that id. Raises ExerciseError with the list of ids when there is none, or with the place of the
    mistake when its file is wrong."""
    ids = exercise_ids(folder)
    if exercise_id not in ids:
        raise ExerciseError("exercise_file.no_exercise", id=exercise_id, known=", ".join(ids) or "–")
    return read_exercise(folder / f"{exercise_id}.toml")


def library(folder: Path = LIBRARY) -> tuple[Exercise, ...]:
    """All exercises in the folder, sorted by id."""
    return tuple(load_exercise(exercise_id, folder) for exercise_id in exercise_ids(folder))


def read_exercise(path: Path) -> Exercise:
    """The exercise in one file; ExerciseError when the file is wrong, or when a text stands neither there nor in the
    English catalogue."""
    try:
        text = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise ExerciseError("exercise_file.no_toml", where=path.name, problem=str(error)) from error
    exercise = parse_exercise(text, path.stem)
    for one in exercise.texts:
        if one.code != OWN_TEXT and one.code not in language(DEFAULT).sentences:
            raise ExerciseError(
                "exercise_file.no_sentence", where=path.name, key=one.code.split(".")[-1], code=one.code
            )
    return exercise


def parse_exercise(text: str, id_hint: str) -> Exercise:
    """The exercise that a file's content defines, today's or a stored one; id_hint: the id that it must have.

    ExerciseError when it is wrong. Whether the catalogues know its texts is not asked: an old session is shown with
    the code of a sentence that is gone rather than not at all.
    """
    where = f"{id_hint}.toml"
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ExerciseError("exercise_file.no_toml", where=where, problem=str(error)) from error
    top = TomlTable(values, where)
    exercise = _exercise(top, text)
    if exercise.id != id_hint:
        raise top.error("exercise_file.other_id", "id", id=exercise.id, name=id_hint)
    return exercise


def _exercise(top: TomlTable, text: str) -> Exercise:
    exercise_id = top.text("id")
    code = f"exercise.{exercise_id}"
    exercise = Exercise(
        id=exercise_id,
        name=top.sentence("name", f"{code}.name"),
        instruction=top.sentence("instruction", f"{code}.instruction"),
        posture=cast(Posture, top.choice("posture", get_args(Posture))),
        view=cast(View, top.choice("view", get_args(View))),
        joint=top.text("joint"),
        plane=cast(Plane, top.choice("plane", get_args(Plane))),
        side_mode=cast(SideMode, top.choice("side_mode", get_args(SideMode))),
        default_side=cast(Side, top.choice("default_side", get_args(Side), "both")),
        target_deg=top.number("target_deg", LOWEST_DEG, HIGHEST_DEG),
        safe_max_deg=top.number("safe_max_deg", LOWEST_DEG, HIGHEST_DEG, math.nan),
        full_range=top.flag("full_range"),
        signal=read_signal(top.table("signal")),
        repetition=read_repetition(top.table("repetition")),
        criteria=_criteria(top, code),
        text=text,
        checksum=hashlib.sha256(text.encode("utf-8")).hexdigest(),
    )
    top.close()
    if exercise.default_side not in exercise.sides:
        raise top.error("exercise_file.not_allowed", "default_side", value=repr(exercise.default_side), allowed="both")
    if exercise.full_range and exercise.signal.direction == "down":
        raise top.error("exercise_file.not_allowed", "full_range", value="true", allowed="false")
    return exercise


def _criteria(top: TomlTable, code: str) -> tuple[Criterion, ...]:
    criteria = tuple(read_criterion(table, code) for table in top.tables("criteria"))
    ids = [criterion.id for criterion in criteria]
    for one in ids:
        if ids.count(one) > 1:
            raise top.error("exercise_file.twice", "criteria", id=one)
    return criteria
