"""The face as a small grey picture, turned upright: what a network of expressions looks at."""

import cv2
import numpy as np
import numpy.typing as npt

SIDE_PX = 64
_MARGIN = 1.05
_FACE_POINTS = 468
_RIGHT_EYE, _LEFT_EYE = (33, 133), (362, 263)


def aligned_grey(image: npt.NDArray[np.uint8], landmarks_px: npt.NDArray[np.floating]) -> npt.NDArray[np.uint8]:
    """(64, 64) grey: the eyes level, 1.05 times the larger extent of the 468 face landmarks wide, centred on their
    mean, area-averaged. image (H, W, 3) RGB; landmarks_px (478, 3) finite. Beyond the image its edge is repeated."""
    points = np.asarray(landmarks_px, dtype=float)[:, :2]
    across = points[list(_LEFT_EYE)].mean(axis=0) - points[list(_RIGHT_EYE)].mean(axis=0)
    across /= max(float(np.linalg.norm(across)), 1e-9)
    turn = np.array([[across[0], across[1]], [-across[1], across[0]]])
    face = points[:_FACE_POINTS]
    middle = face.mean(axis=0)
    side = _MARGIN * max(float(np.ptp(face @ turn.T, axis=0).max()), 1.0)
    times = max(1, int(np.ceil(side / SIDE_PX)))
    out = SIDE_PX * times
    matrix = turn * (out / side)
    shift = out / 2.0 - 0.5 - matrix @ (middle - 0.5)
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    large = cv2.warpAffine(
        grey, np.column_stack([matrix, shift]), (out, out), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    small: npt.NDArray[np.uint8] = cv2.resize(large, (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_AREA)
    return small
