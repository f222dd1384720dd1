from dataclasses import replace

import numpy as np
import pytest
from made_results import FPS, result, start

from physio.errors import StoreError
from physio.storage.acting import Records
from physio.storage.rows import joined, rows_of
from physio.types import FrameResult, Observation, Reason


def seen_differently(index: int) -> FrameResult:
    """Every other frame without a body, of changing size, dark and with another person now and then."""
    made = result(index, seen=index % 2 == 0, size_px=(640, 480) if index < 3 else (1280, 720))
    brightness = 40.0 + index if index else float("nan")
    reason = Reason.TOO_DARK if index == 4 else made.observation.reason
    return replace(
        made, observation=replace(made.observation, brightness=brightness, changed=index == 2, reason=reason)
    )


def test_every_observed_frame_comes_back(records: Records, session_id: str) -> None:
    results = [seen_differently(i) for i in range(6)]
    records.analyses.append(session_id, joined([rows_of(results[:1]), rows_of(results[1:])]))
    kept = list(records.observations.of(session_id).replay())
    assert len(kept) == 6
    for index, (got, expected) in enumerate(zip(kept, (one.observation for one in results), strict=True)):
        assert_alike(got, expected)
        assert got.index == index
        assert got.face is None
        assert not got.face_looked


def assert_alike(got: Observation, expected: Observation) -> None:
    assert (got.t_s, got.size_px, got.reason, got.changed) == (
        expected.t_s,
        expected.size_px,
        expected.reason,
        expected.changed,
    )
    np.testing.assert_allclose(got.brightness, expected.brightness)
    assert (got.pose is None) == (expected.pose is None)
    if got.pose is not None and expected.pose is not None:
        np.testing.assert_allclose(got.pose.image_px, expected.pose.image_px, atol=0.051)
        np.testing.assert_allclose(got.pose.world_m, expected.pose.world_m, atol=0.00051)
        np.testing.assert_allclose(got.pose.visibility, expected.pose.visibility, atol=0.002)


def test_they_are_in_the_order_of_time(records: Records, session_id: str) -> None:
    results = [seen_differently(i) for i in range(6)]
    records.analyses.append(session_id, rows_of(results[3:]))
    records.analyses.append(session_id, rows_of(results[:3]))
    kept = records.observations.of(session_id)
    np.testing.assert_array_equal(kept.t_s, np.arange(6) / FPS)
    assert kept.seen.tolist() == [True, False] * 3
    assert kept.image_px.shape == (6, 33, 2)
    assert np.isnan(kept.image_px[1]).all()
    poses = [results[i].pose for i in (0, 2, 4)]
    np.testing.assert_allclose(kept.world_m[kept.seen], [pose.world_m for pose in poses if pose], atol=0.00051)


def test_a_session_without_frames_has_none(records: Records, session_id: str) -> None:
    kept = records.observations.of(session_id)
    assert kept.image_px.shape == (0, 33, 2)
    assert list(kept.replay()) == []


def test_nobody_in_any_frame_is_kept_too(records: Records, session_id: str) -> None:
    records.analyses.append(session_id, rows_of([result(i, seen=False) for i in range(3)]))
    kept = list(records.observations.of(session_id).replay())
    assert [(one.pose, one.reason) for one in kept] == [(None, Reason.NO_PERSON)] * 3


def test_frames_without_their_size_cannot_be_measured_again(records: Records) -> None:
    """What versions before analyses stored."""
    session_id = start(records)
    records.analyses.append(session_id, rows_of([result(0), result(1, size_px=(0, 0))]))
    with pytest.raises(StoreError, match="cannot be measured again"):
        list(records.observations.of(session_id).replay())
