"""Draws people in a room with OpenGL on the processor (EGL, no display)."""

from dataclasses import dataclass
from typing import Any

import moderngl
import numpy as np
import numpy.typing as npt

from tests.synthetic import shaders
from tests.synthetic.camera import Camera
from tests.synthetic.rotations import Array
from tests.synthetic.scene import Room, light_matrix, room_mesh
from tests.synthetic.wardrobe import LAYERS, Figure, Floats

Picture = npt.NDArray[np.uint8]
_SHADOW_SIZE = 512
_NOISE_SIZE = 256
_SAMPLES = 4
_FLOOR_SHADOW_M = 1.7


@dataclass(frozen=True, slots=True)
class _Actor:
    """Buffers and texture of one person."""

    moving: Any
    drawn: Any
    depth: Any
    texture: Any


class Painter:
    """The OpenGL context and its programs; shared by all scenes of a process."""

    def __init__(self) -> None:
        self.context = moderngl.create_context(standalone=True, backend="egl")
        self.context.gc_mode = "auto"  # buffers go with the Python objects that hold them; many clips fill memory else
        make = self.context.program
        self.person = make(shaders.PERSON_VERTEX, fragment_shader=shaders.PERSON_FRAGMENT)
        self.room = make(shaders.ROOM_VERTEX, fragment_shader=shaders.ROOM_FRAGMENT)
        self.depth = make(shaders.DEPTH_VERTEX, fragment_shader=shaders.DEPTH_FRAGMENT)
        self.floor_shadow = make(shaders.FLOOR_SHADOW_VERTEX, fragment_shader=shaders.FLOOR_SHADOW_FRAGMENT)
        self.noise = noise_texture(self.context)
        self._paint = make(shaders.PAINT_VERTEX, fragment_shader=shaders.PAINT_FRAGMENT)

    def texture(self, figure: Figure, beard: float, detail: int) -> moderngl.TextureArray:
        """Paint a figure's colours: one square layer of `detail` pixels for skin and for each piece of clothing."""
        surface = self.context.buffer(np.ascontiguousarray(figure.surface[:, :3]).tobytes())
        paint = self.context.buffer(figure.paint.tobytes())
        attributes = ("in_template", "in_colour", "in_second", "in_paint")
        layout = [(surface, "3f", "in_surface"), (paint, "3f 3f 3f 2f", *attributes)]
        target = self.context.framebuffer(self.context.renderbuffer((detail, detail), 4))
        self._paint["beard"].value = beard
        self.noise.use(0)
        layers = []
        for layer in range(LAYERS):
            faces = figure.faces[figure.layer == layer]
            target.use()
            target.clear(*_background(figure, faces), 1.0)
            if len(faces):
                index = self.context.buffer(faces.tobytes())
                self.context.disable(moderngl.DEPTH_TEST)
                self.context.vertex_array(self._paint, layout, index_buffer=index).render()
            layers.append(target.read(components=4))
        texture = self.context.texture_array((detail, detail, LAYERS), 4, b"".join(layers))
        texture.build_mipmaps()
        return texture


def _background(figure: Figure, faces: npt.NDArray[np.int32]) -> tuple[float, ...]:
    """Mean colour of a layer, so that its seams do not show."""
    if not len(faces):
        return (0.0, 0.0, 0.0)
    return tuple(float(c) for c in np.sqrt(figure.paint[faces[:, 0], 3:6].mean(axis=0)))


