import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from made_results import new_session

from physio.storage.recorder import Recorder
from physio.storage.store import Store


@pytest.fixture
def store() -> Iterator[Store]:
    """In memory, with the patient P001."""
    store = Store(":memory:")
    store.add_patient("P001", "A. Demo")
    yield store
    store.close()


@pytest.fixture
def disk_store(tmp_path: Path) -> Iterator[Store]:
    """In a file, with the patient P001."""
    store = Store(tmp_path / "physio.duckdb")
    store.add_patient("P001", "A. Demo")
    yield store
    store.close()


@pytest.fixture
def session_id(store: Store) -> str:
    return store.start_session(new_session())


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
