"""Photographs of real people for fitting, read from two files that know nothing of each other: landmarks with labels,
and aligned grey faces with labels (neither is part of the project).

Both list the same people in the same alphabetical order and each person's photographs in the same order, but some are
missing on either side. `joined` finds the pairs: the face network reads the grey faces too, and where its points lie
tells which photograph's landmarks they are.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from physio.affect.head_frame import eye_distance_px, in_head_frame
from physio.config import Settings
from physio.networks.assets import ensure_models
from physio.perception.appearance import ALIGNED_PER_EXTENT, ALIGNED_PX, Appearance
from physio.perception.head_rotation import angles_of_rotation_deg, head_rotation

MESH = 468
BORDER_PX, ENLARGED = 24, 3
BAND = 130
"""How far the same photograph may stand apart in the two lists."""
SURE = 0.03
"""Mean distance of the points, in sides of the aligned face, up to which a pair is believed. (The pairs' median is
0.007, that of different photographs 0.037.)"""
SKIPPED = 0.02


@dataclass(frozen=True)
class RealFaces:
    """One row a photograph: in_head (n, 478, 3) in the head frame; turn_deg (n, 3): yaw, pitch, roll of the head;
    eyes_px (n,): distance of the eyes; small_in_head: as in_head, read from the 64-pixel face, NaN where no face was
    found in it; grey (n, 64, 64); label, person (n,)."""

    in_head: np.ndarray
    turn_deg: np.ndarray
    eyes_px: np.ndarray
    small_in_head: np.ndarray
    grey: np.ndarray
    label: np.ndarray
    person: np.ndarray


def joined(landmarks_file: Path, crops_file: Path) -> RealFaces:
    """The photographs that both files have."""
    with np.load(landmarks_file) as file:
        order = np.argsort(file["person"], kind="stable")
        landmarks, label, person = (file[key][order] for key in ("landmarks_px", "label", "person"))
    with np.load(crops_file) as file:
        grey = file["grey64"][np.argsort(file["person"], kind="stable")]
    landmarks = landmarks.astype(np.float64)
    mesh = read_mesh(grey)
    pairs = same_photographs(in_aligned_face(landmarks), mesh[..., :2])
    here, there = pairs.T
    return RealFaces(
        np.array([to_head(face) for face in landmarks[here]]),
        np.array([angles_of_rotation_deg(head_rotation(face)) for face in landmarks[here]]),
        eye_distance_px(landmarks[here]),
        np.array([to_head(face) for face in mesh[there]]),
        grey[there],
        label[here].astype(str),
        person[here],
    )


def to_head(landmarks: np.ndarray) -> np.ndarray:
    """Landmarks (478, 3) in the head frame."""
    return in_head_frame(landmarks, head_rotation(landmarks))


def in_aligned_face(landmarks: np.ndarray) -> np.ndarray:
    """Where landmarks (n, 478, 3) lie in the aligned face that is cut out around them (n, 478, 2), 0-1."""
    points = landmarks[..., :2]
    across = points[:, 263] - points[:, 33]
    cos, sin = (across / np.linalg.norm(across, axis=1, keepdims=True)).T
    level = np.stack([np.stack([cos, sin], -1), np.stack([-sin, cos], -1)], 1)
    turned = np.einsum("nij,nkj->nki", level, points)
    side = ALIGNED_PER_EXTENT * np.ptp(turned[:, :MESH], axis=1).max(axis=1)
    return (turned - turned[:, :MESH].mean(axis=1, keepdims=True)) / side[:, None, None] + 0.5


def read_mesh(grey: np.ndarray) -> np.ndarray:
    """The face network's landmarks (n, 478, 3) in aligned faces, in sides of them, NaN where it finds none."""
    import mediapipe as mp
    from mediapipe.tasks.python import BaseOptions, vision

    model = ensure_models(Settings.load().models_dir).face
    options = vision.FaceLandmarkerOptions(
        base_options=BaseOptions(model_asset_buffer=Path(model).read_bytes()),
        min_face_detection_confidence=0.2,
        min_face_presence_confidence=0.2,
    )
    found = np.full((len(grey), 478, 3), np.nan)
    full = ALIGNED_PX + 2 * BORDER_PX
    with vision.FaceLandmarker.create_from_options(options) as network:
        for row, face in enumerate(grey):
            framed = cv2.copyMakeBorder(face, *[BORDER_PX] * 4, cv2.BORDER_REPLICATE)
            large = cv2.resize(framed, None, fx=ENLARGED, fy=ENLARGED, interpolation=cv2.INTER_CUBIC)
            image = mp.Image(image_format=mp.ImageFormat.SRGB, data=cv2.cvtColor(large, cv2.COLOR_GRAY2RGB))
            for points in network.detect(image).face_landmarks:
                found[row] = [(point.x, point.y, point.z) for point in points]
    return (found * full - (BORDER_PX, BORDER_PX, 0)) / ALIGNED_PX


