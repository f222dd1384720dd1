"""What scoring one recorded video gives, how it is collected frame by frame, and what makes it doubtful."""

import math
from dataclasses import dataclass

import numpy as np

from physio.capture.video import VideoInfo, VideoSource
from physio.exercise.assignment import Assignment
from physio.exercise.definition import Exercise
from physio.kinematics.angles import ANGLE_INDEX, ANGLES
from physio.kinematics.calibration import MAX_NEUTRAL_DEG
from physio.kinematics.calibrator import CalibrationStatus, ZeroState
from physio.kinematics.standing import STILL_FOR_S
from physio.language import english
from physio.messages import Message, own_text
from physio.metrics import FRAME_COLUMNS
from physio.storage.rows import Rows, joined, rows_of
from physio.summary import Summary, summarise
from physio.types import FloatArray, FrameResult, Reason, RejectedRep, Rep, Side

NO_EXERCISE = "no exercise given: repetitions are not counted; pass --exercise"
NO_PERSON = "no person was found in this video"
RARE_PERSON_BELOW_PCT = 50.0
RARE_FACE_BELOW_PCT = 20.0
MUCH_UNUSABLE_FROM_PCT = 30.0

_FRAMES_PER_PART = 300


@dataclass(frozen=True, slots=True)
class ScoredVideo:
    """Everything measured in one video.

    video: with length and number of frames as found by reading; frame_size: width and height of the processed frames,
    to which all pixel coordinates refer; assignment: what was asked for; rows: one per processed frame, all
    repetitions; warnings: what makes the result doubtful.
    """

    video: VideoInfo
    frame_size: tuple[int, int]
    assignment: Assignment
    model_checksums: dict[str, str]
    rows: Rows
    summary: Summary
    warnings: tuple[Message, ...]

    @property
    def exercise(self) -> Exercise | None:
        """The exercise as it was asked for; None when only angles and face were measured."""
        return self.assignment.asked

    @property
    def side(self) -> Side | None:
        """The side that exercised; None without an exercise."""
        return self.assignment.working_side

    @property
    def columns(self) -> dict[str, FloatArray]:
        """One array (n,) for every frame column of METRICS, in their order; NaN where unknown."""
        return columns_of(self.rows)


def columns_of(rows: Rows) -> dict[str, FloatArray]:
    """The frame metrics by name, each (n,) float64."""
    values = rows.values.astype(np.float64)
    return {name: values[:, i] for i, name in enumerate(FRAME_COLUMNS)}


class Collector:
    """Gathers the results of one video, about 570 bytes a frame."""

    def __init__(self) -> None:
        self._parts: list[Rows] = [rows_of([])]
        self._recent: list[FrameResult] = []

    def add(self, result: FrameResult) -> None:
        """One more frame."""
        self._recent.append(result)
        if len(self._recent) >= _FRAMES_PER_PART:
            self._parts.append(rows_of(self._recent))
            self._recent = []

    def finish(self, reps: tuple[Rep, ...], rejected: tuple[RejectedRep, ...]) -> Rows:
        """All rows, with the repetitions that closed because the video ended."""
        return joined([*self._parts, rows_of(self._recent, reps, rejected)])


def scored_video(
    source: VideoSource, rows: Rows, assignment: Assignment, model_checksums: dict[str, str]
) -> ScoredVideo:
    """The rows of a source that was read to its end, summarised."""
    exercise = assignment.asked
    summary = summarise(rows.t_s, columns_of(rows), exercise)
    return ScoredVideo(
        video=source.measured(),
        frame_size=source.frame_size,
        assignment=assignment,
        model_checksums=model_checksums,
        rows=rows,
        summary=summary,
        warnings=tuple(own_text(text) for text in source.warnings() + doubts(summary, exercise, rows)),
    )


def doubts(summary: Summary, exercise: Exercise | None, rows: Rows) -> tuple[str, ...]:
    """What makes a summary doubtful, in plain words."""
    texts = [] if exercise else [NO_EXERCISE]
    if summary.pose_pct == 0:
        return (*texts, NO_PERSON)
    if summary.pose_pct < RARE_PERSON_BELOW_PCT:
        texts.append(f"a person was found in {_share(summary.pose_pct)} of the frames")
    if summary.face_pct == 0:
        texts.append("no face was usable: pain and face state were not estimated")
    elif summary.face_pct < RARE_FACE_BELOW_PCT:
        texts.append(
            f"a face was usable in {_share(summary.face_pct)} of the frames: pain and face state rest on little"
        )
    if exercise is not None:
        texts += _exercise_doubts(summary, exercise, rows)
    return tuple(texts)


def zero_doubts(status: CalibrationStatus) -> tuple[Message, ...]:
    """What became of a neutral zero that was wanted, as far as it is not what was wanted."""
    if status.state is not ZeroState.TAKEN:
        return (own_text(f"no neutral zero: the person never stood straight and still for {STILL_FOR_S:.0f} s"),)
    if not status.bent:
        return ()
    joints = ", ".join(f"{english(ANGLES[ANGLE_INDEX[name]].label)} {value:.0f}°" for name, value in status.bent)
    return (own_text(f"no neutral zero for joints measured more than {MAX_NEUTRAL_DEG:.0f}° from straight: {joints}"),)


def _share(pct: float) -> str:
    return f"only {pct:.0f} %" if pct >= 1 else "less than 1 %"


def _exercise_doubts(summary: Summary, exercise: Exercise, rows: Rows) -> list[str]:
    texts = []
    if not summary.view_valid:
        seen = f"the camera saw the person from: {summary.view_label}"
        if math.isnan(summary.azimuth_deg):
            seen = "where the camera stood could not be told"
        texts.append(
            f"{seen}; {exercise.id} wants a {exercise.view} view, so some angles and criteria were not measured"
        )
    body = {name: pct for name, pct in summary.unusable.items() if not name.startswith("face_")}
    # Somebody else in the picture takes the angles away in few of these frames or in none.
    beside = body.pop(Reason.SECOND_PERSON.name.lower(), 0.0)
    if beside:
        texts.append(f"a second person was in the picture in {beside:.0f} % of the frames: check who was measured")
    if sum(body.values()) >= MUCH_UNUSABLE_FROM_PCT:
        reason = max(body, key=lambda name: body[name]).replace("_", " ")
        texts.append(
            f"the exercise's angle could not be measured in {sum(body.values()):.0f} % of the frames, mostly: {reason}"
        )
    if not rows.reps:
        count = len(rows.rejected)
        texts.append("no repetition was counted" + (f", {count} movements were rejected" if count else ""))
    return texts
