"""The command line as it is used: a process of its own, its output and its exit status."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import dataclass
from itertools import islice

import numpy as np
import pytest

from physio import __version__
from physio.capture.video import VideoSource
from physio.cli.main import main
from physio.config import ROOT
from physio.demo import CLIPS
from physio.exercise.definition import exercise_ids
from physio.metrics import FRAME_COLUMNS
from physio.storage.records import ConsentKind
from physio.storage.store import Store
from physio.storage.user import LOCAL_USER
from tests.media_files import media_file
from tests.video_files import cut_off, write_sound, write_video

EXERCISE = exercise_ids()[0]


@dataclass(frozen=True)
class Result:
    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def physio(tmp_path, monkeypatch, capsys):
    """Runs a command in this process, with an empty database folder."""
    monkeypatch.setenv("PHYSIO_DATA", str(tmp_path / "data"))

    def run(*arguments):
        try:
            status = main([str(argument) for argument in arguments])
        except SystemExit as end:  # how argparse leaves
            status = end.code
        return Result(status, *capsys.readouterr())

    return run


def start(data_dir, *arguments):
    """Starts a command in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "physio", *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, "PHYSIO_DATA": str(data_dir), "PYTHONWARNINGS": "error::ResourceWarning"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


@pytest.fixture
def noise(tmp_path):
    """A second of noise: a video without a person."""
    images = np.random.default_rng(1).integers(0, 255, (10, 120, 160, 3), np.uint8)
    return write_video(tmp_path / "noise.mp4", list(images), rate=10)


def failed_with(result, *words):
    last = result.stderr.strip().splitlines()[-1]
    assert "Traceback" not in result.stderr
    return result.returncode == 1 and last.startswith("error: ") and all(word in last for word in words)


def test_help_and_version(physio):
    result = physio("--help")
    assert result.returncode == 0
    for word in ("score", "frames", "check", "exercises", "models", "PHYSIO_DATA", "PHYSIO_MODELS", "examples"):
        assert word in result.stdout
    assert physio("--version").stdout == f"physio {__version__}\n"
    assert '"warnings"' in physio("score", "--help").stdout


def test_help_loads_no_heavy_library():
    script = (
        "import sys; from physio.cli.main import main\n"
        "try: main(sys.argv[1:])\n"
        "except SystemExit: pass\n"
        "heavy = {'mediapipe', 'duckdb', 'scipy', 'joblib', 'pandas', 'cv2', 'av'} & set(sys.modules)\n"
        "sys.exit(f'loaded {heavy}' if heavy else 0)"
    )
    for argument in ("--help", "exercises"):
        result = subprocess.run([sys.executable, "-c", script, argument], cwd=ROOT, capture_output=True, text=True)
        assert result.returncode == 0, result.stderr


def test_exercises_are_listed(physio):
    result = physio("exercises")
    assert result.returncode == 0
    assert [line.split()[0] for line in result.stdout.splitlines()[1:]] == list(exercise_ids())


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ((), "COMMAND"),
        (("dance",), "dance"),
        (("score",), "VIDEO"),
        (("score", "a.mp4", "--side", "up"), "--side"),
        (("score", "a.mp4", "--jobs", "0"), "--jobs"),
        (("score", "a.mp4", "--exercise", "somersault"), "somersault"),
        (("score", "a.mp4", "--jobs", "2", "--cluster", "tcp://a:1"), "--jobs"),
        (("rescore",), "--all"),
        (("rescore", "a", "--all"), "--all"),
        (("faces",), "PICTURE"),
        (("faces", "a.png", "--jobs", "none"), "--jobs"),
        (("frames", "a.mp4"), "--out"),
        (("frames", "a.mp4", "--out", "a.xlsx"), ".parquet"),
    ],
)
def test_wrong_use_is_2(physio, arguments, word):
    result = physio(*arguments)
    assert result.returncode == 2
    assert word in result.stderr.strip().splitlines()[-1]
    assert result.stdout == ""


