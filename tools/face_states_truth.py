"""Rendered and real faces as rows to fit the facial states on: physio's own features beside what is true.

The truth about rendered people is a convention, written down here: what the face was told to do.
"""

import zlib
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, fields, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from physio.affect.action_units import ACTION_UNITS, AU_INDEX
from physio.affect.estimator import AffectEstimator
from physio.affect.neutral import RestingFace
from physio.affect.pain import CLOSED_FROM, CLOSURE_S
from physio.affect.reading import in_order, usable_shape
from physio.affect.reading import read as reading_of
from physio.affect.state_features import FEATURES, StateFeatures
from physio.affect.state_model import StateReader
from physio.affect.states import STATES
from physio.affect.unit_model import Shape, UnitModel
from physio.perception.appearance import Appearance
from physio.perception.face import to_face
from physio.types import Affect, Face, FaceReason, FaceState, FloatArray
from tests.synthetic.truth import action_units, eyes_closed, pspi

VISIBLE_PSPI, PAIN_PSPI, DISTRESS_PSPI, DISTRESS_SHUT_PSPI = 1.0, 3.0, 8.0, 6.0
AT_REST = ("neutral", "blink", "squint", "yawn")
LEFT_OUT = ("single", "mixture")
"""Actions at random have no name for what they show."""
LOOKING_AT_TASK = "looking_down"
MOST_ASIDE_DEG, MOST_UP_DEG, MOST_DOWN_DEG = 20.0, 20.0, 40.0
"""Where head and eyes together may look for somebody who attends: the screen, or down at the own body."""
_FULL_GAZE_DEG = 25.0
AS_IS, ALTERED, HELD, PHOTOGRAPH = "as is", "altered", "held", "photograph"
UNKNOWN = -1
PROCESSES = 2
GAIN, OFFSET, MOST_FLICKER = 0.25, 0.2, 0.2
"""How far units are off, beside what they are of these people: see disturbed."""
SHUT = 0.7
EVERY_STILL_PERSON = 2
HELD_S, HELD_STEP_S = (0.0, 0.75, 1.5, 2.25), 0.25
FASTER_S = 0.2
Labels = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Rows:
    """x (n, F); state (n,): index in STATES, UNKNOWN where left out; attending (n,): 1, 0 or UNKNOWN; kind (n,): what
    the face was told to do; person (n,): "set/number"; source (n,): AS_IS, ALTERED, HELD or PHOTOGRAPH; pspi (n,):
    true, NaN of photographs; pspi_read (n,): physio's."""

    x: FloatArray
    state: Labels
    attending: Labels
    kind: npt.NDArray[np.str_]
    person: npt.NDArray[np.str_]
    source: npt.NDArray[np.str_]
    pspi: FloatArray
    pspi_read: FloatArray

    def where(self, use: Flags) -> "Rows":
        """Those of the rows."""
        return Rows(*(getattr(self, field.name)[use] for field in fields(self)))

    @classmethod
    def joined(cls, parts: "list[Rows]") -> "Rows":
        """All parts one after the other."""
        return cls(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(cls)))


