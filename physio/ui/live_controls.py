"""The live page's widgets: what is chosen before the start, what is pressed during it, what is offered after it."""

import math
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from physio.demo import DemoClip
from physio.errors import PhysioError
from physio.exercise.definition import Exercise
from physio.language import english
from physio.live.session import LiveSession
from physio.live.snapshot import LiveSetup
from physio.storage.acting import Records
from physio.storage.records import Patient
from physio.trends import certainty
from physio.types import EndReason, Person, Side
from physio.ui import browser, components, live_calibration, live_view, state, texts
from physio.ui.camera import LiveSlot
from physio.ui.tiles import clock

WEBCAM = "Camera"
_REFRESH_S = 0.5
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
            "Exercise",
            list(exercises),
            format_func=lambda key: english(exercises[key].name),
            key="live_exercise",
            persist_state="session",
        )
    ]
    chosen_side = _choose_side(exercise, side)
    reps = target.number_input(
        "Target", 0, 100, _DEFAULT_TARGET, key="live_target", persist_state="session", help=texts.TARGET_HELP
    )
    # Oldest first: of several clips of one exercise and side the last session's stands for all.
    clips = {_clip_label(clip): clip.path for clip in demo if clip.exercise_id == exercise.id}
    picture = source.selectbox(
        "Picture from",
        [WEBCAM, *clips],
        key=f"live_source_{exercise.id}",
        persist_state="session",
        help=texts.CLIP_HELP,
    )
    with_face = switches.toggle("Analyse face", True, key="live_face", persist_state="session", help=texts.FACE_HELP)
    zero = switches.toggle("Neutral zero", key="live_zero", persist_state="session", help=texts.ZERO_TOGGLE_HELP)
    return LiveSetup(patient.code, exercise, chosen_side, int(reps), with_face, patient.demo, zero), clips.get(picture)


def _clip_label(clip: DemoClip) -> str:
    return "Demo clip" + ("" if clip.side == "both" else f", {texts.SIDES[clip.side]}")


def _choose_side(exercise: Exercise, place: DeltaGenerator) -> Side:
    sides = texts.sides_of(exercise)
    chosen: Side = place.selectbox(
        "Side",
        sides,
        index=sides.index(exercise.default_side),
        format_func=lambda one: texts.SIDES[one],
        key=f"live_side_{exercise.id}",
        persist_state="session",
    )
    return chosen


@st.fragment(run_every=_REFRESH_S)
def panel(session: LiveSession) -> None:
    """The numbers, twice a second."""
    snapshot = session.snapshot()
    if snapshot.end is not None:
        st.rerun()
    if snapshot.result is None:
        st.caption(snapshot.error or texts.CAMERA_WAITING)
        return
    show_face = not st.session_state.get("hide_face", False)
    st.html(live_view.status_line(snapshot, session.setup))
    _choose_person(session, snapshot.result.observation.people)
    st.html(live_view.numbers(snapshot, session.setup, show_face))
    browser.angle_chart(snapshot.trace, session.setup)
    live_calibration.zero_line(session, snapshot.calibration)
    if snapshot.error:
        st.error(snapshot.error, icon=":material/error:")


def _choose_person(session: LiveSession, people: Sequence[Person]) -> None:
    """With more than one person in the picture: which one is the patient."""
    if len(people) < 2:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="live_people"):
        st.markdown(f"**{texts.WHO_IS_THE_PATIENT}**", width="content")
        for person in people:
            st.button(
                f"Person {person.number}",
                key=f"follow_{person.number}",
                icon=":material/person_check:" if person.followed else ":material/person:",
                type="primary" if person.followed else "secondary",
                help=texts.FOLLOW_HELP,
                on_click=session.follow,
                args=(person.number,),
            )


@st.fragment
def controls(session: LiveSession, records: Records, number: int) -> None:
    """Mark, the patient's own rating, the note, and calibration; number tells the widgets of different sessions
    apart."""
    over = session.end is not None
    note, told = f"live_note_{number}", f"live_told_{number}"
    mark, hide = st.columns([1, 1], vertical_alignment="center")
    mark.button(
        "Mark event",
        icon=":material/flag:",
        shortcut="M",
        disabled=over,
        width="stretch",
        on_click=_take_mark,
        args=(session, told),
    )
    hide.toggle("Hide face analysis", key="hide_face", help=texts.HIDE_HELP)
    ask_rating(session, number, told)
    st.text_area(
        "Note", key=note, height=68, placeholder=texts.NOTE_HINT, on_change=_take_note, args=(session, note, told)
    )
    st.caption(st.session_state.get(told, ""))
    if not over:
        live_calibration.live(session, records, number)