@pytest.mark.models
@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda folder: folder / "nothing.mp4", ("no video", "nothing.mp4")),
        (lambda folder: folder, ("folder",)),
        (lambda folder: _file(folder / "empty.mp4", b""), ("empty.mp4", "empty")),
        (lambda folder: _file(folder / "text.mov", b"hello\n" * 99), ("text.mov", "is damaged or not a video")),
        (lambda folder: write_sound(folder / "sound.mp4"), ("sound.mp4", "contains no video")),
        (lambda folder: cut_off(write_video(folder / "a.mp4"), 0.5, "cut.mp4"), ("cut.mp4", "cut off")),
    ],
)
def test_bad_files_are_one_line(physio, tmp_path, make, words):
    result = physio("score", make(tmp_path), "--exercise", EXERCISE)
    assert failed_with(result, *words), result.stderr
    with closing(Store(tmp_path / "data" / "physio.duckdb")) as store:
        records = store.acting_as(LOCAL_USER)
        assert records.sessions.of() == ()
        assert records.patients.all() == ()


def _file(path, content):
    path.write_bytes(content)
    return path


@pytest.mark.models
def test_no_person_is_no_error_and_only_json_is_written(noise, tmp_path):
    with start(tmp_path / "data", "score", noise, "--exercise", EXERCISE, "--no-save", "--json", "-") as process:
        out, err = process.communicate(timeout=300)
    assert (process.returncode, err) == (0, "")
    (found,) = json.loads(out)
    assert found["video"] == {"path": str(noise), "duration_s": 1.0, "frames": 10, "width": 160, "height": 120}
    assert found["reps"] == []
    assert found["quality"]["pose_pct"] == 0
    assert any("No one was found" in text for text in found["warnings"])
    assert not (tmp_path / "data").exists()


@pytest.mark.models
def test_scored_videos_are_saved_and_told(physio, noise, tmp_path):
    result = physio("score", noise, "--exercise", EXERCISE, "--patient", "P7")
    assert result.returncode == 0
    assert "repetitions  0" in result.stdout
    assert "No one was found" in result.stdout
    assert "patient P7" in result.stderr
    physio("score", noise)
    with closing(Store(tmp_path / "data" / "physio.duckdb")) as store:
        records = store.acting_as(LOCAL_USER)
        assert [patient.code for patient in records.patients.all()] == ["P7", "UNASSIGNED"]
        sessions = records.sessions.of()
        assert {session.patient_code: session.exercise_id for session in sessions} == {
            "P7": EXERCISE,
            "UNASSIGNED": None,
        }
        assert all(session.end_reason == "completed" for session in sessions)


@pytest.mark.models
def test_a_recording_can_be_scored_without_its_face(physio, tmp_path):
    clip = _first_frames(CLIPS / "shoulder_abduction_week_1.mp4", tmp_path / "short.mp4", 45)
    with_face, without = (
        json.loads(physio("score", clip, "--no-save", "--json", "-", *more).stdout)[0] for more in ((), ("--no-face",))
    )
    assert with_face["quality"]["face_pct"] > 50
    assert without["quality"]["face_pct"] is None
    assert not any(name.startswith("face_") for name in without["quality"]["unusable"])
    assert without["states"] == {}
    assert without["pain"] == {
        "pspi_mean": None,
        "pspi_p95": None,
        "pspi_max": None,
        "frames_pct": None,
        "probability_p95": None,
        "reliable_pct": None,
        "reason": None,
    }
    assert without["face"] == {"engagement_mean": None, "flashes": None, "estimate": None}
    assert not any("face" in text for text in without["warnings"])


def _first_frames(video, path, count):
    return write_video(path, [frame.image for frame in islice(VideoSource(video), count)])


