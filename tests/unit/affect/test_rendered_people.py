"""The estimate on rendered people with known truth: limits that any honest fit keeps. How exact it is on people whom
nothing was fitted on stands in docs/validation.md."""

from dataclasses import replace

import numpy as np
import pytest

from physio.affect.action_units import AU_INDEX
from physio.affect.estimator import AffectEstimator
from physio.affect.pain import STRONG_PSPI
from physio.types import APPEARANCE_COUNT, FaceReason
from tests.rendered_faces import rendered

UNSEEN = np.full(APPEARANCE_COUNT, np.nan)


def readings(name, estimator=None, from_s=0.0, appearance=True):
    """The sequence with its readings: what was true and what was read (both with the rows that have a PSPI)."""
    true, estimator = rendered(name), estimator or AffectEstimator()
    faces = true.faces if appearance else [replace(face, appearance=UNSEEN) for face in true.faces]
    found = [estimator.step(face, from_s + float(t_s)) for face, t_s in zip(faces, true.t_s, strict=True)]
    known = np.array([one.reason is FaceReason.OK for one in found])
    return true, found, known


def correlation(a, b):
    return np.corrcoef(a, b)[0, 1]


@pytest.mark.parametrize(("name", "at_least"), [("pain", 0.85), ("pain_turning", 0.85), ("effort", 0.8)])
def test_pspi_follows_the_truth(name, at_least):
    true, found, known = readings(name)
    read = np.array([one.pspi for one in found])
    assert true.t_s[known][0] <= 1.3, "who starts at rest is read soon"
    assert correlation(read[known], true.pspi[known]) > at_least
    assert read[known].max() > 0.6 * true.pspi[known].max()
    assert read[known][true.pspi[known] < 0.5].mean() < 1.0


@pytest.mark.parametrize("name", ["pain", "pain_turning"])
def test_without_appearance_the_landmarks_still_show_pain(name):
    true, found, known = readings(name, appearance=False)
    read = np.array([one.pspi for one in found])
    assert known.sum() > 30
    assert correlation(read[known], true.pspi[known]) > 0.6


@pytest.mark.parametrize(
    ("name", "units"),
    [
        ("pain", ("au04", "au07", "au09", "au10", "au25", "au45")),
        ("pain_turning", ("au04", "au06", "au07", "au09", "au10", "au45")),
        ("talking", ("au25", "au26")),
        ("smiling", ("au12", "au25", "au26")),
        ("effort", ("au04",)),
    ],
)
def test_units_follow_the_truth(name, units):
    true, found, known = readings(name)
    read = np.array([one.action_units for one in found])
    for unit in units:
        i = AU_INDEX[unit]
        assert correlation(read[known, i], true.units[known, i]) > 0.5, unit


@pytest.mark.parametrize("name", ["talking", "smiling"])
def test_talking_and_smiling_are_seldom_strong_pain(name):
    _, found, known = readings(name)
    read = np.array([one.pspi for one in found])[known]
    assert known.sum() > 30
    assert (read >= STRONG_PSPI).mean() < 0.15
    assert not any(one.flash for one in found)


def test_a_painful_start_hides_no_pain():
    """Two seconds of pain come first, then calm: the pain is not read as rest, and read as pain when it comes again."""
    estimator = AffectEstimator()
    true, _, known = readings("pain_from_the_start", estimator)
    assert true.pspi[0] > 4.5
    assert not known[true.pspi > 4.0].any()
    assert known[-20:].all()
    _, again, known = readings("pain_from_the_start", estimator, from_s=8.0)
    read = np.array([one.pspi for one in again])
    assert known.all()
    assert read[true.pspi > 4.5][3:].mean() > STRONG_PSPI
    assert read[true.pspi < 0.5].mean() < 0.5 * read[true.pspi > 4.5].mean()


def test_closed_eyes_are_seen():
    true, found, known = readings("pain_turning")
    read = np.array([one.action_units[AU_INDEX["au43"]] for one in found])
    closed = true.units[:, AU_INDEX["au43"]]
    assert (read[known] == closed[known]).mean() > 0.8
    assert read[known].max() == 1.0


@pytest.mark.parametrize("name", ["pain", "talking", "effort"])
def test_the_error_is_of_the_size_that_it_says(name):
    true, found, known = readings(name)
    read, error = (np.array([getattr(one, key) for one in found])[known] for key in ("pspi", "pspi_error"))
    off = np.abs(read - true.pspi[known])
    assert off.mean() < 3 * error.mean()
    assert error.mean() < 3.0
