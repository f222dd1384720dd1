"""A recording of a real person, played to a live session."""

import av
import numpy as np
import pytest

from physio.config import Settings
from physio.exercise.assignment import Assignment
from physio.exercise.definition import load_exercise
from physio.live.session import LiveSession
from physio.live.snapshot import LiveSetup
from physio.networks.assets import ensure_models
from physio.storage.recorder import Recorder
from physio.storage.store import Store
from physio.storage.user import LOCAL_USER
from physio.types import EndReason
from tests.media_files import media_file


class Clock:
    """Time that passes only when it is told to."""

    now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


@pytest.mark.models
@pytest.mark.media
def test_a_recording_played_live_is_counted():
    exercise, clock, store = load_exercise("squat"), Clock(), Store(":memory:")
    records = store.acting_as(LOCAL_USER)
    records.patients.add("P001", "P001")
    setup = LiveSetup("P001", Assignment(exercise, target_reps=8))
    with Recorder(store, flush_interval_s=0.02) as recorder:
        session = LiveSession(setup, ensure_models(Settings.load().models_dir), records, recorder, clock=clock)
        with av.open(str(media_file("squat_front_home.mp4"))) as video:
            for frame in video.decode(video=0):
                clock.now_s = 100.0 + frame.time
                drawn = session.on_frame(frame)
        assert session.snapshot().error is None
        changed = np.abs(drawn.to_ndarray(format="rgb24").astype(int) - frame.to_ndarray(format="rgb24")).max(axis=2)
        assert np.mean(changed > 40) > 0.002  # the skeleton is on the picture
        session.close(EndReason.STOPPED)
        stored = records.sessions.of()[0]
        assert stored.reps == 5
        assert len(session.snapshot().reps) == 5
        assert len(records.observations.of(stored.id).t_s) > 300
    store.close()
