import gc
import tracemalloc
from fractions import Fraction

import av
import numpy as np
import pytest

from physio.capture.video import MAX_SIDE_PX, VideoSource
from physio.errors import VideoError
from physio.messages import message
from tests.video_files import corner_picture, cut_off, write_sound, write_video


def corners(image):
    """The colour of each corner as a letter: r(ed), b(lue) or . (black), row by row."""
    return "".join(
        "r" if pixel[0] > 128 else "b" if pixel[2] > 128 else "."
        for pixel in (image[5, 5], image[5, -5], image[-5, 5], image[-5, -5])
    )


@pytest.mark.parametrize("ending", ["mp4", "mov", "avi", "webm", "mkv"])
def test_every_format_is_read_whole(tmp_path, ending):
    source = VideoSource(write_video(tmp_path / f"video.{ending}", 30))
    frames = list(source)
    assert [frame.index for frame in frames] == list(range(30))
    assert [frame.t_s for frame in frames] == pytest.approx([i / 30 for i in range(30)], abs=0.001)
    assert corners(frames[-1].image) == "rb.."
    info = source.info
    assert (info.width, info.height, info.frames) == (64, 48, 30)
    assert info.duration_s == pytest.approx(1.0, abs=0.04)
    assert source.measured().frames == 30
    assert source.measured().duration_s == pytest.approx(1.0, abs=0.002)
    assert source.fraction == 1.0
    assert source.warnings() == ()


def test_a_wrong_stated_length_is_corrected_by_reading(tmp_path):
    source = VideoSource(write_video(tmp_path / "short.mpg", 30))
    assert source.info.duration_s < 0.5  # what the container makes of so small a file
    assert len(list(source)) == 30
    assert source.measured().duration_s == pytest.approx(1.0, abs=0.002)
    assert source.warnings() == ()


@pytest.mark.parametrize(
    ("rotation", "size", "expected"),
    [(90, (48, 64), "b.r."), (-90, (48, 64), ".r.b"), (180, (64, 48), "..br")],
)
@pytest.mark.parametrize("ending", ["mp4", "mov"])
def test_rotation_is_honoured(tmp_path, rotation, size, expected, ending):
    source = VideoSource(write_video(tmp_path / f"turned.{ending}", 3, rotation=rotation))
    assert (source.info.width, source.info.height) == size
    for frame in source:
        assert frame.image.shape == (size[1], size[0], 3)
        assert corners(frame.image) == expected


def test_variable_frame_rate_is_kept(tmp_path):
    stamps = [0.0, 0.04, 0.05, 0.5, 0.54, 1.6]
    for ending in ("mp4", "webm"):
        source = VideoSource(write_video(tmp_path / f"variable.{ending}", 6, times_s=stamps))
        # 0.05 comes 10 ms after its forerunner: more than 75 a second are thinned out.
        assert [frame.t_s for frame in source] == pytest.approx([0.0, 0.04, 0.5, 0.54, 1.6], abs=0.001)


def test_time_starts_at_the_first_picture(tmp_path):
    path = write_video(tmp_path / "late.mkv", 5, times_s=[2.0 + i / 30 for i in range(5)])
    assert [frame.t_s for frame in VideoSource(path)] == pytest.approx([i / 30 for i in range(5)], abs=0.001)


def test_slow_motion_is_thinned_and_counted(tmp_path):
    source = VideoSource(write_video(tmp_path / "slow.mp4", 240, rate=240))
    assert [frame.t_s for frame in source] == pytest.approx([i / 60 for i in range(60)], abs=1e-4)
    assert source.measured().frames == 240
    assert source.measured().duration_s == pytest.approx(1.0, abs=0.001)


def test_large_pictures_are_scaled_down_and_said_so(tmp_path):
    path = write_video(tmp_path / "4k.mp4", [corner_picture(3840, 2160)] * 2, rotation=90)
    source = VideoSource(path)
    assert (source.info.width, source.info.height) == (2160, 3840)
    assert source.frame_size == (1080, MAX_SIDE_PX)
    for frame in source:
        assert frame.image.shape == (1920, 1080, 3)
        assert corners(frame.image) == "b.r."
    assert source.warnings() == (
        message("capture.scaled_down", full_width=2160, full_height=3840, width=1080, height=1920),
    )


def test_pixels_that_are_not_square_are_made_square(tmp_path):
    source = VideoSource(write_video(tmp_path / "wide.mp4", 2, aspect=Fraction(3, 2)))
    assert (source.info.width, source.info.height) == (96, 48)
    assert next(iter(source)).image.shape == (48, 96, 3)


def test_a_video_can_be_read_twice(tmp_path):
    source = VideoSource(write_video(tmp_path / "video.mp4", 5))
    assert len(list(source)) == len(list(source)) == 5
    assert source.measured().frames == 5


