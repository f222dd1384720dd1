from physio.kinematics.angles import angles_of


def test_the_angles_of_the_side_that_works():
    assert angles_of("knee_flexion", "left") == ("knee_flexion_l",)
    assert angles_of("knee_flexion", "both") == ("knee_flexion_l", "knee_flexion_r")
    assert angles_of("trunk_flexion", "right") == ("trunk_flexion",)
    assert angles_of("", "left") == ()
