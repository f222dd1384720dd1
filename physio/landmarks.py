"""Names and index tables of the 33 body landmarks (BlazePose). Left and right are the person's own."""

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

FACE_COUNT = 478
