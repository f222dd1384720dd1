"""Whose face it is and when it is looked for: with networks that answer as written, then with the real ones."""

import threading
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from physio.capture.video import VideoSource
from physio.config import ROOT
from physio.landmarks import BODY_INDEX
from physio.networks.assets import ModelPaths
from physio.perception import perceive
from physio.perception.body import BodyTracker
from physio.perception.face import FaceDetector
from physio.perception.perceive import Perceive
from physio.types import APPEARANCE_COUNT, FaceReason, FloatArray, Frame, Image, Observation, Pose, Reason
from tests.unit.perception.made_bodies import standing

IMAGE = np.zeros((480, 640, 3), np.uint8)
NOWHERE = ModelPaths(Path("pose"), Path("face"), Path("appearance"), {})
FACE_POINTS = {473: "eye_l", 468: "eye_r", 1: "nose", 291: "mouth_l", 61: "mouth_r"}


def body(x_px: float = 0.0) -> Pose:
    """Somebody who stands so far to the right of the middle."""
    made = standing()
    return Pose(made.image_px + np.array([x_px, 0.0]), made.world_m, made.visibility)


def face_at(pose: Pose, height_px: float = 30.0) -> FloatArray:
    landmarks = np.random.default_rng(1).normal(0.0, 3.0, (478, 3))
    landmarks[:, :2] += pose.image_px[BODY_INDEX["nose"]]
    for index, name in FACE_POINTS.items():
        landmarks[index, :2] = pose.image_px[BODY_INDEX[name]]
    landmarks[152, :2] = landmarks[10, :2] + (0.0, height_px)
    return landmarks


class Written:
    """Stands in for the networks: what the body tracker sees frame by frame, and the faces that are in the room."""

    def __init__(self) -> None:
        self.bodies: list[Observation] = []
        self.faces_there: list[FloatArray] = []
        self.searches: list[Pose | None] = []
        self.closed = self.reads = 0
        self.before_body: Callable[[], object] = lambda: None
        self.before_face: Callable[[], object] = lambda: None

    def step(self, frame: Frame) -> Observation:
        self.before_body()
        return self.bodies[frame.index]

    def faces(self, image: Image, around: Pose | None) -> list[FloatArray]:
        self.before_face()
        self.searches.append(around)
        return [points.copy() for points in self.faces_there]

    def read(self, aligned: Image) -> FloatArray:
        self.reads += 1
        read = np.full(APPEARANCE_COUNT, np.nan)
        read[0] = self.reads
        return read

    def follow(self, number: int) -> bool:
        return number == 2

    def close(self) -> None:
        self.closed += 1


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Written:
    made = Written()
    monkeypatch.setattr(perceive, "BodyTracker", lambda _: made)
    monkeypatch.setattr(perceive, "FaceDetector", lambda _: made)
    monkeypatch.setattr(perceive, "Appearance", lambda _: made)
    return made


def observed(index: int, pose: Pose | None, reason: Reason = Reason.OK, changed: bool = False) -> Observation:
    return Observation(index, index / 10, (640, 480), pose, reason, changed=changed)


def play(written: Written, *bodies: tuple[Pose | None, Reason] | tuple[Pose | None, Reason, bool]) -> list[Observation]:
    written.bodies = [observed(index, *one) for index, one in enumerate(bodies)]
    with Perceive(NOWHERE) as both:
        return [both.step(Frame(seen.index, seen.t_s, IMAGE)) for seen in written.bodies]


def test_the_face_is_looked_for_at_the_head_of_the_frame_before(written: Written) -> None:
    first, second = body(0.0), body(3.0)
    written.faces_there = [face_at(first)]
    seen = play(written, (first, Reason.OK), (second, Reason.OK), (second, Reason.OK))
    assert written.searches == [first, first, second]  # in the first frame only that frame's own body can be searched
    assert all(one.face_looked and one.face is not None for one in seen)


def test_a_bystanders_face_is_not_the_patients(written: Written) -> None:
    """The patient turns away beside somebody who looks at the camera."""
    patient, bystander = body(0.0), body(60.0)
    written.faces_there = [face_at(bystander, 45.0)]
    assert [one.face for one in play(written, *[(patient, Reason.OK)] * 3)] == [None] * 3
    written.faces_there = [face_at(bystander, 45.0), face_at(patient, 30.0)]
    for one in play(written, *[(patient, Reason.OK)] * 3):
        assert one.face.height_px == pytest.approx(30.0)


