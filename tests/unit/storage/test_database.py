import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from made_results import result, start

from physio.errors import StoreError, StoreLockedError
from physio.storage.rows import rows_of
from physio.storage.store import Store
from physio.storage.user import LOCAL_USER

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
HOLD = """
import sys
from physio.storage.store import Store
store = Store(__import__("pathlib").Path(sys.argv[1]))
print("open", flush=True)
sys.stdin.readline()
"""
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(HERE)])}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "physio.duckdb"


def test_a_second_process_is_told_who_holds_it_and_what_to_do(path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=ENVIRONMENT,
    ) as other:
        assert other.stdout is not None
        assert other.stdin is not None
        assert other.stdout.readline() == "open\n"
        with pytest.raises(StoreLockedError) as caught:
            Store(path)
        other.stdin.close()
        other.wait(timeout=20)
    assert f"process {other.pid}," in str(caught.value)
    assert "Close the other physio, or set PHYSIO_DATA to another folder." in str(caught.value)
    Store(path).close()  # free again


def test_the_folder_is_made(tmp_path: Path) -> None:
    Store(tmp_path / "new" / "deep" / "physio.duckdb").close()
    assert (tmp_path / "new" / "deep" / "physio.duckdb").is_file()


@pytest.mark.parametrize("content", [b"", b"hello world" * 1000, b"SQLite format 3\0" + bytes(5000)])
def test_a_file_of_another_kind_is_left_alone(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(StoreError, match=r"is not a physio database\. Move it away, or set PHYSIO_DATA"):
        Store(path)
    assert path.read_bytes() == content


@pytest.mark.parametrize("damage", ["cut", "changed"])
def test_a_damaged_file_says_so_when_opened_or_read(path: Path, damage: str) -> None:
    store = Store(path)
    records = store.acting_as(LOCAL_USER)
    records.patients.add("P001", "")
    session_id = start(records)
    records.analyses.append(session_id, rows_of([result(i) for i in range(1200)]))
    store.close()
    whole = bytearray(path.read_bytes())
    if damage == "cut":
        whole = whole[: len(whole) // 3]
    else:
        whole[12288:] = bytes(byte ^ 0x55 for byte in whole[12288:])
    path.write_bytes(whole)
    with pytest.raises(StoreError, match=r"is damaged .* Restore a copy of it, or move it away"):
        read_all(path, session_id)


def read_all(path: Path, session_id: str) -> None:
    store = Store(path)
    records = store.acting_as(LOCAL_USER)
    try:
        records.analyses.frames(session_id)
        records.observations.of(session_id)
    finally:
        store.close()


def test_a_damaged_log_says_so(path: Path) -> None:
    store = Store(path)
    records = store.acting_as(LOCAL_USER)
    store.compact()
    records.patients.add("P001", "")
    log = path.with_name("physio.duckdb.wal")
    whole = bytearray(log.read_bytes())
    copy = path.with_name("copy.duckdb")
    copy.write_bytes(path.read_bytes())
    store.close()
    middle = len(whole) // 2
    whole[middle:] = bytes(byte ^ 0x55 for byte in whole[middle:])
    copy.with_name("copy.duckdb.wal").write_bytes(whole)
    with pytest.raises(StoreError, match="is damaged"):
        Store(copy)


def test_a_path_that_cannot_be_one(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for path in (tmp_path, tmp_path / "file" / "physio.duckdb"):
        with pytest.raises(StoreError, match="could not do this"):
            Store(path)


def test_a_folder_that_may_not_be_written(tmp_path: Path) -> None:
    code = (
        "import os, sys, pathlib\n"
        "from physio.storage.store import Store\n"
        "from physio.errors import StoreError\n"
        "os.umask(0)\n"
        "folder = pathlib.Path(sys.argv[1]); folder.chmod(0o555)\n"
        "if os.geteuid() == 0: os.seteuid(65534)\n"
        "try: Store(folder / 'physio.duckdb')\n"
        "except StoreError as error: print(error)\n"
    )
    locked = tmp_path / "locked"
    locked.mkdir()
    for parent in [locked, *list(locked.parents)[:3]]:
        parent.chmod(0o755)  # so that another user gets as far as the folder
    done = subprocess.run(
        [sys.executable, "-c", code, str(locked)], env=ENVIRONMENT, capture_output=True, text=True, timeout=60
    )
    assert "may not be written. Allow it, or set PHYSIO_DATA to a folder" in done.stdout, done.stderr


def test_a_closed_store_says_so(path: Path) -> None:
    store = Store(path)
    records = store.acting_as(LOCAL_USER)
    store.close()
    store.close()
    assert store.closed
    with pytest.raises(StoreError, match="was closed"):
        records.patients.all()


def test_compacting_keeps_everything_and_the_file_goes_on(path: Path) -> None:
    store = Store(path)
    records = store.acting_as(LOCAL_USER)
    records.patients.add("P001", "")
    ids = [start(records) for _ in range(2)]
    for session_id in ids:
        records.analyses.append(session_id, rows_of([result(i) for i in range(1200)]))
    store.compact()
    before = store.file_bytes
    records.sessions.discard(ids[0])
    store.compact()
    assert store.file_bytes < before
    records.analyses.append(ids[1], rows_of([result(1200)]))
    assert [file.name for file in sorted(path.parent.iterdir())] == ["physio.duckdb", "physio.duckdb.wal"]
    store.close()
    reopened = Store(path)
    again = reopened.acting_as(LOCAL_USER)
    assert len(again.analyses.frames(ids[1])["t_s"]) == 1201
    reopened.close()


def test_the_engine_stays_offline_and_moves_its_log_only_when_asked(path: Path) -> None:
    store = Store(path)
    names = ("autoinstall_known_extensions", "autoload_known_extensions", "checkpoint_threshold")
    with store.reading() as cursor:
        sql = ", ".join(f"current_setting('{name}')::varchar" for name in names)
        (settings,) = cursor.execute(f"select {sql}").fetchall()
    assert settings[:2] == ("false", "false")
    assert settings[2].split()[1] in ("GiB", "TiB")
    store.close()


def test_after_a_fatal_error_the_next_operation_reconnects(path: Path) -> None:
    store = Store(path)
    records = store.acting_as(LOCAL_USER)
    records.patients.add("P001", "")
    with pytest.raises(StoreError, match="could not do this"), store.reading():
        raise duckdb.FatalException("database has been invalidated")
    assert [patient.code for patient in records.patients.all()] == ["P001"]
    store.close()
