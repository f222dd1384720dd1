"""Settings: where things lie. Read once from the environment; everything else has one good default in its own room."""

import os
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Settings:
    """data_dir holds physio.duckdb (environment PHYSIO_DATA); models_dir holds the bundles (PHYSIO_MODELS)."""

    data_dir: Path
    models_dir: Path

    @property
    def database(self) -> Path:
        """The one file that holds all patients and sessions."""
        return self.data_dir / "physio.duckdb"

    @classmethod
    def load(cls) -> "Settings":
        """Settings from the environment, relative paths taken from the current directory."""
        return cls(
            data_dir=Path(os.environ.get("PHYSIO_DATA") or ROOT / "data").expanduser().resolve(),
            models_dir=Path(os.environ.get("PHYSIO_MODELS") or ROOT / "models").expanduser().resolve(),
        )
