"""Frames in: from a camera or a video file, upright and at their own times."""
