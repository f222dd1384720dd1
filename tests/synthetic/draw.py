"""Draws clip plans from seeds, widely. The same seed gives the same plan."""

from dataclasses import replace

import numpy as np

from tests.synthetic.expressions import KINDS, TALKING, Moment
from tests.synthetic.motion import Excursion, Rng, Tempo, schedule
from tests.synthetic.movements import EXERCISES, MOVEMENTS, Movement
from tests.synthetic.people import draw_look, draw_traits
from tests.synthetic.plan import ClipPlan, Passer, Sensor, View
from tests.synthetic.rooms import draw_room, draw_wall, occluder
from tests.synthetic.scene import Room

OTHERS: tuple[str, ...] = tuple(name for name in MOVEMENTS if name not in (*EXERCISES, "look_around"))
_SIZES = ((640, 480), (640, 360), (480, 640), (854, 480), (1280, 720), (1920, 1080))
_SIZE_SHARES = (0.62, 0.14, 0.1, 0.07, 0.05, 0.02)
_RATES = (15.0, 20.0, 25.0, 30.0, 60.0)
_RATE_SHARES = (0.72, 0.09, 0.09, 0.08, 0.02)


def draw_plan(name: str, seed: int, movement: str | None = None, duration_s: float = 7.0, fps: float = 0.0) -> ClipPlan:
    """A training clip: anybody, anywhere, from any side; fps 0 = drawn too."""
    rng = np.random.default_rng([seed, 0])
    chosen = movement or str(rng.choice([*EXERCISES, *OTHERS], p=_shares()))
    how = MOVEMENTS[chosen]
    view = draw_view(rng)
    wall = draw_wall(rng)
    traits = draw_traits(rng)
    side = str(rng.choice(how.sides))
    room = draw_room(rng, view.azimuth_deg, wall, 3.0)
    occluded = rng.random() < 0.12 and not how.seat
    if occluded:
        room = replace(room, boxes=(*room.boxes, occluder(rng, view.azimuth_deg, 2.5)))
    reps = schedule(rng, duration_s, draw_tempo(rng, how), sides_of(side))
    return ClipPlan(
        name=name,
        seed=seed,
        movement=chosen,
        side=side,
        duration_s=duration_s,
        fps=fps or float(rng.choice(_RATES, p=_RATE_SHARES)),
        size=_SIZES[int(rng.choice(len(_SIZES), p=_SIZE_SHARES))],
        traits=traits,
        look=draw_look(rng, traits, wall),
        room=room,
        view=view,
        sensor=draw_sensor(rng, room.light.exposure),
        reps=reps,
        range_share=float(rng.uniform(0.45, 1.05)),
        compensations=draw_compensations(rng, how),
        unsteadiness=float(np.exp(rng.normal(0.0, 0.35))) * (1.0 + 0.6 * (traits.age_years > 70)),
        moments=draw_moments(rng, reps, duration_s),
        occluded=occluded,
        passer=draw_passer(rng, room, duration_s) if rng.random() < 0.08 else None,
    )


def draw_close_plan(name: str, seed: int, duration_s: float = 7.0, fps: float = 0.0) -> ClipPlan:
    """A training clip of somebody too near for the whole body: the picture is made for what is above the hips, now and
    then for the face alone, and everything below lies outside it."""
    plan = draw_plan(name, seed, None, duration_s, fps)
    rng = np.random.default_rng([seed, 7])
    frame = str(rng.choice(["upper", "face"], p=[0.8, 0.2]))
    return replace(plan, view=replace(plan.view, frame=frame, cut="", fill=float(rng.uniform(0.55, 0.95))))


_FACE_KINDS = tuple(kind for kind in KINDS if kind != "pain")


