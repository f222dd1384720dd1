"""Draws heads with OpenGL on the processor, only as large as the crop needs."""

from typing import Any

import moderngl
import numpy as np
from PIL import Image as Pictures

from tests.synthetic import face_shaders
from tests.synthetic.face_head import Head
from tests.synthetic.face_identity import Identity
from tests.synthetic.face_shot import Behind, Setting, Shot, camera_matrix, head_axes
from tests.synthetic.render import noise_texture
from tests.synthetic.rotations import Array, unit

_SIDES = (128, 192, 256, 384, 512, 704)
_FINEST_PX, _FINE_UP_TO_PX = 256, 320
_SHADOW_SIDE = 256
_SHADOW_REACH_M = 0.2
_FACE_WRINKLES: tuple[tuple[str, ...], ...] = (
    ("browDown",),
    ("browInnerUp", "browOuterUp"),
    ("noseSneer",),
    ("cheekSquint", "eyeSquint"),
    ("mouthSmile", "mouthUpperUp", "noseSneer"),
    ("mouthShrugLower",),
)
_DEPTH = (0.55, 0.35, 0.5, 0.4, 0.45, 0.4)
_ALWAYS = (0.12, 0.15, 0.0, 0.15, 0.25, 0.08)


class Studio:
    """The OpenGL context and its programs; one for a process. seat() a person, then take pictures."""

    def __init__(self) -> None:
        self._context = context = moderngl.create_context(standalone=True, backend="egl")
        context.gc_mode = "auto"
        self._person = context.program(face_shaders.VERTEX, fragment_shader=face_shaders.FRAGMENT)
        self._depth = context.program(face_shaders.DEPTH_VERTEX, fragment_shader=face_shaders.DEPTH_FRAGMENT)
        self._behind = context.program(face_shaders.BEHIND_VERTEX, fragment_shader=face_shaders.BEHIND_FRAGMENT)
        self._noise = noise_texture(context)
        self._noise.build_mipmaps()
        self._shadow_map = context.depth_texture((_SHADOW_SIDE, _SHADOW_SIDE))
        self._shadow_map.compare_func = "<="
        self._shadow = context.framebuffer(depth_attachment=self._shadow_map)
        self._canvases = {side: self._canvas(side) for side in _SIDES}
        corners = context.buffer(np.array([-1, -1, 3, -1, -1, 3], dtype=np.float32).tobytes())
        self._wall = context.vertex_array(self._behind, [(corners, "2f", "in_corner")])

    def _canvas(self, side: int) -> Any:
        c, size = self._context, (side, side)
        return c.framebuffer(c.renderbuffer(size, 3), c.depth_renderbuffer(size))

    def seat(self, head: Head, who: Identity) -> None:
        """Load a person's head."""
        c = self._context
        self._head = head
        self._moving = c.buffer(reserve=len(head.vertices) * 24, dynamic=True)
        paint, faces = c.buffer(head.paint.tobytes()), c.buffer(head.faces.tobytes())
        hair = c.buffer(head.open_faces.tobytes()) if len(head.open_faces) else None
        moving = (self._moving, "3f 3f", "in_position", "in_normal")
        names = ("in_template", "in_colour", "in_material")
        self._drawn = c.vertex_array(self._person, [moving, (paint, "3f 3f 3f", *names)], index_buffer=faces)
        self._hair = None
        if hair is not None:
            self._hair = c.vertex_array(self._person, [moving, (paint, "3f 3f 3f", *names)], index_buffer=hair)
        self._shape = c.vertex_array(self._depth, [(self._moving, "3f 12x", "in_position")], index_buffer=faces)
        brows, make_up = who.brows, who.make_up
        self._set(
            beard=who.look.beard,
            gloss=0.02 + 0.06 * (who.seed % 7) / 6.0,
            freckles=0.12 if who.tone < 0.35 and who.seed % 6 == 0 else 0.0,
            hair_colour=who.look.hair,
            brow_colour=brows.colour,
            brow_shape=(brows.raise_m, brows.thickness, brows.length, brows.slope_m),
            brow_strength=brows.strength,
            lip_paint=(*make_up.lip_colour, make_up.lips),
            lid_paint=(*make_up.shadow_colour, make_up.shadow),
            liner=make_up.liner,
        )

    def take(self, weights: Array, creases: Array, shot: Shot, setting: Setting) -> tuple[Pictures.Image, float]:
        """The picture (not yet scaled to the crop), and the face's height in pixels of the crop."""
        vertices, normals = self._head.moved(weights)
        self._moving.write(np.concatenate([vertices, normals], axis=1).tobytes())
        axes = head_axes(shot.yaw_deg, shot.pitch_deg, shot.roll_deg)
        tall_m = float(np.linalg.norm(self._head.vertices[self._head.forehead] - self._head.vertices[self._head.chin]))
        distance = tall_m * setting.focal_px / shot.face_px
        distance = float(np.clip(distance, 0.38, 4.0))
        focal = shot.face_px * distance / tall_m
        matrix = camera_matrix(axes, distance, focal, shot)
        self._light_up(axes, distance, setting)
        self._set(creases=[float(v) for v in creases])
        ends = np.ones((2, 4))
        ends[:, :3] = vertices[[self._head.forehead, self._head.chin]]
        seen = ends @ matrix.T
        place = 0.5 * shot.crop_px * seen[:, :2] / seen[:, 3:]
        return self._draw(matrix, setting.behind, shot.crop_px), float(np.linalg.norm(place[0] - place[1]))

    def _draw(self, matrix: Array, behind: Behind, crop_px: int) -> Pictures.Image:
        """Small pictures are drawn larger, to be averaged down: that smooths their edges."""
        side = max(crop_px, min(max(_FINEST_PX, round(1.4 * crop_px)), _FINE_UP_TO_PX, 3 * crop_px))
        canvas = self._canvases[next(s for s in _SIDES if s >= side)]
        c = self._context
        canvas.use()
        canvas.viewport = (0, 0, side, side)
        canvas.clear(depth=1.0, viewport=(0, 0, side, side))
        c.disable(moderngl.DEPTH_TEST | moderngl.CULL_FACE)
        self._noise.use(0)
        self._shadow_map.use(1)
        self._paint_wall(behind)
        c.enable(moderngl.DEPTH_TEST | moderngl.CULL_FACE)
        self._person["clip"].write(_bytes(matrix))
        self._drawn.render()
        if self._hair is not None:
            c.disable(moderngl.CULL_FACE)
            self._hair.render()
        raw = canvas.read(viewport=(0, 0, side, side), components=3, alignment=1)
        return Pictures.frombuffer("RGB", (side, side), raw, "raw", "RGB", 0, -1)

    def _paint_wall(self, behind: Behind) -> None:
        values = {"first": behind.first, "second": behind.second, "third": behind.third}
        for name, value in (values | {"cloud": behind.cloud, "edges": behind.patch, "noise_map": 0}).items():
            self._behind[name].value = value
        self._wall.render()

    def _light_up(self, axes: Array, distance_m: float, setting: Setting) -> None:
        light = setting.light
        towards = unit(np.array(light.direction)) @ axes
        matrix = _light_matrix(towards)
        self._set(
            light_direction=tuple(towards),
            light_colour=light.colour,
            sky=light.sky,
            bounce=light.bounce,
            exposure=light.exposure,
            eye_at=tuple(distance_m * axes[2]),
            noise_map=0,
            shadow_map=1,
        )
        self._person["light_matrix"].write(_bytes(matrix))
        self._depth["clip"].write(_bytes(matrix))
        self._shadow.use()
        self._shadow.clear(depth=1.0)
        self._context.disable(moderngl.CULL_FACE)
        self._context.enable(moderngl.DEPTH_TEST)
        self._shape.render()

    def _set(self, **values: Any) -> None:
        for name, value in values.items():
            self._person[name].value = value


