"""python -m physio frames."""

from argparse import Namespace

import numpy as np

from physio.batch import score_video
from physio.cli.chosen import check_writable, chosen_exercise
from physio.cli.progress import ProgressBar
from physio.cli.terminal import note
from physio.config import Settings
from physio.perception.assets import ensure_models
from physio.storage.export import write_frames


def run(arguments: Namespace) -> int:
    """Measure one video and write its frames as a table; the exit status."""
    exercise = chosen_exercise(arguments.exercise)
    check_writable(arguments.out)
    models = ensure_models(Settings.load().models_dir, note)
    with ProgressBar([arguments.video]) as bar:
        scored = score_video(arguments.video, models, exercise, progress=lambda state: bar.show(0, state))
    write_frames(scored.rows.t_s, scored.rows.values.astype(np.float64), arguments.out)
    for warning in scored.warnings:
        note(f"warning: {warning}")
    note(f"{len(scored.rows.t_s)} frames written to {arguments.out}")
    return 0
