"""The networks: taken from the mediapipe 0.10.21 wheel, the last that carries models; any package index has it.

The wheel is only unzipped, never installed, so one file serves every platform and Python. It and each network in it are
checked against known SHA-256 sums.
"""

import hashlib
import importlib.util
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

from physio.errors import ModelsMissingError
from physio.messages import Message, message

WHEEL_NAME = "mediapipe-0.10.21-cp311-cp311-manylinux_2_28_x86_64.whl"
WHEEL_SHA256 = "05dc4a9e593655a79558d05d6227d31018c2537a4bd3362b51e230cf22aecfe3"
NETWORKS: dict[str, tuple[str, str]] = {
    "pose_detector": (
        "mediapipe/modules/pose_detection/pose_detection.tflite",
        "9ba9dd3d42efaaba86b4ff0122b06f29c4122e756b329d89dca1e297fd8f866c",
    ),
    "pose_landmarks": (
        "mediapipe/modules/pose_landmark/pose_landmark_full.tflite",
        "e9a5c5cb17f736fafd4c2ec1da3b3d331d6edbe8a0d32395855aeb2cdfd64b9f",
    ),
    "face_detector": (
        "mediapipe/modules/face_detection/face_detection_short_range.tflite",
        "bbff11cebd1eb27a1e004cae0b0e63ec8c551cbf34a4451148b4908b8db3eca8",
    ),
    "face_landmarks": (
        "mediapipe/modules/face_landmark/face_landmark_with_attention.tflite",
        "e06a804e0144f9929eda782122916b35d60c697c3c9344013ca2bbe76a6ce2b4",
    ),
}
"""Name here → (file in the wheel, SHA-256)."""

DOWNLOAD_ARGUMENTS = (
    "download mediapipe==0.10.21 --no-deps --only-binary=:all: --python-version 3.11 --platform manylinux_2_28_x86_64"
)
_PIP_MESSAGE_LINES = 3
_BLOCK = 1 << 20

Progress = Callable[[str], None]


def fetch_networks(models_dir: Path, scratch_dir: Path, progress: Progress) -> dict[str, bytes]:
    """The four networks by name (keys of NETWORKS), from a wheel that lies in models_dir, else from the package index.

    scratch_dir takes the download; whoever made it removes it. ModelsMissingError when there is no way to the wheel or
    when it is not the one expected.
    """
    placed = models_dir / WHEEL_NAME
    if placed.is_file():
        progress(f"Models: using {placed}")
        wheel = placed
    else:
        progress("Models: downloading the mediapipe 0.10.21 wheel (35 MB, once) with pip …")
        wheel = _download(scratch_dir, models_dir)
    progress("Models: checking the wheel and its networks …")
    return _read_networks(wheel)


def pip_command() -> list[str] | None:
    """How to run pip in this Python: the installed one, else the one that Python carries along, else None.

    An environment made by uv has no pip; Python's own copy runs straight from its wheel and installs nothing.
    """
    if importlib.util.find_spec("pip"):
        return [sys.executable, "-m", "pip"]
    ensurepip = importlib.util.find_spec("ensurepip")
    if ensurepip and ensurepip.origin:
        for wheel in sorted(Path(ensurepip.origin).parent.glob("_bundled/pip-*.whl")):
            return [sys.executable, str(wheel / "pip")]
    return None


def sha256_of(path: Path) -> str:
    """Hex digest of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _download(scratch_dir: Path, models_dir: Path) -> Path:
    pip = pip_command()
    if pip is None:
        raise ModelsMissingError("networks.no_pip", python=sys.executable, by_hand=_by_hand(models_dir))
    command = [*pip, *DOWNLOAD_ARGUMENTS.split(), "--no-input", "--quiet", "--dest", str(scratch_dir)]
    run = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", errors="replace", check=False)
    wheel = scratch_dir / WHEEL_NAME
    if run.returncode != 0 or not wheel.is_file():
        raise ModelsMissingError("networks.no_index", problem=_reason(run.stderr), by_hand=_by_hand(models_dir))
    return wheel


def _by_hand(models_dir: Path) -> Message:
    """What to do on a computer without a network."""
    return message("networks.by_hand", download=DOWNLOAD_ARGUMENTS, wheel=WHEEL_NAME, folder=str(models_dir))


def _reason(stderr: str) -> str:
    """pip's own words: its last errors, else its last line."""
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("ERROR:")] or lines[-1:]
    return " ".join(errors[-_PIP_MESSAGE_LINES:]) or "pip said nothing"


def _read_networks(wheel: Path) -> dict[str, bytes]:
    if sha256_of(wheel) != WHEEL_SHA256:
        raise ModelsMissingError("networks.other_wheel", file=str(wheel))
    networks = {}
    with zipfile.ZipFile(wheel) as archive:
        for name, (member, expected) in NETWORKS.items():
            network = archive.read(member)
            if hashlib.sha256(network).hexdigest() != expected:
                raise ModelsMissingError("networks.other_network", network=member, file=str(wheel))
            networks[name] = network
    return networks
