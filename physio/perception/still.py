"""The largest face in a still picture, wherever it is and however small, read as the face of a stream is.

The face network looks for faces that fill a good part of what it is shown, and sees a stream's only in the square
around the head that the body shows. In a picture the face is found first, then read in such a square.
"""

from dataclasses import dataclass, replace

import numpy as np

from physio.networks.assets import ModelPaths
from physio.perception.appearance import Appearance, aligned_grey
from physio.perception.crop import in_border, square_crop
from physio.perception.face import CROP_AT_LEAST_PX, CROPS, FaceDetector, face_height_px, face_of, to_face
from physio.perception.face_quality import reason_of, sharpness_of
from physio.perception.pose import PoseDetector
from physio.types import Face, FaceReason, FloatArray, Frame, Image

MOST_FACES = 6
CROP_PER_HEIGHT = 1.2
"""Half the square's width per height of the face: what head_crop comes to for a face that looks at the camera."""
_HEAD = (1, 133, 468, 33, 362, 473, 263, 234, 454, 61, 291)
"""The face's landmarks where the body's HEAD has its own: nose, eyes, ears, mouth."""
_WHOLE_PX = 512
_BORDER = 0.3
_SAME_WITHIN = 0.5
"""Two readings are of one face when their landmarks lie this share of its height apart, or less."""


@dataclass(frozen=True, slots=True)
class StillFace:
    """The largest face of a picture, None when there is none, and how many were found."""

    face: Face | None
    faces: int


class StillFaceFinder:
    """Finds and reads the largest face of one picture after the other; keeps nothing between them. `close` frees the
    networks. Not safe for calls from two threads at once.

    The body is looked for only in a picture that shows no face at once, so its network is made when the first one
    comes.
    """

    def __init__(self, models: ModelPaths) -> None:
        self._faces = FaceDetector(models.face, MOST_FACES)
        self._appearance = Appearance(models.appearance)
        self._pose_model = models.pose
        self._bodies: PoseDetector | None = None

    def find(self, image: Image) -> StillFace:
        """The largest face of image (H, W, 3) RGB, upright. RuntimeError after close()."""
        for search, sure in (
            (self._in_whole, True),
            (self._in_border, True),
            (self._at_body, True),
            (self._in_halves, False),
            (self._in_quarters, False),
        ):
            found = search(image)
            read = self._read(image, max(found, key=face_height_px)) if found else None
            if read is None:
                continue
            face = self._with_appearance(image, to_face(read))
            # Looked for in so many parts, something that looks like a face is found in one of fourteen pictures
            # without any. It cannot be read, as some true faces cannot.
            if sure or face.reason is FaceReason.OK:
                return StillFace(face, len(found))
        return StillFace(None, 0)

    def close(self) -> None:
        """Free the networks. Doing it twice is fine."""
        self._faces.close()
        self._appearance.close()
        if self._bodies is not None:
            self._bodies.close()

    def _with_appearance(self, image: Image, face: Face) -> Face:
        aligned = aligned_grey(image, face.landmarks_px)
        appearance = self._appearance.read(aligned)
        appearance.setflags(write=False)
        seen = replace(face, appearance=appearance)
        return replace(seen, reason=reason_of(seen, sharpness_of(aligned), None))

    def _in_whole(self, image: Image) -> list[FloatArray]:
        return self._faces.faces_in(in_border(image, 0.0, _WHOLE_PX))

    def _in_border(self, image: Image) -> list[FloatArray]:
        """A face that fills the picture is found with something around it."""
        return self._faces.faces_in(in_border(image, _BORDER, _WHOLE_PX))

    def _at_body(self, image: Image) -> list[FloatArray]:
        """A face far away is found at the body's head."""
        if self._bodies is None:
            self._bodies = PoseDetector(self._pose_model, stills=True)
        pose = self._bodies.detect(Frame(0, 0.0, image))
        own = None if pose is None else face_of(self._faces.faces(image, pose), pose)
        return [] if own is None else [own.landmarks_px]

    def _in_halves(self, image: Image) -> list[FloatArray]:
        """A small face without a body is found in one of the overlapping parts that are half as large, or a quarter."""
        return self._in_parts(image, 1 / 2)

    def _in_quarters(self, image: Image) -> list[FloatArray]:
        return self._in_parts(image, 1 / 4)

    def _in_parts(self, image: Image, share: float) -> list[FloatArray]:
        height, width = image.shape[:2]
        half = min(share * max(height, width), height, width) / 2
        found: list[FloatArray] = []
        for y in _middles(height, half):
            for x in _middles(width, half):
                part = square_crop(image, (x, y), half, CROP_AT_LEAST_PX)
                for face in self._faces.faces_in(part) if part else []:
                    if not any(_same(face, other) for other in found):
                        found.append(face)
        return found

    def _read(self, image: Image, found: FloatArray) -> FloatArray | None:
        """The face once more, in the square around it; None when it is not there again, as something that only looked
        like a face. Of one that fills the picture the square is the picture, and what was found stands."""
        x, y = found[_HEAD, :2].mean(axis=0)
        half = CROP_PER_HEIGHT * face_height_px(found)
        for size in CROPS:
            square = square_crop(image, (float(x), float(y)), size * half, CROP_AT_LEAST_PX)
            again = [face for face in self._faces.faces_in(square) if _same(face, found)] if square else []
            if again:
                return max(again, key=face_height_px)
        fills = half >= max(x, y, image.shape[1] - x, image.shape[0] - y)
        return found if fills else None


def _middles(length: int, half: float) -> FloatArray:
    """Middles of parts that cover the length, each beginning no later than in the middle of the one before."""
    return np.linspace(half, length - half, int(np.ceil((length - 2 * half) / half)) + 1)


def _same(face: FloatArray, other: FloatArray) -> bool:
    apart = np.linalg.norm(face[:, :2] - other[:, :2], axis=1).mean()
    return bool(apart <= _SAME_WITHIN * face_height_px(other))
