"""Face sets without a renderer: what is drawn, what counts as true, and what is read back."""

import io

import cv2
import numpy as np
import pytest
from PIL import Image as Pictures

from physio.perception.appearance import aligned_grey
from tests.synthetic import truth
from tests.synthetic.face_glasses import _tube
from tests.synthetic.face_head import Head
from tests.synthetic.face_identity import draw_identity, moved
from tests.synthetic.face_mixtures import KINDS, SHARES, draw_face
from tests.synthetic.face_reading import joined, kept_path, pictures
from tests.synthetic.face_sequences import draw_sequences
from tests.synthetic.face_shot import Film, camera_matrix, draw_setting, draw_shot, head_axes
from tests.synthetic.face_stills import draw_stills

_SIDED = ("browDown", "browOuterUp", "cheekSquint", "eyeBlink", "eyeLookDown", "eyeLookIn", "eyeLookOut", "eyeLookUp",
          "eyeSquint", "eyeWide", "mouthDimple", "mouthFrown", "mouthLowerDown", "mouthPress", "mouthSmile",
          "mouthStretch", "mouthUpperUp", "noseSneer")  # fmt: skip
_WHOLE = ("browInnerUp", "cheekPuff", "jawForward", "jawLeft", "jawOpen", "jawRight", "mouthClose", "mouthFunnel",
          "mouthLeft", "mouthPucker", "mouthRight", "mouthRollLower", "mouthRollUpper", "mouthShrugLower",
          "mouthShrugUpper", "tongueOut")  # fmt: skip
NAMES = tuple(sorted([*_WHOLE, *(f"{name}{side}" for name in _SIDED for side in ("Left", "Right"))]))
LIDS = ("eyeBlink", "eyeWide", "eyeSquint")


