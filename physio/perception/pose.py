"""The body in a frame: MediaPipe's PoseLandmarker behind one object and one verb."""

from contextlib import nullcontext
from pathlib import Path

import mediapipe as mp
import numpy as np
from mediapipe.tasks.python import BaseOptions, vision

from physio.perception.native import close_with, quiet_native_logs
from physio.types import FloatArray, Frame, Pose

_S_TO_MS = 1000.0


class StreamClock:
    """Milliseconds that always increase, as VIDEO mode wants, whatever the stream's time stamps do."""

    def __init__(self) -> None:
        self._last_ms = -1

    def tick(self, t_s: float) -> int:
        """Time stamp for a frame at t_s seconds: its time, or one more than the last when that is not later."""
        self._last_ms = max(self._last_ms + 1, int(t_s * _S_TO_MS) if np.isfinite(t_s) else 0)
        return self._last_ms


class PoseDetector:
    """Finds the body in one frame after another of one stream. It keeps tracker state: never share it with another.

    model is a pose_landmarker bundle, as a path or its bytes (cache the bytes, not the detector). stills: every frame
    is a picture of its own, and no tracker state is kept. Not safe for calls from two threads at once; may be made in
    one thread and used in another.
    """

    def __init__(self, model: Path | bytes, *, stills: bool = False) -> None:
        content = model if isinstance(model, bytes) else model.read_bytes()  # MediaPipe cannot open every path itself
        options = vision.PoseLandmarkerOptions(
            base_options=BaseOptions(model_asset_buffer=content),
            running_mode=vision.RunningMode.IMAGE if stills else vision.RunningMode.VIDEO,
            num_poses=1,
        )
        with quiet_native_logs():
            self._landmarker = vision.PoseLandmarker.create_from_options(options)
        self._close = close_with(self, self._landmarker)
        self._clock = None if stills else StreamClock()
        self._seen_a_body = False

    def detect(self, frame: Frame) -> Pose | None:
        """The body, in pixels of the whole frame and metres, or None. RuntimeError after close()."""
        if not self._close.alive:
            raise RuntimeError("the pose detector is closed")
        # Not scaled down first, even from 4K: that takes as long as the network's own crop saves.
        image = mp.Image(image_format=mp.ImageFormat.SRGB, data=np.ascontiguousarray(frame.image))
        # MediaPipe comments on the first body it meets, later never again.
        with nullcontext() if self._seen_a_body else quiet_native_logs():
            if self._clock is None:
                result = self._landmarker.detect(image)
            else:
                result = self._landmarker.detect_for_video(image, self._clock.tick(frame.t_s))
        self._seen_a_body = self._seen_a_body or bool(result.pose_landmarks)
        if not result.pose_landmarks:
            return None
        height, width = frame.image.shape[:2]
        return to_pose(result.pose_landmarks[0], result.pose_world_landmarks[0], width, height)

    def close(self) -> None:
        """Free the network. Doing it twice is fine."""
        self._close()


def to_pose(image_points: list, world_points: list, width: int, height: int) -> Pose:  # type: ignore[type-arg]
    """A Pose from the landmarks of one body as MediaPipe gives them, in a frame of width × height pixels."""
    image_px: FloatArray = np.array([(p.x * width, p.y * height) for p in image_points])
    world_m: FloatArray = np.array([(p.x, p.y, p.z) for p in world_points])
    visibility: FloatArray = np.array([p.visibility for p in image_points])
    for array in (image_px, world_m, visibility):
        array.setflags(write=False)
    return Pose(image_px, world_m, visibility)
