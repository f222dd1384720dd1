from physio.kinematics.angles import side_letters


def test_the_letters_of_a_side():
    assert [side_letters(side) for side in ("left", "right", "both", "")] == ["l", "r", "lr", "lr"]
