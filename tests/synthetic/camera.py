"""A pinhole camera: where it stands and where points fall in its picture. Pure numpy."""

from dataclasses import dataclass

import numpy as np

from tests.synthetic.rotations import Array, Z, unit


@dataclass(frozen=True, slots=True)
class Camera:
    """position and target in world metres; roll to the right in degrees; focal length in pixels; picture size.

    Camera coordinates: x right, y down, z away from the camera, metres.
    """

    position_m: Array
    target_m: Array
    roll_deg: float
    focal_px: float
    width: int
    height: int

    def axes(self) -> Array:
        """(3, 3) world to camera rotation."""
        ahead = unit(self.target_m - self.position_m)
        right = unit(np.cross(ahead, Z))
        down = np.cross(ahead, right)
        c, s = np.cos(np.radians(self.roll_deg)), np.sin(np.radians(self.roll_deg))
        return np.stack([c * right + s * down, c * down - s * right, ahead])

    def to_camera(self, points: Array) -> Array:
        """World points (..., 3) in camera coordinates."""
        seen: Array = (points - self.position_m) @ self.axes().T
        return seen

    def project(self, points: Array) -> Array:
        """World points (..., 3) to pixels (..., 2), x right, y down, origin at the picture's top left corner."""
        seen = self.to_camera(points)
        middle = np.array([self.width / 2.0, self.height / 2.0])
        pixels: Array = self.focal_px * seen[..., :2] / seen[..., 2:] + middle
        return pixels

    def matrix(self, near_m: float = 0.1, far_m: float = 25.0) -> Array:
        """(4, 4) world to OpenGL clip space."""
        axes = self.axes()
        view = np.eye(4)
        view[:3, :3] = axes
        view[:3, 3] = -axes @ self.position_m
        fx, fy = 2.0 * self.focal_px / self.width, 2.0 * self.focal_px / self.height
        depth = (far_m + near_m) / (far_m - near_m)
        projection = np.array(
            [
                [fx, 0.0, 0.0, 0.0],
                [0.0, -fy, 0.0, 0.0],
                [0.0, 0.0, depth, -2.0 * far_m * near_m / (far_m - near_m)],
                [0.0, 0.0, 1.0, 0.0],
            ]
        )
        clip: Array = projection @ view
        return clip


def around(azimuth_deg: float, distance_m: float, height_m: float, target_m: Array) -> Array:
    """Camera position: azimuth 0 = in front of a person who faces -y, +90 = on their left; height above the floor."""
    a = np.radians(azimuth_deg)
    return np.array([target_m[0] + distance_m * np.sin(a), target_m[1] - distance_m * np.cos(a), height_m])
