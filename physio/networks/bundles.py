"""Write the networks as perception loads them: bundles for MediaPipe's Tasks API, one plain network for OpenCV."""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO

from mediapipe.tasks.python.metadata.metadata_writers.model_asset_bundle_utils import AlignZipFile

from physio.networks.tflite_surgery import (
    with_appearance_output,
    with_normalisation,
    with_single_face_output,
    without_silhouette,
)

_ALIGNMENT = 16  # lets the runtime read the tensors in place
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the zip format's first day: no clock in the bytes
_DETECTOR = (127.5, 127.5)  # mean, std: pixels to -1 … 1
_POSE_LANDMARKS = "pose_landmarks_detector.tflite"
_LANDMARKS = (0.0, 255.0)  # pixels to 0 … 1


def write_pose_bundle(path: Path, networks: Mapping[str, bytes]) -> None:
    """A pose_landmarker bundle from the networks pose_detector and pose_landmarks."""
    _write(
        path,
        {
            "pose_detector.tflite": with_normalisation(networks["pose_detector"], *_DETECTOR),
            _POSE_LANDMARKS: with_normalisation(networks["pose_landmarks"], *_LANDMARKS),
        },
    )


def write_face_bundle(path: Path, networks: Mapping[str, bytes]) -> None:
    """A face_landmarker bundle (478 landmarks, no blendshapes) from the networks face_detector and face_landmarks."""
    landmarks = with_single_face_output(networks["face_landmarks"])
    _write(
        path,
        {
            "face_detector.tflite": with_normalisation(networks["face_detector"], *_DETECTOR),
            "face_landmarks_detector.tflite": with_normalisation(landmarks, *_LANDMARKS),
        },
    )


def write_appearance_network(path: Path, networks: Mapping[str, bytes]) -> None:
    """The network that reads a face's appearance, from the network expression."""
    path.write_bytes(with_appearance_output(networks["expression"]))


def read_pose_bundle(path: Path) -> bytes:
    """A pose_landmarker bundle, prepared here or official, for whoever wants landmarks only: see without_silhouette.
    Done at each reading (0.1 s), so that a bundle that is in place already is quick as well."""
    with zipfile.ZipFile(path) as archive:
        models = {name: archive.read(name) for name in archive.namelist()}
    models[_POSE_LANDMARKS] = without_silhouette(models[_POSE_LANDMARKS])
    made = io.BytesIO()
    _write(made, models)
    return made.getvalue()


def _write(target: Path | IO[bytes], models: Mapping[str, bytes]) -> None:
    with AlignZipFile(target, mode="w", alignment=_ALIGNMENT) as archive:
        for name, model in models.items():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.create_system = 3  # else Windows writes other bytes
            archive.writestr(entry, model)
