"""The choice of an exercise, of its side, and of how many repetitions are the target."""

from collections.abc import Hashable, Mapping
from typing import TypeVar

from streamlit.delta_generator import DeltaGenerator

from physio.exercise.definition import Exercise
from physio.terms import side_term
from physio.types import Side
from physio.ui.say import say, words

Choice = TypeVar("Choice", bound=Hashable)

NO_EXERCISE = ""
MOST_REPS = 100
"""What is offered; a target that is stored may be higher."""


def exercise_labels(exercises: Mapping[str, Exercise], *, none: bool) -> dict[str, str]:
    """What is offered, by id, with what it is called; none: no exercise too, at the end."""
    labels = {key: words(exercise.name) for key, exercise in exercises.items()}
    return labels | {NO_EXERCISE: words("ui_upload.no_exercise")} if none else labels


def side_labels(exercise: Exercise, stored: Side | None = None) -> dict[Side, str]:
    """The sides of an exercise with what they are called; stored: one that is offered in any case."""
    sides = exercise.sides if stored is None or stored in exercise.sides else (*exercise.sides, stored)
    return {side: words(side_term(side)) for side in sides}


def choose(
    place: DeltaGenerator,
    label: str,
    labels: Mapping[Choice, str],
    usual: Choice | None,
    key: str,
    *,
    hidden: bool = False,
) -> Choice:
    """One of the options, at first the usual one, else the first. label: a code; hidden: something else says it."""
    options = list(labels)
    return place.selectbox(
        say(label),
        options,
        index=next((at for at, option in enumerate(options) if option == usual), 0),
        format_func=dict(labels).__getitem__,
        key=key,
        label_visibility="collapsed" if hidden else "visible",
        persist_state="session",
    )


def choose_target(place: DeltaGenerator, usual: int, key: str, *, most: int = MOST_REPS) -> int:
    """How many repetitions, 0 for no target."""
    return int(
        place.number_input(
            say("ui_live.target"),
            0,
            most,
            min(usual, most),
            key=key,
            persist_state="session",
            help=say("ui_live.target_help"),
        )
    )
