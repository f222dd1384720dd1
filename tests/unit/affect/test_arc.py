import math
from dataclasses import replace

import numpy as np
import pytest

from physio.affect.arc import Arc, arc_message, arcs, courses, peak
from physio.language import language
from physio.types import FloatArray, Rep

FPS, REP_S, TOP_DEG = 20.0, 4.0, 150.0
NOISE_PSPI, NOISE_S = 0.8, 0.5


def session(reps: int, moments_s: list[float], level: float = 0.0, seed: int = 0, height: float = 5.0):
    """t_s, signal and PSPI of raised cosines with a grimace in each repetition at a moment of it (NaN for none) over a
    level and noise that lasts, as a face's does; and the repetitions."""
    rng = np.random.default_rng(seed)
    t_s = np.arange(0, reps * REP_S, 1 / FPS)
    signal_deg = TOP_DEG * (0.5 - 0.5 * np.cos(2 * np.pi * t_s / REP_S))
    keep = math.exp(-1 / FPS / NOISE_S)
    noise = np.zeros(t_s.size)
    for i in range(1, t_s.size):
        noise[i] = keep * noise[i - 1] + math.sqrt(1 - keep**2) * rng.normal(0, NOISE_PSPI)
    grimaces = [height * np.exp(-0.5 * ((t_s - k * REP_S - at) / 0.25) ** 2) for k, at in enumerate(moments_s)]
    pspi = np.clip(level + noise + np.nansum(grimaces, axis=0), 0, 16)
    done = tuple(
        Rep(k + 1, "right", k * REP_S, (k + 0.5) * REP_S, (k + 1) * REP_S, TOP_DEG, TOP_DEG, 1.8, 0.4, 1.8, 80)
        for k in range(reps)
    )
    return t_s, signal_deg, pspi, done


def moment_s(angle_deg: float, *, back: bool = False) -> float:
    """When in a repetition the joint is at that angle."""
    there = math.acos(1 - 2 * angle_deg / TOP_DEG) / math.pi * REP_S / 2
    return REP_S - there if back else there


def found(*made) -> tuple[Arc, ...]:
    return arcs(courses(*made))


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("angle_deg", [60, 90, 120])
def test_a_peak_on_the_way_out_is_found_where_it_is(angle_deg, seed):
    (arc,) = found(*session(6, [moment_s(angle_deg)] * 6, seed=seed))
    assert (arc.way, arc.increasing) == ("outward", True)
    assert arc.low_deg < angle_deg < arc.high_deg
    assert (arc.low_deg + arc.high_deg) / 2 == pytest.approx(angle_deg, abs=10)
    assert arc.high_deg - arc.low_deg <= 80
    assert (arc.count, arc.total) == (6, 6)


def test_on_the_way_back_the_angle_decreases():
    (arc,) = found(*session(6, [moment_s(90, back=True)] * 6))
    assert (arc.way, arc.increasing) == ("return", False)
    assert arc.low_deg < 90 < arc.high_deg


def test_where_the_angle_falls_on_the_way_out_it_is_said_so():
    t_s, signal_deg, pspi, reps = session(6, [moment_s(90)] * 6)
    (arc,) = found(t_s, TOP_DEG - signal_deg, pspi, reps)
    assert (arc.way, arc.increasing) == ("outward", False)
    assert arc.low_deg < 60 < arc.high_deg


def test_four_of_six_are_enough_and_three_are_not():
    quiet = [math.nan] * 6
    (arc,) = found(*session(6, [moment_s(90)] * 4 + quiet[:2]))
    assert (arc.count, arc.total) == (4, 6)
    assert found(*session(6, [moment_s(90)] * 3 + quiet[:3])) == ()
    assert found(*session(2, [moment_s(90)] * 2)) == ()


@pytest.mark.parametrize("level", [0.0, 4.0])
def test_neither_noise_nor_pain_all_along_is_an_arc(level):
    wrong = [seed for seed in range(60) if found(*session(6, [math.nan] * 6, level, seed))]
    assert len(wrong) <= (0 if level == 0 else 2), wrong


def test_grimaces_at_random_moments_are_no_arc():
    rng = np.random.default_rng(7)
    wrong = [seed for seed in range(60) if found(*session(6, rng.uniform(0, REP_S, 6).tolist(), seed=seed))]
    assert len(wrong) <= 5, wrong


def test_weak_expressions_are_no_arc():
    assert found(*session(6, [moment_s(90)] * 6, height=1.0)) == ()


def test_without_the_face_on_most_of_the_way_nothing_is_said():
    t_s, signal_deg, pspi, reps = session(6, [moment_s(90)] * 6)
    away = np.where((signal_deg < 40) | (signal_deg > 110), np.nan, pspi)
    assert found(t_s, signal_deg, away, reps) == ()
    unknown: FloatArray = np.full(t_s.size, np.nan)
    assert found(t_s, signal_deg, unknown, reps) == ()
    assert found(t_s, unknown, pspi, reps) == ()
    assert found(t_s, signal_deg, pspi, ()) == ()


def test_a_short_way_has_no_parts():
    t_s, signal_deg, pspi, reps = session(6, [moment_s(90)] * 6)
    assert found(t_s, signal_deg / 6, pspi, reps) == ()


def test_a_course_says_where_pain_was_and_what_is_unknown():
    t_s, signal_deg, pspi, reps = session(1, [moment_s(90)])
    out, back = courses(t_s, signal_deg, np.where(signal_deg < 10, np.nan, pspi), reps)
    assert (out.rep, out.way, back.way) == (1, "outward", "return")
    assert out.from_deg.tolist() == [*np.arange(0.0, 150.0, 10.0)]
    assert np.isnan(out.pspi[0])
    assert 80 <= out.from_deg[np.nanargmax(out.pspi)] <= 100
    assert out.tells
    low_deg, high_deg = peak(out)
    assert low_deg < 90 < high_deg
    assert peak(replace(back, pspi=np.full(back.pspi.size, 1.9))) is None
    assert peak(replace(out, pspi=np.full(out.pspi.size, np.nan))) is None


def test_an_arc_ends_where_the_movement_does():
    t_s, signal_deg, pspi, reps = session(6, [REP_S / 2 - 0.2] * 6)
    ends = [one.high_deg for one in found(t_s, signal_deg * 0.9, pspi, reps)]
    assert ends
    assert max(ends) <= 0.9 * TOP_DEG + 5


def test_what_is_said():
    arc = Arc("outward", 70.0, 110.0, True, 4, 6)
    said = "Facial pain estimate was highest between 70° and 110° as the angle increased, in 4 of 6 repetitions."
    assert language("en").say(arc_message(arc)) == said
    assert "decreased" in language("en").say(arc_message(replace(arc, increasing=False)))