@dataclass(frozen=True, slots=True)
class Sequence:
    """One rendered person for some seconds; arrays over time."""

    person: str
    t_s: FloatArray
    landmarks_px: FloatArray
    appearance: FloatArray
    kind: npt.NDArray[np.str_]
    pspi: FloatArray
    shut: Flags
    attending: Flags

    def thinned(self, every: int, first: int = 0) -> "Sequence":
        """Every so many frames of it."""
        arrays = {f.name: getattr(self, f.name)[first::every] for f in fields(self) if f.name != "person"}
        return replace(self, **arrays)

    def doubled(self) -> "Sequence":
        """A frame between each two, half way between their landmarks; it counts as the one before."""
        n = len(self.t_s)
        at = np.arange(2 * n - 1) // 2
        between = np.arange(1, 2 * n - 1, 2)
        arrays = {f.name: getattr(self, f.name)[at].copy() for f in fields(self) if f.name != "person"}
        for name in ("t_s", "landmarks_px", "appearance"):
            values = getattr(self, name)
            arrays[name][between] = (values[:-1] + values[1:]) / 2
        return replace(self, **arrays)

    def state(self) -> Labels:
        """(T,) index in STATES, UNKNOWN where left out."""
        pain = np.select(
            [
                (self.pspi >= DISTRESS_PSPI) | (self.shut & (self.pspi >= DISTRESS_SHUT_PSPI)),
                self.pspi >= PAIN_PSPI,
                self.pspi >= VISIBLE_PSPI,
            ],
            [STATES.index(s) for s in (FaceState.HIGH_DISTRESS, FaceState.PAIN, FaceState.MILD_DISCOMFORT)],
            STATES.index(FaceState.NEUTRAL),
        )
        rest, engaged = STATES.index(FaceState.NEUTRAL), STATES.index(FaceState.ENGAGED)
        kinds = [self.kind == "pain", np.isin(self.kind, AT_REST), np.isin(self.kind, LEFT_OUT)]
        return np.select(kinds, [pain, rest, UNKNOWN], engaged)


def sequences(path: Path, network: Appearance) -> Iterator[Sequence]:
    """The sequences of a file made by `python -m tests.synthetic face-landmarks`."""
    with np.load(path) as file:
        data = {name: file[name] for name in file.files}
    names = [str(name) for name in data["action_names"]]
    seen = network.read_all(data["grey64"])
    for person in np.unique(data["person"]):
        for number in np.unique(data["sequence"][data["person"] == person]):
            rows = np.flatnonzero((data["person"] == person) & (data["sequence"] == number))
            if number < 0:
                continue
            actions = dict(zip(names, data["actions"][rows].astype(np.float64).T, strict=True))
            t_s, units = data["t_s"][rows].astype(np.float64), action_units(actions)
            shut = eyes_closed(units["au45"] / 5.0, t_s)
            head = [data[f"{name}_deg"][rows].astype(np.float64) for name in ("yaw", "pitch")]
            kind = data["kind"][rows]
            yield Sequence(
                f"{path.stem}/{person}",
                t_s,
                data["landmarks_px"][rows].astype(np.float64),
                seen[rows],
                kind,
                pspi(units, t_s),
                shut,
                _attending(actions, head, shut) | ((kind == LOOKING_AT_TASK) & ~shut),
            )


def _attending(actions: dict[str, FloatArray], head_deg: list[FloatArray], shut: Flags) -> Flags:
    left = (actions["eyeLookOutLeft"] + actions["eyeLookInRight"]) / 2
    right = (actions["eyeLookInLeft"] + actions["eyeLookOutRight"]) / 2
    up = (actions["eyeLookUpLeft"] + actions["eyeLookUpRight"]) / 2
    down = (actions["eyeLookDownLeft"] + actions["eyeLookDownRight"]) / 2
    aside = np.abs(head_deg[0] + _FULL_GAZE_DEG * (left - right))
    above = head_deg[1] + _FULL_GAZE_DEG * (up - down)
    return (aside <= MOST_ASIDE_DEG) & (above <= MOST_UP_DEG) & (above >= -MOST_DOWN_DEG) & ~shut


class Kept(StateReader):
    """In the place of physio's own: keeps levels and readings instead of telling states."""

    def __init__(self) -> None:
        self.levels: list[FloatArray] = []
        self.reads: list[Affect] = []

    def step(self, levels: FloatArray, read: Affect, t_s: float) -> Affect:
        """The reading as it is."""
        self.levels.append(levels)
        self.reads.append(read)
        return read


def of_sequence(sequence: Sequence, source: str, resting: RestingFace | None = None) -> tuple[Rows, RestingFace | None]:
    """What physio reads of it, frame by frame, and the face at rest that it learned; then the same once more with units
    that are off as they are of people whom nothing was fitted on. resting: known before."""
    told = Kept()
    estimator = AffectEstimator(resting, told)
    kept = []
    for i, t_s in enumerate(sequence.t_s):
        face = _face(sequence.landmarks_px[i], sequence.appearance[i])
        if estimator.step(face, float(t_s)).reason is FaceReason.OK:
            kept.append(i)
    parts = []
    off = disturbed(told.levels, zlib.crc32(sequence.person.encode()))
    for levels, of in ((told.levels, source), (off, ALTERED)):
        features = StateFeatures()
        x = [features.step(*pair, float(sequence.t_s[i])) for i, *pair in zip(kept, levels, told.reads, strict=True)]
        parts.append(_rows(sequence, kept, x, [read.pspi for read in told.reads], of))
    return Rows.joined(parts), estimator.resting


