"""What is drawn on the frame: skeleton, the arc of the exercised angle, repetition count and cue line."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise

import cv2
import numpy as np

from physio.exercise.definition import Exercise
from physio.feedback.lettering import DARK, LIGHT, Box, Colour, badge, banner, label, numeral
from physio.kinematics.angles import ANGLE_INDEX, ANGLES, angles_of
from physio.landmarks import BODY_INDEX, HEAD, SEGMENTS
from physio.language import english
from physio.messages import Message
from physio.types import FloatArray, FrameResult, Image, Person, Pose, Side

# RGB. Colour never stands alone: what deviates is dashed, what is right is solid.
CORRECT: Colour = (0, 158, 115)
DEVIATING: Colour = (0, 114, 178)
_TONES: dict[str, Colour] = {
    "error": (204, 51, 17),
    "warning": (230, 159, 0),
    "positive": CORRECT,
    "info": (68, 68, 68),
}
_MIN_VISIBILITY = 0.5
_FAR_PX = 10_000.0
_LEFT_OUT = frozenset(BODY_INDEX[f"{name}_{side}"] for name in ("pinky", "index", "thumb") for side in "lr")


@dataclass(frozen=True, slots=True)
class _Value:
    """A text and where its middle should be, (2,) pixels."""

    text: str
    at: FloatArray


@dataclass(frozen=True, slots=True)
class Look:
    """How a frame is shown. mirror: left and right as in a mirror, what is written upright; count, cue: whether they
    are written on the frame, and not beside it."""

    mirror: bool = False
    count: bool = True
    cue: bool = True


_AS_SEEN = Look()


def draw(
    image: Image,
    result: FrameResult,
    exercise: Exercise | None,
    side: Side,
    say: Callable[[Message], str] = english,
    look: Look = _AS_SEEN,
) -> Image:
    """A copy of image (H, W, 3) RGB with the overlay; sizes follow the shorter side of the frame. say: a message in the
    patient's language."""
    if look.mirror:
        image, result = _mirrored(image, result)
    canvas = image.copy()  # of the mirror's view too: OpenCV draws on memory in its order only
    unit_px = max(1, round(min(canvas.shape[:2]) / 240))
    values: list[_Value] = []
    if result.pose is not None:
        _skeleton(canvas, result.pose, result.deviating, unit_px)
        if exercise is not None:
            values = _arcs(canvas, result, exercise, side, unit_px)
    taken: tuple[Box, ...] = _people(canvas, result.observation.people, unit_px)
    if look.cue and result.cue is not None:
        taken += (banner(canvas, say(result.cue.text), _TONES[result.cue.tone], 14 * unit_px),)
    if look.count and exercise is not None:
        taken += (badge(canvas, str(result.rep_count), 24 * unit_px),)
    for value in values:
        taken += (label(canvas, value.text, value.at, 9 * unit_px, taken),)
    return canvas