def generator(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def faces(kind: str, count: int = 150) -> list[dict[str, float]]:
    rng = generator(8)
    return [draw_face(rng, kind, NAMES) for _ in range(count)]


def column(actions: np.ndarray, name: str) -> np.ndarray:
    return actions[:, NAMES.index(name)]


def test_there_are_52_actions():
    assert len(NAMES) == 52


def test_the_truth_knows_nothing_of_the_resting_face():
    who = draw_identity(5, NAMES)
    assert who.resting.max() > 0.05
    stills = draw_stills(generator(1), NAMES, 12, 0.3)
    neutral = stills.actions[:5, [not name.startswith("eyeLook") for name in NAMES]]
    assert stills.kinds[:5] == ("neutral",) * 5
    assert not neutral.any()
    np.testing.assert_allclose(moved(who, np.zeros((1, 52)), NAMES)[0], who.resting)


def test_gains_and_resting_face_move_the_mesh():
    who = draw_identity(5, NAMES)
    actions = np.full((1, 52), 0.4)
    actions[0, NAMES.index("mouthClose")] = 0.0
    expected = who.resting + 0.4 * who.gains
    own = [i for i, name in enumerate(NAMES) if not name.startswith((*LIDS, "mouthClose"))]
    np.testing.assert_allclose(moved(who, actions, NAMES)[0, own], expected[own])
    assert who.gains.min() >= 0.75
    assert who.gains.max() <= 1.25
    assert np.ptp(who.gains) > 0.3


def test_a_full_blink_shuts_every_eye():
    actions = np.zeros((1, 52))
    actions[0, [NAMES.index("eyeBlinkLeft"), NAMES.index("eyeBlinkRight"), NAMES.index("eyeWideLeft")]] = 1.0
    for seed in range(60):
        total = moved(draw_identity(seed, NAMES), actions, NAMES)
        assert column(total, "eyeBlinkLeft")[0] == pytest.approx(1.0)
        assert column(total, "eyeBlinkRight")[0] == pytest.approx(1.0)
        assert column(total, "eyeWideLeft")[0] == pytest.approx(0.0)


def test_people_differ():
    people = [draw_identity(seed, NAMES) for seed in range(200)]
    glasses = np.mean([who.glasses is not None for who in people])
    assert 0.15 < glasses < 0.35
    assert np.ptp([who.traits.age_years for who in people]) > 60
    assert np.std([who.tone for who in people]) > 0.1
    assert {who.look.hair_m == 0.0 for who in people} == {True, False}
    assert {who.look.beard > 0.0 for who in people} == {True, False}
    assert {who.make_up.lips > 0.0 for who in people} == {True, False}
    lowered = [column(who.resting[None], "browDownLeft")[0] for who in people]
    assert max(lowered) > 0.25
    assert min(lowered) == 0.0


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_stays_between_0_and_1_on_known_actions(kind):
    for face in faces(kind, 60):
        assert set(face) <= set(NAMES)
        assert all(0.0 <= value <= 1.0 for value in face.values())


@pytest.mark.parametrize(
    ("kind", "never"),
    [
        ("squint", ("noseSneer", "mouthUpperUp", "mouthSmile")),
        ("concentration", ("noseSneer", "mouthUpperUp", "cheekSquint", "eyeBlink")),
        ("blink", ("browDown", "noseSneer", "mouthUpperUp", "cheekSquint")),
        ("looking_down", ("browDown", "noseSneer", "mouthUpperUp", "cheekSquint")),
        ("yawn", ("noseSneer", "mouthUpperUp")),
    ],
)
def test_what_is_not_pain_lacks_its_units(kind, never):
    assert not any(name.startswith(never) for face in faces(kind) for name in face)


def test_smiles_come_with_and_without_cheeks():
    assert all(face["cheekSquintLeft"] > 0.0 for face in faces("smile_cheeks"))
    without = [face for face in faces("smile") if "cheekSquintLeft" not in face]
    assert len(without) > 100


def test_pain_has_a_core_and_open_half_and_shut_eyes():
    core = ("browDown", "cheekSquint", "eyeSquint", "noseSneer", "mouthUpperUp")
    drawn = faces("pain", 300)
    assert all(sum(f"{name}Left" in face for name in core) >= 2 for face in drawn)
    lids = np.array([face.get("eyeBlinkLeft", 0.0) for face in drawn])
    assert (lids < 0.1).mean() > 0.3
    assert (lids > 0.85).mean() > 0.15
    assert ((lids > 0.15) & (lids < 0.75)).mean() > 0.1
    uneven = [abs(face["browDownLeft"] - face["browDownRight"]) for face in drawn if "browDownLeft" in face]
    assert max(uneven) > 0.25
    strength = np.array([max(face.get(f"{name}Left", 0.0) for name in core) for face in drawn])
    assert (strength < 0.35).mean() > 0.08


def test_single_actions_are_all_shown():
    seen = {name for face in faces("single", 1500) for name in face}
    assert seen == set(NAMES)


def test_stills_hold_what_is_promised():
    stills = draw_stills(generator(4), NAMES, 4000, 0.3)
    kinds = np.array(stills.kinds)
    for kind, share in SHARES.items():
        assert (kinds == kind).mean() == pytest.approx(share / sum(SHARES.values()), abs=0.03), kind
    yaw = np.array([shot.yaw_deg for shot in stills.shots])
    assert np.abs(yaw).max() <= 40.0
    assert 13.0 < yaw.std() < 18.0
    assert abs(yaw[0]) < 10.0
    down = np.array([shot.pitch_deg for shot in stills.shots])[kinds == "looking_down"]
    assert down.max() <= -10.0
    size = np.array([shot.face_px for shot in stills.shots])
    assert 36.0 <= size.min() < 40.0
    assert 200.0 < size.max() <= 260.0
    assert {setting.quality > 80 for setting in stills.settings} == {True, False}


@pytest.mark.parametrize("pose", [(0.0, 0.0, 0.0), (35.0, 10.0, 4.0), (-20.0, -28.0, -6.0)])
def test_head_axes_are_those_of_the_truth(pose):
    camera = np.array([0.0, -2.0, 0.0])
    right_up_towards = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, -1.0, 0.0]])
    rotation = right_up_towards.T @ head_axes(*pose)
    np.testing.assert_allclose(truth.head_pose(rotation[None], np.zeros((1, 3)), camera)[0], pose, atol=1e-9)


def test_the_camera_shows_a_head_of_the_size_asked_for():
    shot = draw_shot(generator(2), (0.0, 0.0, 0.0), 80.0)
    matrix = camera_matrix(head_axes(0.0, 0.0, 0.0), 1.0, 500.0, shot)
    points = np.array([[0.0, 0.0, 0.08, 1.0], [0.0, 0.0, -0.08, 1.0]]) @ matrix.T
    pixels = (points[:, :2] / points[:, 3:] * [0.5, -0.5] + 0.5) * shot.crop_px
    assert pixels[1, 1] - pixels[0, 1] == pytest.approx(80.0)
    np.testing.assert_allclose(pixels.mean(axis=0) - shot.crop_px / 2.0, shot.off_px, atol=1e-6)