def test_only_the_patients_face_has_its_appearance_read_and_only_once(written: Written) -> None:
    patient, bystander = body(0.0), body(60.0)
    written.faces_there = [face_at(bystander, 45.0), face_at(patient, 30.0)]
    seen = play(written, *[(patient, Reason.OK)] * 3)
    assert [one.face.appearance[0] for one in seen] == [1.0, 2.0, 3.0]
    written.faces_there = [face_at(bystander, 45.0)]
    play(written, *[(patient, Reason.OK)] * 3)
    assert written.reads == 3


def test_the_face_that_counts_is_read_when_another_was_expected(written: Written) -> None:
    """In advance it is read where the head was; here the head moves from one face to another."""
    before, now = body(0.0), body(60.0)
    written.faces_there = [face_at(before, 30.0), face_at(now, 31.0)]
    seen = play(written, (before, Reason.OK), (now, Reason.OK))
    assert seen[1].face.height_px == pytest.approx(31.0)
    assert (written.reads, seen[1].face.appearance[0]) == (3, 3.0)


def test_a_face_on_a_plain_surface_may_not_be_read(written: Written) -> None:
    written.faces_there = [face_at(body())]
    (seen,) = play(written, (None, Reason.NO_PERSON))
    assert seen.face.reason is FaceReason.BLURRED


def test_a_face_where_the_head_was_but_is_no_more_is_not_the_patients(written: Written) -> None:
    before, now = body(0.0), body(80.0)
    written.faces_there = [face_at(before)]
    seen = play(written, (before, Reason.OK), (now, Reason.OK))
    assert written.searches[1] is before
    assert [one.face is not None for one in seen] == [True, False]


def test_no_face_is_kept_when_somebody_else_becomes_the_patient(written: Written) -> None:
    """Not even one that lies at the new patient's head: it was looked for as the old one's."""
    old, new = body(0.0), body(5.0)
    written.faces_there = [face_at(old)]
    seen = play(written, (old, Reason.OK), (new, Reason.OK, True), (new, Reason.OK))
    assert (seen[1].changed, seen[1].face_looked, seen[1].face) == (True, False, None)
    assert written.searches[2] is new
    assert seen[2].face is not None


@pytest.mark.parametrize("reason", [Reason.NO_PERSON, Reason.NOT_A_BODY, Reason.MOTION_BLUR])
def test_without_the_patients_body_a_face_is_anybodys(written: Written, reason: Reason) -> None:
    patient = body()
    written.faces_there = [face_at(patient)]
    seen = play(written, (patient, Reason.OK), (None, reason), (None, reason), (patient, Reason.OK))
    assert [one.face is not None for one in seen] == [True, False, False, True]
    assert all(one.face_looked for one in seen)
    assert None not in written.searches  # the whole frame is not searched


def test_while_the_network_is_with_somebody_else_no_face_is_looked_for(written: Written) -> None:
    patient = body()
    written.faces_there = [face_at(patient)]
    seen = play(written, (patient, Reason.OK), (None, Reason.SECOND_PERSON), (patient, Reason.SECOND_PERSON))
    assert [(one.face_looked, one.face is not None) for one in seen] == [(True, True), (False, False), (True, True)]


def test_a_face_alone_counts_until_a_body_comes_which_may_be_another_persons(written: Written) -> None:
    patient = body()
    written.faces_there = [face_at(body(-200.0))]
    seen = play(written, (None, Reason.NO_PERSON), (None, Reason.NO_PERSON), *[(patient, Reason.OK)] * 2)
    assert [one.face is not None for one in seen] == [True, True, False, False]
    assert [one.changed for one in seen] == [False, False, True, False]
    assert written.searches[:2] == [None, None]


def test_of_two_faces_without_a_body_neither_counts(written: Written) -> None:
    written.faces_there = [face_at(body(-200.0)), face_at(body(200.0), 60.0)]
    seen = play(written, (None, Reason.NO_PERSON), (body(), Reason.OK))
    assert [one.face for one in seen] == [None, None]
    assert not seen[1].changed


def test_the_face_is_read_fifteen_times_a_second_and_no_more(written: Written) -> None:
    written.bodies = [observed(index, body()) for index in range(30)]
    written.faces_there = [face_at(body())]
    jitter = np.random.default_rng(3).uniform(-0.004, 0.004, 30)
    with Perceive(NOWHERE) as both:
        looked = [both.step(Frame(k, k / 30 + jitter[k], IMAGE)).face_looked for k in range(30)]
    assert looked == [k % 2 == 0 for k in range(30)]


