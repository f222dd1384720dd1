"""`python -m tests.bench`: how fast physio is on this computer, as a table and as bench.json in the project's folder.
With --memory the memory of live sessions one after the other.
"""

import json
import os
import platform
from argparse import ArgumentParser, Namespace
from dataclasses import asdict
from pathlib import Path
from typing import Any

from physio.config import ROOT, Settings
from physio.exercise.definition import load_exercise
from physio.networks.assets import ensure_models
from tests.bench.glass import Delay, glass
from tests.bench.memory import Memory, memory
from tests.bench.race import Lap, race
from tests.bench.sessions import Share, share
from tests.bench.stages import WHOLE, Stage, time_stages

EXPECTED_RATIO, EXPECTED_CPU_RATIO = 1.0, 0.88
EXPECTED_THREE_FPS = 24.0
EXPECTED_GROWTH_MB = 50.0
EXPECTED_BEHIND = 4
AT_ONCE = (1, 2, 3, 4, 6)


def main(arguments: Namespace) -> None:
    """Measure, print, save."""
    report = {
        "clip": arguments.clip.name,
        "exercise": arguments.exercise,
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors",
        "load_before": os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
    }
    print(", ".join(f"{name} {value}" for name, value in report.items()))
    if arguments.glass:
        report |= _glass(arguments)
    else:
        report |= _memory(arguments) if arguments.memory else _speed(arguments)
    arguments.out.write_text(json.dumps(report, indent=2) + "\n")
    print(f"\nsaved: {arguments.out}")


def _speed(arguments: Namespace) -> dict[str, Any]:
    models, exercise = ensure_models(Settings.load().models_dir), load_exercise(arguments.exercise)
    stages = time_stages(arguments.clip, models, exercise, arguments.frames)
    print(stage_table(stages))
    laps = race(arguments.clip, models, exercise, arguments.frames)
    print(lap_table(laps))
    shares = [share(arguments.clip, models, exercise, count, arguments.seconds) for count in arguments.at_once]
    print(share_table(shares))
    return {
        "frames": arguments.frames,
        "stages": [asdict(stage) for stage in stages],
        "laps": [asdict(lap) for lap in laps],
        "ratio": laps[0].fps / laps[1].fps,
        "ratio_of_cpu": laps[0].fps_of_cpu / laps[1].fps_of_cpu,
        "sessions": [asdict(one) for one in shares],
    }


def _memory(arguments: Namespace) -> dict[str, Any]:
    models, exercise = ensure_models(Settings.load().models_dir), load_exercise(arguments.exercise)
    found = memory(arguments.clip, models, exercise, arguments.memory, arguments.frames)
    print(memory_table(found))
    return {"frames": arguments.frames, "memory": asdict(found)}


def _glass(arguments: Namespace) -> dict[str, Any]:
    found = glass(arguments.clip, arguments.seconds, arguments.glass)
    print(glass_table(found))
    return {"glass": [asdict(one) for one in found]}


def stage_table(stages: tuple[Stage, ...]) -> str:
    """Milliseconds per stage; storage runs beside the others in a thread of its own."""
    lines = ["", f"{'stage':<13}{'calls':>7}{'median ms':>11}{'p95 ms':>9}{'ms/frame':>10}"]
    for one in stages:
        name = one.name if one.name in WHOLE else f"  {one.name}"
        lines.append(f"{name:<13}{one.calls:>7}{one.median_ms:>11.2f}{one.p95_ms:>9.2f}{one.per_frame_ms:>10.2f}")
    total_ms = sum(one.per_frame_ms for one in stages if one.name in WHOLE)
    lines.append(f"{'total':<13}{'':>27}{total_ms:>10.2f}")
    return "\n".join(lines)


def lap_table(laps: tuple[Lap, ...]) -> str:
    """Frames per second and the pipeline's ratio to each other runner, of wall-clock and of processor time."""
    first = laps[0]
    lines = ["", f"{'':<22}{'frames/s':>10}{'ratio':>8}{'frames/cpu s':>14}{'ratio':>8}"]
    for lap in laps:
        ratios = (first.fps / lap.fps, first.fps_of_cpu / lap.fps_of_cpu)
        lines.append(f"{lap.name:<22}{lap.fps:>10.1f}{ratios[0]:>8.2f}{lap.fps_of_cpu:>14.1f}{ratios[1]:>8.2f}")
    lines.append(f"expected: at least {EXPECTED_RATIO} of bare MediaPipe, {EXPECTED_CPU_RATIO} of processor time")
    return "\n".join(lines)


def share_table(shares: list[Share]) -> str:
    """Live sessions at once, each fed at 30 frames a second."""
    lines = ["", f"{'live sessions':<15}{'each /s':>10}{'slowest/fastest':>18}{'median ms':>11}{'p95 ms':>9}"]
    for one in shares:
        each = one.fps / one.sessions
        lines.append(f"{one.sessions:<15}{each:>10.1f}{one.fairness:>18.2f}{one.median_ms:>11.0f}{one.p95_ms:>9.0f}")
    lines.append(f"expected: three at {EXPECTED_THREE_FPS:.0f} /s")
    return "\n".join(lines)


def memory_table(found: Memory) -> str:
    """Resident memory after each session."""
    after = " ".join(f"{one:.0f}" for one in found.after_mb)
    return (
        f"\nMB before: {found.before_mb:.0f}, after each of {len(found.after_mb)} live sessions: {after}\n"
        f"since the fifth: {found.grown_mb:+.0f} MB; expected: at most {EXPECTED_GROWTH_MB:.0f} MB"
    )


def glass_table(found: tuple[Delay, ...]) -> str:
    """How many frames the returned picture is behind the camera's."""
    lines = ["", f"{'frames behind':<15}{'median':>8}{'p90':>6}{'at most 4':>12}{'readable':>11}{'pictures/s':>12}"]
    for one in found:
        shares = f"{one.at_most_4:>12.0%}{one.readable:>11.0%}"
        lines.append(f"{one.name:<15}{one.median:>8.1f}{one.p90:>6.1f}{shares}{one.shown_fps:>12.1f}")
    lines.append(f"expected: physio at most {EXPECTED_BEHIND}, 90th percentile included")
    return "\n".join(lines)


def parser() -> ArgumentParser:
    """The command line."""
    made = ArgumentParser(prog="python -m tests.bench", description=__doc__)
    made.add_argument("--clip", type=Path, default=ROOT / "data" / "demo" / "lateral_raise.mp4")
    made.add_argument("--exercise", default="lateral_raise")
    made.add_argument("--frames", type=int, default=200, help="how many of its frames (default %(default)s)")
    made.add_argument("--at-once", type=int, nargs="*", default=AT_ONCE, help="numbers of live sessions")
    made.add_argument("--seconds", type=float, default=8.0, help="how long each number of them (default %(default)s)")
    made.add_argument("--memory", type=int, default=0, metavar="SESSIONS", help="instead: so many one after the other")
    made.add_argument("--glass", type=int, default=0, metavar="TURNS", help="instead: how far the picture is behind")
    made.add_argument("--out", type=Path, default=ROOT / "bench.json")
    return made


if __name__ == "__main__":
    main(parser().parse_args())
