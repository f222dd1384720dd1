"""What one server process shares between all browsers: settings, database, recorder, models, exercises, jobs."""

import atexit
import threading
from collections.abc import Callable
from contextlib import ExitStack
from typing import TypeVar

import streamlit as st

from physio import demo
from physio.config import Settings
from physio.errors import ModelsMissingError
from physio.exercise.definition import Exercise, library
from physio.live.session import LiveSession
from physio.live.sessions import LiveSessions
from physio.networks.assets import ModelPaths, ensure_models
from physio.scoring.queue import INCOMING, UploadQueue, Uploads
from physio.scoring.scorer import Scorer, ThisComputer
from physio.storage.acting import Records
from physio.storage.recorder import Recorder
from physio.storage.store import Store, open_store
from physio.storage.user import LOCAL_USER
from physio.types import EndReason
from physio.ui.say import say

Resource = TypeVar("Resource")
_LIVE = "live_sessions"


@st.cache_resource(show_spinner=False)
def settings() -> Settings:
    """Where things lie."""
    return Settings.load()


@st.cache_resource(show_spinner=False)
def _closing() -> ExitStack:
    """What is to be done when the server ends, the last first."""
    stack = ExitStack()
    atexit.register(stack.close)
    return stack


def close() -> None:
    """The server ends: sessions are closed and stored, then the database. Later calls do nothing."""
    _closing().close()


@st.cache_resource(show_spinner=False)
def _there(what: str) -> threading.Event:
    """Set once it has been waited for, or made."""
    return threading.Event()


def _waiting(make: Callable[[], Resource], code: str) -> Resource:
    """What make caches; the first time with a sentence that says what takes so long."""
    if _there(code).is_set():
        return make()
    with st.spinner(say(code)):
        made = make()
    _there(code).set()
    return made


@st.cache_resource(show_spinner=False)
def _store() -> Store:
    """The one connection. Sessions that a killed process left open are closed as interrupted first; a new database
    starts with the demo patient."""
    path = settings().database
    fresh = not path.exists()
    opened = open_store(path)
    opened.recover_interrupted()
    if fresh:
        demo.add_demo_patient(opened.acting_as(LOCAL_USER))
    _closing().callback(opened.close)
    return opened


def store() -> Store:
    """The one connection; the first page that needs it says what it waits for."""
    return _waiting(_store, "ui.opening_database")


def records() -> Records:
    """What the pages read and write; today's one user may see all."""
    return store().acting_as(LOCAL_USER)


def models() -> ModelPaths:
    """The model bundles. Detectors are made from them for each session; they are never shared."""
    return _waiting(_models, "ui.preparing_models")


@st.cache_resource(show_spinner=False)
def recorder() -> Recorder:
    """The one writer thread behind all live sessions."""
    return Recorder(store())


@st.cache_resource(show_spinner=False)
def live_sessions() -> LiveSessions:
    """The running live sessions; they are closed when the server ends."""
    sessions = LiveSessions(models(), records(), recorder())
    _closing().callback(sessions.close_all, EndReason.SERVER_STOPPED)
    _there(_LIVE).set()
    return sessions


def recorded_now() -> tuple[LiveSession, ...]:
    """The live sessions that are being recorded; without loading what only they need."""
    return live_sessions().running() if _there(_LIVE).is_set() else ()


@st.cache_resource(show_spinner=False)
def _models() -> ModelPaths:
    return ensure_models(settings().models_dir)


@st.cache_resource(show_spinner=False)
def exercises() -> dict[str, Exercise]:
    """The library by id."""
    return {exercise.id: exercise for exercise in library()}


@st.cache_resource(show_spinner=False)
def scorer() -> Scorer:
    """What scores uploads and demo clips: one video per processor, but for one processor that is left to live sessions
    while there are any."""
    live = live_sessions()
    made = Scorer(models(), ThisComputer(spared=lambda: 1 if live.running() else 0))
    _closing().callback(made.close)
    return made


@st.cache_resource(show_spinner=False)
def queue() -> UploadQueue:
    """The queue of recordings being scored; it lives longer than any page."""
    made = UploadQueue(store(), scorer(), settings().data_dir / INCOMING)
    _closing().callback(made.close)  # before the database, which it writes to
    return made


def jobs() -> Uploads:
    """What the pages have of the queue; today's one user may see all."""
    return queue().acting_as(LOCAL_USER)


@st.cache_resource(show_spinner=False)
def demo_clips() -> tuple[demo.DemoClip, ...]:
    """The rendered clips that come with physio."""
    return demo.demo_clips()


@st.cache_resource(show_spinner=False)
def demo_scoring() -> demo.DemoHistory | None:
    """What scores the demo patient's history, at work or not; None without the models."""
    try:
        history = demo.DemoHistory(records(), scorer(), demo_clips())
    except ModelsMissingError:
        return None
    _closing().callback(history.close)
    return history


@st.cache_resource(show_spinner=False)
def demo_history() -> demo.DemoHistory | None:
    """The same; the first page that asks has it begin in the background."""
    history = demo_scoring()
    if history is not None:
        history.start()
    return history
