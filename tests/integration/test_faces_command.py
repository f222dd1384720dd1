"""python -m physio faces with made pictures, as it is used."""

import json
from contextlib import closing
from itertools import islice

import cv2
import numpy as np
import pytest
from PIL import Image as Pictures

from physio.capture.video import VideoSource
from physio.cli.main import main
from physio.config import ROOT, Settings
from physio.networks.assets import ensure_models
from physio.perception.still import StillFaceFinder

pytestmark = pytest.mark.models

CLIP = ROOT / "data" / "demo" / "shoulder_abduction.mp4"
"""A rendered patient whose face is 78 px high."""
_ORIENTATION = 0x0112


@pytest.fixture(scope="module")
def frame():
    return next(islice(VideoSource(CLIP), 60, None)).image


@pytest.fixture(scope="module")
def portrait(frame):
    """The head of the patient, 350 px."""
    models = ensure_models(Settings.load().models_dir)
    with closing(StillFaceFinder(models)) as finder:
        face = finder.find(frame).face
    assert face is not None
    x, y = face.landmarks_px[:, :2].mean(axis=0)
    half = 1.2 * face.height_px
    part = np.ascontiguousarray(frame[int(y - half) : int(y + half), int(x - half) : int(x + half)])
    return cv2.resize(part, (350, 350), interpolation=cv2.INTER_CUBIC)


@pytest.fixture
def faces(tmp_path, monkeypatch, capsys):
    """Runs the command in this process; exit status, its JSON, what it said on stderr."""
    monkeypatch.setenv("PHYSIO_DATA", str(tmp_path / "data"))

    def run(*arguments):
        status = main(["faces", *map(str, arguments), "--json", "-"])
        out, err = capsys.readouterr()
        return status, json.loads(out), err

    return run


def test_a_picture_is_read_and_nothing_is_stored(faces, portrait, tmp_path):
    Pictures.fromarray(portrait).save(tmp_path / "a.png")
    status, (found,), err = faces(tmp_path / "a.png")
    assert (status, err) == (0, "")
    assert found["path"] == str(tmp_path / "a.png")
    assert (found["found"], found["faces"]) == (True, 1)
    assert found["size_px"] == pytest.approx(350 / 2.4, rel=0.1)
    assert abs(found["head"]["yaw_deg"]) < 30
    assert not (tmp_path / "data").exists()


def test_the_same_face_has_the_same_numbers_in_every_kind_of_picture(faces, portrait, tmp_path):
    picture, grey = Pictures.fromarray(portrait), np.asarray(Pictures.fromarray(portrait).convert("L"))
    exif = Pictures.Exif()
    exif[_ORIENTATION] = 6
    picture.save(tmp_path / "plain.png")
    picture.transpose(Pictures.Transpose.ROTATE_90).save(tmp_path / "turned.png", exif=exif)
    picture.convert("RGBA").save(tmp_path / "rgba.webp", lossless=True)
    picture.save(tmp_path / "a.bmp")
    cv2.imwrite(str(tmp_path / "deep.tif"), portrait[..., ::-1].astype(np.uint16) * 257)
    Pictures.fromarray(grey).save(tmp_path / "grey.png")
    Pictures.fromarray(grey.astype(np.uint16) * 257).save(tmp_path / "grey16.png")
    status, found, _ = faces(tmp_path)
    assert status == 0
    shown = {one["path"].rsplit("/", 1)[-1]: {**one, "path": ""} for one in found}
    assert list(shown) == sorted(shown)
    for name in ("turned.png", "rgba.webp", "a.bmp", "deep.tif"):
        assert shown[name] == shown["plain.png"], name
    assert shown["grey.png"] == shown["grey16.png"]
    assert shown["grey.png"]["size_px"] == pytest.approx(shown["plain.png"]["size_px"], rel=0.05)


