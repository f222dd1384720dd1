"""A plan played through: who moves how, seen from where, and what the face does, for every frame."""

from dataclasses import dataclass, replace

import numpy as np

from tests.synthetic.activities import walk
from tests.synthetic.anny_source import People
from tests.synthetic.body import Body
from tests.synthetic.camera import Camera, around
from tests.synthetic.controls import Controls, Pose, dimensions
from tests.synthetic.expressions import coefficients
from tests.synthetic.motion import Tempo, drift, schedule
from tests.synthetic.movements import MOVEMENTS
from tests.synthetic.plan import ClipPlan, Passer
from tests.synthetic.postures import Setting, seat_height
from tests.synthetic.rotations import Array, apply
from tests.synthetic.scene import Room, Surface, stool
from tests.synthetic.skeleton import pose
from tests.synthetic.wardrobe import Look

_STREAM_MOTION, _STREAM_FACE, _STREAM_SHAKE, _STREAM_PASSER = 1, 2, 3, 4
_NEAREST_M, _FARTHEST_M = 0.5, 6.5
_CUT_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class Bystander:
    """Somebody in the picture who is not the patient."""

    body: Body
    pose: Pose
    look: Look


@dataclass(frozen=True, slots=True)
class Performance:
    """body and pose of the patient; camera; room with the stool; actions (T, A) facial coefficients in the order of
    body.action_names; shake_px (T, 2) whole-pixel displacement of the picture; bystander: who walks behind."""

    plan: ClipPlan
    t_s: Array
    body: Body
    pose: Pose
    controls: Controls
    camera: Camera
    room: Room
    actions: Array
    shake_px: Array
    bystander: Bystander | None


def perform(plan: ClipPlan, people: People) -> Performance:
    """Play a plan through."""
    t_s = np.arange(round(plan.duration_s * plan.fps)) / plan.fps
    body = people.make(plan.traits)
    how = MOVEMENTS[plan.movement]
    setting = Setting(
        t_s, plan.reps, dimensions(body), plan.range_share, plan.compensations, plan.unsteadiness,
        plan.generator(_STREAM_MOTION),
    )  # fmt: skip
    controls = how.make(setting)
    moved = pose(body, controls)
    camera = frame_camera(plan, marker_paths(body, moved))
    face = coefficients(plan.generator(_STREAM_FACE), t_s, plan.moments, body.action_names)
    shake = plan.generator(_STREAM_SHAKE)
    paths = [drift(shake, t_s, plan.view.shake_px, 4.0, 0.6) for _ in range(2)]
    return Performance(
        plan=plan,
        t_s=t_s,
        body=body,
        pose=moved,
        controls=controls,
        camera=camera,
        room=_furnished(plan, setting, controls, camera),
        actions=np.stack([face[name] for name in body.action_names], axis=1),
        shake_px=np.clip(np.round(np.stack(paths, axis=1)), -8, 8),
        bystander=_passing(plan, plan.passer, people, t_s) if plan.passer else None,
    )


def marker_paths(body: Body, moved: Pose) -> dict[str, Array]:
    """World positions (T, 3) of all markers of a body."""
    return {
        m.name: moved.head(m.bone) + apply(moved.turned(m.bone), m.position - body.head(m.bone)) for m in body.markers
    }


def frame_camera(plan: ClipPlan, markers: dict[str, Array]) -> Camera:
    """Stand as far away as the whole movement needs, aim at its middle, then displace the picture as planned."""
    view, (width, height) = plan.view, plan.size
    points = np.concatenate([path for name, path in markers.items() if _in_frame(name, view.frame)])
    middle = (points.min(axis=0) + points.max(axis=0)) / 2.0
    focal = 0.5 * max(width, height) / np.tan(np.radians(view.field_deg / 2.0))
    fill = 1.02 if view.cut else view.fill
    for distance in np.geomspace(_NEAREST_M, _FARTHEST_M, 90):
        camera = Camera(
            around(view.azimuth_deg, distance, view.height_m, middle), middle, view.roll_deg, focal, width, height
        )
        if camera.to_camera(points)[:, 2].min() < 0.3:
            continue
        low, high = camera.project(points).min(axis=0), camera.project(points).max(axis=0)
        across, up = (high - low) / np.array([width, height])
        if up <= fill and across <= (1.15 if view.cut == "hands" else min(fill + 0.05, 0.94)):
            break
    shift = (low + high) / 2.0 - np.array([width, height]) / 2.0
    shift += np.array([view.off_x * width, view.off_y * height])
    if view.cut == "feet":
        shift[1] -= (_CUT_SHARE + abs(view.off_y)) * height
    axes = camera.axes()
    metres = shift * camera.to_camera(middle)[2] / focal
    return replace(camera, target_m=middle + axes[0] * metres[0] + axes[1] * metres[1])


_FACE = ("vertex", "neck", "nose", "ear", "eye", "mouth")
_LEGS = ("knee", "ankle", "heel", "foot_index")


def _in_frame(marker: str, frame: str) -> bool:
    """Whether a picture made for `frame` has to hold a marker."""
    base = marker.removesuffix("_l").removesuffix("_r")
    return frame == "body" or (base in _FACE if frame == "face" else base not in _LEGS)


def _furnished(plan: ClipPlan, setting: Setting, controls: Controls, camera: Camera) -> Room:
    """The room made wide enough to hold the camera, with a stool under a seated person."""
    c, s = np.cos(np.radians(plan.room.yaw_deg)), np.sin(np.radians(plan.room.yaw_deg))
    aside = float(c * camera.position_m[0] + s * camera.position_m[1])
    room = replace(plan.room, left_m=max(plan.room.left_m, -aside + 0.4), right_m=max(plan.room.right_m, aside + 0.4))
    if not MOVEMENTS[plan.movement].seat:
        return room
    seat = controls.pelvis_m[0]
    shade = Surface((0.12, 0.09, 0.07) if plan.seed % 2 else (0.45, 0.45, 0.47))
    return replace(
        room, boxes=(*room.boxes, *stool((float(seat[0]), float(seat[1]) + 0.03), seat_height(setting.size), shade))
    )


def _passing(plan: ClipPlan, passer: Passer, people: People, t_s: Array) -> Bystander:
    """Somebody who walks across behind the patient."""
    rng = plan.generator(_STREAM_PASSER)
    body = people.make(passer.traits)
    setting = Setting(t_s, schedule(rng, 1.0, Tempo(), ("both",)), dimensions(body), 1.0, {}, 1.0, rng)
    controls = walk(setting, passer.speed_mps)
    a = np.radians(plan.view.azimuth_deg)
    behind, right = np.array([-np.sin(a), np.cos(a), 0.0]), np.array([np.cos(a), np.sin(a), 0.0])
    course = right if passer.from_left else -right
    controls.heading = float(np.degrees(np.arctan2(course[0], -course[1])))
    way = passer.speed_mps * (t_s - passer.start_s) - 2.0
    controls.travel_m = passer.depth_m * behind + way[:, None] * course
    return Bystander(body, pose(body, controls), passer.look)
