"""Still pictures: read, the face found, and what it shows."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

from physio.affect.still import StillReader
from physio.capture.picture import read_picture
from physio.errors import PictureError
from physio.networks.assets import ModelPaths
from physio.perception.still import StillFaceFinder
from physio.types import Affect


@dataclass(frozen=True, slots=True)
class Still:
    """One picture. faces: how many were found; height_px of the largest, forehead to chin, in pixels of the file, None
    without one; affect: what that one shows; problem: why the picture could not be read."""

    path: Path
    faces: int = 0
    height_px: float | None = None
    affect: Affect | None = None
    problem: PictureError | None = None


class StillAnalysis:
    """Analyses pictures one by one. `close` frees the networks. Not safe for calls from two threads at once."""

    def __init__(self, models: ModelPaths) -> None:
        self._finder = StillFaceFinder(models)
        self._reader = StillReader()

    def step(self, path: Path) -> Still:
        """What is in the picture; one that cannot be read has the problem instead."""
        try:
            picture = read_picture(path)
        except PictureError as problem:
            return Still(path, problem=problem)
        found = self._finder.find(picture.image)
        if found.face is None:
            return Still(path)
        return Still(path, found.faces, found.face.height_px / picture.scale, self._reader.read(found.face))

    def close(self) -> None:
        """Free the networks. Doing it twice is fine."""
        self._finder.close()


def analyse_stills(paths: Sequence[Path], models: ModelPaths, at_once: int) -> Iterator[Still]:
    """What is in each picture, in their order, as soon as it is known. In threads: neither the networks nor the reading
    of files holds a lock of Python's."""
    free: SimpleQueue[StillAnalysis] = SimpleQueue()
    made = [StillAnalysis(models) for _ in range(min(at_once, len(paths)))]
    for one in made:
        free.put(one)

    def analyse(path: Path) -> Still:
        analysis = free.get()
        try:
            return analysis.step(path)
        finally:
            free.put(analysis)

    try:
        with ThreadPoolExecutor(max(1, len(made)), thread_name_prefix="still") as threads:
            yield from threads.map(analyse, paths)
    finally:
        for one in made:
            one.close()
