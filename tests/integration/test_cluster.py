"""Scoring on a Dask cluster on this computer."""

import json
import os
import signal
import time
from dataclasses import replace

import pytest

from physio.cli.main import main
from physio.config import Settings
from physio.errors import CancelledError, PhysioError, VideoError
from physio.exercise.assignment import Assignment
from physio.networks.assets import ensure_models
from physio.scoring.cluster import Cluster
from physio.scoring.scorer import Scorer
from tests.video_files import write_video

distributed = pytest.importorskip("distributed")
psutil = pytest.importorskip("psutil")
# Dask warns of its own doings, such as a port that is taken.
pytestmark = [pytest.mark.models, pytest.mark.filterwarnings("ignore")]

LONG_S = 300.0


@pytest.fixture(scope="module")
def models():
    return ensure_models(Settings.load().models_dir)


@pytest.fixture
def address():
    """A scheduler with one worker inside this process."""
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None
    ) as cluster:
        yield cluster.scheduler_address


def until(condition):
    deadline_s = time.monotonic() + LONG_S
    while not condition():
        assert time.monotonic() < deadline_s
        time.sleep(0.02)


def clips(folder, *lengths):
    return [write_video(folder / f"{index}.mp4", length, rate=10) for index, length in enumerate(lengths)]


def test_when_a_worker_is_lost_every_video_is_scored_once_and_in_order(models, tmp_path):
    lengths = [150, 150, 10, 12, 14]
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        Scorer(models, Cluster(cluster.scheduler_address, models)) as scorer,
        distributed.Client(cluster) as client,
    ):
        tickets = [scorer.submit(clip, Assignment()) for clip in clips(tmp_path, *lengths)]
        settled = []
        for ticket in tickets:
            ticket.when_done(lambda ticket=ticket: settled.append(ticket))
        until(lambda: tickets[0].progress.frames and tickets[1].progress.frames)
        pids = client.run(os.getpid)
        assert len(pids) == 2
        assert not settled
        os.kill(min(pids.values()), signal.SIGKILL)
        results = [ticket.result() for ticket in tickets]
    assert [len(result.rows.t_s) for result in results] == lengths
    assert [result.video.path for result in results] == [tmp_path / f"{index}.mp4" for index in range(5)]
    assert sorted(map(id, settled)) == sorted(map(id, tickets))


def test_the_command_line_scores_on_a_cluster(address, tmp_path, capsys):
    good, other = clips(tmp_path, 10, 12)
    empty = tmp_path / "empty.mp4"
    empty.touch()
    assert main(["score", *map(str, (good, empty, other)), "--cluster", address, "--no-save", "--json", "-"]) == 1
    streams = capsys.readouterr()
    assert [one["quality"]["frames_processed"] for one in json.loads(streams.out)] == [10, 0, 12]
    assert "error: empty.mp4 is empty" in streams.err


def test_a_worker_with_other_networks_is_refused_before_it_scores(models, address):
    other = replace(models, checksums={**models.checksums, models.pose.name: "0" * 64})
    with pytest.raises(PhysioError, match="has other networks in"):
        Cluster(address, other)


def test_a_worker_without_networks_says_what_to_do(models, address, tmp_path, monkeypatch):
    monkeypatch.setenv("PHYSIO_MODELS", str(tmp_path))
    with pytest.raises(PhysioError, match=r"no networks in .*python -m physio models"):
        Cluster(address, models)


def test_a_worker_that_comes_later_is_held_to_the_same(models, address, tmp_path, monkeypatch):
    with Scorer(models, Cluster(address, models)) as scorer:
        monkeypatch.setenv("PHYSIO_MODELS", str(tmp_path))
        with pytest.raises(PhysioError, match="no networks in"):
            scorer.submit(clips(tmp_path, 10)[0], Assignment()).result()


def test_a_worker_of_another_version_is_refused(models, address, monkeypatch):
    monkeypatch.setattr("physio.scoring.cluster.Needed.of", lambda models: replace(_needed(models), version="0.0"))
    with pytest.raises(PhysioError, match=r"this computer 0\.0\. Install the same version"):
        Cluster(address, models)


def _needed(models):
    from physio import __version__
    from physio.scoring.cluster import Needed

    return Needed(__version__, *(models.checksums[path.name] for path in (models.pose, models.face, models.appearance)))


def test_a_video_that_the_worker_cannot_see_is_said(models, address, tmp_path):
    with (
        Scorer(models, Cluster(address, models)) as scorer,
        pytest.raises(VideoError, match=r"cannot read .*gone\.mp4"),
    ):
        scorer.submit(tmp_path / "gone.mp4", Assignment()).result()


def test_a_cancelled_video_is_no_longer_scored(models, address, tmp_path):
    with Scorer(models, Cluster(address, models)) as scorer:
        (long_clip,) = clips(tmp_path, 4_000)
        others = set(psutil.Process().children())  # such as Python's own resource tracker
        ticket = scorer.submit(long_clip, Assignment())
        until(lambda: ticket.progress.frames)
        assert set(psutil.Process().children()) - others
        ticket.cancel()
        with pytest.raises(CancelledError):
            ticket.result()
        until(lambda: set(psutil.Process().children()) <= others)


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nonsense"])
def test_a_scheduler_that_does_not_answer_is_said(models, address, monkeypatch):
    monkeypatch.setattr("physio.scoring.cluster._CONNECT_S", 1.0)
    with pytest.raises(PhysioError, match="No Dask scheduler answers"):
        Cluster(address, models)


def test_a_scheduler_without_workers_is_said(models):
    with (
        distributed.LocalCluster(n_workers=0, processes=False, dashboard_address=None) as cluster,
        pytest.raises(PhysioError, match="has no workers"),
    ):
        Cluster(cluster.scheduler_address, models)
