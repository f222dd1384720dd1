"""Whether an installation measures what it should, in clips whose truth is known."""
