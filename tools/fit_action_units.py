"""Fit the numbers of physio/affect/action_units.toml on labelled faces (landmarks only) and report how well they hold.

    python tools/fit_action_units.py expression_landmarks_dev.npz [--write]

The file holds landmarks_px (n, 478, 3), blendshapes (n, 52) with blendshape_names, label (n,) and person (n,). Two of
three people are fitted, the third is only checked; no person is in both. Without --write only the check is printed.
"""

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from physio.affect.action_units import ACTION_UNITS, CLOSED_BELOW, FULL_SCALE, TRACE, intensities, shut
from physio.affect.geometry import MEASURE_INDEX, MEASURES, TABLE_PATH, in_head_frame, raw_measures
from physio.affect.pain import STRONG_PSPI, pspi
from physio.perception.head_rotation import angles_of_rotation_deg, head_rotation
from physio.types import FloatArray

SEED = 7
MAX_YAW_DEG = 35.0
APERTURE = MEASURE_INDEX["eye_aperture"]


@dataclass(frozen=True)
class Recipe:
    """The measures that make a unit, with their direction; the blendshape that is its second opinion ("" = dead in this
    bundle); how the scale is found; the movements whose share in the measures is taken off."""

    measures: dict[str, int]
    shape: str
    scale: Literal["shape", "population", "excess"]
    without: tuple[Literal["smile", "closure"], ...] = ()


RECIPES: dict[str, Recipe] = {
    "au04": Recipe({"brow_height": -1, "brow_gap": -1}, "browDown", "population", ("smile",)),
    "au06": Recipe({"cheek": 1}, "", "population", ("smile", "closure")),
    "au07": Recipe({"lower_lid": 1}, "eyeSquint", "population", ("smile", "closure")),
    "au09": Recipe({"nose_wing": 1}, "", "population", ("smile",)),
    "au10": Recipe({"upper_lip": 1}, "mouthUpperUp", "population", ("smile",)),
    "au12": Recipe({"mouth_width": 1, "mouth_corner": 1}, "mouthSmile", "shape"),
    "au20": Recipe({"mouth_width": 1}, "mouthStretch", "excess", ("smile",)),
    "au25": Recipe({"lip_gap": 1}, "", "population"),
    "au26": Recipe({"lower_lip": -1, "lip_gap": 1}, "jawOpen", "shape"),
}


@dataclass(frozen=True)
class Faces:
    """One row a photograph: who, with which label, how the head is turned, raw measures (n, M), blendshapes (left and
    right averaged), and whether the face counts as neutral."""

    person: np.ndarray
    label: np.ndarray
    yaw_deg: FloatArray
    pitch_deg: FloatArray
    raw: FloatArray
    blend: dict[str, FloatArray]
    neutral: np.ndarray


@dataclass(frozen=True)
class Fit:
    """Everything that goes into the table. companions: per unit, levels that come with AU12 and with closed eyes."""

    per_pitch: FloatArray
    neutral: FloatArray
    spread: FloatArray
    weights: dict[str, dict[str, float]]
    companions: dict[str, dict[str, float]]


def load(path: Path) -> Faces:
    """The faces."""
    with np.load(path) as data:
        landmarks = data["landmarks_px"].astype(np.float64)
        names = [str(name) for name in data["blendshape_names"]]
        blend = dict(zip(names, data["blendshapes"].astype(np.float64).T, strict=True))
        label, person = data["label"], data["person"]
    for stem in {recipe.shape for recipe in RECIPES.values()} | {"eyeBlink"}:
        if f"{stem}Left" in blend:
            blend[stem] = (blend[f"{stem}Left"] + blend[f"{stem}Right"]) / 2
    # Labels are noisy: a "neutral" face that smiles or gapes is not taken for one.
    neutral = (label == "neutral") & (blend["mouthSmile"] < 0.3) & (blend["jawOpen"] < 0.25)
    rotations = [head_rotation(face) for face in landmarks]
    turned_back = [in_head_frame(face, rotation) for face, rotation in zip(landmarks, rotations, strict=True)]
    raw = np.array([raw_measures(face) for face in turned_back])
    yaw_deg, pitch_deg, _ = np.array([angles_of_rotation_deg(rotation) for rotation in rotations]).T
    return Faces(person, label, yaw_deg, pitch_deg, raw, blend, neutral)


