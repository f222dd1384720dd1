"""Faces over time: pain that comes and goes, talking, smiles, effort, blinks, while the head turns."""

from dataclasses import dataclass, replace
from functools import reduce

import numpy as np

from tests.synthetic.expressions import Moment, blinks, profile
from tests.synthetic.face_mixtures import SHARES, Face, draw_face, draw_pain, draw_talking
from tests.synthetic.face_shot import Setting, Shot, draw_face_px, draw_setting, draw_shot
from tests.synthetic.face_stills import Moments, gaze
from tests.synthetic.motion import Rng, drift
from tests.synthetic.rotations import Array

_LENGTH_S = 8.0
_THEMES: dict[str, tuple[float, dict[str, float]]] = {
    "pain": (0.42, {"pain": 0.8, "concentration": 0.1, "effort": 0.1}),
    "talking": (0.14, {"talking": 1.0}),
    "smiles": (0.1, {"smile": 0.4, "smile_cheeks": 0.4, "talking": 0.2}),
    "exercise": (0.16, {"effort": 0.4, "concentration": 0.25, "looking_down": 0.15, "pain": 0.1, "squint": 0.1}),
    "anything": (0.18, SHARES),
}
"""How often, and which kinds of moments take place."""
_FLASH, _CLOSED = 0.15, 0.35
_YAW_MOST_DEG, _PITCH_MOST_DEG = 38.0, 30.0


@dataclass(frozen=True, slots=True)
class _Event:
    """One expression: its course in time, its coefficients at full strength (of talking: none), seconds of shut eyes
    in its middle."""

    course: Moment
    face: Face
    closed_s: float


def draw_sequences(rng: Rng, names: tuple[str, ...], seconds: float, rate_hz: float, skin_luminance: float) -> Moments:
    """Sequences of about eight seconds at other places and distances; most start neutral, some in pain or smiling."""
    t_s = np.arange(round(_LENGTH_S * rate_hz)) / rate_hz
    parts = [
        _sequence(rng, names, t_s, draw_setting(rng, skin_luminance), number)
        for number in range(max(1, round(seconds / _LENGTH_S)))
    ]
    return reduce(Moments.then, parts)


def draw_events(rng: Rng, names: tuple[str, ...], duration_s: float) -> list[_Event]:
    """Expressions one after the other; the first may be under way when the sequence starts."""
    theme = str(rng.choice(list(_THEMES), p=[share for share, _ in _THEMES.values()]))
    shares = _THEMES[theme][1]
    weights = np.array(list(shares.values()))
    begins = str(rng.choice(["neutral", "pain", "smile_cheeks"], p=[0.66, 0.17, 0.17]))
    events: list[_Event] = []
    now = float(rng.uniform(1.0, 2.0))
    if begins != "neutral":
        events.append(_event(rng, names, begins, 0.0))
        first = events[0].course
        events[0] = replace(events[0], course=replace(first, start_s=-first.rise_s - 0.1, hold_s=first.hold_s + 0.4))
        now = events[0].course.end_s + float(rng.uniform(0.2, 1.0))
    while now < duration_s - 0.5:
        event = _event(rng, names, str(rng.choice(list(shares), p=weights / weights.sum())), now)
        events.append(event)
        now = event.course.end_s + float(rng.uniform(0.0, 1.2))
    return events


def _event(rng: Rng, names: tuple[str, ...], kind: str, start_s: float) -> _Event:
    rise, hold, fall = (float(v) for v in rng.uniform((0.25, 0.1, 0.3), (1.3, 2.0, 1.4)))
    closed = 0.0
    if kind == "pain":
        face = draw_pain(rng)
        if rng.random() < _FLASH:
            rise, hold, fall = 0.1, float(rng.uniform(0.02, 0.3)), 0.1
        elif rng.random() < _CLOSED:
            closed = float(rng.uniform(0.5, 1.0)) + hold
    elif kind == "talking":
        rise, hold, fall, face = 0.1, float(rng.uniform(1.5, 6.0)), 0.15, {}
    else:
        face = draw_face(rng, kind, names)
        if kind == "blink":
            rise, hold, fall = 0.1, 0.05, 0.12
    return _Event(Moment(kind, start_s, rise, hold, fall, 1.0), face, closed)