def same_photographs(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Pairs (k, 2) of rows of two lists of faces (n, 478, 2), in the order of both: the best way through both lists
    (Needleman & Wunsch 1970) in which a pair costs its distance and a face left out SKIPPED."""
    some = slice(0, MESH, 9)
    a, b = first[:, some], second[:, some]
    n, m, width = len(a), len(b), 2 * BAND + 1
    cost = np.full((n + 1, width), np.inf)
    step = np.zeros((n + 1, width), np.int8)  # 0 a pair, 1 a row of the first left out, 2 one of the second
    cost[0, BAND:] = SKIPPED * np.arange(BAND + 1)
    step[0] = 2
    distance = np.full((n, width), np.inf)
    for i in range(1, n + 1):
        j = np.arange(i - BAND, i + BAND + 1)
        inside = (j >= 1) & (j <= m)
        apart = a[i - 1] - b[j[inside] - 1]
        apart = np.linalg.norm(apart - np.median(apart, axis=1, keepdims=True), axis=-1).mean(axis=-1)
        distance[i - 1, inside] = np.where(np.isfinite(apart), apart, SURE)
        pair = cost[i - 1] + distance[i - 1]
        alone = np.append(cost[i - 1, 1:], np.inf) + SKIPPED
        best = np.minimum(pair, alone)
        best[(j < 0) | (j > m)] = np.inf
        passed = np.minimum.accumulate(best - SKIPPED * np.arange(width)) + SKIPPED * np.arange(width)
        step[i] = np.where(passed < best - 1e-12, 2, np.where(pair <= alone, 0, 1))
        cost[i] = np.where(j <= m, passed, np.inf)
    return _walk_back(step, distance, n, m)


def _walk_back(step: np.ndarray, distance: np.ndarray, n: int, m: int) -> np.ndarray:
    pairs = []
    i, k = n, m - n + BAND
    while i > 0:
        if step[i, k] == 2:
            k -= 1
        elif step[i, k] == 1:
            i, k = i - 1, k + 1
        else:
            if distance[i - 1, k] <= SURE:
                pairs.append((i - 1, i + k - BAND - 1))
            i -= 1
    return np.array(pairs[::-1])


def worsened(grey: np.ndarray, seed: int) -> np.ndarray:
    """Aligned faces as a small, blurred, compressed video would show them: 20–48 pixels, blur, JPEG, other contrast."""
    chance = np.random.default_rng(seed)
    return np.stack([_worsened(face, chance) for face in grey])


def _worsened(face: np.ndarray, chance: np.random.Generator) -> np.ndarray:
    side = int(chance.integers(20, 49))
    small = cv2.resize(face, (side, side), interpolation=cv2.INTER_AREA).astype(np.float32)
    small = cv2.GaussianBlur(small, (0, 0), chance.uniform(0.2, 0.8))
    lit = (small - 128) * chance.uniform(0.5, 1.2) + 128 + chance.uniform(-30, 30)
    packed = cv2.imencode(".jpg", np.clip(lit, 0, 255).astype(np.uint8), [1, int(chance.integers(30, 81))])[1]
    shown = cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE)
    return cv2.resize(shown, (ALIGNED_PX, ALIGNED_PX), interpolation=cv2.INTER_LINEAR)


def appearance_of(grey: np.ndarray) -> np.ndarray:
    """What the appearance network says of aligned faces, (n, APPEARANCE_SIZE)."""
    model = ensure_models(Settings.load().models_dir).appearance
    network = Appearance(Path(model))
    try:
        return network.read_all(grey)
    finally:
        network.close()
