import json
from pathlib import Path

import pytest

from tests.bench.__main__ import main, parser
from tests.bench.stages import STAGES


@pytest.mark.models
def test_the_bench_measures_every_stage_and_saves_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "bench.json"
    main(parser().parse_args(["--frames", "6", "--out", str(out)]))
    report = json.loads(out.read_text())
    stages = {stage["name"]: stage for stage in report["stages"]}
    assert tuple(stages) == STAGES
    assert all(stage["per_frame_ms"] > 0 for stage in stages.values())
    assert stages["pose"]["calls"] == 6
    assert [lap["name"] for lap in report["laps"]] == ["pipeline", "bare", "bare, face as often"]
    assert report["ratio"] > 0
    printed = capsys.readouterr().out
    assert all(name in printed for name in stages)
