import json
from pathlib import Path

import pytest

from tests.bench.__main__ import main, parser
from tests.bench.stages import STAGES

pytestmark = pytest.mark.models


def test_the_bench_measures_every_stage_and_saves_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "bench.json"
    main(parser().parse_args(["--frames", "6", "--seconds", "0.5", "--at-once", "2", "--out", str(out)]))
    report = json.loads(out.read_text())
    stages = {stage["name"]: stage for stage in report["stages"]}
    assert tuple(stages) == STAGES
    assert all(stage["per_frame_ms"] > 0 for stage in stages.values())
    assert stages["pose"]["calls"] == stages["perceive"]["calls"] == stages["analyse"]["calls"] == 6
    assert [lap["name"] for lap in report["laps"]] == ["pipeline", "bare", "bare, face as often"]
    assert report["ratio"] > 0
    (share,) = report["sessions"]
    assert share["sessions"] == len(share["fps_each"]) == 2
    assert min(share["fps_each"]) > 0
    assert share["fairness"] == min(share["fps_each"]) / max(share["fps_each"])
    printed = capsys.readouterr().out
    assert all(name in printed for name in stages)


def test_the_memory_of_sessions_one_after_the_other(tmp_path: Path) -> None:
    out = tmp_path / "bench.json"
    main(parser().parse_args(["--memory", "2", "--frames", "3", "--out", str(out)]))
    memory = json.loads(out.read_text())["memory"]
    assert len(memory["after_mb"]) == 2
    assert min(memory["before_mb"], *memory["after_mb"]) > 50
