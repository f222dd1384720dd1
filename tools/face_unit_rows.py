"""What the networks of the action units are fitted on: rendered faces with known truth, and photographs of real people
whose labels say something of a few units."""

import sys
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from scipy.optimize import linear_sum_assignment

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from real_faces import joined

from physio.affect.head_frame import eye_distance_px, in_head_frame
from physio.config import Settings
from physio.networks.assets import ensure_models
from physio.perception.appearance import Appearance
from physio.perception.head_rotation import angles_of_rotation_deg, head_rotation
from tests.synthetic.truth import action_units

APPEARANCE = 135
"""Features of the expression network that are used: the means over the face."""
MOST_YAW_DEG = 50.0
RESTING = "neutral"
LABELS: dict[str, dict[str, tuple[float, float]]] = {
    "neutral": dict.fromkeys(
        (
            *("au01", "au02", "au04", "au05", "au06", "au07", "au09", "au10"),
            *("au12", "au15", "au17", "au20", "au23", "au24", "au26"),
        ),
        (0.0, 0.5),
    ),
    "happiness": {
        "au12": (3.5, 1.0),
        "au06": (2.5, 0.5),
        **dict.fromkeys(("au04", "au09", "au15"), (0.0, 0.5)),
        **dict.fromkeys(("au01", "au17"), (0.0, 0.3)),
    },
    "anger": {
        "au04": (3.5, 1.0),
        "au07": (2.0, 0.5),
        "au12": (0.0, 0.5),
        "au23": (1.5, 0.2),
        **dict.fromkeys(("au01", "au02"), (0.0, 0.3)),
    },
    "disgust": {"au09": (3.0, 1.0), "au10": (3.0, 1.0), "au04": (2.0, 0.3), "au07": (1.5, 0.2), "au12": (0.0, 0.4)},
    "sadness": {"au01": (2.5, 1.0), "au15": (3.0, 1.0), "au04": (1.5, 0.5), "au17": (1.5, 0.3), "au12": (0.0, 0.5)},
    "surprise": {
        **dict.fromkeys(("au01", "au02", "au05"), (3.0, 1.0)),
        "au26": (2.5, 0.5),
        "au25": (3.0, 0.3),
        "au04": (0.0, 0.5),
        "au12": (0.0, 0.3),
    },
    "fear": {"au01": (3.0, 1.0), "au05": (3.0, 1.0), "au04": (2.0, 0.5), "au20": (2.0, 0.5)},
}
"""What a label says of a unit: (level, weight). Happiness 6+12, anger 4+7+23, disgust 9+10, sadness 1+4+15, surprise
1+2+5+26 (Ekman and Friesen's prototypes); the levels are ours: a photograph is labelled for a clear expression."""
_MOST_OF_A_LABEL = 900
_REAL_WEIGHT = 0.8


@dataclass(frozen=True)
class Rows:
    """One row a picture. in_head (n, 478, 3) in the head frame; turn_deg (n, 3); eyes_px (n,); appearance (n, 135);
    levels (n, U) and weights (n, U) of what is known of them; group (n,): pictures that share a face at rest;
    person (n,); kind (n,): what was shown; moving (n,): of a sequence; real (n,)."""

    in_head: np.ndarray
    turn_deg: np.ndarray
    eyes_px: np.ndarray
    appearance: np.ndarray
    levels: np.ndarray
    weights: np.ndarray
    group: np.ndarray
    person: np.ndarray
    kind: np.ndarray
    moving: np.ndarray
    real: np.ndarray

    def of(self, chosen: np.ndarray) -> "Rows":
        """Only some of them."""
        return Rows(*(getattr(self, one.name)[chosen] for one in fields(self)))

    @classmethod
    def joined(cls, parts: list["Rows"]) -> "Rows":
        """One after the other."""
        return cls(*(np.concatenate([getattr(part, one.name) for part in parts]) for one in fields(cls)))


