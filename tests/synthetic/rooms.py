"""Draws rooms, furniture and light at random."""

import numpy as np

from tests.synthetic.motion import Rng
from tests.synthetic.people import linear
from tests.synthetic.scene import (
    CARPET,
    PICTURE,
    PLAIN,
    PLANKS,
    STRIPES,
    TILES,
    WINDOW,
    Box,
    Colour,
    Light,
    Room,
    Surface,
)

_WALLS = ((236, 234, 228), (222, 216, 202), (206, 212, 214), (188, 200, 190), (170, 178, 190), (222, 200, 180),
          (140, 146, 152), (96, 104, 112), (176, 132, 116), (70, 78, 92))  # fmt: skip
_FLOORS = (
    (150, 110, 74),
    (118, 82, 56),
    (190, 158, 116),
    (128, 126, 122),
    (92, 94, 98),
    (196, 192, 184),
    (74, 88, 110),
)
_THINGS = ((240, 240, 236), (120, 86, 58), (60, 44, 34), (46, 48, 52), (160, 162, 164), (52, 92, 136), (178, 60, 52),
           (86, 128, 74), (216, 190, 140))  # fmt: skip


def draw_wall(rng: Rng) -> Colour:
    """Wall colour; drawn before the clothes, which may match it."""
    return linear(_WALLS[int(rng.integers(len(_WALLS)))])


def draw_room(rng: Rng, azimuth_deg: float, wall: Colour, distance_m: float) -> Room:
    """A room whose back wall faces a camera at `azimuth_deg` and `distance_m`."""
    back = float(rng.uniform(0.9, 3.2))
    left, right = (float(rng.uniform(1.4, 3.6)) for _ in range(2))
    yaw = azimuth_deg + float(rng.uniform(-22.0, 22.0))
    striped = rng.random() < 0.12
    return Room(
        yaw_deg=yaw,
        back_m=back,
        left_m=left,
        right_m=right,
        height_m=float(rng.uniform(2.4, 3.0)),
        floor=Surface(
            linear(_FLOORS[int(rng.integers(len(_FLOORS)))]),
            linear(_FLOORS[int(rng.integers(len(_FLOORS)))]),
            int(rng.choice([PLANKS, TILES, CARPET, PLAIN], p=[0.42, 0.2, 0.25, 0.13])),
        ),
        wall=Surface(wall, _faded(wall, 0.88), STRIPES if striped else PLAIN),
        ceiling=Surface((0.75, 0.75, 0.74)),
        skirting=Surface(_thing(rng) if rng.random() < 0.4 else _faded(wall, 1.15)),
        pictures=_pictures(rng, left, right),
        boxes=_furniture(rng, yaw, (left, right, back), distance_m),
        light=draw_light(rng, azimuth_deg),
    )


def draw_light(rng: Rng, azimuth_deg: float) -> Light:
    """Lamp above, window to one side or dusk; now and then the window is behind the person."""
    kind = str(rng.choice(["ceiling", "side", "behind", "dim"], p=[0.5, 0.28, 0.1, 0.12]))
    a = np.radians(azimuth_deg + float(rng.uniform(-75.0, 75.0)) + (180.0 if kind == "behind" else 0.0))
    high = float(rng.uniform(1.2, 2.6)) if kind in ("ceiling", "dim") else float(rng.uniform(0.5, 1.0))
    warmth = float(rng.normal(0.0, 0.05))
    strength = float(rng.uniform(0.3, 0.55)) if kind != "behind" else float(rng.uniform(0.5, 0.8))
    ambient = float(rng.uniform(0.42, 0.75)) * (0.7 if kind == "behind" else 1.0)
    return Light(
        direction=(float(np.sin(a)), float(-np.cos(a)), high),
        colour=(strength * (1.0 + warmth), strength, strength * (1.0 - warmth)),
        sky=(ambient * (1.0 + warmth / 2), ambient, ambient * (1.0 - warmth / 2)),
        bounce=(0.62 * ambient, 0.58 * ambient, 0.53 * ambient),
        exposure=float(rng.uniform(0.3, 0.5)) if kind == "dim" else float(rng.uniform(0.9, 1.4)),
    )


def _pictures(rng: Rng, left: float, right: float) -> tuple[tuple[float, float, float, float, Surface], ...]:
    things = []
    for _ in range(int(rng.integers(0, 4))):
        wide, high = float(rng.uniform(0.3, 1.3)), float(rng.uniform(0.3, 1.0))
        x = float(rng.uniform(-left, right - wide))
        if rng.random() < 0.2:
            things.append((x, 0.9, wide, 1.1, Surface((0.9, 0.95, 1.0), pattern=WINDOW)))
        elif rng.random() < 0.2:
            things.append((x, 0.0, 0.85, 2.05, Surface(_thing(rng))))
        else:
            things.append((x, float(rng.uniform(1.1, 1.6)), wide, high, Surface(_thing(rng), _thing(rng), PICTURE)))
    return tuple(things)


def _furniture(rng: Rng, yaw_deg: float, span: tuple[float, float, float], distance_m: float) -> tuple[Box, ...]:
    """Boxes along the back and side walls, clear of the person."""
    left, right, back = span
    boxes = []
    for _ in range(int(rng.integers(0, 6))):
        wide, deep, high = (float(v) for v in rng.uniform((0.3, 0.3, 0.3), (1.4, 0.55, 1.7)))
        if rng.random() < 0.65:
            x, y = float(rng.uniform(-left, right)), back - deep / 2.0 - 0.02
        else:
            edge = -left + deep if rng.random() < 0.5 else right - deep
            x, y = edge, float(rng.uniform(-0.6 * distance_m, back))
        if np.hypot(x, y) < 1.15 or (y < -0.4 and abs(x) < 1.3):
            continue
        boxes.append(Box((*_turned(x, y, yaw_deg), 0.0), (wide, deep, high), yaw_deg, Surface(_thing(rng))))
    return tuple(boxes)


def occluder(rng: Rng, azimuth_deg: float, distance_m: float) -> Box:
    """A low box, chair back or table edge between camera and person."""
    away = float(rng.uniform(0.55, 0.8)) if distance_m < 2.2 else float(rng.uniform(0.6, 1.1))
    x, y = _turned(float(rng.uniform(-0.35, 0.35)), -away, azimuth_deg)
    size = (float(rng.uniform(0.3, 0.8)), float(rng.uniform(0.1, 0.4)), float(rng.uniform(0.25, 0.6)))
    return Box((x, y, 0.0), size, azimuth_deg + float(rng.uniform(-20.0, 20.0)), Surface(_thing(rng)))


def _turned(x: float, y: float, yaw_deg: float) -> tuple[float, float]:
    c, s = np.cos(np.radians(yaw_deg)), np.sin(np.radians(yaw_deg))
    return (float(c * x - s * y), float(s * x + c * y))


def _thing(rng: Rng) -> Colour:
    return linear(_THINGS[int(rng.integers(len(_THINGS)))])


def _faded(colour: Colour, share: float) -> Colour:
    red, green, blue = (min(c * share, 0.95) for c in colour)
    return (red, green, blue)
