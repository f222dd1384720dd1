"""From joint controls to bones: poses a body for every frame of a clip at once.

Controls say where each segment points, in the terms of the clinic (elevation of the arm and its plane, flexion of the
knee, lean of the trunk); the bones follow exactly, the mesh follows the bones. Planted feet stay where they stand by
two-bone inverse kinematics.
"""

import numpy as np

from tests.synthetic.body import BONE_INDEX, BONES, Body
from tests.synthetic.controls import SIDES, Arm, Controls, Leg, Pose, dimensions
from tests.synthetic.rotations import Array, X, Y, Z, apply, dot, frame, partial, shortest, turn, unit

_OUTWARD = {"L": 1.0, "R": -1.0}
_PARENTS: dict[str, str] = {
    "spine05": "root",
    "spine04": "spine05",
    "spine03": "spine04",
    "spine02": "spine03",
    "spine01": "spine02",
    "neck01": "spine01",
    "neck02": "neck01",
    "neck03": "neck02",
    "head": "neck03",
}
_SPINE_SHARE = (("spine05", 0.28), ("spine04", 0.22), ("spine03", 0.2), ("spine02", 0.15), ("spine01", 0.15))
_NECK_SHARE = (("neck01", 0.25), ("neck02", 0.25), ("neck03", 0.2), ("head", 0.3))
_SHRUG_START_DEG = 30.0


def pose(body: Body, controls: Controls) -> Pose:
    """Bones of `body` under `controls`."""
    return _Poser(body, controls).run()