def test_the_face_can_be_left_out(written: Written) -> None:
    written.bodies, written.faces_there = [observed(0, body())], [face_at(body())]
    with Perceive(NOWHERE, face=False) as both:
        seen = both.step(Frame(0, 0.0, IMAGE))
    assert (seen.face_looked, seen.face, written.searches) == (False, None, [])
    assert written.closed == 1


@pytest.mark.parametrize("slow", ["body", "face"])
def test_both_networks_are_waited_for(written: Written, slow: str) -> None:
    """Each in turn goes on only when the other one is done, so that one of the two is always late."""
    patient, done = body(), {"body": threading.Event(), "face": threading.Event()}
    written.faces_there = [face_at(patient)]
    written.bodies = [observed(0, patient), observed(1, patient)]
    with Perceive(NOWHERE) as both:
        both.step(Frame(0, 0.0, IMAGE))
        if slow == "face":
            written.before_body = done["body"].set
            written.before_face = lambda: done["body"].wait(10) and time.sleep(0.05)
        else:
            written.before_face = done["face"].set
            written.before_body = lambda: done["face"].wait(10) and time.sleep(0.05)
        seen = both.step(Frame(1, 0.1, IMAGE))
    assert seen.face is not None
    assert len(written.searches) == 2


@pytest.mark.parametrize("broken", ["before_body", "before_face"])
def test_an_error_in_either_network_reaches_the_caller_and_leaves_no_thread(written: Written, broken: str) -> None:
    before, patient = threading.active_count(), body()
    written.bodies, written.faces_there = [observed(k, patient) for k in range(3)], [face_at(patient)]
    both = Perceive(NOWHERE)
    both.step(Frame(0, 0.0, IMAGE))
    setattr(written, broken, lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        both.step(Frame(1, 0.1, IMAGE))
    setattr(written, broken, lambda: None)
    assert both.step(Frame(2, 0.2, IMAGE)).face is not None
    both.close()
    both.close()
    assert threading.active_count() == before


# -- the real networks -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def frames() -> list[Frame]:
    """Somebody who faces the camera."""
    clip = VideoSource(ROOT / "data" / "demo" / "shoulder_abduction.mp4")
    return list(islice(clip, 24))


@pytest.fixture
def late(monkeypatch: pytest.MonkeyPatch) -> Callable[[type, str], None]:
    """Makes a method wait before it begins."""

    def delay(owner: type, name: str) -> None:
        method = getattr(owner, name)
        monkeypatch.setattr(owner, name, lambda *arguments: (time.sleep(0.03), method(*arguments))[1])

    return delay


def numbers(seen: list[Observation]) -> list[tuple[bytes, ...]]:
    """Everything of each observation, to the bit."""
    return [
        (
            repr((one.index, one.t_s, one.reason, one.people, one.brightness, one.face_looked)).encode(),
            *(array.tobytes() for array in (one.pose.image_px, one.pose.world_m, one.pose.visibility)),
            b"" if one.face is None else one.face.landmarks_px.tobytes(),
        )
        for one in seen
        if one.pose is not None
    ]


@pytest.mark.models
def test_the_result_does_not_depend_on_which_network_is_done_first(models, frames, late) -> None:
    def run() -> list[Observation]:
        with Perceive(models) as both:
            return [both.step(frame) for frame in frames[:14]]

    first = run()
    assert sum(one.face is not None for one in first) >= 6  # else this test proves nothing
    late(FaceDetector, "faces")
    assert numbers(run()) == numbers(first)
    late(BodyTracker, "step")
    late(BodyTracker, "step")
    assert numbers(run()) == numbers(first)


@pytest.mark.models
def test_each_of_two_people_has_their_own_face(models, frames) -> None:
    """The one on the left is the patient, then the one on the right."""
    pairs = [Frame(one.index, one.t_s, np.hstack([one.image, one.image[:, ::-1]])) for one in frames]
    wide = frames[0].image.shape[1]
    with Perceive(models) as both:
        seen = []
        for frame in (Frame(k, k / 12, pairs[k % len(pairs)].image) for k in range(60)):
            seen.append(both.step(frame))
            if frame.index == 30:
                assert both.follow(next(one.number for one in seen[-1].people if not one.followed))
    for one in seen:
        if one.face is not None:
            assert (one.face.landmarks_px[1, 0] < wide) == (one.pose.image_px[BODY_INDEX["nose"], 0] < wide)
    sides = [bool(one.face.landmarks_px[1, 0] < wide) for one in seen if one.face is not None]
    assert len(sides) > 20
    assert set(sides) == {True, False}
    assert [one.changed for one in seen].count(True) == 1
