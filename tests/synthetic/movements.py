"""The table of movements: exercises of the library and others that are none.

A movement is a function Setting -> Controls with its usual tempo; `signal` names the angle whose excursion is the
repetition.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from tests.synthetic import activities, exercises
from tests.synthetic.controls import Controls
from tests.synthetic.motion import Tempo
from tests.synthetic.postures import Setting


@dataclass(frozen=True, slots=True)
class Movement:
    """signal: angle base whose excursion makes a repetition ("" = none); sides: body sides that may work; seat: needs a
    stool; compensations: what people do instead (keys of postures.Setting.compensations)."""

    name: str
    make: Callable[[Setting], Controls]
    signal: str
    sides: tuple[str, ...]
    tempo: Tempo = field(default_factory=Tempo)
    seat: bool = False
    compensations: tuple[str, ...] = ()


_ONE = ("left", "right")
_QUICK = Tempo(outward_s=0.6, hold_s=0.1, return_s=0.6, rest_s=0.1)

MOVEMENTS: dict[str, Movement] = {
    m.name: m
    for m in (
        Movement(
            "squat",
            exercises.squat,
            "knee_flexion",
            ("both",),
            Tempo(1.5, 0.3, 1.4),
            compensations=("trunk_lean_forward", "knee_valgus", "heel_rise"),
        ),
        Movement(
            "sit_to_stand",
            exercises.sit_to_stand,
            "knee_flexion",
            ("both",),
            Tempo(1.6, 0.7, 1.7),
            seat=True,
            compensations=("trunk_lean_forward", "knee_valgus"),
        ),
        Movement(
            "lunge",
            exercises.lunge,
            "knee_flexion",
            _ONE,
            Tempo(1.5, 0.3, 1.4),
            compensations=("trunk_lean_forward", "trunk_lean_side", "knee_valgus"),
        ),
        Movement(
            "knee_extension",
            exercises.knee_extension,
            "knee_flexion",
            _ONE,
            Tempo(1.3, 0.7, 1.4),
            seat=True,
            compensations=("trunk_lean_forward",),
        ),
        Movement(
            "shoulder_abduction",
            exercises.shoulder_abduction,
            "shoulder_abduction",
            _ONE,
            Tempo(1.6, 0.4, 1.7),
            compensations=("trunk_lean_side", "shoulder_hike", "elbow_bend"),
        ),
        Movement(
            "shoulder_flexion",
            exercises.shoulder_flexion,
            "shoulder_flexion",
            _ONE,
            Tempo(1.6, 0.4, 1.7),
            compensations=("trunk_lean_forward", "shoulder_hike", "elbow_bend"),
        ),
        Movement(
            "lateral_raise",
            exercises.lateral_raise,
            "shoulder_abduction",
            ("both",),
            Tempo(1.2, 0.4, 1.4),
            compensations=("shoulder_hike", "elbow_bend"),
        ),
        Movement(
            "shoulder_press",
            exercises.shoulder_press,
            "shoulder_elevation",
            ("both",),
            Tempo(1.3, 0.3, 1.5),
            compensations=("trunk_lean_forward", "shoulder_hike"),
        ),
        Movement(
            "elbow_flexion",
            exercises.elbow_flexion,
            "elbow_flexion",
            ("left", "right", "both"),
            Tempo(1.2, 0.4, 1.4),
            compensations=("elbow_bend", "trunk_lean_forward"),
        ),
        Movement(
            "hip_abduction",
            exercises.hip_abduction,
            "hip_abduction",
            _ONE,
            Tempo(1.1, 0.5, 1.3),
            compensations=("trunk_lean_side",),
        ),
        Movement("march", activities.march, "hip_flexion", ("alternate",), _QUICK),
        Movement("forward_bend", activities.forward_bend, "trunk_flexion", ("both",), Tempo(1.6, 0.3, 1.6)),
        Movement(
            "lateral_bend",
            activities.lateral_bend,
            "trunk_lateral_flexion",
            ("alternate",),
            Tempo(1.3, 0.3, 1.3),
        ),
        Movement("turn_in_place", activities.turn_in_place, "", ("alternate",), _QUICK),
        Movement("reach_out", activities.reach_out, "", ("both",)),
        Movement("free_standing", activities.free_standing, "", ("both",)),
        Movement("free_seated", activities.free_seated, "", ("both",), seat=True),
        Movement("stand", activities.stand, "", ("both",)),
        Movement("sit", activities.sit, "", ("both",), seat=True),
        Movement("look_around", activities.look_around, "", ("both",)),
    )
}

EXERCISES: tuple[str, ...] = tuple(MOVEMENTS)[:10]
"""The movements that are exercises of the library, under the same names."""
