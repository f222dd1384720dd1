"""What the command line says on stderr beside the result."""

import sys


def note(text: str) -> None:
    """One line for the person at the keyboard; never part of the result."""
    print(text, file=sys.stderr, flush=True)


def error(message: str) -> None:
    """The one line that says what went wrong and what to do."""
    print(f"error: {' '.join(message.split())}", file=sys.stderr, flush=True)
