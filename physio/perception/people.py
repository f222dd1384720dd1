"""Who else is in the frame: a second pose network that now and then looks at all but the person who is followed."""

from pathlib import Path

import mediapipe as mp
import numpy as np
from mediapipe.tasks.python import BaseOptions, vision

from physio.perception.body_box import BodyBox, masked
from physio.perception.native import close_with, quiet_native_logs
from physio.perception.plausibility import confidence
from physio.perception.pose import to_pose
from physio.types import Image

MOST_OTHERS = 2
CERTAIN = 0.85
"""Least confidence for somebody else; above that of taking on the patient, because furniture is looked at as well."""
SIZE_FROM, SIZE_TO = 0.5, 2.5
"""Others are those who could be the patient, that is whose size is between these shares of the followed person's."""


class PeopleFinder:
    """Finds the others in single frames; keeps nothing between them.

    The network finds one body for certain and a second one rarely when there are two in the frame: so the one that is
    known is painted over first. model is a pose_landmarker bundle, as a path or its bytes.
    """

    def __init__(self, model: Path | bytes) -> None:
        content = model if isinstance(model, bytes) else model.read_bytes()
        options = vision.PoseLandmarkerOptions(
            base_options=BaseOptions(model_asset_buffer=content),
            running_mode=vision.RunningMode.IMAGE,
            num_poses=MOST_OTHERS,
        )
        with quiet_native_logs():
            self._landmarker = vision.PoseLandmarker.create_from_options(options)
        self._close = close_with(self, self._landmarker)

    def others(self, image: Image, followed: BodyBox) -> list[BodyBox]:
        """Everybody in image (H, W, 3) RGB but the one followed, the largest first. RuntimeError after close()."""
        if not self._close.alive:
            raise RuntimeError("the people finder is closed")
        height, width = image.shape[:2]
        rest = mp.Image(image_format=mp.ImageFormat.SRGB, data=masked(image, followed.box, keep=False))
        result = self._landmarker.detect(rest)
        found: list[BodyBox] = []
        for points, world in zip(result.pose_landmarks, result.pose_world_landmarks, strict=True):
            pose = to_pose(points, world, width, height)
            place = BodyBox.of(pose, (width, height))
            if place is not None and confidence(pose, (width, height)) >= CERTAIN and _could_be(place, followed, found):
                found.append(place)
        return sorted(found, key=lambda place: -place.trunk_px)

    def close(self) -> None:
        """Free the network. Doing it twice is fine."""
        self._close()


def _could_be(place: BodyBox, followed: BodyBox, found: list[BodyBox]) -> bool:
    """Of a size like the followed person's, and nobody who is known already."""
    alike = SIZE_FROM * followed.trunk_px <= place.trunk_px <= SIZE_TO * followed.trunk_px
    return alike and all(
        float(np.linalg.norm(place.hips_px - one.hips_px)) > min(place.trunk_px, one.trunk_px) / 2
        for one in (followed, *found)
    )