def disturbed(levels: list[FloatArray], seed: int) -> list[FloatArray]:
    """Levels (U,) that are too strong or too weak, never quite at rest, and that flicker."""
    rng = np.random.default_rng(seed)
    count, shut = len(ACTION_UNITS), AU_INDEX["au43"]
    gain, offset = np.exp(rng.normal(0.0, GAIN, count)), np.abs(rng.normal(0.0, OFFSET, count))
    flicker = rng.uniform(0.0, MOST_FLICKER)
    found = []
    for of in levels:
        off = np.clip(of * gain + offset + rng.normal(0.0, flicker, count), 0.0, 5.0)
        off[shut] = of[shut]
        found.append(off)
    return found


def of_sequences(paths: list[Path], network: Appearance) -> Rows:
    """Every sequence as it is and altered, on two processes."""
    told = [(number, sequence) for path in paths for number, sequence in enumerate(sequences(path, network))]
    with ProcessPoolExecutor(PROCESSES) as pool:
        return Rows.joined(list(pool.map(_as_is_and_altered, told, chunksize=8)))


def _as_is_and_altered(told: tuple[int, Sequence]) -> Rows:
    """A sequence as it is; of the faster ones every second frame with the face at rest known before, as of a patient
    who came again, half of those without appearance; and of every third one frames between its own."""
    number, sequence = told
    rows, resting = of_sequence(sequence, AS_IS)
    parts = [rows]
    if np.median(np.diff(sequence.t_s)) < FASTER_S:
        half = sequence.thinned(2, number % 2)
        blind = replace(half, appearance=np.full_like(half.appearance, np.nan))
        parts.append(of_sequence(blind if number % 4 < 2 else half, ALTERED, resting)[0])
        if number % 3 == 0:
            parts.append(of_sequence(sequence.doubled(), ALTERED)[0])
    return Rows.joined(parts)


def of_stills(path: Path, network: Appearance) -> Rows:
    """Rendered faces that hold what they show for some moments, each against the same person's at rest."""
    with np.load(path) as file:
        data = {name: file[name] for name in file.files}
    names = [str(name) for name in data["action_names"]]
    actions = dict(zip(names, data["actions"].astype(np.float64).T, strict=True))
    units = action_units(actions)
    shut = units["au45"] >= 5.0 * SHUT
    pain = pspi(units, np.zeros(len(shut))) + shut  # at no time are eyes closed for long
    head = [data[f"{name}_deg"].astype(np.float64) for name in ("yaw", "pitch")]
    attending = (_attending(actions, head, shut) | (data["kind"] == LOOKING_AT_TASK)) & ~shut
    seen = network.read_all(data["grey64"])
    told = []
    for person in np.unique(data["person"])[::EVERY_STILL_PERSON]:
        at = np.flatnonzero((data["person"] == person) & (data["sequence"] < 0))
        told.append(
            Sequence(
                f"{path.stem}/{person}",
                np.full(len(at), np.nan),
                data["landmarks_px"][at].astype(np.float64),
                seen[at],
                data["kind"][at],
                pain[at],
                shut[at],
                attending[at],
            )
        )
    with ProcessPoolExecutor(PROCESSES) as pool:
        return Rows.joined([rows for rows in pool.map(_of_person_in_stills, told, chunksize=8) if len(rows.x)])