def test_film_gives_a_jpeg_of_the_crop():
    rng = generator(3)
    shot, setting = draw_shot(rng, (0.0, 0.0, 0.0), 50.0), draw_setting(rng, 0.3)
    jpeg = Film().develop(rng, Pictures.new("RGB", (300, 300), (200, 90, 40)), shot, setting)
    image = np.asarray(Pictures.open(io.BytesIO(jpeg)))
    assert image.shape == (shot.crop_px, shot.crop_px, 3)
    np.testing.assert_allclose(image.mean(axis=(0, 1)), (200, 90, 40), atol=6)


def test_sequences_run_in_time_with_shut_eyes_flashes_and_other_starts():
    courses = [draw_sequences(generator(seed), NAMES, 24.0, 10.0, 0.3) for seed in range(40)]
    first = courses[0]
    assert first.sequence.max() == 2
    assert all((np.diff(first.t_s[first.sequence == k]) > 0).all() for k in range(3))
    assert first.actions.shape == (240, 52)
    starts = [c.kinds[int(np.argmax(c.sequence == k))] for c in courses for k in range(3)]
    assert 0.45 < np.mean([kind in ("neutral", "blink") for kind in starts]) < 0.9
    assert {"pain", "smile_cheeks"} <= set(starts)
    hurts = [np.array([kind == "pain" for kind in c.kinds]) for c in courses]
    assert 0.08 < np.mean(np.concatenate(hurts)) < 0.6
    runs = np.concatenate([_runs(mask) for mask in hurts])
    assert (runs <= 5).any()
    assert (runs >= 15).any()
    shut = np.concatenate([_runs(column(c.actions, "eyeBlinkLeft") > 0.85) for c in courses])
    assert (shut >= 5).any()
    assert (shut <= 3).any()


