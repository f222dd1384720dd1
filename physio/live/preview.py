"""What is seen before the start: the frames as a session would measure them, nothing of it stored or counted."""

from dataclasses import replace

from physio.capture.frames import VideoFrame, to_video_frame
from physio.exercise.prompts import is_placing
from physio.feedback import overlay
from physio.kinematics.calibrator import UNCALIBRATED
from physio.language import language
from physio.live.camera import LiveCamera
from physio.live.snapshot import LiveProgress, LiveSetup, LiveSnapshot, Status
from physio.messages import Message
from physio.pipeline import Analyse
from physio.types import EndReason, FrameResult


class Preview:
    """The camera's frames for a setup, as long as it is the one chosen. `step` and `skip` by the camera's thread,
    `snapshot` by any."""

    def __init__(self, setup: LiveSetup):
        self.setup = setup
        self._say = language(setup.language).say
        self._analyse = Analyse(setup.assignment, self._say)
        self._progress = LiveProgress(setup)
        self._empty = True
        self._arrived_s = float("nan")

    def step(self, camera: LiveCamera, decoded: VideoFrame, dropped: int, countdown: int) -> VideoFrame:
        """The frame with the skeleton and what to do about the camera; with a number on it unless countdown is 0."""
        self._arrived_s, self._empty = camera.clock(), False
        frame, seen = camera.see(decoded)
        result = _uncounted(self._analyse.step(seen))
        self._progress.add(frame, result, dropped)
        look = replace(camera.look, count=False)
        drawn = overlay.draw(frame.image, result, self.setup.exercise, self.setup.side, self._say, look)
        if countdown:
            overlay.countdown(drawn, countdown)
        return to_video_frame(drawn)

    def skip(self, camera: LiveCamera) -> None:
        """A frame came that is recorded instead: whatever was seen before it is old."""
        self._arrived_s = camera.clock()
        if not self._empty:
            self._analyse = Analyse(self.setup.assignment, self._say)
            self._progress = LiveProgress(self.setup)
            self._empty = True

    def snapshot(self, now_s: float, end: EndReason | None, error: Message | None) -> LiveSnapshot:
        """What is seen now."""
        since_frame_s = now_s - self._arrived_s
        return self._progress.snapshot(Status(None, since_frame_s, end, end is not None, error, UNCALIBRATED))


def _uncounted(result: FrameResult) -> FrameResult:
    """As it is shown before anything counts: no repetition, nothing that deviates, and of the cues those about where
    the person and the camera are."""
    cue = result.cue if result.cue is not None and is_placing(result.cue) else None
    return replace(result, cue=cue, closed=(), rejected=(), deviating=frozenset())
