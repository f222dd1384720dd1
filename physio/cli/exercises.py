"""python -m physio exercises."""

from argparse import Namespace

from physio.exercise.definition import Exercise, library
from physio.language import english


def run(arguments: Namespace) -> int:
    """Print the library; the exit status."""
    print(exercises_text(library()))
    return 0


def exercises_text(exercises: tuple[Exercise, ...]) -> str:
    """One line per exercise below a head."""
    rows = [("ID", "NAME", "CAMERA", "SIDES", "TARGET")] + [
        (one.id, english(one.name), one.view, _sides(one), f"{one.signal.angle.replace('_', ' ')} {one.target_deg:g}°")
        for one in exercises
    ]
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def _sides(exercise: Exercise) -> str:
    return "together" if exercise.side_mode == "both" else f"each ({exercise.default_side})"
