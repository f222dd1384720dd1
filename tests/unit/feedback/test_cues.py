from itertools import pairwise

import pytest

from physio.feedback.cues import PASS_OVER_S, PERSIST_S, PRIORITY, REPEAT_S, CueChooser, reading_s
from physio.language import english
from physio.messages import own_text
from physio.types import Cue

ERROR = Cue("stop", own_text("That is far enough."), "error")
LEAN = Cue("lean", own_text("Stand tall."), "warning")
TWIST = Cue("twist", own_text("Keep your shoulders level while you lift your arm."), "warning")
GOOD = Cue("good", own_text("Well done."), "positive")
HINT = Cue("hint", own_text("Turn so that you face the camera."), "info")
STEP_S = 0.05


class Clock:
    """Feeds a chooser at a steady pace and remembers what it showed."""

    def __init__(self, chooser=None):
        self.chooser = chooser or CueChooser()
        self.t_s = 0.0

    def run(self, seconds, *candidates):
        shown = []
        for _ in range(round(seconds / STEP_S)):
            self.t_s += STEP_S
            shown.append(self.chooser.step(self.t_s, candidates))
        return shown


@pytest.fixture
def clock():
    return Clock()


def test_nothing_to_say(clock):
    assert set(clock.run(1)) == {None}


@pytest.mark.parametrize(
    ("candidates", "winner"),
    [
        ((HINT, GOOD, LEAN, ERROR), ERROR),
        ((HINT, GOOD, LEAN), LEAN),
        ((HINT, GOOD), GOOD),
        ((HINT,), HINT),
        ((TWIST, LEAN), TWIST),
    ],
)
def test_the_gravest_goes_first_and_among_equals_the_first(clock, candidates, winner):
    assert clock.run(1, *candidates)[-1] == winner


def test_a_twitch_is_not_spoken_of(clock):
    clock.run(PERSIST_S - 0.1, LEAN)
    assert set(clock.run(1)) == {None}


def test_an_error_is_shown_at_once(clock):
    assert clock.run(STEP_S, ERROR) == [ERROR]


def test_a_line_stays_long_enough_to_be_read(clock):
    clock.run(0.5, TWIST)
    shown = clock.run(reading_s(english(TWIST.text)) - 0.5)
    assert set(shown) == {TWIST}
    assert clock.run(1)[-1] is None


def test_longer_lines_stay_longer():
    assert reading_s(english(TWIST.text)) > reading_s(english(LEAN.text)) >= 2


def test_how_long_a_line_stays_goes_by_the_language_it_is_shown_in():
    """Twice as many letters: the line stays when the English one would be gone."""
    clock = Clock(CueChooser(lambda text: english(text) * 2))
    clock.run(0.5, TWIST)
    assert set(clock.run(2 * reading_s(english(TWIST.text)) - 0.6)) == {TWIST}
    assert clock.run(0.5)[-1] is None


def test_an_equal_waits_until_the_first_is_read_and_gone(clock):
    clock.run(0.5, LEAN)
    assert set(clock.run(1.0, TWIST)) == {LEAN}
    assert clock.run(1.5, TWIST)[-1] == TWIST


def test_a_line_that_still_holds_stays(clock):
    clock.run(0.5, LEAN)
    assert set(clock.run(20, LEAN, TWIST)) == {LEAN}


def test_a_graver_line_takes_over_soon_and_an_error_at_once(clock):
    clock.run(0.35, HINT)
    shown = clock.run(PASS_OVER_S + 0.2, HINT, LEAN)
    assert shown[0] == HINT
    assert shown[-1] == LEAN
    assert clock.run(STEP_S, LEAN, ERROR) == [ERROR]


def test_a_lesser_line_never_cuts_in(clock):
    clock.run(0.5, ERROR)
    assert set(clock.run(reading_s(english(ERROR.text)) - 0.7, GOOD, HINT)) == {ERROR}


def test_praise_is_not_repeated_at_once_but_a_warning_is(clock):
    assert clock.run(1, GOOD)[-1] == GOOD
    clock.run(3)
    assert set(clock.run(3, GOOD)) == {None}
    clock.run(REPEAT_S)
    assert clock.run(1, GOOD)[-1] == GOOD
    clock.run(3)
    assert clock.run(1, LEAN)[-1] == LEAN
    clock.run(3)
    assert clock.run(1, LEAN)[-1] == LEAN


def test_whatever_comes_no_line_is_cut_short_but_by_a_graver_one(clock):
    pool, shown = [ERROR, LEAN, TWIST, GOOD, HINT], []
    for i in range(400):
        shown += clock.run(STEP_S * (1 + i % 7), *pool[i % 5 :: 1 + i % 3])
    changes = [0, *(i for i in range(1, len(shown)) if shown[i] != shown[i - 1])]
    assert set(shown) == {None, *pool}
    cut_short = 0
    for start, end in pairwise(changes):
        line, following, held_s = shown[start], shown[end], (end - start) * STEP_S
        if line is not None and held_s < reading_s(english(line.text)) - STEP_S / 2:
            cut_short += 1
            assert following is not None
            assert PRIORITY[following.tone] < PRIORITY[line.tone]
            assert following.tone == "error" or held_s > PASS_OVER_S - STEP_S / 2
    assert 0 < cut_short < len(changes)
