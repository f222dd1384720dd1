"""Faces that are hidden, blurred or no faces."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from physio.capture.video import VideoSource
from physio.config import ROOT
from physio.landmarks import BODY_INDEX
from physio.perception.appearance import Appearance, aligned_grey
from physio.perception.face import face_of, to_face
from physio.perception.face_quality import hand_distance, head_turn, reason_of, sharpness_of
from physio.perception.perceive import Perceive
from physio.types import Face, FaceReason, Image, Pose
from tests.unit.perception.made_bodies import standing

SHARP = 1.0
OUTLINE_RADIUS_PX = 20.0


def person(nose_px: float = 0.0, hand_px: tuple[float, float] = (300.0, 300.0)) -> Pose:
    """A body whose ears lie 16 px left and right of (200, 100), its nose so far beside that, a finger at hand_px."""
    made = standing()
    image_px = made.image_px.copy()
    image_px[BODY_INDEX["ear_l"]], image_px[BODY_INDEX["ear_r"]] = (216.0, 100.0), (184.0, 100.0)
    image_px[BODY_INDEX["nose"]] = (200.0 + nose_px, 104.0)
    image_px[BODY_INDEX["index_l"]] = hand_px
    return replace(made, image_px=image_px)


def face(yaw_deg: float = 0.0) -> Face:
    """A round face about (200, 100), 40 px high."""
    from physio.perception.face_quality import _OUTLINE

    points = np.zeros((478, 3))
    points[:, :2] = (200.0, 100.0)
    angles = np.linspace(0, 2 * np.pi, len(_OUTLINE), endpoint=False)
    points[list(_OUTLINE), :2] += OUTLINE_RADIUS_PX * np.stack([np.sin(angles), -np.cos(angles)], axis=1)
    return replace(to_face(points), yaw_deg=yaw_deg, height_px=40.0)


def test_the_heads_turn_is_0_from_the_front_and_large_in_profile():
    assert head_turn(person()) == 0.0
    assert head_turn(person(nose_px=16.0)) == pytest.approx(1.0)
    assert head_turn(person(nose_px=-80.0)) == pytest.approx(5.0)
    together = person()
    together.image_px[BODY_INDEX["ear_l"]] = together.image_px[BODY_INDEX["ear_r"]]
    assert head_turn(together) == np.inf


@pytest.mark.parametrize(("at", "heights"), [((200.0, 100.0), -0.5), ((200.0, 124.0), 0.1), ((260.0, 100.0), 1.0)])
def test_the_hand_is_measured_from_the_faces_outline(at, heights):
    assert hand_distance(face(), person(hand_px=at)) == pytest.approx(heights, abs=0.02)


def test_what_speaks_against_a_face():
    assert reason_of(face(), SHARP, person()) is FaceReason.OK
    assert reason_of(face(), SHARP, person(hand_px=(200.0, 125.0))) is FaceReason.HIDDEN
    assert reason_of(face(), SHARP, person(hand_px=(200.0, 130.0))) is FaceReason.OK
    assert reason_of(face(), 0.05, person()) is FaceReason.BLURRED
    assert reason_of(face(), 0.05, None) is FaceReason.BLURRED
    assert reason_of(face(), 0.05, person(hand_px=(200.0, 125.0))) is FaceReason.BLURRED
    assert reason_of(face(), 0.12, person()) is FaceReason.OK  # dark skin in soft light
    assert reason_of(face(yaw_deg=5.0), SHARP, person(nose_px=80.0)) is FaceReason.DOUBTFUL  # a profile has no front
    assert reason_of(face(yaw_deg=70.0), SHARP, person(nose_px=80.0)) is FaceReason.OK


def test_sharpness_falls_with_blur_in_either_direction_and_hardly_with_size():
    noise = np.random.default_rng(4).normal(0, 1, (64, 64)).astype(np.float32)
    texture = cv2.normalize(cv2.GaussianBlur(noise, (0, 0), 3.0), None, 0, 255, cv2.NORM_MINMAX).astype(np.uint8)
    sharp = sharpness_of(texture)
    small = cv2.resize(cv2.resize(texture, (40, 40), interpolation=cv2.INTER_AREA), (64, 64))
    assert sharpness_of(small) > 0.85 * sharp
    for size in ((17, 1), (1, 17)):
        assert sharpness_of(cv2.blur(texture, size)) < 0.6 * sharp
    assert sharpness_of(np.full((64, 64), 90, np.uint8)) == 0.0


def masked(image: Image, points: np.ndarray) -> Image:
    """The face with a surgical mask over nose, mouth and chin."""
    covered = image.copy()
    edge = points[[127, 6, 356, 361, 397, 152, 172, 132], :2].astype(np.int32)
    edge[[0, 2], 1] = points[[195, 195], 1]
    edge[1] = points[195, :2]
    cv2.fillPoly(covered, [edge], (150, 190, 205))
    return covered


@pytest.mark.models
def test_a_mask_is_seen_and_a_bare_face_is_not_taken_for_one(models, face_detector, pose_detector):
    frames = [frame for frame in VideoSource(ROOT / "data" / "demo" / "lateral_raise.mp4") if frame.index % 25 == 0]
    network, reasons = Appearance(models.appearance), {"bare": [], "masked": []}
    for frame in frames:
        pose = pose_detector.detect(frame)
        bare = face_of(face_detector.faces(frame.image, pose), pose)
        for kind, image in (("bare", frame.image), ("masked", masked(frame.image, bare.landmarks_px))):
            aligned = aligned_grey(image, bare.landmarks_px)
            read = replace(bare, appearance=network.read(aligned))
            reasons[kind].append(reason_of(read, sharpness_of(aligned), pose))
    network.close()
    assert len(frames) > 5
    assert set(reasons["bare"]) == {FaceReason.OK}
    assert reasons["masked"].count(FaceReason.HIDDEN) >= 0.9 * len(frames)


@pytest.mark.models
@pytest.mark.media
def test_a_hand_before_a_real_face_hides_it(models, media):
    """She holds a hand before her face from 2.6 to 9.1 s, and none later."""
    hidden, bare = [], []
    with Perceive(models) as perceive:
        for frame in media("face_crying_to_laughing.mp4", every=4):
            seen = perceive.step(frame)
            if seen.face is not None and 3.2 < frame.t_s < 9.0:
                hidden.append(seen.face.reason is FaceReason.HIDDEN)
            elif seen.face is not None and frame.t_s > 10.5:
                bare.append(seen.face.reason is FaceReason.OK)
    assert np.mean(hidden) > 0.5
    assert np.mean(bare) > 0.95
