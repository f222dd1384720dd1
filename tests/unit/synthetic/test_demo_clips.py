"""The clips that ship with the project agree with their truth files."""

import json
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest

from physio.capture.video import VideoSource
from physio.exercise.definition import library
from physio.kinematics.angles import ANGLES

DEMO = Path(__file__).parents[3] / "data" / "demo"
EVERY = sorted(path.stem for path in DEMO.glob("*.mp4"))
VISITS = [name for name in EVERY if "_week_" in name]
CLIPS = [name for name in EVERY if name not in VISITS]
PAINFUL = "shoulder_abduction"
MAX_BYTES = 1_000_000
MAX_VISIT_BYTES = 400_000


def truth(name: str) -> dict:
    return json.loads((DEMO / f"{name}.json").read_text(encoding="utf-8"))


def column(values: list) -> np.ndarray:
    return np.array([np.nan if v is None else v for v in values])


def test_every_exercise_has_its_clip():
    assert sorted(exercise.id for exercise in library()) == CLIPS


def test_the_earlier_sessions_are_one_persons_course():
    course = sorted((truth(name) for name in (*VISITS, PAINFUL)), key=lambda known: -known["days_ago"])
    assert len(course) == 5
    assert course[0]["days_ago"] > 28
    assert all(known["person"] == course[-1]["person"] and known["side"] == course[-1]["side"] for known in course)
    assert len({known["camera"]["azimuth_deg"] for known in course}) == 5
    reached = [max(rep["peak_deg"] for rep in known["reps"]) for known in course]
    assert all(later - earlier > 8.0 for earlier, later in pairwise(reached))


@pytest.mark.parametrize("name", EVERY)
def test_video_and_truth_have_the_same_frames(name):
    path, known = DEMO / f"{name}.mp4", truth(name)
    assert path.stat().st_size < (MAX_VISIT_BYTES if name in VISITS else MAX_BYTES)
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        assert stream.codec_context.name == "h264"
        times = [float(packet.pts * stream.time_base) for packet in container.demux(stream) if packet.pts is not None]
    np.testing.assert_allclose(sorted(times), known["frames"]["t_s"], atol=1e-3)
    assert len(known["frames"]["t_s"]) == known["video"]["frames"]
    info = VideoSource(path).info
    assert (info.width, info.height) == (known["video"]["width"], known["video"]["height"])


@pytest.mark.parametrize("name", EVERY)
def test_truth_is_complete_and_plausible(name):
    known = truth(name)
    assert known["rendered"] is True
    assert known["movement"] == name.partition("_week_")[0]
    assert list(known["frames"]["angles"]) == [angle.name for angle in ANGLES]
    assert len(known["reps"]) >= (2 if name in VISITS else 4)
    for rep in known["reps"]:
        assert rep["start_s"] < rep["peak_s"] < rep["end_s"] < known["video"]["duration_s"]
        assert rep["rom_deg"] > 20.0
    azimuth = column(known["frames"]["azimuth_deg"])
    assert np.abs(azimuth - known["camera"]["azimuth_deg"]).max() < 15.0


@pytest.mark.parametrize("name", EVERY)
def test_only_one_face_hurts(name):
    pspi = column(truth(name)["frames"]["pspi"])
    if name == PAINFUL:
        assert pspi.max() > 8.0
        assert np.median(pspi) < 2.0
    else:
        assert pspi.max() < 2.0
