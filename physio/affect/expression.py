"""The facial expression signal: which of seven expressions a face shows, and how pleasant and how aroused that is."""

EXPRESSIONS: tuple[str, ...] = ("anger", "disgust", "fear", "happiness", "sadness", "surprise", "neutral")