def within_person(values: FloatArray, person: np.ndarray) -> FloatArray:
    """values (n, k) minus the same person's mean; people with one photograph are left out."""
    _, who, count = np.unique(person, return_inverse=True, return_counts=True)
    sums = np.zeros((len(count), values.shape[1]))
    np.add.at(sums, who, values)
    return (values - sums[who] / count[who, None])[count[who] >= 2]


def against_own_neutral(values: FloatArray, faces: Faces, rows: np.ndarray) -> FloatArray:
    """values (n, k) minus the median of the same person's other neutral photographs among rows; NaN where none is."""
    result = np.full(values.shape, np.nan)
    for who in np.unique(faces.person[rows]):
        own = np.flatnonzero(rows & (faces.person == who))
        for row in own:
            others = [other for other in own if other != row and faces.neutral[other]]
            if others:
                result[row] = values[row] - np.median(values[others], axis=0)
    return result


def pitch_slopes(faces: Faces, rows: np.ndarray) -> FloatArray:
    """Growth (M,) of each measure per degree of pitch between neutral photographs of the same person. (Yaw shows no
    such slope that would lower the error on other people.)"""
    rows = rows & faces.neutral
    turn = within_person(faces.pitch_deg[rows, None], faces.person[rows])
    slopes: FloatArray = np.linalg.lstsq(turn, within_person(faces.raw[rows], faces.person[rows]), rcond=None)[0]
    return slopes[0]


def unit_weights(own: FloatArray, shapes: dict[str, FloatArray]) -> dict[str, dict[str, float]]:
    """Weights in levels per eye distance. Where several measures make a unit, a regression on the blendshape shares
    between them. The scale: "shape" makes the unit spread as five times the blendshape does (a regression slope would
    be flattened by the landmarks' noise); otherwise level 5 is the 99.5th percentile of all photographs."""
    weights = {}
    for unit, recipe in RECIPES.items():
        signed = own[:, [MEASURE_INDEX[name] for name in recipe.measures]] * list(recipe.measures.values())
        share = np.ones(1)
        if len(recipe.measures) > 1:
            share = np.maximum(np.linalg.lstsq(signed, shapes[recipe.shape], rcond=None)[0], 0.0)
        value = signed @ share
        by_shape = recipe.scale == "shape"
        full = value.std() / shapes[recipe.shape].std() if by_shape else np.percentile(value, 99.5)
        signs = zip(recipe.measures.items(), share, strict=True)
        weights[unit] = {name: float(sign * part * FULL_SCALE / full) for (name, sign), part in signs}
    return weights


def weighted(weights: dict[str, dict[str, float]], own: FloatArray) -> dict[str, FloatArray]:
    """Unit values (n,) before anything is taken off."""
    return {
        unit: np.sum([weight * own[:, MEASURE_INDEX[name]] for name, weight in row.items()], axis=0)
        for unit, row in weights.items()
    }


