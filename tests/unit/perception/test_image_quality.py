from functools import cache

import numpy as np
import pytest

from physio.perception.body_box import Box
from physio.perception.image_quality import LEARN_FRAMES, REFUSE_BELOW, BlurWatch, brightness

BOX = Box(40, 30, 280, 210)
TRUNK_PX = 64.0


@cache
def scene(seed: int = 0, noise: float = 3.0) -> np.ndarray:
    """Patches of all sizes, with a camera's noise. Read-only."""
    rng = np.random.default_rng(5)
    image = np.zeros((240, 320))
    for cell in (8, 16, 40):
        image += np.kron(rng.uniform(0, 80, (240 // cell, 320 // cell)), np.ones((cell, cell)))
    noisy = image + np.random.default_rng(seed).normal(0, noise, image.shape)
    made = np.repeat(np.clip(noisy, 0, 255).astype(np.uint8)[..., None], 3, axis=2)
    made.setflags(write=False)
    return made


def moved(image: np.ndarray, by_px: int, axis: int) -> np.ndarray:
    """image as a camera sees it that moves by so many pixels while it looks."""
    total = np.zeros(image.shape, np.uint32)
    for k in range(by_px):
        total += np.roll(image, k, axis=axis)
    return (total / by_px).astype(np.uint8)


@cache
def moved_scene(seed: int) -> np.ndarray:
    return moved(scene(seed), 40, 1)


def learnt() -> BlurWatch:
    watch = BlurWatch()
    for seed in range(LEARN_FRAMES):
        assert not watch.step(scene(seed), BOX, TRUNK_PX)
    return watch


def test_light_and_dark():
    assert brightness(np.full((48, 64, 3), 90, np.uint8)) == pytest.approx(90)
    image = scene()
    assert brightness(image, BOX) > 100
    assert brightness((image * 0.05).astype(np.uint8), BOX) < REFUSE_BELOW
    clothes = image.copy()
    clothes[60:200, 80:160] = 8  # dark clothes do not make it dark
    assert brightness(clothes, BOX) > 100
    lit = np.zeros((240, 320, 3), np.uint8)
    lit[BOX.top : BOX.bottom, BOX.left : BOX.right] = 120
    assert brightness(lit, BOX) == pytest.approx(120)
    assert np.isnan(brightness(lit, Box(5, 5, 5, 9)))


@pytest.mark.parametrize("axis", [0, 1])
def test_strong_blur_is_seen_in_either_direction_and_a_little_is_not(axis):
    watch = learnt()
    assert watch.step(moved(scene(99), 40, axis), BOX, TRUNK_PX)
    assert not watch.step(moved(scene(99), 3, axis), BOX, TRUNK_PX)
    assert not watch.step(scene(99), BOX, TRUNK_PX)


def test_what_is_always_blurred_is_usual():
    watch = BlurWatch()
    assert not any(watch.step(moved_scene(seed), BOX, TRUNK_PX) for seed in range(LEARN_FRAMES + 5))


def test_blur_is_not_learnt_as_usual():
    watch = learnt()
    assert all(watch.step(moved_scene(seed % LEARN_FRAMES), BOX, TRUNK_PX) for seed in range(3 * LEARN_FRAMES))


def test_noise_and_distance_do_not_count_as_sharpness():
    watch = learnt()
    noisy = np.clip(moved(scene(), 40, 1) + np.random.default_rng(1).normal(0, 6, (240, 320, 1)), 0, 255)
    assert watch.step(noisy.astype(np.uint8), BOX, TRUNK_PX)


def test_what_is_too_small_to_tell_is_not_blurred():
    watch = learnt()
    assert not watch.step(scene(), Box(10, 10, 14, 14), TRUNK_PX)
    assert not watch.step(scene(), Box(10, 10, 10, 10), TRUNK_PX)
    assert not BlurWatch().step(np.zeros((240, 320, 3), np.uint8), BOX, TRUNK_PX)
