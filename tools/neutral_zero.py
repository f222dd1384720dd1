"""Does a neutral zero bring the angles nearer to the truth? On rendered people with known truth who stand in rest.

    python tools/neutral_zero.py frames.npz [more.npz …]

The files hold landmarks beside the truth (python -m tests.synthetic landmarks). A clip counts when its first second
measures as standing still (its clips are too short for the three seconds that physio asks for); what that second gives
is used on the rest of the clip, where the angle's expected error is at most 10°. Each row is a mean over joints:

- as measured: nothing zeroed
- relaxed: people stand as they do in the clips, 4-5° from zero at knee and hip; the whole measured value taken off, and
  the share of it that physio takes off by itself
- straight: as if the same people had been asked to stand straight and had missed it by 2° (normal, drawn 50 times);
  the whole value, and the share that physio takes off when it is asked to
"""

import sys
from collections import defaultdict
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from physio.kinematics.angles import ANGLE_INDEX, ANGLES
from physio.kinematics.calibration import Standing, neutral
from physio.kinematics.calibrator import ASKED_STANCE_DEG, OWN_STANCE_DEG, ZEROED
from physio.kinematics.correction import AngleCorrection
from physio.kinematics.features import Bodies
from physio.kinematics.standing import StandingStill
from physio.types import FloatArray

FIRST_S, MAX_ERROR_DEG, DRAWS, SEED = 1.0, 10.0, 50, 7
HEAD = ("as measured", "relaxed, whole", "relaxed, share", "straight, whole", "straight, share")


def main(paths: list[Path]) -> None:
    """One table a file: mean absolute error in degrees by kind of angle."""
    for path in paths:
        rows = joints(path)
        if not rows:
            print(f"\n{path.name}: nobody stands still at the start of a clip")
            continue
        print(f"\n{path.name}\n\n| angle | joints | {' | '.join(HEAD)} |\n|{'---|' * (len(HEAD) + 2)}")
        for base, found in sorted(rows.items()):
            print(f"| {base} | {len(found)} | {' | '.join(f'{v:.2f}' for v in np.mean(found, axis=0))} |")
        everything = [row for found in rows.values() for row in found]
        print(f"| all | {len(everything)} | {' | '.join(f'{v:.2f}' for v in np.mean(everything, axis=0))} |")


def joints(path: Path) -> dict[str, list[list[float]]]:
    """base → one row of mean absolute errors, in the order of HEAD, for each joint of each clip that counts."""
    random, rows = np.random.default_rng(SEED), defaultdict(list)
    with np.load(path) as data:
        frames = {key: data[key] for key in ("t_s", "image_px", "world_m", "visibility", "angles_deg", "clip", "found")}
        size_px = data["size_px"]
    correction = AngleCorrection.load()
    for clip in np.unique(frames["clip"]):
        seen = {key: value[(frames["clip"] == clip) & frames["found"]] for key, value in frames.items()}
        if seen["t_s"].size == 0:
            continue
        size = np.repeat(size_px[clip][None].astype(float), seen["t_s"].size, axis=0)
        got = correction.correct(
            Bodies(*(seen[key].astype(float) for key in ("world_m", "image_px", "visibility")), size)
        )
        first = seen["t_s"] < seen["t_s"][0] + FIRST_S
        at_rest = rest_deg(seen["t_s"][first], got.angles_deg[first], got.error_deg[first], got.azimuth_deg[first])
        if at_rest is None:
            continue
        for name in ZEROED:
            i = ANGLE_INDEX[name]
            usable = ~first & (got.error_deg[:, i] <= MAX_ERROR_DEG) & np.isfinite(seen["angles_deg"][:, i])
            if usable.sum() < 10:
                continue
            error = (got.angles_deg - seen["angles_deg"])[usable, i]
            bias = float(np.median((got.angles_deg - seen["angles_deg"])[first, i]))
            expected = float(np.median(got.error_deg[first, i]))
            rows[ANGLES[i].base].append(row(error, (float(at_rest[i]), bias, expected), random))
    return rows


def rest_deg(t_s: FloatArray, angles: FloatArray, errors: FloatArray, azimuth: FloatArray) -> FloatArray | None:
    """The angles of somebody who stands straight and still all the time, None for anybody else."""
    watch = StandingStill()
    still_s = [watch.step(*moment) for moment in zip(t_s, angles, errors, azimuth, strict=True)]
    return watch.values_deg() if still_s[-1] > 0.8 * FIRST_S else None


def row(error: FloatArray, rest: tuple[float, float, float], random: np.random.Generator) -> list[float]:
    """The row of one joint. error (n,): measured minus true after the rest; rest: what it measured in rest, by how much
    that was wrong, and the error that was expected."""
    measured, bias, expected = rest

    def left(value: float, stance_deg: float | None) -> float:
        line = neutral("", Standing(value, expected, 0.0), stance_deg or 1e-6)
        return float(np.mean(np.abs(error + (line.offset_deg if line else 0.0))))

    missed = bias + random.normal(0, ASKED_STANCE_DEG, DRAWS)
    return [
        float(np.mean(np.abs(error))),
        left(measured, None),
        left(measured, OWN_STANCE_DEG),
        float(np.mean([left(value, None) for value in missed])),
        float(np.mean([left(value, ASKED_STANCE_DEG) for value in missed])),
    ]


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]])
