"""What the command line says of sessions that cannot be analysed again."""

from argparse import Namespace

import pytest

from physio.cli.rescore import run
from physio.storage.store import Store
from physio.storage.user import LOCAL_USER
from physio.types import EndReason
from tests.unit.storage.made_results import start


@pytest.fixture(autouse=True)
def records(tmp_path, monkeypatch):
    monkeypatch.setenv("PHYSIO_DATA", str(tmp_path))
    store = Store(tmp_path / "physio.duckdb")
    records = store.acting_as(LOCAL_USER)
    records.patients.add("P001", "")
    yield records
    store.close()


def test_a_session_that_is_not_there_is_named_once(records, capsys):
    records.patients._database.close()
    assert run(Namespace(sessions=["nosuch"], all=False, keep=False)) == 1
    said = capsys.readouterr().err
    assert said.count("nosuch") == 1
    assert "not found" in said


def test_a_problem_that_names_no_session_is_said_of_it(records, capsys):
    session_id = start(records)
    records.sessions.end(session_id, EndReason.STOPPED)
    records.patients._database.close()
    assert run(Namespace(sessions=[session_id], all=False, keep=False)) == 1
    said = capsys.readouterr().err
    assert f"{session_id}: This session cannot be analysed again" in said