def test_bad_pictures_do_not_stop_the_others_and_each_says_why(faces, portrait, tmp_path):
    folder = tmp_path / "pictures"
    folder.mkdir()
    Pictures.fromarray(portrait).save(folder / "good.jpg")
    (folder / "cut.jpg").write_bytes((folder / "good.jpg").read_bytes()[:4000])
    (folder / "empty.png").touch()
    (folder / "text.webp").write_text("hello")
    Pictures.new("RGB", (300, 200), (90, 120, 90)).save(folder / "lawn.png")
    status, found, err = faces(tmp_path / "missing.jpg", folder)
    assert status == 1
    assert [one["path"] for one in found] == [
        str(path) for path in (tmp_path / "missing.jpg", *sorted(folder.iterdir()))
    ]
    reasons = [one["reason"] for one in found]
    words = ["no picture at", "damaged or cut off", "empty (0 bytes)", None, "no face found", "not a picture"]
    for reason, word in zip(reasons, words, strict=True):
        assert reason is None if word is None else word in reason
    assert [one["found"] for one in found] == [False, False, False, True, False, False]
    errors = err.strip().splitlines()
    assert len(errors) == 4
    assert all(line.startswith("error: ") for line in errors)


def test_several_at_a_time_give_the_same_in_the_same_order(faces, portrait, tmp_path):
    for i in range(8):  # the first takes longest
        size = 3000 if i == 0 else 60 + 30 * i
        Pictures.fromarray(cv2.resize(portrait, (size, size))).save(tmp_path / f"{i}.png")
    status, alone, _ = faces(tmp_path, "--jobs", 1)
    assert status == 0
    assert [one["path"] for one in alone] == [str(tmp_path / f"{i}.png") for i in range(8)]
    assert len({one["size_px"] for one in alone}) == 8
    assert faces(tmp_path, "--jobs", 4)[1] == alone


def test_a_picture_without_a_face_is_no_error(faces, tmp_path):
    Pictures.new("L", (48, 48)).save(tmp_path / "a.png")
    status, (found,), err = faces(tmp_path / "a.png")
    assert (status, err, found["found"], found["reason"]) == (0, "", False, "no face found")


def test_a_large_photograph_gives_pixels_of_the_file(faces, frame, tmp_path):
    Pictures.fromarray(frame).save(tmp_path / "small.png")
    Pictures.fromarray(cv2.resize(frame, (4000, 3000), interpolation=cv2.INTER_CUBIC)).save(tmp_path / "large.jpg")
    _, (small, large), _ = faces(tmp_path / "small.png", tmp_path / "large.jpg")
    assert large["size_px"] == pytest.approx(small["size_px"] * 4000 / frame.shape[1], rel=0.03)
    assert large["head"]["yaw_deg"] == pytest.approx(small["head"]["yaw_deg"], abs=4)


def test_of_two_people_the_larger_face_is_read(faces, portrait, tmp_path):
    both = np.hstack([cv2.resize(portrait, (200, 200)), np.zeros((200, 10, 3), np.uint8)])
    both = np.hstack([np.vstack([both, np.zeros((150, 210, 3), np.uint8)]), portrait])
    Pictures.fromarray(both).save(tmp_path / "a.png")
    _, (found,), _ = faces(tmp_path / "a.png")
    assert found["faces"] == 2
    assert "2 faces; the largest was read" in found["reason"]
    assert found["size_px"] == pytest.approx(350 / 2.4, rel=0.1)


def test_a_table_is_shown_without_json(portrait, tmp_path, capsys):
    Pictures.fromarray(portrait).save(tmp_path / "a.png")
    Pictures.new("L", (48, 48)).save(tmp_path / "b.png")
    assert main(["faces", str(tmp_path)]) == 0
    head, first, second = capsys.readouterr().out.splitlines()
    assert head.split()[0] == "PICTURE"
    assert first.startswith(str(tmp_path / "a.png"))
    assert second.endswith("no face found")


def test_a_folder_without_pictures_and_a_file_that_cannot_be_written_are_said(tmp_path, capsys):
    (tmp_path / "notes.txt").touch()
    assert main(["faces", str(tmp_path)]) == 1
    assert "no pictures" in capsys.readouterr().err
    assert main(["faces", str(tmp_path / "a.png"), "--json", str(tmp_path / "gone" / "a.json")]) == 1
    assert "no folder" in capsys.readouterr().err