def creases(who: Identity, actions: Array, names: tuple[str, ...]) -> Array:
    """(n, 6) how deep the folds of skin are: frown, forehead, nose, eyes, cheeks, chin; from (n, A) displacements."""
    index = {name: i for i, name in enumerate(names)}
    columns = []
    for parts, depth, always in zip(_FACE_WRINKLES, _DEPTH, _ALWAYS, strict=True):
        own = [i for name, i in index.items() if name.removesuffix("Left").removesuffix("Right") in parts]
        strength = np.clip(actions[:, own].mean(axis=1) * (1.4 if len(parts) > 1 else 1.0), 0.0, 1.0)
        columns.append(always * who.lines + depth * who.wrinkles * strength)
    return np.stack(columns, axis=1)


def _light_matrix(towards: Array) -> Array:
    side = unit(np.cross(np.array([0.0, 1.0, 0.0]) if abs(towards[1]) < 0.9 else np.array([1.0, 0.0, 0.0]), towards))
    matrix = np.eye(4)
    matrix[:3, :3] = np.stack([side, np.cross(towards, side), -towards]) / np.array(
        [[_SHADOW_REACH_M], [_SHADOW_REACH_M], [0.5]]
    )
    return matrix


def _bytes(matrix: Array) -> bytes:
    """Column-major float32, as OpenGL wants it."""
    return matrix.T.astype(np.float32).tobytes()
