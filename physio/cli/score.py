"""python -m physio score."""

import json
import sys
from argparse import Namespace
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from physio.cli.arguments import DEFAULT_PATIENT, UsageError
from physio.cli.chosen import check_writable, chosen_exercise
from physio.cli.interrupts import uninterrupted
from physio.cli.progress import ProgressBar
from physio.cli.report import Json, failed_report, report
from physio.cli.terminal import error, note
from physio.cli.text import summary_text
from physio.config import Settings
from physio.errors import PhysioError, StoreError
from physio.exercise.assignment import Assignment
from physio.exercise.definition import Exercise
from physio.kinematics.calibrator import CalibrationSetup
from physio.networks.assets import ModelPaths, ensure_models
from physio.scoring.cluster import Cluster
from physio.scoring.result import ScoredVideo
from physio.scoring.save import save_scored
from physio.scoring.scorer import Place, Scorer, ThisComputer, processors
from physio.scoring.ticket import Ticket
from physio.storage.store import Store
from physio.storage.user import LOCAL_USER

STDOUT = "-"


def run(arguments: Namespace) -> int:
    """Score the videos, show and save what was found; the exit status.

    What would make the work useless (unknown exercise, locked database, no models) is raised before it begins; what
    goes wrong with one video is said at the end.
    """
    exercise = chosen_exercise(arguments.exercise)
    if arguments.json not in (None, STDOUT):
        check_writable(Path(arguments.json))
    settings = Settings.load()
    saver = None if arguments.no_save else _Saver(settings.database, arguments.patient or DEFAULT_PATIENT)
    calibration = CalibrationSetup(saver.lines if saver else (), arguments.neutral_zero)
    if arguments.emotion and arguments.no_face:
        raise UsageError("argument --emotion: not allowed with argument --no-face")
    assignment = Assignment(
        exercise, arguments.side, calibration=calibration, face=not arguments.no_face, emotion=arguments.emotion
    )
    if saver is not None:
        saver.check(assignment)
    models = ensure_models(settings.models_dir, note)
    videos = [Path(video) for video in arguments.videos]
    with Scorer(models, _place(arguments, models)) as scorer:
        tickets = [scorer.submit(video, assignment) for video in videos]
        reports, errors = _results(tickets, exercise, saver, show=arguments.json is None)
    if arguments.json is not None:
        write_json(reports, arguments.json)
    for failure in errors:
        error(str(failure))
    return 1 if errors else 0


def _place(arguments: Namespace, models: ModelPaths) -> Place:
    if arguments.cluster is not None:
        return Cluster(arguments.cluster, models)
    return ThisComputer(min(arguments.jobs or processors(), len(arguments.videos)))


def _results(
    tickets: Sequence[Ticket], exercise: Exercise | None, saver: "_Saver | None", *, show: bool
) -> tuple[list[Json], list[PhysioError]]:
    """The JSON object of every video in their order, each shown and saved as soon as it is there; what went wrong."""
    reports: list[Json] = []
    errors: list[PhysioError] = []
    with ProgressBar(tickets) as bar:
        for ticket in tickets:
            try:
                scored = bar.wait(ticket)
            except PhysioError as problem:
                errors.append(problem)
                reports.append(failed_report(ticket.video, exercise, problem))
            else:
                reports.append(report(scored))
                errors += _show_and_save(scored, show, saver)
    return reports, errors


def _show_and_save(scored: ScoredVideo, show: bool, saver: "_Saver | None") -> list[StoreError]:
    """What went wrong: the result is shown all the same, and the other videos may be saved."""
    if show:
        print(summary_text(scored), flush=True)
    try:
        if saver is not None:
            saver.save(scored)
    except StoreError as problem:
        return [problem]
    return []


class _Saver:
    """Stores results for one patient. Holds the database only while it writes, so that the application may start
    during a long run; that it is free, and the code allowed, is checked at the start. lines: the patient's goniometer
    calibrations."""

    def __init__(self, database: Path, patient_code: str):
        self._database = database
        with uninterrupted(), closing(Store(database)) as store:
            records = store.acting_as(LOCAL_USER)
            self._code = records.patients.usable_code(patient_code)
            self.lines = records.calibrations.in_use(self._code)

    def check(self, asked: Assignment) -> None:
        """Raises StoreError when what is asked for may not be stored for the patient: their consent is not recorded."""
        with uninterrupted(), closing(Store(self._database)) as store:
            if store.acting_as(LOCAL_USER).consents.allowed(self._code, asked) != asked:
                raise StoreError("cli.no_consent", code=self._code)

    def save(self, scored: ScoredVideo) -> None:
        with uninterrupted(), closing(Store(self._database)) as store:
            records = store.acting_as(LOCAL_USER)
            new = records.patients.get(self._code) is None
            if new:
                records.patients.add(self._code, self._code)
            session_id = save_scored(records, scored, self._code)
        note(f"saved as session {session_id} of {'new ' if new else ''}patient {self._code} in {self._database}")


def write_json(content: Json | list[Json], target: str) -> None:
    """Write to the file of that name, or to standard output for STDOUT. Raises PhysioError when that fails."""
    text = json.dumps(content, indent=2, allow_nan=False) + "\n"
    if target == STDOUT:
        sys.stdout.write(text)
        sys.stdout.flush()
        return
    try:
        Path(target).write_text(text, encoding="utf-8")
    except OSError as problem:
        raise PhysioError("cli.cannot_write", path=target, problem=str(problem.strerror)) from problem
