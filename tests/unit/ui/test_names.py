from physio.ui.names import exercise_name


def test_an_exercise_has_a_name_also_when_there_is_none_or_it_is_no_longer_in_the_library():
    assert exercise_name("squat") == "Squat"
    assert exercise_name("wall_slide_of_old") == "Wall slide of old"
    assert exercise_name(None) == exercise_name("") == "Angles only"
