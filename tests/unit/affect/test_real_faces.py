"""The measures on real faces: labelled photographs as landmarks, and two short clips. Skips where they are absent."""

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from physio.affect.action_units import AU_INDEX, intensities, unit_values
from physio.affect.geometry import head_table, measure_face
from physio.affect.pain import pspi
from physio.affect.state import AffectEstimator
from physio.capture.video import VideoSource
from physio.config import ROOT, Settings
from physio.networks.assets import ensure_models
from physio.perception.face import FaceDetector, to_face
from physio.types import Affect, FloatArray

from .faces import head_turn, turned

MEDIA = Path(os.environ.get("PHYSIO_TEST_MEDIA") or ROOT.parent / "shared" / "media")
PHOTOGRAPHS = MEDIA.parent / "data" / "expression_landmarks_dev.npz"


def read_photographs() -> tuple[FloatArray, dict[str, FloatArray], FloatArray]:
    if not PHOTOGRAPHS.exists():
        pytest.skip(f"{PHOTOGRAPHS} is not there (PHYSIO_TEST_MEDIA names the media folder beside its data folder)")
    with np.load(PHOTOGRAPHS) as data:
        some = slice(None, None, 10)
        names = [str(name) for name in data["blendshape_names"]]
        blend = dict(zip(names, data["blendshapes"][some].astype(np.float64).T, strict=True))
        return data["landmarks_px"][some].astype(np.float64), blend, data["label"][some]


def units_of(landmarks: FloatArray) -> FloatArray:
    """Action units (n, U) of photographs (n, 478, 3), against the population's neutral for want of the person's own."""
    measures = np.array([measure_face(to_face(points)) for points in landmarks])
    return intensities(unit_values(measures, head_table().neutral))


@pytest.mark.media
def test_single_pictures_agree_with_blendshapes_and_rotation_does_not_matter():
    landmarks, blend, label = read_photographs()
    units = units_of(landmarks)
    for unit, shape, at_least in (
        ("au04", "browDown", 0.5),
        ("au07", "eyeSquint", 0.4),
        ("au12", "mouthSmile", 0.8),
        ("au26", "jawOpen", 0.55),
    ):
        value = blend[shape] if shape in blend else (blend[f"{shape}Left"] + blend[f"{shape}Right"]) / 2
        assert np.corrcoef(units[:, AU_INDEX[unit]], value)[0, 1] > at_least, unit
    assert np.median(pspi(units[label == "happiness"])) < np.median(pspi(units[label == "neutral"])) + 1.0
    for yaw_deg in (-30.0, 30.0):
        again = np.array([2.5 * turned(face, head_turn(yaw_deg)) for face in landmarks[:50]])
        moved = np.abs(units_of(again) - units[:50])
        # what is left is the pitch correction: turning by yaw changes the pitch of a head that is tilted
        assert np.quantile(moved, 0.95) < 1.0


def readings(clip: str, every: int) -> Iterator[tuple[float, Affect]]:
    path = MEDIA / clip
    if not path.exists():
        pytest.skip(f"{path} is not there (set PHYSIO_TEST_MEDIA)")
    estimator = AffectEstimator()
    detector = FaceDetector(ensure_models(Settings.load().models_dir).face)
    for frame in VideoSource(path):
        if frame.index % every == 0:
            faces = detector.faces(frame.image, None)
            yield frame.t_s, estimator.step(to_face(faces[0]) if faces else None, frame.t_s)
    detector.close()


@pytest.mark.models
@pytest.mark.media
def test_a_smile_is_no_pain():
    during = [affect for t_s, affect in readings("face_smile.mp4", every=2) if 1.0 <= t_s < 2.2]
    assert max(float(pspi(affect.action_units)) for affect in during) < 2.0
    assert min(affect.action_units[AU_INDEX["au12"]] for affect in during) > 1.0


@pytest.mark.models
@pytest.mark.media
def test_crying_reads_higher_than_laughing():
    found = [(t_s, affect.pspi) for t_s, affect in readings("face_crying_to_laughing.mp4", every=4)]
    crying = [value for t_s, value in found if 1.5 <= t_s < 6.0]
    laughing = [value for t_s, value in found if 11.5 <= t_s < 19.6]
    assert np.nanmean(crying) > np.nanmean(laughing) + 0.5
    assert np.nanquantile(laughing, 0.95) < 3.0
