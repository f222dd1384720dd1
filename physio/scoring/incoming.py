"""The folder of uploaded videos: each in a folder of its own until its job has ended; no video stays."""

import re
import shutil
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import IO

from physio.errors import PhysioError

LONGEST_NAME = 200
"""Of a file, as people see it; on the disk it has _LONGEST_STORED at the most."""
_LONGEST_STORED = 60


class Incoming:
    """A folder that nobody else uses."""

    def __init__(self, folder: Path):
        self._folder = folder.resolve()
        self._folder.mkdir(parents=True, mode=0o700, exist_ok=True)

    def receive(self, name: str, content: IO[bytes]) -> Path:
        """Store an upload under its own name in a folder of its own. Raises PhysioError when it cannot be stored,
        or when its name is longer than LONGEST_NAME."""
        if len(name) > LONGEST_NAME:
            raise PhysioError("scoring.name_too_long", most=LONGEST_NAME)
        folder = self._folder / uuid.uuid4().hex
        path = folder / _safe(name)
        try:
            folder.mkdir(mode=0o700)
            content.seek(0)
            with path.open("wb") as file:
                shutil.copyfileobj(content, file)
        except OSError as error:
            _clear(folder)
            raise PhysioError("scoring.upload_not_stored", name=name, problem=str(error.strerror)) from error
        return path

    def remove(self, upload: Path) -> None:
        """Remove an upload; what lies elsewhere is left alone."""
        if upload.parent.parent == self._folder:
            _clear(upload.parent)

    def keep_only(self, uploads: Iterable[Path]) -> None:
        """Remove everything else."""
        wanted = {upload.parent for upload in uploads}
        for folder in self._folder.iterdir():
            if folder not in wanted:
                _clear(folder)


def _safe(name: str) -> str:
    """The last part of an uploaded file's name, as a file name on any system."""
    last = re.split(r"[\\/]", name)[-1]
    return re.sub(r"[^\w .()-]", "_", last).strip(". ")[-_LONGEST_STORED:] or "video"


def _clear(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
