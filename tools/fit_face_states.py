r"""Fit models/face_states.joblib: the five states of a face, the probability of pain, and whether the person attends.

    python -m tests.synthetic face-set --help          (faces over time; then face-landmarks reads them)
    python tools/fit_face_states.py --rendered seq.npz seq5.npz --stills stills.npz \
        --photographs real_joined.npz --compare --plot docs/plots/face-states.svg --write

rendered, stills: files of `python -m tests.synthetic face-landmarks`; photographs: landmarks_px (n, 478, 3), appearance
(n, 135 or more), label and person (n,) of real people, of which the happy and the neutral ones count as no pain.
Everything is checked on people that the networks were not fitted on (folds of people). Without --write nothing is kept;
--compare also tries other kinds of classifiers and takes some minutes more.
"""

import argparse
import sys
from pathlib import Path
from typing import Any

import joblib
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from sklearn.model_selection import GroupKFold

from physio.affect.state_features import FEATURES
from physio.affect.state_model import MODEL
from physio.affect.states import STATES
from physio.config import Settings
from physio.networks.assets import ensure_models
from physio.perception.appearance import Appearance
from physio.types import FloatArray
from tools import face_states_report as report
from tools.face_states_classifiers import KINDS, Classifier, Network, calibrated, calibration, standardised
from tools.face_states_truth import (
    AS_IS,
    HELD,
    PHOTOGRAPH,
    UNKNOWN,
    Labels,
    Rows,
    of_photographs,
    of_sequences,
    of_stills,
)

FOLDS = 5
PHOTOGRAPHS, PHOTOGRAPH_WEIGHT = 1500, 0.3
BLINK_WEIGHT = 3.0
"""Real people blink three times as often as the rendered ones."""
FIRST_PAINFUL = 2
QUESTIONS = ("state", "pain", "attending")
WHERE_THEY_LOOK = ("yaw", "pitch", "gaze_yaw", "gaze_pitch", "sight_yaw", "sight_pitch", "au43", "shut_share")


def truth(rows: Rows, question: str) -> Labels:
    """(n,) the right answer, UNKNOWN where there is none."""
    if question == "pain":
        return np.where(rows.state == UNKNOWN, UNKNOWN, rows.state >= FIRST_PAINFUL)
    return rows.state if question == "state" else rows.attending


def read(asked: argparse.Namespace) -> Rows:
    """All rows; those of an earlier call when they were kept in a file."""
    if asked.rows and asked.rows.exists():
        with np.load(asked.rows) as file:
            return Rows(**{name: file[name] for name in file.files})
    network = Appearance(ensure_models(Settings.load().models_dir).appearance)
    parts = [of_sequences(asked.rendered, network)]
    parts += [of_stills(path, network) for path in asked.stills]
    network.close()
    if asked.photographs:
        parts.append(of_photographs(asked.photographs, PHOTOGRAPHS, ("neutral", "happiness")))
    rows = Rows.joined(parts)
    if asked.rows:
        np.savez(asked.rows, **{name: getattr(rows, name) for name in Rows.__slots__})
    return rows


def held_out(rows: Rows, question: str, kind: str) -> FloatArray:
    """Raw logits (n, out) for every row, from classifiers that did not see the person; NaN without truth."""
    y, logits = truth(rows, question), None
    for fit, test in GroupKFold(FOLDS, shuffle=True, random_state=0).split(rows.x, groups=rows.person):
        fit = fit[y[fit] != UNKNOWN]
        said = classifier(question, kind).fit(rows.x[fit], y[fit], weights(rows)[fit]).logits(rows.x[test])
        if logits is None:
            logits = np.full((len(y), said.shape[1]), np.nan)
        logits[test] = said
    assert logits is not None
    return logits


def network_of(question: str) -> Network:
    """The networks for a question: attending is told from where somebody looks, and nothing else."""
    return Network(np.isin(FEATURES, WHERE_THEY_LOOK) if question == "attending" else None)


