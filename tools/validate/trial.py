"""A real person losing balance on a beam, seen by four cameras at once (Pose2Sim's demonstration trial).

The reference is a second markerless system that triangulates four views, not optical markers: its own three-point and
model angles differ by 2-11° in the same frame. Agreement within that is all it can show.
"""

from pathlib import Path

import numpy as np

from physio.kinematics.angles import ANGLES
from physio.kinematics.geometry import wrap_deg
from physio.networks.assets import ModelPaths
from physio.types import FloatArray
from tests.synthetic.rotations import unit
from tests.synthetic.truth import Joints, angles
from tools.validate.agreement import agreement, figures, number, table
from tools.validate.measured import measure

MARKERS = "balance_markers.trc"
CAMERAS = {
    "balance_cam01.mp4": "right front, 53° (camera rolled 13°)",
    "balance_cam02.mp4": "front, 9°",
    "balance_cam03.mp4": "left back, 110°",
    "balance_cam04.mp4": "back, 167° (camera rolled 26°)",
}
_BASES = ("knee_flexion", "hip_flexion", "hip_abduction", "elbow_flexion", "shoulder_elevation")
_HEAD_LINES = 5


def true_angles(path: Path) -> FloatArray:
    """(T, A) degrees from the triangulated joint centres of a .trc file (Y up), one row per video frame."""
    lines = path.read_text(encoding="utf-8").splitlines()
    names = [name for name in lines[3].split("\t")[2:] if name]
    values = np.array([[float(v) for v in line.split("\t")[2:] if v] for line in lines[_HEAD_LINES:] if line.strip()])
    points = values.reshape(len(values), -1, 3)[:, :, [2, 0, 1]]
    at = {name: points[:, i] for i, name in enumerate(names)}
    sided = {
        joint.lower(): {"l": at[f"L{joint}"], "r": at[f"R{joint}"]}
        for joint in ("Shoulder", "Elbow", "Wrist", "Hip", "Knee", "Ankle")
    }
    soles = {side.lower(): unit(at[f"{side}BigToe"] - at[f"{side}Heel"]) for side in "LR"}
    return angles(Joints(neck=at["Neck"], sole=soles, **sided))


def trial_table(media: Path, models: ModelPaths) -> str:
    """One row per camera and angle."""
    true = true_angles(media / MARKERS)
    rows = []
    for name, view in CAMERAS.items():
        seen = measure(media / name, models)
        count = min(len(true), len(seen.t_s))
        for base in _BASES:
            columns = [i for i, angle in enumerate(ANGLES) if angle.base == base]
            wanted = true[:count, columns]
            raw = [
                number(agreement(wrap_deg(plain[:count, columns] - wanted)).mae_deg)
                for plain in (seen.picture_deg, seen.world_deg)
            ]
            given = agreement(wrap_deg(seen.given_deg[:count, columns] - wanted), int(np.isfinite(wanted).sum()))
            rows.append([view, base, *raw, *figures(given)])
    return table(
        ("camera", "angle", "2-D", "3-D", "MAE", "bias", "SD", "95 % limits", "refused %", "beyond 15° %"), rows
    )
