"""physio: measure therapy exercises with one camera on a plain computer."""

__version__ = "0.1.0"