def test_a_single_picture_is_a_video(tmp_path):
    source = VideoSource(write_video(tmp_path / "single.mp4", 1))
    assert len(list(source)) == 1
    assert source.measured().frames == 1


def test_an_iteration_may_be_left_early(tmp_path):
    source = VideoSource(write_video(tmp_path / "video.mp4", 30))
    assert next(iter(source)).t_s == 0.0
    assert 0 <= source.fraction <= 1


def moving(count):
    noise = np.random.default_rng(1).integers(0, 255, (count, 48, 64, 3), np.uint8)
    return list(noise)


@pytest.mark.parametrize(("ending", "options"), [("mkv", {}), ("webm", {}), ("mp4", {"movflags": "faststart"})])
def test_a_cut_off_tail_is_read_as_far_as_it_goes(tmp_path, ending, options):
    whole = write_video(tmp_path / f"whole.{ending}", moving(150), options=options)
    source = VideoSource(cut_off(whole, 0.6, f"cut.{ending}"))
    frames = list(source)
    assert 60 < len(frames) < 120
    assert [frame.t_s for frame in frames] == pytest.approx([i / 30 for i in range(len(frames))], abs=0.001)
    assert source.measured().frames == len(frames)
    warning = source.warnings()[0]
    assert warning.code == "capture.cut_off"
    assert warning.params["stated_s"] == pytest.approx(5.0, abs=0.1)
    assert warning.params["read_s"] == pytest.approx(len(frames) / 30, abs=0.01)


def test_damage_in_the_middle_is_passed_over(tmp_path):
    path = write_video(tmp_path / "damaged.mp4", moving(60))
    data = bytearray(path.read_bytes())
    start = data.index(b"mdat") + len(data) // 3
    data[start : start + 2000] = bytes(2000)
    path.write_bytes(data)
    source = VideoSource(path)
    frames = list(source)
    assert 10 < len(frames) < 60
    assert "capture.parts_skipped" in [one.code for one in source.warnings()]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("empty.mp4", b"", "capture.empty"),
        ("text.MP4", b"this is no video\n" * 100, "capture.damaged_or_no_video"),
        ("notes.txt", b"this is no video\n" * 100, "capture.not_a_video"),
        (
            "list.mp4",
            b"#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nhttp://localhost:9/a.ts\n",
            "capture.damaged_or_no_video",
        ),
    ],
)
def test_files_that_are_no_video_are_named(tmp_path, name, content, code):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(VideoError) as caught:
        VideoSource(path)
    assert caught.value.message == message(code, name=name)


def test_missing_file_and_folder_are_named(tmp_path):
    with pytest.raises(VideoError, match=r"no video at .*nothing\.mp4"):
        VideoSource(tmp_path / "nothing.mp4")
    with pytest.raises(VideoError, match="is a folder"):
        VideoSource(tmp_path)


def test_sound_alone_is_not_a_video(tmp_path):
    with pytest.raises(VideoError, match="contains no video"):
        VideoSource(write_sound(tmp_path / "sound.mp4"))


@pytest.mark.parametrize(("ending", "share"), [("mp4", 0.5), ("mov", 0.5), ("mkv", 0.1), ("webm", 0.1)])
def test_a_file_cut_to_nothing_is_damaged(tmp_path, ending, share):
    whole = write_video(tmp_path / f"whole.{ending}", moving(10))
    with pytest.raises(VideoError, match="damaged or cut off"):
        VideoSource(cut_off(whole, share, f"cut.{ending}"))


def test_length_is_found_when_the_file_does_not_say(tmp_path):
    path = tmp_path / "browser.webm"
    write_video(path, 60, options={"live": "1"})
    with av.open(str(path)) as container:
        assert container.duration is None
    info = VideoSource(path).info
    assert info.duration_s == pytest.approx(2.0, abs=0.1)
    assert info.frames == pytest.approx(60, abs=3)


def test_memory_does_not_grow_with_length(tmp_path):
    """Pictures are released as soon as the next one is asked for, without the garbage collector's help."""
    source = VideoSource(write_video(tmp_path / "long.mp4", [corner_picture(320, 240)] * 120))
    gc.collect()
    gc.disable()
    tracemalloc.start()
    try:
        pictures_before = _pictures_alive()
        peak = [tracemalloc.get_traced_memory()[0] for _ in source]
        pictures_left = _pictures_alive() - pictures_before
    finally:
        tracemalloc.stop()
        gc.enable()
    assert max(peak[60:]) < max(peak[:60]) + 320 * 240 * 3
    assert pictures_left < 10


def _pictures_alive():
    return sum(isinstance(thing, av.VideoFrame) for thing in gc.get_objects())
