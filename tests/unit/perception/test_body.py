"""The patient among other people: made pictures through the real networks. tests/integration/test_bodies.py has real
clips."""

from collections.abc import Iterator

import cv2
import numpy as np
import pytest

from physio.capture.video import VideoSource
from physio.config import ROOT
from physio.networks.assets import ModelPaths
from physio.perception.body import MIN_TRUNK_PX, MIN_TRUNK_SHARE, BodyTracker
from physio.perception.body_box import BodyBox
from physio.types import Frame, Image, Observation, Reason

pytestmark = pytest.mark.models


@pytest.fixture
def tracker(models: ModelPaths) -> Iterator[BodyTracker]:
    made = BodyTracker(models.pose)
    yield made
    made.close()


@pytest.fixture(scope="module")
def person() -> Image:
    """A rendered person, whole, in a picture of 640×480."""
    return next(frame.image for frame in VideoSource(ROOT / "data" / "demo" / "squat.mp4") if frame.index == 6)


def hips(sighting: Observation) -> np.ndarray:
    assert sighting.pose is not None
    return sighting.pose.image_px[[23, 24]].mean(axis=0)


def shown(image: Image, count: int, fps: float = 15.0, start: int = 0) -> list[Frame]:
    return [Frame(start + k, (start + k) / fps, image) for k in range(count)]


def beside(left: Image, right: Image) -> Image:
    """Two pictures as one scene."""
    height = max(len(left), len(right))
    parts = [np.pad(part, ((height - len(part), 0), (0, 0), (0, 0)), mode="edge") for part in (left, right)]
    return np.ascontiguousarray(np.hstack(parts))


def smaller(image: Image, share: float) -> Image:
    return np.asarray(cv2.resize(image, None, fx=share, fy=share, interpolation=cv2.INTER_AREA), np.uint8)


def test_the_larger_of_two_is_taken_at_the_start_whoever_is_found_first(tracker, person):
    far = beside(smaller(person, 0.7), person)
    for frame in shown(far, 40):
        seen = tracker.step(frame)
    assert hips(seen)[0] > 0.7 * 640
    assert [one.followed for one in seen.people].count(True) == 1
    assert len(seen.people) == 2


def further_away(image: Image, times: float) -> Image:
    """The same scene from so many times as far away, in a frame of the same size."""
    small, around = smaller(image, 1 / times), np.asarray(cv2.blur(image, (31, 31)), np.uint8)
    top, left = (len(image) - len(small)) // 2, (image.shape[1] - small.shape[1]) // 2
    around[top : top + len(small), left : left + small.shape[1]] = small
    return around


@pytest.mark.parametrize("enlarged", [1, 2])
def test_one_who_walks_too_far_away_is_refused_however_many_pixels_there_are(tracker, person, enlarged):
    """Who is already followed is kept for long; the limit is a share of the frame."""
    seen = []
    for i, times in enumerate(np.geomspace(1.0, 6.0, 24)):
        image = cv2.resize(further_away(person, times), None, fx=enlarged, fy=enlarged)
        seen.append(tracker.step(Frame(i, i / 15, np.asarray(image, np.uint8))))
    shares = [BodyBox.of(one.pose, one.size_px).trunk_px / one.size_px[0] for one in seen if one.pose is not None]
    far = [one.reason is Reason.TOO_FAR for one in seen if one.pose is not None]
    assert any(far)
    assert far == [share < MIN_TRUNK_SHARE for share in shares]
    assert all(one.refused for one in seen if one.reason is Reason.TOO_FAR)


def test_fewer_pixels_of_the_same_view_are_no_distance(tracker, person):
    """What a browser does while the computer is busy: the person has not moved."""
    reasons = []
    for i in range(36):
        image = smaller(person, (1, 1 / 2, 1 / 3, 1 / 4, 1, 1 / 3)[i // 6])
        reasons.append(tracker.step(Frame(i, i / 15, image)).reason)
    assert reasons == [Reason.OK] * 36


def test_too_few_pixels_are_said_as_that(tracker, person):
    place = BodyBox.of(tracker.step(Frame(0, 0.0, person)).pose, (640, 480))
    small = smaller(person, 0.85 * MIN_TRUNK_PX / place.trunk_px)
    reasons = [(seen.reason, seen.refused) for seen in map(tracker.step, shown(small, 12, start=1))]
    assert (Reason.LOW_RESOLUTION, True) in reasons
    assert Reason.TOO_FAR not in {reason for reason, _ in reasons}
    assert Reason.OK not in {reason for reason, _ in reasons}


def test_everybody_stays_who_they_are_when_the_frame_gets_smaller(tracker, person):
    both = beside(person, smaller(person, 0.7))
    seen = [tracker.step(frame) for frame in shown(both, 40)]
    after = [tracker.step(frame) for frame in shown(smaller(both, 0.5), 16, start=40)]
    assert {len(one.people) for one in (seen[-1], *after)} == {2}
    assert not any(one.changed for one in after)
    for one, half in zip(seen[-1].people, after[0].people, strict=True):
        assert (one.number, one.followed) == (half.number, half.followed)
        np.testing.assert_allclose(np.array(one.box_px) / 2, half.box_px, atol=8)


def test_darkness_and_strong_blur_are_reasons(tracker, person):
    for frame in shown(person, 40, fps=30):
        assert tracker.step(frame).reason is Reason.OK
    trunk_px = BodyBox.of(tracker.step(Frame(41, 1.5, person)).pose, (640, 480)).trunk_px
    width = int(0.6 * trunk_px)
    blurred = np.asarray(cv2.blur(person, (width, 1)), np.uint8)
    reasons = {tracker.step(frame).reason for frame in shown(blurred, 4, fps=30, start=50)}
    assert reasons == {Reason.MOTION_BLUR}
    assert tracker.step(Frame(60, 2.0, person)).reason is Reason.OK
    dark = (person * 0.09).astype(np.uint8)
    for frame in shown(dark, 3, fps=30, start=62):
        seen = tracker.step(frame)
        assert seen.refused
        assert seen.brightness < 30


def test_a_closed_tracker_says_so(models: ModelPaths, person: Image) -> None:
    made = BodyTracker(models.pose)
    made.close()
    made.close()
    with pytest.raises(RuntimeError, match="closed"):
        made.step(Frame(0, 0.0, person))


def test_for_another_patient_nobody_is_chosen_yet(tracker, person):
    frames = shown(beside(person, person), 60)
    for frame in frames[:30]:
        seen = tracker.step(frame)
    assert seen.ambiguous
    assert tracker.follow(seen.people[0].number)
    seen = tracker.step(frames[30])
    assert (len(seen.people), seen.ambiguous) == (2, False)
    tracker.forget()
    for frame in frames[31:]:
        seen = tracker.step(frame)
    assert (len(seen.people), seen.ambiguous) == (2, True)
