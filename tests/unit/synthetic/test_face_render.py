"""One person of a face set, really rendered."""

import numpy as np
import pytest

pytest.importorskip("anny", reason="the rendered patient needs requirements-dev-synthetic.txt")
pytest.importorskip("moderngl", reason="the rendered patient needs requirements-dev-synthetic.txt")

from dataclasses import replace

from tests.synthetic.anny_source import People
from tests.synthetic.face_glasses import wear
from tests.synthetic.face_head import Head, cut_head
from tests.synthetic.face_identity import Glasses, Identity, draw_identity, moved
from tests.synthetic.face_shot import draw_setting, draw_shot
from tests.synthetic.face_studio import Studio, creases
from tests.synthetic.rotations import Array
from tests.synthetic.wardrobe import EYE, dress

FACE_PX = 120.0


Sitting = tuple[Studio, dict[str, Head], Identity, tuple[str, ...]]


@pytest.fixture(scope="module")
def sitting() -> Sitting:
    source = People()
    names = source.action_names
    who = draw_identity(4, names)
    body = source.make(who.traits)
    studio, head = Studio(), cut_head(body, dress(body, who.look))
    spectacles = Glasses(0.024, 0.018, 0.0015, 3.0, (0.0, 0.0, 0.0))
    paint = head.paint.copy()
    paint[paint[:, 6] == EYE, 3:6] = (1.0, 0.0, 1.0)
    heads = {"bare": head, "glasses": wear(body, head, spectacles), "other_iris": replace(head, paint=paint)}
    return studio, heads, who, names


def picture(sitting: Sitting, pose=(0.0, 0.0, 0.0), head="bare", **face: float) -> tuple[Array, float]:
    """Grey picture (side, side) with these actions on both sides, and the face's height."""
    studio, heads, who, names = sitting
    actions = np.array([[face.get(name.removesuffix("Left").removesuffix("Right"), 0.0) for name in names]])
    weights = moved(who, actions, names)
    studio.seat(heads[head], who)
    rng = np.random.default_rng(2)
    setting = draw_setting(rng, 0.3)
    setting = replace(setting, light=replace(setting.light, exposure=1.0, direction=(0.2, 0.5, 1.0)))
    shot = replace(draw_shot(rng, pose, FACE_PX), off_px=(0.0, 0.0), crop_px=300)
    image, face_px = studio.take(weights[0], creases(who, weights, names)[0], shot, setting)
    return np.asarray(image.resize((300, 300)), dtype=float).mean(axis=2), face_px


def changed(one: Array, other: Array) -> tuple[float, float]:
    """Middle height (share of the picture, from the top) of what differs, and how many pixels."""
    different = np.abs(one - other) > 6.0
    rows = np.flatnonzero(different.any(axis=1))
    return (float(rows.mean()) / len(one) if len(rows) else np.nan), int(different.sum())


def test_a_face_has_the_height_asked_for(sitting):
    assert picture(sitting)[1] == pytest.approx(FACE_PX, rel=0.08)


def test_actions_change_the_picture_where_they_work(sitting):
    neutral, _ = picture(sitting)
    assert changed(neutral, picture(sitting)[0])[1] == 0
    brows, _ = changed(neutral, picture(sitting, browDown=1.0)[0])
    lids, _ = changed(neutral, picture(sitting, eyeBlink=1.0)[0])
    jaw, _ = changed(neutral, picture(sitting, jawOpen=1.0)[0])
    assert brows < lids < jaw
    assert min(changed(neutral, picture(sitting, **{name: 1.0})[0])[1] for name in ("browDown", "noseSneer")) > 60


def _iris_pixels(sitting: Sitting, **face: float) -> int:
    return changed(picture(sitting, **face)[0], picture(sitting, head="other_iris", **face)[0])[1]


def test_shut_eyes_hide_the_iris_also_under_a_squint(sitting):
    assert _iris_pixels(sitting) > 20
    assert _iris_pixels(sitting, eyeBlink=1.0) == 0
    assert _iris_pixels(sitting, eyeBlink=1.0, eyeSquint=1.0, browDown=1.0) == 0


def test_a_turned_head_shows_more_of_its_other_side(sitting):
    """Yaw is positive to the person's left, the right of the picture."""
    left, _ = picture(sitting, (30.0, 0.0, 0.0))
    right, _ = picture(sitting, (-30.0, 0.0, 0.0))
    up, _ = picture(sitting, (0.0, 25.0, 0.0), jawOpen=0.7)
    closed_up, _ = picture(sitting, (0.0, 25.0, 0.0))
    down, _ = picture(sitting, (0.0, -25.0, 0.0), jawOpen=0.7)
    closed_down, _ = picture(sitting, (0.0, -25.0, 0.0))
    assert _mouth_column(sitting, 30.0) > 160 > 140 > _mouth_column(sitting, -30.0)
    assert changed(up, closed_up)[0] < changed(down, closed_down)[0]
    assert changed(left, right)[1] > 3000


def _mouth_column(sitting, yaw_deg: float) -> float:
    pose = (yaw_deg, 0.0, 0.0)
    different = np.abs(picture(sitting, pose, mouthSmile=1.0)[0] - picture(sitting, pose)[0]) > 6.0
    return float(np.flatnonzero(different.any(axis=0)).mean())


def test_glasses_are_dark_wires_around_the_eyes(sitting):
    bare, worn = picture(sitting)[0], picture(sitting, head="glasses")[0]
    height, count = changed(bare, worn)
    assert 0.38 < height < 0.56
    assert 150 < count < 4000
    assert worn.mean() < bare.mean()