def draw_face_plan(name: str, seed: int, duration_s: float = 20.0, fps: float = 0.0) -> ClipPlan:
    """A clip of a face that turns, hurts, smiles, talks and blinks; the first four seconds are neutral."""
    plan = draw_plan(name, seed, "look_around", duration_s, fps)
    rng = np.random.default_rng([seed, 6])
    azimuth = float(rng.uniform(-25.0, 25.0))
    view = View(
        azimuth_deg=azimuth,
        height_m=plan.traits.stature_m * float(rng.uniform(0.8, 1.0)),
        roll_deg=0.0,
        field_deg=float(rng.uniform(38.0, 60.0)),
        fill=float(rng.uniform(0.25, 0.6)),
        off_x=0.0,
        off_y=0.0,
        cut="",
        shake_px=0.0,
        frame=str(rng.choice(["face", "upper"], p=[0.75, 0.25])),
    )
    still = draw_face_moments(rng, duration_s)
    room = draw_room(rng, azimuth, plan.room.wall.colour, 2.0)
    return replace(plan, view=view, room=room, size=(640, 480), moments=still, passer=None, occluded=False)


def draw_face_moments(rng: Rng, duration_s: float) -> tuple[Moment, ...]:
    """Pain and other expressions in turn, with neutral moments between."""
    moments: list[Moment] = []
    now = 4.0
    while True:
        hurts = rng.random() < 0.45
        moment = _painful(rng, now) if hurts else _painless(rng, now, str(rng.choice(_FACE_KINDS)))
        if moment.end_s > duration_s:
            return tuple(moments)
        moments.append(moment)
        now = moment.end_s + float(rng.uniform(0.3, 1.2))


def _painful(rng: Rng, start_s: float) -> Moment:
    """Slow or quick, weak or strong, now and then a flash or mostly on one side of the face."""
    strength = float(rng.uniform(0.25, 1.0))
    lopsided = float(rng.choice([-1.0, 1.0]) * rng.uniform(0.3, 0.6)) if rng.random() < 0.15 else 0.0
    if rng.random() < 0.15:
        return Moment("pain", start_s, 0.1, float(rng.uniform(0.05, 0.3)), 0.1, strength, lopsided=lopsided)
    rise, hold, fall = (float(v) for v in rng.uniform((0.25, 0.4, 0.3), (1.2, 1.8, 1.2)))
    return Moment("pain", start_s, rise, hold, fall, strength, strength > 0.8, lopsided)


def _painless(rng: Rng, start_s: float, kind: str) -> Moment:
    rise, hold, fall = (float(v) for v in rng.uniform((0.25, 0.4, 0.3), (0.8, 1.6, 0.9)))
    if kind == "blinking":
        return Moment(kind, start_s, 0.1, 0.05, 0.12, 1.0)
    if kind == TALKING:
        hold += 2.0
    return Moment(kind, start_s, rise, hold, fall, float(rng.uniform(0.25, 1.0)))


def _shares() -> list[float]:
    """Two thirds exercises, one third anything else, the pattern-free ones most of all."""
    weight = {"free_standing": 3.0, "reach_out": 2.0, "free_seated": 1.5, "stand": 0.6, "sit": 0.5}
    other = np.array([weight.get(name, 1.0) for name in OTHERS])
    ours = np.ones(len(EXERCISES))
    return [*(0.58 * ours / ours.sum()), *(0.42 * other / other.sum())]


def sides_of(side: str) -> tuple[str, ...]:
    """The sides that take turns."""
    return ("left", "right") if side == "alternate" else (side,)


def draw_view(rng: Rng) -> View:
    """Mostly from the front half and the sides, now and then from behind."""
    behind = rng.random() < 0.08
    azimuth = float(rng.uniform(100.0, 260.0)) if behind else float(rng.uniform(-100.0, 100.0))
    return View(
        azimuth_deg=azimuth - 360.0 if azimuth > 180.0 else azimuth,
        height_m=float(rng.choice([rng.uniform(0.7, 1.5), rng.uniform(0.35, 1.9)], p=[0.75, 0.25])),
        roll_deg=float(np.clip(rng.normal(0.0, 1.5), -5.0, 5.0)),
        field_deg=float(rng.uniform(38.0, 66.0)),
        fill=float(rng.uniform(0.5, 0.93)),
        off_x=float(rng.normal(0.0, 0.05)),
        off_y=float(rng.normal(0.0, 0.015)),
        cut=str(rng.choice(["", "feet", "hands"], p=[0.86, 0.1, 0.04])),
        shake_px=float(rng.choice([0.0, rng.uniform(0.5, 3.0)], p=[0.6, 0.4])),
    )


