"""Names and index tables of the 33 body landmarks (BlazePose), and which of them lie in the frame. Left and right are
the person's own."""

from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt

BODY: tuple[str, ...] = (
    "nose",
    "eye_inner_l",
    "eye_l",
    "eye_outer_l",
    "eye_inner_r",
    "eye_r",
    "eye_outer_r",
    "ear_l",
    "ear_r",
    "mouth_l",
    "mouth_r",
    "shoulder_l",
    "shoulder_r",
    "elbow_l",
    "elbow_r",
    "wrist_l",
    "wrist_r",
    "pinky_l",
    "pinky_r",
    "index_l",
    "index_r",
    "thumb_l",
    "thumb_r",
    "hip_l",
    "hip_r",
    "knee_l",
    "knee_r",
    "ankle_l",
    "ankle_r",
    "heel_l",
    "heel_r",
    "foot_index_l",
    "foot_index_r",
)
BODY_INDEX: dict[str, int] = {name: i for i, name in enumerate(BODY)}
HEAD: tuple[int, ...] = tuple(range(11))

SEGMENTS: tuple[tuple[str, str], ...] = (
    ("shoulder_l", "shoulder_r"),
    ("hip_l", "hip_r"),
    *(
        (f"{a}_{side}", f"{b}_{side}")
        for side in "lr"
        for a, b in (
            ("shoulder", "hip"),
            ("shoulder", "elbow"),
            ("elbow", "wrist"),
            ("hip", "knee"),
            ("knee", "ankle"),
            ("ankle", "heel"),
            ("heel", "foot_index"),
            ("ankle", "foot_index"),
        )
    ),
)
"""The lines of the drawn skeleton, as pairs of landmark names."""

Edge = Literal["left", "top", "right", "bottom"]
EDGES: tuple[Edge, ...] = get_args(Edge)


def beyond_edges(
    points_px: npt.NDArray[Any], size_px: npt.ArrayLike, margin_px: npt.ArrayLike = 0.0
) -> npt.NDArray[np.bool_]:
    """Beyond which EDGES (…, 4) of a frame of size_px (…, 2: width, height) points (…, 2) lie, or within margin_px (…)
    of them. An unknown point is beyond all: nobody knows it to be in the frame."""
    margin = np.asarray(margin_px)[..., None]
    return np.concatenate([~(points_px >= margin), ~(points_px < np.asarray(size_px) - margin)], axis=-1)


def in_frame(
    points_px: npt.NDArray[Any], size_px: npt.ArrayLike, margin_px: npt.ArrayLike = 0.0
) -> npt.NDArray[np.bool_]:
    """Which of points (…, 2) lie in a frame of size_px (…, 2: width, height), further than margin_px (…) from its
    edges. Pixels count from 0 to width, exclusive."""
    return np.asarray(~beyond_edges(points_px, size_px, margin_px).any(axis=-1))
