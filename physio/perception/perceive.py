"""Perceive: frames in, observations out. The only part of physio that sees pixels to measure them."""

from dataclasses import replace
from types import TracebackType

import numpy as np

from physio.networks.assets import ModelPaths
from physio.perception.body import BodyTracker
from physio.perception.face import FaceDetector
from physio.types import Frame, Observation, Reason

FACE_INTERVAL_S = 1 / 15
"""The face is read at most this often: expressions last longer than 0.25 s, and the body must not wait for it."""


class Perceive:
    """One person's stream of frames. `step` for each frame in the order of time, `close` always (or use it as a context
    manager). face False: no face is looked for. Not thread-safe."""

    def __init__(self, models: ModelPaths, face: bool = True):
        self._body = BodyTracker(models.pose)
        self._face = FaceDetector(models.face) if face else None
        self._looked_s = -np.inf

    def step(self, frame: Frame) -> Observation:
        """What is seen in this frame; frame.t_s must be larger than the last one's."""
        seen = self._body.step(frame)
        # Without the patient's body the whole frame is searched, and would show somebody else's face.
        somebody_else = seen.pose is None and seen.reason is Reason.SECOND_PERSON
        # Half a frame of tolerance, so that 30 fps with jitter gives every second frame and not every third.
        early = frame.t_s - self._looked_s < FACE_INTERVAL_S * 0.75
        if self._face is None or early or somebody_else:
            return seen
        self._looked_s = frame.t_s
        return replace(seen, face_looked=True, face=self._face.detect(frame, seen.pose))

    def follow(self, number: int) -> bool:
        """The person of that number (see Observation.people) is the patient, from the next frame on; False, and nothing
        happens, when nobody has it (any more)."""
        return self._body.follow(number)

    def close(self) -> None:
        """Release the networks. May be called more than once."""
        self._body.close()
        if self._face is not None:
            self._face.close()

    def __enter__(self) -> "Perceive":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
