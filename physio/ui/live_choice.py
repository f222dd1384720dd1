"""What is chosen before a live session: exercise, side, target, where the image comes from, and what is analysed."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from physio.demo import DemoClip
from physio.exercise.assignment import Assignment
from physio.exercise.definition import Exercise
from physio.kinematics.calibrator import CalibrationSetup
from physio.language import languages
from physio.live.snapshot import LiveSetup
from physio.storage.records import Patient
from physio.terms import side_term
from physio.types import Side
from physio.ui import live_view
from physio.ui.camera import LiveSlot
from physio.ui.say import labelled, reader, say

WEBCAM = ""
"""Stands for the camera among the clips."""
_DEFAULT_TARGET = 10


Choice = tuple[LiveSetup, Path | None]
"""The setup, and the clip that plays in place of the camera."""


def choice(
    patient: Patient, exercises: Mapping[str, Exercise], demo: Sequence[DemoClip], slot: LiveSlot, running: bool
) -> Choice:
    """What is to be done. Before the start a row of choices; while the stream runs one line that says it."""
    if running and slot.choice is not None:
        st.html(live_view.title_line(slot.choice[0]))
    else:
        slot.choice = _choose(patient, exercises, demo)
    return slot.choice


def _choose(patient: Patient, exercises: Mapping[str, Exercise], demo: Sequence[DemoClip]) -> Choice:
    what, side, target, source = st.columns([3.7, 2.8, 1.9, 3], vertical_alignment="bottom")
    switches = st.container(horizontal=True)
    exercise = exercises[
        what.selectbox(
            say("ui.exercise"),
            list(exercises),
            format_func=labelled(exercises, lambda key: say(exercises[key].name)),
            key="live_exercise",
            persist_state="session",
        )
    ]
    chosen_side = choose_side(exercise, side, "live")
    reps = target.number_input(
        say("ui_live.target"),
        0,
        100,
        _DEFAULT_TARGET,
        key="live_target",
        persist_state="session",
        help=say("ui_live.target_help"),
    )
    # Oldest first: of several clips of one exercise and side the last session's stands for all.
    clips: dict[str, Path] = {clip.side: clip.path for clip in demo if clip.exercise_id == exercise.id}
    origin = source.selectbox(
        say("ui_live.source"),
        [WEBCAM, *clips],
        format_func=labelled([WEBCAM, *clips], _source_label),
        key=f"live_source_{exercise.id}",
        persist_state="session",
        help=say("ui_live.source_help"),
    )
    with_face = switches.toggle(
        say("ui.face"), True, key="live_face", persist_state="session", help=say("ui.face_help")
    )
    zero = switches.toggle(say("ui.zero"), key="live_zero", persist_state="session", help=say("ui.zero_help"))
    spoken = patient.language if patient.language in languages() else reader().code
    calibration = CalibrationSetup(zero_when_standing=zero)
    asked = Assignment(exercise, chosen_side, int(reps), calibration=calibration, face=with_face)
    return LiveSetup(patient.code, asked, patient.demo, spoken), clips.get(origin)


def _source_label(side: str) -> str:
    """The camera, or the demo clip of a side."""
    if side == WEBCAM:
        return say("ui_live.camera")
    return say("ui_live.demo_clip") if side == "both" else say("ui_live.demo_clip_side", side=say(f"side.{side}"))


def choose_side(exercise: Exercise, place: DeltaGenerator, page: str) -> Side:
    """Which side exercises; page keeps the choices of different pages apart."""
    sides = sides_of(exercise)
    chosen: Side = place.selectbox(
        say("ui.side"),
        sides,
        index=sides.index(exercise.default_side),
        format_func=labelled(sides, lambda one: say(side_term(one))),
        key=f"{page}_side_{exercise.id}",
        persist_state="session",
    )
    return chosen


def sides_of(exercise: Exercise) -> list[Side]:
    """The sides that can be chosen for an exercise."""
    return ["both"] if exercise.side_mode == "both" else ["left", "right", "both"]
