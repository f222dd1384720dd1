import json
from pathlib import Path

import numpy as np
import pytest

from tests.bench.__main__ import main, parser
from tests.bench.glass import BITS, NUMBERS, STRIP_HEIGHT_PX, delay, numbered
from tests.browser.running_app import chromium_path


@pytest.mark.parametrize("number", [0, 1, 0b10110010, NUMBERS - 1])
def test_a_number_stands_at_the_edge_with_each_bits_opposite(number: int) -> None:
    marked = numbered(np.full((480, 640, 3), 128, np.uint8), number)
    middles = (np.arange(2 * BITS) + 0.5) * STRIP_HEIGHT_PX / (2 * BITS)
    bits = marked[middles.astype(int), 4, 0] > 128
    assert int("".join(str(int(bit)) for bit in bits[::2]), 2) == number
    assert (bits[::2] != bits[1::2]).all()
    assert (marked[:, 40:] == 128).all()


def test_the_delay_counts_round_the_end_of_the_clip_and_leaves_out_what_was_not_readable() -> None:
    read = np.array([[10, 7], [11, 7], [1, 253], [-1, 8], [20, 14]])
    found = delay("physio", read, seconds=2.0)
    assert (found.median, found.at_most_4, found.readable) == (4.0, 0.75, 0.8)
    assert found.p90 == pytest.approx(5.4)
    assert found.shown_fps == 1.0


@pytest.mark.browser
@pytest.mark.models
def test_both_pages_send_the_numbers_back(tmp_path: Path) -> None:
    if not chromium_path():
        pytest.skip("no Chromium found (apt install chromium, or name it with PHYSIO_CHROMIUM)")
    out = tmp_path / "bench.json"
    main(parser().parse_args(["--glass", "1", "--seconds", "3", "--out", str(out)]))
    echo, physio = json.loads(out.read_text())["glass"]
    assert (echo["name"], physio["name"]) == ("echo", "physio")
    for one in (echo, physio):
        assert one["readable"] > 0
        assert one["shown_fps"] > 0
        assert 0 < one["median"] <= one["p90"]
