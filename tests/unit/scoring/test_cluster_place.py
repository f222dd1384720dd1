"""A cluster whose scheduler and workers are played; tests/integration/test_cluster.py has real ones."""

import socket
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from physio import __version__
from physio.errors import CancelledError, PhysioError, VideoError
from physio.exercise.assignment import Assignment
from physio.networks.assets import ModelPaths
from physio.networks.network_source import sha256_of
from physio.scoring import cluster as cluster_module
from physio.scoring.cluster import Cluster, Needed
from physio.scoring.progress import ScoringProgress
from physio.scoring.ticket import Ticket
from physio.scoring.worker import Task
from tests.scored_examples import made_rows, made_scored

distributed = pytest.importorskip("distributed")

ADDRESS = "tcp://server:8786"
MODELS = ModelPaths(
    Path("pose.task"),
    Path("face.task"),
    Path("skin.tflite"),
    {"pose.task": "aa", "face.task": "bb", "skin.tflite": "cc"},
)
NEEDED = Needed(__version__, "aa", "bb", "cc")
NETWORKS = ("heavy.task", "face.task", "skin.tflite")
HALF = ScoringProgress(0.5, 10, 20.0, 1.0)


class Future:
    """Ends when the test says so."""

    def __init__(self):
        self.end, self.done, self.dropped = None, None, 0

    def add_done_callback(self, act):
        self.done = act

    def cancel(self):
        self.dropped += 1

    def cancelled(self):
        return self.end is None

    def result(self):
        if isinstance(self.end, BaseException):
            raise self.end
        return self.end

    def ends(self, end=None):
        self.end = end
        self.done(self)


class Client:
    """A scheduler whose workers answer as told."""

    def __init__(self, answers=None):
        self.answers = {"tcp://one:1": None} if answers is None else answers
        self.submitted, self.topic, self.closed = [], None, 0

    def run(self, function, *args, on_error):
        assert (function, args, on_error) == (cluster_module._refusal, (NEEDED,), "return")
        return self.answers

    def subscribe_topic(self, topic, handler):
        self.topic, self.handler = topic, handler

    def submit(self, function, *args, key, pure):
        future = Future()
        self.submitted.append((function, args, key, pure, future))
        return future

    def close(self):
        self.closed += 1


@pytest.fixture
def client(monkeypatch):
    client = Client()
    monkeypatch.setattr(cluster_module, "_connected", lambda address: client if address == ADDRESS else None)
    return client


def handed_in(client):
    """A cluster, and the ticket, key and future of a video handed in to it."""
    place, ticket = Cluster(ADDRESS, MODELS), Ticket(Path("clip.mp4"))
    place.start(Task(Path("/videos/clip.mp4"), MODELS, Assignment()), ticket)
    return place, ticket, client.submitted[-1][2], client.submitted[-1][4]


def code_of(ticket):
    with pytest.raises(PhysioError) as error:
        ticket.result()
    return type(error.value), error.value.message.code, dict(error.value.message.params)


def test_a_worker_gets_the_path_and_what_it_needs(client):
    _, ticket, key, _ = handed_in(client)
    function, (path, assignment, needed, topic, own_key), _, pure, _ = client.submitted[0]
    assert (function, path, needed) == (cluster_module._score, Path("/videos/clip.mp4"), NEEDED)
    assert (topic, own_key, pure) == (client.topic, key, False)
    assert assignment.exercise is None
    assert not ticket.started
    assert handed_in(client)[2] != key


def test_progress_reaches_its_own_ticket_and_no_other(client):
    _, ticket, key, future = handed_in(client)
    client.handler((0.0, ("somebody else's", 0.9, 90, 1.0, 1.0)))
    assert not ticket.started
    client.handler((0.0, (key, 0.5, 10, 20.0, 1.0)))
    assert ticket.progress == HALF
    future.ends(made_scored(made_rows(3)))
    client.handler((0.0, (key, 0.9, 90, 1.0, 1.0)))
    assert ticket.progress == HALF, "too late"


def test_the_result_settles_the_ticket(client):
    _, ticket, _, future = handed_in(client)
    done = made_scored(made_rows(3))
    future.ends(done)
    assert ticket.result().rows is done.rows


def test_who_cancels_takes_the_video_off_the_cluster(client):
    _, ticket, _, future = handed_in(client)
    assert future.dropped == 0
    ticket.cancel()
    assert future.dropped == 1
    future.ends(made_scored(made_rows(3)))
    assert code_of(ticket)[0] is CancelledError


@pytest.mark.parametrize(
    ("end", "kind", "code", "params"),
    [
        (None, CancelledError, "scoring.cancelled", {"name": "clip.mp4"}),
        (VideoError("scoring.no_frames", name="x"), VideoError, "scoring.no_frames", {"name": "x"}),
        (
            ZeroDivisionError("odd"),
            PhysioError,
            "scoring.worker_failed",
            {"worker": "", "problem": "ZeroDivisionError: odd"},
        ),
    ],
)
def test_what_goes_wrong_on_the_cluster_is_this_videos_error(client, end, kind, code, params):
    _, ticket, _, future = handed_in(client)
    future.ends(end)
    assert code_of(ticket) == (kind, code, params)


