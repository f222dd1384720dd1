"""The shared test media: real people, never part of the project."""

import os
from pathlib import Path

import pytest

from physio.config import ROOT


def media_file(name: str) -> Path:
    """The file of that name; skips the test when it is not there."""
    path = Path(os.environ.get("PHYSIO_TEST_MEDIA") or ROOT.parent / "shared" / "media") / name
    if not path.exists():
        pytest.skip(f"{path} is not there (name the folder of the test media with PHYSIO_TEST_MEDIA)")
    return path