def draw_sensor(rng: Rng, exposure: float) -> Sensor:
    """Noise grows in the dark."""
    return Sensor(
        noise=float(rng.uniform(0.8, 4.0)) * (2.2 if exposure < 0.6 else 1.0),
        blur_px=float(rng.choice([0.0, rng.uniform(0.4, 1.2)], p=[0.6, 0.4])),
        crf=int(rng.integers(18, 33)),
    )


def draw_tempo(rng: Rng, how: Movement) -> Tempo:
    """A person's own tempo for a movement."""
    pace = float(np.exp(rng.normal(0.0, 0.22)))
    t = how.tempo
    return Tempo(
        outward_s=t.outward_s * pace,
        hold_s=t.hold_s * float(np.exp(rng.normal(0.0, 0.5))),
        return_s=t.return_s * pace,
        rest_s=t.rest_s * float(np.exp(rng.normal(0.0, 0.4))),
        spread=float(rng.uniform(0.05, 0.2)),
        fade=float(rng.uniform(-0.25, 0.05)),
        pause_chance=float(rng.choice([0.05, 0.3])),
    )


_COMPENSATION_DEG = {
    "trunk_lean_side": (4.0, 18.0),
    "trunk_lean_forward": (5.0, 25.0),
    "shoulder_hike": (5.0, 16.0),
    "knee_valgus": (6.0, 20.0),
    "heel_rise": (5.0, 18.0),
    "elbow_bend": (8.0, 40.0),
}


def draw_compensations(rng: Rng, how: Movement) -> dict[str, float]:
    """Each possible compensation with one chance in three, in degrees."""
    return {name: float(rng.uniform(*_COMPENSATION_DEG[name])) for name in how.compensations if rng.random() < 0.33}


def draw_moments(rng: Rng, reps: tuple[Excursion, ...], duration_s: float) -> tuple[Moment, ...]:
    """Pain near the far end of some repetitions of some people; other faces at other times."""
    moments: list[Moment] = []
    if reps and rng.random() < 0.3:
        for rep in reps:
            if rng.random() < 0.7:
                moments.append(pain_at(rng, rep, float(rng.uniform(0.3, 1.0))))
    if rng.random() < 0.5:
        kind = str(rng.choice(["smile", "effort", "concentration", "open_mouth", "surprise"]))
        start = float(rng.uniform(0.2, max(duration_s - 2.5, 0.3)))
        moments.append(Moment(kind, start, 0.4, float(rng.uniform(0.3, 1.5)), 0.5, float(rng.uniform(0.3, 1.0))))
    return tuple(moments)


def pain_at(rng: Rng, rep: Excursion, strength: float) -> Moment:
    """A painful face that builds up on the way out and fades on the way back."""
    rise = 0.6 * rep.outward_s
    hold = rep.hold_s + float(rng.uniform(0.2, 0.5))
    return Moment(
        "pain", rep.peak_s - rep.hold_s / 2.0 - rise, rise, hold, 0.6 * rep.return_s, strength, strength > 0.8
    )


def draw_passer(rng: Rng, room: Room, duration_s: float) -> Passer:
    """Somebody who walks past behind."""
    traits = draw_traits(rng)
    return Passer(
        traits=traits,
        look=draw_look(rng, traits, room.wall.colour),
        depth_m=float(min(rng.uniform(0.7, 2.0), room.back_m - 0.3)),
        from_left=bool(rng.random() < 0.5),
        start_s=float(rng.uniform(0.0, 0.5 * duration_s)),
        speed_mps=float(rng.uniform(0.7, 1.3)),
    )
