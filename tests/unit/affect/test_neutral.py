from dataclasses import replace

import numpy as np
import pytest

from physio.affect.neutral import MOST_AT_REST, PATIENCE_S, READY_S, RestingFace, RestingFaceLearner
from physio.affect.timing import BREAK_S
from physio.affect.unit_model import Shape

RATES_HZ = [10.0, 30.0, 60.0]
SEEN = np.array([3.0, 4.0])


def shape(level=0.0, appearance=SEEN):
    """A face whose parts are its level; its activity is twice that."""
    seen = None if appearance is None else appearance + level
    return Shape(np.full(4, level), np.array([1.0, 2.0, 3.0]), 50.0, seen)


def activity_of(one):
    return 2.0 * float(one.parts[0])


def learn(level_at, rate_hz=30.0, until_s=4.0, learner=None, from_s=0.0):
    learner = learner or RestingFaceLearner(activity_of)
    for t_s in np.arange(round(from_s * rate_hz), round(until_s * rate_hz)) / rate_hz:
        level = level_at(t_s)
        if np.isfinite(level):
            learner.step(shape(level), float(t_s))
    return learner


def at_rest(learner):
    return float(learner.face.shape.parts[0])


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_it_is_known_after_a_second_of_face(rate_hz):
    learner = RestingFaceLearner(activity_of)
    for t_s in np.arange(0, 3, 1 / rate_hz):
        learner.step(shape(0.3), float(t_s))
        assert learner.seen_s == pytest.approx(t_s)
        if t_s < READY_S - 1e-6:
            assert learner.face is None
        if t_s >= READY_S + 0.07:  # a moment is remembered each 0.06 s
            assert learner.face is not None
    np.testing.assert_allclose(learner.face.shape.parts, 0.3)
    np.testing.assert_allclose(learner.face.shape.turn_deg, [1, 2, 3])
    np.testing.assert_allclose(learner.face.shape.appearance, SEEN + 0.3)
    assert learner.face.shape.eyes_px == 50.0


def test_time_without_a_face_does_not_count():
    learner = RestingFaceLearner(activity_of)
    for t_s in (0.0, BREAK_S, 20.0, 20.25):
        learner.step(shape(), t_s)
    assert learner.seen_s == BREAK_S + 0.25
    assert learner.face is None


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_the_calmest_moments_are_taken(rate_hz):
    expressive = lambda t_s: 2.0 if t_s % 1.0 < 0.6 else 0.1 + 0.1 * (t_s % 0.2)  # noqa: E731
    assert at_rest(learn(expressive, rate_hz, until_s=10.0)) == pytest.approx(0.11, abs=0.01)


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_a_painful_or_smiling_start_does_not_become_the_rest(rate_hz):
    learner = learn(lambda t_s: 4.0, rate_hz, until_s=4.0)
    assert learner.face is None
    learn(lambda t_s: 4.0 if t_s < 5.0 else 0.2, rate_hz, 7.0, learner, from_s=4.0)
    assert at_rest(learner) == pytest.approx(0.2)


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_a_face_that_always_looks_active_is_believed_after_patience(rate_hz):
    learner = learn(lambda t_s: 4.0, rate_hz, until_s=PATIENCE_S)
    assert learner.face is None
    learn(lambda t_s: 4.0, rate_hz, PATIENCE_S + 1.5, learner, from_s=PATIENCE_S)
    assert at_rest(learner) == pytest.approx(4.0)
    learn(lambda t_s: 0.2, rate_hz, 25.0, learner, from_s=PATIENCE_S + 1.5)
    assert at_rest(learner) == pytest.approx(0.2), "a calmer moment takes its place"


def test_the_limit_of_activity_itself_is_rest():
    assert learn(lambda t_s: MOST_AT_REST / 2).face is not None
    assert learn(lambda t_s: MOST_AT_REST / 2 + 0.01).face is None


def test_an_expression_later_on_does_not_change_it():
    learner = learn(lambda t_s: 0.2 if t_s < 10.0 else 3.0, until_s=120.0)
    assert at_rest(learner) == pytest.approx(0.2)


