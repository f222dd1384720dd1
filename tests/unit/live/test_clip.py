from itertools import islice

import numpy as np

from physio.capture.video import VideoSource
from physio.config import ROOT
from physio.live.clip import endless

CLIP = ROOT / "data" / "demo" / "shoulder_abduction_week_1.mp4"


def test_after_the_last_frame_comes_the_first_as_if_time_went_on():
    once = sum(1 for _ in VideoSource(CLIP))
    shown = list(islice(endless(CLIP), once + 5))
    t_s = np.array([at_s for at_s, _ in shown])
    assert t_s[0] == 0.0
    steps = np.diff(t_s)
    assert np.all(steps > 0)
    assert steps[once - 1] < 2 * np.median(steps)
    first, again = (shown[k][1].to_ndarray(format="rgb24") for k in (3, once + 3))
    np.testing.assert_array_equal(first, again)