def companions(
    weights: dict[str, dict[str, float]], own: FloatArray, opening: FloatArray, shapes: dict[str, FloatArray]
) -> dict[str, dict[str, float]]:
    """How many levels of a unit come along with one level of AU12 (smile) and with shut eyes (closure).

    smile: instrumental variable, mouthSmile standing for the movement so that noise in the measures does not flatten
    the slope; what is left does not move with smiling. closure: the median of what is left where the eyes are shut.
    Scales "excess" units in place by what is left.
    """
    units = weighted(weights, own)
    smile = np.maximum(units["au12"], 0.0)
    instrument = shapes["mouthSmile"] - shapes["mouthSmile"].mean()
    closed = opening < CLOSED_BELOW
    result: dict[str, dict[str, float]] = {}
    for unit, recipe in RECIPES.items():
        if "smile" not in recipe.without:
            continue
        slope = instrument @ units[unit] / (instrument @ smile)
        left = units[unit] - slope * smile
        gain = FULL_SCALE / np.percentile(left, 99.5) if recipe.scale == "excess" else 1.0
        weights[unit] = {name: weight * gain for name, weight in weights[unit].items()}
        result[unit] = {"smile": float(slope * gain)}
        if "closure" in recipe.without:
            result[unit]["closure"] = float(np.median(left[closed] / shut(opening[closed])))
    return result


def corrected(faces: Faces, per_pitch: FloatArray) -> FloatArray:
    """Measures (n, M) as physio.affect.geometry.measure_face gives them."""
    return faces.raw - faces.pitch_deg[:, None] * per_pitch


def fit(faces: Faces, rows: np.ndarray) -> Fit:
    """All numbers from the photographs in rows."""
    per_pitch = pitch_slopes(faces, rows)
    measures = corrected(faces, per_pitch)
    own, shapes, rows_own = own_differences(faces, measures, rows)
    weights = unit_weights(own, shapes)
    found = companions(weights, own, opening_of(measures[rows_own], own), shapes)
    resting = measures[rows & faces.neutral]
    return Fit(per_pitch, resting.mean(axis=0), resting.std(axis=0), weights, found)


def own_differences(
    faces: Faces, measures: FloatArray, rows: np.ndarray
) -> tuple[FloatArray, dict[str, FloatArray], np.ndarray]:
    """Measures and blendshapes against the person's own neutral, and the indices of the photographs that have one."""
    names = list(faces.blend)
    stacked = np.c_[measures, np.array([faces.blend[name] for name in names]).T]
    difference = against_own_neutral(stacked, faces, rows)
    known = np.flatnonzero(np.isfinite(difference[:, 0]))
    own, shapes = np.split(difference[known], [measures.shape[1]], axis=1)
    return own, dict(zip(names, shapes.T, strict=True)), known


def opening_of(measures: FloatArray, own: FloatArray) -> FloatArray:
    """Eye aperture as a share of the person's own neutral one, (n,)."""
    return measures[:, APERTURE] / (measures[:, APERTURE] - own[:, APERTURE])


def excess(found: Fit, own: FloatArray, opening: FloatArray) -> dict[str, FloatArray]:
    """Unit values (n,) as physio.affect.action_units.unit_values gives them."""
    units = weighted(found.weights, own)
    movements = {"smile": np.maximum(units["au12"], 0.0), "closure": shut(opening)}
    return {
        unit: value
        - np.sum([slope * movements[name] for name, slope in found.companions.get(unit, {}).items()], axis=0)
        for unit, value in units.items()
    }


def partial_correlation(a: FloatArray, b: FloatArray, given: FloatArray) -> float:
    """Correlation of a and b (n,) after a linear fit on given (n, k) is taken off both."""
    given = np.c_[given, np.ones(len(a))]
    rest_a, rest_b = (values - given @ np.linalg.lstsq(given, values, rcond=None)[0] for values in (a, b))
    return float(np.corrcoef(rest_a, rest_b)[0, 1])