def test_what_was_calm_gives_way_slowly_to_what_is_almost_as_calm_now():
    """Light and fatigue change a face: a twentieth of a level more is within the margin at once, a whole one is not."""
    drifted = lambda t_s: 0.2 if t_s < 60.0 else 1.2  # noqa: E731
    learner = learn(drifted, rate_hz=10.0, until_s=180.0)
    assert at_rest(learner) == pytest.approx(0.2)
    learn(drifted, rate_hz=10.0, until_s=1200.0, learner=learner, from_s=180.0)
    assert at_rest(learner) == pytest.approx(1.2)


def test_memory_is_bounded():
    calls = []
    learner = RestingFaceLearner(lambda one: calls.append(1) or activity_of(one))
    learn(lambda t_s: 0.2 + 0.01 * np.sin(t_s), rate_hz=10.0, until_s=2000.0, learner=learner)
    assert len(calls) > 1000
    remembered = learner._moments
    assert len(remembered.shapes) == len(remembered.activity) == len(remembered.t_s) <= 150


def test_activity_is_asked_for_remembered_moments_alone():
    calls = []
    learn(lambda t_s: 0.2, until_s=33.0, learner=RestingFaceLearner(lambda one: calls.append(1) or 0.0))
    assert 3 / 0.1 <= len(calls) - 30 <= 3 / 0.06 + 2


def test_a_kept_face_is_used_at_once_and_gives_way_to_this_sessions_own():
    kept = RestingFace(shape(1.0, None), 60.0)
    learner = RestingFaceLearner(activity_of, kept)
    assert learner.face is kept
    learn(lambda t_s: 4.0, until_s=3.0, learner=learner)
    assert learner.face is kept, "a painful start does not replace what is known"
    learn(lambda t_s: 0.3, until_s=6.0, learner=learner, from_s=3.0)
    assert at_rest(learner) == pytest.approx(0.3)
    assert learner.face.watched_s == pytest.approx(5.97, abs=1.0)


@pytest.mark.parametrize(("every", "known"), [(2, True), (3, False)])
def test_its_appearance_is_known_when_it_was_at_half_of_the_moments(every, known):
    learner = RestingFaceLearner(activity_of)
    for i in range(40):
        learner.step(shape(0.1, SEEN if i % every == 0 or (every == 2 and i < 6) else None), i / 10)
    assert (learner.face.shape.appearance is not None) == known


# -- kept for the next session ---------------------------------------------------------------------------------------

KEPT = RestingFace(Shape(np.array([0.5, -1.25, 3.0]), np.array([10.0, -5.0, 2.5]), 62.5, SEEN), 34.5)


def test_what_is_stored_comes_back_without_its_appearance():
    back = RestingFace.from_bytes(KEPT.to_bytes(), 3)
    np.testing.assert_array_equal(back.shape.parts, KEPT.shape.parts)
    np.testing.assert_array_equal(back.shape.turn_deg, KEPT.shape.turn_deg)
    assert (back.shape.eyes_px, back.watched_s) == (62.5, 34.5)
    assert back.shape.appearance is None
    plain = replace(KEPT, shape=replace(KEPT.shape, appearance=None))
    assert plain.to_bytes() == KEPT.to_bytes(), "nothing of the appearance is in it"


def test_what_another_version_stored_or_is_damaged_is_unknown():
    stored = KEPT.to_bytes()
    assert RestingFace.from_bytes(stored, 4) is None
    assert RestingFace.from_bytes(stored[:-1], 3) is None
    assert RestingFace.from_bytes(b"", 3) is None
    assert RestingFace.from_bytes(b"\xff" + stored[1:], 3) is None, "the version comes first"
    assert RestingFace.from_bytes(stored[:2] + b"\x04" + stored[3:], 3) is None, "then the number of parts"
    for broken in (
        replace(KEPT, watched_s=np.nan),
        replace(KEPT, shape=replace(KEPT.shape, parts=np.array([0.0, np.inf, 0.0]))),
        replace(KEPT, shape=replace(KEPT.shape, turn_deg=np.array([0.0, np.nan, 0.0]))),
        replace(KEPT, shape=replace(KEPT.shape, eyes_px=0.0)),
    ):
        assert RestingFace.from_bytes(broken.to_bytes(), 3) is None