def test_a_video_that_kills_every_worker_is_said(client):
    from distributed.scheduler import KilledWorker

    _, ticket, _, future = handed_in(client)
    future.ends(KilledWorker("key", None, 3))
    assert code_of(ticket) == (VideoError, "scoring.died", {"name": "clip.mp4"})


@pytest.mark.parametrize(
    ("answers", "code", "params"),
    [
        ({}, "scoring.no_worker", {"address": ADDRESS}),
        ({"one": None, "two": PhysioError("scoring.other_networks", worker="two")}, "scoring.other_networks", None),
        ({"one": OSError("gone")}, "scoring.worker_failed", {"worker": "one", "problem": "OSError: gone"}),
    ],
)
def test_a_cluster_that_cannot_score_is_refused_and_left(client, answers, code, params):
    client.answers = answers
    with pytest.raises(PhysioError) as error:
        Cluster(ADDRESS, MODELS)
    assert error.value.message.code == code
    assert params is None or error.value.message.params == params
    assert client.closed == 1


def test_a_cluster_is_left_once_it_is_not_needed(client):
    place = Cluster(ADDRESS, MODELS)
    assert client.closed == 0
    place.close()
    assert client.closed == 1


@pytest.mark.parametrize("problem", [OSError, ValueError])
def test_a_scheduler_that_does_not_answer_is_said(monkeypatch, problem):
    asked = []

    def client(*args, **options):
        asked.append((args, options))
        raise problem

    monkeypatch.setattr(distributed, "Client", client)
    with pytest.raises(PhysioError) as error:
        Cluster(ADDRESS, MODELS)
    assert (error.value.message.code, error.value.message.params) == ("scoring.no_scheduler", {"address": ADDRESS})
    assert asked == [((ADDRESS,), {"timeout": 10.0, "set_as_default": False})]


def test_without_dask_it_is_said(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(PhysioError) as error:
        Cluster(ADDRESS, MODELS)
    assert error.value.message.code == "scoring.no_dask"


# -- on the workers --------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A worker's folder of networks, and what it needs to have."""
    monkeypatch.setenv("PHYSIO_MODELS", str(tmp_path))
    for name in NETWORKS:
        (tmp_path / name).write_bytes(name.encode())
    return tmp_path


def needed(folder):
    return Needed(__version__, *(sha256_of(folder / name) for name in NETWORKS))


def test_a_worker_uses_its_own_networks_of_the_same_content(folder):
    wanted = needed(folder)
    (folder / "other.task").write_bytes(b"other")
    models = cluster_module._own_models(wanted)
    assert (models.pose, models.face, models.appearance) == tuple(folder / name for name in NETWORKS)
    assert list(models.checksums.items()) == list(
        zip(NETWORKS, (wanted.pose, wanted.face, wanted.appearance), strict=True)
    )
    assert cluster_module._refusal(wanted) is None


@pytest.mark.parametrize("lost", NETWORKS)
def test_a_worker_that_lacks_one_of_the_networks_refuses(folder, lost):
    wanted = needed(folder)
    (folder / lost).write_bytes(b"changed")
    refusal = cluster_module._refusal(wanted)
    assert (refusal.message.code, refusal.message.params["folder"]) == ("scoring.other_networks", str(folder))
    assert str(refusal.message.params["worker"]).startswith(socket.gethostname())
    for name in NETWORKS:
        (folder / name).unlink()
    assert cluster_module._refusal(wanted).message.code == "scoring.worker_without_networks"


def test_a_worker_of_another_version_refuses(folder):
    refusal = cluster_module._refusal(Needed("0.0", "aa", "bb", "cc"))
    assert refusal.message.code == "scoring.other_version"
    assert (refusal.message.params["version"], refusal.message.params["needed"]) == (__version__, "0.0")


def worker_scores(monkeypatch, folder, path, state="executing"):
    """What a worker's task does: events it logs, processes it ends, the path it scores."""
    events, ended, scored = [], [], []
    task = SimpleNamespace(state=state)
    worker = SimpleNamespace(
        state=SimpleNamespace(tasks={"key": task} if state else {}),
        log_event=lambda topic, event: events.append((topic, event)),
    )

    def apart(task, report, started):
        started(SimpleNamespace(terminate=lambda: ended.append(1)))
        report(HALF)
        scored.append(task)
        return "scored"

    monkeypatch.setattr(distributed, "get_worker", lambda: worker)
    monkeypatch.setattr(cluster_module, "score_apart", apart)
    assert cluster_module._score(path, Assignment(), needed(folder), "topic", "key") == "scored"
    assert events == [("topic", ("key", 0.5, 10, 20.0, 1.0))]
    assert (scored[0].path, scored[0].models.pose) == (path, folder / "heavy.task")
    return ended


@pytest.mark.parametrize(("state", "ended"), [("executing", []), ("cancelled", [1]), (None, [1])])
def test_a_worker_tells_how_far_it_is_and_stops_when_nobody_waits(monkeypatch, folder, state, ended):
    path = folder / "clip.mp4"
    path.touch()
    assert worker_scores(monkeypatch, folder, path, state) == ended


def test_a_video_that_the_worker_does_not_see_is_said(monkeypatch, folder):
    with pytest.raises(VideoError) as error:
        worker_scores(monkeypatch, folder, folder / "gone.mp4")
    assert error.value.message.code == "scoring.not_on_worker"
    assert error.value.message.params == {"path": str(folder / "gone.mp4"), "worker": socket.gethostname()}
