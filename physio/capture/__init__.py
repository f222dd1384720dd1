"""Pictures in: from a decoded camera picture or a video file to Frames."""
