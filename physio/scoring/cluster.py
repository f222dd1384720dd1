"""Videos scored on a Dask cluster: each in a process of its own there, the result sent back to be stored here.

Dask and not joblib's backend for it, which wants to know all videos beforehand and gives no handle for one of them: no
progress, no cancelling, and nothing that the upload page's queue could use. A worker that is lost takes nothing with
it: the scheduler has its videos scored by another one.

Only the addresses of videos travel, so every worker must see them under the same path. Networks do not travel either:
a worker uses its own of the same checksums, or refuses.
"""

import os
import socket
import threading
import uuid
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from physio import __version__
from physio.config import Settings
from physio.errors import CancelledError, PhysioError, VideoError
from physio.exercise.assignment import Assignment
from physio.networks.assets import ModelPaths
from physio.networks.network_source import sha256_of
from physio.scoring.progress import ScoringProgress
from physio.scoring.result import ScoredVideo
from physio.scoring.ticket import Ticket
from physio.scoring.worker import Task, WorkerProcess, score_apart

if TYPE_CHECKING:  # imported only when a cluster is asked for
    from distributed import Client, Future

_CONNECT_S = 10.0


@dataclass(frozen=True, slots=True)
class Needed:
    """What a worker must have: this version of physio and the networks of these SHA-256."""

    version: str
    pose: str
    face: str
    appearance: str

    @classmethod
    def of(cls, models: ModelPaths) -> "Needed":
        """What scores as this computer would."""
        return cls(__version__, *(models.checksums[p.name] for p in (models.pose, models.face, models.appearance)))


class Cluster:
    """The workers of one Dask scheduler: a Place of the Scorer."""

    def __init__(self, address: str, models: ModelPaths):
        """address: of the scheduler, such as tcp://server:8786. PhysioError when Dask is not installed, nobody answers,
        there is no worker, or one of them cannot score as this computer would."""
        self._client, self._needed = _connected(address), Needed.of(models)
        try:
            self._check_workers(address)
        except BaseException:
            self._client.close()
            raise
        self._lock = threading.Lock()
        self._running: dict[str, tuple[Ticket, Future]] = {}
        self._topic = f"physio-{uuid.uuid4().hex}"
        self._client.subscribe_topic(self._topic, self._on_progress)

    def start(self, task: Task, ticket: Ticket) -> None:
        """See Place."""
        key = f"physio-score-{uuid.uuid4().hex}"
        future = self._client.submit(
            _score, task.path, task.assignment, self._needed, self._topic, key, key=key, pure=False
        )
        with self._lock:
            self._running[key] = ticket, future
        ticket.stop_with(future.cancel)
        future.add_done_callback(partial(self._settle, key))

    def close(self) -> None:
        """See Place."""
        self._client.close()

    def _check_workers(self, address: str) -> None:
        found = self._client.run(_refusal, self._needed, on_error="return")
        if not found:
            raise PhysioError("scoring.no_worker", address=address)
        for worker, refusal in found.items():
            if refusal is not None:
                raise _as_physio_error(refusal, worker)

    def _on_progress(self, event: tuple[float, tuple[Any, ...]]) -> None:
        key, *values = event[1]
        with self._lock:
            found = self._running.get(key)
        if found is not None:
            found[0].report(ScoringProgress(*values))

    def _settle(self, key: str, future: "Future") -> None:
        with self._lock:
            ticket, _ = self._running.pop(key)
        if not ticket.done:
            ticket.settle(_outcome(future, ticket.video.name))


def _connected(address: str) -> "Client":
    try:
        from distributed import Client
    except ImportError as error:
        raise PhysioError("scoring.no_dask") from error
    try:
        return Client(address, timeout=_CONNECT_S, set_as_default=False)
    except (OSError, ValueError) as error:
        raise PhysioError("scoring.no_scheduler", address=address) from error


def _outcome(future: "Future", name: str) -> ScoredVideo | PhysioError:
    from distributed.scheduler import KilledWorker

    if future.cancelled():
        return CancelledError("scoring.cancelled", name=name)
    try:
        scored: ScoredVideo = future.result()
    except KilledWorker:  # every worker that tried died
        return VideoError("scoring.died", name=name)
    except Exception as error:  # noqa: BLE001 - whatever goes wrong on another computer is this video's error here
        return _as_physio_error(error, "")
    return scored


def _as_physio_error(error: BaseException, worker: str) -> PhysioError:
    if isinstance(error, PhysioError):
        return error
    return PhysioError("scoring.worker_failed", worker=worker, problem=f"{type(error).__name__}: {error}")


# -- on the workers ----------------------------------------------------------------------------------------------------


def _score(path: Path, assignment: Assignment, needed: Needed, topic: str, key: str) -> ScoredVideo:
    """Runs in a thread of a worker."""
    from distributed import get_worker

    worker = get_worker()
    models = _own_models(needed)
    if not path.is_file():
        raise VideoError("scoring.not_on_worker", path=str(path), worker=socket.gethostname())
    processes: list[WorkerProcess] = []

    def report(now: ScoringProgress) -> None:
        task = worker.state.tasks.get(key)
        if task is None or task.state != "executing":  # cancelled, or nobody waits for it any more
            processes[0].terminate()
        worker.log_event(topic, (key, now.fraction, now.frames, now.frames_per_s, now.left_s))

    return score_apart(Task(path, models, assignment), report, processes.append)


def _refusal(needed: Needed) -> PhysioError | None:
    """Why this worker cannot score as the submitter would; None when it can."""
    try:
        _own_models(needed)
    except PhysioError as error:
        return error
    return None


def _own_models(needed: Needed) -> ModelPaths:
    """This worker's own networks. Raises PhysioError when it has others than are needed, or another version."""
    here = f"{socket.gethostname()} ({os.getpid()})"
    if needed.version != __version__:
        raise PhysioError("scoring.other_version", worker=here, version=__version__, needed=needed.version)
    folder = Settings.load().models_dir
    found = {sha256_of(path): path for path in sorted((*folder.glob("*.task"), *folder.glob("*.tflite")))}
    if not found:
        raise PhysioError("scoring.worker_without_networks", worker=here, folder=str(folder))
    wanted = (needed.pose, needed.face, needed.appearance)
    if not set(wanted) <= found.keys():
        raise PhysioError("scoring.other_networks", worker=here, folder=str(folder))
    pose, face, appearance = (found[checksum] for checksum in wanted)
    own = (pose, face, appearance)
    return ModelPaths(*own, {path.name: checksum for path, checksum in zip(own, wanted, strict=True)})
