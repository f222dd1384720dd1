import base64
import hashlib
import os
import subprocess
import sys
import threading
import zipfile
from pathlib import Path

import pytest
from filelock import FileLock
from tiny_networks import ATTENTION_OUTPUTS, tiny_network

from physio.errors import ModelsMissingError
from physio.networks import network_source
from physio.networks.assets import FACE_BUNDLE, FACE_NETWORKS, POSE_BUNDLE, POSE_NETWORKS, ensure_models
from physio.networks.network_source import NETWORKS, WHEEL_NAME, pip_command

UNREACHABLE = "http://127.0.0.1:9/simple"


def write_bundle(path: Path, networks: frozenset[str]) -> bytes:
    with zipfile.ZipFile(path, "w") as archive:
        for name in sorted(networks):
            archive.writestr(name, path.name)
    return path.read_bytes()


def fake_networks() -> dict[str, bytes]:
    networks = {name: tiny_network({f"{name}_out": 3}) for name in NETWORKS}
    networks["face_landmarks"] = tiny_network(ATTENTION_OUTPUTS)
    return networks


def write_wheel(folder: Path, networks: dict[str, bytes]) -> Path:
    """A wheel that pip accepts as mediapipe 0.10.21, with other networks in it."""
    info = "mediapipe-0.10.21.dist-info"
    files = {NETWORKS[name][0]: content for name, content in networks.items()}
    files[f"{info}/METADATA"] = b"Metadata-Version: 2.1\nName: mediapipe\nVersion: 0.10.21\n"
    files[f"{info}/WHEEL"] = b"Wheel-Version: 1.0\nRoot-Is-Purelib: false\nTag: cp311-cp311-manylinux_2_28_x86_64\n"
    record = "".join(
        f"{name},sha256={base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b'=').decode()},{len(data)}\n"
        for name, data in files.items()
    )
    files[f"{info}/RECORD"] = record.encode() + f"{info}/RECORD,,\n".encode()
    with zipfile.ZipFile(folder / WHEEL_NAME, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return folder / WHEEL_NAME


@pytest.fixture
def no_index(monkeypatch):
    """pip as on a computer without a network."""
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_INDEX_URL", UNREACHABLE)
    monkeypatch.setenv("PIP_RETRIES", "0")
    for name in ("PIP_FIND_LINKS", "PIP_EXTRA_INDEX_URL"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def known_wheel(tmp_path, monkeypatch):
    """A small wheel whose checksums are the expected ones."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    networks = fake_networks()
    wheel = write_wheel(folder, networks)
    monkeypatch.setattr(network_source, "WHEEL_SHA256", hashlib.sha256(wheel.read_bytes()).hexdigest())
    monkeypatch.setattr(
        network_source,
        "NETWORKS",
        {name: (NETWORKS[name][0], hashlib.sha256(data).hexdigest()) for name, data in networks.items()},
    )
    return wheel


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.suffix != ".lock")


def test_bundles_in_place_are_used_without_a_word(tmp_path):
    pose = write_bundle(tmp_path / POSE_BUNDLE, POSE_NETWORKS)
    face = write_bundle(tmp_path / FACE_BUNDLE, FACE_NETWORKS)
    lines: list[str] = []
    models = ensure_models(tmp_path, lines.append)
    assert (models.pose, models.face) == (tmp_path / POSE_BUNDLE, tmp_path / FACE_BUNDLE)
    assert models.checksums == {
        POSE_BUNDLE: hashlib.sha256(pose).hexdigest(),
        FACE_BUNDLE: hashlib.sha256(face).hexdigest(),
    }
    assert lines == []
    assert names(tmp_path) == sorted([POSE_BUNDLE, FACE_BUNDLE])


@pytest.mark.parametrize(
    ("placed", "expected"),
    [
        (["pose_landmarker_heavy.task"], "pose_landmarker_heavy.task"),
        (["pose_landmarker_heavy.task", "pose_landmarker_full.task"], "pose_landmarker_full.task"),
        ([], POSE_BUNDLE),
    ],
)
def test_an_official_bundle_goes_before_the_prepared_one(tmp_path, placed, expected):
    for name in [*placed, POSE_BUNDLE]:
        write_bundle(tmp_path / name, POSE_NETWORKS)
    write_bundle(tmp_path / FACE_BUNDLE, FACE_NETWORKS)
    write_bundle(tmp_path / "face_landmarker.task", FACE_NETWORKS | {"face_blendshapes.tflite"})
    models = ensure_models(tmp_path)
    assert models.pose.name == expected
    assert models.face.name == "face_landmarker.task"
    assert set(models.checksums) == {expected, "face_landmarker.task"}


@pytest.mark.parametrize("damage", ["cut", "other"])
def test_a_damaged_or_wrong_bundle_is_named(tmp_path, damage):
    path = tmp_path / "pose_landmarker_full.task"
    whole = write_bundle(path, POSE_NETWORKS if damage == "cut" else FACE_NETWORKS)
    if damage == "cut":
        path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ModelsMissingError, match=r"pose_landmarker_full\.task is damaged or not .*Delete it"):
        ensure_models(tmp_path)


def test_offline_says_what_to_do_and_leaves_nothing_behind(tmp_path, no_index):
    lines: list[str] = []
    with pytest.raises(ModelsMissingError) as caught:
        ensure_models(tmp_path / "models", lines.append)
    message = str(caught.value)
    assert "Connect to the network" in message
    assert f"copy the file {WHEEL_NAME} into {tmp_path / 'models'}" in message
    assert "face_landmarker.task" in message
    assert "No matching distribution" in message  # pip's own words
    assert len(lines) == 1
    assert names(tmp_path / "models") == []


def test_a_placed_wheel_serves_offline_and_gives_the_same_bytes_again(tmp_path, no_index, known_wheel):
    checksums = []
    for folder in (tmp_path / "one", tmp_path / "two"):
        folder.mkdir()
        (folder / WHEEL_NAME).write_bytes(known_wheel.read_bytes())
        lines: list[str] = []
        models = ensure_models(folder, lines.append)
        checksums.append(models.checksums)
        assert [line.split(" ")[1] for line in lines] == ["using", "checking", "writing", "ready"]
        assert names(folder) == sorted([POSE_BUNDLE, FACE_BUNDLE, WHEEL_NAME])
    assert checksums[0] == checksums[1]
    with zipfile.ZipFile(tmp_path / "one" / FACE_BUNDLE) as archive:
        assert set(archive.namelist()) == FACE_NETWORKS
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        for entry in archive.infolist():
            assert archive.read(entry)[4:8] == b"TFL3"


def test_pip_fetches_the_wheel_through_the_users_own_configuration(tmp_path, no_index, known_wheel, monkeypatch):
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(known_wheel.parent))
    models = ensure_models(tmp_path / "models", lambda line: None)
    assert names(tmp_path / "models") == sorted([POSE_BUNDLE, FACE_BUNDLE])
    assert models.pose.is_file()


@pytest.mark.parametrize("wrong", ["wheel", "network"])
def test_what_has_another_checksum_is_not_used(tmp_path, known_wheel, monkeypatch, wrong):
    if wrong == "wheel":
        known_wheel.write_bytes(known_wheel.read_bytes()[:-10])
    else:
        table = dict(network_source.NETWORKS)
        table["pose_landmarks"] = (table["pose_landmarks"][0], "0" * 64)
        monkeypatch.setattr(network_source, "NETWORKS", table)
    models_dir = known_wheel.parent
    with pytest.raises(ModelsMissingError, match="SHA-256 differs"):
        ensure_models(models_dir, lambda line: None)
    assert names(models_dir) == [WHEEL_NAME]


def test_rests_of_a_killed_process_are_cleared_away(tmp_path, no_index, known_wheel):
    models_dir = known_wheel.parent
    rest = models_dir / "tmpabc.part"
    rest.mkdir()
    (rest / POSE_BUNDLE).write_bytes(b"half a bundle")
    ensure_models(models_dir, lambda line: None)
    assert names(models_dir) == sorted([POSE_BUNDLE, FACE_BUNDLE, WHEEL_NAME])


def test_the_second_of_two_waits_and_uses_what_the_first_prepared(tmp_path, no_index):
    waiting, results, lines = threading.Event(), [], []

    def progress(line: str) -> None:
        lines.append(line)
        waiting.set()

    with FileLock(tmp_path / "prepare.lock"):
        second = threading.Thread(target=lambda: results.append(ensure_models(tmp_path, progress)))
        second.start()
        assert waiting.wait(20)
        write_bundle(tmp_path / POSE_BUNDLE, POSE_NETWORKS)
        write_bundle(tmp_path / FACE_BUNDLE, FACE_NETWORKS)
    second.join(20)
    assert lines == ["Models: another physio is preparing them, waiting …"]
    assert results[0].pose == tmp_path / POSE_BUNDLE


def test_two_processes_at_once_both_end_with_whole_models(tmp_path, known_wheel):
    script = (
        "import sys; from pathlib import Path\n"
        "from physio.networks import network_source as source\n"
        f"source.WHEEL_SHA256 = {network_source.WHEEL_SHA256!r}; source.NETWORKS = {network_source.NETWORKS!r}\n"
        "from physio.networks.assets import ensure_models\n"
        "print(ensure_models(Path(sys.argv[1])).checksums)\n"
    )
    command = [sys.executable, "-c", script, str(known_wheel.parent)]
    root = Path(__file__).parents[3]
    both = [subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    outputs = [process.communicate(timeout=60)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert outputs[0] == outputs[1] != ""


def test_a_killed_holder_does_not_block_the_next(tmp_path, no_index, known_wheel):
    script = (
        "import os, sys; from filelock import FileLock\nlock = FileLock(sys.argv[1]); lock.acquire(); os._exit(9)\n"
    )
    lock = known_wheel.parent / "prepare.lock"
    assert subprocess.run([sys.executable, "-c", script, str(lock)], check=False).returncode == 9
    lines: list[str] = []
    ensure_models(known_wheel.parent, lines.append)
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
