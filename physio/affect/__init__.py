"""What the face shows: action units, a pain estimate, and where the head looks."""
