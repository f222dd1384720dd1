import numpy as np
import numpy.typing as npt
import pytest

from physio.exercise.definition import Exercise, load_exercise
from physio.feedback.lettering import text_width_px, write
from physio.feedback.overlay import CORRECT, DEVIATING, Look, countdown, draw
from physio.kinematics.angles import ANGLE_INDEX, ANGLES
from physio.landmarks import BODY_INDEX
from physio.language import language
from physio.messages import message, own_text
from physio.types import (
    Affect,
    Cue,
    FaceReason,
    FaceState,
    FloatArray,
    FrameResult,
    Image,
    Kinematics,
    Observation,
    Person,
    Phase,
    Pose,
    Reason,
)

GREY = 120
NAN = float("nan")
MARKED = {"error": (204, 51, 17), "warning": (230, 159, 0), "positive": CORRECT}


def picture(width: int = 640, height: int = 480) -> Image:
    return np.full((height, width, 3), GREY, np.uint8)


def standing(width: int, height: int) -> FloatArray:
    """A stick figure from the front in the middle of the picture, the left arm straight out: (33, 2) pixels."""
    points = np.full((len(BODY_INDEX), 2), 0.5)
    for side, sign in (("l", 1), ("r", -1)):
        for name, x, y in (
            ("shoulder", 0.08, 0.30),
            ("elbow", 0.08, 0.42),
            ("wrist", 0.08, 0.52),
            ("hip", 0.05, 0.55),
            ("knee", 0.05, 0.72),
            ("ankle", 0.05, 0.88),
            ("heel", 0.05, 0.90),
            ("foot_index", 0.07, 0.92),
        ):
            points[BODY_INDEX[f"{name}_{side}"]] = (0.5 + sign * x, y)
    points[BODY_INDEX["elbow_l"]], points[BODY_INDEX["wrist_l"]] = (0.72, 0.30), (0.85, 0.30)
    return points * (width, height)


def result(
    points_px: FloatArray | None,
    *,
    deviating: frozenset[str] = frozenset(),
    cue: Cue | None = None,
    angles: dict[str, float] | None = None,
    visibility: FloatArray | None = None,
    rep_count: int = 0,
    people: tuple[Person, ...] = (),
) -> FrameResult:
    count = len(BODY_INDEX)
    values = np.full(len(ANGLES), NAN)
    for name, value in (angles or {}).items():
        values[ANGLE_INDEX[name]] = value
    visibility = np.ones(count) if visibility is None else visibility
    return FrameResult(
        observation=Observation(
            index=0,
            t_s=0.0,
            size_px=(640, 480),
            pose=None if points_px is None else Pose(points_px, np.zeros((count, 3)), visibility),
            reason=Reason.OK,
            people=people,
        ),
        kinematics=Kinematics(values, np.zeros(len(ANGLES), np.uint8), NAN, np.full(len(ANGLES), NAN)),
        affect=Affect(np.full(1, NAN), NAN, FaceState.NO_FACE, FaceReason.NOT_FOUND, NAN, NAN, NAN),
        reason=Reason.OK,
        signal_deg=NAN,
        phase=Phase.REST,
        rep_count=rep_count,
        score=NAN,
        cue=cue,
        deviating=deviating,
    )


def where(image: Image, colour: tuple[int, int, int]) -> npt.NDArray[np.bool_]:
    return (image == colour).all(axis=-1)


def along(image: Image, start: FloatArray, end: FloatArray, colour: tuple[int, int, int]) -> npt.NDArray[np.bool_]:
    """Whether the colour is met at each of 200 places along the middle half of a segment."""
    places = start + np.linspace(0.2, 0.8, 200)[:, None] * (end - start)
    x, y = places.round().astype(int).T
    return where(image, colour)[y, x]


@pytest.fixture(scope="module")
def exercise() -> Exercise:
    return load_exercise("shoulder_abduction")


