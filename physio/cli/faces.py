"""python -m physio faces."""

from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from physio.capture.picture import pictures_in
from physio.cli.chosen import check_writable
from physio.cli.faces_report import HEAD, still_line, still_report
from physio.cli.score import STDOUT, write_json
from physio.cli.terminal import error, note
from physio.config import Settings
from physio.errors import PhysioError
from physio.networks.assets import ensure_models
from physio.scoring.scorer import processors
from physio.stills import Still, analyse_stills

_PATH_AT_LEAST, _PATH_AT_MOST = 12, 60


def run(arguments: Namespace) -> int:
    """Say what the face in each picture shows; the exit status: 1 when a picture could not be read."""
    if arguments.json not in (None, STDOUT):
        check_writable(Path(arguments.json))
    paths = chosen_pictures([Path(picture) for picture in arguments.pictures])
    models = ensure_models(Settings.load().models_dir, note)
    at_once = arguments.jobs or processors()
    stills: list[Still] = []
    width = min(max(_PATH_AT_LEAST, *(len(str(path)) for path in paths)), _PATH_AT_MOST)
    if arguments.json is None:
        print(f"{'PICTURE':<{width}}  {HEAD}")
    for still in analyse_stills(paths, models, at_once):
        stills.append(still)
        if arguments.json is None:
            print(f"{still.path!s:<{width}}  {still_line(still)}", flush=True)
    if arguments.json is not None:
        write_json([still_report(still) for still in stills], arguments.json)
    return _said(stills)


def chosen_pictures(named: Sequence[Path]) -> list[Path]:
    """The pictures named, and those in the folders named. PhysioError for a folder without any."""
    paths: list[Path] = []
    for path in named:
        inside = pictures_in(path) if path.is_dir() else [path]
        if not inside:
            raise PhysioError("cli.no_pictures", folder=str(path))
        paths += inside
    return paths


def _said(stills: Sequence[Still]) -> int:
    """Every picture that could not be read has its line."""
    problems = [still.problem for still in stills if still.problem is not None]
    for problem in problems:
        error(str(problem))
    return 1 if problems else 0
