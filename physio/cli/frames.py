"""python -m physio frames."""

from argparse import Namespace
from pathlib import Path

import numpy as np

from physio.cli.chosen import check_writable, chosen_exercise
from physio.cli.progress import ProgressBar
from physio.cli.terminal import note
from physio.config import Settings
from physio.exercise.assignment import Assignment
from physio.language import english
from physio.networks.assets import ensure_models
from physio.scoring.scorer import Scorer, ThisComputer
from physio.storage.export import write_frames


def run(arguments: Namespace) -> int:
    """Measure one video and write its frames as a table; the exit status."""
    exercise = chosen_exercise(arguments.exercise)
    check_writable(arguments.out)
    models = ensure_models(Settings.load().models_dir, note)
    with Scorer(models, ThisComputer(1)) as scorer:
        ticket = scorer.submit(Path(arguments.video), Assignment(exercise, emotion=arguments.emotion))
        with ProgressBar([ticket]) as bar:
            scored = bar.wait(ticket)
    write_frames(scored.rows.t_s, scored.rows.values.astype(np.float64), arguments.out)
    for warning in scored.warnings:
        note(f"warning: {english(warning)}")
    note(f"{len(scored.rows.t_s)} frames written to {arguments.out}")
    return 0
