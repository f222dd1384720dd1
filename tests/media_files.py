"""The shared test media: real people, never part of the project."""

import os
from itertools import islice
from pathlib import Path

import av
import pytest

from physio.config import ROOT
from physio.types import Frame


def media_file(name: str) -> Path:
    """The file of that name; skips the test when it is not there."""
    path = Path(os.environ.get("PHYSIO_TEST_MEDIA") or ROOT.parent / "shared" / "media") / name
    if not path.exists():
        pytest.skip(f"{path} is not there (name the folder of the test media with PHYSIO_TEST_MEDIA)")
    return path


def media_frames(name: str, every: int = 1, first: int | None = None) -> list[Frame]:
    """Each `every`-th of the `first` frames of the file of that name; skips the test when it is not there."""
    with av.open(str(media_file(name))) as container:
        return [
            Frame(i, float(picture.time), picture.to_ndarray(format="rgb24"))
            for i, picture in enumerate(islice(container.decode(video=0), first))
            if i % every == 0
        ]
