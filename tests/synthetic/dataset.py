"""Many clips at once."""

import sys
import time
from pathlib import Path

from tests.synthetic.anny_source import People
from tests.synthetic.clip import make_clip
from tests.synthetic.draw import draw_close_plan, draw_face_plan, draw_plan
from tests.synthetic.render import Painter

_SEED_STEP = 100_000


FACES, CLOSE = "faces", "close"


def make_clips(folder: Path, clips: int, seed: int, movement: str | None, duration_s: float, fps: float) -> int:
    """Render clips seed * 100000 + k; those that exist already are kept. movement FACES makes clips of faces, CLOSE
    of people from the hips upward.

    Returns the exit code.
    """
    folder.mkdir(parents=True, exist_ok=True)
    people, painter = People(), Painter()
    for k in range(clips):
        name = f"clip_{seed:03d}_{k:04d}"
        if (folder / f"{name}.mp4").exists():
            continue
        begun = time.monotonic()
        number = seed * _SEED_STEP + k
        if movement == FACES:
            plan = draw_face_plan(name, number, duration_s, fps)
        elif movement == CLOSE:
            plan = draw_close_plan(name, number, duration_s, fps)
        else:
            plan = draw_plan(name, number, movement, duration_s, fps)
        make_clip(plan, people, painter, folder, preset="ultrafast")
        rate = plan.duration_s * plan.fps / (time.monotonic() - begun)
        print(f"{name} {plan.movement} azimuth {plan.view.azimuth_deg:.0f} ({rate:.0f} frames/s)", file=sys.stderr)
    return 0