class Stage:
    """One scene: a room, a fixed camera and some people. Close it to free the buffers."""

    def __init__(self, painter: Painter, room: Room, camera: Camera) -> None:
        self._painter, self._room, self._camera = painter, room, camera
        context, size = painter.context, (camera.width, camera.height)
        self._canvas, self._empty = (
            context.framebuffer(
                context.renderbuffer(size, 3, samples=_SAMPLES), context.depth_renderbuffer(size, samples=_SAMPLES)
            )
            for _ in range(2)
        )
        self._flat = context.framebuffer(context.renderbuffer(size, 3))
        self._shadow_texture = context.depth_texture((_SHADOW_SIZE, _SHADOW_SIZE))
        self._shadow_texture.compare_func = "<="
        self._shadow = context.framebuffer(depth_attachment=self._shadow_texture)
        self._actors: list[_Actor] = []
        self._floor = self._floor_quad()
        self._light_up()
        self._draw_room()

    def add(self, figure: Figure, beard: float, detail: int = 512) -> int:
        """Put a person on the stage; returns their number."""
        context, painter = self._painter.context, self._painter
        moving = context.buffer(reserve=len(figure.vertices) * 24, dynamic=True)
        surface = context.buffer(figure.surface.tobytes())
        faces = context.buffer(figure.faces.tobytes())
        drawn = context.vertex_array(
            painter.person,
            [(moving, "3f 3f", "in_position", "in_normal"), (surface, "4f", "in_surface")],
            index_buffer=faces,
        )
        depth = context.vertex_array(painter.depth, [(moving, "3f 12x", "in_position")], index_buffer=faces)
        self._actors.append(_Actor(moving, drawn, depth, painter.texture(figure, beard, detail)))
        return len(self._actors) - 1

    def move(self, actor: int, vertices: Floats, normals: Floats) -> None:
        """New vertex positions and normals of a person."""
        self._actors[actor].moving.write(np.concatenate([vertices, normals], axis=1).astype(np.float32).tobytes())

    def picture(self) -> Picture:
        """(H, W, 3) RGB of what the camera sees now."""
        context = self._painter.context
        self._cast_shadows()
        context.copy_framebuffer(self._canvas, self._empty)
        self._canvas.use()
        self._shadow_texture.use(1)
        context.enable(moderngl.DEPTH_TEST)
        self._multiply_floor_shadow()
        for actor in self._actors:
            actor.texture.use(2)
            actor.drawn.render()
        context.copy_framebuffer(self._flat, self._canvas)
        raw = np.frombuffer(self._flat.read(components=3, alignment=1), dtype=np.uint8)
        return raw.reshape(self._camera.height, self._camera.width, 3)[::-1]

    def close(self) -> None:
        """Free what the stage holds."""
        for thing in (self._canvas, self._empty, self._flat, self._shadow, self._shadow_texture):
            thing.release()
        for actor in self._actors:
            for part in (actor.moving, actor.drawn, actor.depth, actor.texture):
                part.release()

    def _draw_room(self) -> None:
        """The empty room with the shadows of its furniture."""
        painter, context = self._painter, self._painter.context
        mesh = room_mesh(self._room)
        count = 30 * len(self._room.boxes)
        boxes = np.ascontiguousarray(mesh[len(mesh) - count :, :3])
        self._shadow.use()
        self._shadow.clear(depth=1.0)
        context.enable(moderngl.DEPTH_TEST)
        if count:
            buffer = context.buffer(boxes.tobytes())
            context.vertex_array(painter.depth, [(buffer, "3f", "in_position")]).render()
        names = ("in_position", "in_normal", "in_colour", "in_second", "in_surface")
        drawn = context.vertex_array(painter.room, [(context.buffer(mesh.tobytes()), "3f 3f 3f 3f 3f", *names)])
        self._empty.use()
        self._empty.clear(0.5, 0.5, 0.5, depth=1.0)
        self._shadow_texture.use(1)
        painter.noise.use(0)
        drawn.render()

    def _floor_quad(self) -> Any:
        """A piece of floor around the origin, a hair above it, to receive shadows."""
        m, z = _FLOOR_SHADOW_M, 0.004
        corners = np.array([[-m, -m, z], [m, -m, z], [m, m, z], [-m, -m, z], [m, m, z], [-m, m, z]], dtype=np.float32)
        context = self._painter.context
        return context.vertex_array(
            self._painter.floor_shadow, [(context.buffer(corners.tobytes()), "3f", "in_position")]
        )

    def _multiply_floor_shadow(self) -> None:
        context = self._painter.context
        context.enable(moderngl.BLEND)
        context.blend_func = moderngl.DST_COLOR, moderngl.ZERO
        self._floor.render()
        context.disable(moderngl.BLEND)

    def _light_up(self) -> None:
        """Tell every program the light and the camera."""
        light, painter = self._room.light, self._painter
        towards = np.array(light.direction) / np.linalg.norm(light.direction)
        values: dict[str, Any] = {
            "noise_map": 0,
            "shadow_map": 1,
            "skin_map": 2,
            "light_direction": tuple(towards),
            "light_colour": light.colour,
            "sky": light.sky,
            "bounce": light.bounce,
            "exposure": light.exposure,
        }
        matrices = {"light_matrix": _bytes(light_matrix(light)), "clip": _bytes(self._camera.matrix())}
        for program in (painter.person, painter.room, painter.floor_shadow):
            for name in program:
                if name in values:
                    program[name].value = values[name]
                elif name in matrices:
                    program[name].write(matrices[name])
        painter.depth["clip"].write(matrices["light_matrix"])

    def _cast_shadows(self) -> None:
        self._shadow.use()
        self._shadow.clear(depth=1.0)
        self._painter.context.enable(moderngl.DEPTH_TEST)
        for actor in self._actors:
            actor.depth.render()


def _bytes(matrix: Array) -> bytes:
    """Column-major float32, as OpenGL wants it."""
    return matrix.T.astype(np.float32).tobytes()


def noise_texture(context: moderngl.Context) -> moderngl.Texture:
    """Tileable noise with several octaves, the same in every run."""
    rng = np.random.default_rng(7)
    total = np.zeros((_NOISE_SIZE, _NOISE_SIZE))
    for octave, weight in ((8, 0.35), (32, 0.3), (128, 0.2), (256, 0.15)):
        grid = rng.random((octave, octave))
        index = np.arange(_NOISE_SIZE) * octave / _NOISE_SIZE
        low, share = index.astype(int) % octave, index % 1.0
        high = (low + 1) % octave
        rows = grid[low] * (1 - share)[:, None] + grid[high] * share[:, None]
        total += weight * (rows[:, low] * (1 - share) + rows[:, high] * share)
    total = (total - total.mean()) / (4.0 * total.std()) + 0.5
    texture = context.texture((_NOISE_SIZE, _NOISE_SIZE), 1, (np.clip(total, 0, 1) * 255).astype(np.uint8).tobytes())
    texture.filter = (moderngl.LINEAR, moderngl.LINEAR)
    return texture
