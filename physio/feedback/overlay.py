"""What is drawn on the picture: skeleton, the arc of the exercised angle, repetition count and cue line."""

from itertools import pairwise

import cv2
import numpy as np

from physio.exercise.definition import Exercise
from physio.kinematics.angles import ANGLE_INDEX, ANGLES
from physio.landmarks import BODY_INDEX, SEGMENTS
from physio.types import FloatArray, FrameResult, Image, Pose, Side

# RGB. Colour never stands alone: what deviates is dashed, what is right is solid.
Colour = tuple[int, int, int]
CORRECT: Colour = (0, 158, 115)
DEVIATING: Colour = (0, 114, 178)
_LIGHT: Colour = (255, 255, 255)
_DARK: Colour = (25, 25, 25)
_TONES: dict[str, Colour] = {
    "error": (204, 51, 17),
    "warning": (230, 159, 0),
    "positive": CORRECT,
    "info": (68, 68, 68),
}
_MIN_VISIBILITY = 0.5
_LEFT_OUT = frozenset(BODY_INDEX[f"{name}_{side}"] for name in ("pinky", "index", "thumb") for side in "lr")

# The chain of landmarks whose middle is the joint that the angle belongs to.
_CHAINS: dict[str, tuple[str, str, str]] = {
    "shoulder": ("hip", "shoulder", "elbow"),
    "elbow": ("shoulder", "elbow", "wrist"),
    "hip": ("shoulder", "hip", "knee"),
    "knee": ("hip", "knee", "ankle"),
    "ankle": ("knee", "ankle", "foot_index"),
}
_LONE_SEGMENTS: dict[str, tuple[str, str]] = {
    "thigh": ("hip", "knee"),
    "shank": ("knee", "ankle"),
    "upper_arm": ("shoulder", "elbow"),
    "forearm": ("elbow", "wrist"),
    "trunk": ("hip", "shoulder"),
}


def draw(image: Image, result: FrameResult, exercise: Exercise | None, side: Side) -> Image:
    """A copy of image (H, W, 3) RGB with the overlay; sizes follow the picture's height."""
    canvas = image.copy()
    unit_px = max(1, round(canvas.shape[0] / 240))
    if result.pose is not None:
        _skeleton(canvas, result.pose, result.deviating, unit_px)
        if exercise is not None:
            _arcs(canvas, result, exercise.signal.angle, side, unit_px)
    if exercise is not None:
        _badge(canvas, str(result.rep_count), unit_px)
    if result.cue is not None:
        _banner(canvas, result.cue.text, _TONES[result.cue.tone], unit_px)
    return canvas


def _points(pose: Pose) -> list[tuple[int, int]]:
    bounded = np.clip(np.nan_to_num(pose.image_px), -10_000, 10_000)
    return [(int(x), int(y)) for x, y in bounded.round()]


def _deviating_segments(deviating: frozenset[str]) -> frozenset[frozenset[str]]:
    pairs: set[frozenset[str]] = set()
    for name in deviating:
        angle = ANGLES[ANGLE_INDEX[name]]
        for side in angle.side or "lr":
            joint = next((_CHAINS[key] for key in _CHAINS if angle.base.startswith(key)), None)
            lone = next((_LONE_SEGMENTS[key] for key in _LONE_SEGMENTS if angle.base.startswith(key)), None)
            chain = [f"{point}_{side}" for point in joint or lone or ()]
            pairs.update(frozenset(pair) for pair in pairwise(chain))
    return frozenset(pairs)


def _skeleton(canvas: Image, pose: Pose, deviating: frozenset[str], unit_px: int) -> None:
    points, wrong = _points(pose), _deviating_segments(deviating)
    seen = pose.visibility >= _MIN_VISIBILITY
    for a, b in SEGMENTS:
        i, j = BODY_INDEX[a], BODY_INDEX[b]
        if seen[i] and seen[j]:
            off = frozenset((a, b)) in wrong
            cv2.line(canvas, points[i], points[j], _LIGHT, 2 * unit_px + 2, cv2.LINE_AA)
            (_dashed if off else _solid)(canvas, points[i], points[j], 2 * unit_px)
    for index in range(11, len(points)):
        if seen[index] and index not in _LEFT_OUT:
            cv2.circle(canvas, points[index], 2 * unit_px, _LIGHT, -1, cv2.LINE_AA)
            cv2.circle(canvas, points[index], 2 * unit_px, _DARK, 1, cv2.LINE_AA)


