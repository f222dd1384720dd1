"""What the camera of a visit shows: its frames with their time, and what is seen in them."""

import threading
import time
from collections.abc import Callable

from physio.capture.frames import VideoFrame, stamp_s, to_frame
from physio.feedback.overlay import Look
from physio.live.clock import StreamClock
from physio.networks.assets import ModelPaths
from physio.perception.perceive import Perceive
from physio.types import Frame, Observation


class LiveCamera:
    """The networks are loaded here, once for all that is recorded while the camera is on: whoever is followed stays so
    from one exercise to the next. Takes about a second to make. Any thread may call; one frame at a time.

    face: whether the face is looked for. look: how the frame is shown, for all who draw on it; what is measured and
    stored does not know it.
    """

    def __init__(self, models: ModelPaths, *, face: bool = True, clock: Callable[[], float] = time.monotonic):
        self.models = models
        self.clock = clock
        self.look = Look()
        self._perceive = Perceive(models, face)
        self._stream_clock = StreamClock()
        self._index = 0
        self._lock = threading.Lock()

    def see(self, decoded: VideoFrame) -> tuple[Frame, Observation]:
        """A frame, its time in seconds since the camera's first one, and what is seen in it."""
        with self._lock:
            frame = to_frame(decoded, self._index, self._stream_clock.step(stamp_s(decoded), self.clock()))
            self._index += 1
            return frame, self._perceive.step(frame)

    def look_for_face(self, wanted: bool) -> None:
        """Whether the face is looked for from the next frame on; nothing changes for a camera made without."""
        self._perceive.face_wanted = wanted

    def follow(self, number: int) -> bool:
        """The person of that number is the patient, from the next frame on: see Perceive.follow."""
        with self._lock:
            return self._perceive.follow(number)

    def forget(self) -> None:
        """Another patient comes: whoever is followed, and that somebody chose them, counts no more."""
        with self._lock:
            self._perceive.forget()

    def close(self) -> None:
        """Release the networks; waits for the frame at work. May be called more than once."""
        with self._lock:
            self._perceive.close()
