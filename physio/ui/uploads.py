"""The widgets of the Upload page: what to analyse in which files, and the button that hands them over."""

import json
from collections.abc import Mapping, Sequence

import streamlit as st

from physio.capture.container import EXTENSIONS
from physio.errors import PhysioError
from physio.exercise.assignment import Assignment
from physio.exercise.definition import Exercise
from physio.kinematics.calibrator import CalibrationSetup
from physio.scoring.queue import Uploads
from physio.storage.acting import Records
from physio.storage.records import Patient
from physio.ui import components, face_consent
from physio.ui.exercise_choice import choose, exercise_labels, side_labels
from physio.ui.say import say
from physio.ui.upload_files import Wanted

TYPES = list(EXTENSIONS)
_KINDS = "MP4, MOV, AVI, WebM, MKV, MPEG"
_REFUSED = "uploads_refused"


def choose_task(exercises: Mapping[str, Exercise], records: Records, patient: Patient) -> Assignment:
    """Which exercise (the patient's last one, until another is chosen) and side, and whether the face is analysed and
    the standing posture taken as zero."""
    what, where, how = st.columns([3, 2, 4], vertical_alignment="bottom")
    last = next((one.exercise_id for one in records.sessions.of(patient.code) if one.exercise_id in exercises), None)
    labels = exercise_labels(exercises, none=True)
    exercise = exercises.get(choose(what, "ui.exercise", labels, last, f"upload_exercise_{patient.code}"))
    side = None
    if exercise:
        key = f"upload_side_{exercise.id}"
        side = choose(where, "ui.side", side_labels(exercise), exercise.default_side, key)
    with how.container(horizontal=True):
        zero = st.toggle(say("ui.zero"), key="upload_zero", persist_state="session", help=say("ui.zero_help"))
        face, emotion = face_consent.switches(records, patient, "upload_face")
    calibration = CalibrationSetup(zero_when_standing=zero)
    return Assignment(exercise, side, calibration=calibration, face=face, emotion=emotion)


def uploader_key() -> str:
    """A new key after each submission empties the file list."""
    return f"upload_files_{st.session_state.get('upload_round', 0)}"


def uploader_words() -> None:
    """What the upload field says, in the reader's language: Streamlit only knows it in English."""
    limit_gb = st.get_option("server.maxUploadSize") / 1024
    words = {"choose": say("ui_upload.choose"), "limits": say("ui_upload.limits", gb=limit_gb, kinds=_KINDS)}
    variables = "".join(f"--ph-upload-{name}:{json.dumps(text, ensure_ascii=False)};" for name, text in words.items())
    st.html(f"<style>.stFileUploader{{{variables}}}</style>")


def submit(jobs: Uploads, wanted: Sequence[Wanted], patient: Patient) -> None:
    """The button that hands the videos to the queue for this patient, whom it names, and empties the file list; what
    was refused is said on the emptied page."""
    for problem in st.session_state.pop(_REFUSED, ()):
        components.problem(problem)
    code = "ui_upload.analyse_for" if wanted else "ui_upload.analyse"
    label = say(code, count=len(wanted), code=patient.code)
    ready = bool(wanted) and not any(one.refused for one in wanted)
    with st.container(horizontal=True, vertical_alignment="center"):
        pressed = st.button(label, type="primary", icon=":material/play_arrow:", disabled=not ready, key="analyse")
        if wanted:
            st.caption(say("ui_upload.not_kept"))
    if not (pressed and ready):  # a date that cannot be may have been typed just before the press
        return
    with st.spinner(say("ui_upload.storing")):
        st.session_state[_REFUSED] = [problem for one in wanted if (problem := _refused(jobs, one, patient))]
    st.session_state["upload_round"] = st.session_state.get("upload_round", 0) + 1
    st.rerun()


def _refused(jobs: Uploads, one: Wanted, patient: Patient) -> PhysioError | None:
    """Why a video could not be queued."""
    try:
        jobs.submit(one.file.name, one.file, patient.code, one.asked, one.recorded_at)
    except PhysioError as error:
        return error
    return None
