"""The face in a frame, found through the body: MediaPipe's FaceLandmarker on a crop of the head.

At therapy distance a face is 30–60 px in a 640×480 frame and the face detector, which sees 128×128 px, misses it; cut
out around the head that the pose knows, it is found.
"""

from collections.abc import Sequence
from pathlib import Path

import mediapipe as mp
import numpy as np
from mediapipe.tasks.python import BaseOptions, vision

from physio.landmarks import BODY_INDEX, HEAD
from physio.perception.crop import Crop, square_crop
from physio.perception.face_quality import MOST_TURN, head_turn
from physio.perception.head_rotation import angles_of_rotation_deg, head_rotation
from physio.perception.native import close_with, quiet_native_logs
from physio.types import Face, FloatArray, Image, Pose

CROP_AT_LEAST_PX = 192
CROP_PER_HEAD = 1.6
"""Half the crop's width per extent of the 11 head landmarks (nose to ear from the side, ear to ear from the front)."""
CROP_PER_SHOULDERS = 0.6
"""Half the crop's width per distance between the shoulders, for heads whose landmarks fall together."""
MOST_FACES = 2
"""One more than wanted, so that a bystander's larger face beside the head does not hide the patient's."""
CROPS = (1.0, 2.2, 0.65)
"""Sizes of the square around the head, tried in turn until there is a face in it. Of 2,100 looks at 90 rendered people,
faces of 33–47 px, turned up to 60°, the first finds 97.1 %, all three 99.5 %: the detector finds dark faces with their
shoulders about them, and turned ones without. On a head in profile (see face_quality.MOST_TURN) only the first is
tried: the others would find what is no face."""
FARTHEST_FROM_HEAD = 0.5
"""A face belongs to the body when its eyes, nose and mouth lie within this share of its height from the body's own.
They span about as much in a face: farther off, it is another face, or one that the network imagines on a profile."""

_SHOULDERS = (BODY_INDEX["shoulder_l"], BODY_INDEX["shoulder_r"])
_BODY_EYES_NOSE_MOUTH = tuple(BODY_INDEX[n] for n in ("eye_l", "eye_r", "nose", "mouth_l", "mouth_r"))
_FACE_EYES_NOSE_MOUTH = (473, 468, 1, 291, 61)  # the same points of the face: irises, nose tip, mouth corners
_FOREHEAD, _CHIN = 10, 152


class FaceDetector:
    """Finds faces; keeps nothing between frames. Whose they are is for the caller to ask: see face_of.

    model is a face_landmarker bundle, as a path or its bytes; most: how many faces at once. Not safe for calls from two
    threads at once.
    """

    def __init__(self, model: Path | bytes, most: int = MOST_FACES) -> None:
        content = model if isinstance(model, bytes) else model.read_bytes()
        options = vision.FaceLandmarkerOptions(
            base_options=BaseOptions(model_asset_buffer=content),
            running_mode=vision.RunningMode.IMAGE,
            num_faces=most,
        )
        with quiet_native_logs():
            self._landmarker = vision.FaceLandmarker.create_from_options(options)
        self._close = close_with(self, self._landmarker)

    def faces(self, image: Image, around: Pose | None) -> list[FloatArray]:
        """Landmarks (478, 3) of the faces at that body's head, in pixels of image (H, W, 3); without a body, of the
        faces anywhere in it. RuntimeError after close()."""
        if around is None:
            return self.faces_in(Crop(image, 0, 0, 1.0))
        for size in CROPS if head_turn(around) <= MOST_TURN else CROPS[:1]:
            crop = head_crop(image, around, size)
            if crop is not None and (found := self.faces_in(crop)):
                return found
        return []

    def faces_in(self, crop: Crop) -> list[FloatArray]:
        """Landmarks (478, 3) of the faces in a part of a frame, in pixels of that frame. RuntimeError after close()."""
        return [crop.to_frame(points) for points in self._landmarks(crop.image)]

    def close(self) -> None:
        """Free the network. Doing it twice is fine."""
        self._close()

    def _landmarks(self, image: Image) -> list[FloatArray]:
        if not self._close.alive:
            raise RuntimeError("the face detector is closed")
        result = self._landmarker.detect(mp.Image(image_format=mp.ImageFormat.SRGB, data=np.ascontiguousarray(image)))
        height, width = image.shape[:2]
        # MediaPipe gives depth in the scale of the frame's width.
        return [np.array([(p.x * width, p.y * height, p.z * width) for p in face]) for face in result.face_landmarks]


def face_of(faces: Sequence[FloatArray], pose: Pose) -> Face | None:
    """The one of the faces that belongs to the body, None when none does. A face elsewhere than the body's head is
    somebody else's, however large."""
    own = [points for points in faces if distance_from_head(points, pose) <= FARTHEST_FROM_HEAD]
    return to_face(max(own, key=face_height_px)) if own else None


def head_crop(image: Image, pose: Pose, size: float = 1.0) -> Crop | None:
    """The square around the head, `size` times the usual one; None when the head lies outside the frame."""
    head = pose.image_px[list(HEAD)]
    extent = float(np.ptp(head, axis=0).max())
    shoulders = float(np.linalg.norm(pose.image_px[_SHOULDERS[0]] - pose.image_px[_SHOULDERS[1]]))
    half_width = max(CROP_PER_HEAD * extent, CROP_PER_SHOULDERS * shoulders)
    x, y = head.mean(axis=0)
    if not np.isfinite([x, y, half_width]).all():
        return None
    return square_crop(image, (float(x), float(y)), size * half_width, CROP_AT_LEAST_PX)


def distance_from_head(landmarks_px: FloatArray, pose: Pose) -> float:
    """How far the face's eyes, nose and mouth lie from the body's: root mean square of the five points, in heights of
    the face; inf for a face without height."""
    apart = landmarks_px[list(_FACE_EYES_NOSE_MOUTH), :2] - pose.image_px[list(_BODY_EYES_NOSE_MOUTH)]
    height = face_height_px(landmarks_px)
    return float(np.sqrt(np.mean(np.sum(apart**2, axis=1)))) / height if height > 0 else np.inf


def face_height_px(landmarks_px: FloatArray) -> float:
    """Forehead to chin in the frame, whatever the head's roll."""
    return float(np.linalg.norm(landmarks_px[_FOREHEAD, :2] - landmarks_px[_CHIN, :2]))


def to_face(landmarks_px: FloatArray) -> Face:
    """The face with these landmarks (478, 3), which are set read-only."""
    rotation = head_rotation(landmarks_px)
    landmarks_px.setflags(write=False)
    rotation.setflags(write=False)
    return Face(landmarks_px, rotation, *angles_of_rotation_deg(rotation), face_height_px(landmarks_px))