@pytest.mark.models
def test_sessions_are_analysed_again(physio, noise, tmp_path):
    assert physio("score", noise, "--exercise", EXERCISE).returncode == 0
    with closing(Store(tmp_path / "data" / "physio.duckdb")) as store:
        (session,) = store.acting_as(LOCAL_USER).sessions.of()
    kept = physio("rescore", session.id, "--keep")
    assert kept.returncode == 0, kept.stderr
    assert kept.stdout.startswith(f"{session.id}: repetitions 0 (before: 0); analysis {session.id}-")
    assert "beside the one that counts" in kept.stdout
    again = physio("rescore", "--all")
    assert again.returncode == 0
    assert again.stdout.rstrip().endswith("counts now")
    assert failed_with(physio("rescore", "20260101-unknown"), "20260101-unknown", "not found")
    with closing(Store(tmp_path / "data" / "physio.duckdb")) as store:
        records = store.acting_as(LOCAL_USER)
        counting = records.analyses.counting(session.id)
        assert len(records.analyses.of(session.id)) == 3
        assert counting.id in again.stdout


@pytest.mark.models
def test_one_bad_file_among_several(physio, noise, tmp_path):
    empty, out = _file(tmp_path / "empty.mp4", b""), tmp_path / "out.json"
    result = physio("score", empty, noise, "--exercise", EXERCISE, "--jobs", 1, "--json", out)
    assert failed_with(result, "empty.mp4"), result.stderr
    assert result.stdout == ""
    bad, good = json.loads(out.read_text())
    assert list(bad) == list(good)
    assert "empty" in bad["warnings"][0]
    assert good["quality"]["frames_processed"] == 10
    with closing(Store(tmp_path / "data" / "physio.duckdb")) as store:
        records = store.acting_as(LOCAL_USER)
        assert len(records.sessions.of()) == 1


@pytest.mark.models
def test_a_database_in_use_is_said_before_the_work(physio, noise, tmp_path):
    with closing(Store(tmp_path / "data" / "physio.duckdb")):
        result = physio("score", noise, "--json", "-")
        assert failed_with(result, "physio.duckdb"), result.stderr
        assert result.stdout == ""
        assert physio("score", noise, "--no-save").returncode == 0


@pytest.mark.models
def test_a_wrong_patient_code_and_target_are_said_before_the_work(physio, tmp_path):
    assert failed_with(physio("score", tmp_path / "nothing.mp4", "--patient", "a b/c"), "a b/c")
    with closing(Store(tmp_path / "data" / "physio.duckdb")) as store:
        store.acting_as(LOCAL_USER).patients.add("P7", "A. Demo")
    assert failed_with(physio("score", tmp_path / "nothing.mp4", "--patient", "p7"), "too much like P7")
    assert failed_with(physio("score", tmp_path / "nothing.mp4", "--json", tmp_path / "no" / "a.json"), "folder")


def test_missing_models_are_said(physio, noise, tmp_path, monkeypatch):
    monkeypatch.setenv("PHYSIO_MODELS", str(_file(tmp_path / "models", b"a file where the folder should be")))
    result = physio("score", noise, "--no-save")
    assert failed_with(result, "PHYSIO_MODELS"), result.stderr


@pytest.mark.models
def test_models_are_named(physio):
    result = physio("models")
    assert result.returncode == 0
    assert "sha256" in result.stdout


@pytest.mark.models
def test_frames_as_csv(physio, noise, tmp_path):
    out = tmp_path / "frames.csv"
    result = physio("frames", noise, "--out", out, "--exercise", EXERCISE)
    assert result.returncode == 0, result.stderr
    with out.open(newline="") as file:
        head, *rows = list(csv.reader(file))
    assert head == ["t_s", *FRAME_COLUMNS]
    assert [float(row[0]) for row in rows] == pytest.approx([i / 10 for i in range(10)])
    assert rows[0][head.index("knee_flexion_l")] == ""
    assert float(rows[0][head.index("rep_count")]) == 0
    assert not (tmp_path / "data").exists()