def ask_rating(session: LiveSession, number: int, told: str) -> None:
    """The scale 0-10. A new one for each rating: none is chosen, so that the same number can be given again.

    Emptying the old one instead would store a rating twice: the browser sends what it shows of all widgets whenever
    any part of the page asks for a run, and until it has drawn the empty scale that is the number already stored.
    """
    given = f"live_given_{number}"
    count = st.session_state.setdefault(given, 0)
    key = f"live_says_{number}_{count}"
    st.segmented_control(
        texts.PATIENT_SAYS,
        list(range(11)),
        key=key,
        disabled=session.end is not None,
        width="stretch",
        on_change=_take_rating,
        args=(session, key, (given, count), told),
    )


# Callbacks must not draw: within a fragment they would draw over the top of the page. What they did is told below.


def _take_mark(session: LiveSession, told: str) -> None:
    _tell(told, session.mark_event, f"Marked at {_now(session)}.")


def _take_rating(session: LiveSession, key: str, scale: tuple[str, int], told: str) -> None:
    """Store the rating, unless it comes from a scale that has already given one. scale: where the count of ratings is
    kept, and what it was when this scale was drawn."""
    given, count = scale
    rating = st.session_state[key] if st.session_state[given] == count else None
    if rating is None:
        return
    st.session_state[given] = count + 1
    _tell(told, partial(session.report_pain, int(rating)), f"Patient says {rating} at {_now(session)}.")


def _take_note(session: LiveSession, key: str, told: str) -> None:
    _tell(told, partial(session.write_note, st.session_state[key]), "Note saved.")


def _now(session: LiveSession) -> str:
    return clock(session.snapshot().last_t_s)


def _tell(key: str, act: Callable[[], bool], text: str) -> None:
    try:
        st.session_state[key] = text if act() else texts.NOT_SAVED
    except PhysioError as error:
        st.session_state[key] = str(error)


def welcome(records: Records, setup: LiveSetup) -> None:
    """Before the start: what the exercise is, how to stand, and how it went last time."""
    st.subheader(english(setup.exercise.name), anchor=False)
    st.write(english(setup.exercise.instruction))
    st.caption(f"{texts.STAND[setup.exercise.view]} {texts.KEYS}")
    before = [
        one for one in records.sessions.of(setup.patient_code) if one.exercise_id == setup.exercise.id and one.ended_at
    ]
    if before:
        last = before[0]
        metrics = records.analyses.metrics(last.analysis_id)
        duration_s = metrics.get("duration_s", math.nan)
        error_deg = certainty.session_error_deg(metrics, setup.exercise.signal.angle, last.side or "")
        st.markdown(f"**Last time**, {components.local(last.started_at):%d %b %Y, %H:%M}")
        st.html(
            live_view.results(records.analyses.reps(last.analysis_id), duration_s, last.target_reps or 0, error_deg)
        )


def farewell(session: LiveSession, records: Records, still_on: bool) -> None:
    """After the end: what was saved and where to look at it. still_on: the picture runs on without being recorded."""
    with st.spinner("Saving …"):
        session.close(EndReason.STOPPED)
    snapshot = session.snapshot()
    if snapshot.session_id is None:
        st.info(snapshot.error or texts.NOTHING_RECORDED, icon=":material/videocam_off:")
        return
    if snapshot.end is EndReason.FRAMES_STOPPED:
        st.warning(texts.CAMERA_LOST, icon=":material/videocam_off:")
    else:
        st.markdown(f":material/check_circle: **Session saved**, {texts.ENDINGS[snapshot.end or EndReason.STOPPED]}")
    setup = session.setup
    metrics = records.analyses.metrics(records.sessions.get(snapshot.session_id).analysis_id)
    error_deg = certainty.session_error_deg(metrics, setup.exercise.signal.angle, setup.side)
    st.html(live_view.results(snapshot.reps, snapshot.last_t_s, setup.target_reps, error_deg))
    if still_on and snapshot.end is not EndReason.FRAMES_STOPPED:
        st.caption(texts.PICTURE_STILL_ON)
    if st.button("Open session review", type="primary", icon=":material/query_stats:"):
        state.choose_session(snapshot.session_id)
        st.switch_page("pages/review.py")