def test_what_is_right_is_a_solid_green_line() -> None:
    points = standing(640, 480)
    drawn = draw(picture(), result(points), None, "both")
    for a, b in (("hip_l", "knee_l"), ("knee_r", "ankle_r"), ("shoulder_l", "elbow_l"), ("shoulder_l", "shoulder_r")):
        assert along(drawn, points[BODY_INDEX[a]], points[BODY_INDEX[b]], CORRECT).all(), (a, b)
    assert not where(drawn, DEVIATING).any()


def test_what_deviates_is_a_dashed_blue_line_and_the_rest_stays_green() -> None:
    points = standing(640, 480)
    drawn = draw(picture(), result(points, deviating=frozenset({"knee_flexion_l"})), None, "both")
    for a, b in (("hip_l", "knee_l"), ("knee_l", "ankle_l")):
        blue = along(drawn, points[BODY_INDEX[a]], points[BODY_INDEX[b]], DEVIATING)
        assert 0.3 < blue.mean() < 0.9  # gaps in it: readable without colour
        assert np.count_nonzero(np.diff(blue.astype(int))) >= 2
        assert not along(drawn, points[BODY_INDEX[a]], points[BODY_INDEX[b]], CORRECT).any()
    assert along(drawn, points[BODY_INDEX["hip_r"]], points[BODY_INDEX["knee_r"]], CORRECT).all()


@pytest.mark.parametrize("name", [angle.name for angle in ANGLES])
def test_every_angle_that_can_deviate_is_shown_somewhere(name: str) -> None:
    drawn = draw(picture(), result(standing(640, 480), deviating=frozenset({name})), None, "both")
    assert where(drawn, DEVIATING).any()


def test_the_given_picture_is_not_drawn_on() -> None:
    image = picture()
    drawn = draw(image, result(standing(640, 480)), None, "both")
    assert (image == GREY).all()
    assert drawn.shape == image.shape
    assert drawn.dtype == np.uint8


def test_nobody_and_no_exercise_is_the_picture_itself() -> None:
    assert (draw(picture(), result(None), None, "both") == GREY).all()


def test_hidden_and_unknown_landmarks_are_not_drawn() -> None:
    points, visibility = standing(640, 480), np.ones(len(BODY_INDEX))
    visibility[BODY_INDEX["elbow_l"]] = 0.2
    points[BODY_INDEX["wrist_r"]] = NAN
    drawn = draw(picture(), result(points, visibility=visibility), None, "both")
    raised = (slice(120, 168), slice(400, 520))  # where the left arm would be
    assert (drawn[raised] == GREY).all()
    assert not along(drawn, points[BODY_INDEX["elbow_r"]], points[BODY_INDEX["elbow_r"]] + [0, 40], CORRECT).any()
    assert (drawn[:100] == GREY).all()  # no line to the picture's corner either


def test_a_body_partly_outside_is_drawn_up_to_the_edge() -> None:
    points = standing(640, 480) + np.array([0.0, 240.0])
    points[BODY_INDEX["wrist_r"]] = (1e7, -1e7)
    drawn = draw(picture(), result(points), None, "both")
    assert along(drawn, points[BODY_INDEX["shoulder_l"]], points[BODY_INDEX["elbow_l"]], CORRECT).all()
    assert where(drawn, CORRECT)[-1].any()


# -- arc, badge, cue -------------------------------------------------------------------------------------------------


def test_the_arc_of_the_exercised_angle_is_at_its_joint(exercise: Exercise) -> None:
    points = standing(640, 480)
    shoulder = points[BODY_INDEX["shoulder_l"]]
    plain = draw(picture(), result(points), exercise, "left")
    drawn = draw(picture(), result(points, angles={"shoulder_abduction_l": 90}), exercise, "left")
    y, x = np.nonzero((plain != drawn).any(axis=-1))
    changed = np.column_stack([x, y])
    assert np.abs(changed - shoulder).max() < 80
    # Between the trunk (down) and the arm (to the picture's right), 24 px from the joint.
    assert where(drawn, CORRECT)[tuple((shoulder + 24 * np.sqrt(0.5)).round().astype(int)[::-1])]


