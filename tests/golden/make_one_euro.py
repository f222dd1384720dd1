"""Records what the One-Euro filter's authors' own package answers, for tests/unit/kinematics/test_smoothing.py.

    python3 -m venv /tmp/one-euro && /tmp/one-euro/bin/pip install OneEuroFilter==0.2.1
    /tmp/one-euro/bin/python tests/golden/make_one_euro.py

Needs nothing else, so that the project never has to install it.
"""

import json
import math
import random
from pathlib import Path

from OneEuroFilter import OneEuroFilter

OUT = Path(__file__).with_name("one_euro.json")
SETTINGS = ((1.0, 0.0, 1.0), (1.5, 0.15, 3.0), (0.05, 5.0, 1.0))
STEPS_S = (1 / 30, 1 / 15, 0.012, 0.1, 0.041)


def signal() -> tuple[list[float], list[float]]:
    """Three slow bends of a joint with noise and one jump, at uneven time stamps."""
    noise = random.Random(7)
    t_s = [10.0]
    # Not from 0: the package takes a time stamp of 0 for none.
    while len(t_s) < 120:
        t_s.append(round(t_s[-1] + noise.choice(STEPS_S), 4))
    x = [60 + 45 * math.sin(2 * math.pi * 0.4 * t) + noise.gauss(0, 2) + (30 if t > 14 else 0) for t in t_s]
    return t_s, [round(value, 4) for value in x]


def filtered(t_s: list[float], x: list[float], min_cutoff_hz: float, beta: float, d_cutoff_hz: float) -> list[float]:
    one_euro = OneEuroFilter(30.0, min_cutoff_hz, beta, d_cutoff_hz)
    return [round(one_euro(value, t), 9) for t, value in zip(t_s, x, strict=True)]


def main() -> None:
    t_s, x = signal()
    cases = [
        {"min_cutoff_hz": a, "beta": b, "d_cutoff_hz": c, "filtered": filtered(t_s, x, a, b, c)} for a, b, c in SETTINGS
    ]
    made_with = "OneEuroFilter 0.2.1 (PyPI) by tests/golden/make_one_euro.py"
    OUT.write_text(json.dumps({"made_with": made_with, "t_s": t_s, "x": x, "cases": cases}) + "\n")


if __name__ == "__main__":
    main()
