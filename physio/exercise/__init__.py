"""Exercises as data, and what is made of their signal: repetitions, tempo, form score."""
