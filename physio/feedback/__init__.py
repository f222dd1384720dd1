"""What the patient gets back: cues and the overlay on the frame."""
