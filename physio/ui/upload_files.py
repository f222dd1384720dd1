"""The chosen videos of the Upload page, one row each: what is done in it and when it was recorded, or why it cannot be
analysed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.uploaded_file_manager import UploadedFile

from physio.capture.video import VideoInfo
from physio.errors import PhysioError
from physio.exercise.assignment import Assignment
from physio.exercise.definition import Exercise
from physio.messages import Message
from physio.scoring.queue import Uploads
from physio.storage.acting import Records
from physio.storage.records import Patient, Session
from physio.types import Side
from physio.ui import resources
from physio.ui.exercise_choice import NO_EXERCISE, choose, exercise_labels, side_labels
from physio.ui.moments import moment_input, moment_refused
from physio.ui.say import day_and_time, plain, say, words
from physio.ui.tiles import clock

_PROBED = "probed_uploads"
_AS_ABOVE = "="
_COLUMNS = (2.7, 2.9, 1.7, 2.7)
_SHOWN_NAME = 60
_LONG_AGO = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file that can be analysed, what is asked for in it, and when it was recorded: None when nobody knows; refused:
    why it cannot have been then."""

    file: UploadedFile
    asked: Assignment
    recorded_at: datetime | None
    refused: Message | None


def rows(
    jobs: Uploads, records: Records, patient: Patient, files: Sequence[UploadedFile], asked: Assignment
) -> list[Wanted]:
    """A row for each file that can be analysed, and why the others cannot. asked: for all files where their row does
    not say otherwise."""
    probed = _probed(jobs, files)
    for file in files:
        if isinstance(refused := probed[file.file_id], PhysioError):
            _say_refused(file, refused)
    good = [(file, info) for file in files if isinstance(info := probed[file.file_id], VideoInfo)]
    several = len(good) > 1
    if good:
        _head(several=several)
    wanted = [_row(file, info, asked, several=several) for file, info in good]
    sessions = records.sessions.of(patient.code)
    for one in wanted:
        _warn_if_there(one, sessions)
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


def _say_refused(file: UploadedFile, error: PhysioError) -> None:
    why = words(error.message)
    name = file.name if len(file.name) <= _SHOWN_NAME else f"{file.name[:_SHOWN_NAME]}…"
    st.error(plain(why if name in why else f"{name}: {why}"), icon=":material/error:")


def _head(*, several: bool) -> None:
    """The names of the columns."""
    with st.container(key="upload_head"):
        places = st.columns(_COLUMNS)
    if several:
        places[1].caption(say("ui.exercise"))
        places[2].caption(say("ui.side"))
    places[3].caption(say("ui_upload.recorded"))


def _row(file: UploadedFile, info: VideoInfo, asked: Assignment, *, several: bool) -> Wanted:
    name, what, where, when = st.columns(_COLUMNS, vertical_alignment="center")
    name.markdown(f"**{plain(file.name)}** · {clock(info.duration_s)}")
    if several:
        asked = _asked(file, asked, what, where)
    with when:
        recorded_at = moment_input(say("ui_upload.recorded"), info.recorded_at, f"recorded_{file.file_id}", hidden=True)
        refused = _date_line(info.recorded_at, recorded_at)
    return Wanted(file, asked, recorded_at, refused)


def _date_line(in_file: datetime | None, chosen: datetime | None) -> Message | None:
    """Where the date comes from, and a hint when it is long ago; or why it cannot be, which is also returned."""
    if chosen is not None and (refused := moment_refused(chosen)) is not None:
        st.caption(f":red[:material/error: {say(refused)}]")
        return refused
    if in_file is not None:
        source = "ui_upload.date_in_file" if chosen in (None, in_file) else "ui_upload.date_typed"
    else:
        source = "ui_upload.date_unknown" if chosen is None else "ui_upload.date_typed"
    date = chosen or in_file
    old = date is not None and datetime.now(UTC) - date > _LONG_AGO
    st.caption(say(source) + (f" · :orange[{say('ui_upload.date_long_ago')}]" if old else ""))
    return None


def _asked(file: UploadedFile, for_all: Assignment, what: DeltaGenerator, where: DeltaGenerator) -> Assignment:
    """What is asked for in this file: as for all, or an exercise or a side of its own."""
    exercises = resources.exercises()
    labels = exercise_labels(exercises, none=True)
    above = words(for_all.exercise.name) if for_all.exercise else labels[NO_EXERCISE]
    labels = {_AS_ABOVE: words("ui_upload.as_above", what=above)} | labels
    chosen = choose(what, "ui.exercise", labels, _AS_ABOVE, f"exercise_{file.file_id}", hidden=True)
    exercise = for_all.exercise if chosen == _AS_ABOVE else exercises.get(chosen)
    if exercise is None:
        return replace(for_all, exercise=None, side=None)
    side = for_all.working_side if chosen == _AS_ABOVE else None
    return replace(for_all, exercise=exercise, side=_side(file, exercise, side, where))


def _side(file: UploadedFile, exercise: Exercise, for_all: Side | None, where: DeltaGenerator) -> Side:
    """The side in this file; for_all: the one chosen for all files, None when their exercise is another one."""
    sides = side_labels(exercise)
    labels: dict[str, str] = {_AS_ABOVE: words("ui_upload.side_as_above")} if for_all else {}
    labels.update((str(side), label) for side, label in sides.items())
    usual = _AS_ABOVE if for_all else exercise.default_side
    key = f"side_{file.file_id}_{exercise.id}_{bool(for_all)}"
    chosen = choose(where, "ui.side", labels, usual, key, hidden=True)
    return next((side for side in sides if side == chosen), for_all or exercise.default_side)


def _warn_if_there(wanted: Wanted, sessions: Sequence[Session]) -> None:
    """A hint when the patient has a session of a file of this name that may be the same one."""
    name = wanted.file.name
    for session in sessions:
        if session.video_name == name and wanted.recorded_at in (None, session.started_at):
            when = day_and_time(session.started_at)
            st.info(say("ui_upload.already_there", name=name, when=when), icon=":material/content_copy:")
            return
