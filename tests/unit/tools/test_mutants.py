import pytest

from tools.mutants import Room, harmless, interval_pct, room_of, table


def diff(gone: str, come: str) -> str:
    return f"--- a\n+++ b\n@@ -1,1 +1,1 @@\n def f():\n-    {gone}\n+    {come}"


@pytest.mark.parametrize(
    ("gone", "come"),
    [
        ("zip(a, b, strict=True)", "zip(a, b, strict=False)"),
        ("zip(a, b, strict=True)", "zip(a, b, )"),
        ("np.zeros(3, dtype=np.float64)", "np.zeros(3, dtype=None)"),
        ("path.read_text(encoding='utf-8')", "path.read_text(encoding=None)"),
        ("array.setflags(write=False)", "array.setflags(write=True)"),
        ('raise ValueError("no such thing")', 'raise ValueError("XXno such thingXX")'),
        ('log.info("%s is closed", name)', 'log.info("%S IS CLOSED", name)'),
    ],
)
def test_guards_and_words_for_programmers_are_harmless(gone: str, come: str) -> None:
    assert harmless(diff(gone, come))


@pytest.mark.parametrize(
    ("gone", "come"),
    [
        ("zip(a, b, strict=True)", "zip(a, c, strict=True)"),
        ("np.zeros(3, dtype=np.float64)", "np.zeros(4, dtype=np.float64)"),
        ('raise PhysioError("video.unreadable")', 'raise PhysioError("XXvideo.unreadableXX")'),
        ("if x < limit:", "if x <= limit:"),
        ("self.closed = False", "self.closed = None"),
        ('names = ["a"]', 'names = ["XXaXX"]'),
    ],
)
def test_what_a_test_may_ask_for_is_not(gone: str, come: str) -> None:
    assert not harmless(diff(gone, come))


def test_the_interval_is_wilsons() -> None:
    assert interval_pct(80, 100) == pytest.approx((71.1, 86.7), abs=0.1)
    low, high = interval_pct(10, 10)
    assert low == pytest.approx(72.2, abs=0.1)
    assert high == pytest.approx(100)


def test_the_table_has_a_row_a_room_and_their_sum() -> None:
    rooms = {"affect": Room(10, 3, 1, 4, ["a", "b"]), "scoring": Room(6, 2, 0, 3, [], ["c"])}
    lines = table(rooms).splitlines()
    assert lines[2].startswith("| affect | 10 | 3 | 1 | 6 | 4 | 2 | 0 | 67 % |")
    assert lines[3].startswith("| scoring | 6 | 2 | 0 | 4 | 3 | 0 | 1 | 75 % |")
    assert lines[4].startswith("| all | 16 | 5 | 1 | 10 | 7 | 2 | 1 | 70 % |")
    assert room_of("physio.affect.pain.x_pspi__mutmut_1") == "affect"