def _solid(canvas: Image, a: tuple[int, int], b: tuple[int, int], width_px: int) -> None:
    cv2.line(canvas, a, b, CORRECT, width_px, cv2.LINE_AA)


def _dashed(canvas: Image, a: tuple[int, int], b: tuple[int, int], width_px: int) -> None:
    start, end = np.array(a, float), np.array(b, float)
    dashes = max(2, int(np.hypot(*(end - start)) / (6 * width_px)))
    for k in range(dashes):
        p, q = start + (end - start) * k / dashes, start + (end - start) * (k + 0.6) / dashes
        cv2.line(canvas, _pixel(p), _pixel(q), DEVIATING, width_px, cv2.LINE_AA)


def _pixel(point: FloatArray) -> tuple[int, int]:
    return round(float(point[0])), round(float(point[1]))


def _arcs(canvas: Image, result: FrameResult, signal: str, side: Side, unit_px: int) -> None:
    for letter in {"left": "l", "right": "r", "both": "lr"}[side]:
        name = signal if signal in ANGLE_INDEX else f"{signal}_{letter}"
        value = result.kinematics.angles_deg[ANGLE_INDEX[name]]
        chain = next((_CHAINS[key] for key in _CHAINS if signal.startswith(key)), None)
        if chain is not None and np.isfinite(value) and result.pose is not None:
            a, vertex, b = (result.pose.image_px[BODY_INDEX[f"{point}_{letter}"]] for point in chain)
            colour = DEVIATING if name in result.deviating else CORRECT
            _arc(canvas, (a, vertex, b), f"{value:.0f}°", colour, unit_px)


def _arc(canvas: Image, chain: tuple[FloatArray, ...], text: str, colour: Colour, unit_px: int) -> None:
    a, vertex, b = chain
    start, end = (float(np.degrees(np.arctan2(*(p - vertex)[::-1]))) for p in (a, b))
    sweep = (end - start + 180) % 360 - 180
    radius = 12 * unit_px
    cv2.ellipse(canvas, _pixel(vertex), (radius, radius), 0, start, start + sweep, _LIGHT, unit_px + 2, cv2.LINE_AA)
    cv2.ellipse(canvas, _pixel(vertex), (radius, radius), 0, start, start + sweep, colour, unit_px + 1, cv2.LINE_AA)
    middle = np.radians(start + sweep / 2)
    _label(canvas, text, vertex + 2.2 * radius * np.array([np.cos(middle), np.sin(middle)]), 9 * unit_px)


def _label(canvas: Image, text: str, centre: FloatArray, size_px: int) -> None:
    """Text in a white box about a point, kept inside the picture."""
    face, (height, width) = cv2.FontFace("sans"), canvas.shape[:2]
    _, _, text_width, _ = cv2.getTextSize((width, height), text, (0, 0), face, size_px, 600)
    x = int(np.clip(centre[0] - text_width / 2, 4, max(4, width - text_width - 4)))
    y = int(np.clip(centre[1] + size_px / 3, size_px + 4, height - 8))
    cv2.rectangle(canvas, (x - 4, y - size_px), (x + text_width + 4, y + size_px // 3), _LIGHT, -1)
    cv2.putText(canvas, text, (x, y), _DARK, face, size_px, 600)


def _badge(canvas: Image, text: str, unit_px: int) -> None:
    size_px = 24 * unit_px
    _label(canvas, text, np.array([canvas.shape[1], size_px], dtype=float), size_px)


def _banner(canvas: Image, text: str, tone: Colour, unit_px: int) -> None:
    """The cue along the lower edge: a bar of its tone at the left, dark ground, light text of at least 28 px at 480."""
    size_px, face, width = 14 * unit_px, cv2.FontFace("sans"), canvas.shape[1]
    while size_px > 8 and cv2.getTextSize((10 * width, size_px), text, (0, 0), face, size_px, 600)[2] > 0.92 * width:
        size_px -= 1
    top = canvas.shape[0] - 2 * size_px
    canvas[top:] = canvas[top:] // 4
    cv2.rectangle(canvas, (0, top), (4 * unit_px, canvas.shape[0]), tone, -1)
    cv2.putText(canvas, text, (8 * unit_px, canvas.shape[0] - int(0.65 * size_px)), _LIGHT, face, size_px, 600)
