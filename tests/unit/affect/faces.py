"""Faces made of numbers: landmarks laid out so that every measure has a wanted value."""

import numpy as np

from physio.affect.action_units import AU_INDEX, unit_table
from physio.affect.geometry import EYE_CORNERS, MEASURE_INDEX, MEASURES, head_table
from physio.types import Face, FloatArray

NEUTRAL: FloatArray = head_table().neutral
_EYES = np.array([(-0.7, -0.01, 0.04), (-0.3, 0.01, -0.04), (0.3, 0.01, -0.04), (0.7, -0.01, 0.04)])
"""The corners of the eyes, from the person's right to their left: one eye distance apart, middle at the origin."""
_PARENTS_FIRST = (
    "lower_lid",
    "eye_aperture",
    "brow_height",
    "brow_gap",
    "cheek",
    "nose_wing",
    "upper_lip",
    "mouth_corner",
    "mouth_width",
    "lip_gap",
    "lower_lip",
)


def landmarks(measures: FloatArray) -> FloatArray:
    """A face (478, 3) in the head frame, looking straight ahead, with these raw measures (M,)."""
    face = np.zeros((478, 3))
    face[:, 1] = 1.0
    face[list(EYE_CORNERS)] = _EYES
    assert sorted(_PARENTS_FIRST) == sorted(MEASURE_INDEX)
    for name in _PARENTS_FIRST:
        measure, value = MEASURES[MEASURE_INDEX[name]], measures[MEASURE_INDEX[name]]
        if measure.kind == "height":
            face[list(measure.of), 1] = face[list(measure.over), 1].mean() - value
        else:
            face[list(measure.of), 0], face[list(measure.over), 0] = value / 2, -value / 2
    return face


def head_turn(yaw_deg: float = 0.0, pitch_deg: float = 0.0, roll_deg: float = 0.0) -> FloatArray:
    """Face.rotation of such a head: roll about z, then pitch about x, then yaw about y (x right, y up, z towards the
    camera)."""
    yaw, pitch, roll = np.radians([yaw_deg, pitch_deg, roll_deg])
    about_y = np.array([[np.cos(yaw), 0, np.sin(yaw)], [0, 1, 0], [-np.sin(yaw), 0, np.cos(yaw)]])
    about_x = np.array([[1, 0, 0], [0, np.cos(pitch), np.sin(pitch)], [0, -np.sin(pitch), np.cos(pitch)]])
    about_z = np.array([[np.cos(roll), -np.sin(roll), 0], [np.sin(roll), np.cos(roll), 0], [0, 0, 1]])
    return about_y @ about_x @ about_z


def turned(face: FloatArray, rotation: FloatArray) -> FloatArray:
    """The face (n, 3) of the head frame (y down, z away) with the head turned by a Face.rotation."""
    return (face * (1, -1, -1)) @ rotation.T * (1, -1, -1)


def in_frame(face: FloatArray, eye_distance_px: float = 60.0) -> FloatArray:
    """The face (478, 3) of the head frame as pixels of a video frame."""
    return face * eye_distance_px + (320.0, 240.0, 0.0)


def seen(
    measures: FloatArray = NEUTRAL,
    yaw_deg: float = 0.0,
    pitch_deg: float = 0.0,
    height_px: float = 150.0,
    roll_deg: float = 0.0,
) -> Face:
    """A Face record with these measures, as the face detector would hand it over."""
    rotation = head_turn(yaw_deg, pitch_deg, roll_deg)
    points = in_frame(turned(landmarks(measures), rotation), height_px / 2.5)
    return Face(points, rotation, yaw_deg, pitch_deg, roll_deg, height_px)


def moved(**levels: float) -> FloatArray:
    """Neutral measures (M,) with action units at signed levels, each through the first of its measures; `opening` sets
    the eye aperture as a share of the neutral one."""
    measures = NEUTRAL.copy()
    measures[MEASURE_INDEX["eye_aperture"]] *= levels.pop("opening", 1.0)
    for name, level in levels.items():
        weights = unit_table().weights[AU_INDEX[name]]
        measure = int(np.flatnonzero(weights)[0])
        measures[measure] += level / weights[measure]
    return measures
