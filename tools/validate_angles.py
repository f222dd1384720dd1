"""Compare angles with the truth of rendered people, raw MediaPipe beside physio, as a Markdown table.

    python -m tests.synthetic make --out VAL --clips 24 --seed 7 --seconds 5 --fps 15
    python -m tests.synthetic landmarks --in VAL --out val.npz
    python tools/validate_angles.py val.npz

One row per angle and view. MAE, bias and SD in degrees over the frames in which physio gives the angle; "raw" is the
better of MediaPipe's two plain readings (picture plane, world landmarks) over all frames, chosen with hindsight;
refused is the share of frames without a number; beyond 15° the share of given numbers that are further off than that.
"""

import argparse
from pathlib import Path

import numpy as np

from physio.kinematics.angles import ANGLES
from physio.kinematics.correction import AngleCorrection
from physio.kinematics.estimator import refusals
from physio.kinematics.features import Bodies
from physio.kinematics.geometry import wrap_deg
from physio.kinematics.measure import Geometry, arm_plane_deg, hidden_or_outside, without_other_plane
from physio.kinematics.view import off_frontal_deg
from physio.types import Pose, Reason

VIEWS = (("front or back (0–30°)", 0, 30), ("oblique (30–60°)", 30, 60), ("side (60–90°)", 60, 90.1))


def main():
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    data = np.load(parser.parse_args().data)
    found = data["found"]
    world, image, seen = (data[key][found].astype(float) for key in ("world_m", "image_px", "visibility"))
    size = data["size_px"][data["clip"]][found].astype(float)
    truth, azimuth = data["angles_deg"][found], data["azimuth_deg"][found]
    measured = AngleCorrection.load().correct(Bodies(world, image, seen, size))
    geometry = Geometry.of(world, image)
    trusted = hidden_or_outside(Pose(image, world, seen), size)
    refused = refusals(measured.error_deg, measured.azimuth_deg, trusted)
    given = np.where(refused == Reason.OK, measured.angles_deg, np.nan)
    error = wrap_deg(without_other_plane(given, arm_plane_deg(world)) - truth)
    raw = np.abs(wrap_deg(np.stack([geometry.picture_deg, geometry.world_deg]) - truth))
    print(
        f"{found.sum()} frames, {len(np.unique(data['body']))} people; body found in {found.mean():.1%} of the frames"
    )
    print(f"azimuth MAE: {np.abs(wrap_deg(measured.azimuth_deg - azimuth)).mean():.1f}°\n")
    known = np.isfinite(error)
    print(f"given: {known.sum() / np.isfinite(truth).sum():.0%}, MAE {np.abs(error[known]).mean():.1f}°", end=", ")
    print(f"beyond 15°: {np.mean(np.abs(error[known]) > 15):.1%}\n")
    print("| view | angle | raw MAE | MAE | bias | SD | 95 % limits | refused % | beyond 15° % |")
    print("|---|---|---|---|---|---|---|---|---|")
    off = off_frontal_deg(azimuth)
    for view, low, high in VIEWS:
        rows = (off >= low) & (off < high)
        for base in dict.fromkeys(angle.base for angle in ANGLES):
            columns = [i for i, angle in enumerate(ANGLES) if angle.base == base]
            cell = np.ix_(np.flatnonzero(rows), columns)
            print(f"| {view} | {base} | {_row(error[cell], raw[:, *cell], np.isfinite(truth[cell]))} |")


def _row(error, raw, defined):
    known = error[np.isfinite(error)]
    refused = 100 * (1 - known.size / max(1, defined.sum()))
    best = min(float(np.nanmean(one)) for one in raw)
    if known.size < 30:
        return f"{best:.1f} | – | – | – | – | {refused:.0f} | –"
    bias, sd = known.mean(), known.std()
    limits = f"{bias - 1.96 * sd:.0f} to {bias + 1.96 * sd:.0f}"
    far = 100 * np.mean(np.abs(known) > 15)
    return f"{best:.1f} | {np.abs(known).mean():.1f} | {bias:.1f} | {sd:.1f} | {limits} | {refused:.0f} | {far:.1f}"


if __name__ == "__main__":
    main()
