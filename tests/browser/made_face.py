"""A server whose patients have a made face: calm at first, then in pain, with a facial expression signal throughout.

What is tested with it is what follows from the reading of a face, not the reading: that takes known ones.
"""

from pathlib import Path

import numpy as np
import pytest

from physio.affect.neutral import RestingFace
from physio.config import ROOT
from physio.types import UNIT_COUNT, Affect, Face, FaceReason, FaceState

CALM_S = 6.0


def patch_the_server(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Servers that are started from now on read faces as made here. folder: where to put what does it."""
    folder.mkdir()
    (folder / "sitecustomize.py").write_text("from tests.browser.made_face import install\ninstall()\n")
    monkeypatch.setenv("PYTHONPATH", f"{folder}:{ROOT}")


def install() -> None:
    """In the server's process, before anything else."""
    from physio import pipeline

    pipeline.AffectEstimator = MadeFace  # type: ignore[misc,assignment]


class MadeFace:
    """In place of the estimate."""

    def __init__(self, resting: RestingFace | None = None):
        self.kept = resting
        self.resting = resting

    def step(self, face: Face | None, t_s: float) -> Affect:
        """A reading, whatever the face."""
        return _made(t_s)

    def aged(self, t_s: float) -> Affect:
        """The same."""
        return _made(t_s)


def _made(t_s: float) -> Affect:
    hurts = t_s > CALM_S
    return Affect(
        action_units=np.zeros(UNIT_COUNT),
        pspi=6.2 if hurts else 0.3,
        state=FaceState.PAIN if hurts else FaceState.NEUTRAL,
        reason=FaceReason.OK,
        yaw_deg=0.0,
        pitch_deg=0.0,
        age_s=0.0,
        seen_s=t_s,
        pspi_error=0.8,
        pain_probability=0.92 if hurts else 0.04,
        states=np.array([0.1, 0.1, 0.1, 0.6, 0.1]) if hurts else np.array([0.8, 0.1, 0.05, 0.03, 0.02]),
        engagement_pct=70.0,
        expression=np.array([0.1, 0.4, 0.2, 0.0, 0.2, 0.0, 0.1]),
        valence=-0.4,
        arousal=0.5,
    )
