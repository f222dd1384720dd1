"""What many unit tests begin with."""

from collections.abc import Iterator

import pytest

from physio.storage.acting import Records
from physio.storage.store import Store
from physio.storage.user import LOCAL_USER


@pytest.fixture
def store() -> Iterator[Store]:
    """In memory, with the patient P001."""
    store = Store(":memory:")
    store.acting_as(LOCAL_USER).patients.add("P001", "A. Demo")
    yield store
    store.close()


@pytest.fixture
def records(store: Store) -> Records:
    """What is in `store`, for somebody who may see all."""
    return store.acting_as(LOCAL_USER)
