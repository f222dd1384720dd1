"""The clips of data/demo: one for each exercise in its right view, one of them with a painful face, and the earlier
sessions of that person."""

import json
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from tests.synthetic.anny_source import People
from tests.synthetic.clip import make_clip
from tests.synthetic.draw import pain_at, sides_of
from tests.synthetic.expressions import Moment
from tests.synthetic.motion import Excursion, Rng, Tempo, schedule
from tests.synthetic.movements import MOVEMENTS
from tests.synthetic.people import draw_look, draw_traits
from tests.synthetic.plan import ClipPlan, Sensor, View
from tests.synthetic.render import Painter
from tests.synthetic.rooms import draw_room, draw_wall
from tests.synthetic.scene import Light

_SIZES = {"body": (640, 480), "upper": (960, 720)}
_RATE_HZ = 25.0
_SENSOR = Sensor(noise=1.2, blur_px=0.4, crf=25)


@dataclass(frozen=True, slots=True)
class DemoClip:
    """What is special about one clip; the rest follows from its seed. hurts: pain at the far end of repetitions;
    days_ago: when the demo says it was recorded, None to leave that open."""

    movement: str
    seed: int
    side: str
    azimuth_deg: float
    age_years: float
    duration_s: float = 20.0
    range_share: float = 0.95
    fade: float = -0.06
    compensations: dict[str, float] = field(default_factory=dict)
    hurts: bool = False
    frame: str = "body"
    days_ago: int | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """An earlier session of the person who hurts, short and without pain in the face: same room and clothes, the camera
    put up anew. range_share: of the movement's nominal range."""

    week: int
    days_ago: int
    seed: int
    azimuth_deg: float
    range_share: float
    fade: float


CLIPS: tuple[DemoClip, ...] = (
    DemoClip("squat", 901, "both", 88.0, 34.0, range_share=0.92),
    DemoClip("sit_to_stand", 902, "both", -84.0, 72.0, range_share=1.08, duration_s=24.0),
    DemoClip("lunge", 903, "right", -90.0, 27.0, range_share=0.98),
    DemoClip("knee_extension", 914, "left", 72.0, 66.0, range_share=0.93, fade=-0.15),
    DemoClip("shoulder_abduction", 925, "right", 4.0, 52.0, range_share=0.82, fade=-0.12, hurts=True, frame="upper",
             duration_s=24.0, compensations={"shoulder_hike": 9.0, "trunk_lean_side": 7.0}, days_ago=2),
    DemoClip("shoulder_flexion", 906, "left", 86.0, 45.0, range_share=1.4),
    DemoClip("lateral_raise", 907, "both", -3.0, 22.0, range_share=1.0),
    DemoClip("shoulder_press", 908, "both", 5.0, 39.0),
    DemoClip("elbow_flexion", 919, "right", -72.0, 58.0),
    DemoClip("hip_abduction", 910, "left", -5.0, 61.0, fade=-0.1, compensations={"trunk_lean_side": 6.0}),
)  # fmt: skip
VISITS: tuple[Visit, ...] = (
    Visit(1, 35, 931, -6.0, 0.58, -0.1),
    Visit(2, 28, 932, 11.0, 0.55, -0.08),
    Visit(3, 21, 933, -2.0, 0.77, -0.06),
    Visit(4, 14, 934, 14.0, 1.21, -0.06),
)
_VISIT_S = 7.6
_VISIT_TEMPO = Tempo(1.15, 0.35, 1.25, rest_s=0.5, spread=0.08, pause_chance=0.0)


def make_demo(folder: Path, only: str | None) -> int:
    """Render the demo clips (or the one of that name); returns the exit code."""
    folder.mkdir(parents=True, exist_ok=True)
    people, painter = People(), Painter()
    dated = [*((plan_of(clip), clip.days_ago) for clip in CLIPS), *((visit_of(one), one.days_ago) for one in VISITS)]
    for plan, days_ago in dated:
        if only in (None, plan.name):
            path = make_clip(plan, people, painter, folder, preset="slow")
            path.with_suffix(".npz").unlink()  # the demo needs no joint centres
            _date(path.with_suffix(".json"), days_ago)
            print(f"{path} {path.stat().st_size // 1024} kB", file=sys.stderr)
    return 0


def _date(facts: Path, days_ago: int | None) -> None:
    """Write into a truth file when the demo says that the clip was recorded."""
    if days_ago is not None:
        known = {**json.loads(facts.read_text(encoding="utf-8")), "days_ago": days_ago}
        facts.write_text(json.dumps(known, separators=(",", ":"), allow_nan=False) + "\n", encoding="utf-8")


def visit_of(visit: Visit) -> ClipPlan:
    """The plan of an earlier session: the clip that hurts, with another movement seen by another camera."""
    last = plan_of(next(clip for clip in CLIPS if clip.hurts))
    rng = np.random.default_rng([visit.seed, 0])
    return replace(
        last,
        name=f"{last.name}_week_{visit.week}",
        seed=visit.seed,
        duration_s=_VISIT_S,
        size=_SIZES["body"],
        view=replace(last.view, azimuth_deg=visit.azimuth_deg),
        reps=schedule(rng, _VISIT_S, replace(_VISIT_TEMPO, fade=visit.fade), sides_of(last.side)),
        range_share=visit.range_share,
        moments=(),
    )


def plan_of(clip: DemoClip) -> ClipPlan:
    """The whole plan of a demo clip."""
    rng = np.random.default_rng([clip.seed, 0])
    how = MOVEMENTS[clip.movement]
    wall = draw_wall(rng)
    traits = draw_traits(rng, clip.age_years)
    tempo = replace(how.tempo, spread=0.09, fade=clip.fade, pause_chance=0.1, rest_s=how.tempo.rest_s * 1.4)
    reps = schedule(rng, clip.duration_s, tempo, sides_of(clip.side))
    room = draw_room(rng, clip.azimuth_deg, wall, 3.0)
    return ClipPlan(
        name=clip.movement,
        seed=clip.seed,
        movement=clip.movement,
        side=clip.side,
        duration_s=clip.duration_s,
        fps=_RATE_HZ,
        size=_SIZES[clip.frame],
        traits=traits,
        look=draw_look(rng, traits, wall),
        room=replace(room, light=_daylight(room.light), boxes=room.boxes[:2]),
        view=View(
            clip.azimuth_deg, 1.45 if clip.frame == "upper" else 1.15, 0.0, 58.0, 0.86, 0.0, 0.0, "", 0.0, clip.frame
        ),
        sensor=_SENSOR,
        reps=reps,
        range_share=clip.range_share,
        compensations=clip.compensations,
        unsteadiness=1.0,
        moments=_pain(rng, reps) if clip.hurts else (),
        occluded=False,
        passer=None,
    )


def _pain(rng: Rng, reps: tuple[Excursion, ...]) -> tuple[Moment, ...]:
    """None at first, then more with each repetition."""
    strengths = np.clip(np.linspace(-0.1, 1.0, len(reps)), 0.0, 1.0)
    return tuple(pain_at(rng, rep, float(s)) for rep, s in zip(reps, strengths, strict=True) if s > 0.1)


def _daylight(light: Light) -> Light:
    """Bright enough for a good picture."""
    lamp, sky, bounce = (0.46, 0.45, 0.43), (0.62, 0.63, 0.65), (0.40, 0.38, 0.35)
    return replace(light, colour=lamp, sky=sky, bounce=bounce, exposure=1.15)
