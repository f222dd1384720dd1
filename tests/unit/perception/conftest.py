import os
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import av
import pytest

from physio.config import ROOT, Settings
from physio.perception.assets import ModelPaths, ensure_models
from physio.perception.face import FaceDetector
from physio.perception.pose import PoseDetector
from physio.types import Frame


@pytest.fixture(scope="session")
def models() -> ModelPaths:
    return ensure_models(Settings.load().models_dir)


@pytest.fixture
def pose_detector(models) -> Iterator[PoseDetector]:
    detector = PoseDetector(models.pose)
    yield detector
    detector.close()


@pytest.fixture
def face_detector(models) -> Iterator[FaceDetector]:
    detector = FaceDetector(models.face)
    yield detector
    detector.close()


@pytest.fixture(scope="session")
def media() -> Callable[..., list[Frame]]:
    """Frames of a clip of the shared test media: media(name, every=n, first=m): each n-th of the first m."""
    folder = Path(os.environ.get("PHYSIO_TEST_MEDIA") or ROOT.parent / "shared" / "media")
    if not folder.is_dir():
        pytest.skip(f"no test media in {folder} (name another folder with PHYSIO_TEST_MEDIA)")

    def frames(name: str, every: int = 1, first: int | None = None) -> list[Frame]:
        with av.open(str(folder / name)) as container:
            return [
                Frame(i, float(picture.time), picture.to_ndarray(format="rgb24"))
                for i, picture in enumerate(islice(container.decode(video=0), first))
                if i % every == 0
            ]

    return frames
