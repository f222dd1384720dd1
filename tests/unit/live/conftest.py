from collections.abc import Iterator

import pytest

from physio.config import Settings
from physio.networks.assets import ModelPaths, ensure_models
from physio.storage.acting import Records
from physio.storage.store import Store
from physio.storage.user import LOCAL_USER


@pytest.fixture(scope="module")
def models() -> ModelPaths:
    return ensure_models(Settings.load().models_dir)


@pytest.fixture
def store() -> Iterator[Store]:
    store = Store(":memory:")
    records = store.acting_as(LOCAL_USER)
    for code in ("P001", "P002"):
        records.patients.add(code, code)
    yield store
    store.close()


@pytest.fixture
def records(store: Store) -> Records:
    return store.acting_as(LOCAL_USER)