def _of_person_in_stills(stills: Sequence) -> Rows:
    model, kept, x, read_pspi = UnitModel.load(), [], [], []
    faces = [_face(stills.landmarks_px[i], stills.appearance[i]) for i in range(len(stills.kind))]
    calm = [face for face, kind in zip(faces, stills.kind, strict=True) if face is not None and kind == "neutral"]
    resting = _at_rest([shape for shape in map(model.shape, calm) if shape is not None])
    for i, face in enumerate(faces):
        read = held(face, resting, HELD_S[i % len(HELD_S)]) if face is not None and resting is not None else None
        if read is not None:
            kept.append(i)
            x.append(read[0])
            read_pspi.append(read[1])
    return _rows(stills, kept, x, read_pspi, HELD)


def held(face: Face, resting: RestingFace, held_s: float) -> tuple[FloatArray, float] | None:
    """Features and PSPI of a face that has been held for so long; None when it may not be read."""
    told, features = Kept(), StateFeatures()
    estimator, x = AffectEstimator(resting, told), None
    for t_s in np.arange(0.0, held_s + 1e-6, HELD_STEP_S):
        if t_s <= CLOSURE_S + 1e-6:  # nothing changes later
            estimator.step(face, float(t_s))
        if not told.reads:
            return None
        x = features.step(told.levels[-1], told.reads[-1], float(t_s))
    return (x, told.reads[-1].pspi) if x is not None else None


def _at_rest(shapes: list[Shape]) -> RestingFace | None:
    if not shapes:
        return None
    seen = [shape.appearance for shape in shapes if shape.appearance is not None]
    shape = Shape(
        np.median([shape.parts for shape in shapes], axis=0),
        np.median([shape.turn_deg for shape in shapes], axis=0),
        float(np.median([shape.eyes_px for shape in shapes])),
        np.median(seen, axis=0) if seen else None,
    )
    return RestingFace(shape, float(len(shapes)))


def _rows(told: Sequence, kept: list[int], x: list[FloatArray], read_pspi: list[float], source: str) -> Rows:
    return Rows(
        np.array(x).reshape(len(kept), len(FEATURES)),
        told.state()[kept],
        told.attending[kept].astype(np.int64),
        told.kind[kept].astype("<U16"),
        np.full(len(kept), told.person),
        np.full(len(kept), source),
        told.pspi[kept],
        np.array(read_pspi),
    )


def of_photographs(path: Path, most: int, kinds: tuple[str, ...], seed: int = 1) -> Rows:
    """Photographs of real people whose face shows one of kinds, as if nothing had moved before."""
    with np.load(path) as file:
        found = np.isfinite(file["landmarks_px"].astype(np.float32)).all(axis=(1, 2)) & np.isin(file["label"], kinds)
        chosen = np.random.default_rng(seed).permutation(np.flatnonzero(found))[:most]
        landmarks, seen = file["landmarks_px"][chosen].astype(np.float64), file["appearance"][chosen]
        kind, person = file["label"][chosen], file["person"][chosen]
    model = UnitModel.load()
    kept, x, read_pspi = [], [], []
    for i in range(len(chosen)):
        face = _face(landmarks[i], seen[i].astype(np.float64))
        shape, _ = usable_shape(face, model)
        if shape is not None:
            reading = model.read(shape, None)
            units = in_order(reading.levels)
            units[AU_INDEX["au43"]] = float(units[AU_INDEX["au45"]] >= CLOSED_FROM)
            said = reading_of(units, reading, shape, 0.0)
            kept.append(i)
            x.append(StateFeatures().step(units, said, 0.0))
            read_pspi.append(said.pspi)
    state = [STATES.index(FaceState.NEUTRAL if k == "neutral" else FaceState.ENGAGED) for k in kind[kept]]
    count = len(kept)
    return Rows(
        np.array(x),
        np.array(state),
        np.full(count, UNKNOWN),
        np.array([f"real_{k}" for k in kind[kept]]).astype("<U16"),
        np.array([f"{path.stem}/{p}" for p in person[kept]]),
        np.full(count, PHOTOGRAPH),
        np.full(count, np.nan),
        np.array(read_pspi),
    )


def _face(landmarks_px: FloatArray, appearance: FloatArray) -> Face | None:
    if not np.isfinite(landmarks_px).all():
        return None
    return replace(to_face(landmarks_px.copy()), appearance=appearance)