class _Poser:
    """Fills in the bones from the root outward."""

    def __init__(self, body: Body, controls: Controls) -> None:
        self.body, self.controls, self.size = body, controls, dimensions(body)
        self.rotation = np.zeros((controls.count, len(BONES), 3, 3))
        self.heads = np.zeros((controls.count, len(BONES), 3))

    def run(self) -> Pose:
        c = self.controls
        self._pelvis()
        self._chain(_SPINE_SHARE, (c.trunk_flexion, c.trunk_lateral, c.trunk_rotation))
        self._chain(_NECK_SHARE, (c.head_flexion, c.head_lateral, c.head_rotation))
        self._eyes()
        for side in SIDES:
            self._girdle(side)
        for side in SIDES:
            self._arm(side, c.arms[side])
            self._leg(side, c.legs[side])
        self._place()
        return Pose(self.rotation, self.heads)

    def _full(self, value: Array | float) -> Array:
        return np.broadcast_to(np.asarray(value, dtype=float), (self.controls.count,))

    def _set(self, bone: str, rotation: Array, head: Array) -> None:
        self.rotation[:, BONE_INDEX[bone]] = rotation
        self.heads[:, BONE_INDEX[bone]] = head

    def _attach(self, bone: str, rotation: Array, parent: str) -> None:
        """Put a bone where its parent carries it."""
        p = BONE_INDEX[parent]
        offset = self.body.head(bone) - self.body.head(parent)
        self._set(bone, rotation, self.heads[:, p] + apply(self.rotation[:, p], offset))

    def _bend(self, flexion: Array | float, lateral: Array | float, rotation: Array | float) -> Array:
        """Flexion forward, lateral to the right, rotation to the left, about a body facing -y."""
        return turn(Z, self._full(rotation)) @ turn(-Y, self._full(lateral)) @ turn(X, self._full(flexion))

    def _pelvis(self) -> None:
        c = self.controls
        rotation = self._bend(c.pelvis_tilt, c.pelvis_lateral, c.pelvis_rotation)
        middle = (self.body.head("upperleg01.L") + self.body.head("upperleg01.R")) / 2.0
        self._set("root", rotation, c.pelvis_m + apply(rotation, self.body.head("root") - middle))
        for side in SIDES:
            self._attach(f"upperleg01.{side}", rotation, "root")

    def _chain(self, shares: tuple[tuple[str, float], ...], bend: tuple[Array | float, ...]) -> None:
        for bone, share in shares:
            parent = _PARENTS[bone]
            local = self._bend(*(self._full(v) * share for v in bend))
            self._attach(bone, self.rotation[:, BONE_INDEX[parent]] @ local, parent)

    def _eyes(self) -> None:
        c = self.controls
        local = turn(Z, self._full(c.gaze_left)) @ turn(-X, self._full(c.gaze_up))
        for side in SIDES:
            self._attach(f"eye.{side}", self.rotation[:, BONE_INDEX["head"]] @ local, "head")

    def _girdle(self, side: str) -> None:
        """The shoulder girdle lifts with the arm (scapulohumeral rhythm) and with a shrug."""
        arm, thorax = self.controls.arms[side], self.rotation[:, BONE_INDEX["spine01"]]
        raised = np.clip(self._full(arm.elevation) - _SHRUG_START_DEG, 0.0, None)
        forward = np.sin(np.radians(self._full(arm.plane)))
        lift = 0.22 * raised + self._full(arm.shrug)
        local = turn(Z, -_OUTWARD[side] * 0.08 * raised * forward) @ turn(-_OUTWARD[side] * Y, lift)
        self._attach(f"clavicle.{side}", thorax @ partial(local, 0.75), "spine01")
        self._attach(f"shoulder01.{side}", thorax @ local, f"clavicle.{side}")
        self._attach(f"upperarm01.{side}", thorax @ local, f"shoulder01.{side}")

    def _trunk_axes(self, left: str, right: str) -> tuple[Array, Array, Array]:
        """(left, up, forward) of the trunk, orthogonal, from a pair of joints and the mid-hip to neck axis."""
        middle = self.controls.pelvis_m
        up = unit(self.heads[:, BONE_INDEX["neck01"]] - middle)
        across = self.heads[:, BONE_INDEX[left]] - self.heads[:, BONE_INDEX[right]]
        lateral = unit(across - dot(across, up)[:, None] * up)
        return lateral, up, np.cross(lateral, up)

    def _arm(self, side: str, arm: Arm) -> None:
        left, up, forward = self._trunk_axes("upperarm01.L", "upperarm01.R")
        outward = _OUTWARD[side] * left
        e, p = (np.radians(self._full(v))[:, None] for v in (arm.elevation, arm.plane))
        swing_axis = unit(np.cross(-up, np.cos(p) * outward + np.sin(p) * forward))
        humerus = -np.cos(e) * up + np.sin(e) * (np.cos(p) * outward + np.sin(p) * forward)
        neutral_bend = apply(turn(swing_axis, self._full(arm.elevation)), forward)
        bend = apply(turn(humerus, -_OUTWARD[side] * self._full(arm.rotation)), neutral_bend)
        shoulder, elbow, wrist = (self.body.head(f"{b}.{side}") for b in ("upperarm01", "lowerarm01", "wrist"))
        rest = frame(elbow - shoulder, wrist - elbow)
        full = frame(humerus, bend) @ rest.T
        carried = self.rotation[:, BONE_INDEX[f"shoulder01.{side}"]]
        swing = shortest(apply(carried, elbow - shoulder), humerus) @ carried
        half = swing @ partial(np.swapaxes(swing, -1, -2) @ full, 0.5)
        self._set(f"upperarm01.{side}", half, self.heads[:, BONE_INDEX[f"upperarm01.{side}"]])
        self._attach(f"upperarm02.{side}", full, f"upperarm01.{side}")
        self._attach(f"lowerarm01.{side}", full, f"upperarm02.{side}")
        self._forearm(side, arm, humerus, bend)

    def _forearm(self, side: str, arm: Arm, humerus: Array, bend: Array) -> None:
        head = self.heads[:, BONE_INDEX[f"upperarm01.{side}"]]
        shoulder, elbow, wrist = (self.body.head(f"{b}.{side}") for b in ("upperarm01", "lowerarm01", "wrist"))
        elbow_now = head + np.linalg.norm(elbow - shoulder) * humerus
        hinge = np.cross(humerus, bend)
        rest = frame(elbow - shoulder, wrist - elbow)
        rest_flexion = np.degrees(np.arctan2(dot(wrist - elbow, rest[:, 1]), dot(wrist - elbow, rest[:, 0])))
        upper = np.stack([humerus, bend, hinge], axis=-1) @ rest.T
        fore = turn(hinge, self._full(arm.elbow) - rest_flexion) @ upper
        along = unit(apply(fore, wrist - elbow))
        self._set(f"lowerarm01.{side}", fore, elbow_now)
        twisted = turn(along, _OUTWARD[side] * self._full(arm.pronation) * 0.5) @ fore
        self._attach(f"lowerarm02.{side}", twisted, f"lowerarm01.{side}")
        hand = turn(along, _OUTWARD[side] * self._full(arm.pronation)) @ fore
        palm = turn(apply(hand, rest[:, 2]), self._full(arm.wrist)) @ hand
        self._set(f"wrist.{side}", palm, elbow_now + np.linalg.norm(wrist - elbow) * along)

    def _leg(self, side: str, leg: Leg) -> None:
        foot = turn(Z, _OUTWARD[side] * self._full(leg.toe_out)) @ turn(X, self._full(leg.heel_raise))
        thigh, shank, hinge = self._planted(side, leg, foot) if leg.planted else self._free(side, leg)
        self._thigh(side, thigh, hinge)
        self._shank(side, shank, hinge)
        if not leg.planted:
            neutral = np.stack([hinge, np.cross(-shank, hinge), -shank], axis=-1)
            foot = neutral @ turn(-X, self._full(leg.ankle))
        self._attach(f"foot.{side}", foot, f"lowerleg02.{side}")
        flat = foot @ turn(-X, self._full(leg.heel_raise)) if leg.planted else foot
        self._attach(f"toes.{side}", flat, f"foot.{side}")

    def _free(self, side: str, leg: Leg) -> tuple[Array, Array, Array]:
        """Directions of thigh and shank and the knee's axis (flexion positive about it) from joint angles."""
        left, up, forward = self._trunk_axes("upperleg01.L", "upperleg01.R")
        outward = _OUTWARD[side] * left
        flexion, abduction = (np.radians(self._full(v))[:, None] for v in (leg.hip_flexion, leg.hip_abduction))
        thigh = np.cos(abduction) * (np.sin(flexion) * forward - np.cos(flexion) * up) + np.sin(abduction) * outward
        back = -np.cos(flexion) * forward - np.sin(flexion) * up
        bend = unit(back - dot(back, thigh)[:, None] * thigh)
        bend = apply(turn(thigh, -_OUTWARD[side] * self._full(leg.rotation)), bend)
        hinge = np.cross(thigh, bend)
        return thigh, apply(turn(hinge, self._full(leg.knee)), thigh), hinge

    def _planted(self, side: str, leg: Leg, foot: Array) -> tuple[Array, Array, Array]:
        """The same for a foot that stays on the floor: two-bone inverse kinematics."""
        size, hip = self.size, self.heads[:, BONE_INDEX[f"upperleg01.{side}"]]
        x, y = (self._full(v) for v in leg.foot_m)
        flat = np.stack([x, y, np.full_like(x, size.ankle)], axis=-1)
        to_toes = self.body.head(f"toes.{side}") - self.body.head(f"foot.{side}")
        yaw = foot @ turn(-X, self._full(leg.heel_raise))
        ankle = flat + apply(yaw, to_toes) - apply(foot, to_toes)
        along = unit(ankle - hip)
        reach = np.clip(np.linalg.norm(ankle - hip, axis=-1), None, (size.thigh + size.shank) * 0.9999)
        cosine = (size.thigh**2 + reach**2 - size.shank**2) / (2.0 * size.thigh * reach)
        opening = np.arccos(np.clip(cosine, -1.0, 1.0))[:, None]
        hint = apply(turn(Z, _OUTWARD[side] * self._full(leg.knee_out)) @ yaw, -Y)
        front = unit(hint - dot(hint, along)[:, None] * along)
        thigh = np.cos(opening) * along + np.sin(opening) * front
        shank = unit(hip + reach[:, None] * along - (hip + size.thigh * thigh))
        return thigh, shank, unit(np.cross(along, -front))

    def _rest_thigh(self, side: str) -> Array:
        """Axes (along the thigh, backward, knee axis) at rest as columns."""
        return frame(self.body.head(f"lowerleg01.{side}") - self.body.head(f"upperleg01.{side}"), Y)

    def _thigh(self, side: str, thigh: Array, hinge: Array) -> None:
        rest, first = self._rest_thigh(side), f"upperleg01.{side}"
        full = np.stack([thigh, np.cross(hinge, thigh), hinge], axis=-1) @ rest.T
        swing = shortest(apply(self.rotation[:, 0], rest[:, 0]), thigh) @ self.rotation[:, 0]
        half = swing @ partial(np.swapaxes(swing, -1, -2) @ full, 0.5)
        self._set(first, half, self.heads[:, BONE_INDEX[first]])
        self._attach(f"upperleg02.{side}", full, first)
        # The knee sits where the thigh's direction puts it, whatever the twist between the two thigh bones did.
        knee = (
            self.heads[:, BONE_INDEX[first]]
            + np.linalg.norm(self.body.head(f"lowerleg01.{side}") - self.body.head(first)) * thigh
        )
        self._set(f"lowerleg01.{side}", full, knee)

    def _shank(self, side: str, shank: Array, hinge: Array) -> None:
        rest_hinge = self._rest_thigh(side)[:, 2]
        rest = frame(self.body.head(f"foot.{side}") - self.body.head(f"lowerleg01.{side}"), rest_hinge)
        rotation = frame(shank, hinge) @ rest.T
        self._set(f"lowerleg01.{side}", rotation, self.heads[:, BONE_INDEX[f"lowerleg01.{side}"]])
        self._attach(f"lowerleg02.{side}", rotation, f"lowerleg01.{side}")

    def _place(self) -> None:
        """Ground the body, turn it to its heading and carry it along."""
        c = self.controls
        if c.ground:
            self.heads[..., 2] -= self._lowest()[:, None]
        heading = turn(Z, self._full(c.heading))
        self.rotation = heading[:, None] @ self.rotation
        self.heads = np.einsum("tij,tbj->tbi", heading, self.heads)
        if c.travel_m is not None:
            self.heads = self.heads + c.travel_m[:, None]

    def _lowest(self) -> Array:
        """Height of the lowest point of both soles."""
        lows = []
        for side in SIDES:
            for bone, point in sole_points(self.body, side):
                b = BONE_INDEX[bone]
                lows.append((self.heads[:, b] + apply(self.rotation[:, b], point - self.body.head(bone)))[:, 2])
        return np.min(lows, axis=0)


def sole_points(body: Body, side: str) -> tuple[tuple[str, Array], ...]:
    """(bone, rest position) of the lowest point of the heel, the ball of the foot and the toes."""
    foot = body.vertices[body.part == f"foot.{side}"]
    low = foot[foot[:, 2] < foot[:, 2].min() + 0.03]
    toes = body.head(f"toes.{side}")
    ball = np.array([toes[0], toes[1], low[:, 2].min()])
    heel, tip = low[low[:, 1].argmax()].copy(), low[low[:, 1].argmin()].copy()
    heel[2] = tip[2] = low[:, 2].min()
    return ((f"foot.{side}", heel), (f"foot.{side}", ball), (f"toes.{side}", tip))