@pytest.mark.models
def test_frames_as_parquet(physio, noise, tmp_path):
    import pyarrow.parquet

    out = tmp_path / "frames.parquet"
    assert physio("frames", noise, "--out", out).returncode == 0
    table = pyarrow.parquet.read_table(out)
    assert table.column_names == ["t_s", *FRAME_COLUMNS]
    assert table.num_rows == 10
    assert table["knee_flexion_l"].null_count == 10


@pytest.mark.media
@pytest.mark.models
def test_a_real_exercise_is_counted_saved_and_reported_alike(physio, tmp_path):
    video, out = media_file("squat_front_home.mp4"), tmp_path / "out.json"
    result = physio("score", video, "--exercise", "squat", "--patient", "P001", "--json", out)
    assert result.returncode == 0, result.stderr
    (found,) = json.loads(out.read_text())
    assert [rep["peak_s"] for rep in found["reps"]] == pytest.approx([1.1, 3.5, 6.0, 8.5, 11.0], abs=0.5)
    assert found["quality"]["pose_pct"] > 95
    assert found["quality"]["face_pct"] > 80
    assert any(row["valid"] for row in found["rom"])
    for row in found["rom"]:  # an angle has a range, or a reason why it has none
        assert (row["min_deg"] is not None) == (row["max_deg"] is not None) == row["valid"] == (row["reason"] is None)
    with closing(Store(tmp_path / "data" / "physio.duckdb")) as store:
        records = store.acting_as(LOCAL_USER)
        (session,) = records.sessions.of("P001")
        assert [round(rep.peak_s, 3) for rep in records.analyses.reps(session.id)] == [
            rep["peak_s"] for rep in found["reps"]
        ]
        assert len(records.analyses.frames(session.id)["t_s"]) == found["quality"]["frames_processed"]


def test_frames_that_cannot_be_written_are_said_before_the_work(physio, tmp_path):
    assert failed_with(physio("frames", tmp_path / "a.mp4", "--out", tmp_path / "no" / "a.csv"), "folder")


@pytest.mark.models
@pytest.mark.parametrize("jobs", [1, 2])
def test_interrupting_is_quiet_and_leaves_nothing(noise, tmp_path, jobs):
    long_clip = write_video(tmp_path / "long.mp4", 3000)
    with start(tmp_path / "data", "score", long_clip, long_clip, "--jobs", jobs) as process:
        time.sleep(3)  # long enough to be loading or scoring; what is expected holds at any moment
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to the processes that it has started, too
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (130, "", "")
    with closing(Store(tmp_path / "data" / "physio.duckdb")) as store:
        records = store.acting_as(LOCAL_USER)
        assert records.sessions.of() == ()


@pytest.mark.models
def test_the_facial_expression_signal_is_only_saved_with_the_patients_consent(physio, noise, tmp_path):
    asked = ("score", noise, "--patient", "P001", "--emotion")
    assert failed_with(physio(*asked), "consent of P001", "not recorded")
    with closing(Store(tmp_path / "data" / "physio.duckdb")) as store:
        records = store.acting_as(LOCAL_USER)
        assert records.sessions.of() == ()
        records.patients.add("P001", "A. Berger")
        records.consents.give("P001", ConsentKind.EMOTION, "x")
    assert physio(*asked).returncode == 0
    assert physio("score", noise, "--patient", "P001").returncode == 0
    assert physio("score", noise, "--no-save", "--emotion").returncode == 0, "whoever asks states the consent"
    with closing(Store(tmp_path / "data" / "physio.duckdb")) as store:
        records = store.acting_as(LOCAL_USER)
        assert [records.analyses.counting(one.id).emotion for one in records.sessions.of("P001")] == [False, True]


def test_there_is_no_facial_expression_signal_without_the_face(physio):
    result = physio("score", "a.mp4", "--emotion", "--no-face")
    assert result.returncode == 2
    assert "--emotion" in result.stderr