def report(found: Fit, faces: Faces, rows: np.ndarray) -> str:
    """What the numbers are worth on the photographs in rows (people not fitted)."""
    measures = corrected(faces, found.per_pitch)
    own, shapes, known = own_differences(faces, measures, rows)
    plain, cleaned = weighted(found.weights, own), excess(found, own, opening_of(measures[known], own))
    still = weighted(found.weights, measures[rows] - found.neutral)
    given = np.c_[shapes["mouthSmile"], shapes["eyeBlink"]]
    lines = [
        f"{len(known)} photographs of {len(np.unique(faces.person[known]))} people not fitted, own neutral known",
        "",
    ]
    lines += ["Correlation with the blendshape: before and after smile and closing eyes are taken off; partial, given"]
    lines += ["mouthSmile and eyeBlink; and for single pictures against the population's neutral.", ""]
    lines += ["| unit | blendshape | before | after | partial | single picture |", "|---|---|---|---|---|---|"]
    for unit, recipe in RECIPES.items():
        if recipe.shape:
            shape = shapes[recipe.shape]
            row = [np.corrcoef(values[unit], shape)[0, 1] for values in (plain, cleaned)]
            row += [partial_correlation(cleaned[unit], shape, given) if unit != "au12" else np.nan]
            row += [np.corrcoef(still[unit], faces.blend[recipe.shape][rows])[0, 1]]
            lines.append(
                f"| {unit} | {recipe.shape} | "
                + " | ".join("–" if np.isnan(value) else f"{value:.2f}" for value in row)
                + " |"
            )
    columns = [cleaned.get(unit.name, np.zeros(len(known))) for unit in ACTION_UNITS]
    units = intensities(np.array(columns).T, TRACE)
    pain = pspi(units)
    names = " | ".join(unit.name for unit in ACTION_UNITS[:-1])
    lines += ["", "Mean level by label (one rater, noisy):", "", f"| label | n | {names} | PSPI median | PSPI >= 3 |"]
    lines += ["|---" * (len(ACTION_UNITS) + 3) + "|"]
    for label in np.unique(faces.label[known]):
        chosen = faces.label[known] == label
        means = " | ".join(f"{value:.1f}" for value in units[chosen, :-1].mean(axis=0))
        strong = np.mean(pain[chosen] >= STRONG_PSPI)
        lines.append(f"| {label} | {chosen.sum()} | {means} | {np.median(pain[chosen]):.2f} | {strong:.0%} |")
    return "\n".join(lines)


def as_toml(found: Fit) -> str:
    """The table as it is read by physio.affect.geometry and physio.affect.action_units."""
    lines = [
        "# Made by tools/fit_action_units.py; see models/action_units.md. Do not edit by hand.",
        "",
        "# Per measure, in eye distances: population mean and standard deviation of a neutral face, apparent growth",
        "# per degree of head pitch (up +).",
        "[measures]",
    ]
    for measure, *row in zip(MEASURES, found.neutral, found.spread, found.per_pitch, strict=True):
        cells = zip(("neutral", "spread", "per_pitch"), row, strict=True)
        lines.append(f"{measure.name} = {{ " + ", ".join(f"{key} = {value:.5f}" for key, value in cells) + " }")
    lines += [
        "",
        "# Per action unit: levels per eye distance of each measure; smile, closure: levels that come along with one",
        "# level of AU12 and with closing the eyes, taken off again.",
        "[units]",
    ]
    for unit, weights in found.weights.items():
        numbers = [f"{name} = {weight:.2f}" for name, weight in weights.items()]
        numbers += [f"{name} = {slope:.3f}" for name, slope in found.companions.get(unit, {}).items()]
        lines.append(f"{unit} = {{ " + ", ".join(numbers) + " }")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Fit, report on the people not fitted, and write the table when asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("faces", type=Path, help="npz with landmarks_px, blendshapes, label, person")
    parser.add_argument("--write", action="store_true", help=f"write {TABLE_PATH.name}")
    arguments = parser.parse_args()
    faces = load(arguments.faces)
    people = np.random.default_rng(SEED).permutation(np.unique(faces.person))
    held_out = np.isin(faces.person, people[: len(people) // 3])
    usable = np.abs(faces.yaw_deg) < MAX_YAW_DEG
    found = fit(faces, usable & ~held_out)
    print(report(found, faces, usable & held_out))
    if arguments.write:
        TABLE_PATH.write_text(as_toml(found), encoding="utf-8")
        print(f"\nwritten: {TABLE_PATH}")


if __name__ == "__main__":
    main()
