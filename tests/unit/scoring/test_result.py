import numpy as np
import pytest

from physio.metrics import FRAME_COLUMNS, frame_values
from physio.scoring.result import Collector, columns_of
from physio.storage.rows import rows_of
from tests.unit.storage.made_results import REJECTED, rep, result


def test_collector_keeps_every_frame_in_order():
    results = [result(i, seen=i % 2 == 0, closed=(rep(1),) if i == 400 else ()) for i in range(700)]
    collector = Collector()
    for one in results:
        collector.add(one)
    rows = collector.finish((rep(2),), (REJECTED,))
    np.testing.assert_array_equal(rows.t_s, [one.t_s for one in results])
    np.testing.assert_array_equal(rows.values, np.array([frame_values(one) for one in results], np.float32))
    assert rows.observations.seen.sum() == len(rows.observations.landmarks.t_s) == 350
    assert [one.index for one in rows.reps] == [1, 2]
    assert rows.rejected == (REJECTED,)


def test_collector_of_nothing_is_empty():
    rows = Collector().finish((), ())
    assert rows.t_s.shape == (0,)
    assert rows.values.shape == (0, len(FRAME_COLUMNS))


def test_columns_carry_the_names_of_the_metrics():
    columns = columns_of(rows_of([result(0)]))
    assert tuple(columns) == FRAME_COLUMNS
    assert columns["azimuth"] == pytest.approx([3.0])
