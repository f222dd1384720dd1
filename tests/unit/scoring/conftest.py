"""A queue of uploads with a scorer that the test plays."""

from pathlib import Path

import pytest

from physio.networks.assets import ModelPaths
from physio.scoring.queue import UploadQueue
from physio.scoring.scorer import Scorer
from physio.storage.store import Store
from physio.storage.user import LOCAL_USER, User

NO_MODELS = ModelPaths(Path("pose.task"), Path("face.task"), Path("appearance.tflite"), {})


class Stage:
    """Tickets do what the test does to them."""

    def __init__(self):
        self.tasks, self.tickets = [], []

    def start(self, task, ticket):
        self.tasks.append(task)
        self.tickets.append(ticket)

    def close(self):
        pass


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path / "data" / "physio.duckdb")
    for code in ("P001", "P002"):
        store.acting_as(LOCAL_USER).patients.add(code, "A. Demo")
    yield store
    store.close()


@pytest.fixture
def incoming(tmp_path):
    return tmp_path / "incoming"


@pytest.fixture
def stage():
    return Stage()


@pytest.fixture
def everybodys(store, stage, incoming):
    queue = UploadQueue(store, Scorer(NO_MODELS, stage), incoming)
    yield queue
    queue.close()


@pytest.fixture
def queue(everybodys):
    """As the one who may see all has it."""
    return everybodys.acting_as(LOCAL_USER)


@pytest.fixture
def his(everybodys):
    """As somebody has it who may see P001 only."""
    return everybodys.acting_as(User("kim", frozenset({"P001"})))
