import numpy as np
import pytest

from physio.landmarks import BODY_INDEX as B
from physio.landmarks import HEAD
from physio.perception.plausibility import (
    CLEAR,
    CONFIRM_S,
    ENTER,
    HOLD_S,
    KEEP,
    BodyGate,
    confidence,
    plausible,
)
from physio.types import Frame, Pose
from tests.unit.perception.made_bodies import SIZE, standing


def test_a_person_seen_clearly_carries_full_conviction_at_any_distance_and_from_the_side():
    for px_per_m in (40.0, 120.0, 250.0):
        assert confidence(standing(px_per_m=px_per_m), SIZE) == pytest.approx(1.0, abs=1e-9)
    assert confidence(standing(turned=True), SIZE) == pytest.approx(1.0, abs=1e-9)


def test_a_hidden_far_side_does_not_count_against_a_side_view():
    pose = standing(turned=True)
    visibility = pose.visibility.copy()
    for name, index in B.items():
        if name.endswith("_r"):
            visibility[index] = 0.05
    assert plausible(Pose(pose.image_px, pose.world_m, visibility), SIZE)


@pytest.mark.parametrize(("length", "visibility"), [(0.7, 1.0), (0.85, 0.8), (1.0, 0.7), (0.7, 0.7)])
def test_short_limbs_or_little_visibility_are_no_body(length, visibility):
    assert confidence(standing(length, visibility), SIZE) == pytest.approx(length * visibility)
    assert not plausible(standing(length, visibility), SIZE)


def test_only_what_is_inside_the_picture_counts():
    close = standing(px_per_m=900.0)  # head and shoulders fill the picture, the rest hangs out of it
    moved = close.image_px + np.array([0.0, 560.0])
    world = close.world_m.copy()
    world[B["knee_l"] :] *= 0.2  # what the network makes up below the edge
    visibility = np.where(moved[:, 1] > SIZE[1], 0.0, 0.95)
    pose = Pose(moved, world, visibility)
    assert (moved[list(HEAD), 1] < SIZE[1]).all()
    assert plausible(pose, SIZE)
    assert confidence(Pose(moved + 5000.0, world, visibility), SIZE) == 0.0


def test_nothing_known_is_nothing():
    pose = standing()
    assert confidence(Pose(pose.image_px, np.full((33, 3), np.nan), pose.visibility), SIZE) == 0.0
    assert confidence(Pose(np.full((33, 2), np.nan), pose.world_m, pose.visibility), SIZE) == 0.0
    assert confidence(Pose(pose.image_px, np.zeros((33, 3)), pose.visibility), SIZE) == 0.0


CLEAR_BODY, DOUBT, NOTHING = standing(), standing(0.8, 0.8), standing(0.5, 0.5)


def gated(*looks: tuple[float, Pose]) -> list[bool]:
    gate = BodyGate()
    return [gate.step(t_s, pose, SIZE) for t_s, pose in looks]


def test_the_gate_takes_on_only_a_clear_body():
    assert KEEP < confidence(DOUBT, SIZE) < ENTER
    assert gated((0.0, DOUBT), (0.1, NOTHING), (0.2, CLEAR_BODY)) == [False, False, True]


LIKELY = standing(0.92, 0.93)


def test_a_body_that_is_only_likely_is_taken_on_when_it_stays_likely():
    assert ENTER < confidence(LIKELY, SIZE) < CLEAR
    looks = [(k / 30, LIKELY) for k in range(6)]
    assert gated(*looks) == [t_s >= CONFIRM_S for t_s, _ in looks]
    # What is no body may look like one for a moment, again and again, and also after nothing was found for a while.
    assert not any(gated(*((k / 30, (LIKELY if k % 2 else DOUBT)) for k in range(60))))
    assert not any(gated((0.0, LIKELY), (0.5, LIKELY), (1.2, LIKELY)))
    # One that is clear is taken on at once and stays when it becomes likely.
    assert gated((0.0, CLEAR_BODY), (0.03, LIKELY), (0.06, LIKELY)) == [True, True, True]


def test_the_gate_keeps_a_body_through_as_long_a_doubt_as_it_was_clear():
    clear = [(k / 10, CLEAR_BODY) for k in range(3)]
    assert gated(*clear, (0.25, DOUBT), (0.35, DOUBT), (0.45, DOUBT), (0.55, CLEAR_BODY))[3:] == [
        True,
        True,
        False,
        True,
    ]
    long_clear = [(k / 10, CLEAR_BODY) for k in range(100)]
    assert gated(*long_clear, (9.9 + HOLD_S - 0.01, DOUBT), (9.9 + HOLD_S, DOUBT))[100:] == [True, False]


def test_one_clear_look_or_two_far_apart_earn_nothing_more():
    assert gated((0.0, CLEAR_BODY), (0.03, DOUBT)) == [True, False]
    assert gated((0.0, CLEAR_BODY), (60.0, CLEAR_BODY), (60.3, DOUBT)) == [True, True, False]


def test_what_is_nothing_is_never_kept():
    assert gated((0.0, CLEAR_BODY), (0.2, CLEAR_BODY), (0.25, NOTHING), (0.3, DOUBT))[2:] == [False, False]


def test_hidden_legs_do_not_make_a_person_at_a_table_less_of_a_body():
    pose = standing()
    world, visibility = pose.world_m.copy(), pose.visibility.copy()
    visibility[B["knee_l"] :] = 0.1
    world[B["knee_l"] :] = world[B["hip_l"]] + 0.2 * (world[B["knee_l"] :] - world[B["hip_l"]])
    assert plausible(Pose(pose.image_px, world, visibility), SIZE)


@pytest.mark.models
@pytest.mark.parametrize("picture", ["black", "noise", "stripes", "blocks"])
def test_drawn_things_are_no_bodies(pose_detector, picture):
    rng = np.random.default_rng(2)
    for index in range(6):
        image = {
            "black": lambda: np.zeros((480, 640, 3)),
            "noise": lambda: rng.integers(0, 256, (480, 640, 3)),
            "stripes": lambda: np.broadcast_to(
                (np.arange(640) // rng.integers(5, 60) % 2 * 200)[None, :, None], (480, 640, 3)
            ),
            "blocks": lambda: np.kron(rng.integers(0, 256, (8, 8, 3)), np.ones((60, 80, 1))),
        }[picture]()
        pose = pose_detector.detect(Frame(index, index / 10, image.astype(np.uint8)))
        assert pose is None or not plausible(pose, SIZE)