def classifier(question: str, kind: str) -> Classifier:
    """One of KINDS for a question."""
    return network_of(question) if kind == "network" else KINDS[kind]()


def cross_calibrated(rows: Rows, question: str, logits: FloatArray) -> FloatArray:
    """Probabilities (n, classes): the calibration of each fold comes from the other folds."""
    y, probability = truth(rows, question), []
    order = []
    for fit, test in GroupKFold(FOLDS, shuffle=True, random_state=0).split(rows.x, groups=rows.person):
        fit = fit[y[fit] != UNKNOWN]
        probability.append(calibrated(logits[test], *calibration(logits[fit], y[fit], weights(rows)[fit])))
        order.append(test)
    return np.concatenate(probability)[np.argsort(np.concatenate(order))]


def weights(rows: Rows) -> FloatArray:
    """(n,) how much a row counts. Among the stills, which show no movement, faces at rest count as much as all others
    together: else what does not move would be anything but at rest."""
    weight = np.where(rows.source == PHOTOGRAPH, PHOTOGRAPH_WEIGHT, np.where(rows.kind == "blink", BLINK_WEIGHT, 1.0))
    held, rest = rows.source == HELD, (rows.source == HELD) & (rows.kind == "neutral")
    if rest.any():
        weight[rest] = (held & ~rest).sum() / rest.sum()
    return weight


def compare(rows: Rows) -> None:
    """Print how every kind of classifier does on the same frames."""
    for question in ("state", "pain"):
        for kind in KINDS:
            found = cross_calibrated(rows, question, held_out(rows, question, kind))
            print(report.line(kind, question, found, truth(rows, question), rows), flush=True)


def arrays_of(rows: Rows, question: str, logits: FloatArray) -> dict[str, Any]:
    """The networks fitted on everybody, with the calibration of those that were held out."""
    y = truth(rows, question)
    known = y != UNKNOWN
    network = network_of(question).fit(rows.x[known], y[known], weights(rows)[known])
    slope, offset = calibration(logits[known], y[known], weights(rows)[known])
    found: dict[str, Any] = {f"{question}_slope": slope, f"{question}_offset": offset}
    for i, (w, b) in enumerate(network.layers()):
        found |= {f"{question}_w{i}": w.astype(np.float32), f"{question}_b{i}": b.astype(np.float32)}
    return found | {f"{question}_layers": len(network.layers())}


def main() -> int:
    """Read, compare, fit, check, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rendered", type=Path, nargs="+", required=True)
    parser.add_argument("--stills", type=Path, nargs="*", default=[])
    parser.add_argument("--photographs", type=Path)
    parser.add_argument("--rows", type=Path, help="keeps what was read, or takes it from there (.npz)")
    parser.add_argument("--compare", action="store_true", help="other classifiers too")
    parser.add_argument("--plot", type=Path, help="reliability diagram (.svg)")
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    rows = read(asked)
    print(report.counts(rows))
    if asked.compare:
        compare(rows.where(rows.source == AS_IS))
    mean, unit = standardised(rows.x)
    model: dict[str, Any] = {"features": FEATURES, "states": [state.name for state in STATES]}
    model |= {"mean": mean, "unit": unit}
    found = {}
    for question in QUESTIONS:
        logits = held_out(rows, question, "network")
        found[question] = cross_calibrated(rows, question, logits)
        print(report.line("network", question, found[question], truth(rows, question), rows), flush=True)
        model |= arrays_of(rows, question, logits)
    report.say(rows, found, {question: truth(rows, question) for question in QUESTIONS})
    if asked.plot:
        report.plot(rows, found, {question: truth(rows, question) for question in QUESTIONS}, asked.plot)
    if asked.write:
        joblib.dump(model, MODEL, compress=3)
        print(f"{MODEL} written, {MODEL.stat().st_size} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