def faces_over_time(rng: Rng, names: tuple[str, ...], t_s: Array, events: list[_Event]) -> tuple[Array, list[str]]:
    """True coefficients (T, A) without gaze, and the kind of each moment."""
    index = {name: i for i, name in enumerate(names)}
    actions = np.zeros((len(t_s), len(names)))
    kinds = ["neutral"] * len(t_s)
    for event in events:
        shape = profile(t_s, event.course)
        moving = event.course.kind == "talking"
        own = _speech(rng, names, t_s) if moving else np.array([event.face.get(name, 0.0) for name in names])
        actions = np.maximum(actions, shape[:, None] * own)
        if event.closed_s:
            lids = replace(event.course, start_s=event.course.start_s + 0.6 * event.course.rise_s, rise_s=0.15,
                           hold_s=event.closed_s, fall_s=0.2)  # fmt: skip
            for side in ("Left", "Right"):
                column = index[f"eyeBlink{side}"]
                actions[:, column] = np.maximum(actions[:, column], profile(t_s, lids))
        kinds = [event.course.kind if s > 0.15 else k for s, k in zip(shape, kinds, strict=True)]
    closure = blinks(rng, t_s)
    for side in ("Left", "Right"):
        actions[:, index[f"eyeBlink{side}"]] = np.maximum(actions[:, index[f"eyeBlink{side}"]], closure)
    kinds = ["blink" if c > 0.3 and k == "neutral" else k for c, k in zip(closure, kinds, strict=True)]
    return np.clip(actions, 0.0, 1.0), kinds


def _speech(rng: Rng, names: tuple[str, ...], t_s: Array) -> Array:
    """(T, A): a new shape of the mouth every 0.12-0.3 s, now and then a pause."""
    times, shapes = [t_s[0]], [np.zeros(len(names))]
    while times[-1] < t_s[-1]:
        times.append(times[-1] + float(rng.uniform(0.12, 0.3)))
        face = draw_talking(rng) if rng.random() < 0.85 else {}
        shapes.append(np.array([face.get(name, 0.0) for name in names]))
    return np.stack([np.interp(t_s, times, column) for column in np.array(shapes).T], axis=1)


def _sequence(rng: Rng, names: tuple[str, ...], t_s: Array, setting: Setting, number: int) -> Moments:
    events = draw_events(rng, names, float(t_s[-1]))
    actions, kinds = faces_over_time(rng, names, t_s, events)
    pose = _head(rng, t_s, events)
    keeps = float(rng.uniform(0.5, 1.0)) if rng.random() < 0.6 else 0.0
    wander = np.stack([drift(rng, t_s, 3.0), drift(rng, t_s, 2.0)], axis=1)
    for k in range(len(t_s)):
        if kinds[k] != "looking_down":
            look = gaze(-keeps * pose[k, 0] + wander[k, 0], -keeps * pose[k, 1] + wander[k, 1])
            for name, value in look.items():
                actions[k, names.index(name)] = max(actions[k, names.index(name)], value)
    size = draw_face_px(rng)
    first = draw_shot(rng, (0.0, 0.0, 0.0), size)
    near = 1.0 + drift(rng, t_s, 0.02)
    off = np.stack([drift(rng, t_s, 0.03 * size), drift(rng, t_s, 0.03 * size)], axis=1)
    shots = tuple(
        _shot(first, pose[k], size * float(near[k]), (float(off[k, 0]), float(off[k, 1]))) for k in range(len(t_s))
    )
    return Moments(actions, tuple(kinds), shots, (setting,) * len(t_s), np.full(len(t_s), number), t_s)


def _shot(first: Shot, pose: Array, face_px: float, off_px: tuple[float, float]) -> Shot:
    yaw, pitch, roll = (float(v) for v in pose)
    return replace(first, yaw_deg=yaw, pitch_deg=pitch, roll_deg=roll, face_px=face_px, off_px=off_px)


def _head(rng: Rng, t_s: Array, events: list[_Event]) -> Array:
    """(T, 3) yaw, pitch and roll: still, or turning and nodding slowly; down to the knee with the eyes."""
    yaw = float(rng.normal(0.0, 11.0)) + drift(rng, t_s, 1.5)
    pitch = float(rng.normal(0.0, 7.0)) + drift(rng, t_s, 1.5)
    roll = float(rng.normal(0.0, 4.0)) + drift(rng, t_s, 1.0)
    if rng.random() < 0.6:
        yaw = yaw + float(rng.uniform(5.0, 28.0)) * np.sin(2 * np.pi * t_s / rng.uniform(5, 14) + rng.uniform(0, 6))
    if rng.random() < 0.5:
        pitch = pitch + float(rng.uniform(3.0, 13.0)) * np.sin(2 * np.pi * t_s / rng.uniform(2, 8) + rng.uniform(0, 6))
    for event in events:
        if event.course.kind == "looking_down":
            pitch = pitch - float(rng.uniform(8.0, 22.0)) * profile(t_s, event.course)
    pose: Array = np.stack(
        [
            np.clip(yaw, -_YAW_MOST_DEG, _YAW_MOST_DEG),
            np.clip(pitch, -_PITCH_MOST_DEG, _PITCH_MOST_DEG),
            np.clip(roll, -15.0, 15.0),
        ],
        axis=1,
    )
    return pose
