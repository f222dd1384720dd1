import numpy as np
import pytest

from physio.landmarks import EDGES, beyond_edges, in_frame

SIZE = (640, 480)


@pytest.mark.parametrize(
    ("point", "edges"),
    [
        ((0, 0), set()),
        ((639.9, 479.9), set()),
        ((-0.1, 100), {"left"}),
        ((640, 100), {"right"}),
        ((100, -0.1), {"top"}),
        ((100, 480), {"bottom"}),
        ((-5, 500), {"left", "bottom"}),
        ((np.nan, np.nan), set(EDGES)),
    ],
)
def test_a_frame_holds_its_first_pixel_and_not_the_one_after_its_last(point: tuple[float, float], edges: set) -> None:
    found = beyond_edges(np.array(point), SIZE)
    assert {edge for edge, beyond in zip(EDGES, found, strict=True) if beyond} == edges
    assert in_frame(np.array(point), SIZE) == (not edges)


def test_a_margin_counts_as_outside() -> None:
    points = np.array([[9, 240], [10, 240], [629, 240], [630, 240], [320, 9], [320, 10], [320, 469], [320, 470]])
    assert in_frame(points, SIZE, 10).tolist() == [False, True, True, False, False, True, True, False]


def test_each_body_has_its_own_frame() -> None:
    points = np.tile([[100.0, 100.0], [300.0, 100.0]], (2, 1, 1))
    sizes = np.array([[640, 480], [200, 480]])
    assert in_frame(points, sizes[:, None, :]).tolist() == [[True, True], [True, False]]
    assert in_frame(points, sizes[:, None, :], np.array([[120.0], [0.0]])).tolist() == [[False, False], [True, False]]