def _runs(mask: np.ndarray) -> np.ndarray:
    """Lengths of the stretches that are True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(int)))
    return edges[1::2] - edges[::2]


def test_a_head_moves_only_where_its_actions_do_and_turns_its_normals():
    grid = np.array([(x, 0.0, z) for z in range(3) for x in range(3)], dtype=np.float32)
    quads = [(i, i + 1, i + 4, i + 3) for i in (0, 1, 3, 4)]
    triangles = np.array([t for a, b, c, d in quads for t in ((a, b, c), (a, c, d))])
    head = Head(
        vertices=grid,
        normals=np.tile(np.array([0.0, -1.0, 0.0], np.float32), (9, 1)),
        paint=np.zeros((9, 9), np.float32),
        faces=triangles.astype(np.int32),
        open_faces=np.zeros((0, 3), np.int32),
        rows=np.array([4]),
        deltas=np.array([[0.0, -0.5, 0.0], [0.0, 0.0, 0.25]], np.float32),
        triangles=triangles,
        joined=np.arange(9),
        still=np.zeros((9, 3), np.float32),
        skin=np.arange(9),
        forehead=7,
        chin=1,
    )
    vertices, normals = head.moved(np.array([1.0, 1.0]))
    np.testing.assert_allclose(vertices[4], (1.0, -0.5, 1.25))
    np.testing.assert_allclose(np.delete(vertices, 4, 0), np.delete(grid, 4, 0))
    np.testing.assert_allclose(head.moved(np.zeros(2))[1], head.normals, atol=1e-6)
    assert normals[3, 0] < -0.1
    assert normals[5, 0] > 0.1


def test_wires_are_closed_tubes():
    circle = np.linspace(0.0, 2.0 * np.pi, 12, endpoint=False)
    points = np.stack([np.cos(circle), np.zeros(12), np.sin(circle)], axis=1)
    vertices, normals, faces_of = _tube(points, True, 0.01)
    assert len(vertices) == 48
    assert len(faces_of) == 96
    assert faces_of.max() == 47
    middle = np.repeat(points, 4, axis=0)
    np.testing.assert_allclose(vertices - middle, 0.01 * normals, atol=1e-12)
    np.testing.assert_allclose(np.linalg.norm(normals, axis=1), 1.0)


def _saved(folder, number: int, colours: list[int]) -> None:
    files = []
    for colour in colours:
        file = io.BytesIO()
        Pictures.new("RGB", (40 + colour // 10, 40 + colour // 10), (colour,) * 3).save(file, "JPEG", quality=95)
        files.append(file.getvalue())
    path = folder / f"face_1_{number:04d}.npz"
    np.savez(
        path,
        jpeg=np.frombuffer(b"".join(files), dtype=np.uint8),
        offset=np.cumsum([0, *map(len, files)]),
        kind=np.array(["neutral"] * len(files)),
        identity=np.array(100 + number),
        sex=np.array("female"),
        action_names=np.array(NAMES),
        resting=np.full(52, number / 10),
        gains=np.ones(52),
    )
    np.savez(kept_path(path), found=np.array([True] * len(files)))


def test_pictures_are_read_back_one_by_one_and_joined_with_their_truth(tmp_path):
    _saved(tmp_path, 0, [20, 200, 90])
    _saved(tmp_path, 1, [120])
    files = [tmp_path / f"face_1_{k:04d}.npz" for k in (0, 1)]
    with np.load(files[0]) as saved:
        images = pictures(saved)
    assert [image.shape[0] for image in images] == [42, 60, 49]
    np.testing.assert_allclose([image.mean() for image in images], [20, 200, 90], atol=2)
    rows = joined(files)
    assert rows["person"].tolist() == [0, 0, 0, 1]
    assert rows["identity"].tolist() == [100, 100, 100, 101]
    assert rows["resting"].shape == (2, 52)
    assert rows["identities"].tolist() == [100, 101]
    assert "jpeg" not in rows


def _made_face(turn_deg: float) -> tuple[np.ndarray, np.ndarray]:
    """A dark oval with two white eyes and a white chin, turned, and its landmarks."""
    a = np.radians(turn_deg)
    turn = np.array([[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]])
    middle = np.array([150.0, 140.0])
    ring = np.linspace(0.0, 2.0 * np.pi, 468, endpoint=False)
    points = np.stack([70.0 * np.cos(ring), 90.0 * np.sin(ring)], axis=1)
    points = np.concatenate([points, np.tile([[-30.0, -20.0], [30.0, -20.0]], (5, 1))])
    for corners, x in (((33, 133), -30.0), ((362, 263), 30.0)):
        points[list(corners)] = [[x - 8.0, -20.0], [x + 8.0, -20.0]]
    image = np.full((280, 300, 3), 60, np.uint8)
    for x, y in ((-30.0, -20.0), (30.0, -20.0), (0.0, 70.0)):
        place = middle + turn @ [x, y]
        cv2.circle(image, (round(place[0] * 16), round(place[1] * 16)), 8 * 16, (255,) * 3, -1, shift=4)
    return image, np.column_stack([middle + points @ turn.T, np.zeros(478)])


@pytest.mark.parametrize("turn_deg", [-25.0, 0.0, 30.0])
def test_the_aligned_crop_has_level_eyes_and_the_same_scale(turn_deg):
    grey = aligned_grey(*_made_face(turn_deg))
    assert grey.shape == (64, 64)
    bright = grey.astype(float) - 60.0
    rows, columns = np.mgrid[0:64, 0:64] + 0.5
    scale = 64.0 / (1.05 * 180.0)
    parts = {"right": (columns < 32) & (rows < 32), "left": (columns >= 32) & (rows < 32), "chin": rows >= 40}
    for name, (x, y) in {"right": (-30.0, -20.0), "left": (30.0, -20.0), "chin": (0.0, 70.0)}.items():
        weight = np.where(parts[name], bright, 0.0)
        found = np.array([(weight * columns).sum(), (weight * rows).sum()]) / weight.sum()
        np.testing.assert_allclose(found, 32.0 + scale * np.array([x, y]), atol=0.4)


def test_a_small_face_is_enlarged_and_a_face_at_the_edge_repeats_it():
    image, points = _made_face(0.0)
    small = cv2.resize(image, None, fx=0.2, fy=0.2, interpolation=cv2.INTER_AREA)
    difference = aligned_grey(small, 0.2 * points).astype(float) - aligned_grey(image, points)
    assert np.abs(difference).mean() < 8.0
    assert aligned_grey(image[:, 100:], points - [100.0, 0.0, 0.0]).min() > 40
