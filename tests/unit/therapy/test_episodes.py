import math

import pytest

from physio.therapy.episodes import Episode, Height, height


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ((3.0, 0.7), Height.HIGH),
        ((2.9, 0.9), Height.BETWEEN),
        ((9.0, 0.48), Height.BETWEEN),
        ((9.0, 0.4), Height.LOW),
        ((1.9, 0.9), Height.LOW),
        ((math.nan, 0.9), Height.UNKNOWN),
        ((9.0, math.nan), Height.UNKNOWN),
    ],
)
def test_both_values_must_be_high(values, expected):
    assert height(((values[0], 3.0), (values[1], 0.7)), 2 / 3) is expected


def run(episode: Episode, parts: list[tuple[float, Height]], step_s: float = 0.1) -> list[float]:
    """The times at which it is on."""
    on, k = [], 0
    end_s = 0.0
    for seconds, now in parts:
        end_s += seconds
        while k * step_s < end_s - 1e-9:
            episode.step(k * step_s, now)
            on += [k * step_s] if episode.on else []
            k += 1
    return on


def test_only_what_is_high_counts_and_what_lies_between_keeps_it():
    on = run(Episode(2.0), [(1.0, Height.HIGH), (5.0, Height.BETWEEN), (1.5, Height.HIGH), (3.0, Height.LOW)])
    assert on[0] == pytest.approx(7.0, abs=0.15)
    assert on[-1] == pytest.approx(8.3, abs=0.15), "it has been low for a second"


def test_a_low_moment_begins_it_anew_unless_dips_are_allowed():
    parts = [(1.5, Height.HIGH), (0.3, Height.LOW), (1.5, Height.HIGH)]
    assert run(Episode(2.0), parts) == []
    assert run(Episode(2.0, dip_s=0.5), parts)


def test_a_pause_of_the_stream_counts_for_nothing():
    episode = Episode(2.0)
    for t_s in (0.0, 5.0, 10.0, 15.0):
        episode.step(t_s, Height.HIGH)
    assert not episode.on


def test_it_is_over_when_nothing_is_known_for_long():
    episode = Episode(1.0)
    run(episode, [(2.0, Height.HIGH), (1.5, Height.UNKNOWN)])
    assert episode.on
    run(episode := Episode(1.0), [(2.0, Height.HIGH), (2.5, Height.UNKNOWN)])
    assert not episode.on
