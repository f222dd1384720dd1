"""The installation check as it is used, on one short clip."""

import json
import shutil

import pytest

from physio.cli.main import main
from physio.demo import CLIPS

CLIP = "shoulder_abduction_week_1.mp4"
EXPECTED = {"angle_error_deg": 4.0, "all_error_deg": 9.0, "refused_pct": 5.0, "reps": 2, "pspi_r": None}


@pytest.fixture
def folder(tmp_path):
    """A clip, its truth, and what may be expected of it."""
    for path in (CLIPS / CLIP, (CLIPS / CLIP).with_suffix(".json")):
        shutil.copy(path, tmp_path)
    write_expected(tmp_path)
    return tmp_path


def write_expected(folder, **figures):
    content = {"clips": {CLIP: {**EXPECTED, **figures}}}
    (folder / "expected.json").write_text(json.dumps(content))


def change_truth(folder, change):
    path = (folder / CLIP).with_suffix(".json")
    known = json.loads(path.read_text())
    change(known)
    path.write_text(json.dumps(known))


@pytest.mark.models
def test_a_right_installation_passes(folder, capsys):
    assert main(["check", "--clips", str(folder)]) == 0
    text = capsys.readouterr().out
    (row,) = [line for line in text.splitlines() if line.startswith(CLIP)]
    assert row.endswith("pass")
    assert "!" not in row
    assert text.splitlines()[-1].startswith("PASS")


@pytest.mark.models
def test_what_is_far_from_the_truth_fails(folder, capsys):
    def shift(known):
        angles = known["frames"]["angles"]["shoulder_abduction_r"]
        known["frames"]["angles"]["shoulder_abduction_r"] = [value + 20 for value in angles]

    change_truth(folder, shift)
    write_expected(folder, reps=3)
    saved = folder / "result.json"
    assert main(["check", "--clips", str(folder), "--json", str(saved)]) == 1
    text = capsys.readouterr().out
    assert "FAIL: this installation does not measure what it should." in text
    result = json.loads(saved.read_text())
    assert not result["passed"]
    (clip,) = result["clips"]
    assert (clip["reps"], clip["true_reps"], clip["frames"]) == (2, 2, 190)
    failed = [one["name"] for one in clip["checks"] if not one["passed"]]
    assert failed == ["angle error", "repetitions"]
    assert clip["checks"][0]["value"] > 15
    assert clip["checks"][0]["at_most"] == 5


def failed_with(capsys, *words):
    streams = capsys.readouterr()
    assert streams.out == ""
    last = streams.err.strip().splitlines()[-1]
    return last.startswith("error: ") and all(word in last for word in words)


def test_a_missing_folder_is_named(tmp_path, capsys):
    assert main(["check", "--clips", str(tmp_path / "nowhere")]) == 1
    assert failed_with(capsys, "expected.json cannot be read", "Get the folder again")


def test_a_missing_clip_is_named(folder, capsys):
    (folder / CLIP).unlink()
    assert main(["check", "--clips", str(folder)]) == 1
    assert failed_with(capsys, CLIP, "is missing")


def test_a_broken_truth_is_named(folder, capsys):
    change_truth(folder, lambda known: known.pop("frames"))
    assert main(["check", "--clips", str(folder)]) == 1
    assert failed_with(capsys, CLIP.replace("mp4", "json"), "is not the truth of a clip")


def test_where_the_json_cannot_go_is_said_before_the_work(folder, capsys):
    assert main(["check", "--clips", str(folder), "--json", str(folder)]) == 1
    assert failed_with(capsys, "is a folder")


@pytest.mark.models
def test_without_models_it_says_what_to_do(folder, capsys, monkeypatch, tmp_path):
    wheel = tmp_path / "models"
    wheel.write_text("no folder")
    monkeypatch.setenv("PHYSIO_MODELS", str(wheel))
    assert main(["check", "--clips", str(folder)]) == 1
    assert failed_with(capsys, "models")
