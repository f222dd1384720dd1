"""The chosen videos of the Upload page, one row each: what is done in it and when it was recorded, or why it cannot be
analysed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.uploaded_file_manager import UploadedFile

from physio.capture.video import VideoInfo
from physio.errors import PhysioError
from physio.exercise.assignment import Assignment
from physio.exercise.definition import Exercise
from physio.scoring.queue import Uploads
from physio.storage.acting import Records
from physio.storage.records import Patient, Session
from physio.terms import side_term
from physio.types import Side
from physio.ui import resources
from physio.ui.live_choice import sides_of
from physio.ui.moments import moment_input
from physio.ui.say import day_and_time, labelled, plain, say, words
from physio.ui.tiles import clock

_PROBED = "probed_uploads"
_AS_ABOVE, _NO_EXERCISE = "=", ""
_COLUMNS = (3.2, 2.6, 1.9, 2.3)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file that can be analysed, what is asked for in it, and when it was recorded: None when nobody knows."""

    file: UploadedFile
    asked: Assignment
    recorded_at: datetime | None


def rows(
    jobs: Uploads, records: Records, patient: Patient, files: Sequence[UploadedFile], asked: Assignment
) -> list[Wanted]:
    """A row for each file; those that can be analysed. asked: for all files where their row does not say otherwise."""
    probed = _probed(jobs, files)
    sessions = records.sessions.of(patient.code)
    wanted: list[Wanted] = []
    for file in files:
        found = probed[file.file_id]
        if isinstance(found, PhysioError):
            why = words(found.message)
            st.error(plain(why if file.name in why else f"{file.name}: {why}"), icon=":material/error:")
        else:
            wanted.append(_row(file, found, asked, several=len(files) > 1, headed=not wanted))
            _warn_if_there(file, wanted[-1].recorded_at, sessions)
    return wanted


def _probed(jobs: Uploads, files: Sequence[UploadedFile]) -> Mapping[str, VideoInfo | PhysioError]:
    """What each file says of itself, or why it cannot be analysed; looked at once."""
    known: dict[str, VideoInfo | PhysioError] = st.session_state.get(_PROBED, {})
    found = {file.file_id: known[file.file_id] for file in files if file.file_id in known}
    missing = [file for file in files if file.file_id not in found]
    if missing:
        with st.spinner(say("ui_upload.checking")):
            for file in missing:
                found[file.file_id] = _probe(jobs, file)
    st.session_state[_PROBED] = found
    return found


def _probe(jobs: Uploads, file: UploadedFile) -> VideoInfo | PhysioError:
    try:
        return jobs.probe(file.name, file)
    except PhysioError as error:
        return error


def _row(file: UploadedFile, info: VideoInfo, asked: Assignment, *, several: bool, headed: bool) -> Wanted:
    """headed: the first row has the names of the columns."""
    name, what, where, when = st.columns(_COLUMNS, vertical_alignment="bottom")
    name.markdown(f"**{plain(file.name)}**  \n{clock(info.duration_s)}")
    if several:
        asked = _asked(file, asked, what, where, headed=headed)
    with when:
        label = say("ui_upload.recorded")
        recorded_at = moment_input(label, info.recorded_at, f"recorded_{file.file_id}", hidden=several and not headed)
        if recorded_at is None:
            st.caption(say("ui_upload.date_unknown"))
    return Wanted(file, asked, recorded_at)


def _asked(
    file: UploadedFile, for_all: Assignment, what: DeltaGenerator, where: DeltaGenerator, *, headed: bool
) -> Assignment:
    """What is asked for in this file: as for all, or an exercise or a side of its own."""
    exercises = resources.exercises()
    labels = {
        _AS_ABOVE: words("ui_upload.as_above", what=_exercise_name(for_all.exercise)),
        **{key: _exercise_name(exercise) for key, exercise in exercises.items()},
        _NO_EXERCISE: _exercise_name(None),
    }
    chosen = what.selectbox(
        say("ui.exercise"),
        list(labels),
        format_func=labelled(labels, labels.__getitem__),
        key=f"exercise_{file.file_id}",
        label_visibility="visible" if headed else "collapsed",
    )
    exercise = for_all.exercise if chosen == _AS_ABOVE else exercises.get(chosen)
    if exercise is None:
        return replace(for_all, exercise=None, side=None)
    side = for_all.working_side if chosen == _AS_ABOVE else None
    return replace(for_all, exercise=exercise, side=_side(file, exercise, side, where, headed=headed))


def _side(file: UploadedFile, exercise: Exercise, for_all: Side | None, where: DeltaGenerator, *, headed: bool) -> Side:
    """The side in this file; for_all: the one chosen for all files, None when their exercise is another one."""
    sides = sides_of(exercise)
    labels: dict[str, str] = {side: say(side_term(side)) for side in sides}
    if for_all:
        labels = {_AS_ABOVE: words("ui_upload.as_above", what=labels[for_all])} | labels
    chosen = where.selectbox(
        say("ui.side"),
        list(labels),
        index=0 if for_all else sides.index(exercise.default_side),
        format_func=labelled(labels, labels.__getitem__),
        key=f"side_{file.file_id}_{exercise.id}_{bool(for_all)}",
        label_visibility="visible" if headed else "collapsed",
    )
    return next((side for side in sides if side == chosen), for_all or exercise.default_side)


def _exercise_name(exercise: Exercise | None) -> str:
    return words(exercise.name) if exercise else say("ui_upload.no_exercise")


def _warn_if_there(file: UploadedFile, recorded_at: datetime | None, sessions: Sequence[Session]) -> None:
    """A hint when the patient has a session of a file of this name that may be the same one."""
    for session in sessions:
        if session.video_name == file.name and recorded_at in (None, session.started_at):
            when = day_and_time(session.started_at)
            st.info(plain(say("ui_upload.already_there", name=file.name, when=when)), icon=":material/content_copy:")
            return