def countdown(canvas: Image, seconds: int) -> None:
    """The seconds to go, large in the middle of canvas."""
    numeral(canvas, str(seconds), min(canvas.shape[:2]) // 3)


def _mirrored(image: Image, result: FrameResult) -> tuple[Image, FrameResult]:
    """The frame from right to left, and where everything is then. Left and right of the body stay what they are: only
    places change."""
    last = image.shape[1] - 1
    seen = result.observation
    pose = seen.pose
    if pose is not None:
        flipped = np.column_stack([last - pose.image_px[:, 0], pose.image_px[:, 1]])
        pose = replace(pose, image_px=flipped)
    people = tuple(
        replace(one, box_px=(last - right, top, last - left, bottom))
        for one in seen.people
        for left, top, right, bottom in (one.box_px,)
    )
    return image[:, ::-1], replace(result, observation=replace(seen, pose=pose, people=people))


def _people(canvas: Image, people: tuple[Person, ...], unit_px: int) -> tuple[Box, ...]:
    """A rectangle with a number around everybody, the solid one around the person being measured; the boxes of the
    numbers."""
    numbers: list[Box] = []
    for person in people:
        left, top, right, bottom = person.box_px
        corners = [np.array(corner) for corner in ((left, top), (right, top), (right, bottom), (left, bottom))]
        for start, end in zip(corners, corners[1:] + corners[:1], strict=True):
            if person.followed:
                cv2.line(canvas, _pixel(start), _pixel(end), LIGHT, unit_px, cv2.LINE_AA)
            else:
                _dashed(canvas, start, end, unit_px, LIGHT)
        at = np.array([left + 8 * unit_px, top + 8 * unit_px])
        numbers.append(label(canvas, str(person.number), at, 11 * unit_px, tuple(numbers)))
    return tuple(numbers)


def _points(pose: Pose) -> FloatArray:
    """Pixels (33, 2) as OpenCV can take them: what lies far outside is brought nearer, unknown stays NaN."""
    return np.clip(pose.image_px, -_FAR_PX, _FAR_PX)


def _deviating_segments(deviating: frozenset[str]) -> frozenset[frozenset[str]]:
    chains = (chain for name in deviating for chain in ANGLES[ANGLE_INDEX[name]].drawn)
    return frozenset(frozenset(pair) for chain in chains for pair in pairwise(chain))


def _skeleton(canvas: Image, pose: Pose, deviating: frozenset[str], unit_px: int) -> None:
    points, wrong = _points(pose), _deviating_segments(deviating)
    seen = (pose.visibility >= _MIN_VISIBILITY) & np.isfinite(points).all(axis=1)
    for a, b in SEGMENTS:
        i, j = BODY_INDEX[a], BODY_INDEX[b]
        if seen[i] and seen[j]:
            off = frozenset((a, b)) in wrong
            cv2.line(canvas, _pixel(points[i]), _pixel(points[j]), LIGHT, 2 * unit_px + 2, cv2.LINE_AA)
            (_dashed if off else _solid)(canvas, points[i], points[j], 2 * unit_px)
    for index in range(len(HEAD), len(points)):
        if seen[index] and index not in _LEFT_OUT:
            cv2.circle(canvas, _pixel(points[index]), 2 * unit_px, LIGHT, -1, cv2.LINE_AA)
            cv2.circle(canvas, _pixel(points[index]), 2 * unit_px, DARK, 1, cv2.LINE_AA)


def _solid(canvas: Image, a: FloatArray, b: FloatArray, width_px: int) -> None:
    cv2.line(canvas, _pixel(a), _pixel(b), CORRECT, width_px, cv2.LINE_AA)


def _dashed(canvas: Image, start: FloatArray, end: FloatArray, width_px: int, colour: Colour = DEVIATING) -> None:
    dashes = max(2, int(np.hypot(*(end - start)) / (6 * width_px)))
    for k in range(dashes):
        p, q = start + (end - start) * k / dashes, start + (end - start) * (k + 0.6) / dashes
        cv2.line(canvas, _pixel(p), _pixel(q), colour, width_px, cv2.LINE_AA)


def _pixel(point: FloatArray) -> tuple[int, int]:
    return round(float(point[0])), round(float(point[1]))


def _arcs(canvas: Image, result: FrameResult, exercise: Exercise, side: Side, unit_px: int) -> list[_Value]:
    """Draws the signal's arc at each working joint that is known; their values, to be written when all is drawn."""
    if result.pose is None:
        return []
    points, values = _points(result.pose), []
    for name in angles_of(exercise.signal.angle, side):
        angle, angle_deg = ANGLES[ANGLE_INDEX[name]], result.kinematics.angles_deg[ANGLE_INDEX[name]]
        for chain in angle.drawn:
            placed = [points[BODY_INDEX[point]] for point in chain]
            if len(placed) != 3 or not np.isfinite([angle_deg, *np.ravel(placed)]).all():
                continue
            first, vertex, last = placed
            start = 2 * vertex - first if angle.row.opens_straight else first
            colour = DEVIATING if name in result.deviating else CORRECT
            values.append(_Value(f"{angle_deg:.0f}°", _arc(canvas, (start, vertex, last), colour, unit_px)))
    return values


def _arc(canvas: Image, chain: tuple[FloatArray, ...], colour: Colour, unit_px: int) -> FloatArray:
    """The arc at the middle of three points and the line it opens from; a point (2,) beyond it, for its value."""
    first, vertex, last = chain
    start, end = (float(np.degrees(np.arctan2(*(p - vertex)[::-1]))) for p in (first, last))
    sweep = (end - start + 180) % 360 - 180
    radius = 12 * unit_px
    cv2.line(canvas, _pixel(vertex), _pixel(vertex + 1.4 * radius * _direction(start)), LIGHT, unit_px, cv2.LINE_AA)
    for line, width_px in ((LIGHT, unit_px + 2), (colour, unit_px + 1)):
        cv2.ellipse(canvas, _pixel(vertex), (radius, radius), 0, start, start + sweep, line, width_px, cv2.LINE_AA)
    return vertex + 2.2 * radius * _direction(start + sweep / 2)


def _direction(angle_deg: float) -> FloatArray:
    return np.array([np.cos(np.radians(angle_deg)), np.sin(np.radians(angle_deg))])