def rendered_rows(path: Path, number: int, units: tuple[str, ...], network: Appearance) -> Rows:
    """Rows of a file of `python -m tests.synthetic face-landmarks`; number tells its persons from other files'."""
    with np.load(path) as file:
        found = file["found"].astype(bool)
        landmarks, actions, grey = (file[key][found] for key in ("landmarks_px", "actions", "grey64"))
        kind, sequence, person = (file[key][found] for key in ("kind", "sequence", "person"))
        names = [str(name) for name in file["action_names"]]
    truth = action_units(dict(zip(names, actions.astype(np.float64).T, strict=True)))
    in_head, turn_deg, eyes_px = _measured(landmarks.astype(np.float64))
    person = person.astype(np.int64) + 10_000 * number
    rows = Rows(
        in_head=in_head,
        turn_deg=turn_deg,
        eyes_px=eyes_px,
        appearance=network.read_all(grey)[:, :APPEARANCE].astype(np.float32),
        levels=np.stack([truth[name] for name in units], axis=1).astype(np.float32),
        weights=np.ones((len(kind), len(units)), np.float32),
        group=person * 100 + sequence.astype(np.int64) + 1,
        person=person,
        kind=kind.astype("<U16"),
        moving=sequence >= 0,
        real=np.zeros(len(kind), bool),
    )
    return rows.of(np.isfinite(in_head).all(axis=(1, 2)) & (np.abs(turn_deg[:, 0]) < MOST_YAW_DEG))


def real_rows(landmarks: Path, crops: Path, units: tuple[str, ...], network: Appearance) -> Rows:
    """Rows of the photographs with one of LABELS; rare labels weigh more."""
    faces = joined(landmarks, crops)
    chosen = np.isin(faces.label, list(LABELS))
    label, person = faces.label[chosen], faces.person[chosen].astype(np.int64) + 10_000_000
    levels, weights = _said(label, units)
    return Rows(
        in_head=faces.in_head[chosen].astype(np.float32),
        turn_deg=faces.turn_deg[chosen].astype(np.float32),
        eyes_px=faces.eyes_px[chosen].astype(np.float32),
        appearance=network.read_all(faces.grey[chosen])[:, :APPEARANCE].astype(np.float32),
        levels=levels,
        weights=weights,
        group=person * 100,
        person=person,
        kind=label.astype("<U16"),
        moving=np.zeros(len(label), bool),
        real=np.ones(len(label), bool),
    )


def _said(label: np.ndarray, units: tuple[str, ...]) -> tuple[np.ndarray, np.ndarray]:
    """(levels, weights), (n, U) each, of photographs with these labels."""
    levels = np.zeros((len(label), len(units)), np.float32)
    weights = np.zeros_like(levels)
    for name, said in LABELS.items():
        rows = label == name
        share = _REAL_WEIGHT * np.sqrt(_MOST_OF_A_LABEL / max(int(rows.sum()), 1))
        for unit, (level, weight) in said.items():
            levels[rows, units.index(unit)], weights[rows, units.index(unit)] = level, weight * share
    return levels, weights


def expression_network() -> Appearance:
    """The network that physio prepares."""
    return Appearance(ensure_models(Settings.load().models_dir).appearance)


def mirror_of(in_head: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(mean face (478, 3) that is its own mirror image, for each landmark the one on the other side (478,))."""
    mean = np.median(in_head, axis=0)
    flipped = mean * (-1.0, 1.0, 1.0)
    other = linear_sum_assignment(np.linalg.norm(mean[:, None] - flipped[None], axis=-1))[1]
    return (mean + flipped[other]) / 2, other


def _measured(landmarks: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rotations = np.array([head_rotation(face) for face in landmarks])
    turns = np.array([angles_of_rotation_deg(rotation) for rotation in rotations])
    return (
        in_head_frame(landmarks, rotations).astype(np.float32),
        turns.astype(np.float32),
        eye_distance_px(landmarks).astype(np.float32),
    )
