"""python -m physio rescore."""

from argparse import Namespace
from contextlib import closing

from physio.cli.arguments import UsageError
from physio.cli.interrupts import uninterrupted
from physio.cli.terminal import error, note
from physio.config import Settings
from physio.errors import PhysioError
from physio.scoring.rescore import rescore
from physio.storage.store import Store
from physio.storage.user import LOCAL_USER


def run(arguments: Namespace) -> int:
    """Analyse stored sessions again and say what was found; 1 when one that was named could not be analysed."""
    if bool(arguments.sessions) == arguments.all:
        raise UsageError("name the sessions, or pass --all")
    failed = 0
    with closing(Store(Settings.load().database)) as store:
        records = store.acting_as(LOCAL_USER)
        ended = [one.id for one in reversed(records.sessions.of()) if one.ended_at is not None]
        if arguments.all and not ended:
            note("there is no session to analyse again")
        for session_id in ended if arguments.all else arguments.sessions:
            try:
                with uninterrupted():
                    found = rescore(records, session_id, counts=not arguments.keep)
            except PhysioError as problem:
                failed += 1
                text = str(problem)
                named = text if session_id in text else f"{session_id}: {text}"
                (note if arguments.all else error)(named)
            else:
                standing = "is stored beside the one that counts" if arguments.keep else "counts now"
                print(
                    f"{session_id}: repetitions {found.reps} (before: {found.reps_before}); analysis "
                    f"{found.analysis_id} {standing}",
                    flush=True,
                )
    return 1 if failed and not arguments.all else 0
