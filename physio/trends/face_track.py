"""What a session's frames say of the face, as the charts of its review take it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from physio.affect.expression import EXPRESSIONS
from physio.affect.flashes import flash_times
from physio.trends.series import Run, runs
from physio.types import FaceReason, FloatArray

_SHORTEST_UNREAD_S = 0.5
"""A face that is lost for less is not worth a mark: the line itself is broken there."""


@dataclass(frozen=True, slots=True)
class FaceTrack:
    """A face at t_s (n,): pspi with its expected error, pain_probability (0-1), engagement_pct, state and reason as the
    codes of FaceState and FaceReason, expression (n, 7) in the order of EXPRESSIONS, valence and arousal, all (n,) and
    NaN where unknown, as all of it is that earlier versions did not store; flashes_s (k,): when brief expressions
    ended."""

    t_s: FloatArray
    pspi: FloatArray
    pspi_error: FloatArray
    pain_probability: FloatArray
    engagement_pct: FloatArray
    state: FloatArray
    reason: FloatArray
    expression: FloatArray
    valence: FloatArray
    arousal: FloatArray
    flashes_s: FloatArray

    @property
    def has_pain(self) -> bool:
        """Whether there is a PSPI anywhere."""
        return bool(np.isfinite(self.pspi).any())

    @property
    def has_signal(self) -> bool:
        """Whether the facial expression signal was stored."""
        return bool(np.isfinite(self.valence).any())

    def unread(self) -> tuple[Run, ...]:
        """The stretches in which the face was not reliable, with their reason; the frames of a code that is no reason
        are left out."""
        reasons = {reason.value for reason in FaceReason if reason}
        return tuple(run for run in runs(self.t_s, self.reason, _SHORTEST_UNREAD_S) if run.code in reasons)

    def main_reason(self) -> FaceReason | None:
        """Why the face was not reliable for the longest time; None when it always was."""
        lengths: Counter[int] = Counter()
        for run in self.unread():
            lengths[run.code] += round(1000 * (run.end_s - run.start_s))
        return FaceReason(lengths.most_common(1)[0][0]) if lengths else None


def face_track(frames: Mapping[str, FloatArray]) -> FaceTrack:
    """Of stored frames: t_s and one array (n,) per column."""
    t_s = frames["t_s"]

    def column(name: str) -> FloatArray:
        return frames.get(name, np.full(t_s.size, np.nan))

    return FaceTrack(
        t_s=t_s,
        pspi=column("pspi"),
        pspi_error=column("pspi_error"),
        pain_probability=column("pain_probability"),
        engagement_pct=column("engagement"),
        state=column("face_state"),
        reason=column("face_reason"),
        expression=np.column_stack([column(f"expression_{name}") for name in EXPRESSIONS]),
        valence=column("valence"),
        arousal=column("arousal"),
        flashes_s=flash_times(t_s, column("face_flash")),
    )
