"""What is said and drawn back to the patient: cues and the overlay on the picture."""
