import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from made_results import start

from physio.storage.acting import Records
from physio.storage.recorder import Recorder
from physio.storage.store import Store
from physio.storage.user import LOCAL_USER


@pytest.fixture
def disk_store(tmp_path: Path) -> Iterator[Store]:
    """In a file, with the patient P001."""
    store = Store(tmp_path / "physio.duckdb")
    store.acting_as(LOCAL_USER).patients.add("P001", "A. Demo")
    yield store
    store.close()


@pytest.fixture
def disk_records(disk_store: Store) -> Records:
    """What is in `disk_store`, for somebody who may see all."""
    return disk_store.acting_as(LOCAL_USER)


@pytest.fixture
def session_id(records: Records) -> str:
    return start(records)


@pytest.fixture
def recorder(store: Store) -> Iterator[Recorder]:
    with Recorder(store, flush_interval_s=0.02) as recorder:
        yield recorder


@pytest.fixture
def wait_until() -> Callable[[Callable[[], object]], None]:
    def wait(condition: Callable[[], object], timeout_s: float = 20.0) -> None:
        limit = time.monotonic() + timeout_s
        while not condition():
            assert time.monotonic() < limit, "waited in vain"
            time.sleep(0.01)

    return wait
