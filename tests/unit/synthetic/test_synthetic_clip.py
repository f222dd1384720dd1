"""The whole generator, where its libraries are installed: the same seed gives the same truth, and pictures show it."""

import json
from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("anny", reason="the rendered patient needs requirements-dev-synthetic.txt")
pytest.importorskip("moderngl", reason="the rendered patient needs requirements-dev-synthetic.txt")

from tests.synthetic.anny_source import People
from tests.synthetic.camera import Camera
from tests.synthetic.draw import draw_face_plan, draw_plan
from tests.synthetic.movements import EXERCISES, MOVEMENTS
from tests.synthetic.performance import perform
from tests.synthetic.render import Painter, Stage
from tests.synthetic.skinning import Skin
from tests.synthetic.truthfile import clip_truth, record
from tests.synthetic.wardrobe import dress


@pytest.fixture(scope="module")
def people() -> People:
    return People()


def truth_text(people: People, seed: int, movement: str) -> str:
    performance = perform(draw_plan("clip", seed, movement, 4.0, 10.0), people)
    return json.dumps(record(performance, clip_truth(performance), "clip.mp4"), allow_nan=False)


def test_same_seed_same_truth_and_other_seed_other_truth(people):
    first = truth_text(people, 21, "squat")
    assert first == truth_text(People(), 21, "squat")
    assert first != truth_text(people, 22, "squat")


@pytest.mark.parametrize("movement", sorted(MOVEMENTS))
def test_every_movement_can_be_performed(people, movement):
    performance = perform(draw_plan("clip", 5, movement, 4.0, 10.0), people)
    known = clip_truth(performance)
    assert np.isfinite(known.points_px).all()
    knee = known.angles_deg[:, [i for i, n in enumerate(_names()) if n.startswith("knee_flexion")]]
    assert (knee >= 0.0).all()
    assert (knee < 150.0).all()
    assert known.points_m[..., 2].min() > 0.2, "nobody stands in the lens"


@pytest.mark.parametrize("movement", EXERCISES)
def test_exercises_reach_their_peak_when_the_plan_says_so(people, movement):
    plan = replace(draw_plan("clip", 8, movement, 8.0, 20.0), range_share=1.0)
    performance = perform(plan, people)
    reps = record(performance, clip_truth(performance), "clip.mp4")["reps"]
    assert reps
    assert all(rep["rom_deg"] > 15.0 for rep in reps)


def _names() -> list[str]:
    from physio.kinematics.angles import ANGLES

    return [angle.name for angle in ANGLES]


def test_picture_shows_the_body_where_the_truth_says(people):
    plan = replace(draw_plan("clip", 30, "lateral_raise", 2.0, 5.0), size=(320, 240), occluded=False, passer=None)
    p = perform(replace(plan, view=replace(plan.view, cut="", shake_px=0.0)), people)
    camera: Camera = p.camera
    stage = Stage(Painter(), replace(p.room, boxes=()), camera)
    empty = stage.picture().astype(int)
    figure = dress(p.body, plan.look)
    actor = stage.add(figure, 0.0)
    stage.move(actor, *Skin(p.body, figure).frame(p.pose.rotation[0], p.pose.heads[0], p.actions[0]))
    changed = np.abs(stage.picture().astype(int) - empty).sum(axis=2) > 12
    stage.close()
    known = clip_truth(p)
    for name in ("nose", "neck", "hip_l", "hip_r", "knee_l", "knee_r", "shoulder_l", "shoulder_r"):
        x, y = known.points_px[0, known.names.index(name)].astype(int)
        assert changed[max(y - 4, 0) : y + 5, max(x - 4, 0) : x + 5].any(), name
    assert 0.01 < changed.mean() < 0.4


def test_face_clips_start_neutral_and_then_hurt(people):
    plan = draw_face_plan("face", 3, 20.0, 10.0)
    known = clip_truth(perform(plan, people))
    assert known.pspi[known.t_s < 4.0].max() < 1.5
    assert {m.kind for m in plan.moments} > {"pain"}
    assert known.pspi.max() > 3.0
