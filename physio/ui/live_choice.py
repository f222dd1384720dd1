"""What is chosen before a live session: exercise, side, target, where the image comes from, and what is analysed."""

from collections.abc import Sequence
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from physio.demo import DemoClip
from physio.exercise.assignment import Assignment
from physio.exercise.definition import Exercise
from physio.kinematics.calibrator import CalibrationSetup
from physio.language import languages
from physio.live.snapshot import LiveSetup
from physio.storage.records import Patient, Session
from physio.types import Side
from physio.ui import face_consent, live_view, resources
from physio.ui.camera import LiveSlot, running
from physio.ui.exercise_choice import choose, choose_target, exercise_labels, side_labels
from physio.ui.say import labelled, listed, reader, say

WEBCAM = ""
"""Stands for the camera among the clips."""
_DEFAULT_TARGET = 10


Choice = tuple[LiveSetup, Path | None]
"""The setup, and the clip that plays in place of the camera."""


def choice(
    patient: Patient, sessions: Sequence[Session], demo: Sequence[DemoClip], slot: LiveSlot, busy: bool
) -> Choice:
    """What is to be done. sessions: the patient's, newest first: what they did last is chosen already. busy: whether a
    session is counted down or recorded; then one line says what it is, and whose."""
    visit = slot.visit
    if busy and visit is not None and slot.choice is not None:
        recorded = resources.records().patients.get(visit.setup.patient_code) or patient
        st.html(live_view.title_line(visit.setup, listed(recorded), visit.snapshot().set_number))
    else:
        kept = slot.choice[1] if slot.choice is not None else None
        slot.choice = _Choices(patient, sessions).choose(demo, running(), kept)
    return slot.choice


class _Choices:
    """The choices of one patient: their keys have the patient's code, so that another patient has others."""

    def __init__(self, patient: Patient, sessions: Sequence[Session]):
        self._patient = patient
        self._exercises = resources.exercises()
        self._last = {one.exercise_id: one for one in reversed(sessions) if one.exercise_id in self._exercises}
        self._latest = next((one.exercise_id for one in sessions if one.exercise_id in self._exercises), None)

    def choose(self, demo: Sequence[DemoClip], camera_on: bool, kept: Path | None) -> Choice:
        """A row of choices, and the switches under it. kept: the clip that plays if the camera is on."""
        what, where, target, source = st.columns([3.7, 2.8, 1.9, 3], vertical_alignment="bottom")
        exercise = self._exercise(what)
        last = self._last.get(exercise.id)
        usual = (last.side if last else None) or self._patient.affected_side
        side = self._side(where, exercise, usual)
        reps = self._target(target, exercise, last)
        clip = _source_now(source, kept) if camera_on else _source(exercise, demo, source)
        with st.container(horizontal=True):
            asked, stop = self._switches(exercise, side, reps)
        spoken = self._patient.language if self._patient.language in languages() else reader().code
        return LiveSetup(self._patient.code, asked, self._patient.demo, spoken, stop), clip

    def _exercise(self, place: DeltaGenerator) -> Exercise:
        labels = exercise_labels(self._exercises, none=False)
        key = f"live_exercise_{self._patient.code}"
        return self._exercises[choose(place, "ui.exercise", labels, self._latest, key)]

    def _side(self, place: DeltaGenerator, exercise: Exercise, usual: Side | None) -> Side:
        usual = usual if usual in exercise.sides else exercise.default_side
        key = f"live_{self._patient.code}_side_{exercise.id}"
        return choose(place, "ui.side", side_labels(exercise), usual, key)

    def _target(self, place: DeltaGenerator, exercise: Exercise, last: Session | None) -> int:
        usual = _DEFAULT_TARGET if last is None or last.target_reps is None else last.target_reps
        return choose_target(place, usual, f"live_target_{self._patient.code}_{exercise.id}")

    def _switches(self, exercise: Exercise, side: Side, reps: int) -> tuple[Assignment, bool]:
        """What is asked for, and whether the session is to stop at the target."""
        stop = st.toggle(
            say("ui_live.stop_at_target"),
            True,
            key="live_stop_at_target",
            persist_state="session",
            disabled=reps == 0,
            help=say("ui_live.stop_at_target_help"),
        )
        zero = st.toggle(say("ui.zero"), key="live_zero", persist_state="session", help=say("ui.zero_help"))
        face, emotion = face_consent.switches(resources.records(), self._patient, "live_face")
        calibration = CalibrationSetup(zero_when_standing=zero)
        return Assignment(exercise, side, reps, calibration=calibration, face=face, emotion=emotion), stop


def _source_now(place: DeltaGenerator, clip: Path | None) -> Path | None:
    """While the camera is on its source stays what it is, whatever exercise is chosen."""
    shown = say("ui_live.demo_clip") if clip else say("ui_live.camera")
    place.selectbox(say("ui_live.source"), [shown], key=f"live_source_kept_{bool(clip)}", disabled=True)
    return clip


def _source(exercise: Exercise, demo: Sequence[DemoClip], place: DeltaGenerator) -> Path | None:
    """Where the image comes from, None for the camera."""
    # Oldest first: of several clips of one exercise and side the last session's stands for all.
    clips: dict[str, Path] = {clip.side: clip.path for clip in demo if clip.exercise_id == exercise.id}
    origin = place.selectbox(
        say("ui_live.source"),
        [WEBCAM, *clips],
        format_func=labelled([WEBCAM, *clips], _source_label),
        key=f"live_source_{exercise.id}",
        persist_state="session",
        help=say("ui_live.source_help"),
    )
    return clips.get(origin)


def _source_label(side: str) -> str:
    """The camera, or the demo clip of a side."""
    if side == WEBCAM:
        return say("ui_live.camera")
    return say("ui_live.demo_clip") if side == "both" else say("ui_live.demo_clip_side", side=say(f"side.{side}"))
