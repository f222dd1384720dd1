"""How fast physio is on this computer: milliseconds per stage, and frames per second beside bare MediaPipe."""
