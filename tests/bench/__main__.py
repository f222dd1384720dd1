"""`python -m tests.bench`: the table on the terminal and bench.json in the project's folder."""

import json
import os
import platform
from argparse import ArgumentParser, Namespace
from dataclasses import asdict
from pathlib import Path

from physio.config import ROOT, Settings
from physio.exercise.definition import load_exercise
from physio.networks.assets import ensure_models
from tests.bench.race import Lap, race
from tests.bench.stages import Stage, time_stages

EXPECTED_RATIO = 0.8


def main(arguments: Namespace) -> None:
    """Measure, print, save."""
    models, exercise = ensure_models(Settings.load().models_dir), load_exercise(arguments.exercise)
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    stages = time_stages(arguments.clip, models, exercise, arguments.frames)
    laps = race(arguments.clip, models, exercise, arguments.frames)
    print(
        f"{arguments.clip.name}, {arguments.frames} frames, {exercise.id}; {os.cpu_count()} processors, load {load:.1f}"
    )
    print(stage_table(stages))
    print(lap_table(laps))
    report = {
        "clip": arguments.clip.name,
        "frames": arguments.frames,
        "exercise": exercise.id,
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors",
        "load_before": load,
        "stages": [asdict(stage) for stage in stages],
        "laps": [asdict(lap) for lap in laps],
        "ratio": laps[0].fps / laps[1].fps,
        "ratio_of_cpu": laps[0].fps_of_cpu / laps[1].fps_of_cpu,
    }
    arguments.out.write_text(json.dumps(report, indent=2) + "\n")
    print(f"\nsaved: {arguments.out}")


def stage_table(stages: tuple[Stage, ...]) -> str:
    """Milliseconds per stage; storage runs beside the others in a thread of its own."""
    lines = ["", f"{'stage':<11}{'calls':>7}{'median ms':>11}{'p95 ms':>9}{'ms/frame':>10}"]
    for one in stages:
        lines.append(f"{one.name:<11}{one.calls:>7}{one.median_ms:>11.2f}{one.p95_ms:>9.2f}{one.per_frame_ms:>10.2f}")
    lines.append(f"{'total':<11}{'':>27}{sum(one.per_frame_ms for one in stages):>10.2f}")
    return "\n".join(lines)


def lap_table(laps: tuple[Lap, ...]) -> str:
    """Frames per second and the pipeline's ratio to each other runner, of wall-clock and of processor time."""
    first = laps[0]
    lines = ["", f"{'':<22}{'frames/s':>10}{'ratio':>8}{'frames/cpu s':>14}{'ratio':>8}"]
    for lap in laps:
        ratios = (first.fps / lap.fps, first.fps_of_cpu / lap.fps_of_cpu)
        lines.append(f"{lap.name:<22}{lap.fps:>10.1f}{ratios[0]:>8.2f}{lap.fps_of_cpu:>14.1f}{ratios[1]:>8.2f}")
    lines.append(f"expected: at least {EXPECTED_RATIO} of bare MediaPipe")
    return "\n".join(lines)


def parser() -> ArgumentParser:
    """The command line."""
    made = ArgumentParser(prog="python -m tests.bench", description=__doc__)
    made.add_argument("--clip", type=Path, default=ROOT / "data" / "demo" / "lateral_raise.mp4")
    made.add_argument("--exercise", default="lateral_raise")
    made.add_argument("--frames", type=int, default=200, help="how many of its frames (default %(default)s)")
    made.add_argument("--out", type=Path, default=ROOT / "bench.json")
    return made


if __name__ == "__main__":
    main(parser().parse_args())
