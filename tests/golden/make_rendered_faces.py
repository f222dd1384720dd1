"""Writes rendered_faces.npz: a few sequences of rendered people as the face network saw them, with what they truly did.

The people are rendered (tests/synthetic) and exist nowhere else. Made from the repository's root:

    python -m tests.synthetic face-set --out faces --people 41 --seed 42 --stills 0 --seconds 24
    python -m tests.synthetic face-landmarks --in faces --out faces.npz
    python -m tests.golden.make_rendered_faces faces.npz

The networks may know these people: the file tests the code, not the accuracy. tests/rendered_faces.py reads it and
explains its arrays.
"""

import sys
from pathlib import Path

import numpy as np

from physio.config import Settings
from physio.networks.assets import ensure_models
from physio.perception.appearance import Appearance
from tests.synthetic.truth import action_units, eyes_closed, pspi

OUT = Path(__file__).with_name("rendered_faces.npz")
STEPS_PER_PX = 8
CHOSEN = {
    "pain": (4200034, 0),
    "pain_turning": (4200004, 1),
    "pain_from_the_start": (4200010, 1),
    "talking": (4200010, 2),
    "effort": (4200034, 1),
    "smiling": (4200019, 1),
}
"""Name of each sequence: the person's seed and the number of the sequence."""


def main(source: Path) -> None:
    """source: what face-landmarks wrote."""
    with np.load(source) as whole:
        rows = {key: whole[key] for key in whole.files}
    appearance = Appearance(ensure_models(Settings.load().models_dir).appearance)
    names = [str(name) for name in rows["action_names"]]
    out = {}
    for name, (identity, number) in CHOSEN.items():
        own = (rows["identity"] == identity) & (rows["sequence"] == number)
        if not rows["found"][own].all():
            raise ValueError(f"{name} has frames without a face")
        t_s = rows["t_s"][own]
        truth = action_units(dict(zip(names, rows["actions"][own].astype(np.float64).T, strict=True)))
        steps = np.round(STEPS_PER_PX * rows["landmarks_px"][own].astype(np.float64)).astype(np.int16)
        out[f"{name}.landmarks"] = np.diff(steps.reshape(len(t_s), -1), axis=0, prepend=np.int16(0)).T
        out[f"{name}.appearance"] = appearance.read_all(rows["grey64"][own]).astype(np.float16)
        out[f"{name}.t_s"] = t_s
        out[f"{name}.units"] = np.stack(list(truth.values()), axis=1).astype(np.float16)
        out[f"{name}.pspi"] = pspi(truth, t_s).astype(np.float16)
        out[f"{name}.closed"] = eyes_closed(truth["au45"] / 5.0, t_s)
        out["unit_names"] = np.array(list(truth))
    np.savez_compressed(OUT, **out)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
