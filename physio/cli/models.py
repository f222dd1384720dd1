"""python -m physio models."""

from argparse import Namespace

from physio.cli.terminal import note
from physio.config import Settings
from physio.networks.assets import ensure_models


def run(arguments: Namespace) -> int:
    """Prepare the models where they are absent and print which are in use; the exit status."""
    models = ensure_models(Settings.load().models_dir, note)
    for path in (models.pose, models.face, models.appearance):
        print(f"{path}  sha256 {models.checksums[path.name]}")
    return 0
