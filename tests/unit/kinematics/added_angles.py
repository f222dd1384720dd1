"""Run in a process of its own: made-up rows are put into the text of the table and into nothing else, and what becomes
of them on the way through physio is printed as JSON."""

import json
import sys
import types
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
NAME = "physio.kinematics.angles"
ROWS = """
    AngleRow(
        base="trunk_rotation",
        formula=InPlane("shoulder_r>shoulder_l", "-pelvis_forward", "pelvis_left"),
        plane="transverse",
        drawn=("hip", "shoulder", "elbow"),
        sided=False,
        mirror_sign=-1.0,
        middle_deg=0.0,
        zeroed=True,
        goniometer=True,
    ),
    AngleRow(
        base="neck_flexion",
        formula=InPlane("shoulder_mid>ear_mid", "thorax_forward", TRUNK),
        plane="sagittal",
        picture_from="side",
        sided=False,
        middle_deg=0.0,
    ),
    AngleRow(base="toe_out", formula=Between("heel>foot_index", "level_forward"), drawn=("heel", "foot_index")),
"""


def with_rows() -> None:
    """physio.kinematics.angles as it would be with ROWS at the top of its table."""
    source = (ROOT / "physio" / "kinematics" / "angles.py").read_text()
    head = "ROWS: tuple[AngleRow, ...] = ("
    assert source.count(head) == 1
    module = types.ModuleType(NAME)
    sys.modules[NAME] = module
    exec(compile(source.replace(head, head + ROWS), NAME, "exec"), module.__dict__)


def main() -> None:
    with_rows()
    import numpy as np

    from physio.exercise.assignment import Assignment
    from physio.feedback.overlay import DEVIATING, draw
    from physio.kinematics.angles import ANGLE_INDEX, ANGLES
    from physio.kinematics.calibrator import ZEROED
    from physio.kinematics.correction import OUTPUTS
    from physio.kinematics.features import other_side
    from physio.kinematics.measure import Geometry
    from physio.language import english
    from physio.metrics import FRAME_COLUMNS, LABELS, frame_values
    from physio.pipeline import Analyse
    from physio.types import Observation, Reason
    from tests.unit.kinematics.bodies import Posture, pose, squat

    def analysed(posture: Posture, azimuth_deg: float):
        seen = pose(posture, azimuth_deg)
        return Analyse(Assignment()).step(Observation(0, 0.0, (1280, 720), seen, Reason.OK))

    from dataclasses import replace

    twisted, side = pose(Posture(twist_deg=20), 0), analysed(squat(30, 60, 40), 90)
    front = analysed(Posture(twist_deg=20), 0)
    geometry = Geometry.of(twisted.world_m, twisted.image_px)
    plain = draw(np.zeros((720, 1280, 3), np.uint8), front, None, "both")
    marked = draw(
        np.zeros((720, 1280, 3), np.uint8), replace(front, deviating=frozenset({"trunk_rotation"})), None, "both"
    )
    rotation, neck, knee = (ANGLE_INDEX[name] for name in ("trunk_rotation", "neck_flexion", "knee_flexion_l"))
    print(
        json.dumps(
            {
                "names": [angle.name for angle in ANGLES][:4],
                "landmarks": [ANGLES[rotation].landmarks, ANGLES[neck].landmarks],
                "rotation_deg": float(geometry.world_deg[rotation]),
                "given_deg": float(front.kinematics.angles_deg[rotation]),
                "error_known": bool(np.isfinite(front.kinematics.error_deg[rotation])),
                "knee_error_known": bool(np.isfinite(front.kinematics.error_deg[knee])),
                "neck_from_front": int(front.kinematics.reasons[neck]),
                "neck_from_side": int(side.kinematics.reasons[neck]),
                "column_deg": float(frame_values(front)[FRAME_COLUMNS.index("trunk_rotation")]),
                "error_column": "trunk_rotation_error" in FRAME_COLUMNS,
                "labels": [english(LABELS["trunk_rotation"]), english(LABELS["toe_out_r"])],
                "zeroed": "trunk_rotation" in ZEROED,
                "to_be_learned": "trunk_rotation" in OUTPUTS.names and OUTPUTS.names.count("toe_out_l") == 1,
                "twin": other_side("toe_out_l"),
                "marked": int((plain != marked).any(axis=-1).sum() > 0 and (marked == DEVIATING).all(axis=-1).any()),
            }
        )
    )


if __name__ == "__main__":
    main()