def test_a_deviating_angle_has_a_blue_arc(exercise: Exercise) -> None:
    points = standing(640, 480)
    seen = result(points, angles={"shoulder_abduction_l": 90}, deviating=frozenset({"shoulder_abduction_l"}))
    drawn = draw(picture(), seen, exercise, "left")
    shoulder = points[BODY_INDEX["shoulder_l"]]
    assert where(drawn, DEVIATING)[tuple((shoulder + 24 * np.sqrt(0.5)).round().astype(int)[::-1])]


def test_an_unknown_angle_has_no_arc(exercise: Exercise) -> None:
    points = standing(640, 480)
    one = result(points, angles={"shoulder_abduction_l": 90})
    both = result(points, angles={"shoulder_abduction_l": 90, "shoulder_abduction_r": 10})
    assert (draw(picture(), one, exercise, "both") == draw(picture(), one, exercise, "left")).all()
    assert (draw(picture(), both, exercise, "both") != draw(picture(), both, exercise, "left")).any()


def test_the_two_values_of_a_side_view_do_not_cover_each_other() -> None:
    """Left and right knee at the same place: both numbers stay readable."""
    points = standing(640, 480)
    for joint in ("hip", "knee", "ankle"):
        points[BODY_INDEX[f"{joint}_r"]] = points[BODY_INDEX[f"{joint}_l"]]
    points[[BODY_INDEX["ankle_l"], BODY_INDEX["ankle_r"]]] = points[BODY_INDEX["knee_l"]] + [60, 40]
    exercise, knees = load_exercise("squat"), ("knee_flexion_l", "knee_flexion_r")
    shown = [dict.fromkeys(knees[:count], 88.0) for count in (0, 1, 2)]
    drawn = [draw(picture(), result(points, angles=angles), exercise, "both") for angles in shown]
    none, one, two = (np.count_nonzero(where(image, (25, 25, 25))) for image in drawn)
    assert two - one == pytest.approx(one - none, rel=0.2)


def test_the_count_is_in_the_upper_right_corner(exercise: Exercise) -> None:
    none = draw(picture(), result(None, rep_count=0), exercise, "both")
    seven = draw(picture(), result(None, rep_count=7), exercise, "both")
    y, x = np.nonzero((none != seven).any(axis=-1))
    assert x.min() > 500
    assert y.max() < 100
    assert np.ptp(y) >= 30  # to be read from across the room
    assert where(seven, (255, 255, 255)).any()


@pytest.mark.parametrize("tone", MARKED)
def test_the_cue_is_a_banner_in_its_tone_along_the_lower_edge(tone: str) -> None:
    cue = Cue("x", own_text("Keep your chest up."), tone)  # type: ignore[arg-type]
    drawn = draw(picture(), result(None, cue=cue), None, "both")
    changed = np.nonzero((drawn != GREY).any(axis=(1, 2)))[0]
    assert changed.max() == 479
    assert changed.min() > 0.7 * 480
    assert where(drawn, MARKED[tone])[changed.min() : 480, :4].all()
    letters = where(drawn, (255, 255, 255))
    assert np.ptp(np.nonzero(letters.any(axis=1))[0]) >= 20  # type of 28 px: capitals of 20
    assert (drawn[changed.min() :][~letters[changed.min() :]] < 255).any()


def test_light_letters_on_a_dark_ground_whatever_the_picture(exercise: Exercise) -> None:
    """A white picture too: the ground under the letters is at most a quarter as bright."""
    white = np.full((480, 640, 3), 255, np.uint8)
    cue = Cue("x", own_text("Come up slowly."), "info")
    drawn = draw(white, result(None, cue=cue, rep_count=3), exercise, "both")
    assert drawn[-1, 300:].max() <= 64
    letters = where(drawn[440:], (255, 255, 255))
    assert 0 < letters.mean() < 0.3


def text_margins(drawn: Image, plain: Image) -> tuple[int, int]:
    """Free columns left and right of what is light in the banner."""
    rows = np.nonzero((drawn != plain).any(axis=(1, 2)))[0]
    columns = np.nonzero(where(drawn[rows.min() :], (255, 255, 255)).any(axis=0))[0]
    return int(columns.min()), drawn.shape[1] - 1 - int(columns.max())


