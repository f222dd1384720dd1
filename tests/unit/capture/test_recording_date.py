"""When a video was recorded, as real files of several formats say it."""

from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import av
import pytest

from physio.capture.recording_date import recorded_at
from physio.capture.video import VideoSource
from tests.video_files import dated, write_video

THEN = datetime(2026, 3, 5, 10, 20, 30, tzinfo=UTC)


def container(*streams: dict[str, str], **metadata: str) -> SimpleNamespace:
    return SimpleNamespace(
        metadata={name.replace("__", "."): text for name, text in metadata.items()},
        streams=[SimpleNamespace(metadata=one) for one in streams],
    )


@pytest.mark.parametrize("ending", [".mp4", ".mov", ".webm"])
def test_the_date_of_a_file_is_read(tmp_path: Path, ending: str) -> None:
    path = dated(write_video(tmp_path / f"plain{ending}", 5), creation_time="2026-03-05T10:20:30Z")
    assert VideoSource(path).info.recorded_at == THEN


def test_an_iphones_own_time_with_its_zone_comes_first(tmp_path: Path) -> None:
    path = dated(
        write_video(tmp_path / "plain.mov", 5),
        **{"creation_time": "2026-03-09T18:00:00Z", "com.apple.quicktime.creationdate": "2026-03-05T11:20:30+0100"},
    )
    assert VideoSource(path).info.recorded_at == THEN


def test_a_file_that_does_not_say_it(tmp_path: Path) -> None:
    assert VideoSource(write_video(tmp_path / "plain.mp4", 5)).info.recorded_at is None


def test_the_date_of_a_stream_will_do() -> None:
    assert recorded_at(container({}, {"creation_time": "2026-03-05T10:20:30.000000Z"})) == THEN


@pytest.mark.parametrize(
    "text",
    [
        "1904-01-01T00:00:00.000000Z",
        "1970-01-01T00:00:00Z",
        "2000-01-01T00:00:00Z",
        "2026-03-05T12:00:01Z",
        "0001-01-01T00:00:00+14:00",
        "yesterday",
        "",
    ],
)
def test_what_cannot_be_is_unknown(text: str) -> None:
    now = datetime(2026, 3, 5, 12, tzinfo=UTC)
    assert recorded_at(container(creation_time=text), now) is None
    assert recorded_at(container({"creation_time": "2026-03-05T10:20:30Z"}, creation_time=text), now) == THEN


def test_a_mere_day_is_no_time() -> None:
    assert recorded_at(container(date="2026-03-05")) is None
    assert recorded_at(container(date="2026-03-05T10:20:30Z")) == THEN


def test_a_time_without_a_zone_is_this_computers() -> None:
    local = THEN.astimezone().replace(tzinfo=None)
    assert recorded_at(container(creation_time=local.isoformat(" "))) == THEN


def test_pyav_gives_what_the_tests_give(tmp_path: Path) -> None:
    path = dated(write_video(tmp_path / "plain.mp4", 5), creation_time="2026-03-05T10:20:30Z")
    with av.open(str(path)) as opened:
        assert opened.metadata["creation_time"] == "2026-03-05T10:20:30.000000Z"