@pytest.mark.parametrize("size_px", [(640, 480), (320, 240), (360, 640), (720, 1280), (256, 144), (1920, 1080)])
@pytest.mark.parametrize(
    "text",
    [
        "Well done.",
        "Keep both knees over your toes.",
        "Go a little lower if that's comfortable, and keep your heels on the floor while you do.",
        "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen",
    ],
)
def test_the_cue_stays_inside_the_picture(text: str, size_px: tuple[int, int]) -> None:
    plain = picture(*size_px)
    drawn = draw(plain, result(None, cue=Cue("x", own_text(text), "info")), None, "both")
    left, right = text_margins(drawn, plain)
    assert left >= 3
    assert right >= 1
    assert (drawn[: size_px[1] // 2] == GREY).all()  # at most the lower half


def lettered(text: str) -> Image:
    canvas = np.zeros((80, 80, 3), np.uint8)
    write(canvas, text, (20, 60), 40, (255, 255, 255))
    return canvas


@pytest.mark.parametrize(("letter", "base"), [*zip("äöüÄÖÜéß°…–", "aouAOUeBo.-", strict=True)])
def test_letters_beyond_ascii_are_drawn(letter: str, base: str) -> None:
    """Neither left out nor replaced by the sign for a missing letter, and not without their dots."""
    assert lettered(letter).any()
    assert (lettered(letter) != lettered(base)).any()
    for missing in ("?", "\ue000", "\ufffd"):
        assert (lettered(letter) != lettered(missing)).any()


def test_the_dots_of_an_umlaut_stand_above_its_letter() -> None:
    dots = where(lettered("ü"), (255, 255, 255)) & ~where(lettered("u"), (255, 255, 255))
    top = np.nonzero(where(lettered("u"), (255, 255, 255)).any(axis=1))[0].min()
    assert dots[:top].sum() > 20


def test_the_cue_is_drawn_in_the_language_that_is_given() -> None:
    cue = Cue("turn", message("cue.turn_left_quarter"), "info")
    german = draw(picture(), result(None, cue=cue), None, "both", language("de").say)
    written = Cue("turn", own_text("Machen Sie eine Vierteldrehung nach links."), "info")
    assert (german == draw(picture(), result(None, cue=written), None, "both")).all()
    assert (german != draw(picture(), result(None, cue=cue), None, "both")).any()


@pytest.mark.parametrize("size_px", [(1, 1), (2, 3), (16, 16), (64, 48), (48, 160), (300, 20)])
def test_tiny_pictures_do_not_break_it(size_px: tuple[int, int], exercise: Exercise) -> None:
    seen = result(
        standing(*size_px),
        cue=Cue("x", own_text("Keep your chest up."), "error"),
        angles={"shoulder_abduction_l": 90},
        deviating=frozenset({"shoulder_abduction_l"}),
        rep_count=12,
    )
    assert draw(picture(*size_px), seen, exercise, "both").shape == (size_px[1], size_px[0], 3)


@pytest.mark.parametrize("place", ["left", "right", "top", "bottom"])
def test_an_angle_at_the_edge_is_written_inside(place: str, exercise: Exercise) -> None:
    points = standing(640, 480)
    shift = {"left": (-360, 0), "right": (270, 0), "top": (0, -140), "bottom": (0, 330)}[place]
    seen = result(points + shift, angles={"shoulder_abduction_l": 178.0})
    drawn = draw(picture(), seen, exercise, "left")
    box = where(drawn, (25, 25, 25)) & ~where(draw(picture(), result(points + shift), exercise, "left"), (25, 25, 25))
    rows, columns = np.nonzero(box.any(axis=1))[0], np.nonzero(box.any(axis=0))[0]
    assert np.ptp(columns) >= 0.8 * text_width_px("178°", 18)  # all of it
    assert rows.min() > 0
    assert rows.max() < 479


def test_everybody_has_a_numbered_frame_and_only_the_followed_one_is_solid() -> None:
    people = (Person(1, (40.0, 60.0, 240.0, 440.0), True), Person(2, (360.0, 60.0, 560.0, 440.0), False))
    drawn = draw(picture(), result(None, people=people), None, "both")
    light = where(drawn, (255, 255, 255))
    solid, dashed = light[130:430, 40], light[130:430, 360]
    assert solid.all()
    assert 0.3 < dashed.mean() < 0.9
    assert light[60:100, 40:80].mean() > light[300:340, 100:140].mean()  # the number's box
    assert light[60:100, 360:400].mean() > 0.2
    far_out = (Person(1, (-900.0, -900.0, 5000.0, 5000.0), True),)
    assert draw(picture(), result(None, people=far_out), None, "both").shape == (480, 640, 3)


MIRROR = Look(mirror=True)


def test_in_the_mirror_the_left_arm_is_on_the_left_and_stays_the_left_arm(exercise: Exercise) -> None:
    points, image = standing(640, 480), picture()
    image[:, :40] = 200  # a wall at the frame's left
    seen = result(points, deviating=frozenset({"knee_flexion_l"}))
    drawn = draw(image, seen, None, "both", look=MIRROR)
    assert (drawn[0, -40:] == 200).all()
    assert (drawn[0, :40] == GREY).all()
    there = np.column_stack([639 - points[:, 0], points[:, 1]])
    a, b = (there[BODY_INDEX[name]] for name in ("shoulder_l", "elbow_l"))
    assert along(drawn, a, b, CORRECT).all()
    assert b[0] < 320  # where a mirror shows the left arm
    knee, ankle = (there[BODY_INDEX[name]] for name in ("knee_l", "ankle_l"))
    assert along(drawn, knee, ankle, DEVIATING).mean() > 0.3
    assert seen.observation.pose is not None
    np.testing.assert_array_equal(seen.observation.pose.image_px, points)  # what is measured does not know the mirror
    assert (image[:, :40] == 200).all()


def test_what_is_written_is_upright_in_the_mirror(exercise: Exercise) -> None:
    seen = result(None, cue=Cue("a", own_text("Lift it a little more"), "info"), rep_count=7)
    np.testing.assert_array_equal(
        draw(picture(), seen, exercise, "both", look=MIRROR), draw(picture(), seen, exercise, "both")
    )


def test_the_arc_and_the_frames_of_people_follow_into_the_mirror(exercise: Exercise) -> None:
    points = standing(640, 480)
    people = (Person(1, (400.0, 100.0, 600.0, 400.0), followed=True),)
    seen = result(points, angles={"shoulder_abduction_l": 90.0}, people=people)
    plain = draw(picture(), seen, exercise, "left", look=Look(count=False))
    drawn = draw(picture(), seen, exercise, "left", look=Look(mirror=True, count=False))
    off = np.abs(plain[:, ::-1].astype(int) - drawn).max(axis=2) > 60
    assert off.mean() < 0.02  # but for the letters and the edges of lines
    assert (drawn[250, 639 - 600] == 255).all()
    assert (drawn[250, 639 - 400] == 255).all()


def test_count_and_cue_can_stand_beside_the_frame(exercise: Exercise) -> None:
    seen = result(None, cue=Cue("a", own_text("Lift it a little more"), "info"), rep_count=7)
    bare = draw(picture(), seen, exercise, "both", look=Look(count=False, cue=False))
    np.testing.assert_array_equal(bare, picture())
    assert (draw(picture(), seen, exercise, "both", look=Look(count=False))[:100] == GREY).all()
    assert (draw(picture(), seen, exercise, "both", look=Look(cue=False))[-100:] == GREY).all()


@pytest.mark.parametrize("size_px", [(640, 480), (480, 640), (160, 120)])
def test_the_countdown_is_large_in_the_middle(size_px: tuple[int, int]) -> None:
    canvas = picture(*size_px)
    countdown(canvas, 3)
    rows, columns = np.nonzero(where(canvas, (255, 255, 255)))
    assert np.ptp(rows) > 0.2 * min(size_px)
    assert (rows.min() + rows.max()) / 2 == pytest.approx(size_px[1] / 2, abs=0.05 * size_px[1])
    assert (columns.min() + columns.max()) / 2 == pytest.approx(size_px[0] / 2, abs=0.05 * size_px[0])
